"""The latency of votes, edits and deletions at a steady pace, and whether a burst is exact.

Latency is from an event's due time to status 200, committed.
"""

from collections import Counter
from dataclasses import replace
from random import Random
from typing import Final

from app.devtools.bench.environment import BenchEnvironment, RunningApp, run_app
from app.devtools.bench.load import Load, LoadResult
from app.devtools.bench.rows import BenchRow, BenchTarget, percentile
from app.devtools.bench.workload import Request, make_event, make_posts, make_votes, make_workspace
from app.devtools.fake_slack import events
from app.devtools.fake_slack.values import Post
from app.devtools.fake_slack.workspace import Workspace

RATE: Final = 50
SECONDS: Final = 10

_WHAT: Final = f"event to 200, committed, {RATE} votes/s for {SECONDS} s:"

REVISIONS: Final = 20
REVISION_SECONDS: Final = 5

VOTES: Final = 1000
AT_ONCE: Final = 64

_BURST: Final = f"{VOTES:,} votes, {AT_ONCE} at a time:"
_LEDGER: Final = "SELECT target_id, sum(delta)::int FROM vote_history GROUP BY 1"
_BOARD: Final = "SELECT target_id, score FROM leaderboard WHERE board = 'users'"
_GIVERS: Final = "SELECT sum(score)::int FROM leaderboard WHERE board = 'givers'"


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Cast votes in an open loop, so that a slow response doesn't delay the next request."""
    draw, workspace, outcomes = Random(1), make_workspace(1000), list[LoadResult]()
    async with run_app(environment, workspace) as running:
        await running.load.run_closed(make_votes(workspace, 200, draw), 4)  # warm up
        for number in range(1, rounds + 1):
            requests = make_votes(workspace, RATE * SECONDS, draw)
            outcome = (await running.load.run_open(requests, RATE)).check()
            await running.check_ledger(200 + number * RATE * SECONDS)
            environment.tell(f"round {number}: p95 {percentile(outcome.milliseconds, 95):.2f} ms")
            outcomes.append(outcome)
    times = [outcome.milliseconds for outcome in outcomes]
    middle, late = ([percentile(t, percent) for t in times] for percent in (50, 95))
    return [
        BenchRow("vote", f"{_WHAT} p50", middle, "ms"),
        BenchRow("vote", f"{_WHAT} p95", late, "ms", BenchTarget.below(10, "ms")),
    ]


async def measure_revisions(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Cast votes, then edit all their messages, then delete them."""
    draw, workspace = Random(2), make_workspace(1000)
    edits: list[float] = []
    deletions: list[float] = []
    async with run_app(environment, workspace) as running:
        for number in range(1, rounds + 1):
            posts = make_posts(workspace, REVISIONS * REVISION_SECONDS, draw)
            first = [make_event(events.build_posted_event(workspace, post)) for post in posts]
            (await running.load.run_closed(first, 4)).check()
            edits.append(
                await _measure_p95(running.load, [_make_edit(workspace, post) for post in posts])
            )
            gone = [_make_deletion(workspace, post) for post in posts]
            deletions.append(await _measure_p95(running.load, gone))
            environment.tell(f"round {number}: p95 {edits[-1]:.2f} and {deletions[-1]:.2f} ms")
    what = f"to 200, committed, {REVISIONS}/s for {REVISION_SECONDS} s: p95"
    return [
        BenchRow("revision", f"edit {what}", edits, "ms", BenchTarget.below(15, "ms")),
        BenchRow("revision", f"deletion {what}", deletions, "ms", BenchTarget.below(15, "ms")),
    ]


async def _measure_p95(load: Load, requests: list[Request]) -> float:
    outcome = (await load.run_open(requests, REVISIONS)).check()
    return percentile(outcome.milliseconds, 95)


def _make_edit(workspace: Workspace, post: Post) -> Request:
    after = replace(post, text=post.text.replace("++", "+++"), edited=True)
    at = workspace.next_ts()
    return make_event(events.build_changed_event(workspace, before=post, after=after, event_ts=at))


def _make_deletion(workspace: Workspace, post: Post) -> Request:
    return make_event(
        events.build_deleted_event(workspace, post=post, event_ts=workspace.next_ts())
    )


async def measure_burst(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Cast votes, then compare the ledger and the boards with what was sent."""
    draw, workspace = Random(4), make_workspace(1000)
    expected: Counter[str] = Counter()
    right: list[float] = []
    rates: list[float] = []
    async with run_app(environment, workspace) as running:
        for number in range(1, rounds + 1):
            before = sum(expected.values())
            requests = make_votes(workspace, VOTES, draw)
            outcome = await running.load.run_closed(requests, AT_ONCE)
            expected.update(request.target for request in requests)
            exact = not outcome.failures and await _agrees(running, expected)
            right.append(sum(expected.values()) - before if exact else 0)
            rates.append(outcome.rate)
            environment.tell(f"round {number}: {'exact' if exact else 'WRONG'}, {rates[-1]:.0f}/s")
    total = BenchTarget.exactly(VOTES, "votes")
    return [
        BenchRow("burst", f"{_BURST} counted, where all totals agree", right, "votes", total),
        BenchRow("burst", f"{_BURST} rate", rates, "votes/s"),
    ]


async def _agrees(running: RunningApp, expected: Counter[str]) -> bool:
    """Return whether the ledger and the boards of people and givers match what was sent exactly."""
    given = (await running.read_rows(_GIVERS))[0][0]
    ledger, board = dict(await running.read_rows(_LEDGER)), dict(await running.read_rows(_BOARD))
    return bool(ledger == board == expected and given == sum(expected.values()))
