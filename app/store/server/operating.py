"""Connections of operators' commands: patient, known by name, and one command at a time."""

import contextlib
import hashlib
from collections.abc import Iterator
from typing import Any, Final

import psycopg

from app import CommandError
from app.store.migrations import list_available

Conn = psycopg.Connection[Any]

_LOCK: Final = int.from_bytes(hashlib.sha256(b"pptbot operators").digest()[:8], signed=True)

_PENDING: Final = """
SELECT name FROM unnest(%(names)s::text[]) AS name
WHERE name NOT IN (SELECT migration_id FROM _yoyo_migration) ORDER BY name
"""

# Of the transaction alone: behind a pooler the session is not ours. Old servers lack some.
_PATIENT: Final = """
SELECT set_config(name, '0', true) FROM pg_settings
WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout',
    'transaction_timeout')
"""

# Of whatever there is, by whomever it was written: commands read most of it anyway.
_TEAMS: Final = """
SELECT team_id FROM (
    SELECT team_id FROM workspaces UNION SELECT team_id FROM leaderboard
    UNION SELECT team_id FROM vote_history UNION SELECT team_id FROM archived_shares
) AS every ORDER BY team_id COLLATE "C"
"""

# Each step is one probe of an index, however many rows a team has.
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


class OperatingError(CommandError):
    """An operator's command cannot go on; the message says why, in one line."""


def connect(url: str, name: str) -> Conn:
    """Open a connection of the command *name*, in autocommit, fit for a pooler."""
    return psycopg.connect(
        url, autocommit=True, prepare_threshold=None, application_name=f"pptbot {name}"
    )


def check_migrated(conn: Conn) -> None:
    """Raise OperatingError unless the database has every migration of this version."""
    row = conn.execute("SELECT to_regclass('_yoyo_migration') IS NOT NULL").fetchone()
    if row == (True,) and not conn.execute(_PENDING, {"names": list_available()}).fetchall():
        return
    raise OperatingError("the database lacks migrations: run bin/migrate first")


@contextlib.contextmanager
def hold_operator_lock(url: str, name: str) -> Iterator[None]:
    """Be the only command that mends, prunes or archives while inside.

    Raises OperatingError when another one is at work. The lock belongs to a transaction on a
    connection of its own, which does nothing else, so that it keeps nothing from being vacuumed.
    """
    with contextlib.closing(connect(url, name)) as conn, conn.transaction():
        if conn.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK]).fetchone() != (True,):
            raise OperatingError(
                "another bin/maintenance or bin/verify --rebuild is at work; try again later"
            )
        # Last, since it has no parameters: a statement with some leaves its snapshot behind until
        # the next, and would keep what is deleted meanwhile from being vacuumed.
        disable_timeouts(conn)
        yield


def disable_timeouts(conn: Conn) -> None:
    """Let nothing in the transaction under way be cut off by a timeout."""
    conn.execute(_PATIENT)


def list_teams(conn: Conn) -> list[str]:
    """Return every workspace; the empty one is yet to be named."""
    return [team for (team,) in conn.execute(_TEAMS).fetchall()]


def list_boards(conn: Conn, team: str) -> list[str]:
    """Return the names of the boards of *team* that have rows."""
    return [board for (board,) in conn.execute(_BOARDS, {"team": team}).fetchall()]
