"""Patterns of voting that somebody may want to look at: numbers, not judgments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

SPAN: Final = timedelta(days=90)
"""How far back the ledger is read."""
MOST_ROWS: Final = 50_000
"""Rows of the ledger that are read at most, the newest."""
MOST_SHOWN: Final = 5
"""Examples of each pattern that are shown."""
REFUSALS_DAYS: Final = 30

PAIR_VOTES: Final = 5
"""Votes that each of a pair has given the other, at least."""
PAIR_SHARE: Final = 50
"""What percent of each one's votes went to the other, at least."""
BURST_VOTES: Final = 10
"""Votes of one giver for one target within a minute, at least."""
TOGGLES: Final = 3
"""How often a vote of one message was withdrawn, at least."""
LATE: Final = timedelta(hours=1)
"""After which a vote that an edit raises, or gives another reason, is a late change."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who mostly vote for each other: how often, and percent of what each gave."""

    one: str
    other: str
    one_gave: int
    other_gave: int
    one_share: int
    other_share: int


@dataclass(frozen=True, slots=True)
class Burst:
    """Many votes of one giver for one target within a minute; the most that there were."""

    giver: str
    target: str
    votes: int


@dataclass(frozen=True, slots=True)
class Toggle:
    """A vote of one message that was withdrawn again and again."""

    giver: str
    target: str
    times: int


@dataclass(frozen=True, slots=True)
class LateChange:
    """Votes of one giver that edits have raised, or given another reason, later than an hour."""

    giver: str
    raised: int
    reworded: int


@dataclass(frozen=True, slots=True)
class Report:
    """What the ledger shows of the last 90 days, at most MOST_SHOWN of each."""

    rows: int
    """Rows of the ledger that were read."""
    pairs: Sequence[Pair] = ()
    bursts: Sequence[Burst] = ()
    toggles: Sequence[Toggle] = ()
    late: Sequence[LateChange] = ()
    refusals: Mapping[str, int] | None = None
    """Votes refused in the last 30 days, by reason."""

    @property
    def is_cut(self) -> bool:
        """Tell whether there may be more than was read."""
        return self.rows >= MOST_ROWS

    @property
    def people(self) -> list[str]:
        """Return all who are named, things among them."""
        found = [who for pair in self.pairs for who in (pair.one, pair.other)]
        found += [who for burst in self.bursts for who in (burst.giver, burst.target)]
        found += [who for toggle in self.toggles for who in (toggle.giver, toggle.target)]
        return list(dict.fromkeys(found + [change.giver for change in self.late]))
