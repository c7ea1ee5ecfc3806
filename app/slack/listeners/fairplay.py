"""`/karma fairplay`: patterns of voting, shown to the admin who asks and to nobody else."""

import time
from datetime import UTC, datetime

import structlog

from app.core.durations import to_ms
from app.slack.directory.names import resolve_names
from app.slack.listeners.context import Context
from app.slack.payloads.requests import UserRequest
from app.slack.views import fairplay as views
from app.slack.views.blocks import Page
from app.usecases.voting_patterns import read_report

_log = structlog.get_logger()


async def show_report(_typed: str, request: UserRequest, context: Context) -> Page:
    """Show what the ledger tells of the last 90 days."""
    started = time.perf_counter()
    found = await read_report(context.database, request.team, datetime.now(UTC))
    names = await resolve_names(context, request.team, found.people)
    ms = to_ms(time.perf_counter() - started)
    _log.info("fairplay.shown", team=request.team, user=request.user, rows=found.rows, ms=ms)
    return views.render_report(found, names)
