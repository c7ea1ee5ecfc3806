"""Combines the limits of merged accounts, and separates them again."""

from dataclasses import asdict
from typing import Final

from app.store.database import Conn
from app.store.people.merge_transfer import Transfer

# By keyed hash, as limits identify people. No vote intervenes: a merge locks the rules exclusively.
_COMBINE: Final = (
    """
    WITH gone AS (
        DELETE FROM allowances WHERE (team_id, giver_id) = (%(team)s, %(person)s)
        RETURNING team_id, day, spent
    )
    INSERT INTO allowances AS a (team_id, giver_id, day, spent)
    SELECT team_id, %(into_person)s, day, spent FROM gone ORDER BY day
    ON CONFLICT (team_id, giver_id, day) DO UPDATE SET spent = a.spent + EXCLUDED.spent
    """,
    """
    WITH gone AS (
        DELETE FROM giver_days WHERE (team_id, giver_id) = (%(team)s, %(person)s)
        RETURNING team_id, day, since, spent_at
    )
    INSERT INTO giver_days AS g (team_id, giver_id, day, since, spent_at)
    SELECT team_id, %(into_person)s, day, since, spent_at FROM gone
    ON CONFLICT (team_id, giver_id) DO UPDATE SET day = greatest(g.day, EXCLUDED.day),
        since = greatest(g.since, EXCLUDED.since),
        spent_at = greatest(g.spent_at, EXCLUDED.spent_at)
    """,
    """
    WITH gone AS (
        DELETE FROM cooldowns WHERE (team_id, giver_id) = (%(team)s, %(person)s)
        RETURNING team_id, target_id, votes, given_at
    )
    INSERT INTO cooldowns AS c (team_id, giver_id, target_id, votes, given_at)
    SELECT team_id, %(into_person)s, target_id, votes, given_at FROM gone
    ORDER BY target_id COLLATE "C"
    ON CONFLICT (team_id, giver_id, target_id) DO UPDATE
    SET votes = c.votes || EXCLUDED.votes, given_at = greatest(c.given_at, EXCLUDED.given_at)
    """,
)

_COMBINE_TARGETS: Final = """
WITH gone AS (
    DELETE FROM cooldowns WHERE (team_id, target_id) = (%(team)s, %(target)s)
    RETURNING team_id, giver_id, votes, given_at
)
INSERT INTO cooldowns AS c (team_id, giver_id, target_id, votes, given_at)
SELECT team_id, giver_id, %(into_target)s, votes, given_at FROM gone ORDER BY giver_id COLLATE "C"
ON CONFLICT (team_id, giver_id, target_id) DO UPDATE
SET votes = c.votes || EXCLUDED.votes, given_at = greatest(c.given_at, EXCLUDED.given_at)
"""

# It's no longer known which of the two gave what, so everything counts for both.
_SEPARATE: Final = (
    """
    INSERT INTO allowances (team_id, giver_id, day, spent)
    SELECT team_id, %(person)s, day, spent FROM allowances
    WHERE (team_id, giver_id) = (%(team)s, %(into_person)s) ORDER BY day
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO giver_days (team_id, giver_id, day, since, spent_at)
    SELECT team_id, %(person)s, day, since, spent_at FROM giver_days
    WHERE (team_id, giver_id) = (%(team)s, %(into_person)s)
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO cooldowns (team_id, giver_id, target_id, votes, given_at)
    SELECT team_id, %(person)s, target_id, votes, given_at FROM cooldowns
    WHERE (team_id, giver_id) = (%(team)s, %(into_person)s) ORDER BY target_id COLLATE "C"
    ON CONFLICT DO NOTHING
    """,
)

_SEPARATE_TARGETS: Final = """
INSERT INTO cooldowns (team_id, giver_id, target_id, votes, given_at)
SELECT team_id, giver_id, %(target)s, votes, given_at FROM cooldowns
WHERE (team_id, target_id) = (%(team)s, %(into_target)s) ORDER BY giver_id COLLATE "C"
ON CONFLICT DO NOTHING
"""


async def combine(conn: Conn, transfer: Transfer) -> None:
    """Count what both accounts have spent against the remaining one."""
    await _change(conn, transfer, _COMBINE, _COMBINE_TARGETS)


async def separate(conn: Conn, transfer: Transfer) -> None:
    """Count what the remaining account has spent against both."""
    await _change(conn, transfer, _SEPARATE, _SEPARATE_TARGETS)


async def _change(
    conn: Conn, transfer: Transfer, of_givers: tuple[str, ...], of_targets: str
) -> None:
    targets = {
        "target": transfer.person or transfer.source,
        "into_target": transfer.into_person or transfer.into,
    }
    for statement in (*of_givers, of_targets) if transfer.person else (of_targets,):
        await conn.execute(statement, asdict(transfer) | targets)
