"""How the report reads: aligned text for people, JSON for machines."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from tabulate import tabulate

from app.cli.maintenance.report import unused

Told = Mapping[str, Any]
_WIDTH: Final = 100


def as_json(told: Told) -> str:
    """Return the report as one JSON document."""
    return json.dumps(told, default=_plain, ensure_ascii=False, indent=2) + "\n"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else float(value)


def as_text(told: Told) -> str:
    """Return the report for reading, no wider than 100 columns."""
    parts = ((name, write) for name, write in _PARTS.items() if name in told)
    return "\n\n".join(text for name, write in parts if (text := write(told))) + "\n"


def _pruned(told: Told) -> str:
    verb = "would be removed" if "dry_run" in told else "removed"
    return "\n".join(
        f"{_team(row)}: {row['boards']:,} boards with {row['scores']:,} scores, of periods that"
        f" ended before {row['before']}, {verb}"
        for row in told["pruned"]
    )


def _archived(told: Told) -> str:
    verb = "would be archived" if "dry_run" in told else "archived"
    lines = []
    for row in told["archived"]:
        lines.append(
            f"{_team(row)}: {row['rows']:,} rows of {row['messages']:,} messages before"
            f" {row['before']} {verb}, for {row['targets']:,} targets"
        )
        if row["file"]:
            lines.append(f"  {row['file']}")
    return "\n".join(lines)


def _team(row: Told) -> str:
    return str(row["team"] or "no workspace yet")


def _vacuum(told: Told) -> str:
    done = sum(not row["skipped"] for row in told["vacuum"])
    skipped = [f"  {row['table']}: {row['skipped']}" for row in told["vacuum"] if row["skipped"]]
    return "\n".join([f"Vacuumed and analysed {done} of {len(told['vacuum'])} tables.", *skipped])


def _database(told: Told) -> str:
    of = told["database"]
    role = ", a standby: nothing can be vacuumed here" if of["standby"] else ""
    limit = f"{of['xid_age_of_autovacuum']:,}"
    return (
        f"Database {of['name']}: {_size(of['bytes'])}, PostgreSQL {of['server']}{role}\n"
        f"Transaction ids: the oldest is {of['xid_age']:,} old (autovacuum freezes at {limit})"
    )


def _tables(told: Told) -> str:
    head = ["table", "rows", "heap", "indexes", "TOAST", "empty", "dead rows", "vacuumed"]
    rows = (
        [
            row["table"], f"{row['rows']:,}", _size(row["heap_bytes"]), _size(row["index_bytes"]),
            _size(row["toast_bytes"]), _size(row["waste_bytes"]), f"{row['dead_rows']:,}",
            _when(row["vacuumed_at"]),
        ]
        for row in told["tables"]
    )  # fmt: skip
    note = f"Rows are estimates; empty space in the heap is {told['waste_is']}."
    return _table("Tables", head, rows, note)


def _indexes(told: Told) -> str:
    since = told["database"]["counted_since"]
    note = f"Counted since {_when(since)}." if since else "Counted since the server was made."
    rows = (
        [row["index"], row["table"], _size(row["bytes"]), f"{row['scans']:,}", _use(row)]
        for row in told["indexes"]
    )
    return _table("Indexes", ["index", "table", "size", "read", ""], rows, note)


def _use(row: Told) -> str:
    if not row["valid"]:
        return "invalid"
    return "unused" if unused(row) else ""


def _read_whole(told: Told) -> str:
    rows = (
        [row["table"], f"{row['scans']:,}", f"{row['rows_each']:,}"] for row in told["read_whole"]
    )
    head = ["table", "times", "rows each"]
    note = "bin/verify, archives and exports do so too; otherwise an index may be missing."
    return _table("Tables read from end to end", head, rows, note)


def _running(told: Told) -> str:
    rows = (
        [row["pid"], row["application"], row["state"], row["seconds"] // 60, row["statement"],
         row["waits_for"] or ""]
        for row in told["running"]
    )  # fmt: skip
    head = ["process", "application", "state", "minutes", "statement", "waits for"]
    return _table("Transactions open for more than 5 minutes", head, rows)


def _connections(told: Told) -> str:
    room = told["room"]
    rows = ([row["state"], row["application"], row["connections"]] for row in told["connections"])
    note = f"The server has {room['taken']} of at most {room['most']}."
    return _table("Connections", ["state", "application", "how many"], rows, note)


def _slowest(told: Told) -> str:
    rows = (
        [_cut(row["statement"], 48), f"{row['calls']:,}", f"{row['total_ms'] / 1000:,.1f} s",
         f"{row['mean_ms']:,.2f} ms", f"{row['max_ms']:,.1f} ms"]
        for row in told["slowest"]
    )  # fmt: skip
    head, title = (
        ["statement", "calls", "total", "mean", "longest"],
        "Statements that took most time",
    )
    if told["slowest_unknown"]:
        return f"{title}: not known, {told['slowest_unknown']}."
    return _table(title, head, rows)


def _outbox(told: Told) -> str:
    waiting, oldest = told["outbox"]["waiting"], told["outbox"]["oldest_seconds"]
    if not waiting:
        return "Replies: none waits."
    return f"Replies: {waiting:,} wait, the oldest for {oldest:,} s."


def _replication(told: Told) -> str:
    of = told["replication"]
    if "behind_seconds" in of:
        return f"Replication: the last change that arrived here is {of['behind_seconds']} s old."
    lines = [
        f"Replication: {row['application']} is {row['state']} ({row['sync_state']}),"
        f" {_size(row['behind_bytes'])} behind."
        for row in of["standbys"]
    ]
    return "\n".join(lines) or "Replication: no standby follows."


def _attention(told: Told) -> str:
    if not told["attention"]:
        return "Nothing asks for attention."
    return "\n".join(["Asks for attention:", *(f"  {line}" for line in told["attention"])])


_PARTS: Final[Mapping[str, Callable[[Told], str]]] = {
    "pruned": _pruned,
    "archived": _archived,
    "vacuum": _vacuum,
    "database": _database,
    "tables": _tables,
    "indexes": _indexes,
    "read_whole": _read_whole,
    "running": _running,
    "connections": _connections,
    "slowest": _slowest,
    "outbox": _outbox,
    "replication": _replication,
    "attention": _attention,
}


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[Any]], note: str = "") -> str:
    """Return a table with its title above and a note below, or one line when it has no rows."""
    written = [[_cut(str(cell), 48) for cell in row] for row in rows]
    if not written:
        return f"{title}: none."
    numbers = {"read", "times", "rows each", "how many", "minutes", "rows", "dead rows", "calls"}
    sizes = {"heap", "indexes", "TOAST", "empty", "size", "total", "mean", "longest"}
    align = ["right" if name in numbers | sizes else "left" for name in head]
    table = tabulate(written, headers=head, colalign=align, disable_numparse=True)
    return "\n".join(line.rstrip() for line in _lines(title, table, note))


def _lines(title: str, table: str, note: str) -> Iterator[str]:
    yield title
    yield from table.splitlines()
    if note:
        yield note


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _size(number: int | None) -> str:
    if number is None:
        return "-"
    amount = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            return f"{amount:,.0f} {unit}"
        amount /= 1024
    return ""


def _when(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "never"
