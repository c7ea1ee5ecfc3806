"""Holds votes to what the giver may give: a cooldown for each target, an allowance for each day.

Both are conditional upserts, which decide between votes that arrive at the same time.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from psycopg import AsyncConnection

from app.core.vote import Vote
from app.store.votes.ballot import Ballot

# A part of the statement that stores votes: `said` holds those that the rules let pass, `ready`
# lacks those that the cooldown refuses, `vote` those of messages beyond the allowance. If that
# refuses a message, the cooldown of its targets runs nevertheless.
#
# Messages may arrive late, those that were missed even days: a vote is too near to another on
# either side of it. Only the last one that arrived is known, which nobody can make use of, since
# the time of a message is Slack's.
LIMITED: Final = """
cooled AS (
    INSERT INTO cooldowns AS c (team_id, giver_id, target_id, given_at)
    SELECT team_id, voter_id, target_id, at FROM said WHERE %(cooldown)s::integer > 0
    ORDER BY team_id COLLATE "C", voter_id COLLATE "C", target_id COLLATE "C"
    ON CONFLICT (team_id, giver_id, target_id) DO UPDATE SET given_at = EXCLUDED.given_at
    WHERE abs(extract(epoch FROM EXCLUDED.given_at - c.given_at)) >= %(cooldown)s::integer
    RETURNING team_id, giver_id, target_id
), ready AS (
    SELECT * FROM said WHERE %(cooldown)s::integer = 0
    UNION ALL
    SELECT said.* FROM said JOIN cooled
    ON (cooled.team_id, cooled.giver_id, cooled.target_id)
        = (said.team_id, said.voter_id, said.target_id)
), spent AS (
    INSERT INTO allowances AS a (team_id, giver_id, day, spent)
    SELECT team_id, voter_id, spent_on, sum(abs(delta)) FROM ready
    WHERE %(allowance)s::bigint IS NOT NULL
    GROUP BY team_id, voter_id, spent_on HAVING sum(abs(delta)) <= %(allowance)s::bigint
    ORDER BY team_id COLLATE "C", voter_id COLLATE "C", spent_on
    ON CONFLICT (team_id, giver_id, day) DO UPDATE SET spent = a.spent + EXCLUDED.spent
    WHERE a.spent + EXCLUDED.spent <= %(allowance)s::bigint
    RETURNING team_id, giver_id, day
), vote AS (
    SELECT * FROM ready WHERE %(allowance)s::bigint IS NULL
    UNION ALL
    SELECT ready.* FROM ready JOIN spent
    ON (spent.team_id, spent.giver_id, spent.day)
        = (ready.team_id, ready.voter_id, ready.spent_on)
)
"""

# The message's own row does not stand in its way. A later vote does, or else old messages could
# be edited one after the other, each as if nothing had been given since.
_COOL: Final = """
INSERT INTO cooldowns AS c (team_id, giver_id, target_id, given_at)
SELECT %(team)s, %(voter)s, target_id, %(at)s FROM unnest(%(targets)s::text[]) AS target_id
ORDER BY target_id COLLATE "C"
ON CONFLICT (team_id, giver_id, target_id) DO UPDATE SET given_at = EXCLUDED.given_at
WHERE c.given_at = EXCLUDED.given_at
    OR c.given_at <= EXCLUDED.given_at - make_interval(secs => %(cooldown)s)
RETURNING target_id
"""

_FREE: Final = """
DELETE FROM cooldowns
WHERE (team_id, giver_id, given_at) = (%(team)s, %(voter)s, %(at)s)
  AND target_id = ANY(%(targets)s::text[])
"""


async def apply_cooldown(
    conn: AsyncConnection[Any],
    ballot: Ballot,
    voter: str,
    held_targets: Collection[str],
    votes: Sequence[Vote],
) -> Sequence[Vote]:
    """Return which of *votes* an edit may have: for targets it held before, and not too soon.

    What it withdraws may be given again at once.
    """
    if not ballot.cooldown or not voter:
        return votes
    account = {"team": ballot.message.team, "voter": voter, "at": ballot.message.at}
    said = {vote.target for vote in votes}
    if gone := [target for target in held_targets if target not in said]:
        await conn.execute(_FREE, account | {"targets": gone})
    new = [vote.target for vote in votes if vote.target not in held_targets]
    cooled = await _start_cooldowns(conn, account, ballot.cooldown, new) if new else set()
    return [vote for vote in votes if vote.target in held_targets or vote.target in cooled]


async def _start_cooldowns(
    conn: AsyncConnection[Any], account: dict[str, Any], cooldown: int, targets: Iterable[str]
) -> set[str]:
    asked = account | {"cooldown": cooldown, "targets": list(targets)}
    return {target for (target,) in await (await conn.execute(_COOL, asked)).fetchall()}


_SPEND: Final = """
INSERT INTO allowances AS a (team_id, giver_id, day, spent)
SELECT %(team)s, %(voter)s, %(day)s, %(points)s WHERE %(points)s <= %(allowance)s
ON CONFLICT (team_id, giver_id, day) DO UPDATE SET spent = greatest(a.spent + EXCLUDED.spent, 0)
WHERE a.spent + EXCLUDED.spent <= %(allowance)s
RETURNING 1
"""


async def spend(
    conn: AsyncConnection[Any], account: dict[str, Any], points: int, allowance: int
) -> bool:
    """Take *points* from the day's allowance of *account*, all or none; tell which."""
    cursor = await conn.execute(_SPEND, account | {"points": points, "allowance": allowance})
    return await cursor.fetchone() is not None


_REFUND: Final = """
UPDATE allowances SET spent = greatest(spent - %(points)s, 0)
WHERE (team_id, giver_id, day) = (%(team)s, %(voter)s, %(day)s)
"""


async def refund(conn: AsyncConnection[Any], account: dict[str, Any], points: int) -> None:
    """Give *points* back to the day's allowance of *account*."""
    await conn.execute(_REFUND, account | {"points": points})
