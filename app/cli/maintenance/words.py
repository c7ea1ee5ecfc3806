"""Formats the report as aligned text or JSON."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from tabulate import tabulate

from app.cli.maintenance.report import is_unused
from app.cli.session import pluralize

ReportData = Mapping[str, Any]


def format_json(report: ReportData) -> str:
    """Return the report as one JSON document."""
    return json.dumps(report, default=_to_plain, ensure_ascii=False, indent=2) + "\n"


def _to_plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else float(value)


def format_text(report: ReportData) -> str:
    """Return the report as text, with long cells cut so that most tables fit into 100 columns."""
    parts = ((name, write) for name, write in _PARTS.items() if name in report)
    return "\n\n".join(text for name, write in parts if (text := write(report))) + "\n"


def _format_pruned(report: ReportData) -> str:
    verb = "would be removed" if "dry_run" in report else "removed"
    return "\n".join(
        f"{_name_team(row)}: {pluralize(row['boards'], 'board')} with"
        f" {pluralize(row['scores'], 'score')},"
        f" of periods that ended before {row['before']}, {verb}"
        for row in report["pruned"]
    )


def _format_archived(report: ReportData) -> str:
    verb = "would be archived" if "dry_run" in report else "archived"
    lines = []
    for row in report["archived"]:
        lines.append(
            f"{_name_team(row)}: {pluralize(row['rows'], 'row')} of"
            f" {pluralize(row['messages'], 'message')} before {row['before']} {verb},"
            f" for {pluralize(row['targets'], 'target')}"
        )
        if row["file"]:
            lines.append(f"  {row['file']}")
    return "\n".join(lines)


def _name_team(row: ReportData) -> str:
    return str(row["team"] or "no workspace yet")


def _format_vacuum(report: ReportData) -> str:
    done = sum(not row["skipped"] for row in report["vacuum"])
    skipped = [f"  {row['table']}: {row['skipped']}" for row in report["vacuum"] if row["skipped"]]
    return "\n".join([f"Vacuumed and analyzed {done} of {len(report['vacuum'])} tables.", *skipped])


def _format_database(report: ReportData) -> str:
    of = report["database"]
    role = ", a standby, which can't be vacuumed" if of["standby"] else ""
    limit = f"{of['xid_age_of_autovacuum']:,}"
    return (
        f"Database {of['name']}: {_format_size(of['bytes'])}, PostgreSQL {of['server']}{role}\n"
        f"Transaction ids: the oldest is {of['xid_age']:,} old (autovacuum freezes at {limit})"
    )


def _format_tables(report: ReportData) -> str:
    head = ["table", "rows", "heap", "indexes", "TOAST", "empty", "dead rows", "vacuumed"]
    rows = (
        [
            row["table"], f"{row['rows']:,}", _format_size(row["heap_bytes"]),
            _format_size(row["index_bytes"]), _format_size(row["toast_bytes"]),
            _format_size(row["waste_bytes"]), f"{row['dead_rows']:,}",
            _format_time(row["vacuumed_at"]),
        ]
        for row in report["tables"]
    )  # fmt: skip
    note = f"Rows are estimates; empty space in the heap is {report['waste_is']}."
    return _format_table("Tables", head, rows, note)


def _format_indexes(report: ReportData) -> str:
    since = report["database"]["counted_since"]
    note = (
        f"Counted since {_format_time(since)}." if since else "Counted since the server was set up."
    )
    rows = (
        [
            row["index"],
            row["table"],
            _format_size(row["bytes"]),
            f"{row['scans']:,}",
            _describe_use(row),
        ]
        for row in report["indexes"]
    )
    return _format_table("Indexes", ["index", "table", "size", "read", ""], rows, note)


def _describe_use(row: ReportData) -> str:
    if not row["valid"]:
        return "invalid"
    return "unused" if is_unused(row) else ""


def _format_read_whole(report: ReportData) -> str:
    rows = (
        [row["table"], f"{row['scans']:,}", f"{row['rows_each']:,}"] for row in report["read_whole"]
    )
    head = ["table", "times", "rows each"]
    note = "bin/verify, archives and exports cause some; otherwise an index may be missing."
    return _format_table("Full table scans", head, rows, note)


def _format_running(report: ReportData) -> str:
    rows = (
        [row["pid"], row["application"], row["state"], row["seconds"] // 60, row["statement"],
         row["waits_for"] or ""]
        for row in report["running"]
    )  # fmt: skip
    head = ["process", "application", "state", "minutes", "statement", "waits for"]
    return _format_table("Transactions open for more than 5 minutes", head, rows)


def _format_connections(report: ReportData) -> str:
    room = report["room"]
    rows = ([row["state"], row["application"], row["connections"]] for row in report["connections"])
    note = f"{room['taken']} of the server's {room['most']} are in use."
    return _format_table("Connections", ["state", "application", "how many"], rows, note)


def _format_slowest(report: ReportData) -> str:
    rows = (
        [_cut(row["statement"], 48), f"{row['calls']:,}", f"{row['total_ms'] / 1000:,.1f} s",
         f"{row['mean_ms']:,.2f} ms", f"{row['max_ms']:,.1f} ms"]
        for row in report["slowest"]
    )  # fmt: skip
    head, title = (
        ["statement", "calls", "total", "mean", "longest"],
        "Statements that took the most time",
    )
    if report["slowest_unknown"]:
        return f"{title}: not known, {report['slowest_unknown']}."
    return _format_table(title, head, rows)


def _format_outbox(report: ReportData) -> str:
    waiting, oldest = report["outbox"]["waiting"], report["outbox"]["oldest_seconds"]
    if not waiting:
        return "Replies: none are waiting."
    return f"Replies: {waiting:,} waiting, the oldest for {oldest:,} s."


def _format_replication(report: ReportData) -> str:
    of = report["replication"]
    if "behind_seconds" in of and of["behind_seconds"] is None:
        return "Replication: no change has arrived here since it was started."
    if "behind_seconds" in of:
        return f"Replication: the last change that arrived here is {of['behind_seconds']} s old."
    lines = [
        f"Replication: {row['application']} is {row['state']} ({row['sync_state']}),"
        f" {_format_size(row['behind_bytes'])} behind."
        for row in of["standbys"]
    ]
    return "\n".join(lines) or "Replication: no standby is connected."


def _format_attention(report: ReportData) -> str:
    if not report["attention"]:
        return "Nothing needs attention."
    return "\n".join(["Needs attention:", *(f"  {line}" for line in report["attention"])])


_PARTS: Final[Mapping[str, Callable[[ReportData], str]]] = {
    "pruned": _format_pruned,
    "archived": _format_archived,
    "vacuum": _format_vacuum,
    "database": _format_database,
    "tables": _format_tables,
    "indexes": _format_indexes,
    "read_whole": _format_read_whole,
    "running": _format_running,
    "connections": _format_connections,
    "slowest": _format_slowest,
    "outbox": _format_outbox,
    "replication": _format_replication,
    "attention": _format_attention,
}


def _format_table(
    title: str, head: Sequence[str], rows: Iterable[Sequence[Any]], note: str = ""
) -> str:
    """Return a table with a title above and a note below, or one line if it has no rows."""
    cells = [[_cut(str(cell), 48) for cell in row] for row in rows]
    if not cells:
        return f"{title}: none."
    numbers = {"read", "times", "rows each", "how many", "minutes", "rows", "dead rows", "calls"}
    sizes = {"heap", "indexes", "TOAST", "empty", "size", "total", "mean", "longest"}
    align = ["right" if name in numbers | sizes else "left" for name in head]
    table = tabulate(cells, headers=head, colalign=align, disable_numparse=True)
    lines = [title, *(line.rstrip() for line in table.splitlines()), note]
    return "\n".join(filter(None, lines))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _format_size(number: int | None) -> str:
    if number is None:
        return "-"
    amount, units = float(number), ["GB", "MB", "kB", "B"]
    while amount >= 1000 and len(units) > 1:
        amount /= 1024
        units.pop()
    return f"{amount:,.0f} {units[-1]}"


def _format_time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "never"
