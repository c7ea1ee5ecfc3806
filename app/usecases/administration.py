"""What admins do: points by hand, merges, bans; each act is written down with what it changed.

Whether somebody may is asked before, at the door.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog

from app.core.audit_record import AuditEntry
from app.core.commands.admin import UnfitCommand
from app.store.database import Conn, Database, UnavailableError
from app.store.people import bans, merge_transfer, merging
from app.store.people.bans import Ban
from app.store.people.merge_transfer import Transfer
from app.store.people.merging import MergeResult, ScorePair, UnmergeRequest
from app.store.votes import adjustments
from app.store.votes.adjustments import Adjustment, ScoreChange
from app.store.workspace import audit
from app.store.workspace.rulebook import Rulebook

_log = structlog.get_logger()

LATE: Final = (3.0, 10.0)
"""Seconds after a merge when no process still counts votes as before, and once more to be sure."""


async def adjust(database: Database, adjustment: Adjustment) -> ScoreChange | UnfitCommand:
    """Give or take points by hand, once; raises UnavailableError when that was not stored."""
    return await database.run(lambda conn: adjustments.adjust(conn, adjustment))


async def preview_merge(database: Database, transfer: Transfer) -> ScorePair | UnfitCommand:
    """Return what both have now, or why they cannot be merged."""

    async def read(conn: Conn) -> ScorePair | UnfitCommand:
        why = await merging.check_merge(conn, transfer.team, transfer.source, transfer.into)
        return why or await merging.read_scores(conn, transfer)

    return await database.run(read)


async def merge(
    database: Database, rulebook: Rulebook, transfer: Transfer, by: str, spelling: str
) -> MergeResult | UnfitCommand:
    """Merge one into another; raises UnavailableError when that was not stored in time."""
    done = await database.run(
        lambda conn: merging.merge(conn, transfer, by, spelling), patience=merging.PATIENCE
    )
    await _learn(database, rulebook)
    return done


async def unmerge(
    database: Database, rulebook: Rulebook, request: UnmergeRequest
) -> MergeResult | UnfitCommand:
    """Take a merge back; raises UnavailableError as `merge` does."""
    done = await database.run(
        lambda conn: merging.unmerge(conn, request), patience=merging.PATIENCE
    )
    await _learn(database, rulebook)
    return done


async def forward_late_votes(
    database: Database, transfer: Transfer, pauses: Sequence[float] = LATE
) -> None:
    """Let votes follow a merge that another process counted before it knew.

    What this misses, because the process ends or the database is away, upkeep finds.
    """
    for pause in pauses:
        await asyncio.sleep(pause)
        try:
            found = await database.run(
                lambda conn: merge_transfer.forward_votes(conn, transfer.team, [transfer.source])
            )
        except UnavailableError:
            continue
        if found:
            _log.info("merge.followed", team=transfer.team)


async def ban(database: Database, rulebook: Rulebook, request: Ban) -> None:
    """Let somebody's votes count no more."""
    await database.run(lambda conn: bans.store_ban(conn, request))
    await _learn(database, rulebook)


async def unban(database: Database, rulebook: Rulebook, request: Ban, now: datetime) -> bool:
    """Let somebody's votes count again; tell whether they did not."""
    lifted = await database.run(lambda conn: bans.lift_ban(conn, request, now))
    await _learn(database, rulebook)
    return lifted


async def list_admin_actions(
    database: Database, team: str, count: int, about: str, before: int = audit.NEWEST
) -> Sequence[AuditEntry]:
    """Return the last *count* acts before that one; with *about*, those that concern it."""
    return await database.run(
        lambda conn: audit.read_last_acts(conn, team, count, about=about, before=before)
    )


async def _learn(database: Database, rulebook: Rulebook) -> None:
    """Know at once what this process changed; if not now, then with the others, a second later."""
    with contextlib.suppress(UnavailableError):
        await rulebook.learn(database)
