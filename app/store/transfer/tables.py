"""Defines which tables are the data set: what an export holds, and what an import fills.

A dry run works in temporary tables. Rows that are written and rolled back stay in a table's file
until the next vacuum, and leave a hole in it for good; a temporary table disappears with its rows.
"""

from collections.abc import Iterable
from typing import Final

from psycopg import sql

from app.store.database import SyncConn, read_value

TABLES: Final = (
    "vote_history", "leaderboard", "messages", "things", "members", "channels", "former_channels",
    "hidden_members", "workspaces", "allowances", "giver_days", "told", "imports", "horizons",
    "archived_shares", "settings", "seasons", "boosts", "bans", "aliases", "audit", "cooldowns",
    "refusals", "reactions", "joins", "offers", "meanings", "digests", "long_boards",
)  # fmt: skip

NUMBERED: Final = ("vote_history", "audit", "offers")
"""Tables whose rows the database numbers."""

QUEUES: Final = ("outbox", "turns", "homes", "timers")
"""Pending work: what is still to be posted or done, and when. It isn't data, and isn't moved."""

COUNT_ROWS: Final = sql.SQL("SELECT count(*) FROM {table}")
SUM_POINTS: Final = "SELECT coalesce(sum(delta), 0)::numeric FROM vote_history"
"""The totals of a document, by which an import checks it."""

# Without generated columns, which the database fills in itself.
COLUMNS: Final = """
SELECT attname, atttypid = 'jsonb'::regtype FROM pg_attribute
WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
ORDER BY attnum
"""

_STAND_IN: Final = sql.SQL("""
CREATE TEMPORARY TABLE {table} (LIKE {table} INCLUDING ALL {without}) ON COMMIT DROP
""")
_UNINDEXED: Final = ("vote_history",)
"""Tables in which nothing is looked up by a key."""

_PLACE: Final = """
SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'leaderboard'::regclass
"""
_SCORES: Final = sql.SQL("""
INSERT INTO leaderboard SELECT * FROM {table}
WHERE team_id = %(team)s AND board IN ('users', 'users/S1', 'things', 'things/S1')
""")


def replace_tables(conn: SyncConn, tables: Iterable[str]) -> None:
    """Shadow each of *tables* with an empty temporary one until the transaction ends."""
    for table in tables:
        without = sql.SQL("EXCLUDING INDEXES" if table in _UNINDEXED else "")
        conn.execute(_STAND_IN.format(table=sql.Identifier(table), without=without))


def replace_scores(conn: SyncConn, team: str) -> None:
    """Shadow the tables that an import writes to; the copies hold the scores that it may change."""
    place = read_value(conn, _PLACE)
    replace_tables(conn, ("leaderboard", "vote_history", "things", "imports", "workspaces"))
    real = sql.SQL(place) + sql.SQL(".leaderboard")
    conn.execute(_SCORES.format(table=real), {"team": team})
    conn.execute("ANALYZE leaderboard")
