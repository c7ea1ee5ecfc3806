"""Wording of `/karma fairplay`: numbers, not judgments."""

from collections.abc import Mapping
from typing import Final

from app.core import voting_patterns as core
from app.core.refusals import Refusal
from app.core.voting_patterns import LateChange, Pair, Repetition, Report
from app.words.catalog import Phrase, say
from app.words.text import format_name

_REASONS: Final = {why: Phrase(f"refused-{why.replace('_', '-')}") for why in Refusal}

Names = Mapping[str, str]


def describe_scope(report: Report) -> str:
    """Describe what was analyzed, and what that is good for."""
    days, rows = core.SPAN.days, report.rows
    return say("fairplay-read-most" if report.is_cut else "fairplay-read", days=days, count=rows)


def describe_rest(*, parts: int, shown: int) -> list[str]:
    """Return a line about the parts without findings, if any; *shown* of *parts* have some."""
    if shown == parts:
        return []
    return [say("fairplay-nothing-else" if shown else "fairplay-nothing")]


def describe_pair(pair: Pair, names: Names) -> str:
    """Describe how much two people have voted for each other."""
    return say(
        "fairplay-pair",
        one=_format_name(pair.one, names), other=_format_name(pair.other, names),
        oneGave=pair.one_gave, otherGave=pair.other_gave,
        oneShare=pair.one_share, otherShare=pair.other_share,
    )  # fmt: skip


def describe_burst(burst: Repetition, names: Names) -> str:
    """Describe how much someone has voted for one target within a minute."""
    giver, target = _format_name(burst.giver, names), _format_name(burst.target, names)
    return say("fairplay-burst", giver=giver, target=target, count=burst.times)


def describe_toggle(toggle: Repetition, names: Names) -> str:
    """Describe how often someone has withdrawn one vote."""
    giver, target = _format_name(toggle.giver, names), _format_name(toggle.target, names)
    return say("fairplay-toggle", giver=giver, target=target, count=toggle.times)


def describe_late_change(change: LateChange, names: Names) -> str:
    """Describe how many votes someone has changed late."""
    giver = _format_name(change.giver, names)
    return say("fairplay-change", giver=giver, raised=change.raised, reworded=change.reworded)


def describe_refusals(counts: Mapping[str, int]) -> str:
    """List the numbers of refused votes by reason."""
    if not counts:
        return say("fairplay-no-refusals", days=core.REFUSALS_DAYS)
    listed = [
        say("fairplay-refused", reason=describe_reason(word), count=votes)
        for word, votes in counts.items()
    ]
    days, total = core.REFUSALS_DAYS, sum(counts.values())
    return say("fairplay-refusals", days=days, count=total, reasons=", ".join(listed))


def describe_reason(word: str) -> str:
    """Return a refusal's reason in short."""
    return _REASONS[Refusal(word)]() if word in set(Refusal) else say("refused-other")


def _format_name(target: str, names: Names) -> str:
    return format_name(names[target])
