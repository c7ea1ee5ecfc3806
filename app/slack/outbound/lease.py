"""Tells whether this process may still post the replies that it has claimed."""

import time
from typing import Final

from app.store.outbox.claims import LEASE

_SAFE: Final = LEASE - 1.0
"""Seconds for which a claim surely holds: its statement and the call to Slack take time."""


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
