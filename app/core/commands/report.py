"""Reads what follows `/karma report`: a month, or nothing for the last one."""

from dataclasses import dataclass
from typing import Final

from app.core.boards import periods
from app.core.commands import board_words
from app.core.commands.karma import UnclearCommand

_SPOKEN: Final = {
    "": "last-month", "last month": "last-month", "month": "month", "this month": "month",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportCommand:
    """Send what everybody got and gave in a month."""

    span: str
    """`month`, `last-month`, `month-10`, or the month's own name such as `2026-10`."""


def read_report(typed: str) -> ReportCommand | UnclearCommand:
    """Read `2026-10`, `october`, `this month`, or nothing."""
    said = " ".join(typed.casefold().split())
    if said in _SPOKEN:
        return ReportCommand(_SPOKEN[said])
    if said in board_words.MONTHS:
        return ReportCommand(f"month-{board_words.MONTHS[said]:02}")
    named = periods.parse_period(said)
    if named and named.kind == "month":
        return ReportCommand(named.name)
    return UnclearCommand(typed, example="report 2026-10")
