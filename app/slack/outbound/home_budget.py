"""How many App Homes may be published now, by what Slack grants."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

PAGES_PER_SECOND: Final = 1.5
"""Pages that follow their scores in a second: 90 a minute of the 100 that Slack grants."""
BURST: Final = 30


@dataclass(slots=True)
class HomeBudget:
    """How many calls there may be now, so that Slack does not refuse them."""

    clock: Callable[[], float]
    left: float = BURST
    updated_at: float = 0.0
    held_until: float = float("-inf")

    def count_available(self) -> int:
        """Return how many pages may follow their scores now."""
        now = self.clock()
        self.left = min(BURST, self.left + (now - self.updated_at) * PAGES_PER_SECOND)
        self.updated_at = now
        return 0 if now < self.held_until else int(self.left)

    def spend(self) -> None:
        """Count a call; those that somebody waits for are made, and paid for, in any case."""
        self.left = max(self.left - 1, 0.0)

    def pause(self, seconds: float) -> None:
        """Let there be none for as long as Slack asks."""
        self.held_until = max(self.held_until, self.clock() + seconds)

    @property
    def wait(self) -> float:
        """Seconds that Slack still asks to wait."""
        return max(self.held_until - self.clock(), 0.0)
