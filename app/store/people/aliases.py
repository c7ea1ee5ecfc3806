"""Reads the current merges from the database; votes use those in the rulebook."""

from collections.abc import Collection
from typing import Final

from app.store.database import Conn, fetch_all, fetch_row, fetch_value

_READ_ALIASES: Final = """
SELECT target_id, into_id, merge FROM aliases
WHERE team_id = %(team)s AND target_id = ANY(%(targets)s)
ORDER BY target_id COLLATE "C" FOR KEY SHARE
"""

_READ_MERGED: Final = """
SELECT target_id FROM aliases WHERE (team_id, merge) = (%(team)s, %(ts)s)
"""

_FORGOTTEN: Final = """
SELECT target_id FROM aliases WHERE (team_id, person) = (%(team)s, %(person)s)
"""

_PEOPLE: Final = """
SELECT person, into_person FROM aliases WHERE (team_id, target_id) = (%(team)s, %(source)s)
"""

Merges = dict[str, tuple[str, str]]
"""By target: what it was merged into, and the message_ts of the rows that moved its points."""


async def read_merges(conn: Conn, team: str, targets: Collection[str]) -> Merges:
    """Return the merges of *targets*, locked against being undone until the transaction ends."""
    if not targets:
        return {}
    rows = await fetch_all(conn, _READ_ALIASES, {"team": team, "targets": list(targets)})
    return {target: (into, ts) for target, into, ts in rows}


async def find_merge_source(conn: Conn, team: str, ts: str) -> str:
    """Return the target merged by the rows with message_ts *ts*, or "" if there is none now."""
    found: str = await fetch_value(conn, _READ_MERGED, {"team": team, "ts": ts}, "")
    return found


async def find_pseudonym(conn: Conn, team: str, person: str) -> str | None:
    """Return the pseudonym of merged *person* (a keyed hash) if forgotten since, or None."""
    if not person:
        return None
    found: str | None = await fetch_value(conn, _FORGOTTEN, {"team": team, "person": person})
    return found


async def read_people(conn: Conn, team: str, source: str) -> tuple[str | None, str | None]:
    """Return the keyed hashes of *source* and its merge target; None for each not forgotten."""
    row = await fetch_row(conn, _PEOPLE, {"team": team, "source": source})
    return (row[0], row[1]) if row else (None, None)
