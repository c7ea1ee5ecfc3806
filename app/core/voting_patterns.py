"""Voting patterns that an admin may want to look at: numbers, not judgments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

SPAN: Final = timedelta(days=90)
"""How far back the ledger is read."""
MOST_ROWS: Final = 50_000
"""The most ledger rows that are read, newest first."""
MOST_SHOWN: Final = 5
"""How many examples of each pattern are shown."""
REFUSALS_DAYS: Final = 30

PAIR_VOTES: Final = 5
"""The fewest votes that each of a pair has given the other."""
PAIR_SHARE: Final = 50
"""The smallest percentage of each one's votes that went to the other."""
BURST_VOTES: Final = 10
"""The fewest votes by one giver for one target within a minute."""
TOGGLES: Final = 3
"""The fewest times that a message's vote was withdrawn."""
LATE: Final = timedelta(hours=1)
"""The age from which an edit that raises a vote or changes its reason is a late change."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who mostly vote for each other: how often, and as percentages of their votes."""

    one: str
    other: str
    one_gave: int
    other_gave: int
    one_share: int
    other_share: int


@dataclass(frozen=True, slots=True)
class Repetition:
    """How often a giver did something to one target."""

    giver: str
    target: str
    times: int


@dataclass(frozen=True, slots=True)
class LateChange:
    """How many of a giver's votes were raised or reworded by edits after more than an hour."""

    giver: str
    raised: int
    reworded: int


@dataclass(frozen=True, slots=True)
class Report:
    """Patterns in the last 90 days of the ledger, at most MOST_SHOWN of each."""

    rows: int
    """How many ledger rows were read."""
    pairs: Sequence[Pair] = ()
    bursts: Sequence[Repetition] = ()
    """Votes within a minute, at their peak."""
    toggles: Sequence[Repetition] = ()
    """Times that a message's vote was withdrawn."""
    late: Sequence[LateChange] = ()
    refusals: Mapping[str, int] = field(default_factory=dict)
    """Votes refused in the last 30 days, by reason."""

    @property
    def is_cut(self) -> bool:
        """Whether there may be more rows than were read."""
        return self.rows >= MOST_ROWS

    @property
    def people(self) -> list[str]:
        """The people and things named in the report."""
        found = [who for pair in self.pairs for who in (pair.one, pair.other)]
        repeated = (*self.bursts, *self.toggles)
        found += [who for one in repeated for who in (one.giver, one.target)]
        return list(dict.fromkeys(found + [change.giver for change in self.late]))
