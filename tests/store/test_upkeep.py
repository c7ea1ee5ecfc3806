"""What is deleted when it has expired, and what never is."""

import asyncio
from functools import partial

import pytest

from app.store import database as store_database
from app.store.database import Database, Limits, UnavailableError
from app.store.server.upkeep import tidy
from app.usecases.upkeep import keep_statistics, keep_tidy, repeat
from tests.logged import logged
from tests.store.casting import rows
from tests.tables import each

KNOWN = "INSERT INTO workspaces (team_id) VALUES ('T1') RETURNING 1"


# Per table: columns, rows that stay, and rows that are deleted.
EXPIRED = [
    (
        "messages (channel_id, message_ts, voted, heard_at)",
        "('C1', '1.1', true, now() - interval '3 days')",
        "('C1', '1.2', false, now() - interval '47 hours')",
        "('C1', '1.3', false, now() - interval '49 hours')",
    ),
    (
        "outbox (channel_id, message_ts, kind, body, created_at, done_at)",
        "('C1', '1.1', 'votes', '[]', now() - interval '91 days', NULL)",
        "('C1', '1.2', 'votes', '[]', now(), now() - interval '89 days')",
        "('C1', '1.3', 'votes', '[]', now(), now() - interval '91 days')",
    ),
    (
        "turns (channel_id, free_at)",
        "('C1', now() - interval '23 hours')",
        "('C2', now() + interval '1 hour')",
        "('C3', now() - interval '25 hours')",
    ),
    (
        "homes (user_id, opened_at)",
        "('U1', now() - interval '23 hours')",
        "('U2', now())",
        "('U3', now() - interval '25 hours')",
    ),
    (
        "cooldowns (giver_id, target_id, given_at)",
        "('U1', 'U2', now() - interval '7 days')",
        "('U1', 'U3', now() - interval '191 hours')",
        "('U1', 'U4', now() - interval '193 hours')",
    ),
    (
        "allowances (giver_id, day, spent)",
        "('U1', current_date, 1)",
        "('U2', current_date - 8, 1)",
        "('U3', current_date - 9, 1)",
    ),
    (
        "giver_days (giver_id, day, since, spent_at)",
        "('U1', current_date, now(), now())",
        "('U2', current_date, now() - interval '191 hours', now())",
        "('U3', current_date, now() - interval '193 hours', now())",
    ),
    (
        "told (user_id, about, told_at)",
        "('U1', 'opted_out/U2', now() - interval '200 days')",
        "('U1', 'refusal/self', now() - interval '23 hours')",
        "('U1', 'refusal/allowance', now() - interval '25 hours')",
    ),
    (
        "told (user_id, about, told_at)",
        "('U2', 'opted_out/hint/', now() - interval '200 days')",
        "('U2', 'hint/1', now() - interval '23 hours')",
        "('U2', 'hint/2', now() - interval '25 hours')",
    ),
    ("digests (day)", "(current_date)", "(current_date - 30)", "(current_date - 31)"),
    (
        "refusals (day, reason, votes)",
        "(current_date, 'self', 1)",
        "(current_date - 90, 'self', 1)",
        "(current_date - 91, 'self', 1)",
    ),
    (
        "offers (channel_id, message_ts, voter_id, handle, user_id, answer, offered_at)",
        "('C1', '1.1', 'U1', 'bob', 'U2', NULL, now() - interval '47 hours')",
        "('C1', '1.1', 'U1', 'bob', 'U3', 'person', now() - interval '89 days')",
        "('C1', '1.1', 'U1', 'bob', 'U4', NULL, now() - interval '49 hours')",
        "('C1', '1.1', 'U1', 'bob', 'U5', 'thing', now() - interval '91 days')",
    ),
    ("channels (channel_id)", "('C1')", "('C2')", "('C0')"),
]


FORMER = """
INSERT INTO former_channels (team_id, former_id, channel_id) VALUES ('T1', 'C0', 'C1')
"""


@each("into, values", [(into, values) for into, *values in EXPIRED])
async def test_only_expired_rows_are_deleted(database, into, values):
    table, columns = into.split(" (")

    async def insert(conn, *added):
        added = ", ".join(f"('T1', {one[1:]}" for one in added)
        statement = f"INSERT INTO {table} (team_id, {columns} VALUES {added}"  # noqa: S608
        await conn.execute(statement)

    async def read(conn):
        return await (await conn.execute(f"SELECT * FROM {table}")).fetchall()  # noqa: S608 (constants)

    async def try_tidy(conn):
        async with conn.transaction(force_rollback=True):  # all at the same time of the same day
            await conn.execute(FORMER)
            await insert(conn, *values[:2])
            kept = await read(conn)
            await insert(conn, *values[2:])
            assert await tidy(conn, "T1") == len(values[2:])
            assert await read(conn) == kept

    await database.run(try_tidy)


async def test_a_locked_row_does_not_stop_the_rest_of_the_tidying(database, monkeypatch, log_lines):
    monkeypatch.setattr(store_database, "_LOCK_SECONDS", 0.1)  # needed by nothing else here
    await rows(database, KNOWN)
    await rows(
        database,
        """
        INSERT INTO outbox (team_id, channel_id, message_ts, kind, body, done_at)
        VALUES ('T1', 'C1', '1.1', 'votes', '[]', now() - interval '91 days') RETURNING 1
        """,
    )
    old = "INSERT INTO turns VALUES ('T1', 'C1', now() - interval '2 days') RETURNING 1"
    await rows(database, old)
    async with database.pool.connection() as holding, holding.transaction():
        await holding.execute("SELECT FROM outbox WHERE team_id = 'T1' FOR UPDATE")
        assert await database.run(partial(tidy, team="T1")) == 1
    (late,) = logged(log_lines, "upkeep.late")
    assert (late["team"], late["reason"]) == ("T1", "canceling statement due to lock timeout")
    assert await rows(database, "SELECT FROM turns") == []
    assert await database.run(partial(tidy, team="T1")) == 1
    assert await rows(database, "SELECT FROM outbox") == []


async def test_tidying_may_take_longer_than_the_default_patience(database, log_lines):
    hurried = Database(database.url, Limits(patience=0))
    await hurried.open()
    tidying = asyncio.create_task(keep_tidy(hurried))
    while not logged(log_lines, "upkeep.done"):
        assert logged(log_lines, "upkeep.skipped") == []
        await asyncio.sleep(0)
    tidying.cancel()
    await hurried.close()


async def test_upkeep_is_skipped_while_the_database_is_away(database, log_lines):
    await database.close()
    await keep_statistics(database, lambda: 10**9, 0)
    assert logged(log_lines, "statistics.skipped")
    tidying = asyncio.create_task(keep_tidy(database))
    while not logged(log_lines, "upkeep.skipped"):
        assert not tidying.done()
        await asyncio.sleep(0)
    tidying.cancel()


async def test_repeated_work_logs_once_that_the_database_is_away(log_lines):
    away, stop = UnavailableError("away"), asyncio.CancelledError()
    outcomes = iter((away, away, None, away, None, stop))

    async def work():
        if error := next(outcomes):
            raise error

    with pytest.raises(asyncio.CancelledError):
        await repeat(work, 0, "timers.wait")
    waits = logged(log_lines, "timers.wait")
    assert [line["reason"] for line in waits] == ["away", "away"]
