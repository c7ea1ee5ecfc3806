"""The time that the catch-up command takes to count the votes in a long history."""

import asyncio
import sys
import time
from dataclasses import replace
from random import Random
from typing import Final

import psycopg

from app.devtools.bench.environment import ROOT, BenchEnvironment, create_database
from app.devtools.bench.rows import BenchError, BenchRow, BenchTarget
from app.devtools.bench.workload import make_posts, make_workspace
from app.devtools.fake_slack.server import LocalSlack
from app.devtools.fake_slack.workspace import Workspace

MESSAGES: Final = 10_000
VOTES: Final = MESSAGES // 10


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Catch up on a channel in which one message in ten is a vote."""
    workspace = _make_workspace()
    times: list[float] = []
    async with LocalSlack(workspace, keep=100) as slack:
        for number in range(1, rounds + 1):
            times.append(await _catch_up(environment, slack))
            environment.tell(f"round {number}: {times[-1]:.1f} s")
    what = f"bin/catch-up, {MESSAGES:,} messages, {VOTES:,} votes"
    return [BenchRow("catch-up", what, times, "s", BenchTarget.below(20, "s"))]


def _make_workspace() -> Workspace:
    """Return a workspace in which a message was posted every ten seconds."""
    workspace, began = make_workspace(1000), time.time() - 10 * MESSAGES - 60
    for number, post in enumerate(make_posts(workspace, MESSAGES, Random(6))):
        text = post.text if number % 10 == 0 else "a message like most"
        workspace.add(replace(post, ts=f"{began + 10 * number:.6f}", text=text))
    return workspace


async def _catch_up(environment: BenchEnvironment, slack: LocalSlack) -> float:
    url = create_database(environment.url)
    variables = {
        "DATABASE_URL": url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
    }
    started = time.perf_counter()
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "catch-up", "--since", "2020-01-01", "--quiet",
        env={"PYTHONPATH": str(ROOT)} | variables, cwd=environment.folder,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, errors = await child.communicate()
    took = time.perf_counter() - started
    with psycopg.connect(url) as conn:
        row = conn.execute("SELECT count(*) FROM vote_history").fetchone()
    if child.returncode or row != (VOTES,):
        raise BenchError(f"counted {row and row[0]} of {VOTES} votes: {errors.decode()[-200:]}")
    return took
