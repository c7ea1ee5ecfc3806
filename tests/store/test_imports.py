"""Importing scores: during votes, in lock order, and into a workspace that is known only later."""

import asyncio
from dataclasses import replace
from datetime import date

import psycopg
import pytest

from app import CommandError
from app.cli.import_scores import ScoreImport, roll_back_batch
from app.core.transfer.score_file import ScoreEntry, read_entries
from app.store.people import merging
from app.store.people.merge_transfer import Transfer
from app.store.people.merging import MergeResult, UnmergeRequest
from app.store.server import operating
from app.store.transfer import batches, imports
from app.store.votes import LOCK_RENAMES
from app.store.workspace import workspaces
from app.store.workspace.rulebook import Rulebook
from app.usecases import privacy
from tests.differences import find_differences
from tests.patience import PATIENCE
from tests.store.casting import (
    add_seasons,
    at_season,
    ballot,
    cast,
    rows,
    ruled,
    rules_of,
    scores,
    spoken,
    ts_of,
    wait_until_blocked,
)

DISAGREE = """
SELECT coalesce(h.target_id, l.target_id) FROM
    (SELECT team_id, target_id, sum(delta) AS n FROM vote_history GROUP BY 1, 2) AS h
FULL JOIN (SELECT * FROM leaderboard WHERE board IN ('users', 'things')) AS l
USING (team_id, target_id) WHERE coalesce(n, 0) <> coalesce(score, 0)
"""

TRIGGER = """
CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER lose BEFORE UPDATE ON leaderboard FOR EACH ROW WHEN (new.score = 7)
EXECUTE FUNCTION lose();
"""


@pytest.fixture
def conn(database_url):
    with psycopg.connect(database_url, autocommit=True) as conn:
        yield conn


def read_scores(given):
    pairs = (pair for one in given.items() for pair in zip(("map_key", "number"), one, strict=True))
    return read_entries(iter([("start_map", None), *pairs, ("end_map", None)]))


def take(conn, given, batch="b1", team="T1", file_hash="h1"):
    """Import the scores in *given*; return whether they count."""
    takeover = ScoreImport(conn, team, skip_bad=False, report_fault=lambda _: None)
    with conn.transaction():
        summary = takeover.read(read_scores(given))
        return takeover.write(batch, file_hash, summary)


async def test_imports_add_to_all_time_and_first_season_boards(conn, database):
    await add_seasons(database)
    spoke = ballot(spoken(by="U9"), ruled({"U1": 2, "thing:postgres": 1}))
    spoke = replace(spoke, when=at_season(spoke.when.day))
    await database.run(lambda c: cast(c, spoke))
    periods = "SELECT count(*) FROM leaderboard WHERE board ~ '/[0-9]'"
    before = await rows(database, periods)
    assert take(conn, {"U1": 40, "U2": -3, "Postgres": 4})
    assert await scores(database) == {"U1": 42, "U2": -3}
    assert await scores(database, "things") == {"thing:postgres": 5}
    assert await scores(database, "users/S1") == {"U1": 42, "U2": -3}
    assert await scores(database, "things/S1") == {"thing:postgres": 5}
    assert await scores(database, "givers") == {"U9": 3}
    assert await rows(database, periods) == before
    assert find_differences(conn) == []
    kinds = "SELECT DISTINCT kind, channel_id, message_ts, voter_id, day FROM vote_history"
    assert ("import", "", "import/b1", "", None) in await rows(database, kinds)


async def test_an_existing_spelling_is_kept(conn, database):
    spoke = ballot(spoken(by="U9"), ruled({"thing:postgres": 1}))
    await database.run(lambda c: cast(c, spoke))
    take(conn, {"PostGres": 4, "Redis": 1})
    spelled = dict(await rows(database, "SELECT target_id, spelling FROM things"))
    assert spelled == {"thing:postgres": "postgres", "thing:redis": "Redis"}


async def test_a_file_counts_once_and_again_after_a_rollback(conn, database):
    await add_seasons(database)
    assert take(conn, {"U1": 1})
    assert not take(conn, {"U1": 1}, batch="b2")
    with conn.transaction():
        batch = batches.lock_by_name(conn, "b1", None)
        assert batch
        roll_back_batch(conn, batch)
    assert await scores(database) == await scores(database, "users/S1") == {"U1": 0}
    assert take(conn, {"U1": 1}, batch="b3")
    assert await scores(database) == await scores(database, "users/S1") == {"U1": 1}
    assert find_differences(conn) == []


def take_batch_out(conn, batch="b1"):
    with conn.transaction():
        found = batches.lock_by_name(conn, batch, None)
        assert found
        return roll_back_batch(conn, found)


