"""Records which score files were imported, each once, and which imports were undone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.rows import class_row

from app.store.database import SyncConn
from app.store.server import operating
from app.store.transfer.imports import Sum


@dataclass(frozen=True, slots=True)
class Batch:
    """An imported file."""

    team: str
    name: str
    entries: int
    points: int
    created_at: datetime
    rolled_back_at: datetime | None


_COLUMNS: Final = (
    "team_id AS team, batch AS name, entries, points::numeric, created_at, rolled_back_at"
)
_OF_FILE: Final = f"""
SELECT {_COLUMNS} FROM imports
WHERE (team_id, file_hash) = (%(team)s, %(hash)s) AND rolled_back_at IS NULL
"""  # noqa: S608 (made of constants)


def find_by_file(conn: SyncConn, team: str, file_hash: str) -> Batch | None:
    """Return the batch as which the file was imported and still counts, or None."""
    with conn.cursor(row_factory=class_row(Batch)) as cursor:
        return cursor.execute(_OF_FILE, {"team": team, "hash": file_hash}).fetchone()


# Waits for another process that is importing the same file.
_RECORD: Final = """
INSERT INTO imports (team_id, batch, file_hash, entries, points)
VALUES (%(team)s, %(batch)s, %(hash)s, %(entries)s, %(points)s)
ON CONFLICT (team_id, file_hash) WHERE rolled_back_at IS NULL DO NOTHING
"""


def record(conn: SyncConn, team: str, batch: str, file_hash: str, total: Sum) -> bool:
    """Record the file as *batch*; return False if another batch has it by now."""
    named = {"team": team, "batch": batch, "hash": file_hash}
    sums = {"entries": total.entries, "points": total.points}
    return conn.execute(_RECORD, named | sums).rowcount == 1


_LOCK_BATCH: Final = f"""
SELECT {_COLUMNS} FROM imports WHERE (team_id, batch) = (%(team)s, %(batch)s) FOR UPDATE
"""  # noqa: S608 (made of constants)


def lock_by_name(conn: SyncConn, batch: str, team: str | None) -> Batch | None:
    """Lock and return batch *batch* (of any workspace if *team* is None), or None if missing."""
    for one in operating.list_teams(conn) if team is None else [team]:
        with conn.cursor(row_factory=class_row(Batch)) as cursor:
            if found := cursor.execute(_LOCK_BATCH, {"batch": batch, "team": one}).fetchone():
                return found
    return None


_TAKE: Final = """
INSERT INTO entry (nr, name, target_id, board, spelling, score)
SELECT row_number() OVER (ORDER BY id), target_id, target_id,
    CASE WHEN starts_with(target_id, 'thing:') THEN 'things' ELSE 'users' END, '', -delta
FROM vote_history
WHERE (team_id, channel_id, message_ts) = (%(team)s, '', 'import/' || %(batch)s)
    AND kind = 'import'
"""
_TAKEN: Final = """
UPDATE imports SET rolled_back_at = now() WHERE (team_id, batch) = (%(team)s, %(batch)s)
"""


def take_back(conn: SyncConn, batch: Batch) -> int:
    """Load the negated scores of *batch* as entries, and mark it as undone; return how many."""
    key = {"team": batch.team, "batch": batch.name}
    conn.execute(_TAKEN, key)
    return conn.execute(_TAKE, key).rowcount
