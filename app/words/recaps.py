"""Wording of weekly and monthly recaps."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.core.boards.periods import Period
from app.core.recap import NEWCOMERS, Leader, Quote, Reached, Recap
from app.words import text
from app.words.catalog import Phrase
from app.words.text import join_words, name_person, quote
from app.words.votes import replace_mentions

BOARD: Final = Phrase("recap-board")
PUBLIC: Final = Phrase("recap-public")
PREVIEW: Final = Phrase("recap-preview")
PREVIEW_TITLE: Final = Phrase("recap-preview-title")
NOTHING: Final = Phrase("recap-nothing")

_TITLE: Final = Phrase("recap-title")
_RECEIVERS: Final = Phrase("recap-receivers")
_GIVERS: Final = Phrase("recap-givers")
_LEADER: Final = Phrase("recap-leader")
_LEADER_AGAIN: Final = Phrase("recap-leader-again")
_QUOTES: Final = Phrase("recap-quotes")
_QUOTE: Final = Phrase("recap-quote")
_NEWCOMERS: Final = Phrase("recap-newcomers")
_MORE: Final = Phrase("recap-more")
_MILESTONE: Final = Phrase("recap-milestone")
_PREVIEWED: Final = Phrase("recap-previewed")


def format_title(period: Period) -> str:
    """Return the heading: `Karma, 16–22 November 2026`."""
    if period.kind == "month":
        return _TITLE(dates=text.format_month(period.first))
    return _TITLE(dates=text.format_dates(period.first, period.last))


def describe_recap(recap: Recap, names: Mapping[str, str]) -> list[str]:
    """Return a paragraph for each part of *recap* that isn't empty."""
    parts = [
        _RECEIVERS(names=_list_leaders(recap.receivers, names)) if recap.receivers else "",
        _GIVERS(names=_list_leaders(recap.givers, names)) if recap.givers else "",
        _list_quotes(recap.quotes, names),
        _list_newcomers(recap.newcomers, names),
        _list_milestones(recap.milestones, names),
    ]
    return [part for part in parts if part]


def describe_preview(channel: str | None) -> str:
    """Say where the previewed recap would be posted."""
    return _PREVIEWED(
        channel=f"<#{channel}>" if channel else "", some="some" if channel else "none"
    )


def _list_leaders(leaders: Sequence[Leader], names: Mapping[str, str]) -> str:
    return join_words([
        (_LEADER_AGAIN if one.leads_again else _LEADER)(
            name=name_person(one.user, names), count=one.points
        )
        for one in leaders
    ])  # fmt: skip


def _list_quotes(quotes: Sequence[Quote], names: Mapping[str, str]) -> str:
    lines = [
        _QUOTE(
            name=name_person(one.receiver, names),
            reason=quote(replace_mentions(one.reason, names)),
            giver=name_person(one.giver, names),
        )
        for one in quotes
    ]
    return "\n".join([_QUOTES(), *lines]) if lines else ""


def _list_newcomers(people: Sequence[str], names: Mapping[str, str]) -> str:
    if not people:
        return ""
    some = [name_person(user, names) for user in people[:NEWCOMERS]]
    return _NEWCOMERS(names=join_words([*some, _MORE()] if len(people) > NEWCOMERS else some))


def _list_milestones(milestones: Sequence[Reached], names: Mapping[str, str]) -> str:
    return "\n".join(
        _MILESTONE(name=name_person(one.user, names), count=one.score) for one in milestones
    )
