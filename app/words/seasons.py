"""Wording of seasons: names, dates, and starting a new one."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from app.core.boards.periods import Period
from app.core.boards.seasons import LONGEST, UnfitSeason, says_season
from app.words.catalog import Phrase, say
from app.words.text import format_dates, format_name

_MOST: Final = 50
_UNFIT: Final = {why: Phrase(f"season-unfit-{why}") for why in UnfitSeason}


def name_season(season: Period) -> str:
    """Return the name of a season: `Season Autumn`, `Season of joy`, `First season`."""
    if season.title:
        name = format_name(season.title)
        return name if says_season(season.title) else say("season-called", name=name)
    if season.name == "S1":
        return say("season-first")
    return say("season-numbered", number=season.name.removeprefix("S"))


def describe_season(season: Period) -> str:
    """Return a season with its dates: `Season Autumn, since 20 November 2026`."""
    name = name_season(season)
    first, last = season.first > date.min, season.last < date.max
    if first and last:
        return say("season-between", season=name, dates=format_dates(season.first, season.last))
    if last:
        return say("season-until", season=name, date=format_dates(season.last, season.last))
    if first:
        return say("season-since", season=name, date=format_dates(season.first, season.first))
    return name


def list_seasons(seasons: Sequence[Period]) -> str:
    """List *seasons*, oldest first, and explain how to see their boards and start the next."""
    if len(seasons) == 1:
        return f"{say('season-only')} {say('season-next')}"
    lines = [_format_line(season, now=season is seasons[-1]) for season in seasons[-_MOST:]]
    more = [say("season-more", count=len(seasons) - _MOST)] if len(seasons) > _MOST else []
    how = f"{say('season-how')} {say('season-next')}"
    return "\n".join([say("season-list"), *more, *lines, how])


def _format_line(season: Period, *, now: bool) -> str:
    line = say("season-line", number=season.name.removeprefix("S"), season=describe_season(season))
    return f"{line} {say('season-now')}" if now else line


def explain_unfit_name(why: UnfitSeason) -> str:
    """Explain why a name doesn't suit a season, with an example."""
    return _UNFIT[why](most=LONGEST)
