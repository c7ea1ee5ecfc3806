"""Brings the ledger to what a message's latest version says: an edit, or nothing at all."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg import AsyncConnection

from app.core.boards.adjustments import allot_votes, resolve_held_votes
from app.core.boards.calendar import VoteTime
from app.core.boards.shares import Share, compute_difference, compute_shares
from app.core.message import DELETED, UNDONE, Message, build_key
from app.core.replies import CountedVote
from app.core.rules import Refusal, Ruling, limit_votes
from app.core.vote import Vote, is_thing
from app.store.boards import standings
from app.store.people import aliases, merge_transfer
from app.store.votes import limits
from app.store.votes.amendments import amend
from app.store.votes.ballot import Ballot
from app.store.votes.outcome import Outcome
from app.store.votes.refusal_notes import record_refusals

# The row is locked until the transaction ends; a version older than the stored one, or the same
# again, changes nothing.
_TURN: Final = """
INSERT INTO messages AS m (team_id, channel_id, message_ts, slot, revision, voted)
VALUES (%(team)s, %(channel)s, %(ts)s, %(slot)s, %(revision)s, %(voted)s)
ON CONFLICT (team_id, channel_id, message_ts, slot)
DO UPDATE SET revision = EXCLUDED.revision, voted = m.voted OR EXCLUDED.voted
WHERE m.revision < EXCLUDED.revision
RETURNING 1
"""

_HELD: Final = """
SELECT target_id, sum(delta)::bigint, (array_agg(reason ORDER BY id DESC))[1], min(voter_id),
    min(day), min(season), min(week_shift), min(giver_day)
