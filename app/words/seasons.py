"""Wording of seasons: names, dates, and starting a new one."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from app.core.boards.periods import Period
from app.core.boards.seasons import LONGEST, UnfitSeason
from app.words.catalog import Phrase
from app.words.text import format_dates, format_name

FIRST: Final = Phrase("season-first")
"""The name of the season before anyone started one."""
TITLE: Final = Phrase("season-form-title")
SUBMIT: Final = Phrase("season-form-submit")
CLOSE: Final = Phrase("season-form-close")
DONE: Final = Phrase("season-form-done")
LABEL: Final = Phrase("season-form-label")

_CALLED: Final = Phrase("season-called")
_NUMBERED: Final = Phrase("season-numbered")
_SINCE: Final = Phrase("season-since")
_UNTIL: Final = Phrase("season-until")
_BETWEEN: Final = Phrase("season-between")
_WHAT: Final = Phrase("season-form-what")
_BEGUN: Final = Phrase("season-begun")
_LATE: Final = Phrase("season-late")
_LINE: Final = Phrase("season-line")
_NOW: Final = Phrase("season-now")
_MORE: Final = Phrase("season-more")
_ONLY: Final = Phrase("season-only")
_LIST: Final = Phrase("season-list")
_HOW: Final = Phrase("season-how")
_MOST: Final = 50
_UNFIT: Final = {why: Phrase(f"season-unfit-{why}") for why in UnfitSeason}


def name_season(season: Period) -> str:
    """Return the name of a season: `Season Autumn`, `First season`."""
    if season.title:
        return _CALLED(name=format_name(season.title))
    return FIRST() if season.name == "S1" else _NUMBERED(number=season.name.removeprefix("S"))


def describe_season(season: Period) -> str:
    """Return a season with its dates: `Season Autumn, since 20 November 2026`."""
    name = name_season(season)
    first, last = season.first > date.min, season.last < date.max
    if first and last:
        return _BETWEEN(season=name, dates=format_dates(season.first, season.last))
    if last:
        return _UNTIL(season=name, date=format_dates(season.last, season.last))
    return _SINCE(season=name, date=format_dates(season.first, season.first)) if first else name


def list_seasons(seasons: Sequence[Period]) -> str:
    """List *seasons*, oldest first, and explain how to see their boards."""
    if len(seasons) == 1:
        return f"{_ONLY()} {_HOW()}"
    lines = [_format_line(season, now=season is seasons[-1]) for season in seasons[-_MOST:]]
    more = [_MORE(count=len(seasons) - _MOST)] if len(seasons) > _MOST else []
    return "\n".join([_LIST(), *more, *lines, _HOW()])


def _format_line(season: Period, *, now: bool) -> str:
    line = _LINE(number=season.name.removeprefix("S"), season=describe_season(season))
    return f"{line} {_NOW()}" if now else line


def explain_unfit_name(why: UnfitSeason) -> str:
    """Explain why a name doesn't suit a season, with an example."""
    return _UNFIT[why](most=LONGEST)


def explain_new_season(now: Period) -> str:
    """Explain what happens to the current season when a new one starts."""
    return _WHAT(season=name_season(now))


def report_new_season(season: Period) -> str:
    """Report that a season has started."""
    return _BEGUN(season=name_season(season))


def explain_other_season(now: Period) -> str:
    """Report that someone else has started a season meanwhile."""
    return _LATE(season=name_season(now))
