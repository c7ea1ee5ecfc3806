"""Counts what happens in one running app, for metrics, times requests, and checks clocks."""

import time
from contextvars import ContextVar
from typing import Final

import structlog
from cachetools import TTLCache
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from app import __version__
from app.core.refusals import Refusal, Ruling
from app.core.timings import to_ms
from app.store.votes.ballot import Outcome

_log = structlog.get_logger()

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""The histogram's buckets; Slack waits for 3 s."""
RESULTS: Final = ("counted", "revised", "duplicate", "refused", "unavailable")
UNSIGNED: Final = ("timestamp", "signature")
KINDS: Final = ("message", "mention", "event", "command", "action", "view", "other")
_CLOCKS_APART: Final = 60.0
_WARNED_AGAIN: Final = 3600.0

_began_at: Final[ContextVar[float]] = ContextVar("began_at")


def begin_request() -> float:
    """Begin to time a request in the current context; return the time by `perf_counter`."""
    began_at = time.perf_counter()
    _began_at.set(began_at)
    return began_at


def measure_ms() -> float:
    """Return the milliseconds since the current request began, also in tasks that it started."""
    return to_ms(time.perf_counter() - _began_at.get())


class Watch:
    """What has happened in this process since it started.

    No label holds what people wrote or named: each has a short list of values.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._warned: TTLCache[str, bool] = TTLCache(2, _WARNED_AGAIN)
        self._votes = self._make_counter("pptbot_votes", "Votes by what became of them", "result")
        self._refusals = self._make_counter(
            "pptbot_refusals", "Messages refused, by reason", "reason"
        )
        self._answers = self._make_counter(
            "pptbot_events", "What Slack sent, by what it was answered", "kind", "answer"
        )
        self._unsigned = self._make_counter(
            "pptbot_requests_refused", "Requests whose signature wasn't accepted, by reason",
            "reason",
        )  # fmt: skip
        self._calls = self._make_counter(
            "pptbot_slack_calls", "Calls of Slack's Web API by method and result",
            "method", "result",
        )  # fmt: skip
        self._seconds = Histogram(
            "pptbot_event_seconds", "Seconds until what Slack sent was answered",
            ["kind"], registry=self.registry, buckets=SECONDS,
        )  # fmt: skip
        build = Gauge("pptbot_build_info", "This version", ["version"], registry=self.registry)
        build.labels(__version__).set(1)
        ProcessCollector(registry=self.registry)
        self._begin()

    def count_votes(self, ruling: Ruling, outcome: Outcome | None) -> None:
        """Count the votes of a new message; *outcome* is None if it was processed before."""
        if outcome is None:
            self._count(self._votes, len(ruling.counted), "duplicate")
            return
        refusals = (*ruling.refusals, *outcome.refused)
        self._count(self._votes, outcome.counted, "counted")
        self._count(self._votes, len(refusals), "refused")
        for refusal in set(refusals):
            self._count(self._refusals, 1, refusal.value)

    def count_revision(self, outcome: Outcome | None) -> None:
        """Count the ledger rows of a revision: an edit, a deletion, a reaction or a form."""
        self._count(self._votes, outcome.counted if outcome else 0, "revised")

    def count_unavailable(self, votes: int) -> None:
        """Count *votes* that couldn't be stored; Slack redelivers them."""
        self._count(self._votes, votes, "unavailable")

    def count_answer(self, kind: str, answer: str, seconds: float) -> None:
        """Count a request from Slack, of one of KINDS, and how long its response took."""
        self._count(self._answers, 1, kind, answer)
        self._seconds.labels(kind).observe(seconds)

    def count_unsigned(self, reason: str) -> None:
        """Count a request whose signature wasn't accepted, for one of UNSIGNED."""
        self._count(self._unsigned, 1, reason)

    def count_call(self, method: str, result: str) -> None:
        """Count a call of Slack's Web API."""
        self._count(self._calls, 1, method, result)

    def compare_clock(self, of: str, at: float) -> None:
        """Warn, once an hour, if the clock *of* another, now *at* a Unix time, isn't near ours."""
        ahead = round(at - time.time())
        if abs(ahead) > _CLOCKS_APART and of not in self._warned:
            self._warned[of] = True
            _log.warning("clock.differs", of=of, ahead=ahead)

    def _count(self, metric: Counter, many: int, *labels: str) -> None:
        if many:
            metric.labels(*labels).inc(many)

    def _make_counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self.registry)

    def _begin(self) -> None:
        """Create all children with a 0: a rate needs the 0 before the first event."""
        for result in RESULTS:
            self._votes.labels(result)
        for refusal in Refusal:
            self._refusals.labels(refusal.value)
        for reason in UNSIGNED:
            self._unsigned.labels(reason)
        for kind in KINDS:
            self._seconds.labels(kind)
            for answer in ("200", "503"):
                self._answers.labels(kind, answer)
