"""What keeps a workspace's replies from being sent now: Slack's rate limits, and expired claims."""

import time
from typing import Final

from app.store.outbox.claims import LEASE

_SAFE: Final = LEASE - 1.0
"""Seconds for which a claim surely holds: its statement and the call to Slack take time."""


class MethodHolds:
    """Slack methods that one workspace must not call again yet, after a 429."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def hold(self, method: str, seconds: float) -> None:
        """Pause *method* for *seconds*, as Slack's 429 response asks."""
        self._until[method] = max(time.monotonic() + seconds, self._until.get(method, 0.0))

    def get_wait(self, method: str) -> float:
        """Return the seconds until *method* may be called again."""
        return max(self._until.get(method, 0.0) - time.monotonic(), 0.0)

    def list_held(self) -> list[str]:
        """Return the methods that may not be called now."""
        return [method for method in self._until if self.get_wait(method)]


class ClaimExpiredError(Exception):
    """Another process may have posted the replies, since this one was suspended for too long."""


class Lease:
    """Whether the claims on the replies that are being posted still hold."""

    def __init__(self) -> None:
        self._until = 0.0

    def renew(self, since: float) -> None:
        """Record that all were made or extended at *since*, in monotonic seconds, or later."""
        self._until = since + _SAFE

    def has_expired(self) -> bool:
        """Return whether they may have expired."""
        return time.monotonic() > self._until

    def require(self) -> None:
        """Raise ClaimExpiredError if they may have expired."""
        if self.has_expired():
            raise ClaimExpiredError
