"""What is said of one person or thing: cards, histories, searches, and how to ask for them."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from app.core.boards.periods import ALL, Period
from app.core.ledger import LedgerEntry
from app.core.message import TIMESTAMP
from app.core.vote import THING, is_thing
from app.words.catalogue import Phrase
from app.words.seasons import name_season as season
from app.words.text import (
    escape,
    escape_line,
    format_days,
    format_month,
    format_name,
    format_ordinal,
    format_points,
    format_signed,
)
from app.words.votes import replace_mentions as told_reason

NO_SEARCH_WORDS: Final = Phrase("karma-no-search-words")
_DID_YOU_MEAN: Final = Phrase("karma-did-you-mean")
_MORE: Final = Phrase("karma-more")

_OPTED_OUT: Final = Phrase("karma-opted-out")
_DEACTIVATED: Final = Phrase("karma-deactivated")
_NOTHING_SHOWN: Final = Phrase("karma-nothing-shown")
_UNKNOWN: Final = Phrase("karma-unknown")
_NO_POINTS: Final = Phrase("karma-no-points")
_NO_POINTS_OWN: Final = Phrase("karma-no-points-own")
_NO_PAST: Final = Phrase("karma-no-past")
_NO_PAST_OWN: Final = Phrase("karma-no-past-own")
_NOT_FOUND: Final = Phrase("karma-not-found")

_TITLE_OWN: Final = Phrase("karma-title-own")
_PAST_TITLE: Final = Phrase("karma-past-title")
_PAST_TITLE_OWN: Final = Phrase("karma-past-title-own")
_FOUND_TITLE: Final = Phrase("karma-found-title")
_ALL_TIME: Final = Phrase("karma-all-time")
_WEEK: Final = Phrase("karma-week")
_SCORE: Final = Phrase("karma-score")
_SUM: Final = Phrase("karma-sum")
_REASON_SUM: Final = Phrase("karma-reason-sum")
GIVEN: Final = Phrase("karma-given")
LATELY_FOR: Final = Phrase("karma-lately-for")
LATELY_FROM: Final = Phrase("karma-lately-from")
LATELY_TO: Final = Phrase("karma-lately-to")
LAST_VOTES: Final = Phrase("karma-last-votes")
LATELY: Final = Phrase("karma-lately")
OUT: Final = Phrase("karma-out")
HISTORY: Final = Phrase("karma-history")
CARD: Final = Phrase("karma-card")
LEADERBOARD: Final = Phrase("karma-leaderboard")

_FROM: Final = Phrase("karma-from")
_FROM_YOU: Final = Phrase("karma-from-you")
_FROM_SOMEONE: Final = Phrase("karma-from-someone")
_TO: Final = Phrase("karma-to")
_TO_YOU: Final = Phrase("karma-to-you")
_ENTRY_FOR: Final = Phrase("karma-entry-for")
_ENTRY_EDITED: Final = Phrase("karma-entry-edited")
_ENTRY_WITHDRAWN: Final = Phrase("karma-entry-withdrawn")
_ARCHIVED: Final = Phrase("karma-archived")
_ADJUSTED: Final = Phrase("admin-entry-adjusted")
_ADJUSTED_FOR: Final = Phrase("admin-entry-adjusted-for")
_IMPORTED: Final = Phrase("karma-imported")
_IMPORTED_WITHDRAWN: Final = Phrase("karma-imported-withdrawn")
_SOMEONE: Final = Phrase("karma-someone")
_WHERE: Final = Phrase("karma-where")
_WHEN: Final = Phrase("karma-when")
_OPEN: Final = Phrase("karma-open")

_LONGEST_REASON: Final = 500
_MENTION: Final = re.compile(r"<[@!#][^<>]*>")


def explain_absence(hidden: Sequence[str], name: str) -> str:
    """Say kindly why somebody is not shown."""
    if "opted_out" in hidden:
        return _OPTED_OUT(name=format_name(name))
    if "deactivated" in hidden:
        return _DEACTIVATED(name=format_name(name))
    return _NOTHING_SHOWN()


def explain_unknown(handle: str) -> str:
    """Say that Slack has not told whom a typed `@name` means."""
    return _UNKNOWN(name=format_name(handle))


def explain_no_points(target: str, name: str, meant: str | None, *, own: bool) -> str:
    """Say that nobody has voted for the target yet, and the word that was perhaps *meant*."""
    if own:
        return f"{_NO_POINTS_OWN()} {_MORE()}"
    said = _NO_POINTS(name=format_name(name))
    if not is_thing(target):
        return said
    return " ".join([said, *([_DID_YOU_MEAN(command=meant)] if meant else []), _MORE()])


def format_title(name: str, *, own: bool) -> str:
    """Return the heading of a card."""
    return _TITLE_OWN() if own else format_name(name)


def format_history_title(name: str, count: int, *, own: bool) -> str:
    """Return the heading of a history."""
    return _PAST_TITLE_OWN(count=count) if own else _PAST_TITLE(name=format_name(name), count=count)


def format_search_title(words: str, count: int) -> str:
    """Return the heading of what a search has found."""
    return _FOUND_TITLE(words=format_name(words), count=count)


def explain_no_history(name: str, *, own: bool) -> str:
    """Say that there are no votes to show."""
    return _NO_PAST_OWN() if own else _NO_PAST(name=format_name(name))


def explain_not_found(words: str) -> str:
    """Say that no reason has the words."""
    return _NOT_FOUND(words=format_name(words))


def format_period(period: Period) -> str:
    """Return how a score's period is called: `All time`, `November 2026`, `16–22 November`."""
    if period.name == ALL:
        return _ALL_TIME()
    if period.kind == "season":
        return season(period)
    return (
        _WEEK(days=format_days(period.first, period.last))
        if "W" in period.name
        else format_month(period.first)
    )


