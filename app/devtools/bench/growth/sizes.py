"""The sizes at which growth is measured, and the ids used there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

TEAM: Final = "T0PLAYGRND"
CHANNELS: Final = 200
PRIVATE: Final = 20
"""Every PRIVATEth channel is private, starting with the first."""
YEARS: Final = 5
MONTHS_KEPT: Final = 24
"""Months that boards of periods are kept, as after `bin/maintenance --prune-boards 24`.

That leaves a whole previous year to compare this one with.
"""


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a workspace; *rows* are those of the ledger."""

    database: str
    members: int
    rows: int

    @property
    def things(self) -> int:
        """Number of things that are voted for."""
        return max(self.members // 20, 20)


SIZES: Final = (
    Size("growth_small", 1_000, 10_000),
    Size("growth_middle", 100_000, 1_000_000),
    Size("growth_large", 1_000_000, 10_000_000),
)

Tell = Callable[[str], None]


def name_member(number: int) -> str:
    """Return a member's id; numbers start at 0."""
    return f"U{number:08d}"


def name_channel(number: int) -> str:
    """Return a channel's id; numbers start at 0."""
    return f"C{number:08d}"


def name_thing(number: int) -> str:
    """Return a thing's target id; numbers start at 0."""
    return f"thing:project {number}"
