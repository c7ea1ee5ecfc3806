"""What `/karma fairplay` shows, as blocks: a section for each pattern."""

from collections.abc import Mapping, Sequence

from app.core.voting_patterns import Report
from app.slack.views.blocks import Page, divider, header, note, section
from app.words import fairplay as words


def render_report(findings: Report, names: Mapping[str, str]) -> Page:
    """Return *findings* for the admin who asks."""
    parts = [
        (words.PAIRS(), [words.describe_pair(pair, names) for pair in findings.pairs]),
        (words.BURSTS(), [words.describe_burst(burst, names) for burst in findings.bursts]),
        (words.TOGGLES(), [words.describe_toggle(toggle, names) for toggle in findings.toggles]),
        (words.LATE(), [words.describe_late_change(change, names) for change in findings.late]),
    ]
    title, summary = words.TITLE(), words.describe_scope(findings)
    refused = words.describe_refusals(findings.refusals or {})
    blocks = [
        header(title),
        note(summary),
        *(section(_render_part(f"*{name}*", of)) for name, of in parts),
        divider(),
        section(refused),
    ]
    texts = [title, summary, *(_render_part(name, of) for name, of in parts), refused]
    return Page("\n".join(texts), blocks)


def _render_part(heading: str, lines: Sequence[str]) -> str:
    return "\n".join([heading, *(f"• {line}" for line in lines or [words.NOTHING()])])
