"""The time to publish an App Home when it's opened, and after a vote."""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any, Final

from app.devtools.bench.environment import BenchEnvironment, RunningApp, run_app
from app.devtools.bench.rows import BenchError, BenchRow, BenchTarget, percentile
from app.devtools.bench.workload import Request, list_people, make_event, make_posts, make_workspace
from app.devtools.fake_slack import events
from app.devtools.fake_slack.workspace import Workspace

MEMBERS: Final = 100_000
OPENINGS: Final = 100
FOLLOWED: Final = 10
_PATIENCE: Final = 10.0


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Have random members open their App Home one by one, then vote for some of them."""
    draw, workspace = Random(5), make_workspace(MEMBERS)
    opened: list[float] = []
    followed: list[float] = []
    async with run_app(environment, workspace, _list_boards()) as running:
        await _measure_openings(running, workspace, draw, 20)  # warm up
        for number in range(1, rounds + 1):
            opened.append(
                percentile(await _measure_openings(running, workspace, draw, OPENINGS), 95)
            )
            followed.append(max(await _measure_updates(running, workspace, draw, FOLLOWED)))
            environment.tell(
                f"round {number}: p95 {opened[-1]:.1f} ms, follows {followed[-1]:.2f} s"
            )
    what = f"App Home, {MEMBERS:,} members:"
    return [
        BenchRow("home", f"{what} opened to published, {OPENINGS} one by one: p95", opened, "ms",
            BenchTarget.below(300, "ms")),
        BenchRow("home", f"{what} vote to published, the slowest of {FOLLOWED}", followed, "s",
            BenchTarget.below(2, "s")),
    ]  # fmt: skip


async def _measure_openings(
    running: RunningApp, workspace: Workspace, draw: Random, count: int
) -> list[float]:
    """Return the milliseconds until the view is published, for each of *count* openings."""
    times = []
    for user in draw.sample(list_people(workspace), count):
        request = make_event(events.build_home_opened_event(workspace, user=user))
        times.append(1000 * await _wait_until_shown(running, [request], user, lambda _: True))
    return times


async def _measure_updates(
    running: RunningApp, workspace: Workspace, draw: Random, count: int
) -> list[float]:
    """Return the seconds until the target's App Home shows a vote, for each of *count* votes."""
    times = []
    for post in make_posts(workspace, count, draw):
        user = post.text[2 : post.text.index(">")]
        opening = make_event(events.build_home_opened_event(workspace, user=user))
        await _wait_until_shown(running, [opening], user, lambda _: True)
        vote = make_event(events.build_posted_event(workspace, post))
        link = post.ts.replace(".", "")
        times.append(await _wait_until_shown(running, [vote], user, partial(_holds, link)))
    return times


def _holds(word: str, view: Any) -> bool:
    return word in str(view)


async def _wait_until_shown(
    running: RunningApp, requests: list[Request], user: str, fits: Callable[[Any], bool]
) -> float:
    """Return the seconds from sending *requests* until a new view of *user* *fits*."""
    homes = running.slack.workspace.homes
    before, started = homes.get(user), time.perf_counter()
    shown = asyncio.create_task(
        running.slack.wait_until(
            lambda: homes.get(user) is not before and fits(homes.get(user)), _PATIENCE
        )
    )
    (await running.load.run_closed(requests, 1)).check()
    try:
        await shown
    except TimeoutError as error:
        raise BenchError(f"a page was not published: {error}") from error
    return time.perf_counter() - started


def _list_boards() -> list[str]:
    week = time.strftime("%G-W%V", time.gmtime())
    month = time.strftime("%Y-%m", time.gmtime())
    return ["users", "givers", f"users/{month}", f"users/{week}"]
