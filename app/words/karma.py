"""Wording about one person or thing: cards, histories, searches, and how to request them."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.core.boards.periods import ALL, Period
from app.core.commands.command_words import EVERYBODY
from app.core.vote import is_thing
from app.words.catalog import Phrase
from app.words.entries import format_reason
from app.words.seasons import name_season as season
from app.words.text import (
    find_name,
    format_days,
    format_month,
    format_name,
    format_ordinal,
    format_points,
)
from app.words.usage import restore_mentions
from app.words.votes import begin_with_target, find_mentioned

BOARD_ELSEWHERE: Final = Phrase("karma-board")
PRIVATE: Final = Phrase("karma-private")
NO_SEARCH_WORDS: Final = Phrase("karma-no-search-words")
_DID_YOU_MEAN: Final = Phrase("karma-did-you-mean")
_MORE: Final = Phrase("karma-more")

_OPTED_OUT: Final = Phrase("karma-opted-out")
_DEACTIVATED: Final = Phrase("karma-deactivated")
_NOTHING_SHOWN: Final = Phrase("karma-nothing-shown")
_UNKNOWN: Final = Phrase("karma-unknown")
_EVERYBODY: Final = Phrase("karma-everybody")
_SHARED: Final = Phrase("karma-shared")
_UNCLEAR: Final = Phrase("karma-unclear")
_NO_POINTS: Final = Phrase("karma-no-points")
_NO_POINTS_OWN: Final = Phrase("karma-no-points-own")
_NO_PAST: Final = Phrase("karma-no-past")
_NO_PAST_OWN: Final = Phrase("karma-no-past-own")
_NOT_FOUND: Final = Phrase("karma-not-found")
_NOT_FOUND_BUT: Final = Phrase("karma-not-found-but")

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

_LONG_NAME: Final = 3
"""Longest name of a thing, in words; a longer one without points is probably a question."""


def explain_absence(hidden: Sequence[str], name: str) -> str:
    """Explain kindly why someone isn't shown."""
    if "opted_out" in hidden:
        return _OPTED_OUT(name=format_name(name))
    if "deactivated" in hidden:
        return _DEACTIVATED(name=format_name(name))
    return _NOTHING_SHOWN()


def explain_unknown(handle: str) -> str:
    """Explain that nobody is known by a typed `@name`, or that it means everyone."""
    return _EVERYBODY() if handle.casefold() in EVERYBODY else _UNKNOWN(name=format_name(handle))


def explain_shared(name: str) -> str:
    """Explain that several people share a typed `@name`."""
    return _SHARED(name=format_name(name))


def explain_no_points(target: str, name: str, near: str | None, *, own: bool) -> str:
    """Explain that the target has no votes yet, and suggest the command *near*."""
    if own:
        return f"{_NO_POINTS_OWN()} {_MORE()}"
    sentence = _NO_POINTS(name=begin_with_target(target, name))
    if not is_thing(target):
        return sentence
    if len(name.split()) > _LONG_NAME:
        sentence = _UNCLEAR(word=format_name(name))
    more = [] if near == "help" else [_MORE()]
    return " ".join([sentence, *([_DID_YOU_MEAN(command=near)] if near else []), *more])


def format_title(target: str, name: str, *, own: bool) -> str:
    """Return the heading of a card; for a thing, it says that it's a thing."""
    return _TITLE_OWN() if own else begin_with_target(target, name)


def format_history_title(name: str, count: int, *, own: bool) -> str:
    """Return the heading of a history."""
    return _PAST_TITLE_OWN(count=count) if own else _PAST_TITLE(name=format_name(name), count=count)


def format_search_title(words: str, count: int, names: Mapping[str, str]) -> str:
    """Return the heading of search results."""
    return _FOUND_TITLE(words=_write_out(words, names), count=count)


def explain_no_history(name: str, *, own: bool) -> str:
    """Explain that there are no votes to show."""
    return _NO_PAST_OWN() if own else _NO_PAST(name=format_name(name))


def explain_not_found(words: str, names: Mapping[str, str], member: str = "") -> str:
    """Explain that no reason contains *words*; suggest the *member* of that name."""
    sentence = _NOT_FOUND(words=_write_out(words, names))
    return _NOT_FOUND_BUT(said=sentence, name=format_name(member)) if member else sentence


def _write_out(words: str, names: Mapping[str, str]) -> str:
    """Return *words* for use in quotation marks, without Slack ids."""
    for user in find_mentioned(words):
        if user in names:
            words = words.replace(f"<@{user}>", f"@{names[user]}")
    return format_name(restore_mentions(words).replace('"', ""))


def format_period(period: Period) -> str:
    """Return the name of a score's period: `All time`, `November 2026`, `16–22 November`."""
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
    """Return points with their rank, if any: `42 points, 3rd`."""
    return (
        _SCORE(points=format_points(count), rank=format_ordinal(rank))
        if rank
        else format_points(count)
    )


def list_sums(many: Sequence[tuple[str, int]], names: Mapping[str, str]) -> list[str]:
    """Return a line for each person or thing: `Ann, 12 points`."""
    return [
        _SUM(name=format_name(find_name(who, names)), points=format_points(count))
        for who, count in many
    ]


def list_reasons(many: Sequence[tuple[str, int]], names: Mapping[str, str]) -> list[str]:
    """Return a line for each reason: `"the docs" (12 points)`."""
    reasons = [(format_reason(reason, names), count) for reason, count in many]
    return [_REASON_SUM(reason=why, points=format_points(count)) for why, count in reasons if why]
