"""Reads what was merged into what, as it stands now; votes hold the rules that they know."""

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
"""By target: into what it was merged, and the message_ts of the rows that moved its points."""


async def read_merges(conn: Conn, team: str, targets: Collection[str]) -> Merges:
    """Return the merges of *targets*; until the transaction ends, none of them is taken back."""
    if not targets:
        return {}
    rows = await fetch_all(conn, _READ_ALIASES, {"team": team, "targets": list(targets)})
    return {target: (into, ts) for target, into, ts in rows}


async def resolve_aliases(conn: Conn, team: str, targets: Collection[str]) -> dict[str, str]:
    """Return those of *targets* that are merged, with what they were merged into in the end."""
    step = await read_merges(conn, team, targets)
    ends = {target: into for target, (into, _) in step.items()}
    while step:
        step = await read_merges(conn, team, set(ends.values()))
        ends = {target: step[into][0] if into in step else into for target, into in ends.items()}
    return ends


async def find_merge_source(conn: Conn, team: str, ts: str) -> str:
    """Return whom or what the rows with the message_ts *ts* have merged; empty if nothing now."""
    found: str = await fetch_value(conn, _READ_MERGED, {"team": team, "ts": ts}, "")
    return found


async def find_pseudonym(conn: Conn, team: str, person: str) -> str | None:
    """Return what *person*, by their keyed hash, is merged as, if they were forgotten since."""
    if not person:
        return None
    found: str | None = await fetch_value(conn, _FORGOTTEN, {"team": team, "person": person})
    return found


async def read_people(conn: Conn, team: str, source: str) -> tuple[str | None, str | None]:
    """Return the keyed hashes of both, where they were forgotten since *source* was merged."""
    row = await fetch_row(conn, _PEOPLE, {"team": team, "source": source})
    return (row[0], row[1]) if row else (None, None)
