"""What is to be caught up on, by one process at a time, which blocks nobody else."""

import asyncio

import psycopg
import pytest

from app.store.database import Database
from app.store.outbox.homes import open_home
from app.store.workspace.rulebook import change_rules
from app.store.workspace.stored_channels import (
    list_unread,
    mark_unread,
    record_heard,
    record_privacy,
    try_catch_up_lock,
)
from app.store.workspace.workspace_rules import WorkspaceRules
from tests.patience import PATIENCE
from tests.store.casting import rows
from tests.talk import PATIENT_LIMITS

SNAPSHOTS = """
SELECT backend_xmin FROM pg_stat_activity
WHERE datname = current_database() AND state = 'idle in transaction'
"""


async def test_only_one_process_catches_up_for_a_team(database):
    async with (
        try_catch_up_lock(database, "T1") as first,
        try_catch_up_lock(database, "T1") as second,
        try_catch_up_lock(database, "T2") as other,
    ):
        assert (first, second, other) == (True, False, True)
    free = False
    async with asyncio.timeout(PATIENCE):
        while not free:  # until the server has noticed the closed connection
            async with try_catch_up_lock(database, "T1") as free:
                pass


async def test_the_roles_timeouts_do_not_end_the_lock(own_database_url):
    with psycopg.connect(own_database_url, autocommit=True) as conn:
        name = conn.info.dbname
        conn.execute(f'ALTER DATABASE "{name}" SET transaction_timeout = 500')
    database = Database(own_database_url, PATIENT_LIMITS)
    async with try_catch_up_lock(database, "T1"):
        with (
            pytest.raises(psycopg.errors.TransactionTimeout),
            psycopg.connect(own_database_url) as later,
        ):
            later.execute("SELECT pg_sleep(%s)", [PATIENCE])
        async with try_catch_up_lock(database, "T1") as again:
            assert not again


async def test_catching_up_does_not_hold_back_vacuum(database):
    async with try_catch_up_lock(database, "T1"):
        assert await rows(database, SNAPSHOTS) == [(None,)]


async def test_a_channel_marked_unread_again_keeps_its_earlier_start(database):
    for since in (1_763_660_200.0, 1_763_660_100.0, 1_763_660_300.0):
        await database.run(lambda c, at=since: mark_unread(c, "T1", ["C1"], at))
    assert await database.run(lambda c: list_unread(c, "T1")) == [("C1", 1_763_660_100.0)]


async def test_noting_channels_and_opening_homes_waits_for_no_change_of_the_rules(database):
    """A channel's new id locks the rules before the channels, so they'd deadlock."""

    async def note(conn):
        await record_heard(conn, {("T1", "C1"): "1763660200.000100"})
        await record_privacy(conn, "T1", {"C1": False})
        await open_home(conn, WorkspaceRules("T1"), "U1", None)

    await database.run(note)
    async with (
        database.pool.connection() as conn,
        database.pool.connection() as other,
        conn.transaction(),
        other.transaction(),
    ):
        await change_rules(conn, "T1")
        await other.execute("SET LOCAL lock_timeout = 1")
        await note(other)
