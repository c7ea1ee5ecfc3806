"""What is said of boards and standings."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.core.boards import GIVERS, THINGS, USERS, Place, Standing
from app.core.commands import ShowBoard
from app.core.periods import ALL, Period
from app.core.replies.text import ordinal, points, shown

EMPTY_BOARD: Final = "Nobody has points yet. Give the first ones: `@someone++ for being great`."
NO_STANDING: Final = "You have no points yet."
HIDDEN: Final = "You have opted out, so you are shown on no board: `/karma opt-in` changes that."
NO_SUCH_CHANNEL: Final = (
    "I can show the board of a public channel, or of the channel that you ask in. That one is"
    " neither, or I do not know it."
)
COLUMNS: Final = ("Rank", "Name", "Points", "Change")
PERIODS: Final = {"today": "Today", "week": "This week", "month": "This month", "all": "All time"}
BOARDS: Final = {USERS: "People", THINGS: "Things", GIVERS: "Givers"}
WITH_READERS: Final = (USERS, GIVERS)
"""The boards on which a person can stand."""
IN_CHANNEL: Final = "In the channel"
SHOW_EVERYONE: Final = "Show everyone"

_OF: Final = {USERS: "", THINGS: " of things", GIVERS: " of givers"}
_NOBODY: Final = {
    USERS: "Nobody has points",
    THINGS: "No thing has points",
    GIVERS: "Nobody has given points",
}


def board_title(show: ShowBoard, period: Period, zone: str, *, full: bool) -> str:
    """Return the heading: `Leaderboard: top 10, 16–22 November 2026, UTC`.

    It says how many places there are only where the board is *full*. Where it is a channel's, the
    heading is mrkdwn.
    """
    of = in_channel(show) or _OF[show.board]
    end = "last" if show.bottom else "top"
    many = f": {end} {show.count}" if full else ": from the bottom" if show.bottom else ""
    return f"Leaderboard{of}{many}, {dates(period, zone)}"


def in_channel(show: ShowBoard) -> str:
    """Say in which channel votes count, as mrkdwn; empty where they count in all."""
    return f" in <#{show.channel}>" if show.channel else ""


def caption(show: ShowBoard) -> str:
    """Return what the table is called to those who cannot see it."""
    return f"{BOARDS[show.board]} by points{' in the channel' if show.channel else ''}"


def dates(period: Period, zone: str) -> str:
    """Return the days of *period*: `all time`, `16–22 November 2026, UTC`."""
    if period.name == ALL:
        return "all time"
    first, last = period.first, period.last
    until = f"{last.day} {last:%B} {last.year}"
    if first == last:
        return f"{until}, {zone}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{until}, {zone}"
    since = f"{first.day} {first:%B}"
    return f"{since if first.year == last.year else f'{since} {first.year}'} – {until}, {zone}"


def place(row: Place, names: Mapping[str, str]) -> str:
    """Return one line of a board: `1. Ann, 14 points ▲2`."""
    said = f"{row.rank:,}. {shown(names.get(row.target, row.target))}, {points(row.score)}"
    moved = movement(row)
    return f"{said} {moved}" if moved else said


def movement(row: Place | Standing) -> str:
    """Say how the rank moved: `▲2`, `▼1`, `new`, or `–` where it is the same."""
    if row.before is None:
        return ""
    if row.before == 0:
        return "new"
    risen = row.before - row.rank
    return f"▲{risen:,}" if risen > 0 else f"▼{-risen:,}" if risen else "–"


def standing(own: Standing | None, names: Mapping[str, str], reader: str | None = None) -> str:
    """Say where the reader stands: `You are 37th with 12 points, 2 behind Ann`.

    Where others read it too, *reader* says of whom it speaks: `Bob is 37th …`.
    """
    who = shown(names.get(reader, reader)) if reader else None
    if own is None:
        return f"{who} has no points yet." if who else NO_STANDING
    moved = f" ({movement(own)})" if own.before is not None else ""
    be = "is" if who else "are"
    said = f"{who or 'You'} {be} {ordinal(own.rank)}{moved} with {points(own.score)}"
    if own.ahead is None:
        return f"{said}."
    name = shown(names.get(own.ahead.target, own.ahead.target))
    return f"{said}, {own.ahead.score - own.score:,} behind {name}."


def no_standing(show: ShowBoard, period: Period, reader: str | None = None) -> str:
    """Say that the reader, whose *reader* name is told where others read it, is not on a board."""
    who = f"{shown(reader)} has" if reader else "You have"
    given = "given no points" if show.board == GIVERS else "no points"
    return f"{who} {given} {'yet' if period.name == ALL else 'in that time'}."


def shown_by(name: str) -> str:
    """Say who wanted everybody to see a board."""
    return f"Shown by {shown(name)}."


def empty(show: ShowBoard, period: Period, zone: str, *, pruned: bool = False) -> str:
    """Say that a board has no places, maybe because those of its time are no longer kept."""
    if pruned:
        return f"Boards of that time are no longer kept: {dates(period, zone)}."
    if show == ShowBoard(show.count):
        return EMPTY_BOARD
    said = f"{_NOBODY[show.board]}{in_channel(show)}"
    return f"{said} yet." if period.name == ALL else f"{said}: {dates(period, zone)}."


def board(
    title: str, places: Sequence[Place], names: Mapping[str, str], ends: Sequence[str]
) -> str:
    """Return the whole ranking as text, for screen readers and notifications."""
    return "\n".join([title, *(place(row, names) for row in places), *ends])
