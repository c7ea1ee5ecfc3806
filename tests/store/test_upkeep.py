"""What is deleted when it has expired, and what never is."""

import asyncio
from functools import partial

from app.store import database as store_database
from app.store.database import Database, Limits
from app.store.server.upkeep import tidy
from app.usecases.upkeep import keep_statistics, keep_tidy
from tests.logged import logged
from tests.store.casting import rows

KNOWN = "INSERT INTO workspaces (team_id) VALUES ('T1') RETURNING 1"


async def test_only_expired_rows_are_deleted(database):
    await rows(database, KNOWN)
    await rows(
        database,
        """
        INSERT INTO messages (team_id, channel_id, message_ts, voted, heard_at) VALUES
            ('T1', 'C1', '1.1', true, now() - interval '3 days'),
            ('T1', 'C1', '1.2', false, now() - interval '3 days'),
            ('T1', 'C1', '1.3', false, now() - interval '1 day')
        RETURNING 1
        """,
    )
    await rows(
        database,
        """
        INSERT INTO outbox (team_id, channel_id, message_ts, kind, body, created_at, done_at)
        VALUES
            ('T1', 'C1', '1.1', 'votes', '[]', now(), now() - interval '91 days'),
            ('T1', 'C1', '1.2', 'votes', '[]', now() - interval '91 days', NULL),
            ('T1', 'C1', '1.3', 'votes', '[]', now(), now())
        RETURNING 1
        """,
    )
    assert await database.run(partial(tidy, team="T1")) == 2
    kept = await rows(database, "SELECT message_ts FROM messages ORDER BY 1")
    assert kept == [("1.1",), ("1.3",)]
    assert await rows(database, "SELECT message_ts FROM outbox ORDER BY 1") == [("1.2",), ("1.3",)]


async def test_a_cooldown_is_deleted_long_after_it_ended(database):
    await rows(database, KNOWN)
    await rows(
        database,
        """
        INSERT INTO cooldowns (team_id, giver_id, target_id, votes, given_at) VALUES
            ('T1', 'U1', 'U2', '{}', now() - interval '9 days'),
            ('T1', 'U1', 'U3', '{}', now() - interval '7 days')
        RETURNING 1
        """,
    )
    assert await database.run(partial(tidy, team="T1")) == 1
    assert await rows(database, "SELECT target_id FROM cooldowns") == [("U3",)]


async def test_recent_refusals_and_all_opt_out_notes_are_kept(database):
    await rows(database, KNOWN)
    await rows(
        database,
        """
        INSERT INTO told (team_id, user_id, about, told_at) VALUES
            ('T1', 'U1', 'refusal/self', now() - interval '2 days'),
            ('T1', 'U1', 'refusal/allowance', now() - interval '2 hours'),
            ('T1', 'U1', 'opted_out/U2', now() - interval '200 days')
        RETURNING 1
        """,
    )
    assert await database.run(partial(tidy, team="T1")) == 1
    told = await rows(database, "SELECT about FROM told ORDER BY 1")
    assert told == [("opted_out/U2",), ("refusal/allowance",)]


async def test_an_answered_question_is_kept_longer_than_an_unanswered_one(database):
    await rows(database, KNOWN)
    await rows(
        database,
        """
        INSERT INTO offers (team_id, channel_id, message_ts, voter_id, handle, user_id, answer,
            offered_at) SELECT 'T1', 'C1', '1.1', 'U1', 'bob', user_id, answer, now() - age
        FROM (VALUES ('U2', NULL, interval '1 day'), ('U3', NULL, '3 days'),
            ('U4', 'person', '89 days'), ('U5', 'person', '91 days')) AS o (user_id, answer, age)
        RETURNING 1
        """,
    )
    assert await database.run(partial(tidy, team="T1")) == 2
    assert await rows(database, "SELECT user_id FROM offers ORDER BY 1") == [("U2",), ("U4",)]


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
