"""`/karma report`: a month as a CSV file, sent to the requester in the background."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final

import structlog

from app.core.boards.periods import Period
from app.core.transfer.spreadsheet import guard_cell
from app.core.vote import THING, is_thing
from app.slack.background_tasks import StartResult
from app.slack.client import FAILURES, classify_failure
from app.slack.listeners.context import INTERRUPTIONS, Context, log_done, name_interruption
from app.slack.outbound.answers import Sharing, open_direct, send_page, share
from app.slack.payloads.requests import UserRequest
from app.slack.views.blocks import Page
from app.store.boards import recaps as store
from app.store.boards.recaps import ReportRow
from app.words import admin as words
from app.words.boards import explain_unfit_period
from app.words.catalog import say

_log = structlog.get_logger()

_PATIENCE: Final = 90.0
"""Seconds that reading the ledger may take; nobody waits for it."""
_HEAD: Final = (
    "id", "name", "kind", "points_received", "times_received", "points_given", "times_given",
)  # fmt: skip


async def send_report(span: str, request: UserRequest, context: Context) -> Page:
    """Start sending the month *span*; return the reply."""
    calendar = context.rulebook.build_calendar(request.team, datetime.now(UTC))
    period = calendar.resolve_span(span)
    if refused := explain_unfit_period(period, calendar):
        return Page(refused)
    key = ("report", request.team, request.user)
    match context.tasks.start(key, _send(period, request, context)):
        case StartResult.STARTED:
            return Page(words.announce_report(period))
        case StartResult.ALREADY:
            return Page(say("report-already-on-its-way"))
        case StartResult.BUSY:
            return Page(say("self-service-busy"))


async def _send(period: Period, request: UserRequest, context: Context) -> None:
    try:
        rows = await _write_file(period, request, context)
    except INTERRUPTIONS as error:
        await _report_failure(name_interruption(error), request, context)
    except FAILURES as error:
        await _report_failure(classify_failure(error).reason, request, context)
    else:
        log_done("report.sent", request, period=period.name, rows=rows)


async def _write_file(period: Period, request: UserRequest, context: Context) -> int:
    """Write and send the file; return its number of rows."""
    read = partial(store.read_report, team=request.team, period=period)
    rows = await context.database.run(read, patience=_PATIENCE)
    targets = [row.target for row in rows]
    names = await context.people.read_names(request.team, targets)
    channel = await open_direct(context.client, request.user)
    name = f"karma-{period.name}.csv"
    sharing = Sharing(name, name, channel, words.describe_report(period, len(rows)))
    with io.BytesIO(_write_csv(rows, names)) as file:
        await share(context.client, file, sharing)
    return len(rows)


def _write_csv(rows: Sequence[ReportRow], names: Mapping[str, str]) -> bytes:
    """Return *rows* as CSV, with a byte order mark for Excel."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(_HEAD)
    for row in rows:
        name = names.get(row.target) or row.target.removeprefix(THING)
        kind = "thing" if is_thing(row.target) else "person"
        counts = (row.got, row.times_got, row.given, row.times_given)
        table.writerow((guard_cell(row.target), guard_cell(name), kind, *counts))
    return text.getvalue().encode("utf-8-sig")


async def _report_failure(reason: str, request: UserRequest, context: Context) -> None:
    _log.warning("report.not_sent", team=request.team, reason=reason)
    await send_page(context.client, request, Page(say("report-not-sent")), "report")
