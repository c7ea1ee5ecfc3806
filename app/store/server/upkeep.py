"""Deletes what nobody needs anymore (never ledger or boards), and refreshes statistics."""

import contextlib
from typing import Final

import structlog
from psycopg import ProgrammingError, sql
from psycopg.errors import LockNotAvailable, QueryCanceled

from app.store.database import Conn, allow_seconds, fetch_column
from app.store.migrations import list_created

_log = structlog.get_logger()

_PATIENCE: Final = 60.0
"""Seconds for a statement: finding the old ones among a million replies takes 2."""

_EXPIRED: Final = {
    # Slack delivers an original up to a day late. After two, nobody needs to know of a change to a
    # message that never held a vote.
    "messages": "NOT voted AND heard_at < now() - interval '2 days'",
    # A reply is kept as long as an edit or a deletion may still change it.
    "outbox": "done_at < now() - interval '90 days'",
    "turns": "free_at < now() - interval '1 day'",
    "homes": "opened_at < now() - interval '1 day'",
    # The longest cooldown that can be set is a week; missed messages are read within days.
    "cooldowns": "given_at < now() - interval '8 days'",
    "allowances": "day < current_date - 8",
    "giver_days": "since < now() - interval '8 days'",
    "told": "about ~ '^(refusal|hint)/' AND told_at < now() - interval '1 day'",
    "digests": "day < current_date - 30",
    # Reports cover 30 days.
    "refusals": "day < current_date - 90",
    # A question can be answered for a day; an edit may use the answer as long as a reply is kept.
    "offers": "offered_at < now()"
    " - CASE WHEN answer IS NULL THEN interval '2 days' ELSE '90 days' END",
    # Stored by a process that received an event just when another one had renamed the channel.
    "channels": "channel_id IN (SELECT former_id FROM former_channels WHERE team_id = %(team)s)",
}
"""Which rows of each table are deleted."""
DELETE_EXPIRED: Final = {
    table: f"DELETE FROM {table} WHERE team_id = %(team)s AND {expired}"  # noqa: S608 (made of constants)
    for table, expired in _EXPIRED.items()
}

_STALE: Final = """
SELECT relname FROM pg_stat_user_tables
WHERE schemaname = current_schema() AND relname = ANY (%(tables)s)
    AND n_mod_since_analyze > greatest(50, n_live_tup / 2)
ORDER BY relname
"""
_ANALYZE: Final = sql.SQL("ANALYZE (SKIP_LOCKED) {}")


async def tidy(conn: Conn, team: str) -> int:
    """Delete what has expired in *team*; return how many rows."""
    return sum([await _remove(conn, statement, team) for statement in DELETE_EXPIRED.values()])


async def _remove(conn: Conn, statement: str, team: str) -> int:
    """Return how many rows *statement* removed; if it times out, leave them for the next run."""
    try:
        async with conn.transaction():
            await allow_seconds(conn, _PATIENCE)
            return (await conn.execute(statement, {"team": team})).rowcount
    except (QueryCanceled, LockNotAvailable) as error:
        _log.warning("upkeep.late", team=team, reason=str(error).partition("\n")[0])
        return 0


async def refresh_statistics(conn: Conn) -> list[str]:
    """Analyze our tables of which more than half has changed; return those still outdated.

    Those are locked by somebody, or belong to another role. Until autovacuum runs, which may take a
    minute, PostgreSQL plans with default estimates, to which all indexes look alike: it then looks
    up a reply by reading its whole workspace, which costs more than the vote. On a cluster each
    node's own autovacuum is enough: analyzing made votes no cheaper there, and no changes are
    counted here.
    """
    for name in await _list_stale(conn):
        with contextlib.suppress(ProgrammingError):  # it was dropped, or is another role's
            await conn.execute(_ANALYZE.format(sql.Identifier(name)))
    return await _list_stale(conn)


async def _list_stale(conn: Conn) -> list[str]:
    return await fetch_column(conn, _STALE, {"tables": list(list_created("TABLE"))})
