"""What `/karma fairplay` shows, as blocks: a section for each pattern."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.voting_patterns import Report
from app.slack.views.leaderboard import Page
from app.words import fairplay as words

Block = dict[str, Any]


def report(found: Report, names: Mapping[str, str]) -> Page:
    """Return *found* for the admin who asks."""
    parts = [
        (words.PAIRS(), [words.pair(pair, names) for pair in found.pairs]),
        (words.BURSTS(), [words.burst(burst, names) for burst in found.bursts]),
        (words.TOGGLES(), [words.toggle(toggle, names) for toggle in found.toggles]),
        (words.LATE(), [words.change(change, names) for change in found.late]),
    ]
    title, said = words.TITLE(), words.read(found)
    refused = words.refusals(found.refusals or {})
    blocks: list[Block] = [
        {"type": "header", "text": {"type": "plain_text", "text": title}},
        {"type": "context", "elements": [_text(said)]},
        *({"type": "section", "text": _text(_part(f"*{name}*", of))} for name, of in parts),
        {"type": "divider"},
        {"type": "section", "text": _text(refused)},
    ]
    told = [title, said, *(_part(name, of) for name, of in parts), refused]
    return Page("\n".join(told), blocks)


def _part(heading: str, lines: Sequence[str]) -> str:
    return "\n".join([heading, *(f"• {line}" for line in lines or [words.NOTHING()])])


def _text(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}
