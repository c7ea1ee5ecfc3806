"""`/karma fairplay`: patterns of voting, shown to the admin who asks and to nobody else."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import structlog

from app.slack.directory.names import named
from app.slack.listeners.context import Context
from app.slack.listeners.karma import AdminActing
from app.slack.payloads.requests import Asking
from app.slack.views import fairplay as views
from app.slack.views.leaderboard import Page
from app.usecases.voting_patterns import report

_log = structlog.get_logger()


async def show(_typed: str, said: Asking, context: Context) -> Page:
    """Show what the ledger tells of the last 90 days."""
    started = time.perf_counter()
    found = await report(context.ears.database, said.team, datetime.now(UTC))
    names = await named(context, said.team, found.people)
    ms = round((time.perf_counter() - started) * 1000, 1)
    _log.info("fairplay.shown", team=said.team, user=said.user, rows=found.rows, ms=ms)
    return views.report(found, names)


ADMIN_ACTS: Final[Mapping[str, AdminActing]] = {"fairplay": show}
"""What answers the command."""
