"""Shared fixtures: a real PostgreSQL with migrated databases, and a local stand-in for Slack."""

import asyncio
import atexit
import contextlib
import gc
import io
import os
import signal
import sys
import time
import warnings
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import aiohttp
import psutil
import psycopg
import pytest
from pydantic import SecretStr
from pytest_postgresql import factories
from pytest_postgresql.executors import NoopExecutor

from app import log, server, wiring
from app.config import Config
from app.devtools.fake_slack.server import LocalSlack
from app.devtools.fake_slack.workspace import Workspace
from app.devtools.temporary import make_scratch
from app.slack.charts.chart_pool import ChartPool
from app.store import database as store_database
from app.store.database import Database
from app.store.server.locks import hold_alone
from app.store.server.signals import unwind_on_signals
from tests import sent_sql
from tests.cluster import Cluster, make_prototype
from tests.databases import COPY, HOME, MIGRATED, copied, url_of
from tests.examples import load_profile, note_characters
from tests.greeter import Greeter
from tests.lending import LendingPool, LentConnection
from tests.loops import EndingLoops
from tests.talk import PATIENT, PATIENT_LIMITS, SIGNING_SECRET, Talk

# Importing and collecting creates no garbage; looking for it takes a sixth of that time.
gc.disable()
load_profile()

# Tests use the server's event loop. Setting a policy is deprecated, so the warning is ignored.
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    asyncio.set_event_loop_policy(EndingLoops())

# A background job of a script ignores SIGINT, and the commands that tests interrupt would inherit
# that.
signal.signal(signal.SIGINT, signal.default_int_handler)


sent_sql.watch()
store_database.ConnectionPool = LendingPool  # type: ignore[misc]
wiring.Newcomers = Greeter  # type: ignore[misc]

TESTS = Path(__file__).parent
PROTOTYPE = pytest.StashKey[Path]()

_LONG_TEST = 30.0
"""Seconds that nearly every test takes less than, even on a busy machine."""
_unread = io.StringIO()
"""The app's log in tests that don't use `log_lines`; it's still rendered as JSON."""


def _is_first_run() -> bool:
    """Return whether the tests have no bytecode yet, judging by the last folder's."""
    if sys.pycache_prefix is None or sys.dont_write_bytecode:
        return False
    folder = Path(sys.pycache_prefix, *TESTS.parts[1:], "words")
    return not any(folder.glob("*.pyc"))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """Let one process compile the tests on the first run, while the others wait."""
    if not _is_first_run():
        return (yield)
    with hold_alone(TESTS):
        note_characters()
        return (yield)


def _wait_out_midnight() -> None:
    """Let the next UTC day begin first: people vote on one day in a test, and look on the same."""
    left = 86_400 - time.time() % 86_400
    if left < _LONG_TEST:
        time.sleep(left)


# Hooks do what every test needs, since a fixture can take as long as a test.
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Start each test with an empty log and no recorded SQL faults."""
    _wait_out_midnight()
    _unread.seek(0)
    _unread.truncate()
    log.configure("debug", "json", _unread)
    sent_sql.faults.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None, None, None]:
    """Fail a test that sent a statement not limited to one workspace."""
    yield
    assert sent_sql.faults == []


def pytest_configure(config: pytest.Config) -> None:
    """Give all processes of a run the same folder for the prototype's data."""
    if worker := getattr(config, "workerinput", None):
        config.stash[PROTOTYPE] = Path(worker["prototype"])
        atexit.register(os._exit, 0)  # freeing all objects of a test run takes seconds
    else:
        scratch = contextlib.ExitStack()
        config.stash[PROTOTYPE] = scratch.enter_context(make_scratch(HOME))
        config.add_cleanup(scratch.close)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Pass that folder to a worker process."""
    node.workerinput["prototype"] = str(node.config.stash[PROTOTYPE])


@pytest.fixture(scope="session")
def prototype(request: pytest.FixtureRequest) -> Path:
    """The data folder of a stopped PostgreSQL server with every migration applied.

    The first worker that needs it creates it for all.
    """
    folder = request.config.stash[PROTOTYPE]
    turn = folder.parents[1] / "turn"
    turn.mkdir(exist_ok=True)
    with hold_alone(turn):
        if not folder.exists():
            make_prototype(folder)
    return folder


@pytest.fixture(scope="session")
def embedded(prototype: Path) -> Iterator[SimpleNamespace]:
    """One PostgreSQL server for all tests of a worker, as pytest-postgresql describes one."""
    with unwind_on_signals(), make_scratch(HOME) as folder:
        own = Cluster(folder, like=prototype)
        where = psycopg.conninfo.conninfo_to_dict(own.url) | {"dbname": "postgres"}
        with psycopg.connect(**where, autocommit=True) as conn:
            for setting in ("synchronous_commit", "full_page_writes"):
                conn.execute(f"ALTER SYSTEM SET {setting} = off")
            conn.execute("ALTER SYSTEM SET file_copy_method = clone")
            conn.execute("SELECT pg_reload_conf()")
        yield SimpleNamespace(
            host=where["host"],
            port=5432,
            user=where["user"],
            password=None,
            options="",
            maintenance_dbname="postgres",
            template_dbname=MIGRATED,
        )
        own.close()


template = factories.postgresql_noproc(depends_on="embedded")


@pytest.fixture
def own_database_url(template: NoopExecutor) -> Iterator[str]:
    """The URL of a migrated database for this test alone, whose schema it may change."""
    where = {"host": template.host, "port": template.port, "user": template.user}
    with psycopg.connect(url_of(dbname="postgres", **where), autocommit=True) as conn:
        conn.execute(f'CREATE DATABASE own TEMPLATE "{template.template_dbname}" {COPY}')
        yield url_of(dbname="own", **where)
        conn.execute("DROP DATABASE own WITH (FORCE)")


@pytest.fixture(scope="session")
def shared_url(template: NoopExecutor) -> Iterator[str]:
    """The URL of a migrated database that a worker's tests use one after the other."""
    with copied(template, "shared") as url:
        yield url


