"""Wording about one person or thing: cards, histories, searches, and how to request them."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.core.boards.periods import ALL, Period
from app.core.commands.command_words import EVERYBODY
from app.core.vote import is_thing
from app.words.catalog import say
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

_LONG_NAME: Final = 3
"""Longest name of a thing, in words; a longer one without points is probably a question."""


def explain_absence(hidden: Sequence[str], name: str) -> str:
    """Explain kindly why someone isn't shown."""
    if "opted_out" in hidden:
        return say("karma-opted-out", name=format_name(name))
    if "deactivated" in hidden:
        return say("karma-deactivated", name=format_name(name))
    return say("karma-nothing-shown")


def explain_unknown(handle: str) -> str:
    """Explain that nobody is known by a typed `@name`, or that it means everyone."""
    if handle.casefold() in EVERYBODY:
        return say("karma-everybody")
    return say("karma-unknown", name=format_name(handle))


def explain_shared(name: str) -> str:
    """Explain that several people share a typed `@name`."""
    return say("karma-shared", name=format_name(name))


def explain_no_points(target: str, name: str, near: str | None, *, own: bool) -> str:
    """Explain that the target has no votes yet, and suggest the command *near*."""
    if own:
        return f"{say('karma-no-points-own')} {say('karma-more')}"
    sentence = say("karma-no-points", name=begin_with_target(target, name))
    if not is_thing(target):
        return sentence
    if len(name.split()) > _LONG_NAME:
        sentence = say("karma-unclear", word=format_name(name))
    suggestion = say("karma-did-you-mean", command=near) if near else ""
    more = "" if near == "help" else say("karma-more")
    return " ".join(filter(None, [sentence, suggestion, more]))


def format_title(target: str, name: str, *, own: bool) -> str:
    """Return the heading of a card; for a thing, it says that it's a thing."""
    return say("karma-title-own") if own else begin_with_target(target, name)


def format_history_title(name: str, count: int, *, own: bool) -> str:
    """Return the heading of a history."""
    if own:
        return say("karma-past-title-own", count=count)
    return say("karma-past-title", name=format_name(name), count=count)


def format_search_title(words: str, count: int, names: Mapping[str, str]) -> str:
    """Return the heading of search results."""
    return say("karma-found-title", words=_write_out(words, names), count=count)


def explain_no_history(name: str, *, own: bool) -> str:
    """Explain that there are no votes to show."""
    return say("karma-no-past-own") if own else say("karma-no-past", name=format_name(name))


def explain_not_found(words: str, names: Mapping[str, str], member: str) -> str:
    """Explain that no reason contains *words*; suggest the *member* of that name, if any."""
    sentence = say("karma-not-found", words=_write_out(words, names))
    if not member:
        return sentence
    return say("karma-not-found-but", said=sentence, name=format_name(member))


def _write_out(words: str, names: Mapping[str, str]) -> str:
    """Return *words* for use in quotation marks, without Slack ids."""
    for user in find_mentioned(words):
        if user in names:
            words = words.replace(f"<@{user}>", f"@{names[user]}")
    return format_name(restore_mentions(words).replace('"', ""))


def format_period(period: Period) -> str:
    """Return the name of a score's period: `All time`, `November 2026`, `16–22 November`."""
    if period.name == ALL:
        return say("period-all")
    if period.kind == "season":
        return season(period)
    if period.kind == "week":
        return say("karma-week", days=format_days(period.first, period.last))
    month = format_month(period.first)
    return month[:1].upper() + month[1:]  # it's a heading


def format_score(count: int, rank: int | None) -> str:
    """Return points with their rank, if any: `42 points, 3rd`."""
    if rank:
        return say("karma-score", points=format_points(count), rank=format_ordinal(rank))
    return format_points(count)


def list_sums(many: Sequence[tuple[str, int]], names: Mapping[str, str]) -> list[str]:
    """Return a line for each person or thing: `Ann, 12 points`."""
    return [
        say("karma-sum", name=format_name(find_name(who, names)), points=format_points(count))
        for who, count in many
    ]


def list_reasons(many: Sequence[tuple[str, int]], names: Mapping[str, str]) -> list[str]:
    """Return a line for each reason: `"the docs" (12 points)`."""
    return [
        say("karma-reason-sum", reason=why, points=format_points(count))
        for reason, count in many
        if (why := format_reason(reason, names))
    ]
