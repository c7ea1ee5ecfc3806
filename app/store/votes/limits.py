"""Holds votes to what the giver may give: a cooldown for each target, an allowance for each day.

Both are of a person, whatever accounts of theirs were merged and whether or not they were
forgotten: givers are known by keyed hashes. Both are conditional upserts, which decide between
votes that arrive at the same time; their conditions stand here once, for new messages (LIMITED)
and for all that changes votes (`apply_cooldown`, `charge`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import AsyncConnection

from app.core.person_key import hash_message
from app.core.rules import limit_votes
from app.core.vote import Vote
from app.store.votes.ballot import Ballot

# A vote is too near to another that stands, on either side of it: messages may arrive late, those
# that were missed even days. What the same message gave does not stand in its way. Of each giver
# and target the last 100 are known, more than fit into the time by which a message can be late.
_COOLS: Final = """
    ON CONFLICT (team_id, giver_id, target_id) DO UPDATE
    SET given_at = greatest(c.given_at, EXCLUDED.given_at), votes = (
        SELECT jsonb_object_agg(vote, at) FROM (
            SELECT * FROM jsonb_each(c.votes || EXCLUDED.votes) AS every (vote, at)
            ORDER BY at::numeric DESC LIMIT 100
        ) AS latest)
    WHERE NOT EXISTS (
        SELECT FROM jsonb_each(c.votes) AS other (vote, at),
            jsonb_each(EXCLUDED.votes) AS this (vote, at)
        WHERE other.vote <> this.vote
            AND abs(other.at::numeric - this.at::numeric) < %(cooldown)s::integer)
"""

# An allowance is renewed by a later day of the giver's own, which begins at their midnight, but not
# twice within 20 hours: somebody may change their time zone at any moment.
_DUE: Final = "EXCLUDED.day > g.day AND EXCLUDED.spent_at >= g.since + interval '20 hours'"
_RENEWS: Final = f"""
    ON CONFLICT (team_id, giver_id) DO UPDATE SET
        day = CASE WHEN {_DUE} THEN EXCLUDED.day ELSE g.day END,
        since = CASE WHEN {_DUE}
            THEN greatest(EXCLUDED.since, g.since + interval '20 hours') ELSE g.since END,
        spent_at = greatest(g.spent_at, EXCLUDED.spent_at)
"""
# What was given before that day began and arrives late is paid from its own.
_PAID_ON: Final = """
    CASE WHEN {moment} < {day}.since THEN least({giver_day}, {day}.day) ELSE {day}.day END
"""
_PAYS: Final = """
    ON CONFLICT (team_id, giver_id, day) DO UPDATE SET spent = a.spent + EXCLUDED.spent
    WHERE a.spent + EXCLUDED.spent <= %(allowance)s::bigint
