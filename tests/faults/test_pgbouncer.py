"""PgBouncer in transaction mode before the database: it works with no configuration."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from app.store.database import Database
from app.store.server import account
from tests.faults.load import Load, exact, votes
from tests.patience import PATIENCE
from tests.process import run
from tests.talk import PATIENT_LIMITS

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")

_SETTINGS = """
[databases]
* = host={host} port=5432 user={user}

[pgbouncer]
unix_socket_dir = {folder}
listen_port = 6432
auth_type = trust
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = 3
logfile = {folder}/log
pidfile = {folder}/pid
"""


@pytest.fixture
def bouncer(template, database_url) -> Iterator[str]:
    """The URL of this test's database through PgBouncer, which has three connections."""
    if PGBOUNCER is None:
        pytest.skip("no pgbouncer on PATH; on Debian: apt-get install pgbouncer")
    name = psycopg.conninfo.conninfo_to_dict(database_url)["dbname"]
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "pgbouncer.ini"
        settings.write_text(_SETTINGS.format(host=template.host, user=template.user, folder=folder))
        (settings.parent / "users").write_text(f'"{template.user}" ""\n')
        # PgBouncer refuses root, as PostgreSQL does.
        who = account.choose_account(Path(template.host))
        if who:
            os.chown(folder, who.pw_uid, who.pw_gid)
        switch = account.prepare_switch(who, [Path(template.host), settings]) if who else None
        process = subprocess.Popen([PGBOUNCER, "-q", settings], preexec_fn=switch)  # noqa: PLW1509
        try:
            _await_socket(Path(folder) / ".s.PGSQL.6432", process)
            yield f"postgresql://{template.user}@/{name}?host={folder}&port=6432"
        finally:
            process.kill()  # SIGTERM waits for clients since 1.23
            process.wait(60)


async def test_votes_boards_and_replies_work_through_pgbouncer_in_transaction_mode(
    begin, slack, bouncer, database_url
):
    server = await begin(bouncer)
    cast = votes(slack, 100)
    load = Load(cast, server.port, at_once=20)
    await load.run()
    # A machine too busy to commit in time gets 503; no other status is allowed.
    assert set(load.statuses) <= {200, 503}
    await exact(database_url, slack, cast)


async def test_pgbouncers_connections_get_no_prepared_statements_or_settings(bouncer):
    database = Database(bouncer, replace(PATIENT_LIMITS, pool_min=4, pool_max=4))
    await database.open()

    async def look(conn):
        return [await _one(conn, "SHOW statement_timeout") for _ in range(8)]

    seen = await asyncio.gather(*(database.run(look) for _ in range(12)))
    assert {value for values in seen for value in values} == {"0"}
    assert await database.run(lambda c: _one(c, "SELECT count(*) FROM pg_prepared_statements")) == 0
    await database.close()


@pytest.mark.parametrize("command", ["backup", "restore"])
async def test_commands_that_need_a_session_refuse_pgbouncer(
    bouncer, database_url, tmp_path, command
):
    async def at(url, *words):
        return await run(*words, folder=tmp_path, DATABASE_URL=url)

    _, out, _ = await at(database_url, "backup", "--dir", "backups")
    words = ["--dir", "more"] if command == "backup" else [out.strip().splitlines()[-1], "--force"]
    status, _, err = await at(bouncer, command, *words)
    assert (status, err.count("\n")) == (1, 1)
    assert "pooler" in err


async def test_direct_connections_get_timeouts_and_prepared_statements(database):
    async def look(conn):
        return [await _one(conn, "SHOW statement_timeout") for _ in range(8)]

    patience = f"{PATIENCE / 60:g}min"  # set by the fixture; there is none by default
    assert set(await database.run(look)) == {patience}

    async def prepared(conn):
        for _ in range(8):
            await _one(conn, "SELECT 1")
        return await _one(conn, "SELECT count(*) FROM pg_prepared_statements")

    assert await database.run(prepared) > 0


async def _one(conn, query):
    return (await (await conn.execute(query)).fetchone())[0]


def _await_socket(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until *process* has created its socket; fail if it ends before."""
    while not path.exists():
        assert process.poll() is None, "pgbouncer did not start"
        time.sleep(0.02)  # a file sends no event
