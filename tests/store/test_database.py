"""The database pool: what was lost is retried, until the patience runs out."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import errors

from app.core.message import SlotKey
from app.core.replies import ScoreReply
from app.store import database as module
from app.store.database import Database, Limits, UnavailableError
from app.store.outbox import claims, outbox
from app.store.outbox.claims import Settlement
from app.store.outbox.outbox import ReplyToWrite
from app.store.server import upkeep
from app.store.workspace.workspaces import list_teams
from tests.logged import logged
from tests.patience import PATIENCE
from tests.store.casting import rows

LATE = "no answer in time"
"""The error if a try is in progress when the patience runs out: on a slow machine, any try."""


def _limit(**of: float) -> Limits:
    """Return limits for a pool of one connection, patient except for those given."""
    return replace(Limits(pool_min=1, pool_max=1, patience=PATIENCE), **of)


class Cut:
    """A query whose connection is cut by another one while it runs, the first *times* calls."""

    def __init__(self, url, times):
        self.calls = 0
        self._url, self._times = url, times

    async def __call__(self, conn):
        self.calls += 1
        if self.calls <= self._times:
            async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as other:
                await other.execute("SELECT pg_terminate_backend(%s)", [conn.info.backend_pid])
        return await (await conn.execute("SELECT 42")).fetchone()


@pytest.mark.parametrize("times", [1, 2])
async def test_a_query_on_a_cut_connection_is_retried(database, database_url, times):
    query = Cut(database_url, times)
    assert await database.run(query) == (42,)
    assert query.calls == times + 1


async def test_all_connections_cut_at_once_are_replaced(database, database_url):
    for _ in range(3):
        await rows(database, "SELECT 1")
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert await rows(database, "SELECT 42") == [(42,)]


async def test_a_connection_to_a_server_that_is_read_only_is_replaced(database):
    used = []

    async def write(conn):
        used.append(conn)
        if len(used) == 1:
            await conn.execute("SET default_transaction_read_only = on")
        await conn.execute("INSERT INTO workspaces VALUES ('T1')")

    await database.run(write)
    assert [conn.closed for conn in used] == [True, False]


async def test_a_statement_whose_type_a_migration_changes_is_prepared_anew(own_database_url):
    database = Database(own_database_url, _limit())
    with psycopg.connect(own_database_url, autocommit=True) as other:
        other.execute("CREATE TABLE t AS SELECT 42 AS i")
        await database.open()
        try:
            for _ in range(10):  # from the sixth on, prepared
                assert await rows(database, "SELECT i FROM t") == [(42,)]
            other.execute("ALTER TABLE t ALTER i TYPE text")
            assert await rows(database, "SELECT i FROM t") == [("42",)]
        finally:
            await database.close()


async def test_patience_ends_when_every_try_is_cut(database, database_url):
    query = Cut(database_url, 1000)
    why = f"AdminShutdown|OperationalError|no connection in time|{LATE}"
    with pytest.raises(UnavailableError, match=why):
        await database.run(query, patience=0.5)


async def test_patience_ends_when_the_database_does_not_answer(database):
    with pytest.raises(UnavailableError):
        await database.run(lambda c: c.execute("SELECT pg_sleep(3600)"), patience=0.3)
    assert await rows(database, "SELECT 42") == [(42,)]


async def test_canceling_closes_the_connection_without_canceling_the_query(database):
    asking = asyncio.create_task(database.run(lambda c: c.execute("SELECT pg_sleep(3601)")))
    running = "SELECT pid FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(3601)' AND state"
    while not (found := await rows(database, f"{running} = 'active'")):  # noqa: ASYNC110 (it comes)
        await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    # Canceling would release a commit that waits for its standby.
    assert await rows(database, f"{running} = 'active'") == found
    await rows(database, f"SELECT pg_terminate_backend({found[0][0]})")


async def test_patience_ends_even_if_a_connection_arrives_at_that_moment(own_database_url):
    limits = Limits(pool_min=1, pool_max=1, patience=0.3, statement=3600)
    database = Database(own_database_url, limits)
    await database.open()
    taken = await database.pool.getconn(timeout=PATIENCE)
    asking = asyncio.create_task(database.run(lambda c: c.execute("SELECT pg_sleep(3600)")))
    while not database.read_pool_state()["waiting"]:  # noqa: ASYNC110 (it comes)
        await asyncio.sleep(0)
    await database.pool.putconn(taken)
    time.sleep(0.5)  # noqa: ASYNC251 (block the loop beyond the patience)
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(UnavailableError):
            await asking
    await database.close()


async def test_patience_ends_when_every_connection_is_taken(database_url):
    database = Database(database_url, _limit(connect=0.2))
    await database.open()
    try:
        async with database.pool.connection(timeout=PATIENCE):
            with pytest.raises(UnavailableError, match=f"no connection in time|{LATE}"):
                await database.run(lambda c: c.execute("SELECT 1"), patience=0.3)
        assert await rows(database, "SELECT 42") == [(42,)]
    finally:
        await database.close()


async def test_a_connection_whose_return_is_canceled_is_not_lost(database_url):
    """Once all were lost, nothing but a restart helped."""
    database = Database(database_url, _limit())
    await database.open()
    asked, lock = asyncio.Event(), database.pool._lock

    async def ask(conn):
        await conn.execute("SELECT 1")
        await lock.acquire()  # as when others get and return connections
        asked.set()

    try:
        asking = asyncio.create_task(database.run(ask))
        await asked.wait()
        asking.cancel()
        await asyncio.wait({asking})
        lock.release()
        assert asking.cancelled()
        assert await rows(database, "SELECT 42") == [(42,)]
    finally:
        await database.close()


async def test_requests_that_gave_up_no_longer_wait(database_url):
    database = Database(database_url, _limit(connect=0.2))
    await database.open()
    try:
        async with database.pool.connection(timeout=PATIENCE):
            with pytest.raises(UnavailableError):
                await database.run(lambda c: c.execute("SELECT 1"), patience=0.3)
            canceled = asyncio.create_task(database.pool.getconn(timeout=PATIENCE))
            await asyncio.sleep(0)
            canceled.cancel()
            await asyncio.wait({canceled})
            assert database.read_pool_state()["waiting"] == 0
    finally:
        await database.close()


async def test_a_statement_times_out(database_url):
    database = Database(database_url, _limit(statement=0.1))
    await database.open()
    try:
        async with database.pool.connection(timeout=PATIENCE) as conn:
            with pytest.raises(errors.QueryCanceled):
                await conn.execute("SELECT pg_sleep(3600)")
        with pytest.raises(UnavailableError, match=f"57014|{LATE}"):
            await database.run(lambda c: c.execute("SELECT pg_sleep(3600)"), patience=0.5)
    finally:
        await database.close()


async def test_programming_errors_are_not_retried(database):
    calls = []

    async def wrong(conn):
        calls.append(1)
        await conn.execute("SELECT FROM nowhere")

    with pytest.raises(errors.UndefinedTable):
        await database.run(wrong)
    assert len(calls) == 1


async def test_a_value_too_large_for_postgresql_is_not_tried_again(database):
    with pytest.raises(errors.ProgramLimitExceeded):
        await database.run(lambda c: c.execute("SELECT array_fill(0, ARRAY[1 << 30])"))


async def test_a_closed_pool_fails_at_once(database):
    await database.close()
    with pytest.raises(UnavailableError, match="PoolClosed"):
        await database.run(lambda c: c.execute("SELECT 1"), patience=3600)


async def test_the_error_says_why_there_is_no_connection_without_the_password(database_url):
    url = psycopg.conninfo.make_conninfo(database_url, password="hunter2", port=1)
    database = Database(url, Limits(connect=0.2))
    await database.open()
    try:
        async with asyncio.timeout(PATIENCE):
            while not database.pool.trouble:  # noqa: ASYNC110 (the pool sends no event)
                await asyncio.sleep(0)
        with pytest.raises(UnavailableError, match=f"failed: No such file|{LATE}") as told:
            await database.run(lambda c: c.execute("SELECT 1"), patience=0.3)
        assert "hunter2" not in str(told.value)
    finally:
        await database.close()


async def _settings(conn):
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    return [await (await conn.execute(f"SHOW {name}")).fetchone() for name in names]


async def test_each_connection_has_the_configured_timeouts(database_url):
    database = Database(database_url, Limits(statement=7.0, patience=PATIENCE))
    await database.open()
    try:
        assert await database.run(_settings) == [("7s",), ("2s",), ("1min",)]
        found = await rows(database, "SELECT current_setting('application_name')")
    finally:
        await database.close()
    assert found == [("pptbot",)]


async def test_settings_of_the_role_do_not_break_statements(database_url):
    options = (
        "-c array_nulls=off -c transaction_timeout=1h -c default_transaction_isolation=serializable"
    )
    url = psycopg.conninfo.make_conninfo(database_url, options=options)
    database = Database(url, Limits(patience=PATIENCE))
    await database.open()
    settings = "current_setting('transaction_isolation'), current_setting('transaction_timeout')"
    try:
        found = await rows(database, f"SELECT '{{NULL}}'::text[], {settings}")
    finally:
        await database.close()
    assert found == [([None], "read committed", "0")]


async def test_times_are_in_utc_whatever_the_role_has_set(database_url):
    options = "-c timezone=Europe/Berlin -c datestyle=German"
    database = Database(psycopg.conninfo.make_conninfo(database_url, options=options), Limits())
    await database.open()
    try:
        ((at, zone),) = await rows(
            database, "SELECT '2027-03-28 00:30Z'::timestamptz, current_setting('TimeZone')"
        )
    finally:
        await database.close()
    assert (at.tzinfo, zone) == (UTC, "UTC")
    # 2 hours later by Berlin's clock would be 1 hour later, since it skips an hour.
    assert at + timedelta(hours=2) == datetime(2027, 3, 28, 2, 30, tzinfo=UTC)


def test_times_are_in_utc_where_the_session_has_another_zone(database_url):
    options = "-c timezone=Europe/Berlin"
    with psycopg.connect(database_url, options=options) as conn:
        ((at,),) = conn.execute("SELECT '2027-03-28 00:30Z'::timestamptz").fetchall()
    assert at.tzinfo is UTC


def test_the_default_statement_timeout_is_five_seconds():
    assert Limits().statement == 5.0


async def test_a_lock_timeout_is_reported(database_url):
    database = Database(database_url, _limit(pool_max=2, lock=0.1))
    await database.open()
    try:
        with psycopg.connect(database_url) as other:
            other.execute("LOCK TABLE leaderboard")
            with pytest.raises(UnavailableError, match=f"LockNotAvailable 55P03|{LATE}"):
                await database.run(lambda c: c.execute("SELECT FROM leaderboard"), patience=1.0)
        assert await rows(database, "SELECT count(*) FROM leaderboard") == [(0,)]
    finally:
        await database.close()


async def test_an_idle_transaction_loses_its_locks_and_is_retried(database_url):
    database = Database(database_url, _limit(transaction=0.1))
    await database.open()
    tries, locked, noticed = [], asyncio.Event(), asyncio.Event()

    async def forget(conn):
        tries.append(1)
        async with conn.transaction():
            await conn.execute("LOCK TABLE leaderboard")
            locked.set()
            await noticed.wait()

    task = asyncio.create_task(database.run(forget, patience=PATIENCE))
    await locked.wait()
    try:
        async with await psycopg.AsyncConnection.connect(database_url) as other:
            await other.execute("SET lock_timeout = '60s'")
            await other.execute("SELECT FROM leaderboard")
    finally:
        noticed.set()
        await task
        await database.close()
    assert len(tries) >= 2  # more if the machine takes a tenth of a second between two statements


async def test_a_connection_is_replaced_after_its_lifetime(database_url):
    database = Database(database_url, _limit(lifetime=0.0001))
    await database.open()
    try:
        pids = {(await rows(database, "SELECT pg_backend_pid()"))[0] for _ in range(5)}
    finally:
        await database.close()
    assert len(pids) > 1


async def test_an_idle_connection_is_checked_before_use(database, monkeypatch):
    await rows(database, "SELECT 1")
    monkeypatch.setattr(module, "_RESTED", -1.0)
    hung_up = []
    monkeypatch.setattr(module, "hang_up", hung_up.append)
    assert await rows(database, "SELECT 42") == [(42,)]
    assert hung_up == []


async def test_an_idle_connection_that_hangs_is_replaced_in_time(database_url, monkeypatch):
    """A firewall that has forgotten the connection drops what is sent, and nothing comes back."""
    monkeypatch.setattr(module, "_RESTED", -1.0)
    where = psycopg.conninfo.conninfo_to_dict(database_url)
    async with _Swallow(f"{where['host']}/.s.PGSQL.{where['port']}") as way:
        url = psycopg.conninfo.make_conninfo(database_url, host="127.0.0.1", port=way.port)
        database = Database(url, _limit())
        await database.open()
        try:
            await rows(database, "SELECT 1")
            way.swallow()
            assert await rows(database, "SELECT 42") == [(42,)]
        finally:
            await database.close()


async def test_after_a_query_without_an_answer_no_other_waits_on_a_dead_connection(database_url):
    """A failover leaves all connections to a host that is gone; none of them is reset."""
    where = psycopg.conninfo.conninfo_to_dict(database_url)
    async with _Swallow(f"{where['host']}/.s.PGSQL.{where['port']}") as way:
        url = psycopg.conninfo.make_conninfo(database_url, host="127.0.0.1", port=way.port)
        database = Database(url, _limit(pool_min=3, pool_max=3))
        await database.open()
        await database.pool.wait(PATIENCE)
        try:
            await rows(database, "SELECT 1")  # one was used, the others only opened
            way.swallow()
            with pytest.raises(UnavailableError, match=LATE):
                await database.run(lambda c: c.execute("SELECT 1"), patience=0.1)
            assert await rows(database, "SELECT 42") == [(42,)]
        finally:
            await database.close()


class _Swallow:
    """A proxy to a Unix socket that can stop forwarding for the connections made so far."""

    def __init__(self, path):
        self._path = path
        self._open = []
        self.port = 0

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for task, writers in self._open:
            task.cancel()
            for writer in writers:
                writer.close()
        await asyncio.gather(*(task for task, _ in self._open), return_exceptions=True)

    def swallow(self):
        for task, _ in self._open:
            task.cancel()

    async def _connected(self, reader, writer):
        there, back = await asyncio.open_unix_connection(self._path)
        both = asyncio.gather(_pipe(reader, back), _pipe(there, writer))
        self._open.append((both, (writer, back)))
        await asyncio.gather(both, return_exceptions=True)


async def _pipe(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


@pytest.fixture
async def impatient(database_url):
    """A database that logs every statement as slow."""
    database = Database(database_url, Limits(slow=0.0, patience=PATIENCE))
    await database.open()
    yield database
    await database.close()


async def test_slow_statements_are_logged_by_function_name(impatient, log_lines):
    key = SlotKey("T-secret", "C1", "1.0")
    written = ReplyToWrite(key, ScoreReply("hunter2", 1))
    await impatient.run(lambda c: outbox.write(c, written))
    now = datetime.now(UTC) + timedelta(seconds=1)
    (reply,), _ = await impatient.run(lambda c: claims.claim(c, "T-secret", 1, now))
    settled = [Settlement(reply, done=True, posted="2.0")]
    await impatient.run(lambda c: claims.settle(c, "T-secret", settled, now))
    await impatient.run(lambda c: c.execute("INSERT INTO workspaces VALUES ('T-secret')"))
    for team in await impatient.run(list_teams):
        await impatient.run(lambda c: upkeep.tidy(c, team))  # noqa: B023 (run now)
    told = logged(log_lines, "database.slow")
    names = [line["statement"] for line in told if line["statement"] != "other"]
    assert list(dict.fromkeys(names)) == [
        "outbox.outbox.write",
        "outbox.claims.claim",
        "outbox.claims.settle",
        "workspace.workspaces.list_teams",
        "server.upkeep.tidy",
    ]
    assert all(line["ms"] >= 0 and line["level"] == "warning" for line in told)
    assert not any("error" in line for line in told)
    assert not [word for word in ("hunter2", "T-secret", "SELECT", "INSERT") if word in str(told)]


async def test_a_failed_slow_statement_is_logged_with_its_error(impatient, log_lines):
    async def wrong(conn):
        await conn.execute("SELECT 'hunter2' FROM nowhere")

    with pytest.raises(errors.UndefinedTable):
        await impatient.run(wrong)
    assert logged(log_lines, "database.slow")[-1]["error"] == "UndefinedTable"
    assert "hunter2" not in log_lines.read_text()


async def test_only_slow_statements_are_logged(database_url, log_lines):
    database = Database(database_url, Limits(slow=0.15, patience=PATIENCE))
    await database.open()
    try:
        await rows(database, "SELECT 1")
        await rows(database, "SELECT pg_sleep(0.2)")
    finally:
        await database.close()
    slow = logged(log_lines, "database.slow")
    assert min(line["ms"] for line in slow) >= 150
    assert {line["statement"] for line in slow} == {"other"}
    quick = Database(database_url, Limits(slow=PATIENCE, patience=PATIENCE))
    await quick.open()
    await rows(quick, "SELECT pg_sleep(0.2)")
    await quick.close()
    assert logged(log_lines, "database.slow") == slow


async def test_slow_bulk_statements_are_logged_too(impatient, log_lines):
    async def many(conn):
        query = "INSERT INTO told (team_id, user_id, about) VALUES (%s, %s, %s)"
        async with conn.cursor() as cursor:
            await cursor.executemany(query, [("T", f"U{n}", "x") for n in range(3)])

    before = len(logged(log_lines, "database.slow"))
    await impatient.run(many)
    assert len(logged(log_lines, "database.slow")) > before


async def test_the_pool_reports_its_state(database):
    await rows(database, "SELECT 1")
    async with database.pool.connection():
        state = database.read_pool_state()
    assert state["total"] >= 1
    assert state["idle"] < state["total"]
    assert (state["waiting"], state["max"], state["errors"]) == (0, 10, 0)
    assert state["requests"] >= 2