"""

# A part of the statement that stores votes: `said` holds those that the rules let pass, `ready`
# lacks those that the cooldown refuses, `vote` those of messages beyond the allowance. If that
# refuses a message, the cooldown of its targets runs nevertheless.
LIMITED: Final = f"""
cooled AS (
    INSERT INTO cooldowns AS c (team_id, giver_id, target_id, votes, given_at)
    SELECT team_id, giver_id, target_key, jsonb_build_object(vote_key, extract(epoch FROM at)), at
    FROM said WHERE %(cooldown)s::integer > 0
    ORDER BY giver_id COLLATE "C", target_key COLLATE "C"
    {_COOLS}
    RETURNING giver_id, target_id
), ready AS (
    SELECT * FROM said WHERE %(cooldown)s::integer = 0
    UNION ALL
    SELECT said.* FROM said JOIN cooled
    ON (cooled.giver_id, cooled.target_id) = (said.giver_id, said.target_key)
), dated AS (
    INSERT INTO giver_days AS g (team_id, giver_id, day, since, spent_at)
    SELECT DISTINCT ON (giver_id COLLATE "C") team_id, giver_id, giver_day, giver_since, at
    FROM ready WHERE %(allowance)s::bigint IS NOT NULL ORDER BY giver_id COLLATE "C"
    {_RENEWS}
    RETURNING giver_id, day, since
), payable AS (
    SELECT ready.*, {_PAID_ON.format(moment="at", day="dated", giver_day="giver_day")} AS paid_on
    FROM ready LEFT JOIN dated USING (giver_id)
), spent AS (
    INSERT INTO allowances AS a (team_id, giver_id, day, spent)
    SELECT team_id, giver_id, paid_on, sum(abs(delta)) FROM payable
    WHERE %(allowance)s::bigint IS NOT NULL
    GROUP BY team_id, giver_id, paid_on HAVING sum(abs(delta)) <= %(allowance)s::bigint
    ORDER BY giver_id COLLATE "C", paid_on
    {_PAYS}
    RETURNING giver_id, day
), vote AS (
    SELECT * FROM payable WHERE %(allowance)s::bigint IS NULL
    UNION ALL
    SELECT payable.* FROM payable JOIN spent
    ON (spent.giver_id, spent.day) = (payable.giver_id, payable.paid_on)
)
"""  # noqa: S608 (made of constants)

_LOCK_COOLDOWNS: Final = """
SELECT FROM cooldowns
WHERE (team_id, giver_id) = (%(team)s, %(giver)s) AND target_id = ANY(%(targets)s::text[])
ORDER BY target_id COLLATE "C" FOR UPDATE
"""

# The rows that will be written, whether or not they are there: in one order.
_CLAIM_COOLDOWNS: Final = """
INSERT INTO cooldowns AS c (team_id, giver_id, target_id, votes, given_at)
SELECT %(team)s, %(giver)s, target_id, '{}', %(at)s
FROM unnest(%(targets)s::text[]) AS target_id ORDER BY target_id COLLATE "C"
ON CONFLICT (team_id, giver_id, target_id) DO UPDATE SET votes = c.votes
"""

_COOL: Final = f"""
INSERT INTO cooldowns AS c (team_id, giver_id, target_id, votes, given_at)
SELECT %(team)s, %(giver)s, target_id, jsonb_build_object(%(vote)s::text,
    extract(epoch FROM %(at)s::timestamptz)), %(at)s
FROM unnest(%(targets)s::text[]) AS target_id ORDER BY target_id COLLATE "C"
{_COOLS}
RETURNING target_id
"""  # noqa: S608 (the same)

_RELEASE: Final = """
UPDATE cooldowns SET votes = votes - %(vote)s::text
WHERE (team_id, giver_id) = (%(team)s, %(giver)s) AND target_id = ANY(%(targets)s::text[])
"""

_DATE: Final = f"""
INSERT INTO giver_days AS g (team_id, giver_id, day, since, spent_at)
VALUES (%(team)s, %(giver)s, %(day)s, %(since)s, %(at)s)
{_RENEWS}
RETURNING {_PAID_ON.format(moment="%(at)s", day="g", giver_day="%(day)s::date")}
"""  # noqa: S608 (the same)

_LOCK_DAYS: Final = """
SELECT FROM allowances
WHERE (team_id, giver_id) = (%(team)s, %(giver)s) AND day = ANY(%(days)s::date[])
ORDER BY day FOR UPDATE
"""

_SPEND: Final = f"""
INSERT INTO allowances AS a (team_id, giver_id, day, spent)
SELECT %(team)s, %(giver)s, %(day)s, %(points)s WHERE %(points)s <= %(allowance)s::bigint
{_PAYS}
RETURNING 1
"""

_REFUND: Final = """
UPDATE allowances SET spent = greatest(spent - %(points)s, 0)
WHERE (team_id, giver_id, day) = (%(team)s, %(giver)s, %(day)s)
"""

Payments = Mapping[date, int]
"""The points that a message's votes have taken from the allowance of each day."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What a change of votes comes to for their giver."""

    giver: str
    paid: Payments
    """What was paid before."""
    before: int
    after: int
    """The points of all votes, before and after."""


def identify_giver(ballot: Ballot, voter: str) -> str:
    """Return what limits know the *voter* of *ballot* by."""
    return ballot.rules.identify(voter)


def identify_target(ballot: Ballot, target: str) -> str:
    """Return what the cooldown knows *target* by; nothing where there is none."""
    return ballot.rules.identify_target(target) if ballot.cooldown else ""


def identify_vote(ballot: Ballot) -> str:
    """Return what the cooldown knows the votes of *ballot* by; nothing where there is none."""
    return hash_message(ballot.rules.key, ballot.message.key) if ballot.cooldown else ""


