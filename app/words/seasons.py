"""What is said of seasons: their names and days, and how one is begun."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from app.core.boards.periods import Period
from app.core.boards.seasons import LONGEST, Unfit
from app.words.catalogue import Phrase
from app.words.text import dates, shown

FIRST: Final = Phrase("season-first")
"""What the season is called that nobody has begun."""
TITLE: Final = Phrase("season-form-title")
SUBMIT: Final = Phrase("season-form-submit")
CLOSE: Final = Phrase("season-form-close")
DONE: Final = Phrase("season-form-done")
LABEL: Final = Phrase("season-form-label")
OPENED: Final = Phrase("season-form-opened")

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
_UNFIT: Final = {
    Unfit.EMPTY: Phrase("season-unfit-empty"),
    Unfit.LONG: Phrase("season-unfit-long"),
    Unfit.NUMBER: Phrase("season-unfit-number"),
    Unfit.MARKS: Phrase("season-unfit-marks"),
    Unfit.TAKEN: Phrase("season-unfit-taken"),
}


def called(season: Period) -> str:
    """Return what a season is called: `Season Autumn`, `First season`."""
    if season.called:
        return _CALLED(name=shown(season.called))
    return FIRST() if season.name == "S1" else _NUMBERED(number=season.name.removeprefix("S"))


def dated(season: Period) -> str:
    """Return a season with its days: `Season Autumn, since 20 November 2026`."""
    name = called(season)
    first, last = season.first > date.min, season.last < date.max
    if first and last:
        return _BETWEEN(season=name, dates=dates(season.first, season.last))
    if last:
        return _UNTIL(season=name, date=dates(season.last, season.last))
    return _SINCE(season=name, date=dates(season.first, season.first)) if first else name


def listed(seasons: Sequence[Period]) -> str:
    """List all *seasons*, the first one first, and say how their boards are seen."""
    if len(seasons) == 1:
        return f"{_ONLY()} {_HOW()}"
    lines = [_line(season, now=season is seasons[-1]) for season in seasons[-_MOST:]]
    more = [_MORE(count=len(seasons) - _MOST)] if len(seasons) > _MOST else []
    return "\n".join([_LIST(), *more, *lines, _HOW()])


def _line(season: Period, *, now: bool) -> str:
    said = _LINE(number=season.name.removeprefix("S"), season=dated(season))
    return f"{said} {_NOW()}" if now else said


def unfit(why: Unfit) -> str:
    """Say why something is no name for a season, with an example."""
    return _UNFIT[why](most=LONGEST)


def what(now: Period) -> str:
    """Say what becomes of the season that is *now* when another one is begun."""
    return _WHAT(season=called(now))


def begun(season: Period) -> str:
    """Say that a season has begun."""
    return _BEGUN(season=called(season))


def late(now: Period) -> str:
    """Say that somebody else has begun one meanwhile."""
    return _LATE(season=called(now))
