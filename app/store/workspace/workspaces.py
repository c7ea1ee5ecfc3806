"""Lists the workspaces; the first one known gets imports made before any was known."""

from typing import Final

from app.store.boards.board_sql import SEASONS
from app.store.database import Conn, fetch_column, fetch_value, list_timeouts
from app.store.votes import HOLD_RULES, LOCK_RENAMES

ADD_WORKSPACE: Final = "INSERT INTO workspaces (team_id) VALUES (%(team)s) ON CONFLICT DO NOTHING"
"""Adds a workspace; in the order of locks it has the place of the rules (`app.store.votes`)."""
# An INSERT of a known workspace would wait for a change of its rules, after all the statement's
# other locks: PostgreSQL runs this CTE last.
WORKSPACE_ADDED: Final = """known AS (
    INSERT INTO workspaces (team_id) SELECT %(team)s::text
    WHERE NOT EXISTS (SELECT FROM workspaces WHERE team_id = %(team)s::text)
    ON CONFLICT DO NOTHING
)"""
"""A CTE for statements that may be the first of a workspace."""
_LIST: Final = 'SELECT team_id FROM workspaces ORDER BY team_id COLLATE "C"'

_HAS_UNNAMED: Final = """
SELECT EXISTS (SELECT FROM leaderboard WHERE team_id = '')
    OR EXISTS (SELECT FROM imports WHERE team_id = '')
"""

# Here as below, no statement reads both workspaces: on a cluster they may be on two nodes.
_READ_OWN_FILES: Final = """
SELECT file_hash FROM imports WHERE team_id = %(team)s AND rolled_back_at IS NULL
"""

# A file that the workspace itself has imported meanwhile mustn't count twice.
_UNDO_DUPLICATES: Final = """
WITH again AS (
    UPDATE imports SET rolled_back_at = now()
    WHERE team_id = '' AND rolled_back_at IS NULL AND file_hash = ANY (%(own)s)
    RETURNING batch
), back AS (
    INSERT INTO vote_history
        (team_id, channel_id, message_ts, voter_id, target_id, delta, kind, voted_at)
    SELECT '', '', message_ts, '', target_id, -delta, 'rollback', now()
    FROM vote_history JOIN again ON message_ts = 'import/' || batch
    WHERE team_id = '' AND channel_id = '' AND kind = 'import'
    RETURNING target_id, delta
), share AS (SELECT target_id, sum(delta) AS points FROM back GROUP BY target_id)
UPDATE leaderboard AS l SET score = l.score + share.points FROM share
WHERE l.team_id = '' AND l.target_id = share.target_id
"""

# Imported points count for the first season too, if another one was begun. In key order, as votes
# lock their rows.
_MOVE_SCORES: Final = f"""
WITH gone AS (
    DELETE FROM leaderboard WHERE team_id = '' RETURNING board, target_id, score
)
INSERT INTO leaderboard AS l (team_id, board, target_id, score)
SELECT %(team)s::text, board || season, target_id, score
FROM gone CROSS JOIN (VALUES ('', true), ('/S1', {SEASONS})) AS s (season, begun) WHERE begun
ORDER BY (board || season) COLLATE "C", target_id COLLATE "C"
ON CONFLICT (team_id, board, target_id)
DO UPDATE SET score = l.score + EXCLUDED.score, updated_at = EXCLUDED.updated_at
"""  # noqa: S608 (made of constants)

_MOVE_SPELLINGS: Final = """
WITH gone AS (DELETE FROM things WHERE team_id = '' RETURNING target_id, spelling)
INSERT INTO things (team_id, target_id, spelling)
SELECT %(team)s::text, target_id, spelling FROM gone ORDER BY target_id COLLATE "C"
ON CONFLICT DO NOTHING
"""

_DELETE_UNNAMED: Final = "DELETE FROM workspaces WHERE team_id = ''"
# An import's rows use no other columns.
_MOVE_LEDGER: Final = """
WITH gone AS (DELETE FROM vote_history WHERE team_id = '' RETURNING *)
INSERT INTO vote_history (team_id, id, channel_id, message_ts, voter_id, target_id, delta, kind,
    voted_at, created_at) OVERRIDING SYSTEM VALUE
SELECT %(team)s::text, id, channel_id, message_ts, voter_id, target_id, delta, kind, voted_at,
    created_at
FROM gone ORDER BY id
"""
_MOVE_IMPORTS: Final = """
WITH gone AS (DELETE FROM imports WHERE team_id = '' RETURNING *)
INSERT INTO imports (team_id, batch, file_hash, entries, points, created_at, rolled_back_at)
SELECT %(team)s::text, batch, file_hash, entries, points, created_at, rolled_back_at FROM gone
"""


async def list_teams(conn: Conn) -> list[str]:
    """Return every workspace that had a vote, an event or a decision; '' is the one yet unnamed."""
    return await fetch_column(conn, _LIST)


async def adopt(conn: Conn, team: str) -> int:
    """Assign to *team* everything without a workspace; return how many ledger rows that was.

    Afterward *team* is known, so that later imports are its own.
    """
    await conn.execute(ADD_WORKSPACE, {"team": team})
    async with conn.transaction():
        for statement in list_timeouts(0, 0):
            await conn.execute(statement)
        # Waits for an import in flight, of whose scores and ledger rows only some might be seen.
        await conn.execute(LOCK_RENAMES, {"team": ""})
        if not await fetch_value(conn, _HAS_UNNAMED):
            return 0
        # Meanwhile no season begins.
        for statement in (HOLD_RULES, _DELETE_UNNAMED):
            await conn.execute(statement, {"team": team})
        own = await fetch_column(conn, _READ_OWN_FILES, {"team": team})
        for statement in (_UNDO_DUPLICATES, _MOVE_SCORES, _MOVE_SPELLINGS, _MOVE_IMPORTS):
            await conn.execute(statement, {"team": team, "own": own})
        return (await conn.execute(_MOVE_LEDGER, {"team": team})).rowcount
