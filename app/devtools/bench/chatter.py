"""What most of Slack's events cost: messages, reactions, edits and deletions without a vote."""

from collections.abc import Callable
from dataclasses import replace
from itertools import cycle
from random import Random
from typing import Any, Final

from app.devtools.bench.cost import CpuMeter
from app.devtools.bench.environment import BenchEnvironment, RunningApp, run_app
from app.devtools.bench.load import Load, open_load
from app.devtools.bench.ratio import run_empty
from app.devtools.bench.rows import BenchRow, divide
from app.devtools.bench.workload import Request, list_people, make_event, make_workspace
from app.devtools.fake_slack import events
from app.devtools.fake_slack.values import Post
from app.devtools.fake_slack.workspace import Workspace

EVENTS: Final = 1500
WARM_UP: Final = 200
AT_ONCE: Final = 16
CHANNELS: Final = 200

_TEXTS: Final = (
    "Morning all! Is anyone around to look at the build? It has been failing on main since 6.",
    "I'll be out this afternoon for the dentist, back around 4",
    "sounds good, let's do that on Thursday then - I'll send an invite",
    "ok :+1:",
    "v2.14.3 is out, see <https://example.com/deploys/1234>. Let me know if anything looks off!",
    "C++ or Rust for this one?",
    "thanks for the quick fix <@U00000001>, works again :tada:",
)

BuildEvent = Callable[[Workspace, Post], dict[str, Any]]
"""Builds an event about a message without a vote."""


def _build_edit(workspace: Workspace, post: Post) -> dict[str, Any]:
    after, at = replace(post, text=f"{post.text} (sorry)", edited=True), workspace.next_ts()
    return events.build_changed_event(workspace, before=post, after=after, event_ts=at)


def _build_deletion(workspace: Workspace, post: Post) -> dict[str, Any]:
    return events.build_deleted_event(workspace, post=post, event_ts=workspace.next_ts())


def _build_reaction(workspace: Workspace, post: Post) -> dict[str, Any]:
    return events.build_reaction_event(workspace, post=post, emoji="joy", user="U00000001")


_KINDS: Final[dict[str, BuildEvent]] = {
    "message": events.build_posted_event,
    "reaction": _build_reaction,
    "edit": _build_edit,
    "deletion": _build_deletion,
}


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Measure the CPU time per event, and for messages also that of an empty Bolt app."""
    app: dict[str, list[float]] = {kind: [] for kind in _KINDS}
    postgres: dict[str, list[float]] = {kind: [] for kind in _KINDS}
    empty: list[float] = []
    for number in range(1, rounds + 1):
        workspace = make_workspace(1000, CHANNELS)
        async with run_app(environment, workspace) as running:
            for kind, build in _KINDS.items():
                requests = _make_events(workspace, build, Random(number))
                await _add_cost(running, requests, app[kind], postgres[kind])
        empty.append(await _measure_empty(environment, Random(number)))
        environment.tell(f"round {number}: {app['message'][-1]:.2f} ms, empty {empty[-1]:.2f} ms")
    return _make_rows(app, postgres, empty)


def _make_events(workspace: Workspace, build: BuildEvent, draw: Random) -> list[Request]:
    people, channels = list_people(workspace), cycle(workspace.channels)
    texts = draw.choices(_TEXTS, k=WARM_UP + EVENTS)
    posts = (Post(next(channels), workspace.next_ts(), text, draw.choice(people)) for text in texts)
    return [make_event(build(workspace, post)) for post in posts]


async def _add_cost(
    running: RunningApp, requests: list[Request], app: list[float], postgres: list[float]
) -> None:
    meter = CpuMeter(running.server.pid, running.url)
    await _send(running.load, requests[:WARM_UP])
    before = meter.read()
    await _send(running.load, requests[WARM_UP:])
    cost = meter.read().divide(before, EVENTS)
    app.append(cost.app)
    postgres.append(cost.postgres)


async def _measure_empty(environment: BenchEnvironment, draw: Random) -> float:
    workspace = make_workspace(1000, CHANNELS)
    requests = _make_events(workspace, events.build_posted_event, draw)
    async with run_empty(environment) as process, open_load(process.port) as load:
        meter = CpuMeter(process.pid)
        await _send(load, requests[:WARM_UP])
        before = meter.read()
        await _send(load, requests[WARM_UP:])
        return meter.read().divide(before, EVENTS).app


async def _send(load: Load, requests: list[Request]) -> None:
    (await load.run_closed(requests, AT_ONCE)).check()


def _make_rows(
    app: dict[str, list[float]], postgres: dict[str, list[float]], empty: list[float]
) -> list[BenchRow]:
    rows = []
    for kind in _KINDS:
        rows.append(BenchRow("chatter", f"{kind} without a vote: CPU of the app", app[kind], "ms"))
        rows.append(BenchRow("chatter", f"{kind}: CPU of PostgreSQL", postgres[kind], "ms"))
    ratios = divide(app["message"], empty)
    rows.append(BenchRow("chatter", "message: CPU of the app, pptbot / empty Bolt", ratios, ""))
    return rows
