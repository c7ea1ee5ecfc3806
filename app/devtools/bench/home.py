"""How long an App Home takes to be published, and how soon it follows a vote."""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any, Final

import psycopg

from app.devtools.bench.environment import Ground, Running, app, copy
from app.devtools.bench.rows import BenchError, Row, Target, percentile
from app.devtools.bench.workload import Request, crowd, event, posts
from app.devtools.fake_slack import events
from app.devtools.fake_slack.workspace import Workspace

MEMBERS: Final = 100_000
OPENINGS: Final = 100
FOLLOWED: Final = 10
_PATIENCE: Final = 10.0

_SCORES: Final = "COPY leaderboard (team_id, board, target_id, score) FROM STDIN"


async def measure(ground: Ground, rounds: int) -> list[Row]:
    """Let random members open their page, one after the other, then vote for some of them."""
    draw, workspace = Random(5), crowd(MEMBERS)
    opened: list[float] = []
    followed: list[float] = []
    async with app(ground, workspace, lambda conn: _fill(conn, workspace)) as running:
        await _published(running, workspace, draw, 20)  # warm up
        for number in range(1, rounds + 1):
            opened.append(percentile(await _published(running, workspace, draw, OPENINGS), 95))
            followed.append(max(await _followed(running, workspace, draw, FOLLOWED)))
            ground.tell(f"round {number}: p95 {opened[-1]:.1f} ms, follows {followed[-1]:.2f} s")
    what = f"App Home, {MEMBERS:,} members:"
    return [
        Row("home", f"{what} opened to published, {OPENINGS} one by one: p95", opened, "ms",
            Target.below(300, "ms")),
        Row("home", f"{what} vote to published, the slowest of {FOLLOWED}", followed, "s",
            Target.below(2, "s")),
    ]  # fmt: skip


async def _published(
    running: Running, workspace: Workspace, draw: Random, count: int
) -> list[float]:
    """Return for each of *count* openings the milliseconds until Slack has the page."""
    times = []
    for user in draw.sample(_people(workspace), count):
        request = event(events.home_opened_event(workspace, user=user))
        times.append(1000 * await _until_shown(running, [request], user, lambda _: True))
    return times


async def _followed(
    running: Running, workspace: Workspace, draw: Random, count: int
) -> list[float]:
    """Return for each of *count* votes the seconds until the page of its target tells it."""
    times = []
    for post in posts(workspace, count, draw):
        user = post.text[2 : post.text.index(">")]
        opening = event(events.home_opened_event(workspace, user=user))
        await _until_shown(running, [opening], user, lambda _: True)
        vote = event(events.posted_event(workspace, post))
        link = post.ts.replace(".", "")
        times.append(await _until_shown(running, [vote], user, partial(_holds, link)))
    return times


def _holds(word: str, view: Any) -> bool:
    return word in str(view)


def _people(workspace: Workspace) -> list[str]:
    return [user for user in workspace.members if user != workspace.bot_user_id]


async def _until_shown(
    running: Running, requests: list[Request], user: str, fits: Callable[[Any], bool]
) -> float:
    """Return the seconds from sending *requests* until the page of *user* is new and *fits*."""
    homes = running.slack.workspace.homes
    before, started = homes.get(user), time.perf_counter()
    shown = asyncio.create_task(
        running.slack.until(
            lambda: homes.get(user) is not before and fits(homes.get(user)), _PATIENCE
        )
    )
    (await running.load.closed(requests, 1)).check()
    try:
        await shown
    except TimeoutError as error:
        raise BenchError(f"a page was not published: {error}") from error
    return time.perf_counter() - started


def _fill(conn: psycopg.Connection[Any], workspace: Workspace) -> None:
    """Give everybody points, all time, this month and this week, and their last votes."""
    draw = Random(3)
    boards = _boards()
    copy(conn, _SCORES, [
        (workspace.team_id, board, user, 1 + int(draw.paretovariate(0.7)) % 10_000)
        for user in workspace.members for board in boards
    ])  # fmt: skip


def _boards() -> list[str]:
    week = time.strftime("%G-W%V", time.gmtime())
    month = time.strftime("%Y-%m", time.gmtime())
    return ["users", "givers", f"users/{month}", f"users/{week}"]
