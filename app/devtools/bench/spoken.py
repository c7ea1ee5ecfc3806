"""What users experience: votes in many channels, for unknown people, until replies are posted.

The fake Slack answers each call as slowly as the real one, names are looked up one by one, and a
vote ends with its posted reply. An empty Bolt app receives the same load for comparison.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final

from app.devtools.bench.cost import CpuCost, CpuMeter
from app.devtools.bench.environment import BenchEnvironment, RunningApp, create_database, run_app_on
from app.devtools.bench.load import Load, LoadResult, open_load
from app.devtools.bench.ratio import run_empty
from app.devtools.bench.rows import BenchError, BenchRow, BenchTarget, divide, percentile
from app.devtools.bench.workload import Request, list_people, make_vote, make_workspace
from app.devtools.fake_slack.values import Change
from app.devtools.fake_slack.workspace import Workspace

VOTERS: Final = 1000
RECEIVERS: Final = 300
CHANNELS: Final = 200
LATENCY: Final = 0.15
"""Seconds that the fake Slack takes to answer a call."""
RATE: Final = 50
SECONDS: Final = 15
ALONE: Final = 150
TOGETHER: Final = 600
AT_ONCE: Final = 16
_PATIENCE: Final = 180.0

_STEADY: Final = f"{RATE} votes/s for {SECONDS} s in {CHANNELS} channels:"
_POSTED: Final = """
SELECT channel_id, message_ts, posted_ts FROM outbox WHERE posted_ts IS NOT NULL
"""
_WAITING: Final = "SELECT count(*)::int FROM outbox WHERE done_at IS NULL AND kind = 'votes'"

Send = Callable[[Load], Awaitable[LoadResult]]


@dataclass(slots=True)
class SpokenFigures:
    """One side's figures, a list with a value per round for each quantity."""

    by_quantity: dict[str, list[float]] = field(default_factory=dict)

    def add(self, what: str, figure: float) -> None:
        """Add one round's figure."""
        self.by_quantity.setdefault(what, []).append(figure)

    def add_cost(self, what: str, cost: CpuCost, *, with_postgres: bool) -> None:
        """Add the CPU cost of a vote."""
        self.add(f"{what} CPU of the app, a vote", cost.app)
        if with_postgres:
            self.add(f"{what} CPU of PostgreSQL, a vote", cost.postgres)


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Measure the app and the empty one in turn, each from a fresh start."""
    ours, empty = SpokenFigures(), SpokenFigures()
    for number in range(1, rounds + 1):
        await _measure_app(environment, ours, Random(number))
        await _measure_empty(environment, empty, Random(number))
        late = ours.by_quantity[f"{_STEADY} reply p95"][-1]
        environment.tell(f"round {number}: replies after {late:.2f} s at p95")
    return _make_rows(ours.by_quantity, empty.by_quantity)


async def _measure_app(environment: BenchEnvironment, figures: SpokenFigures, draw: Random) -> None:
    workspace = _make_workspace()
    url = create_database(environment.url, environment.root)
    async with run_app_on(url, environment.folder, workspace, environment.root) as running:
        # As in a workspace too large to have its members listed before the first vote.
        running.slack.fail("users.list", error="missing_scope", times=None)
        running.slack.fail("*", delay=LATENCY, times=None)
        meter = CpuMeter(running.server.pid, url)
        for what, requests, send in _list_loads(workspace, draw):
            replies = AwaitedReplies(workspace, len(requests))
            before = meter.read()
            outcome = (await send(running.load)).check()
            await replies.wait(running)
            cost = meter.read().divide(before, len(requests))
            figures.add_cost(what, cost, with_postgres=True)
            figures.add(f"{what} posts, a vote", replies.posts / len(requests))
            _add_answers(figures, what, outcome)
            if what == _STEADY:
                await _add_replies(figures, running, workspace, outcome)


async def _measure_empty(
    environment: BenchEnvironment, figures: SpokenFigures, draw: Random
) -> None:
    async with run_empty(environment) as process, open_load(process.port) as load:
        meter = CpuMeter(process.pid)
        for what, requests, send in _list_loads(_make_workspace(), draw):
            before = meter.read()
            outcome = (await send(load)).check()
            cost = meter.read().divide(before, len(requests))
            figures.add_cost(what, cost, with_postgres=False)
            _add_answers(figures, what, outcome)


def _make_workspace() -> Workspace:
    workspace = make_workspace(VOTERS + RECEIVERS, CHANNELS)
    workspace.monotonic = time.perf_counter
    return workspace


def _list_loads(workspace: Workspace, draw: Random) -> list[tuple[str, list[Request], Send]]:
    """Return the loads in order, each with the name of its figures."""
    steady, alone, together = (
        _make_votes(workspace, count, draw) for count in (RATE * SECONDS, ALONE, TOGETHER)
    )
    return [
        (_STEADY, steady, lambda load: load.run_open(steady, RATE)),
        ("1 in flight:", alone, lambda load: load.run_closed(alone, 1)),
        (f"{AT_ONCE} in flight:", together, lambda load: load.run_closed(together, AT_ONCE)),
    ]


def _make_votes(workspace: Workspace, count: int, draw: Random) -> list[Request]:
    people = list_people(workspace)
    receivers, voters, channels = people[:RECEIVERS], people[RECEIVERS:], list(workspace.channels)
    return [
        make_vote(workspace, draw.choice(voters), draw.choice(receivers), channels[n % CHANNELS])
        for n in range(count)
    ]


def _add_answers(figures: SpokenFigures, what: str, outcome: LoadResult) -> None:
    if what == _STEADY:
        figures.add(f"{what} answer p50", percentile(outcome.milliseconds, 50))
        figures.add(f"{what} answer p95", percentile(outcome.milliseconds, 95))
    else:
        figures.add(f"{what} rate", outcome.rate)


async def _add_replies(
    figures: SpokenFigures, running: RunningApp, workspace: Workspace, outcome: LoadResult
) -> None:
    """Add the times from when each vote was due until its reply was posted."""
    late = []
    for channel, ts, posted in await running.read_rows(_POSTED):
        post, due = workspace.find_post(channel, posted), outcome.due_times.get((channel, ts))
        if post and post.at and due:
            late.append(post.at - due)
    if len(late) != len(outcome.due_times):
        raise BenchError(f"{len(outcome.due_times)} votes were cast, {len(late)} were answered")
    for percent in (50, 95, 99):
        figures.add(f"{_STEADY} reply p{percent}", percentile(late, percent))


class AwaitedReplies:
    """Counts the replies in *workspace*, one line per vote, until *votes* of them are posted."""

    def __init__(self, workspace: Workspace, votes: int) -> None:
        self.posts = 0
        self._left = votes
        self._all = asyncio.Event()
        self._workspace = workspace
        workspace.subscribers.append(self._count)

    def _count(self, change: Change) -> None:
        if change.what == "posted" and change.post.user == self._workspace.bot_user_id:
            self.posts += 1
            if change.post.channel in self._workspace.channels and not change.post.ephemeral_to:
                self._left -= change.post.text.count("\n") + 1
            if self._left <= 0:
                self._all.set()

    async def wait(self, running: RunningApp) -> None:
        """Wait until all replies are posted and recorded; raise BenchError on a timeout."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._all.wait()
                while (await running.read_rows(_WAITING))[0][0]:  # noqa: ASYNC110 (in the database)
                    await asyncio.sleep(0.2)
        except TimeoutError:
            missing = f"{self._left} replies are missing after {_PATIENCE:.0f} s"
            refused = {call.error for call in running.slack.list_calls("chat.postMessage")} - {""}
            reasons = f" ({', '.join(sorted(refused))})" if refused else ""
            raise BenchError(missing + reasons) from None
        finally:
            self._workspace.subscribers.remove(self._count)


def _make_rows(ours: dict[str, list[float]], empty: dict[str, list[float]]) -> list[BenchRow]:
    rows = []
    for what, figures in ours.items():
        rows.append(BenchRow("spoken", what, figures, _choose_unit(what), _choose_target(what)))
        if what not in empty:
            continue
        rows.append(BenchRow("spoken", f"{what}, empty Bolt", empty[what], _choose_unit(what)))
        if ratios := divide(figures, empty[what]):
            target = _RATIOS.get(what)
            rows.append(BenchRow("spoken", f"{what}, pptbot / empty Bolt", ratios, "", target))
    return rows


_RATIOS: Final = {
    f"{_STEADY} answer p95": BenchTarget.at_most(3),
    "1 in flight: rate": BenchTarget.at_least(0.2),
    f"{AT_ONCE} in flight: rate": BenchTarget.at_least(0.35),
}


def _choose_unit(what: str) -> str:
    if "reply" in what:
        return "s"
    if "posts" in what:
        return ""
    return "votes/s" if what.endswith("rate") else "ms"


def _choose_target(what: str) -> BenchTarget | None:
    return BenchTarget.below(1, "s") if what == f"{_STEADY} reply p95" else None