async def merge(database, source, into, ts="merge/1"):
    done = await database.run(
        lambda c: merging.merge(c, Transfer("T1", source, into, ts), rules_of(), "U9")
    )
    assert isinstance(done, MergeResult)


async def unmerge(database, source):
    wanted = UnmergeRequest("T1", "U9", source)
    done = await database.run(lambda c: merging.unmerge(c, wanted, rules_of().hash_target))
    assert isinstance(done, MergeResult)


async def test_imports_for_a_merged_name_count_for_its_target(conn, database):
    await add_seasons(database)
    await merge(database, "thing:alpha", "thing:beta")
    await merge(database, "thing:beta", "thing:gamma", "merge/2")
    assert take(conn, {"Alpha": 2, "beta": 5, "gamma": 1, "U1": 4})
    expected = {"thing:alpha": 0, "thing:beta": 0, "thing:gamma": 8}
    assert drop_zeros(await scores(database, "things")) == drop_zeros(expected)
    assert drop_zeros(await scores(database, "things/S1")) == drop_zeros(expected)
    assert await scores(database) == {"U1": 4}
    assert find_differences(conn) == []
    take_batch_out(conn)
    assert drop_zeros(await scores(database, "things")) == {}
    assert find_differences(conn) == []


async def test_rolling_back_a_batch_follows_a_later_merge(conn, database):
    take(conn, {"alpha": 2})
    await add_seasons(database)
    take(conn, {"beta": 5}, "b2", file_hash="h2")
    await merge(database, "thing:alpha", "thing:beta")
    assert drop_zeros(await scores(database, "things")) == {"thing:beta": 7}
    summary = take_batch_out(conn)
    assert (summary.read, summary.total) == (1, imports.Sum(1, -2))
    assert drop_zeros(await scores(database, "things")) == {"thing:beta": 5}
    assert drop_zeros(await scores(database, "things/S1")) == {"thing:beta": 5}
    assert find_differences(conn) == []
    await unmerge(database, "thing:alpha")
    assert drop_zeros(await scores(database, "things")) == {"thing:beta": 5}
    assert find_differences(conn) == []


async def test_points_imported_after_a_merge_return_when_it_is_undone(conn, database):
    await merge(database, "U1", "U2")
    take(conn, {"U1": 3, "U2": -3})
    assert drop_zeros(await scores(database)) == {}
    await unmerge(database, "U1")
    assert await scores(database) == {"U1": 3, "U2": -3}
    take_batch_out(conn)
    assert drop_zeros(await scores(database)) == {}
    assert find_differences(conn) == []


@pytest.mark.parametrize("secret", [None, "a secret"])
async def test_imports_for_merged_and_forgotten_people_follow_the_merge(conn, database, secret):
    await merge(database, "U1", "U2")
    await privacy.forget(Rulebook(database, secret=secret), "T1", "U1")
    takeover = ScoreImport(conn, "T1", skip_bad=False, report_fault=lambda _: None, secret=secret)
    with conn.transaction():
        assert takeover.write("b1", "h1", takeover.read(read_scores({"U1": 3, "U2": 4, "U3": 5})))
    assert drop_zeros(await scores(database)) == {"U2": 7, "U3": 5}
    assert await rows(database, "SELECT 1 FROM vote_history WHERE target_id = 'U1'") == []
    assert find_differences(conn) == []
    take_batch_out(conn)
    assert drop_zeros(await scores(database)) == {}
    assert find_differences(conn) == []


@pytest.mark.parametrize("most", [(1 << 63) - 2, -(1 << 63) + 2])
async def test_merged_names_that_exceed_the_limit_together_are_refused(conn, database, most):
    await merge(database, "U1", "U2")
    told = []
    takeover = ScoreImport(conn, "T1", skip_bad=True, report_fault=told.append)
    with conn.transaction():
        summary = takeover.read(read_scores({"U1": most, "U2": most, "U3": 1}))
        assert takeover.write("b1", "h1", summary)
    assert [fault.name for fault in told] == ["U1", "U2"]
    assert drop_zeros(await scores(database)) == {"U3": 1}


async def test_concurrent_imports_and_merges_lose_no_point(conn, database_url, database):
    ways = [Transfer("T1", f"U{n}", "U9", f"merge/{n}") for n in range(1, 9)]

    def importing(n):
        with psycopg.connect(database_url, autocommit=True) as other:
            take(other, {f"U{m}": 1 for m in range(9, 0, -1)}, f"b{n}", file_hash=f"h{n}")
            if n % 2:
                take_batch_out(other, f"b{n}")

    async def merging_one(way):
        await database.run(lambda c: merging.merge(c, way, rules_of(), "U0"), patience=PATIENCE)

    work = [asyncio.to_thread(importing, n) for n in range(8)]
    await asyncio.gather(*work, *map(merging_one, ways))
    assert drop_zeros(await scores(database)) == {"U9": 4 * 9}
    assert find_differences(conn) == []


