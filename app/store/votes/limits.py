"""Limits what a giver may give: a cooldown per target, and an allowance per day.

Both apply to a person, across merged accounts and even after being forgotten, since givers are
stored as keyed hashes. Database functions enforce them with conditional writes, so that votes at
the same moment can't both pass. New messages and changes of votes share these functions
(migrations/0017.votes.sql; `limit_votes` is in 0024.cooldowns.sql).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

from app.core.person import hash_message
from app.core.refusals import cap_votes
from app.core.vote import Vote
from app.store.database import Conn, fetch_all, fetch_value
from app.store.votes.ballot import Ballot

_LOCK_COOLDOWNS: Final = """
SELECT FROM cooldowns
WHERE (team_id, giver_id) = (%(team)s, %(giver)s) AND target_id = ANY(%(targets)s::text[])
ORDER BY target_id COLLATE "C" FOR UPDATE
"""

# Locks the rows that will be written, creating missing ones, in key order.
_CLAIM_COOLDOWNS: Final = """
INSERT INTO cooldowns AS c (team_id, giver_id, target_id, votes, given_at)
SELECT %(team)s, %(giver)s, target_id, '{}', %(at)s
FROM unnest(%(targets)s::text[]) AS target_id ORDER BY target_id COLLATE "C"
ON CONFLICT (team_id, giver_id, target_id) DO UPDATE SET votes = c.votes
"""

_COOL: Final = """
SELECT target_id FROM unnest(%(targets)s::text[]) AS target_id
WHERE cool_target(%(team)s, %(giver)s, target_id, %(vote)s, %(at)s, %(cooldown)s)
"""

_RELEASE: Final = """
UPDATE cooldowns SET votes = votes - %(vote)s::text
WHERE (team_id, giver_id) = (%(team)s, %(giver)s) AND target_id = ANY(%(targets)s::text[])
"""

_FIND_DAY: Final = "SELECT find_paying_day(%(team)s, %(giver)s, %(day)s, %(since)s, %(at)s)"

_LOCK_DAYS: Final = """
SELECT FROM allowances
WHERE (team_id, giver_id) = (%(team)s, %(giver)s) AND day = ANY(%(days)s::date[])
ORDER BY day FOR UPDATE
"""

_SPEND: Final = """
SELECT spend_points(%(team)s, %(giver)s, %(day)s, %(points)s, %(allowance)s)
"""

# The row of the paying day, unless a vote now would begin a new one (as in `find_paying_day`).
_SPENT: Final = """
SELECT a.spent FROM giver_days AS g JOIN allowances AS a USING (team_id, giver_id, day)
WHERE (g.team_id, g.giver_id) = (%(team)s, %(giver)s)
    AND NOT (%(day)s > g.day AND now() >= g.since + interval '20 hours')
"""

_REFUND: Final = """
UPDATE allowances SET spent = greatest(spent - %(points)s, 0)
WHERE (team_id, giver_id, day) = (%(team)s, %(giver)s, %(day)s)
"""

Payments = Mapping[date, int]
"""The points that a message's votes have taken from each day's allowance."""


def identify_target(ballot: Ballot, target: str) -> str:
    """Return the cooldown's key of *target*; empty without a cooldown."""
    return ballot.rules.identify_target(target) if ballot.cooldown else ""


def identify_vote(ballot: Ballot) -> str:
    """Return the cooldown's key of the votes of *ballot*; empty without a cooldown."""
    return hash_message(ballot.rules.key, ballot.message.key) if ballot.cooldown else ""


async def apply_cooldown(
    conn: Conn, ballot: Ballot, held: Mapping[str, Vote], votes: Sequence[Vote]
) -> Sequence[Vote]:
    """Return *votes*, but those that come too soon without the points that they add to *held*."""
    if not ballot.cooldown or not ballot.message.author:
        return votes
    targets = {*held, *(vote.target for vote in votes)}
    keys = {target: ballot.rules.identify_target(target) for target in targets}
    limited = cap_votes(votes, held.values())
    kept = {vote.target: vote for vote in limited}
    new = [vote for vote in votes if kept.get(vote.target, Vote("", 0)).points != vote.points]
    account = _build_account(ballot) | {"vote": identify_vote(ballot)}
    account |= {"at": ballot.message.added_at, "cooldown": ballot.cooldown}
    lock = _CLAIM_COOLDOWNS if new else _LOCK_COOLDOWNS
    await conn.execute(lock, account | {"targets": list(set(keys.values()))})
    parameters = account | {"targets": [keys[vote.target] for vote in new]}
    rows = await fetch_all(conn, _COOL, parameters) if new else []
    passed = {target for (target,) in rows}
    refused = {vote.target for vote in new if keys[vote.target] not in passed}
    allowed = (kept.get(v.target) if v.target in refused else v for v in votes)
    return [vote for vote in allowed if vote]


async def release_cooldowns(
    conn: Conn, ballot: Ballot, before: Collection[str], votes: Collection[Vote]
) -> None:
    """Take this message out of the cooldowns of targets in *before* that aren't in *votes*."""
    gone = set(before) - {vote.target for vote in votes}
    if gone and ballot.message.author and ballot.cooldown:
        targets = [ballot.rules.identify_target(target) for target in gone]
        parameters = {"vote": identify_vote(ballot), "targets": targets}
        await conn.execute(_RELEASE, _build_account(ballot) | parameters)


async def charge(
    conn: Conn, ballot: Ballot, paid: Payments, before: int, after: int
) -> tuple[Payments, date | None] | None:
    """Charge the giver's current day for the points by which *after* exceeds *before*.

    If there are fewer points *after*, refund the days that have *paid*. Returns what each day has
    paid then, and the day that was charged, if any; None if the allowance doesn't suffice.
    """
    more = after - before
    if more <= 0 or ballot.allowance is None or ballot.giver_day is None:
        return await refund(conn, ballot, paid, after), None
    account = _build_account(ballot)
    giver_day = {
        "day": ballot.giver_day.day,
        "since": ballot.giver_day.since,
        "at": ballot.message.added_at,
    }
    day = await fetch_value(conn, _FIND_DAY, account | giver_day, ballot.giver_day.day)
    await conn.execute(_LOCK_DAYS, account | {"days": [*paid, day]})
    charged = {"day": day, "points": more, "allowance": ballot.allowance}
    if not await fetch_value(conn, _SPEND, account | charged):
        return None
    return {**paid, day: paid.get(day, 0) + more}, day


async def refund(conn: Conn, ballot: Ballot, paid: Payments, left: int) -> Payments:
    """Refund the points in *paid* beyond *left*, latest days first; return what remains paid."""
    excess, remaining, refunds = sum(paid.values()) - left, dict(paid), {}
    for day in sorted(paid, reverse=True):
        refunds[day] = max(0, min(excess, paid[day]))
        excess, remaining[day] = excess - refunds[day], paid[day] - refunds[day]
    for day in sorted(day for day, points in refunds.items() if points):
        await conn.execute(_REFUND, _build_account(ballot) | {"day": day, "points": refunds[day]})
    return {day: points for day, points in remaining.items() if points}


def _build_account(ballot: Ballot) -> dict[str, Any]:
    return {"team": ballot.message.team, "giver": ballot.giver}


async def read_spent(conn: Conn, team: str, giver: str, day: date) -> int:
    """Return the points that *giver*, a keyed hash, has spent of the allowance for *day*."""
    parameters = {"team": team, "giver": giver, "day": day}
    spent: int = await fetch_value(conn, _SPENT, parameters, 0)
    return spent
