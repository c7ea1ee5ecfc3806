"""Combines the limits of merged accounts, and separates them again."""

from typing import Final

from app.store.database import Conn
from app.store.people.merge_transfer import Transfer

# By keyed hash, as limits identify people. No vote intervenes: a merge locks the rules exclusively.
_COMBINE: Final = """
WITH gone AS (
    DELETE FROM {table} WHERE (team_id, {who}) = (%(team)s, %(old)s) RETURNING team_id, {columns}
)
INSERT INTO {table} AS kept (team_id, {who}, {columns})
SELECT team_id, %(new)s, {columns} FROM gone ORDER BY {key}::text COLLATE "C"
ON CONFLICT ON CONSTRAINT {table}_pkey DO UPDATE SET {sums}
"""

# It's no longer known which of the two gave what, so everything counts for both.
_SEPARATE: Final = """
INSERT INTO {table} (team_id, {who}, {columns})
SELECT team_id, %(old)s, {columns} FROM {table} WHERE (team_id, {who}) = (%(team)s, %(new)s)
ORDER BY {key}::text COLLATE "C"
ON CONFLICT DO NOTHING
"""

_COOLDOWNS: Final = {
    "table": "cooldowns",
    "sums": "votes = kept.votes || EXCLUDED.votes,"
    " given_at = greatest(kept.given_at, EXCLUDED.given_at)",
}
_OF_GIVERS: Final = (
    {
        "table": "allowances", "who": "giver_id", "key": "day", "columns": "day, spent",
        "sums": "spent = kept.spent + EXCLUDED.spent",
    },
    {
        "table": "giver_days", "who": "giver_id", "key": "day", "columns": "day, since, spent_at",
        "sums": "day = greatest(kept.day, EXCLUDED.day),"
        " since = greatest(kept.since, EXCLUDED.since),"
        " spent_at = greatest(kept.spent_at, EXCLUDED.spent_at)",
    },
    _COOLDOWNS
    | {"who": "giver_id", "key": "target_id", "columns": "target_id, votes, given_at"},
)  # fmt: skip
_OF_TARGETS: Final = _COOLDOWNS | {
    "who": "target_id", "key": "giver_id", "columns": "giver_id, votes, given_at",
}  # fmt: skip


async def combine(conn: Conn, transfer: Transfer) -> None:
    """Count what both accounts have spent against the remaining one."""
    await _change(conn, transfer, _COMBINE)


async def separate(conn: Conn, transfer: Transfer) -> None:
    """Count what the remaining account has spent against both."""
    await _change(conn, transfer, _SEPARATE)


async def _change(conn: Conn, transfer: Transfer, statement: str) -> None:
    people = {"team": transfer.team, "old": transfer.person, "new": transfer.into_person}
    for table in _OF_GIVERS if transfer.person else ():
        await conn.execute(statement.format(**table), people)
    targets = {
        "team": transfer.team,
        "old": transfer.person or transfer.source,
        "new": transfer.into_person or transfer.into,
    }
    await conn.execute(statement.format(**_OF_TARGETS), targets)
