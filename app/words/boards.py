"""Wording of boards and standings."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from app.core.boards.calendar import Calendar
from app.core.boards.definitions import GIVERS, THINGS, USERS
from app.core.boards.periods import ALL, MOST_DAYS, QUARTER, YEAR, Period, is_too_long
from app.core.boards.shares import RankedScore, Standing
from app.core.commands.leaderboard import ShowBoard, ShowChart
from app.words import seasons, text
from app.words.catalog import Phrase, say
from app.words.text import find_name, format_name, format_number, format_points, name_person

COLUMNS: Final = (
    Phrase("board-rank"), Phrase("board-name"), Phrase("board-points"), Phrase("board-change"),
)  # fmt: skip
PERIODS: Final = {
    "today": Phrase("period-today"),
    "week": Phrase("period-week"),
    "month": Phrase("period-month"),
    "season": Phrase("period-season"),
    "all": Phrase("period-all"),
}
"""The labels of the buttons, by span."""
BOARDS: Final = {
    USERS: Phrase("board-users"),
    THINGS: Phrase("board-things"),
    GIVERS: Phrase("board-givers"),
}


def format_board_title(show: ShowBoard, period: Period, zone: str, *, full: bool) -> str:
    """Return the heading: `Leaderboard: top 10, 16–22 November 2026, UTC`.

    It includes the number of places only if the board is *full*. For a channel's board, it's
    mrkdwn.
    """
    part = ("last" if show.bottom else "top") if full else "bottom" if show.bottom else "all"
    return say(
        "board-title",
        **build_board_arguments(show),
        part=part,
        count=show.count,
        dates=describe_dates(period, zone),
    )


def build_board_arguments(show: ShowBoard | ShowChart) -> dict[str, str]:
    """Return the arguments that identify the board in phrases; a channel's name is mrkdwn."""
    if show.channel:
        return {"where": "channel", "channel": f"<#{show.channel}>"}
    if isinstance(show, ShowBoard) and show.group:
        return {"where": "group-givers" if show.board == GIVERS else "group", "channel": ""}
    return {"where": show.board, "channel": ""}


def format_caption(show: ShowBoard) -> str:
    """Return the table's caption, for screen readers."""
    return say("board-caption", where=build_board_arguments(show)["where"])


def describe_dates(period: Period, zone: str) -> str:
    """Return the dates of *period*: `all time`, `16–22 November 2026, UTC`, or a season's."""
    if period.name == ALL:
        return say("all-time")
    if period.kind == "season":
        return seasons.describe_season(period)
    return say("dates-in-zone", dates=_format_dates(period), zone=zone)


def _format_dates(period: Period) -> str:
    year, _, quarter = period.name.partition("-Q")
    if period.kind == QUARTER:
        return say("quarter", number=quarter, year=year)
    return year if period.kind == YEAR else text.format_dates(period.first, period.last)


def format_place(row: RankedScore, names: Mapping[str, str]) -> str:
    """Return one line of a board: `1. Ann, 14 points ▲2`."""
    name = format_name(find_name(row.target, names))
    line = say(
        "board-place", rank=format_number(row.rank), name=name, points=format_points(row.score)
    )
    moved = format_movement(row)
    return f"{line} {moved}" if moved else line


def format_movement(row: RankedScore | Standing) -> str:
    """Return how the rank has changed: `▲2`, `▼1`, `new`, or `–` if it hasn't."""
    if row.before is None:
        return ""
    if row.before == 0:
        return say("rank-new")
    risen = row.before - row.rank
    return (
        f"▲{format_number(risen)}" if risen > 0 else f"▼{format_number(-risen)}" if risen else "–"
    )


def describe_standing(own: Standing, names: Mapping[str, str], reader: str | None = None) -> str:
    """Return the reader's standing: `You are 37th with 12 points, 2 behind Ann`.

    In public, *reader* is named: `Bob is 37th …`.
    """
    person = {"name": name_person(reader, names)} if reader else {}
    moved = f" ({format_movement(own)})" if own.before not in {None, own.rank} else ""
    arguments: dict[str, str | int] = {"number": own.rank, "moved": moved, "count": own.score}
    if own.ahead is None:
        return say("standing-of" if person else "standing", **person, **arguments)
    ahead = name_person(own.ahead.target, names)
    arguments |= {"behind": own.ahead.score - own.score, "ahead": ahead}
    return say("standing-of-behind" if person else "standing-behind", **person, **arguments)


def explain_no_standing(show: ShowBoard, period: Period) -> str:
    """Explain that the reader isn't on a board."""
    where = build_board_arguments(show)["where"]
    return say("no-standing", where=where, time="all" if period.name == ALL else "some")


def explain_unfit_period(period: Period, calendar: Calendar) -> str:
    """Explain that *period* is too long, or in the future; empty if it can be shown."""
    if is_too_long(period):
        return say("board-too-long", days=MOST_DAYS)
    if period.first > calendar.today:
        return say("board-to-come", dates=describe_dates(period, calendar.zone_name))
    return ""


def describe_sharer(name: str) -> str:
    """Note who shares a board with everyone."""
    return say("board-shown-by", name=format_name(name))


def explain_empty_board(
    show: ShowBoard, period: Period, zone: str, *, pruned: bool = False, bold: bool = False
) -> str:
    """Explain that a board is empty, which may be because its scores were *pruned*.

    The board's title, if included, is *bold* or plain.
    """
    if pruned:
        return say("board-pruned", dates=describe_dates(period, zone))
    if period.name == ALL and replace(show, span=None) == ShowBoard(show.count):
        return say("board-empty")
    if period.name == ALL:
        return say("board-nobody-yet", **build_board_arguments(show))
    title = format_board_title(show, period, zone, full=False)
    return (
        f"{f'*{title}*' if bold else title}\n{say('board-nobody', **build_board_arguments(show))}"
    )


def render_board(
    title: str, places: Sequence[RankedScore], names: Mapping[str, str], ends: Sequence[str]
) -> str:
    """Return the whole ranking as text, for screen readers and notifications."""
    return "\n".join([title, *(format_place(row, names) for row in places), *ends])
