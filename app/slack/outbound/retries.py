"""Decides when a failed delivery is tried again, and what else waits until then."""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from app.slack.client import Failure
from app.store.outbox.outbox import POST, ClaimedReply

_log = structlog.get_logger()

SEARCH: Final = "search"
"""Stands for the methods that look for a lost post."""
_SUSPECT_AFTER: Final = 5
"""Tries after which a post that fails alone has a text that Slack may always refuse."""


class Retries:
    """What failed in one workspace.

    A method is paused there as long as Slack asks. One that isn't a post is also paused after each
    timeout, ever longer until it responds: it would keep one channel after the other busy.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}
        self._timeouts: Counter[str] = Counter()
        self._failing: set[int] = set()
        self._suspects: set[int] = set()

    def get_wait(self, method: str) -> float:
        """Return the seconds until *method* may be called again."""
        return max(self._until.get(method, 0.0) - self._clock(), 0.0)

    def list_held(self) -> list[str]:
        """Return the methods that may not be called now."""
        return [method for method in self._until if self.get_wait(method)]

    def tries_alone(self, batch: Sequence[ClaimedReply]) -> bool:
        """Return whether the first of *batch* may be the only one that Slack refuses."""
        return batch[0].id in self._suspects

    def note_success(self, method: str) -> None:
        """Record that *method* works: it's no longer paused after a timeout."""
        if self._timeouts.pop(method, 0):
            self._until.pop(method, None)
        if method == POST:
            self._failing.clear()

    def note_failure(
        self,
        batch: Sequence[ClaimedReply],
        failed: Failure,
        method: str,
        pauses: tuple[float, float],
    ) -> tuple[float, float]:
        """Return the seconds until *batch* is tried again, and until its channel is free.

        *pauses* are the first and the longest wait if Slack doesn't ask for one.
        """
        wait = _choose_wait(batch[0].attempts, pauses) if failed.wait is None else failed.wait
        log = _log.warning if failed.permanent else _log.info
        channel = batch[0].channel_id
        log("reply.again", channel=channel, reason=failed.reason, wait=round(wait, 1))
        if failed.wait is not None:
            self._timeouts.pop(method, 0)
            self._hold(method, wait)
        elif method == POST:
            return wait, wait * self._weigh_failure(batch)
        elif failed.reason == "TimeoutError" and not self.get_wait(method):
            self._timeouts[method] += 1
            self._hold(method, _choose_wait(self._timeouts[method], pauses))
        return wait, 0.0  # other methods hold up no posts

    def _weigh_failure(self, batch: Sequence[ClaimedReply]) -> float:
        """Return for which part of its wait a failed post keeps its channel from others."""
        first = batch[0]
        self._failing.add(first.id)
        if first.attempts <= _SUSPECT_AFTER:
            return 1.0
        if len(self._failing) > 1:  # since a post succeeded
            return 0.5
        self._suspects.add(first.id)
        return 0.0

    def _hold(self, method: str, seconds: float) -> None:
        self._until[method] = max(self._clock() + seconds, self._until.get(method, 0.0))


def _choose_wait(attempts: int, pauses: tuple[float, float]) -> float:
    first, longest = pauses
    return min(first * 2.0 ** min(attempts - 1, 10), longest) * random.uniform(0.8, 1.2)
