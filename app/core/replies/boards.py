"""What is said of boards and standings."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.core.boards import Place, Standing
from app.core.replies.text import ordinal, points, shown

EMPTY_BOARD: Final = "Nobody has points yet. Give the first ones: `@someone++ for being great`."
NO_STANDING: Final = "You have no points yet."


def board_title(shown: int, asked: int) -> str:
    """Return the heading of a board that shows *shown* places of the *asked*."""
    return f"Leaderboard: top {asked}, all time" if shown == asked else "Leaderboard, all time"


def place(row: Place, names: Mapping[str, str]) -> str:
    """Return one line of a board: `1. Ann, 14 points`."""
    return f"{row.rank}. {shown(names.get(row.target, row.target))}, {points(row.score)}"


def standing(own: Standing | None, names: Mapping[str, str], reader: str | None = None) -> str:
    """Say where the reader stands: `You are 37th with 12 points, 2 behind Ann`.

    Where others read it too, *reader* says of whom it speaks: `Bob is 37th …`.
    """
    who = shown(names.get(reader, reader)) if reader else None
    if own is None:
        return f"{who} has no points yet." if who else NO_STANDING
    said = f"{who or 'You'} {'is' if who else 'are'} {ordinal(own.rank)} with {points(own.score)}"
    if own.ahead is None:
        return f"{said}."
    name = shown(names.get(own.ahead.target, own.ahead.target))
    return f"{said}, {own.ahead.score - own.score:,} behind {name}."


def board(places: Sequence[Place], asked: int, names: Mapping[str, str], own: str | None) -> str:
    """Return the whole ranking as text, for screen readers and notifications."""
    if not places:
        return EMPTY_BOARD
    lines = [board_title(len(places), asked), *(place(row, names) for row in places)]
    return "\n".join([*lines, own] if own else lines)
