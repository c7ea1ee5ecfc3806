"""Boards of quarters and years follow those of months, with a delay and exactly once."""

import asyncio
from datetime import UTC, date, datetime

import psycopg

from app.cli import verify as command
from app.core.boards import periods
from app.core.boards.retention import compute_board_horizons
from app.store.boards import computed_boards, long_boards, pruning, verify
from app.store.boards.long_boards import FollowResult
from app.store.people.forgetting import forget
from app.store.people.merge_transfer import Transfer
from app.store.people.merging import UnmergeRequest, merge, unmerge
from app.usecases.upkeep import follow_votes
from tests.differences import find_differences
from tests.logged import logged
from tests.patience import PATIENCE
from tests.store.casting import ballot, cast, revise, rows, ruled, rules_of, scores, spoken

MARCH, MAY, DECEMBER = (datetime(2025, month, 14, 12, tzinfo=UTC) for month in (3, 5, 12))
PSEUDONYM = "U0F0F0F0F0F"

_DEADLOCK = """
CREATE FUNCTION deadlock() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'as in a deadlock' USING ERRCODE = 'deadlock_detected'; END $$;
CREATE TRIGGER deadlock BEFORE INSERT ON leaderboard FOR EACH ROW
WHEN (new.board LIKE '%-Q_') EXECUTE FUNCTION deadlock()
"""


def _ts(at, number=0):
    return f"{int(at.timestamp())}.{number:06d}"


async def _vote(database, at, points, by="U1", *, number=0, team="T1"):
    vote = ballot(spoken(_ts(at, number), by, team=team), ruled(points))
    return await database.run(lambda c: cast(c, vote))


async def _change(database, at, points, by="U1"):
    revision = f"{_ts(DECEMBER)}/{_ts(DECEMBER)}"
    edit = ballot(spoken(_ts(at), by, revision=revision), ruled(points))
    return await database.run(lambda c: revise(c, edit))


async def _age(database):
    """Backdate all ledger rows, so that none counts as young."""
    await rows(database, "UPDATE vote_history SET created_at = '2025-12-31 12:00Z' RETURNING id")


async def _settled(database, team="T1"):
    return await rows(database, "SELECT settled FROM long_boards WHERE team_id = %s", team)


async def _long_scores(database):
    """Return the scores on boards of quarters and years, by board and target."""
    found = await rows(
        database,
        "SELECT board, target_id, score FROM leaderboard"
        " WHERE board ~ '/[0-9]{4}(-Q.)?$' AND score <> 0",
    )
    return {(board, target): score for board, target, score in found}


async def test_quarters_and_years_are_the_sums_of_their_months(database):
    await _vote(database, MARCH, {"U2": 3, "thing:postgres": 1})
    await _vote(database, MAY, {"U2": -1}, by="U3")
    await _vote(database, DECEMBER, {"U2": 4})
    assert await _long_scores(database) == {}
    assert await follow_votes(database) == 11
    assert await _long_scores(database) == {
        ("users/2025", "U2"): 6, ("users/2025-Q1", "U2"): 3, ("users/2025-Q2", "U2"): -1,
        ("users/2025-Q4", "U2"): 4, ("things/2025", "thing:postgres"): 1,
        ("things/2025-Q1", "thing:postgres"): 1, ("givers/2025", "U1"): 8,
        ("givers/2025-Q1", "U1"): 4, ("givers/2025-Q4", "U1"): 4, ("givers/2025", "U3"): 1,
        ("givers/2025-Q2", "U3"): 1,
    }  # fmt: skip


async def test_every_month_counts_in_its_quarter(database):
    for month in range(1, 13):
        await _vote(database, datetime(2025, month, 14, 12, tzinfo=UTC), {"U2": month})
    await follow_votes(database)
    found = await _long_scores(database)
    assert [found[f"users/2025-Q{number}", "U2"] for number in (1, 2, 3, 4)] == [6, 15, 24, 33]
    assert found["users/2025", "U2"] == 78


async def test_unchanged_scores_are_not_written(database):
    await _vote(database, MARCH, {"U2": 3})
    assert await follow_votes(database) == 4
    assert await follow_votes(database) == 0
    await _age(database)
    assert await follow_votes(database) == 0
    assert await database.run(long_boards.list_behind) == []


