"""Brings the ledger to the latest version of a message, after an edit, a deletion or an undo."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from psycopg.types.json import Jsonb

from app.core.boards.calendar import VoteTime
from app.core.boards.shares import (
    ScorePart,
    allot_votes,
    compute_difference,
    compute_shares,
)
from app.core.message import Message
from app.core.refusals import Refusal, RefusedVote, Ruling, cap_votes
from app.core.replies import CountedVote
from app.core.vote import Vote, is_thing
from app.store.boards import standings
from app.store.database import Conn, fetch_row, gather_columns
from app.store.people import merge_transfer
from app.store.votes import ledger_entries, limits
from app.store.votes.ballot import Ballot, Outcome
from app.store.votes.held_votes import KINDS, HeldVotes, read_held_votes
from app.store.votes.refusal_notes import record_refusals
from app.store.votes.reply_updates import update_replies

# Locks the row until the transaction ends (for the lock order, see `app.store.votes`). A version
# that isn't newer than the stored one changes nothing.
_STORE_REVISION: Final = """
INSERT INTO messages AS m (team_id, channel_id, message_ts, slot, revision, voted)
VALUES (%(team)s, %(channel)s, %(ts)s, %(slot)s, %(revision)s, %(voted)s)
ON CONFLICT (team_id, channel_id, message_ts, slot)
DO UPDATE SET revision = EXCLUDED.revision, voted = m.voted OR EXCLUDED.voted
WHERE m.revision < EXCLUDED.revision
RETURNING paid
"""

_APPEND: Final = """
INSERT INTO vote_history
    (team_id, channel_id, message_ts, slot, voter_id, target_id, delta, reason, kind, voted_at,
     day, season, week_shift, giver_day, factor, said)
SELECT %(team)s::text, %(channel)s, %(ts)s, %(slot)s, %(voter)s, v.target_id, v.delta, v.reason,
    %(kind)s, %(at)s, %(day)s, %(season)s, %(week_shift)s, %(giver_day)s, %(factor)s::smallint,
    CASE WHEN %(factor)s::smallint > 1 THEN v.said END
FROM unnest(%(targets)s::text[], %(deltas)s::bigint[], %(said)s::bigint[], %(reasons)s::text[])
    WITH ORDINALITY AS v (target_id, delta, said, reason, nr)
ORDER BY nr
"""

_SPELL: Final = """
INSERT INTO things AS t (team_id, target_id, spelling)
SELECT %(team)s::text, s.*
FROM unnest(%(things)s::text[], %(spellings)s::text[]) AS s (target_id, spelling)
ORDER BY s.target_id COLLATE "C"
ON CONFLICT (team_id, target_id) DO UPDATE SET spelling = EXCLUDED.spelling
WHERE t.spelling <> EXCLUDED.spelling
"""


_PAY: Final = """
UPDATE messages SET paid = %(paid)s
WHERE (team_id, channel_id, message_ts, slot) = (%(team)s, %(channel)s, %(ts)s, %(slot)s)
"""


@dataclass(frozen=True, slots=True)
class _LedgerChange:
    """A new ledger row: *said* is added to the points given, *delta* (after a boost) to scores."""

    target: str
    said: int
    delta: int
    reason: str | None = None


async def revise(conn: Conn, ballot: Ballot) -> Outcome | None:
    """Store *ballot*, an edit or a deletion; return None if this or a later version was stored.

    Appends the difference between the message's votes in the ledger and those of the ballot. Added
    points are given now, by Slack's clock: the cooldown applies, and the current day's allowance
    pays. If it doesn't suffice, none of the votes count. Voters are told why votes don't count.
    Must be called inside a transaction that holds the ballot's rules.
    """
    message, ruling = ballot.message, ballot.ruling
    key = message.key._asdict()
    version = {"revision": message.revision, "voted": bool(ruling.counted or ruling.withheld)}
    row = await fetch_row(conn, _STORE_REVISION, key | version)
    if row is None:
        return None
    held = await read_held_votes(conn, key, ballot)
    # A deletion doesn't say who wrote the message.
    ballot = replace(ballot, message=replace(message, author=held.voter))
    capped = cap_votes(ruling.withheld, held.votes.values())
    wanted = (*ruling.counted, *capped)
    ready = await limits.apply_cooldown(conn, ballot, held.votes, wanted)
    votes, day = await _charge(conn, ballot, held, ready, row[0])
    targets = {vote.target for vote in (*held.votes.values(), *wanted)}
    await limits.release_cooldowns(conn, ballot, targets, votes)
    outcome = await _append(conn, ballot, held, votes, day)
    late = [*_list_refused(Refusal.COOLDOWN, wanted, ready),
            *_list_refused(Refusal.ALLOWANCE, ready, votes)]  # fmt: skip
    note_limits = {Refusal.COOLDOWN: ballot.cooldown // 60, Refusal.ALLOWANCE: ballot.allowance}
    refused = [*_list_refused_before(ruling, capped), *late]
    replies = await record_refusals(conn, ballot, refused, note_limits)
    return outcome + Outcome(waiting=replies, refused=tuple(vote.reason for vote in late))


def _list_refused(
    reason: Refusal, votes: Iterable[Vote], ready: Iterable[Vote]
) -> list[RefusedVote]:
    """Return a refusal for each of *votes* that *ready* lacks or has with other points."""
    left = {vote.target: vote.points for vote in ready}
    return [RefusedVote(reason, v.target) for v in votes if left.get(v.target) != v.points]


def _list_refused_before(ruling: Ruling, left: Collection[Vote]) -> Sequence[RefusedVote]:
    """Return the votes that the rules refuse; withheld votes *left* as they were aren't refused."""
    if not ruling.withheld:
        return ruling.refused
    return _list_refused(ruling.refusals[0], ruling.withheld, left)


