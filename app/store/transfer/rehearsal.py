"""Lets a dry run do all its work in tables of its own, which are gone when it ends.

What is written and taken back stays in a table's file until the next vacuum, and as a hole in it
for good; what is in a temporary table goes with it.
"""

from collections.abc import Iterable
from typing import Any, Final

from psycopg import Connection, sql

_STAND_IN: Final = sql.SQL("""
CREATE TEMPORARY TABLE {table} (LIKE {table} INCLUDING ALL {without}) ON COMMIT DROP
""")
_UNINDEXED: Final = ("vote_history",)
"""Those in which nothing is looked up by a key."""

_PLACE: Final = """
SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'leaderboard'::regclass
"""
_SCORES: Final = sql.SQL("""
INSERT INTO leaderboard SELECT * FROM {table}
WHERE team_id = %(team)s AND board IN ('users', 'users/S1', 'things', 'things/S1')
""")


def replace_tables(conn: Connection[Any], tables: Iterable[str]) -> None:
    """Put an empty table in the place of each of *tables*, until the transaction ends."""
    for table in tables:
        without = sql.SQL("EXCLUDING INDEXES" if table in _UNINDEXED else "")
        conn.execute(_STAND_IN.format(table=sql.Identifier(table), without=without))


def replace_scores(conn: Connection[Any], team: str) -> None:
    """Put copies in the place of what an import writes, with the scores that it may change."""
    (place,) = conn.execute(_PLACE).fetchone() or ("public",)
    replace_tables(conn, ("leaderboard", "vote_history", "things", "imports", "workspaces"))
    real = sql.SQL(place) + sql.SQL(".leaderboard")
    conn.execute(_SCORES.format(table=real), {"team": team})
    conn.execute("ANALYZE leaderboard")
