"""Merges one person or thing into another, and takes that back; each is one transaction.

While an alias stands, whatever still comes to the one is carried over too: by an edit of an old
message in the edit's own transaction; from a process that did not know yet, seconds later.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.errors import NumericValueOutOfRange

from app.core.commands.admin import Unfit
from app.store.boards import standings
from app.store.people import aliases, merge_transfer
from app.store.people.merge_transfer import Way
from app.store.votes import archived_shares
from app.store.votes.adjustments import opted_out, spell
from app.store.workspace import audit
from app.store.workspace.audit import Act

PATIENCE: Final = 30.0
"""Seconds that a merge may take; 100,000 votes take a few."""

# Two merges of one workspace never run at the same time: neither could see the other's alias.
_ALONE: Final = """
SELECT set_config('statement_timeout', %(ms)s, true), set_config('lock_timeout', '5s', true),
    pg_advisory_xact_lock(hashtext('merge'), hashtext(%(team)s))
"""

_ALIAS: Final = """
INSERT INTO aliases (team_id, target_id, into_id, merge, merged_by)
VALUES (%(team)s, %(source)s, %(into)s, %(ts)s, %(by)s)
"""

# Waits for edits of old messages that have seen it.
_PART: Final = """
DELETE FROM aliases WHERE (team_id, target_id) = (%(team)s, %(source)s)
"""


@dataclass(frozen=True, slots=True)
class Scores:
    """The all-time scores of two that are merged."""

    score: int
    into_score: int


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge, or taking one back, came to."""

    way: Way
    before: Scores
    after: Scores


@dataclass(frozen=True, slots=True)
class Unmerging:
    """A merge to be taken back: that of *source*, or else the one whose rows have the ts *ts*."""

    team: str
    by: str
    source: str
    ts: str = ""


async def unfit(conn: AsyncConnection[Any], team: str, source: str, into: str) -> Unfit | None:
    """Return why *source* cannot be merged *into* the other, or None."""
    merges = await aliases.known(conn, team, [source, into])
    if source in merges:
        return Unfit.ALREADY
    if into in merges:
        return Unfit.ELSEWHERE
    return Unfit.OPTED_OUT if await opted_out(conn, team, source, into) else None


async def merge(
    conn: AsyncConnection[Any], way: Way, by: str, spelling: str = ""
) -> Merged | Unfit:
    """Carry over all that the one has, from now on too; *spelling* is how the other is written."""
    try:
        async with conn.transaction():
            return await _merge(conn, way, by, spelling)
    except NumericValueOutOfRange:
        return Unfit.TOO_MUCH


async def unmerge(conn: AsyncConnection[Any], wanted: Unmerging) -> Merged | Unfit:
    """Carry back what a merge carried over, but for what was withdrawn since.

    Votes for what was merged that came after it stay where they went.
    """
    try:
        async with conn.transaction():
            await _alone(conn, wanted.team)
            source = wanted.source or await aliases.merged_by(conn, wanted.team, wanted.ts)
            merges = await aliases.known(conn, wanted.team, [source])
            if source not in merges:
                return Unfit.NOT_MERGED
            return await _unmerge(conn, Way(wanted.team, source, *merges[source]), wanted.by)
    except NumericValueOutOfRange:
        return Unfit.TOO_MUCH


async def scores(conn: AsyncConnection[Any], way: Way) -> Scores:
    """Return what both have now."""
    found = await standings.scores(conn, way.team, [way.source, way.into])
    return Scores(found.get(way.source, 0), found.get(way.into, 0))


async def _merge(conn: AsyncConnection[Any], way: Way, by: str, spelling: str) -> Merged | Unfit:
    await _alone(conn, way.team)
    if why := await unfit(conn, way.team, way.source, way.into):
        return why
    await conn.execute(_ALIAS, way.parameters | {"by": by})
    await spell(conn, way.team, way.into, spelling)
    archived = await archived_shares.held(conn, way.team, way.source)
    shares = archived_shares.moved(archived, way.source, way.into)
    await merge_transfer.lock(conn, way, shares)
    before = await scores(conn, way)
    await archived_shares.move(conn, way.team, shares)
    await merge_transfer.over(conn, way, shares)
    return await _noted(conn, way, Act(way.team, by, "merge", way.source), before, archived)


async def _unmerge(conn: AsyncConnection[Any], way: Way, by: str) -> Merged | Unfit:
    if await aliases.known(conn, way.team, [way.into]):
        return Unfit.ELSEWHERE
    await conn.execute(_PART, way.parameters)
    archived = (await audit.merged(conn, way.team, way.source, way.ts)).get("archived", {})
    shares = archived_shares.moved(archived, way.into, way.source)
    await merge_transfer.lock(conn, way, shares)
    before = await scores(conn, way)
    await archived_shares.move(conn, way.team, shares)
    await merge_transfer.back(conn, way, shares)
    return await _noted(conn, way, Act(way.team, by, "unmerge", way.source), before, archived)


async def _alone(conn: AsyncConnection[Any], team: str) -> None:
    await conn.execute(_ALONE, {"team": team, "ms": str(round(PATIENCE * 1000))})


async def _noted(
    conn: AsyncConnection[Any], way: Way, act: Act, before: Scores, archived: dict[str, int]
) -> Merged:
    """Write *act* down; return what it came to."""
    after = await scores(conn, way)
    of = {"into": way.into, "merge": way.ts, "archived": archived}
    told = replace(act, before=of | asdict(before), after=of | asdict(after))
    await audit.note(conn, told)
    return Merged(way, before, after)