async def test_an_edit_and_a_deletion_of_an_old_message_change_its_boards(database):
    await _vote(database, MARCH, {"U2": 3})
    await follow_votes(database)
    await _age(database)
    await follow_votes(database)
    await _change(database, MARCH, {"U2": 1, "U4": 2})
    await follow_votes(database)
    assert await scores(database, "users/2025-Q1") == {"U2": 1, "U4": 2}
    await database.run(
        lambda c: revise(c, ballot(spoken(_ts(MARCH), revision="deleted"), ruled({})))
    )
    await follow_votes(database)
    assert await _long_scores(database) == {}


async def test_a_vote_that_commits_after_a_later_one_is_followed_too(database):
    await _vote(database, MARCH, {"U2": 1})
    async with await psycopg.AsyncConnection.connect(database.url) as slow:
        await cast(slow, ballot(spoken(_ts(MAY, 1)), ruled({"U3": 1})))
        await _vote(database, MAY, {"U4": 1}, by="U7", number=2)
        await follow_votes(database)
        assert await scores(database, "users/2025-Q2") == {"U4": 1}
        await slow.commit()
    await follow_votes(database)
    assert await scores(database, "users/2025-Q2") == {"U3": 1, "U4": 1}


async def test_a_long_ledger_is_followed_in_batches(database):
    for number in range(7):
        await _vote(database, MARCH, {f"U{number + 2}": 1}, number=number)
    await _age(database)
    first = await database.run(lambda c: long_boards.follow(c, "T1", together=3))
    assert first.more
    assert await _settled(database) == [(first.last,)]
    second = await database.run(lambda c: long_boards.follow(c, "T1", first.last, together=3))
    last = await database.run(lambda c: long_boards.follow(c, "T1", second.last, together=3))
    assert (second.more, last.more) == (True, False)
    idle = await database.run(lambda c: long_boards.follow(c, "T1", last.last, together=3))
    assert idle == FollowResult(last.last)
    assert await _settled(database) == [(last.last,)]
    assert len(await scores(database, "users/2025")) == 7


async def test_a_step_may_take_longer_than_other_statements(database, monkeypatch):
    limit = "SELECT 1, setting::bigint, 0, 0 FROM pg_settings WHERE name = 'statement_timeout'"
    monkeypatch.setattr(long_boards, "FOLLOW", [limit])
    step = await database.run(lambda conn: long_boards.follow(conn, "T1"))
    assert step.last == 60_000


async def test_young_rows_are_processed_again(database):
    for number in range(4):
        await _vote(database, MARCH, {f"U{number + 2}": 1}, number=number)
    first = await database.run(lambda c: long_boards.follow(c, "T1", together=2))
    (before,) = await rows(database, "SELECT min(id) - 1 FROM vote_history")
    assert await _settled(database) == [before]
    last = await database.run(lambda c: long_boards.follow(c, "T1", first.last, together=9))
    assert len(await scores(database, "users/2025")) == 4
    assert await _settled(database) == [before]
    assert not last.more


async def test_rows_from_before_the_clock_was_set_back_are_processed_once(database):
    await _vote(database, MARCH, {"U2": 1})
    ahead = "UPDATE vote_history SET created_at = now() + interval '1 hour' RETURNING id"
    (row,) = await rows(database, ahead)
    await database.run(lambda conn: long_boards.follow(conn, "T1"))
    assert await _settled(database) == [row]


async def test_two_processes_follow_each_workspace_once(database):
    for team in ("T1", "T2"):
        await _vote(database, MARCH, {"U2": 1}, team=team)
    async with await psycopg.AsyncConnection.connect(database.url) as other:
        await long_boards.follow(other, "T1")
        await other.execute("SELECT FROM long_boards WHERE team_id = 'T1' FOR UPDATE")
        await _vote(database, MARCH, {"U3": 1}, number=1)
        await follow_votes(database)
        held = await rows(database, "SELECT target_id FROM leaderboard WHERE board = 'users/2025'"
                          " AND team_id = 'T1'")  # fmt: skip
        await other.commit()
    assert held == [("U2",)]
    await asyncio.gather(follow_votes(database), follow_votes(database))
    found = await rows(
        database,
        "SELECT team_id, target_id FROM leaderboard WHERE board = 'users/2025' ORDER BY 1, 2",
    )
    assert found == [("T1", "U2"), ("T1", "U3"), ("T2", "U2")]


