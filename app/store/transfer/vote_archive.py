"""Moves old votes from the ledger into a file, and leaves their sums in their place.

One transaction per workspace: it deletes exactly the rows that are in the file, and commits when
the file is safely on disk. Votes go on; only changes to the messages that it archives wait, and
merges, forgetting and changes of a channel's id. All-time boards stay as they are, since the sums
do.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.core.boards.definitions import CHANNEL, GIVERS
from app.core.boards.retention import compute_ledger_horizons
from app.core.message import FROZEN
from app.store.boards import pruning
from app.store.boards.board_sql import EVERY_TIME, select_given, select_shares
from app.store.database import SyncConn, read_value
from app.store.server import operating
from app.store.votes import SHARE_RENAMES

# Takes all rows of a message's slot or none. If one of them is younger (the workspace changed its
# time zone between two edits), the slot waits until that one is old enough. Imports have no day and
# stay; so do rows of a merge, or it couldn't be reversed.
_OLD: Final = """
SELECT DISTINCT v.channel_id, v.message_ts, v.slot FROM vote_history AS v
WHERE v.team_id = %(team)s AND v.day < %(cutoff)s AND v.kind <> 'merge' AND NOT EXISTS (
    SELECT FROM vote_history AS y
    WHERE (y.team_id, y.channel_id, y.message_ts, y.slot)
            = (v.team_id, v.channel_id, v.message_ts, v.slot)
        AND y.day >= %(cutoff)s)
"""

_CHOOSE: Final = f"CREATE TEMPORARY TABLE chosen ON COMMIT DROP AS {_OLD}"

# From here on, a change to one of these messages waits, and then finds it too old. Adjustments by
# admins aren't messages.
_FREEZE: Final = f"""
INSERT INTO messages AS m (team_id, channel_id, message_ts, slot, revision)
SELECT %(team)s::text, channel_id, message_ts, slot, '{FROZEN}' FROM chosen WHERE channel_id <> ''
ORDER BY channel_id COLLATE "C", message_ts COLLATE "C", slot COLLATE "C"
ON CONFLICT (team_id, channel_id, message_ts, slot)
DO UPDATE SET revision = EXCLUDED.revision WHERE m.revision < EXCLUDED.revision
"""  # noqa: S608 (made of a constant)

_GONE: Final = """
CREATE TEMPORARY TABLE gone (
    id bigint, team_id text, channel_id text, message_ts text, voter_id text, target_id text,
    delta bigint, reason text, kind text, voted_at timestamptz, day date, created_at timestamptz,
    slot text, season integer, week_shift smallint, giver_day date, factor smallint, said bigint
) ON COMMIT DROP
"""

_TAKE: Final = """
WITH taken AS (
    DELETE FROM vote_history AS v USING chosen AS c
    WHERE v.team_id = %(team)s
        AND (v.channel_id, v.message_ts, v.slot) = (c.channel_id, c.message_ts, c.slot)
    RETURNING v.id, v.team_id, v.channel_id, v.message_ts, v.voter_id, v.target_id, v.delta,
        v.reason, v.kind, v.voted_at, v.day, v.created_at, v.slot, v.season, v.week_shift,
        v.giver_day, v.factor, v.said
)
INSERT INTO gone SELECT * FROM taken
"""

_ANALYZE: Final = "ANALYZE chosen"

# Absorbs the sums of earlier archives, so that each target ends up with one row per season.
_ROLL_UP: Final = """
WITH earlier AS (
    DELETE FROM vote_history
    WHERE team_id = %(team)s AND channel_id = '' AND kind = 'archive'
        AND target_id IN (SELECT target_id FROM gone)
    RETURNING target_id, season, delta
)
INSERT INTO vote_history
    (team_id, channel_id, message_ts, voter_id, target_id, delta, kind, voted_at, season)
SELECT %(team)s::text, '', 'archive/' || %(stamp)s, '', target_id, sum(delta), 'archive', now(),
    season
