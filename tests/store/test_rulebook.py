"""What each process knows of the rules without a query."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from app.core.refusals import ActiveBan
from app.core.settings.definitions import Settings
from app.store.database import Database, UnavailableError
from app.store.workspace.rulebook import Rulebook
from tests.store.casting import rows, wait_until_blocked
from tests.talk import PATIENT_LIMITS

DECIDED = (
    "INSERT INTO settings (team_id, channel_id, name, value, changed_by)"
    " VALUES ('T1', '', 'undo_window', '30', 'U1') RETURNING 1"
)


async def test_an_older_reading_does_not_overwrite_a_newer_one(database):
    class Late:
        """Returns what it read before the rules were changed and learned."""

        is_first = True

        async def run(self, query, *args):
            before = await database.run(query, *args)
            if self.is_first:
                self.is_first = False
                await rows(database, DECIDED)
                await rulebook.learn()
            return before

    rulebook = Rulebook(Late())
    await rulebook.learn()
    assert rulebook.get_settings("T1").undo_window == 1800


async def test_a_ban_that_has_ended_is_known_for_votes_that_arrive_late(database):
    until, rulebook = datetime(2024, 11, 28, 9, tzinfo=UTC), Rulebook(database)
    since = until - timedelta(days=7)
    query = "INSERT INTO bans VALUES ('T1', 'U1', %s, 'U2', %s) RETURNING 1"
    await rows(database, query, until, since)
    await rulebook.learn()
    rules = await rulebook.read_rules("T1")
    assert rules.find_ban("U1", until - timedelta(seconds=1)) == ActiveBan(until)
    assert rules.find_ban("U1", until) is None
    assert rules.find_ban("U1", since) == ActiveBan(until)
    assert rules.find_ban("U1", since - timedelta(seconds=1)) is None


async def _decide(database, team, minutes, version):
    await rows(
        database,
        "INSERT INTO settings (team_id, channel_id, name, value, changed_by)"
        " VALUES (%s, '', 'undo_window', %s::text::jsonb, 'U1')"
        " ON CONFLICT (team_id, channel_id, name) DO UPDATE SET value = EXCLUDED.value RETURNING 1",
        team,
        str(minutes),
    )
    if version:
        await rows(database, "SELECT change_rules(%s)", team)


async def test_only_rules_with_a_new_version_are_read_each_second(database):
    now = 0.0
    rulebook = Rulebook(database, clock=lambda: now)
    await rulebook.learn()
    await _decide(database, "T1", 30, version=True)
    await _decide(database, "T2", 30, version=False)
    await rulebook.follow()
    known = [rulebook.get_settings(team).undo_window for team in ("T1", "T2")]
    assert known == [1800, Settings().undo_window]
    now = 60.0
    await rulebook.follow()
    assert rulebook.get_settings("T2").undo_window == 1800


async def test_a_changed_workspace_is_read_again_and_others_stay(database):
    rulebook = Rulebook(database)
    for team in ("T1", "T2"):
        await _decide(database, team, 30, version=True)
    await rulebook.learn()
    await _decide(database, "T1", 20, version=True)
    await rulebook.follow()
    known = [rulebook.get_settings(team).undo_window for team in ("T1", "T2")]
    assert known == [1200, 1800]


async def test_a_deleted_workspace_is_no_longer_known(database):
    rulebook = Rulebook(database)
    await _decide(database, "T1", 30, version=True)
    await rulebook.learn()
    for table in ("settings", "workspaces"):
        await rows(database, f"DELETE FROM {table} WHERE team_id = 'T1' RETURNING 1")  # noqa: S608
    await rulebook.learn()
    assert (rulebook.list_teams(), rulebook.get_settings("T1")) == ([], Settings())


async def test_concurrent_first_messages_make_one_key(database):
    asked = []

    class Counting:
        async def run(self, query, *args):
            asked.append(query)
            return await database.run(query, *args)

    rulebook = Rulebook(Counting())
    await rulebook.learn()
    await rows(database, DECIDED)
    asked.clear()
    found = await asyncio.gather(*(rulebook.read_rules("T2") for _ in range(16)))
    assert len(asked) == 2
    assert {one.key for one in found} == {rulebook.get_rules("T2").key}
    # What T1 decided without a new version is read only once a minute.
    assert rulebook.get_settings("T1") == Settings()


async def test_a_new_workspace_does_not_wait_for_another_one(own_database_url):
    database, impatient = Database(own_database_url, PATIENT_LIMITS), []
    hurried = Database(own_database_url, replace(PATIENT_LIMITS, patience=0.5))
    await database.open()
    await hurried.open()

    class Either:
        """Runs each query patiently, unless it is to be impatient once."""

        async def run(self, query, *args):
            return await (impatient.pop() if impatient else database).run(query, *args)

    rulebook = Rulebook(Either())
    await rulebook.learn()
    with psycopg.connect(own_database_url) as importing:
        importing.execute("SELECT hold_rules('T1')")
        impatient.append(hurried)
        first = [asyncio.create_task(rulebook.read_rules("T1")) for _ in range(5)]
        while impatient:  # noqa: ASYNC110 (a query needn't signal)
            await asyncio.sleep(0)
        assert (await rulebook.read_rules("T2")).key  # while T1's rules are held
        ended = await asyncio.gather(*first, return_exceptions=True)
    assert len({id(error) for error in ended}) == 1
    with pytest.raises(UnavailableError):
        await first[0]
    await hurried.close()
    await database.close()


async def test_rules_change_only_between_votes(database):
    hold, change = "SELECT hold_rules('T1')", "SELECT change_rules('T1')"
    assert await rows(database, hold) == [(0,)]
    assert await rows(database, "SELECT team_id, rules FROM workspaces") == [("T1", 0)]
    async with database.pool.connection() as voting, database.pool.connection() as changing:
        async with voting.transaction():
            await voting.execute(hold)
            both = "SELECT hold_rules('T1'), change_rules('T2')"  # wait for nothing
            assert await rows(database, both) == [(0, 1)]
            changed = asyncio.create_task(changing.execute(change))
            await wait_until_blocked(database, changed)
        assert await (await changed).fetchone() == (1,)
        async with changing.transaction():
            await changing.execute(change)
            held = asyncio.create_task(voting.execute(hold))
            await wait_until_blocked(database, held)
        assert await (await held).fetchone() == (2,)


async def test_a_recreated_workspace_is_known_again(database):
    known = "INSERT INTO workspaces (team_id, rules, person_key) VALUES ('T1', 3, 'k') RETURNING 1"
    rulebook = Rulebook(database)
    await rows(database, known)
    await rulebook.learn()
    await rows(database, "DELETE FROM workspaces RETURNING 1")
    await rulebook.learn()
    await rows(database, known)
    await rulebook.follow()
    assert (await rulebook.read_rules("T1")).key == b"k"