FROM vote_history
WHERE (team_id, channel_id, message_ts, slot) = (%(team)s, %(channel)s, %(ts)s, %(slot)s)
GROUP BY target_id ORDER BY min(id)
"""

_APPEND: Final = """
WITH ledger AS (
    INSERT INTO vote_history
        (team_id, channel_id, message_ts, slot, voter_id, target_id, delta, reason, kind, voted_at,
         day, season, week_shift, giver_day)
    SELECT %(team)s, %(channel)s, %(ts)s, %(slot)s, %(voter)s, v.target_id, v.delta, v.reason,
        %(kind)s, %(at)s, %(day)s, %(season)s, %(week_shift)s, %(giver_day)s
    FROM unnest(%(targets)s::text[], %(deltas)s::bigint[], %(reasons)s::text[])
        WITH ORDINALITY AS v (target_id, delta, reason, nr)
    ORDER BY nr
), added AS (
    INSERT INTO leaderboard AS l (team_id, board, target_id, score)
    SELECT %(team)s, s.board, s.target_id, s.points
    FROM unnest(%(share_boards)s::text[], %(share_targets)s::text[], %(share_points)s::bigint[])
        WITH ORDINALITY AS s (board, target_id, points, nr)
    ORDER BY s.nr
    ON CONFLICT (team_id, board, target_id)
    DO UPDATE SET score = l.score + EXCLUDED.score, updated_at = now()
)
SELECT
"""

_SPELL: Final = """
INSERT INTO things AS t (team_id, target_id, spelling)
SELECT %(team)s, s.* FROM unnest(%(things)s::text[], %(spellings)s::text[]) AS s ORDER BY 2
ON CONFLICT (team_id, target_id) DO UPDATE SET spelling = EXCLUDED.spelling
WHERE t.spelling <> EXCLUDED.spelling
"""


_KINDS: Final = {DELETED: "deletion", UNDONE: "undo"}


@dataclass(frozen=True, slots=True)
class _HeldVotes:
    """What the ledger holds of a message: one vote per target that still has points.

    Without those of people who have opted out, which an edit neither takes away nor adds to.
    """

    votes: Mapping[str, Vote]
    """By those for whom they are now, whatever was merged since."""
    entered: Mapping[str, Vote]
    """By those for whom they were when they were given: so they stand in the ledger."""
    meanings: Mapping[str, str]
    """What those were merged into who were merged."""
    voter: str
    when: VoteTime
    """When the first of its votes was given: what comes back counts for the same boards."""
    begun: bool
    """Whether it has ever held votes."""

    @property
    def spent(self) -> int:
        return sum(abs(vote.points) for vote in self.votes.values())


async def revise(
    conn: AsyncConnection[Any], ballot: Ballot, allowance: int | None
) -> Outcome | None:
    """Let *ballot*, of an edit or a deletion, count; None if a later version did already.

    Appends the difference between what the ledger holds for the message and what it says now.
    When the allowance does not suffice, none of its votes count. Why votes do not count the voter
    will be told.
    """
    message, ruling = ballot.message, ballot.ruling
    async with conn.transaction():
        key = _key_to_parameters(message)
        turn = {"revision": message.revision, "voted": bool(ruling.counted or ruling.withheld)}
        if await (await conn.execute(_TURN, key | turn)).fetchone() is None:
            return None
        held = await _read_held_votes(conn, key, ballot)
        left = limit_votes(ruling.withheld, held.votes.values())
        said = (*ruling.counted, *left)
        ready = await limits.apply_cooldown(conn, ballot, held.voter, held.votes, said)
        votes = await _charge_allowance(conn, ballot, held, ready, allowance)
        outcome = await _append(conn, ballot, held, votes)
        late = {
            Refusal.COOLDOWN: len(said) - len(ready),
            Refusal.ALLOWANCE: len(ready) - len(votes),
        }
        named = {Refusal.COOLDOWN: ballot.cooldown // 60, Refusal.ALLOWANCE: allowance}
        told = await record_refusals(conn, ballot, _count_refused(ruling, left) | late, named)
        refused = tuple(Counter(late).elements())
        return Outcome(outcome.counted, outcome.waiting + told, refused)


async def _read_held_votes(
    conn: AsyncConnection[Any], key: Mapping[str, str], ballot: Ballot
) -> _HeldVotes:
    rows = await (await conn.execute(_HELD, key)).fetchall()
    kept = () if ballot.message.revision in _KINDS else ballot.opted_out
    given = {t: Vote(t, points, reason) for t, points, reason, *_ in rows if points}
    meanings = await aliases.resolve_aliases(conn, key["team"], given)
    entered = {t: vote for t, vote in given.items() if meanings.get(t, t) not in kept}
    voter, *when = rows[0][3:] if rows else ("", None)
    author, at = ballot.message.author or voter, VoteTime(*when) if when[0] else ballot.when
    return _HeldVotes(
        resolve_held_votes(entered, meanings), entered, meanings, author, at, bool(rows)
    )


def _key_to_parameters(message: Message) -> dict[str, str]:
    return build_key(message.team, message.channel, message.ts, message.slot)


def _count_refused(ruling: Ruling, left: Collection[Vote]) -> dict[Refusal, int]:
    """Return how many votes the rules refuse, by reason; those that are *left* they do not."""
    refused = dict(Counter(ruling.refusals))
    if ruling.withheld:
        refused[Refusal.BANNED] = sum(vote not in left for vote in ruling.withheld)
    return refused


async def _charge_allowance(
    conn: AsyncConnection[Any],
    ballot: Ballot,
    held: _HeldVotes,
    votes: Sequence[Vote],
    allowance: int | None,
) -> Sequence[Vote]:
    """Spend or refund the difference in points; return the votes that count after it."""
    if allowance is None or not held.voter:
        return votes
    more = sum(abs(vote.points) for vote in votes) - held.spent
    account = {"team": ballot.message.team, "voter": held.voter, "day": held.when.allowance_day}
    if more > 0 and await limits.spend(conn, account, more, allowance):
        return votes
    refunded = held.spent if more > 0 else -more
    if refunded and held.when.giver_day:  # without it there was no allowance to spend
        await limits.refund(conn, account, refunded)
    return () if more > 0 else votes


async def _append(
    conn: AsyncConnection[Any], ballot: Ballot, held: _HeldVotes, votes: Sequence[Vote]
) -> Outcome:
    """Append the difference between *held* and *votes*, and let boards and reply follow."""
    message, given = ballot.message, allot_votes(votes, held.entered, held.meanings)
    rows = _build_rows(held.entered, given)
    if rows:
        before, after = (
            _compute_shares(of, message, held) for of in (held.entered.values(), given)
        )
        added = compute_difference(before, after)
        await merge_transfer.lock_for_forwarding(conn, message.team, held.meanings, added)
        await conn.execute(_APPEND, _build_append_parameters(message, held, rows, added))
        await _store_spellings(conn, message.team, votes)
        await merge_transfer.forward_votes(conn, message.team, held.meanings)
    waiting = False
    if held.votes or votes:
        targets = [*held.votes, *(vote.target for vote in votes)]
        scores = await standings.read_scores(conn, message.team, targets)
        said = _list_counted(held.votes, votes, scores, held.voter if message.slot else None)
        changed = any(row.points for row in rows)
        waiting = await amend(conn, ballot, held.voter, said, changed=changed)
    return Outcome(len(rows), int(waiting))


def _build_rows(held: Mapping[str, Vote], votes: Sequence[Vote]) -> list[Vote]:
    """Return the ledger's new rows: what was changed or added, then what was taken out.

    A vote that only gets another reason has a row of 0 points, so that the last row of a vote
    always has the reason that the message gives now.
    """
    nothing = Vote("", 0)
    before = [held.get(vote.target, nothing) for vote in votes]
    rows = [
        Vote(now.target, now.points - then.points, now.reason)
        for then, now in zip(before, votes, strict=True)
        if (then.points, then.reason) != (now.points, now.reason)
    ]
    kept = {vote.target for vote in votes}
    gone = [vote for vote in held.values() if vote.target not in kept]
    return rows + [Vote(vote.target, -vote.points) for vote in gone]


def _compute_shares(votes: Iterable[Vote], message: Message, held: _HeldVotes) -> list[Share]:
    return compute_shares(votes, held.voter, message.channel, held.when)


def _build_append_parameters(
    message: Message, held: _HeldVotes, rows: Sequence[Vote], added: Sequence[Share]
) -> dict[str, Any]:
    return _key_to_parameters(message) | {
        "voter": held.voter,
        "kind": _choose_kind(message, held),
        "at": message.at,
        "day": held.when.day,
        "season": held.when.season,
        "week_shift": held.when.week_shift,
        "giver_day": held.when.giver_day,
        "targets": [row.target for row in rows],
        "deltas": [row.points for row in rows],
        "reasons": [row.reason for row in rows],
        "share_boards": [share.board for share in added],
        "share_targets": [share.target for share in added],
        "share_points": [share.points for share in added],
    }


def _choose_kind(message: Message, held: _HeldVotes) -> str:
    """Return the kind of the rows; what somebody does on a message begins with a vote as well."""
    first = message.slot and not held.begun
    return _KINDS.get(message.revision, "vote" if first else "edit")


async def _store_spellings(conn: AsyncConnection[Any], team: str, votes: Sequence[Vote]) -> None:
    things = [vote for vote in votes if is_thing(vote.target) and vote.spelling]
    if things:
        spelled = {"things": [v.target for v in things], "spellings": [v.spelling for v in things]}
        await conn.execute(_SPELL, {"team": team} | spelled)


def _list_counted(
    held: Mapping[str, Vote], votes: Sequence[Vote], scores: Mapping[str, int], by: str | None
) -> list[CountedVote]:
    """Return what the reply says now: the votes that stand, and those withdrawn."""
    kept = {vote.target for vote in votes}
    gone = [vote for vote in held.values() if vote.target not in kept]
    return [
        CountedVote(v.target, v.points, scores.get(v.target, 0), v.reason, v.because, by=by)
        for v in votes
    ] + [CountedVote(v.target, 0, scores.get(v.target, 0), was=v.points, by=by) for v in gone]