FROM (SELECT target_id, season, delta FROM gone UNION ALL TABLE earlier) AS every
GROUP BY target_id, season HAVING sum(delta) <> 0 ORDER BY target_id, season
"""

# Boards of people and things are covered by the sums. Seasons are kept apart even if no second one
# was begun.
_SHARES: Final = f"""
WITH part AS (
    SELECT voter_id, '' AS channel_id, '' AS target_id, date '-infinity' AS day, season,
        week_shift, points
    FROM ({select_given("gone")}) AS given
    UNION ALL
    SELECT '', channel_id, target_id, '-infinity', season, week_shift, delta FROM gone
), {EVERY_TIME}, share AS (
    {select_shares(GIVERS, CHANNEL)}
)
INSERT INTO archived_shares AS a (team_id, board, target_id, points)
SELECT %(team)s::text, board, target_id, sum(points) FROM share
GROUP BY 2, 3 HAVING sum(points) <> 0 ORDER BY board COLLATE "C", target_id COLLATE "C"
ON CONFLICT (team_id, board, target_id) DO UPDATE SET points = a.points + EXCLUDED.points
"""  # noqa: S608 (made of constants)

_ROWS: Final = "COPY (SELECT * FROM gone ORDER BY id) TO STDOUT (FORMAT csv, HEADER)"

_SUMMARIZE: Final = """
SELECT count(*), count(DISTINCT (channel_id, message_ts)), count(DISTINCT target_id) FROM gone
"""

_SHIFT: Final = "SELECT coalesce(max(week_shift), 0) FROM gone"

_COUNT: Final = f"""
SELECT count(*), count(DISTINCT (channel_id, message_ts)), count(DISTINCT target_id)
FROM vote_history JOIN ({_OLD}) AS old USING (channel_id, message_ts, slot)
WHERE team_id = %(team)s
"""  # noqa: S608 (put together from constants)


@dataclass(frozen=True, slots=True)
class ArchiveSummary:
    """What was archived of one workspace."""

    team: str
    rows: int
    messages: int
    targets: int


ArchiveWriter = Callable[[Iterator[bytes]], None]
"""Puts the rows, as CSV, somewhere safe; nothing is deleted unless it returns."""


@contextmanager
def archive_votes(
    conn: SyncConn, team: str, cutoff: date, stamp: str, write: ArchiveWriter
) -> Iterator[ArchiveSummary]:
    """Archive the votes of days before *cutoff*; commits when the context exits.

    *write* is called only if there are any. *stamp* names the archive in the ledger.
    """
    where = {"team": team, "cutoff": cutoff, "stamp": stamp}
    with conn.transaction():
        operating.disable_timeouts(conn)
        # A merge between whose two reads this is committed moves its share twice, or never.
        for statement in (SHARE_RENAMES, _CHOOSE, _ANALYZE, _FREEZE, _GONE, _TAKE):
            conn.execute(statement, where)
        found = _read_summary(conn, team, _SUMMARIZE, where)
        if found.rows:
            # Closed here: a COPY that was cut short must end before the rollback begins.
            with closing(_stream_csv(conn)) as rows:
                write(rows)
            conn.execute(_ROLL_UP, where)
            conn.execute(_SHARES, where)
            horizons = compute_ledger_horizons(cutoff, read_value(conn, _SHIFT))
            pruning.move_horizons(conn, team, horizons)
        yield found


def count_archivable(conn: SyncConn, team: str, cutoff: date) -> ArchiveSummary:
    """Return what `archive_votes` would archive."""
    with conn.transaction():
        operating.disable_timeouts(conn)
        return _read_summary(conn, team, _COUNT, {"team": team, "cutoff": cutoff})


def _read_summary(conn: SyncConn, team: str, query: str, where: dict[str, Any]) -> ArchiveSummary:
    row = conn.execute(query, where).fetchone() or (0, 0, 0)
    return ArchiveSummary(team, *row)


def _stream_csv(conn: SyncConn) -> Generator[bytes]:
    with conn.cursor() as cursor, cursor.copy(_ROWS) as rows:
        for block in rows:
            yield bytes(block)
