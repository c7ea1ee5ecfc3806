"""Wording of weekly and monthly recaps."""

from collections.abc import Mapping, Sequence

from app.core.boards.periods import Period
from app.core.recap import NEWCOMERS, Leader, Quote, Reached, Recap
from app.words import text
from app.words.catalog import say
from app.words.text import join_words, name_person, quote
from app.words.votes import replace_mentions


def format_title(period: Period) -> str:
    """Return the heading: `Karma, 16–22 November 2026`."""
    if period.kind == "month":
        return say("recap-title", dates=text.format_month(period.first))
    return say("recap-title", dates=text.format_dates(period.first, period.last))


def describe_recap(recap: Recap, names: Mapping[str, str]) -> list[str]:
    """Return a paragraph for each part of *recap* that isn't empty."""
    receivers = _list_leaders(recap.receivers, names)
    givers = _list_leaders(recap.givers, names)
    parts = [
        say("recap-receivers", names=receivers) if receivers else "",
        say("recap-givers", names=givers) if givers else "",
        _list_quotes(recap.quotes, names),
        _list_newcomers(recap.newcomers, names),
        _list_milestones(recap.milestones, names),
    ]
    return [part for part in parts if part]


def describe_preview(channel: str | None) -> str:
    """Say where the previewed recap would be posted."""
    link, some = (f"<#{channel}>", "some") if channel else ("", "none")
    return say("recap-previewed", channel=link, some=some)


def _list_leaders(leaders: Sequence[Leader], names: Mapping[str, str]) -> str:
    return join_words([_format_leader(one, names) for one in leaders]) if leaders else ""


def _format_leader(one: Leader, names: Mapping[str, str]) -> str:
    name = name_person(one.user, names)
    return say(
        "recap-leader-again" if one.leads_again else "recap-leader", name=name, count=one.points
    )


def _list_quotes(quotes: Sequence[Quote], names: Mapping[str, str]) -> str:
    lines = [
        say(
            "recap-quote",
            name=name_person(one.receiver, names),
            reason=quote(replace_mentions(one.reason, names)),
            giver=name_person(one.giver, names),
        )
        for one in quotes
    ]
    return "\n".join([say("recap-quotes"), *lines]) if lines else ""


def _list_newcomers(people: Sequence[str], names: Mapping[str, str]) -> str:
    if not people:
        return ""
    some = [name_person(user, names) for user in people[:NEWCOMERS]]
    return say(
        "recap-newcomers",
        names=join_words([*some, say("recap-more")] if len(people) > NEWCOMERS else some),
    )


def _list_milestones(milestones: Sequence[Reached], names: Mapping[str, str]) -> str:
    return "\n".join(
        say("recap-milestone", name=name_person(one.user, names), count=one.score)
        for one in milestones
    )