def drop_zeros(found):
    """Return the scores in *found* that aren't 0, and so have a place."""
    return {target: score for target, score in found.items() if score}


async def test_an_import_counts_for_the_first_season_whatever_began_since(conn, database):
    await add_seasons(database, 3)
    spoke = replace(ballot(spoken(by="U9"), ruled({"U1": 2})), when=at_season(date(2026, 5, 6), 3))
    await database.run(lambda c: cast(c, spoke))
    assert take(conn, {"U1": 5})
    assert await scores(database, "users/S3") == {"U1": 2}
    assert await scores(database, "users/S1") == {"U1": 5}
    assert find_differences(conn) == []


@pytest.mark.parametrize("score", [10**15 - 2, 2 - 10**15])
async def test_a_score_too_large_only_on_the_season_board_is_refused(database, conn, score):
    """Later seasons took back what the first gave: all time has room, the first season hasn't."""
    await add_seasons(database)
    take(conn, {"U1": score})
    conn.execute("UPDATE leaderboard SET score = 0 WHERE board = 'users'")
    sign = 1 if score > 0 else -1
    take(conn, {"U1": 2 * sign}, "b2", file_hash="h2")
    with pytest.raises(CommandError, match="1 of 1 entries are bad"):
        take(conn, {"U1": sign}, "b3", file_hash="h3")


async def test_the_entries_read_and_stored_must_agree(conn):
    takeover = ScoreImport(conn, "T1", skip_bad=False, report_fault=lambda _: None)
    with conn.transaction():
        summary = takeover.read(read_scores({"U1": 1}))
        conn.execute("INSERT INTO entry SELECT 2, 'U2', 'U2', 'users', '', 5")
        with pytest.raises(CommandError, match="nothing was written"):
            takeover.write("b1", "h1", summary)


def test_a_score_missing_on_the_boards_is_noticed(own_database_url):
    with psycopg.connect(own_database_url, autocommit=True) as conn:
        take(conn, {"U1": 1, "U2": 1})
        conn.execute(TRIGGER)
        with pytest.raises(CommandError, match="the boards would have 2 scores with 1 point"):
            take(conn, {"U1": 1, "U2": 6}, "b2", file_hash="h2")
        assert conn.execute("SELECT count(*) FROM vote_history").fetchone() == (2,)


async def test_concurrent_votes_and_imports_of_the_same_scores_agree(database_url, database):
    many = {f"U{n}": 1 for n in range(1, 60)}

    def importing(n):
        with psycopg.connect(database_url, autocommit=True) as conn:
            take(conn, dict(reversed(many.items())), f"b{n}", file_hash=f"h{n}")

    async def vote(n):
        spoke = ballot(spoken(ts_of(n), by="U0"), ruled(dict.fromkeys(list(many)[n % 9 :: 7], 1)))
        await database.run(lambda c: cast(c, spoke), patience=PATIENCE)

    work = [asyncio.to_thread(importing, n) for n in range(6)]
    await asyncio.gather(*work, *(vote(n) for n in range(60)))
    assert await rows(database, DISAGREE) == []
    assert sum((await scores(database)).values()) == 6 * 59 + sum(
        len(list(many)[n % 9 :: 7]) for n in range(60)
    )


async def test_imports_lock_scores_in_the_same_order_as_votes(conn, database, database_url):
    many = {f"U{n}": 1 for n in range(1, 30)}
    await add_seasons(database)
    take(conn, many)

    def importing():
        with psycopg.connect(database_url, autocommit=True) as other:
            take(other, dict(reversed(many.items())), "b2", file_hash="h2")

    with psycopg.connect(database_url) as held:
        held.execute(
            "SELECT FROM leaderboard"
            " WHERE (team_id, board, target_id) = ('T1', 'users', 'U20') FOR UPDATE"
        )
        work = asyncio.create_task(asyncio.to_thread(importing))
        await wait_until_blocked(database, work)
        free = await rows_of(
            conn,
            "SELECT board || target_id FROM leaderboard WHERE team_id = 'T1'"
            " FOR UPDATE SKIP LOCKED",
        )
        later = [f"users{target}" for target in many if target > "U20"]
        assert sorted(free) == sorted(later + [f"users/S1{target}" for target in many])
    await work


