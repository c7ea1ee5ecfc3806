"""The rules: which votes of a message count, and which are refused and why (GRAMMAR.md, 6)."""

from collections.abc import Collection, Sequence
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
    OPTED_OUT = "opted_out"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What becomes of a message's votes."""

    counted: tuple[Vote, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    absent: tuple[str, ...] = ()
    """Those of whom votes were refused because they have opted out."""

    @property
    def spent(self) -> int:
        """The points the giver spends, plus and minus alike."""
        return sum(abs(vote.points) for vote in self.counted)

    @property
    def told(self) -> tuple[Refusal, ...]:
        """The refusals that the voter hears each time; of who has opted out only the first."""
        return tuple(refusal for refusal in self.refusals if refusal is not Refusal.OPTED_OUT)


def judge(
    votes: Sequence[Vote], voter: str, settings: Settings, out: Collection[str] = ()
) -> Ruling:
    """Return which *votes* (one per target) count when *voter* casts them.

    *out* holds those who have opted out, for whom no votes count.
    """
    if len(votes) > settings.max_targets:
        return Ruling(refusals=(Refusal.TOO_MANY,))
    others = [vote for vote in votes if vote.target != voter]
    absent = tuple(vote.target for vote in others if vote.target in out)
    counted = tuple(vote for vote in others if vote.target not in absent)
    refused = (Refusal.SELF,) if len(others) < len(votes) else ()
    return Ruling(counted, (*refused, Refusal.OPTED_OUT) if absent else refused, absent)
