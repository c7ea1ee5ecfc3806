"""The environment of a benchmark: a fresh database, a fake Slack, and the app between them."""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg
from psycopg import AsyncConnection

from app.devtools.bench.load import Load, open_load
from app.devtools.bench.rows import BenchError
from app.devtools.bench.workload import SIGNING_SECRET
from app.devtools.fake_slack.server import LocalSlack
from app.devtools.fake_slack.workspace import Workspace
from app.store import migrations

START_PATIENCE: Final = 40.0
STOP_PATIENCE: Final = 15.0
ROOT: Final = Path(__file__).parents[3]

DATABASE: Final = "bench"

_MEMBERS: Final = "COPY members (team_id, user_id, name) FROM STDIN"
_SCORES: Final = "COPY leaderboard (team_id, board, target_id, score) FROM STDIN"


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """A process that listens on *port* of 127.0.0.1."""

    pid: int
    port: int


@contextlib.asynccontextmanager
async def run_server(
    module: Sequence[str], environment: Mapping[str, str], folder: Path, root: Path = ROOT
) -> AsyncIterator[ServerProcess]:
    """Run ``python -m`` *module* in *folder*, with only *environment* set.

    *root* is the checkout whose code runs. Raises BenchError if it doesn't log `server.ready` in
    time.
    """
    out, errors = asyncio.subprocess.PIPE, asyncio.subprocess.STDOUT
    env = {"PYTHONPATH": str(root), "LOG_FORMAT": "json", **environment}
    child = await asyncio.create_subprocess_exec(
        find_python(root), "-m", *module, env=env, cwd=folder, stdout=out, stderr=errors
    )
    stdout = child.stdout or asyncio.StreamReader()
    draining: asyncio.Task[None] | None = None
    try:
        port = await _read_port(stdout)
        draining = asyncio.create_task(_drain(stdout))
        yield ServerProcess(child.pid, port)
    finally:
        await _stop(child)
        if draining:
            await draining


def find_python(root: Path) -> str:
    """Return the interpreter of the checkout *root*: that of its own venv, or else ours."""
    own = root / ".venv" / "bin" / "python"
    return str(own) if root != ROOT and own.exists() else sys.executable


async def _read_port(stdout: asyncio.StreamReader) -> int:
    last = "no output"
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(START_PATIENCE):
            async for line in stdout:
                last = line.decode().strip() or last
                if b'"server.ready"' in line:
                    return int(json.loads(line)["port"])
    raise BenchError(f"the server did not start: {last}")


async def _drain(stdout: asyncio.StreamReader) -> None:
    """Read and discard the logs, so that a full pipe doesn't block the server."""
    while await stdout.read(65536):
        pass


async def _stop(child: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
    try:
        await asyncio.wait_for(child.wait(), STOP_PATIENCE)
    except TimeoutError:
        child.kill()
        await child.wait()


@dataclass(frozen=True, slots=True)
class BenchEnvironment:
    """A PostgreSQL server at *url*, a working folder, and a callback for progress messages."""

    url: str
    folder: Path
    tell: Callable[[str], None]
    refill: bool = False
    """Whether to rebuild the databases that are kept between runs."""
    root: Path = ROOT
    """The checkout whose app is measured."""


@dataclass(frozen=True, slots=True)
class RunningApp:
    """The running app with its fake Slack, its load generator and its database URL."""

    server: ServerProcess
    slack: LocalSlack
    load: Load
    url: str

    async def read_rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Return the rows of *query* on the app's database."""
        async with await AsyncConnection.connect(self.url, autocommit=True) as conn:
            return await (await conn.execute(query, parameters)).fetchall()

    async def check_ledger(self, votes: int) -> None:
        """Raise BenchError unless exactly *votes* votes are committed."""
        found = (await self.read_rows("SELECT count(*) FROM vote_history"))[0][0]
        if found != votes:
            raise BenchError(f"{votes} votes were cast, {found} are in the ledger")


@contextlib.asynccontextmanager
async def run_app(
    environment: BenchEnvironment, workspace: Workspace, boards: Sequence[str] = ()
) -> AsyncIterator[RunningApp]:
    """Run the app on a fresh database where every member has points on each of *boards*."""
    url, team, draw = (
        create_database(environment.url, environment.root),
        workspace.team_id,
        Random(3),
    )
    with psycopg.connect(url, autocommit=True) as conn:
        _copy(conn, _MEMBERS, ((team, m.id, m.name) for m in workspace.members.values()))
        _copy(conn, _SCORES, (
            (team, board, user, 1 + int(draw.paretovariate(0.7)) % 10_000)
            for user in workspace.members for board in boards
        ))  # fmt: skip
        conn.execute("VACUUM ANALYZE")
        conn.execute("CHECKPOINT")
    async with run_app_on(url, environment.folder, workspace, environment.root) as running:
        yield running


@contextlib.asynccontextmanager
async def run_app_on(
    url: str, folder: Path, workspace: Workspace, root: Path = ROOT
) -> AsyncIterator[RunningApp]:
    """Run the app of the checkout *root* on the existing database at *url*."""
    async with (
        LocalSlack(workspace, keep=100) as slack,
        run_server(["app", "server"], _make_environment(url, slack), folder, root) as process,
        open_load(process.port) as load,
    ):
        yield RunningApp(process, slack, load, url)


def create_database(url: str, root: Path = ROOT) -> str:
    """Create the benchmark database on the server at *url*, replacing the last; return its URL.

    It has the migrations of the checkout *root*. Raises BenchError if they fail.
    """
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        conn.execute(f"CREATE DATABASE {DATABASE}")
    fresh = urlsplit(url)._replace(path=f"/{DATABASE}").geturl()
    if root == ROOT:
        migrations.apply(fresh)
    else:
        _migrate(fresh, root)
    return fresh


def _migrate(url: str, root: Path) -> None:
    """Apply the migrations of the checkout *root* to the database at *url*."""
    done = subprocess.run(  # noqa: S603 (the checkout given by the caller)
        [find_python(root), "-m", "app", "migrate"], cwd=root,
        env={"DATABASE_URL": url, "PYTHONPATH": str(root)},
        capture_output=True, check=False, text=True,
    )  # fmt: skip
    if done.returncode:
        raise BenchError(f"{root} cannot be migrated: {done.stderr.strip()[-200:]}")


def _copy(conn: psycopg.Connection[Any], statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with conn.cursor() as cursor, cursor.copy(statement) as copying:
        for row in rows:
            copying.write_row(row)


def _make_environment(url: str, slack: LocalSlack) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack.api_url,
        "PORT": "0",
    }
