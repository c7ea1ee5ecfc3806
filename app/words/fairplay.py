"""Wording of `/karma fairplay`: numbers, not judgments."""

from collections.abc import Mapping
from typing import Final

from app.core import voting_patterns as core
from app.core.refusals import Refusal
from app.core.voting_patterns import Burst, LateChange, Pair, Report, Toggle
from app.words.catalog import Phrase
from app.words.text import format_name

TITLE: Final = Phrase("fairplay-title")
PAIRS: Final = Phrase("fairplay-pairs")
BURSTS: Final = Phrase("fairplay-bursts")
TOGGLES: Final = Phrase("fairplay-toggles")
LATE: Final = Phrase("fairplay-late")
_NOTHING: Final = Phrase("fairplay-nothing")
_NOTHING_ELSE: Final = Phrase("fairplay-nothing-else")
_READ: Final = Phrase("fairplay-read")
_READ_MOST: Final = Phrase("fairplay-read-most")
_REFUSALS: Final = Phrase("fairplay-refusals")
_NO_REFUSALS: Final = Phrase("fairplay-no-refusals")
_REFUSED: Final = Phrase("fairplay-refused")
_PAIR: Final = Phrase("fairplay-pair")
_BURST: Final = Phrase("fairplay-burst")
_TOGGLE: Final = Phrase("fairplay-toggle")
_CHANGE: Final = Phrase("fairplay-change")
_OTHER: Final = Phrase("refused-other")
_REASONS: Final = {why: Phrase(f"refused-{why.replace('_', '-')}") for why in Refusal}

Names = Mapping[str, str]


def describe_scope(report: Report) -> str:
    """Describe what was analyzed, and what that is good for."""
    days = core.SPAN.days
    return (_READ_MOST if report.is_cut else _READ)(days=days, count=report.rows)


def describe_rest(*, parts: int, shown: int) -> list[str]:
    """Return a line about the parts without findings, if any; *shown* of *parts* have some."""
    if shown == parts:
        return []
    return [_NOTHING_ELSE() if shown else _NOTHING()]


def describe_pair(pair: Pair, names: Names) -> str:
    """Describe how much two people have voted for each other."""
    return _PAIR(
        one=_format_name(pair.one, names), other=_format_name(pair.other, names),
        oneGave=pair.one_gave, otherGave=pair.other_gave,
        oneShare=pair.one_share, otherShare=pair.other_share,
    )  # fmt: skip


def describe_burst(burst: Burst, names: Names) -> str:
    """Describe how much someone has voted for one target within a minute."""
    giver, target = _format_name(burst.giver, names), _format_name(burst.target, names)
    return _BURST(giver=giver, target=target, count=burst.votes)


def describe_toggle(toggle: Toggle, names: Names) -> str:
    """Describe how often someone has withdrawn one vote."""
    giver, target = _format_name(toggle.giver, names), _format_name(toggle.target, names)
    return _TOGGLE(giver=giver, target=target, count=toggle.times)


def describe_late_change(change: LateChange, names: Names) -> str:
    """Describe how many votes someone has changed late."""
    return _CHANGE(
        giver=_format_name(change.giver, names), raised=change.raised, reworded=change.reworded
    )


def describe_refusals(counts: Mapping[str, int]) -> str:
    """List the numbers of refused votes by reason."""
    if not counts:
        return _NO_REFUSALS(days=core.REFUSALS_DAYS)
    listed = [_REFUSED(reason=describe_reason(word), count=votes) for word, votes in counts.items()]
    days, total = core.REFUSALS_DAYS, sum(counts.values())
    return _REFUSALS(days=days, count=total, reasons=", ".join(listed))


def describe_reason(word: str) -> str:
    """Return a refusal's reason in short."""
    return _REASONS[Refusal(word)]() if word in set(Refusal) else _OTHER()


def _format_name(target: str, names: Names) -> str:
    return format_name(names[target])