def format_score(count: int, rank: int | None) -> str:
    """Return points and the rank they have: `42 points, 3rd`."""
    return (
        _SCORE(points=format_points(count), rank=format_ordinal(rank))
        if rank
        else format_points(count)
    )


def list_sums(many: Sequence[tuple[str, int]], names: Mapping[str, str]) -> list[str]:
    """Return a line for each person or thing: `Ann, 12 points`."""
    return [
        _SUM(name=format_name(_find_name(who, names)), points=format_points(count))
        for who, count in many
    ]


def list_reasons(many: Sequence[tuple[str, int]], names: Mapping[str, str]) -> list[str]:
    """Return a line for each reason: `the docs (12 points)`."""
    return [
        _REASON_SUM(reason=format_reason(said, names), points=format_points(n)) for said, n in many
    ]


def format_entry(
    entry: LedgerEntry, about: str, names: Mapping[str, str], *, reader: str = "", pattern: str = ""
) -> str:
    """Say what one vote came to: `+2 from Ann for the docs (edited)`.

    *about* is whose history it stands in, empty where both sides are named; what matches the
    pattern *pattern* is bold.
    """
    if not entry.channel:
        return _format_special_entry(entry, names)
    said = (
        f"{format_signed(entry.points or entry.was)} {_format_sides(entry, about, names, reader)}"
    )
    if not entry.points:
        return _ENTRY_WITHDRAWN(vote=said)
    if entry.reason:
        said = _ENTRY_FOR(vote=said, reason=format_reason(entry.reason, names, pattern))
    return _ENTRY_EDITED(vote=said) if entry.edited else said


def _format_special_entry(entry: LedgerEntry, names: Mapping[str, str]) -> str:
    """Say what no message gave: an import, an adjustment, or the sum of archived votes."""
    count = format_points(entry.points or entry.was)
    if entry.kind == "archive":
        return _ARCHIVED(points=count)
    if entry.kind == "adjust":
        return _format_adjustment(entry, names)
    return _IMPORTED(points=count) if entry.points else _IMPORTED_WITHDRAWN(points=count)


def _format_adjustment(entry: LedgerEntry, names: Mapping[str, str]) -> str:
    given = format_signed(entry.points)
    if not entry.reason:
        return _ADJUSTED(given=given)
    return _ADJUSTED_FOR(given=given, reason=format_reason(entry.reason, names))


def _format_sides(entry: LedgerEntry, about: str, names: Mapping[str, str], reader: str) -> str:
    if about:
        giver = entry.target == about
        return (
            _format_giver(entry.voter, names, reader)
            if giver
            else _format_target(entry.target, names, reader)
        )
    return (
        f"{_format_giver(entry.voter, names, reader)} {_format_target(entry.target, names, reader)}"
    )


def _format_giver(giver: str, names: Mapping[str, str], reader: str) -> str:
    if not giver:
        return _FROM_SOMEONE()
    return _FROM_YOU() if giver == reader else _FROM(name=format_name(_find_name(giver, names)))


def _format_target(target: str, names: Mapping[str, str], reader: str) -> str:
    return _TO_YOU() if target == reader else _TO(name=format_name(_find_name(target, names)))


def _find_name(which: str, names: Mapping[str, str]) -> str:
    named = names.get(which, "")
    return named if format_name(named) else which.removeprefix(THING)


def format_reason(text: str, names: Mapping[str, str], pattern: str = "") -> str:
    """Return a reason with names for mentions; at most 500 characters, escaped."""

    def format_text(piece: str) -> str:
        return _emphasise(piece, pattern) if pattern else escape_line(piece)

    whole = told_reason(text, names, format_text)
    if len(whole) <= _LONGEST_REASON:
        return whole
    return escape_line(_MENTION.sub(_SOMEONE(), text)[:80]).strip() + "…"


def _emphasise(text: str, pattern: str) -> str:
    """Return *text*, escaped, with bold marks around what the pattern *pattern* matches."""
    pieces = re.split(f"({pattern})", text, flags=re.IGNORECASE)
    return "".join(
        f"*{escape_line(p)}*" if at % 2 else escape_line(p) for at, p in enumerate(pieces)
    )


def build_pattern(words: str, prefix: str) -> str:
    """Return the pattern of what a search for *words* and the beginning *prefix* has found."""
    excluded = re.sub(r"(?:^|\s)-(?:\"[^\"]*\"?|\S+)", " ", words)
    whole = [re.escape(w) for w in re.findall(r"\w+", excluded) if w.casefold() != "or"]
    begun = [rf"{re.escape(prefix)}\w*"] if prefix else []
    return rf"(?<!\w)(?:{'|'.join(whole + begun)})(?!\w)" if whole or begun else ""


def describe_place(entry: LedgerEntry) -> str:
    """Return where a vote was given; Slack shows the channel's name to those who may see it."""
    return _WHERE(channel=f"<#{entry.channel}>") if entry.channel else ""


def describe_time(at: datetime, time: str = "{time}") -> str:
    """Return a moment as Slack shows it to each reader in their own time, *time* as it says."""
    shown_as = _WHEN(day="{date_short_pretty}", time=time)
    return f"<!date^{int(at.timestamp())}^{shown_as}|{at:%Y-%m-%d %H:%M} UTC>"


def format_link(address: str, entry: LedgerEntry) -> str:
    """Return the link to a vote's message; empty where it has none, or no *address* is known."""
    if not (address and entry.channel and TIMESTAMP.fullmatch(entry.ts)):
        return ""
    return f"<{escape(address)}archives/{entry.channel}/p{entry.ts.replace('.', '')}|{_OPEN()}>"