@pytest.fixture
def cluster(prototype: Path) -> Iterator[Cluster]:
    """A migrated PostgreSQL server for this test alone, which it may crash."""
    with make_scratch(HOME) as folder:
        own = Cluster(folder, like=prototype)
        yield own
        own.thaw()
        own.close()


# Append-only tables are emptied with their triggers off, as in a restore. DELETE is faster than
# TRUNCATE, which creates new files, and a function plans each statement once for all tests.
AS_A_RESTORE = "SET session_replication_role = replica"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename !~ 'yoyo'"
EMPTY = "SELECT pg_temp.empty_tables()"


class Emptier:
    """Empties a database's tables, over a connection that stays open."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connect()

    def run(self) -> None:
        """Delete all rows; reconnect if a test has cut all connections."""
        try:
            self._conn.execute(EMPTY)
        except psycopg.OperationalError:
            self.close()
            self._connect()
            self._conn.execute(EMPTY)

    def _connect(self) -> None:
        self._conn = psycopg.connect(self._url, autocommit=True)
        self._conn.execute(AS_A_RESTORE)
        tables = [name for (name,) in self._conn.execute(TABLES)]
        deletions = " ".join(f'DELETE FROM "{name}";' for name in tables)  # noqa: S608
        self._conn.execute(
            f"CREATE FUNCTION pg_temp.empty_tables() RETURNS void LANGUAGE plpgsql"  # type: ignore[arg-type]
            f" AS $$ BEGIN {deletions} END $$"
        )

    def close(self) -> None:
        self._conn.close()


@pytest.fixture(scope="session")
def emptier(shared_url: str) -> Iterator[Emptier]:
    """An `Emptier` for the shared database."""
    made = Emptier(shared_url)
    yield made
    made.close()


@pytest.fixture(scope="session")
async def lent(shared_url: str) -> AsyncIterator[None]:
    """Let pools on the shared database reuse each other's connections."""
    LentConnection.url = shared_url
    yield
    LentConnection.url = None
    for conn in LentConnection.spare:
        await conn.close()


@pytest.fixture
def database_url(shared_url: str, emptier: Emptier, lent: None) -> str:  # noqa: ARG001
    """The URL of a migrated database whose tables are empty."""
    emptier.run()
    return shared_url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A connection pool on an empty database."""
    pool = Database(database_url, PATIENT_LIMITS)
    await pool.open()
    yield pool
    await pool.close()


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(Workspace.create_example()) as local:
        yield local


@pytest.fixture
def config(slack: LocalSlack) -> Config:
    """The configuration of an app that uses the local Slack."""
    return Config.model_construct(
        slack_bot_token=SecretStr(slack.bot_token),
        slack_signing_secret=SecretStr(SIGNING_SECRET),
        slack_api_url=slack.api_url,
        port=0,
    )


class LentWorkers(ChartPool):
    """A chart pool that reuses worker processes between apps, as they take long to start."""

    spare: ClassVar[list[Process]] = []

    async def _start_process(self) -> Process:
        return self.spare.pop() if self.spare else await super()._start_process()

    async def close(self) -> None:
        """Leave the process for the next app."""
        process, self._process = self._process, None
        await super().close()
        if process and process.returncode is None:
            self.spare.append(process)


@pytest.fixture(scope="session")
async def chart_workers() -> AsyncIterator[type[ChartPool]]:
    """The chart pool for the apps of all tests."""
    yield LentWorkers
    for process in LentWorkers.spare:
        assert process.stdin
        process.stdin.close()
        await process.wait()


@pytest.fixture
async def talk(
    slack: LocalSlack,
    config: Config,
    database_url: str,
    chart_workers: type[ChartPool],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Talk]:
    """A conversation with the whole app over HTTP, with the local Slack."""
    monkeypatch.setattr(wiring, "ChartPool", chart_workers)
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, database_url, PATIENT) as running,
    ):
        await running.context.identity.known.wait()  # or a test might count that call
        yield Talk(slack, running, session)


@pytest.fixture
def log_lines(tmp_path: Path) -> Iterator[Path]:
    """The app's log of this test, as JSON lines in a file."""
    path = tmp_path / "log.jsonl"
    with path.open("a", encoding="utf-8") as stream:
        stream.write(_unread.getvalue())
        stream.flush()  # or it can't be read until more is logged
        log.configure("debug", "json", stream)
        yield path
        log.configure("debug", "json", _unread)


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Run one more process than there are CPUs, as some tests wait, mostly for servers."""
    if os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS"):
        return None  # xdist reads the number itself
    return (psutil.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that wait longest, or one process would do so alone at the end."""
    items.sort(key=lambda item: item.path.parent.name != "faults")


def pytest_collection_finish() -> None:
    """Exclude everything imported so far from garbage collection during the tests."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()
