"""What tests stand on: a real PostgreSQL, a migrated template cloned per test, a local Slack."""

import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace

import aiohttp
import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr
from pytest_postgresql import factories
from pytest_postgresql.executors import NoopExecutor
from pytest_postgresql.janitor import DatabaseJanitor

from app import log, server
from app.config import Config
from app.devtools.fake_slack.server import LocalSlack
from app.devtools.fake_slack.workspace import Workspace
from app.store import migrations
from app.store.database import Database, Limits
from app.store.server.embedded import run_temporary
from tests.examples import load_profile
from tests.talk import PATIENT, SIGNING_SECRET, Talk

load_profile()

# What is started from a script in the background ignores SIGINT, and so would all its children:
# the commands that tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def embedded() -> Iterator[SimpleNamespace]:
    """One PostgreSQL server for all tests of a process, as pytest-postgresql describes one."""
    with run_temporary() as url:
        with psycopg.connect(url, autocommit=True) as conn:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                conn.execute(f"ALTER SYSTEM SET {setting} = off")
            conn.execute("SELECT pg_reload_conf()")
        where = psycopg.conninfo.conninfo_to_dict(url)
        yield SimpleNamespace(
            host=where["host"],
            port=5432,
            user=where["user"],
            password=None,
            options="",
            maintenance_dbname="postgres",
            template_dbname=None,
        )


def migrated(*, host: str, port: int, user: str, dbname: str, **_: object) -> None:
    """Make the template: a database with every migration."""
    migrations.apply(url_of(host=host, port=port, user=user, dbname=dbname))


def url_of(*, host: str, port: int, user: str, dbname: str) -> str:
    return f"postgresql://{user}@/{dbname}?host={host}&port={port}"


template = factories.postgresql_noproc(depends_on="embedded", load=[migrated])
clone = factories.postgresql("template")


@pytest.fixture
def own_database_url(clone: psycopg.Connection) -> str:
    """The URL of a migrated database of the test's own, whose tables it may change."""
    at = clone.info
    return url_of(host=at.host, port=at.port, user=at.user, dbname=at.dbname)


@pytest.fixture(scope="session")
def shared_url(template: NoopExecutor) -> Iterator[str]:
    """The URL of a migrated database that the tests of a process use one after the other."""
    where = {"host": template.host, "port": template.port, "user": template.user}
    with DatabaseJanitor(dbname="shared", template_dbname=template.template_dbname, **where):
        yield url_of(dbname="shared", **where)


@pytest.fixture
def database_url(shared_url: str) -> str:
    """The URL of a database with every table, and not a row in them."""
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename !~ 'yoyo'"
    with psycopg.connect(shared_url, autocommit=True) as conn:
        # What only ever grows is emptied as a restore would, without its trigger.
        conn.execute("SET session_replication_role = replica")
        for (table,) in conn.execute(tables).fetchall():
            # Quicker than TRUNCATE, which makes new files.
            conn.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
    return shared_url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A pool on a database that only this test uses."""
    pool = Database(database_url, Limits())
    await pool.open()
    yield pool
    await pool.close()


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(Workspace.create_example()) as local:
        yield local


@pytest.fixture
def config(slack: LocalSlack) -> Config:
    """The configuration of an app that talks to the local Slack."""
    return Config.model_construct(
        slack_bot_token=SecretStr(slack.bot_token),
        slack_signing_secret=SecretStr(SIGNING_SECRET),
        slack_api_url=slack.api_url,
        port=0,
    )


@pytest.fixture
async def talk(slack: LocalSlack, config: Config, database_url: str) -> AsyncIterator[Talk]:
    """A conversation with the whole app, over HTTP, beside the local Slack."""
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, database_url, PATIENT) as running,
    ):
        yield Talk(slack, running, session)


@pytest.fixture(autouse=True)
def log_lines(tmp_path: Path) -> Iterator[Path]:
    """The app's log of this test, as JSON lines in a file."""
    path = tmp_path / "log.jsonl"
    with path.open("a", encoding="utf-8") as stream:
        log.configure("debug", "json", stream)
        yield path