async def test_an_import_that_waits_for_a_merge_does_not_block_it(conn, database_url):
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'"

    def importing():
        with psycopg.connect(database_url, autocommit=True) as other:
            assert take(other, {"U1": 1})

    with psycopg.connect(database_url) as merge:
        merge.execute("SET LOCAL lock_timeout = '1ms'")
        merge.execute(LOCK_RENAMES, {"team": "T1"})
        work = asyncio.create_task(asyncio.to_thread(importing))
        async with asyncio.timeout(PATIENCE):
            while not await rows_of(conn, waits):
                await asyncio.to_thread(conn.execute, "SELECT 1")
        merge.execute("SELECT change_rules('T1')")  # the next step of a merge
        held = merge.execute("SELECT team_id FROM workspaces").fetchall()
    await work
    assert held == [("T1",)]


async def rows_of(conn, query):
    return [value for (value,) in conn.execute(query).fetchall() if value]


async def test_the_first_workspace_known_adopts_earlier_imports(conn, database):
    take(conn, {"U1": 5, "Postgres": 2}, team="")
    await add_seasons(database)
    take(conn, {"U1": 1}, "own", "T1", "h2")
    for expected in (2, 0):
        assert await database.run(lambda c: workspaces.adopt(c, "T1")) == expected
        assert await scores(database) == {"U1": 6}
        assert await scores(database, "things") == {"thing:postgres": 2}
        teams = "SELECT team_id FROM leaderboard UNION SELECT team_id FROM vote_history"
        both = " UNION SELECT team_id FROM imports UNION SELECT team_id FROM things"
        assert await rows(database, teams + both) == [("T1",)]
        assert await scores(database, "users/S1") == {"U1": 6}
    assert await rows(database, "SELECT DISTINCT kind FROM vote_history") == [("import",)]
    assert find_differences(conn) == []


async def test_an_import_in_flight_is_adopted_as_a_whole(conn, database):
    take(conn, {"U1": 5}, team="")
    with conn.transaction():
        take(conn, {"U1": 1, "U2": 3}, "b2", "", "h2")
        adoption = asyncio.create_task(database.run(lambda c: workspaces.adopt(c, "T1")))
        await wait_until_blocked(database, adoption)
    assert await adoption == 3
    assert await scores(database) == {"U1": 6, "U2": 3}
    assert find_differences(conn) == []


async def test_a_new_server_makes_its_workspace_known(conn, database):
    assert await database.run(lambda c: workspaces.adopt(c, "T1")) == 0
    assert operating.list_teams(conn) == ["T1"]


async def test_a_file_imported_by_the_workspace_too_is_not_adopted(conn, database):
    take(conn, {"U1": 5}, "early", "", "same")
    take(conn, {"U2": 3}, "kept", "", "taken back")
    take(conn, {"U2": 3}, "gone", "T1", "taken back")
    with conn.transaction():
        roll_back_batch(conn, batches.lock_by_name(conn, "gone", None))
    take(conn, {"U1": 5}, "late", "T1", "same")
    await database.run(lambda c: workspaces.adopt(c, "T1"))
    assert await scores(database) == {"U1": 5, "U2": 3}
    assert find_differences(conn) == []
    assert await rows(database, "SELECT team_id FROM leaderboard GROUP BY 1") == [("T1",)]


def test_a_batch_with_archived_rows_cannot_be_rolled_back(conn):
    take(conn, {"U1": 5, "U2": 1})
    conn.execute("DELETE FROM vote_history WHERE target_id = 'U1'")
    batch = batches.lock_by_name(conn, "b1", None)
    assert batch
    with pytest.raises(CommandError, match="can no longer be rolled back"), conn.transaction():
        roll_back_batch(conn, batch)


def test_every_entry_is_counted_by_the_database(conn):
    entries = [ScoreEntry(n, f"U{n}", f"U{n}", "", n) for n in range(1, 4)]
    with conn.transaction():
        imports.prepare(conn)
        assert imports.copy_entries(conn, entries) == imports.Sum(3, 6)
        assert imports.sum_by_board(conn) == {"users": imports.Sum(3, 6)}


def test_every_workspace_is_listed(conn):
    assert operating.list_teams(conn) == []
    take(conn, {"U1": 5}, team="")
    assert operating.list_teams(conn) == [""]
    for team in ("T2", "T1"):
        take(conn, {"U1": 5}, team=team)
    conn.execute("INSERT INTO workspaces (team_id) VALUES ('T3')")
    assert operating.list_teams(conn) == ["", "T1", "T2", "T3"]
