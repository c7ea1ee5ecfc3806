"""Merges one person or thing into another, and reverses that, each in one transaction.

It locks the rules exclusively (`app.store.votes`): no vote is stored at the same time, and each
later one knows of the merge. Points that an edit of an old message gives to the merged target are
moved in the edit's own transaction.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final

from psycopg.errors import NumericValueOutOfRange

from app.core.boards.shares import name_channel_board
from app.core.commands.admin import UnfitCommand
from app.core.vote import ScoreLimitError, require_score
from app.store.boards import standings
from app.store.database import Conn, allow_seconds, fetch_all
from app.store.people import members, merge_transfer, merged_limits
from app.store.people.merge_transfer import Transfer
from app.store.votes import LOCK_RENAMES
from app.store.votes.adjustments import store_spelling
from app.store.workspace import audit
from app.store.workspace.audit import Act
from app.store.workspace.rulebook import change_rules
from app.store.workspace.workspace_rules import Alias, WorkspaceRules

HashTarget = Callable[[str], str]
"""Returns the keyed hash of a person, and "" for a thing."""

PATIENCE: Final = 30.0
"""Seconds that a merge may take; 100,000 votes take a few."""

_READ_ALIASES: Final = """
SELECT target_id, into_id, merge, person, into_person FROM aliases WHERE team_id = %(team)s
"""

_ADD_ALIAS: Final = """
INSERT INTO aliases (team_id, target_id, into_id, merge, merged_by)
VALUES (%(team)s, %(source)s, %(into)s, %(ts)s, %(by)s)
"""

_DELETE_ALIAS: Final = """
DELETE FROM aliases WHERE (team_id, target_id) = (%(team)s, %(source)s)
"""

_FORMER_CHANNELS: Final = """
SELECT former_id, channel_id FROM former_channels WHERE team_id = %(team)s
"""


@dataclass(frozen=True, slots=True)
class ScorePair:
    """The all-time scores of both sides of a merge."""

    score: int
    into_score: int


@dataclass(frozen=True, slots=True)
class MergeResult:
    """The result of a merge or of its reversal."""

    transfer: Transfer
    before: ScorePair
    after: ScorePair


@dataclass(frozen=True, slots=True)
class UnmergeRequest:
    """A request to reverse the merge of *source*, or else the one whose rows have *ts*."""

    team: str
    by: str
    source: str
    ts: str = ""
    key: str = ""
    """Identifies the request, so that a repeat gets the first result; empty if nothing does."""


async def lock_renames(conn: Conn, team: str, seconds: float) -> None:
    """Lock out merges, imports, other renames and new seasons in *team* (`app.store.votes`).

    If two ran at once, neither would see what the other renames. Gives each statement *seconds*.
    """
    await allow_seconds(conn, seconds)
    await conn.execute(LOCK_RENAMES, {"team": team})


async def check_merge(conn: Conn, transfer: Transfer, rules: WorkspaceRules) -> UnfitCommand | None:
    """Return why the source can't be merged into the target, or None.

    Other processes' merges may be missing from *rules*, but not from the accounts checked.
    """
    team, source, into = transfer.team, transfer.source, transfer.into
    aliases = await _read_aliases(conn, team)
    merged = {*aliases, *(one.person for one in aliases.values())}
    if {source, transfer.person} & merged:
        return UnfitCommand.ALREADY
    if {into, transfer.into_person} & merged:
        return UnfitCommand.ELSEWHERE
    known = replace(rules, aliases=aliases)
    accounts = {*known.list_accounts(source), *known.list_accounts(into)}
    if await members.has_opted_out(conn, team, *accounts):
        return UnfitCommand.OPTED_OUT
    hidden = await members.read_hidden(conn, team, [source, into])
    return UnfitCommand.LEFT if into in hidden and source not in hidden else None


async def _read_aliases(conn: Conn, team: str) -> dict[str, Alias]:
    """Return the merges of *team*, by the target that was merged."""
    rows = await fetch_all(conn, _READ_ALIASES, {"team": team})
    return {target: Alias(*columns) for target, *columns in rows}


async def merge(
    conn: Conn, transfer: Transfer, rules: WorkspaceRules, by: str, spelling: str = ""
) -> MergeResult | UnfitCommand:
    """Move all of the source's points and later votes; store the *spelling* of the target.

    A repeat, with the same message_ts, changes nothing and gets the first result.
    """
    try:
        async with conn.transaction():
            return await _merge(conn, transfer, rules, by, spelling)
    except (NumericValueOutOfRange, ScoreLimitError):
        return UnfitCommand.TOO_MUCH


async def unmerge(
    conn: Conn, request: UnmergeRequest, hash_target: HashTarget
) -> MergeResult | UnfitCommand:
    """Reverse a merge, except for points withdrawn since.

    Votes for the merged target that came later stay where they went.
    """
    try:
        async with conn.transaction():
            await _lock_merges(conn, request.team)
            done = await _find_result(conn, request.team, "unmerge", key=request.key)
            return done or await _unmerge(conn, request, hash_target)
    except (NumericValueOutOfRange, ScoreLimitError):
        return UnfitCommand.TOO_MUCH


async def read_scores(conn: Conn, transfer: Transfer) -> ScorePair:
    """Return the current all-time scores of both."""
    found = await standings.read_scores(conn, transfer.team, [transfer.source, transfer.into])
    return ScorePair(found.get(transfer.source, 0), found.get(transfer.into, 0))


async def _merge(
    conn: Conn, transfer: Transfer, rules: WorkspaceRules, by: str, spelling: str
) -> MergeResult | UnfitCommand:
    await _lock_merges(conn, transfer.team)
    if done := await _find_result(conn, transfer.team, "merge", merge=transfer.ts):
        return done
    if why := await check_merge(conn, transfer, rules):
        return why
    await conn.execute(_ADD_ALIAS, asdict(transfer) | {"by": by})
    await merged_limits.combine(conn, transfer)
    archived = await merge_transfer.lock_shares(conn, transfer.team, transfer.source)
    done = await _move_points(
        conn, transfer, Act(transfer.team, by, "merge", transfer.source), archived
    )
    require_score(done.before.score, done.after.score)
    require_score(done.before.into_score, done.after.into_score)
    await store_spelling(conn, transfer.team, transfer.into, spelling)
    return done


async def _find_result(conn: Conn, team: str, act: str, **identity: str) -> MergeResult | None:
    """Return the recorded result of the *act* with that *identity*, or None if it wasn't done."""
    done = await audit.find_act(conn, team, act, **identity) if all(identity.values()) else None
    if done is None:
        return None
    transfer = Transfer(team, done.about, done.after["into"], done.after["merge"])
    sides = (ScorePair(one["score"], one["into_score"]) for one in (done.before, done.after))
    return MergeResult(transfer, *sides)


