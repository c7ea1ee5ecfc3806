"""The sizes between which growth is measured, and what everybody and everything is called there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

TEAM: Final = "T0PLAYGRND"
CHANNELS: Final = 200
PRIVATE: Final = 20
"""Each of so many channels is private: the first of them, and so on."""
YEARS: Final = 5
MONTHS_KEPT: Final = 24
"""For how many months boards of periods are kept, as after `bin/maintenance --prune-boards 24`.

So there is a whole year before this one, with which it is compared.
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a workspace is; *rows* are those of the ledger."""

    database: str
    members: int
    rows: int

    @property
    def things(self) -> int:
        """How many things are voted for."""
        return max(self.members // 20, 20)


SIZES: Final = (
    Size("growth_small", 1_000, 10_000),
    Size("growth_middle", 100_000, 1_000_000),
    Size("growth_large", 1_000_000, 10_000_000),
)

Tell = Callable[[str], None]


def name_member(number: int) -> str:
    """Return the id of a member; numbers begin with 0."""
    return f"U{number:08d}"


def name_channel(number: int) -> str:
    """Return the id of a channel; numbers begin with 0."""
    return f"C{number:08d}"


def name_thing(number: int) -> str:
    """Return the target id of a thing; numbers begin with 0."""
    return f"thing:project {number}"