async def apply_cooldown(
    conn: AsyncConnection[Any],
    ballot: Ballot,
    voter: str,
    held: Mapping[str, Vote],
    votes: Sequence[Vote],
) -> Sequence[Vote]:
    """Return what of *votes* a change may have: those that add nothing to *held*, and in time.

    What would be added too soon is not; what was there stays.
    """
    if not ballot.cooldown or not voter:
        return votes
    account = _find_account(ballot, voter)
    keys = {target: ballot.rules.identify_target(target) for target in _list_targets(held, votes)}
    limited = limit_votes(votes, held.values())
    kept = {vote.target: vote for vote in limited}
    new = [vote for vote in votes if kept.get(vote.target, Vote("", 0)).points != vote.points]
    account |= {"at": ballot.message.moment, "cooldown": ballot.cooldown}
    lock = _CLAIM_COOLDOWNS if new else _LOCK_COOLDOWNS
    await conn.execute(lock, account | {"targets": list(set(keys.values()))})
    asked = account | {"targets": [keys[vote.target] for vote in new]}
    rows = await (await conn.execute(_COOL, asked)).fetchall() if new else []
    cooled = {target for (target,) in rows}
    refused = {vote.target for vote in new if keys[vote.target] not in cooled}
    found = (kept.get(v.target) if v.target in refused else v for v in votes)
    return [vote for vote in found if vote]


async def release_cooldowns(
    conn: AsyncConnection[Any],
    ballot: Ballot,
    voter: str,
    before: Collection[str],
    votes: Collection[Vote],
) -> None:
    """Let those of the targets *before* that no *votes* are for be given to again at once.

    Other votes for them that stand are not forgotten.
    """
    gone = set(before) - {vote.target for vote in votes}
    if gone and voter and ballot.cooldown:
        targets = [ballot.rules.identify_target(target) for target in gone]
        await conn.execute(_RELEASE, _find_account(ballot, voter) | {"targets": targets})


async def charge(
    conn: AsyncConnection[Any], ballot: Ballot, bill: Bill, allowance: int | None
) -> tuple[Payments, date | None] | None:
    """Pay *bill*: what is added, from the giver's day as it is now; what is taken back, to its own.

    Returns what is paid then, and from which day what was added; None where the *allowance* does
    not suffice.
    """
    account = {"team": ballot.message.team, "giver": bill.giver}
    more = bill.after - bill.before
    if more <= 0 or allowance is None or ballot.giver_day is None:
        return await refund(conn, account, bill.paid, bill.after), None
    own = {
        "day": ballot.giver_day.day,
        "since": ballot.giver_day.since,
        "at": ballot.message.moment,
    }
    row = await (await conn.execute(_DATE, account | own)).fetchone()
    day = row[0] if row else ballot.giver_day.day
    await conn.execute(_LOCK_DAYS, account | {"days": [*bill.paid, day]})
    given = {"day": day, "points": more, "allowance": allowance}
    if await (await conn.execute(_SPEND, account | given)).fetchone() is None:
        return None
    return {**bill.paid, day: bill.paid.get(day, 0) + more}, day


async def refund(
    conn: AsyncConnection[Any], account: Mapping[str, str], paid: Payments, left: int
) -> Payments:
    """Give back what of *paid* is more than *left*, the last days first; return what stays."""
    over, stays, back = sum(paid.values()) - left, dict(paid), {}
    for day in sorted(paid, reverse=True):
        back[day] = max(0, min(over, paid[day]))
        over, stays[day] = over - back[day], paid[day] - back[day]
    for day in sorted(day for day, points in back.items() if points):
        await conn.execute(_REFUND, {**account, "day": day, "points": back[day]})
    return {day: points for day, points in stays.items() if points}


def _find_account(ballot: Ballot, voter: str) -> dict[str, Any]:
    giver, vote = identify_giver(ballot, voter), identify_vote(ballot)
    return {"team": ballot.message.team, "giver": giver, "vote": vote}


def _list_targets(held: Mapping[str, Vote], votes: Collection[Vote]) -> set[str]:
    return {*held, *(vote.target for vote in votes)}
