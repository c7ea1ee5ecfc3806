"""How long an edit and a deletion take at a steady pace, from the event's due time to 200."""

from dataclasses import replace
from random import Random
from typing import Final

from app.devtools.bench.environment import BenchEnvironment, run_app
from app.devtools.bench.load import Load
from app.devtools.bench.rows import BenchRow, BenchTarget, percentile
from app.devtools.bench.workload import Request, make_event, make_posts, make_workspace
from app.devtools.fake_slack import events
from app.devtools.fake_slack.values import Post
from app.devtools.fake_slack.workspace import Workspace

RATE: Final = 20
SECONDS: Final = 5


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Cast votes, then edit all their messages, then delete them."""
    draw, workspace = Random(2), make_workspace(1000)
    edits: list[float] = []
    deletions: list[float] = []
    async with run_app(environment, workspace) as running:
        for number in range(1, rounds + 1):
            said = make_posts(workspace, RATE * SECONDS, draw)
            first = [make_event(events.build_posted_event(workspace, post)) for post in said]
            (await running.load.run_closed(first, 4)).check()
            edits.append(
                await _measure_p95(running.load, [_make_edit(workspace, post) for post in said])
            )
            gone = [_make_deletion(workspace, post) for post in said]
            deletions.append(await _measure_p95(running.load, gone))
            environment.tell(f"round {number}: p95 {edits[-1]:.2f} and {deletions[-1]:.2f} ms")
    what = f"to 200, committed, {RATE}/s for {SECONDS} s: p95"
    return [
        BenchRow("revision", f"edit {what}", edits, "ms", BenchTarget.below(15, "ms")),
        BenchRow("revision", f"deletion {what}", deletions, "ms", BenchTarget.below(15, "ms")),
    ]


async def _measure_p95(load: Load, requests: list[Request]) -> float:
    outcome = (await load.run_open(requests, RATE)).check()
    return percentile(outcome.milliseconds, 95)


def _make_edit(workspace: Workspace, post: Post) -> Request:
    after = replace(post, text=post.text.replace("++", "+++"), edited=True)
    at = workspace.next_ts()
    return make_event(events.build_changed_event(workspace, before=post, after=after, event_ts=at))


def _make_deletion(workspace: Workspace, post: Post) -> Request:
    return make_event(
        events.build_deleted_event(workspace, post=post, event_ts=workspace.next_ts())
    )
