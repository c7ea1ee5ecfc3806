"""`/karma fairplay`: voting patterns, shown only to the admin or manager who asks."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from app.core.voting_patterns import Report
from app.slack.listeners.context import Context, log_done, resolve_names
from app.slack.payloads.requests import UserRequest
from app.slack.views.blocks import Page, divider, header, note, section
from app.usecases.administration import read_voting_patterns
from app.words import fairplay as words
from app.words.catalog import say


async def show_report(_: None, request: UserRequest, context: Context) -> Page:
    """Show the voting patterns of the last 90 days."""
    found = await read_voting_patterns(context.database, request.team, datetime.now(UTC))
    names = await resolve_names(request.team, found.people, context)
    log_done("fairplay.shown", request, user=request.user, rows=found.rows)
    return _render_report(found, names)


def _render_report(findings: Report, names: Mapping[str, str]) -> Page:
    """Return *findings* as a page."""
    parts = [
        (say("fairplay-pairs"), [words.describe_pair(one, names) for one in findings.pairs]),
        (say("fairplay-bursts"), [words.describe_burst(one, names) for one in findings.bursts]),
        (say("fairplay-toggles"), [words.describe_toggle(one, names) for one in findings.toggles]),
        (say("fairplay-late"), [words.describe_late_change(one, names) for one in findings.late]),
    ]
    title, summary = say("fairplay-title"), words.describe_scope(findings)
    refusals = words.describe_refusals(findings.refusals)
    filled = [(name, lines) for name, lines in parts if lines]
    rest = words.describe_rest(parts=len(parts), shown=len(filled))
    blocks = [
        header(title),
        note(summary),
        *(section(_render_part(f"*{name}*", lines)) for name, lines in filled),
        *(section(line) for line in rest),
        divider(),
        section(refusals),
    ]
    texts = [title, summary, *(_render_part(*part) for part in filled), *rest, refusals]
    return Page("\n".join(texts), blocks)


def _render_part(heading: str, lines: Sequence[str]) -> str:
    return "\n".join([heading, *(f"• {line}" for line in lines)])
