"""The rules: which votes of a message count, and which are refused and why (GRAMMAR.md, 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.core.settings import Settings
from app.core.vote import Vote


class Refusal(StrEnum):
    """Why votes do not count; told once, only to the voter."""

    SELF = "self"
    TOO_MANY = "too_many"
    ALLOWANCE = "allowance"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What becomes of a message's votes."""

    counted: tuple[Vote, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    @property
    def spent(self) -> int:
        """The points the giver spends, plus and minus alike."""
        return sum(abs(vote.points) for vote in self.counted)


def judge(votes: Sequence[Vote], voter: str, settings: Settings) -> Ruling:
    """Return which *votes* (one per target) count when *voter* casts them."""
    if len(votes) > settings.max_targets:
        return Ruling(refusals=(Refusal.TOO_MANY,))
    counted = tuple(vote for vote in votes if vote.target != voter)
    return Ruling(counted, (Refusal.SELF,) if len(counted) < len(votes) else ())