async def test_a_merge_and_an_unmerge_are_followed(database):
    await _vote(database, MARCH, {"U2": 3, "U4": 1})
    await follow_votes(database)
    await database.run(lambda c: merge(c, Transfer("T1", "U2", "U4", "merge/1"), rules_of(), "U9"))
    await follow_votes(database)
    found = await scores(database, "users/2025")
    assert (found["U2"], found["U4"]) == (0, 4)
    wanted = UnmergeRequest("T1", "U9", "U2")
    await database.run(lambda c: unmerge(c, wanted, rules_of().hash_target))
    await follow_votes(database)
    found = await scores(database, "users/2025")
    assert (found["U2"], found["U4"]) == (3, 1)


async def test_a_forgotten_person_leaves_long_boards_at_once(database):
    await _vote(database, MARCH, {"U2": 3}, by="U5")
    await _vote(database, MAY, {"U5": 1}, by="U2")
    await follow_votes(database)
    await database.run(lambda c: forget(c, "T1", "U2", PSEUDONYM, "somebody"))
    there = await _long_scores(database)
    assert {target for _, target in there} == {"U5", PSEUDONYM}
    assert there["users/2025", PSEUDONYM] == 3
    assert there["givers/2025-Q2", PSEUDONYM] == 1
    assert await follow_votes(database) == 0


async def test_nothing_is_followed_while_a_person_is_being_forgotten(database):
    await _vote(database, MARCH, {"U2": 3})
    async with await psycopg.AsyncConnection.connect(database.url) as other:
        await other.execute("SELECT pg_advisory_xact_lock(hashtext('merge'), hashtext('T1'))")
        assert await follow_votes(database) == 0
    assert await follow_votes(database) == 4


async def test_verify_checks_long_boards_that_are_up_to_date(database, conn):
    await _vote(database, MARCH, {"U2": 3})
    assert find_differences(conn) == []
    await follow_votes(database)
    await _age(database)
    await follow_votes(database)
    result = command.compare(conn)
    assert (result.differences, result.scores) == (0, 12)
    await _vote(database, MARCH, {"U2": 1}, number=1)
    assert find_differences(conn) == []


async def test_verify_finds_and_fixes_wrong_scores_on_long_boards(database, conn, database_url):
    await _vote(database, MARCH, {"U2": 3})
    await _vote(database, MAY, {"U2": 2, "U3": 1}, number=1)
    await follow_votes(database)
    await _age(database)
    await follow_votes(database)
    conn.execute("UPDATE leaderboard SET score = 9 WHERE board ~ '^users/2025'")
    conn.execute("DELETE FROM leaderboard WHERE board = 'givers/2025-Q2'")
    conn.execute("INSERT INTO leaderboard (team_id, board, target_id, score)"
                 " VALUES ('T1', 'things/2025', 'thing:x', 4)")  # fmt: skip
    wrong = command.compare(conn)
    assert {one.board for one in wrong.first} >= {
        "users/2025", "users/2025-Q1", "users/2025-Q2", "givers/2025-Q2", "things/2025",
    }  # fmt: skip
    assert command._fix(conn, database_url).differences == 0
    assert await scores(database, "users/2025") == {"U2": 5, "U3": 1}
    assert await scores(database, "givers/2025-Q2") == {"U1": 3}


def test_scores_fixed_before_a_deadlock_are_counted(own_database_url):
    wrong = [verify.Difference("T1", board, "U2", None, 5) for board in ("users", "users/2025-Q1")]
    with psycopg.connect(own_database_url, autocommit=True) as conn:
        conn.execute("INSERT INTO leaderboard (team_id, board, target_id, score)"
                     " VALUES ('T1', 'users/2025-03', 'U2', 5)")  # fmt: skip
        conn.execute(_DEADLOCK)
        assert verify.fix_scores(conn, "T1", wrong) == 1
        conn.execute("DROP TRIGGER deadlock ON leaderboard")
        assert verify.fix_scores(conn, "T1", wrong[1:]) == 1
        found = conn.execute("SELECT board, score FROM leaderboard ORDER BY board").fetchall()
    assert found == [("users", 5), ("users/2025-03", 5), ("users/2025-Q1", 5)]


