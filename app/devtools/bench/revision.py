"""How long an edit and a deletion take at a steady pace, from the event's due time to 200."""

from dataclasses import replace
from random import Random
from typing import Final

from app.devtools.bench.environment import Ground, app
from app.devtools.bench.load import Load
from app.devtools.bench.rows import Row, Target, percentile
from app.devtools.bench.workload import Request, crowd, event, posts
from app.devtools.fake_slack import events
from app.devtools.fake_slack.values import Post
from app.devtools.fake_slack.workspace import Workspace

RATE: Final = 20
SECONDS: Final = 5


async def measure(ground: Ground, rounds: int) -> list[Row]:
    """Cast votes, then edit all their messages, then delete them."""
    draw, workspace = Random(2), crowd(1000)
    edits: list[float] = []
    deletions: list[float] = []
    async with app(ground, workspace) as running:
        for number in range(1, rounds + 1):
            said = posts(workspace, RATE * SECONDS, draw)
            first = [event(events.posted_event(workspace, post)) for post in said]
            (await running.load.closed(first, 4)).check()
            edits.append(await _late(running.load, [_edit(workspace, post) for post in said]))
            gone = [_deletion(workspace, post) for post in said]
            deletions.append(await _late(running.load, gone))
            ground.tell(f"round {number}: p95 {edits[-1]:.2f} and {deletions[-1]:.2f} ms")
    what = f"to 200, committed, {RATE}/s for {SECONDS} s: p95"
    return [
        Row("revision", f"edit {what}", edits, "ms", Target.below(15, "ms")),
        Row("revision", f"deletion {what}", deletions, "ms", Target.below(15, "ms")),
    ]


async def _late(load: Load, requests: list[Request]) -> float:
    outcome = await load.opened(requests, RATE)
    outcome.check()
    return percentile(outcome.milliseconds, 95)


def _edit(workspace: Workspace, post: Post) -> Request:
    after = replace(post, text=post.text.replace("++", "+++"), edited=True)
    at = workspace.next_ts()
    return event(events.changed_event(workspace, before=post, after=after, event_ts=at))


def _deletion(workspace: Workspace, post: Post) -> Request:
    return event(events.deleted_event(workspace, post=post, event_ts=workspace.next_ts()))
