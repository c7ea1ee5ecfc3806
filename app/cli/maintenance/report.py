"""Gathers the report of `bin/maintenance`: figures, and warnings about them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from psycopg.errors import LockNotAvailable

from app import CommandError
from app.store.database import SyncConn
from app.store.migrations import list_created
from app.store.server import maintenance

_MIB: Final = 2**20
_LARGE: Final = 64 * _MIB
"""Bytes from which wasted space and unused indexes are reported."""
_LAST_XID: Final = 2**31
_LATE: Final = 600
"""Seconds after which an unsent reply is late."""


def gather(conn: SyncConn) -> dict[str, Any]:
    """Return the report, with the keys of its JSON form.

    Raises CommandError, naming the process, if another one keeps a table locked.
    """
    tables = list_created("TABLE")
    try:
        figures = maintenance.read_figures(conn, tables)
    except LockNotAvailable as error:
        lockers = maintenance.find_lockers(conn, tables)
        raise CommandError(_describe_lockers(lockers)) from error
    return figures | {"attention": list(list_warnings(figures))}


def _describe_lockers(lockers: Iterable[Mapping[str, Any]]) -> str:
    """Return which of *lockers* keeps which table locked; they may have gone in the meantime."""
    each = [f"{row['table']} by process {row['pid']} ({row['application']})" for row in lockers]
    return f"no report, because a table is locked: {', '.join(each) or 'no longer; run it again'}"


def list_warnings(figures: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each figure that needs an operator's attention."""
    for row in figures["tables"]:
        yield from _check_table(row)
    for row in figures["indexes"]:
        yield from _check_index(row)
    for row in figures["running"]:
        minutes = row["seconds"] // 60
        who = f"process {row['pid']} ({row['application']})"
        yield f"{who} has been {row['state']} for {minutes} minutes"
    yield from _check_server(figures)


def _check_table(row: Mapping[str, Any]) -> Iterator[str]:
    dead, waste = row["dead_rows"], row["waste_bytes"] or 0
    if dead > 1000 and dead > row["rows"] / 5:
        yield f"{row['table']}: {dead:,} dead rows; is something preventing their removal?"
    if waste > _LARGE and waste > row["heap_bytes"] / 2:
        yield f"{row['table']}: about half of it or more is empty; VACUUM FULL frees the space"


def _check_index(row: Mapping[str, Any]) -> Iterator[str]:
    if not row["valid"]:
        yield f"{row['index']} is invalid: REINDEX INDEX CONCURRENTLY {row['index']}"
    elif is_unused(row) and row["bytes"] > _LARGE:
        yield f"{row['index']}: never used since statistics were reset"


def is_unused(row: Mapping[str, Any]) -> bool:
    """Return whether an index has never been scanned and doesn't enforce uniqueness."""
    return not row["scans"] and not row["keeps_unique"]


def _check_server(figures: Mapping[str, Any]) -> Iterator[str]:
    database, room, oldest = (
        figures["database"],
        figures["room"],
        figures["outbox"]["oldest_seconds"],
    )
    if database["xid_age"] > _LAST_XID / 2:
        yield "transaction ids: more than half are used; find out why autovacuum doesn't freeze"
    if database["resorted"]:
        name = f'"{database["name"]}"'
        yield (
            "text sorts differently since the system was updated, and indexes may miss rows:"
            f" REINDEX DATABASE CONCURRENTLY {name};"
            f" then ALTER DATABASE {name} REFRESH COLLATION VERSION"
        )
    if room["taken"] > 0.8 * room["most"]:
        yield f"{room['taken']} of {room['most']} connections are in use"
    if (oldest or 0) > _LATE:
        yield f"the oldest reply has waited for {oldest // 60} minutes; is bin/server running?"
    for slot in figures["replication"].get("slots", ()):
        if not slot["active"]:
            yield f"replication slot {slot['slot']} is inactive and retains WAL on the disk"