async def _charge(
    conn: Conn,
    ballot: Ballot,
    held: HeldVotes,
    votes: Sequence[Vote],
    paid: Mapping[str, int] | None,
) -> tuple[Sequence[Vote], date | None]:
    """Charge or refund the difference in points; return the votes that count then.

    Also returns the day that paid for added points; None if none did.
    """
    if not ballot.message.author:
        return votes, None
    before, after = held.sum_spent(held.votes.values()), held.sum_spent(votes)
    payments = held.read_payments(paid)
    charged = await limits.charge(conn, ballot, payments, before, after)
    if charged is None:
        votes, day, after = (), None, held.sum_spent(())
        payments_after: limits.Payments = await limits.refund(conn, ballot, payments, after)
    else:
        payments_after, day = charged
    first = held.giver_day if held.ever_voted else day
    if paid is not None or payments_after != ({first: after} if first and after else {}):
        parameters = {"paid": Jsonb({str(day): points for day, points in payments_after.items()})}
        await conn.execute(_PAY, ballot.message.key._asdict() | parameters)
    return votes, day


async def _append(
    conn: Conn, ballot: Ballot, held: HeldVotes, votes: Sequence[Vote], paid_on: date | None
) -> Outcome:
    """Append the difference between *held* and *votes*, and update boards and reply.

    New rows are marked as paid by the day *paid_on* or else, if None, by that of the first vote.
    """
    message, allotted = ballot.message, allot_votes(votes, held.entered, held.meanings)
    rows = _build_rows(held.entered, allotted, held.when)
    if rows:
        before, after = (
            compute_shares(counted, message.author, message.channel, held.when)
            for counted in (held.entered.values(), allotted)
        )
        when = {"giver_day": paid_on or held.giver_day}
        await conn.execute(_APPEND, _build_append_parameters(message, held, rows) | when)
        parts = _list_parts(message, held.when, rows)
        forwarded = await merge_transfer.forward_points(conn, ballot.rules, parts)
        added = compute_difference(before, [*after, *forwarded])
        await ledger_entries.add_scores(conn, message.team, added)
        await _store_spellings(conn, message.team, votes)
    waiting = False
    if held.votes or votes:
        targets = [*held.votes, *(vote.target for vote in votes)]
        shown = [target for target in targets if not ballot.rules.has_opted_out(target)]
        found = await standings.read_scores(conn, message.team, shown)
        scores = dict.fromkeys(shown, 0) | found
        lines = _list_counted(held, votes, scores)
        if message.slot:
            giver, made = message.author, message.by_workflow
            lines = [replace(one, by=giver, by_workflow=made) for one in lines]
        changed = any(row.said for row in rows)
        waiting = await update_replies(conn, ballot, lines, changed=changed)
    return Outcome(len(rows), int(waiting))


def _build_rows(
    held: Mapping[str, Vote], votes: Sequence[Vote], when: VoteTime
) -> list[_LedgerChange]:
    """Return the new ledger rows: for changed and added votes, then for removed ones.

    A vote of which only the reason changes gets a row of 0 points, so that a vote's last row always
    has its current reason.
    """
    kept = {vote.target for vote in votes}
    gone = [Vote(target, 0) for target in held if target not in kept]
    nothing = Vote("", 0)
    pairs = [(held.get(now.target, nothing), now) for now in (*votes, *gone)]
    return [
        _LedgerChange(
            now.target,
            now.points - then.points,
            when.multiply(now.points) - when.multiply(then.points),
            now.reason,
        )
        for then, now in pairs
        if (then.points, then.reason) != (now.points, now.reason)
    ]


def _build_append_parameters(
    message: Message, held: HeldVotes, rows: Sequence[_LedgerChange]
) -> dict[str, Any]:
    is_first = message.slot and not held.ever_voted
    return message.key._asdict() | {
        "voter": message.author,
        "kind": KINDS.get(message.revision, "vote" if is_first else "edit"),
        "at": message.at,
        "day": held.when.day,
        "season": held.when.season,
        "week_shift": held.when.week_shift,
        "factor": held.when.factor,
        **gather_columns(rows, targets="target", deltas="delta", said="said", reasons="reason"),
    }


def _list_parts(message: Message, when: VoteTime, rows: Sequence[_LedgerChange]) -> list[ScorePart]:
    return [
        ScorePart(row.target, row.delta, message.channel, when.day, when.season, when.week_shift)
        for row in rows
        if row.delta
    ]


async def _store_spellings(conn: Conn, team: str, votes: Sequence[Vote]) -> None:
    things = [vote for vote in votes if is_thing(vote.target) and vote.spelling]
    if things:
        spelled = gather_columns(things, things="target", spellings="spelling")
        await conn.execute(_SPELL, {"team": team} | spelled)


def _list_counted(
    held: HeldVotes, votes: Sequence[Vote], scores: Mapping[str, int]
) -> list[CountedVote]:
    """Return the reply's votes, withdrawn ones last; *scores* lacks those of hidden people."""
    kept, when = {vote.target for vote in votes}, held.when
    gone = [vote for vote in held.votes.values() if vote.target not in kept]
    return [
        CountedVote(
            v.target, when.multiply(v.points), scores.get(v.target), v.reason, v.because,
            is_cut=v.is_cut, factor=when.factor,
        )
        for v in votes
    ] + [
        CountedVote(v.target, 0, scores.get(v.target), was=when.multiply(v.points))
        for v in gone
    ]  # fmt: skip