async def _unmerge(
    conn: Conn, request: UnmergeRequest, hash_target: HashTarget
) -> MergeResult | UnfitCommand:
    aliases = await _read_aliases(conn, request.team)
    transfer = _find_transfer(aliases, request, hash_target)
    if isinstance(transfer, UnfitCommand):
        return transfer
    await conn.execute(_DELETE_ALIAS, asdict(transfer))
    await merged_limits.separate(conn, transfer)
    archived = await _read_archived(conn, transfer)
    act = Act(transfer.team, request.by, "unmerge", transfer.source, after={"key": request.key})
    return await _move_points(conn, transfer, act, archived, back=True)


def _find_transfer(
    aliases: Mapping[str, Alias], request: UnmergeRequest, hash_target: HashTarget
) -> Transfer | UnfitCommand:
    """Return the transfer to reverse, or why there is none."""
    merged_by = {one.merge: target for target, one in aliases.items()}
    source = request.source or merged_by.get(request.ts, "")
    pseudonyms = {one.person: target for target, one in aliases.items() if one.person}
    source = pseudonyms.get(hash_target(source), source)
    if source not in aliases:
        return UnfitCommand.NOT_MERGED
    alias = aliases[source]
    if alias.into in aliases:
        return UnfitCommand.ELSEWHERE
    person = alias.person or hash_target(source)
    into_person = alias.into_person or hash_target(alias.into)
    last_person = _find_last_account(aliases, into_person, hash_target)
    return Transfer(request.team, source, alias.into, alias.merge, person, last_person)


def _find_last_account(aliases: Mapping[str, Alias], person: str, hash_target: HashTarget) -> str:
    """Return the keyed hash of the account that has what *person*, a keyed hash, has spent.

    Somebody forgotten who has come back may have been merged again, by the same hash.
    """
    further = {
        one.person or hash_target(source): one.into_person or hash_target(one.into)
        for source, one in aliases.items()
    }
    for _ in aliases:
        person = further.get(person, person)
    return person


async def _move_points(
    conn: Conn, transfer: Transfer, act: Act, archived: dict[str, int], *, back: bool = False
) -> MergeResult:
    """Move points, or move them *back*, with their *archived* shares; record *act*."""
    before = await read_scores(conn, transfer)
    await merge_transfer.move_points(conn, transfer, archived, back=back)
    after = await read_scores(conn, transfer)
    details = {"into": transfer.into, "merge": transfer.ts, "archived": archived}
    changed = details | (act.after or {}) | asdict(after)
    recorded = replace(act, before=details | asdict(before), after=changed)
    await audit.record_act(conn, recorded)
    return MergeResult(transfer, before, after)


async def _read_archived(conn: Conn, transfer: Transfer) -> dict[str, int]:
    """Return what a merge moved of archived votes, by the boards' current names."""
    merged = await audit.find_act(conn, transfer.team, "merge", merge=transfer.ts)
    details = merged.after if merged else {}
    rows = await fetch_all(conn, _FORMER_CHANNELS, {"team": transfer.team})
    names = {name_channel_board(former): name_channel_board(channel) for former, channel in rows}
    archived: Counter[str] = Counter()
    for board, points in details.get("archived", {}).items():
        kind, *rest = board.split("/")
        place, period = "/".join((kind, *rest[:1])), rest[1:]
        archived["/".join((names[place], *period)) if place in names else board] += points
    return archived


async def _lock_merges(conn: Conn, team: str) -> None:
    await lock_renames(conn, team, PATIENCE)
    await change_rules(conn, team)
