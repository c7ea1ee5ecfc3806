"""Connections for operators' commands, their timeouts, and the lock that only one may hold."""

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

import psycopg

from app import CommandError
from app.store.connections import SET_OWN, build_settings
from app.store.database import UNLIMITED, SyncConn, list_timeouts, read_value
from app.store.migrations import LACKING, list_available
from app.store.server import distribution

_LOCK: Final = int.from_bytes(hashlib.sha256(b"pptbot operators").digest()[:8], signed=True)

_PENDING: Final = """
SELECT name FROM unnest(%(names)s::text[]) AS name
WHERE name NOT IN (SELECT migration_id FROM _yoyo_migration) ORDER BY name
"""

# Finds every workspace with rows, no matter what wrote them. Each step probes a primary key, which
# begins with the workspace, however many rows there are.
_NEXT_TEAMS: Final = """
SELECT team_id FROM (
    WITH RECURSIVE found AS (
        (SELECT team_id FROM {table} ORDER BY team_id LIMIT 1)
        UNION ALL
        SELECT (SELECT t.team_id FROM {table} AS t
                WHERE t.team_id > found.team_id ORDER BY t.team_id LIMIT 1)
        FROM found WHERE found.team_id IS NOT NULL
    )
    SELECT team_id FROM found WHERE team_id IS NOT NULL
) AS {table}
"""
# On a cluster no recursive query can read a distributed table: each node scans its own part.
_EVERY_TEAM: Final = "SELECT DISTINCT team_id FROM {table}"
WORKSPACE_TABLES: Final = ("workspaces", "leaderboard", "vote_history", "archived_shares")
SCORE_TABLES: Final = ("leaderboard",)


def compose_teams(tables: Sequence[str], *, is_distributed: bool) -> str:
    """Return a query that lists the workspaces of *tables*, distributed over a cluster or not."""
    query = _EVERY_TEAM if is_distributed else _NEXT_TEAMS
    every = " UNION ".join(query.format(table=table) for table in tables)
    return f'SELECT team_id FROM ({every}) AS every ORDER BY team_id COLLATE "C"'  # noqa: S608 (made of constants)


# Each step probes an index, however many rows a team has.
_BOARDS: Final = """
WITH RECURSIVE named AS (
    (SELECT board FROM leaderboard WHERE team_id = %(team)s ORDER BY board LIMIT 1)
    UNION ALL
    SELECT (SELECT l.board FROM leaderboard AS l
            WHERE l.team_id = %(team)s AND l.board > named.board ORDER BY l.board LIMIT 1)
    FROM named WHERE named.board IS NOT NULL
)
SELECT board FROM named WHERE board IS NOT NULL
"""


def connect(url: str, name: str) -> SyncConn:
    """Open an autocommit connection for the command *name*; it may go through a pooler."""
    conn = psycopg.connect(
        url, autocommit=True, prepare_threshold=None, application_name=f"pptbot {name}"
    )
    conn.execute(SET_OWN, build_settings(conn.info.backend_pid))
    return conn


def check_migrated(conn: SyncConn) -> None:
    """Raise CommandError unless the database has every migration of this version."""
    is_begun = read_value(conn, "SELECT to_regclass('_yoyo_migration') IS NOT NULL")
    if is_begun and not conn.execute(_PENDING, {"names": list_available()}).fetchall():
        return
    raise CommandError(LACKING)


@contextlib.contextmanager
def hold_operator_lock(url: str, name: str) -> Iterator[None]:
    """Lock out other commands that fix, prune or archive while inside.

    Raises CommandError if another one is running. The lock belongs to a transaction on a
    connection of its own, which does nothing else, so that it keeps nothing from being vacuumed.
    """
    with contextlib.closing(connect(url, name)) as conn, conn.transaction():
        if not read_value(conn, "SELECT pg_try_advisory_xact_lock(%s)", [_LOCK]):
            raise CommandError(
                "another bin/maintenance or bin/verify --rebuild is running; try again later"
            )
        # Last, since it has no parameters: a statement with parameters keeps its snapshot until the
        # next one, and would keep rows deleted meanwhile from being vacuumed.
        disable_timeouts(conn)
        yield


def disable_timeouts(conn: SyncConn) -> None:
    """Lift all timeouts of the current transaction."""
    for statement in (UNLIMITED, *list_timeouts(0, 0)):
        conn.execute(statement)


def list_teams(conn: SyncConn, tables: Sequence[str] = WORKSPACE_TABLES) -> list[str]:
    """Return every workspace that *tables* name; '' is the one yet unnamed."""
    query = compose_teams(tables, is_distributed=distribution.is_distributed(conn))
    return [team for (team,) in conn.execute(query).fetchall()]


def list_boards(conn: SyncConn, team: str) -> list[str]:
    """Return the names of the boards of *team* that have rows."""
    return [board for (board,) in conn.execute(_BOARDS, {"team": team}).fetchall()]