async def test_boards_that_begin_on_their_horizon_are_expected(database, conn):
    begin = datetime(2024, 1, 1, 12, tzinfo=UTC)  # a Monday
    await _vote(database, begin, {"U2": 3, "thing:x": 1})
    pruning.move_horizons(conn, "T1", compute_board_horizons(begin.date()))
    await follow_votes(database)
    await _age(database)
    await follow_votes(database)
    assert find_differences(conn) == []
    conn.execute("DELETE FROM leaderboard WHERE board ~ '/2'")
    ends = "/2024", "/2024-Q1", "/2024-01", "/2024-W01"
    kept = {f"{kind}{end}" for kind in ("users", "things", "givers") for end in ends}
    kept |= {"users/2024-01-01", "things/2024-01-01"}
    assert {one.board for one in find_differences(conn)} == kept


async def test_a_year_is_pruned_with_its_months(database, conn):
    await _vote(database, MARCH, {"U2": 3})
    await _vote(database, DECEMBER, {"U2": 1}, number=1)
    await follow_votes(database)
    await _age(database)
    await follow_votes(database)
    pruning.prune(conn, "T1", date(2025, 5, 1))
    assert await scores(database, "users/2025") == await scores(database, "users/2025-Q2") == {}
    assert await scores(database, "users/2025-Q4") == {"U2": 1}
    await _vote(database, DECEMBER, {"U2": 1}, number=2)
    await follow_votes(database)
    assert await scores(database, "users/2025-Q4") == {"U2": 2}
    assert await scores(database, "users/2025") == {}
    assert find_differences(conn) == []


async def test_a_large_years_board_is_read_from_its_rows(database, conn, monkeypatch):
    year = periods.parse_period("2025")
    await _vote(database, MARCH, {"U2": 3, "U3": 1})
    await follow_votes(database)

    async def has_rows():
        return await database.run(lambda c: computed_boards.has_rows(c, "T1", "users", year))

    assert not await has_rows()
    few = computed_boards._MANY.replace(str(computed_boards.FEW + 1), "2")
    monkeypatch.setattr(computed_boards, "_MANY", few.replace(f"> {computed_boards.FEW}", "> 1"))
    assert await has_rows()
    pruning.move_horizons(conn, "T1", {"month": date(2025, 1, 1)})
    assert await has_rows()
    pruning.move_horizons(conn, "T1", {"month": date(2025, 2, 1)})
    assert not await has_rows()


async def test_each_score_is_looked_up_by_its_full_primary_key(database):
    """With 30 million scores, scanning the boards of a target would take minutes."""
    for number in range(4):
        await _vote(database, MARCH, {f"U{number + 2}": 1}, number=number)

    async def explain(conn):
        await conn.execute("SET LOCAL enable_seqscan = off")
        of = {"team": "T1", "after": 0, "together": 9, "day": None, "week": None, "month": None}
        return [
            line
            for statement in long_boards.FOLLOW
            for (line,) in await (await conn.execute(f"EXPLAIN {statement}", of)).fetchall()
        ]

    async def in_transaction(conn):
        async with conn.transaction():
            return await explain(conn)

    found = [line for line in await database.run(in_transaction) if "target_id = " in line]
    assert len([line for line in found if "(board = " in line]) == len(found) >= 4, found


async def test_a_workspace_that_takes_too_long_is_logged_and_skipped(database, conn, log_lines):
    for team in ("T1", "T2"):
        await _vote(database, MARCH, {"U2": 1}, team=team)
    await follow_votes(database)
    for team in ("T1", "T2"):
        await _vote(database, MARCH, {"U2": 1}, number=1, team=team)
    with conn.transaction():
        conn.execute(
            "SELECT FROM leaderboard WHERE (team_id, board) = ('T1', 'users/2025') FOR UPDATE"
        )
        on_year = "SELECT team_id, score FROM leaderboard WHERE board = 'users/2025' ORDER BY 1"
        async with asyncio.timeout(PATIENCE):
            while await rows(database, on_year) != [("T1", 1), ("T2", 2)]:
                await follow_votes(database, patience=1)  # a busy machine may make T2 late too
    lines = logged(log_lines, "long_boards.late")
    assert ("T1", "warning") in {(line["team"], line["level"]) for line in lines}
    async with asyncio.timeout(PATIENCE):
        while await rows(database, on_year) != [("T1", 2), ("T2", 2)]:
            await follow_votes(database)  # what was given up may still hold its locks
