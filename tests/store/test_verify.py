"""Every score on every board is compared with the ledger, and fixed while voting goes on."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest

from app import CommandError
from app.cli import verify as command
from app.core.boards.calendar import VoteTime
from app.core.boards.retention import compute_board_horizons
from app.store.boards import pruning, verify
from app.store.server import operating
from tests.differences import find_differences
from tests.store.casting import (
    add_seasons,
    at_season,
    ballot,
    cast,
    revise,
    ruled,
    spoken,
    ts_of,
    wait_until_blocked,
)
from tests.tables import each

EDIT = "1763660099.000000/1763660099.000001"


def test_a_connection_lost_in_a_snapshot_is_reported_as_that(database_url):
    with (
        contextlib.closing(operating.connect(database_url, "test")) as conn,
        pytest.raises(psycopg.errors.AdminShutdown),
        verify.open_snapshot(conn),
    ):
        conn.execute("SELECT pg_terminate_backend(pg_backend_pid())")


async def _vote(database, number, points, by="U1", **where):
    """Cast a message in which *by* gives *points*, a mapping by target."""
    vote = ballot(spoken(ts_of(number), by, **where), ruled(points))
    return await database.run(lambda c: cast(c, vote))


async def _edit(database, number, points, by="U1", *, revision=EDIT, **where):
    edit = ballot(spoken(ts_of(number), by, revision=revision, **where), ruled(points))
    return await database.run(lambda c: revise(c, edit))


async def _some_votes(database):
    """Cast votes of every kind: for people and things, in several channels and teams, edited."""
    await _vote(database, 1, {"U2": 2, "thing:postgres": 1})
    await _vote(database, 2, {"U2": -1, "U3": 3}, by="U4", channel="C2")
    await _edit(database, 2, {"U2": -2, "U3": 3}, by="U4", channel="C2")
    await _vote(database, 3, {"U2": 1}, by="U3", team="T2")
    await _vote(database, 4, {"U2": 1, "U5": 2})
    await _edit(database, 4, {"U2": -3, "thing:x": 1})
    await _vote(database, 5, {"U9": 5}, by="U8")
    await _edit(database, 5, {}, by="U8", revision="deleted")


def _all_differences(conn):
    """Return every difference as {(team, board, target): (has, should)}."""
    return {(d.team, d.board, d.target): (d.has, d.should) for d in find_differences(conn)}


async def test_votes_edits_and_deletions_agree(database, conn):
    await _some_votes(database)
    assert _all_differences(conn) == {}


async def test_verify_counts_scores_boards_and_rows_once(database, conn):
    await _vote(database, 1, {"U2": 2, "thing:postgres": 1})
    result = command.compare(conn)
    # four periods each for users and things, three for givers, one for the channel
    assert (result.scores, result.boards, result.rows, result.differences) == (12, 12, 2, 0)


@pytest.fixture
async def some_votes(database):
    """A database with votes of every kind, and seasons."""
    await _some_votes(database)
    await add_seasons(database)


@pytest.mark.usefixtures("some_votes")
@each(
    ("board", "target"),
    [
        ("users", "U2"),
        ("users/2025-11", "U2"),
        ("users/2025-W47", "U2"),
        ("users/2025-11-20", "U3"),
        ("things", "thing:postgres"),
        ("things/2025-11", "thing:x"),
        ("channel/C1", "U2"),
        ("channel/C2", "U3"),
        ("givers", "U4"),
        ("givers/2025-W47", "U1"),
        ("users/S1", "U2"),
        ("things/S1", "thing:postgres"),
        ("channel/C1/S1", "U2"),
        ("givers/S1", "U4"),
    ],
)
def test_a_changed_and_a_lost_score_are_found_on_every_board(conn, board, target):
    where = ("T1", board, target)
    changed = """
        UPDATE leaderboard SET score = score + 1 WHERE (team_id, board, target_id) = (%s, %s, %s)
        RETURNING score
    """
    ((score,),) = conn.execute(changed, where).fetchall()
    assert _all_differences(conn) == {where: (score, score - 1)}
    lost = "DELETE FROM leaderboard WHERE (team_id, board, target_id) = (%s, %s, %s)"
    conn.execute(lost, where)
    assert _all_differences(conn) == {where: (None, score - 1)}
    restored = "INSERT INTO leaderboard (team_id, board, target_id, score) VALUES (%s, %s, %s, %s)"
    conn.execute(restored, (*where, score - 1))


async def test_scores_without_votes_are_found_except_those_of_0(database, conn):
    await _some_votes(database)
    conn.execute("""
        INSERT INTO leaderboard (team_id, board, target_id, score) VALUES
            ('T1', 'users', 'U7', 4), ('T1', 'nonsense', 'U7', 1), ('T1', 'givers/x', 'zz', 1),
            ('T3', 'users', '', 1), ('T1', 'users', 'U77', 0), ('T1', 'users/S1', 'U2', 1),
            ('T1', 'channel/C1/2025-11', 'U2', 2), ('T1', 'givers/2025-11-20', 'U1', 3)
    """)
    assert _all_differences(conn) == {
        ("T1", "users", "U7"): (4, 0),
        ("T1", "nonsense", "U7"): (1, 0),
        ("T1", "givers/x", "zz"): (1, 0),
        ("T3", "users", ""): (1, 0),
        ("T1", "users/S1", "U2"): (1, 0),
        ("T1", "channel/C1/2025-11", "U2"): (2, 0),
        ("T1", "givers/2025-11-20", "U1"): (3, 0),
    }


async def test_imports_count_on_the_main_all_time_and_first_season_boards(database, conn):
    await _some_votes(database)
    await add_seasons(database)
    conn.execute("""
        INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,
            kind, voted_at) VALUES ('T1', '', 'import/1', '', 'U2', 40, 'import', now())
    """)
    conn.execute("UPDATE leaderboard SET score = score + 40 WHERE board IN ('users', 'users/S1')"
                 " AND target_id = 'U2' AND team_id = 'T1'")  # fmt: skip
    assert _all_differences(conn) == {}


async def test_archived_shares_count_on_boards_of_givers_and_channels(database, conn):
    await _some_votes(database)
    conn.execute("""
        INSERT INTO archived_shares VALUES ('T1', 'givers', 'U1', 7), ('T1', 'channel/C1', 'U2', 5)
    """)
    assert {key: should - has for key, (has, should) in _all_differences(conn).items()} == {
        ("T1", "givers", "U1"): 7,
        ("T1", "channel/C1", "U2"): 5,
    }


async def test_boards_before_their_horizon_are_not_expected(database, conn):
    await _some_votes(database)
    pruning.move_horizons(conn, "T1", compute_board_horizons(date(2025, 12, 1)))
    # November, and U2's day in it, end before the horizon.
    conn.execute("DELETE FROM leaderboard WHERE team_id = 'T1' AND board LIKE '%/2025-11-20'")
    conn.execute(
        "UPDATE leaderboard SET score = 99 WHERE team_id = 'T1' AND board = 'users/2025-11'"
    )
    assert _all_differences(conn) == {}
    conn.execute("DELETE FROM leaderboard WHERE team_id = 'T2' AND board LIKE 'users/2025-11-20'")
    assert _all_differences(conn) == {("T2", "users/2025-11-20", "U2"): (None, 1)}


async def test_an_edit_after_the_time_zone_changed_agrees_too(database, conn):
    """Rows of later edits keep the day of the first vote, and so do the giver's points."""
    await _vote(database, 1, {"U2": 2})
    await _edit(database, 1, {}, revision="1763660001.000000/1")
    edit = ballot(spoken(ts_of(1), revision="1763660002.000000/1"), ruled({"U2": 1}))
    moved = replace(edit, when=VoteTime(date(2025, 11, 21), 2, 1))
    await database.run(lambda c: revise(c, moved))
    await _edit(database, 1, {"U2": -4}, revision="1763660003.000000/1")
    assert _all_differences(conn) == {}


_ROWS = """
INSERT INTO vote_history (team_id, channel_id, message_ts, slot, voter_id, target_id, delta, kind,
    voted_at, day, season, week_shift) VALUES ('T1', %s, %s, %s, %s, %s, %s, %s, now(), %s, %s, %s)
"""
_ADD = """
INSERT INTO leaderboard AS l (team_id, board, target_id, score)
SELECT 'T1', board, %s, %s FROM unnest(%s::text[]) AS board
ON CONFLICT (team_id, board, target_id) DO UPDATE SET score = l.score + EXCLUDED.score
"""
SUNDAY = date(2025, 11, 23)


async def test_a_vote_counts_for_its_season_and_week_as_set_then(database, conn):
    vote = ballot(spoken(ts_of(1)), ruled({"U2": 2, "thing:x": 1}))
    await add_seasons(database)
    vote = replace(vote, when=at_season(SUNDAY, 2, 1))
    await database.run(lambda c: cast(c, vote))
    assert _all_differences(conn) == {}
    boards = operating.list_boards(conn, "T1")
    assert {"users/S2", "givers/S2", "channel/C1/S2", "things/S2"} <= set(boards)
    assert {"users/2025-W48", "givers/2025-W48"} <= set(boards)
    assert not [board for board in boards if board.endswith(("/S1", "W47"))]
    conn.execute("UPDATE vote_history SET week_shift = 0")
    assert {board for _, board, _ in _all_differences(conn)} == {
        f"{board}/2025-{week}" for board in ("users", "things", "givers") for week in ("W47", "W48")
    }


async def test_a_week_that_began_before_monday_is_expected_by_its_monday(database, conn):
    vote = replace(ballot(spoken(ts_of(1)), ruled({"U2": 2})), when=VoteTime(SUNDAY, 1, 1))
    await database.run(lambda c: cast(c, vote))
    pruning.move_horizons(conn, "T1", {"week": SUNDAY + timedelta(1)})
    conn.execute("DELETE FROM leaderboard WHERE board = 'users/2025-W48'")
    assert _all_differences(conn) == {("T1", "users/2025-W48", "U2"): (None, 2)}
    pruning.move_horizons(conn, "T1", {"week": SUNDAY + timedelta(8)})
    assert _all_differences(conn) == {}


async def test_reactions_to_one_message_are_votes_of_their_own(database, conn):
    """Two add a plus by reaction to a message with a minus; one of them removes it."""
    await _vote(database, 1, {"U2": -1}, by="U7")
    for voter in ("U3", "U4"):
        reaction = ballot(replace(spoken(ts_of(1), voter), slot=voter), ruled({"U2": 1}))
        await database.run(lambda c, reaction=reaction: cast(c, reaction))
    withdrawal = replace(spoken(ts_of(1), "U3", revision=EDIT), slot="U3")
    await database.run(lambda c: revise(c, ballot(withdrawal, ruled({}))))
    assert _all_differences(conn) == {}
    assert await database.run(lambda c: boards_of(c, "givers")) == {"U3": 0, "U4": 1, "U7": 1}


async def boards_of(conn, board):
    query = "SELECT target_id, score FROM leaderboard WHERE board = %s"
    return dict(await (await conn.execute(query, [board])).fetchall())


async def test_adjustments_and_merges_count_for_receivers_but_not_for_givers(database, conn):
    await add_seasons(database)
    adjusted = ("", "adjust/1", "", "", "U2", 5, "adjust", SUNDAY, 2, 1)
    moved = ("C1", "merge/1", "", "", "U2", -3, "merge", SUNDAY, 1, 0)
    gained = ("C1", "merge/1", "", "", "U3", 3, "merge", SUNDAY, 1, 0)
    carried = ("", "merge/1", "", "", "thing:x", 4, "merge", None, 1, 0)
    for row in (adjusted, moved, gained, carried):
        conn.execute(_ROWS, row)
    times = ["", "/S2", "/2025-11", "/2025-W48", "/2025-11-23"]
    conn.execute(_ADD, ("U2", 5, [f"users{time}" for time in times]))
    times = ["", "/S1", "/2025-11", "/2025-W47", "/2025-11-23"]
    boards = [f"users{time}" for time in times] + ["channel/C1", "channel/C1/S1"]
    conn.execute(_ADD, ("U2", -3, boards))
    conn.execute(_ADD, ("U3", 3, boards))
    conn.execute(_ADD, ("thing:x", 4, ["things", "things/S1"]))
    assert _all_differences(conn) == {}


async def test_votes_after_the_snapshot_are_not_seen(database, conn):
    await _some_votes(database)
    with verify.open_snapshot(conn):
        before = verify.count(conn, "T1")
        await _vote(database, 50, {"U2": 1, "U0": 1})
        assert verify.count(conn, "T1") == before
        assert [*verify.find_differences(conn, "T1")] == []


async def test_an_emptied_table_is_rebuilt_completely(database, conn, database_url):
    await _some_votes(database)
    everything = "SELECT team_id, board, target_id, score FROM leaderboard WHERE score <> 0"
    before = set(conn.execute(everything).fetchall())
    conn.execute("DELETE FROM leaderboard")
    result = command._fix(conn, database_url)
    assert (result.differences, result.fixed) == (0, len(before))
    assert set(conn.execute(everything).fetchall()) == before


async def test_only_wrong_scores_are_fixed(database, conn, database_url):
    await _some_votes(database)
    conn.execute("UPDATE leaderboard SET updated_at = '2020-01-01'")
    conn.execute("UPDATE leaderboard SET score = 7 WHERE board = 'users' AND target_id = 'U3'")
    conn.execute("INSERT INTO leaderboard (team_id, board, target_id, score)"
                 " VALUES ('T1', 'nonsense', 'U7', 1)")  # fmt: skip
    assert command._fix(conn, database_url).fixed == 2
    touched = "SELECT board, target_id, score FROM leaderboard WHERE updated_at > '2020-01-02'"
    assert conn.execute(touched).fetchall() == [("users", "U3", 3)]
    assert conn.execute("SELECT FROM leaderboard WHERE board = 'nonsense'").fetchall() == []


async def test_votes_during_a_rebuild_count_once(database, conn, database_url):
    await _some_votes(database)
    conn.execute("DELETE FROM leaderboard WHERE board NOT LIKE 'things%'")
    conn.execute("UPDATE leaderboard SET score = score + 1000")
    enough, over = asyncio.Event(), asyncio.Event()

    async def votes(voted=0):
        while not over.is_set():
            voted += 1
            points = {"U2": 1, "thing:postgres": -1, "U3": 2}
            assert await _vote(database, 100 + voted, points, by=f"U1{voted % 7}")
            if voted == 5:
                enough.set()
        return voted

    casting = asyncio.create_task(votes())
    await enough.wait()
    first = await asyncio.to_thread(command._fix, conn, database_url)
    over.set()
    assert (first.differences, await casting > 5) == (0, True)
    assert first.fixed > 0
    assert _all_differences(conn) == {}


async def test_a_vote_between_check_and_fix_is_neither_lost_nor_counted_twice(
    database, conn, database_url
):
    await _some_votes(database)
    conn.execute("DELETE FROM leaderboard WHERE board = 'users' AND team_id = 'T1'")
    with contextlib.closing(operating.connect(database_url, "test")) as writer:
        with verify.open_snapshot(conn):
            (wrong,) = verify.find_differences(conn, "T1")
            await _vote(database, 60, {"U2": 5, "U6": 1})
            assert verify.fix_scores(writer, "T1", wrong) == len(wrong) > 0
        assert _all_differences(conn) == {}


async def test_a_fix_waits_for_a_vote_in_flight_that_has_locked_the_score(
    database, conn, database_url
):
    """The other order: the vote has changed the row, and commits while the fix waits."""
    await _some_votes(database)
    conn.execute("UPDATE leaderboard SET score = score + 7 WHERE board = 'users'"
                 " AND (team_id, target_id) = ('T1', 'U2')")  # fmt: skip
    wrong = [verify.Difference("T1", "users", "U2", 7, 0)]
    vote = ballot(spoken(ts_of(70)), ruled({"U2": 1}))
    with contextlib.closing(operating.connect(database_url, "test")) as writer:
        async with await psycopg.AsyncConnection.connect(database_url) as voting:
            await cast(voting, vote)
            fixing = asyncio.create_task(asyncio.to_thread(verify.fix_scores, writer, "T1", wrong))
            await wait_until_blocked(database, fixing)
            await voting.commit()
            assert await fixing == 1
    assert _all_differences(conn) == {}


def test_settings_of_the_role_do_not_break_commands(database_url):
    options = "-c transaction_timeout=1h -c default_transaction_isolation=serializable"
    url = psycopg.conninfo.make_conninfo(database_url, options=options)
    settings = "current_setting('transaction_isolation'), current_setting('transaction_timeout')"
    with contextlib.closing(operating.connect(url, "test")) as conn:
        assert conn.execute(f"SELECT {settings}").fetchone() == ("read committed", "0")


def test_the_operator_lock_does_not_hold_back_vacuum(conn, database_url):
    held = "SELECT backend_xmin FROM pg_stat_activity WHERE application_name = 'pptbot lock'"
    with operating.hold_operator_lock(database_url, "lock"):
        assert conn.execute(held).fetchall() == [(None,)]


async def test_only_one_command_works_at_a_time(database_url):
    with (
        operating.hold_operator_lock(database_url, "test"),
        pytest.raises(CommandError, match="is running"),
        operating.hold_operator_lock(database_url, "test"),
    ):
        pass
    with operating.hold_operator_lock(database_url, "test"):
        pass


def test_teams_and_boards_are_listed_once_each(conn):
    assert operating.list_teams(conn) == []
    assert operating.list_boards(conn, "T1") == []
    conn.execute("""
        INSERT INTO leaderboard (team_id, board, target_id, score)
        SELECT t, b, 'U' || n, 1 FROM unnest('{T1,T2}'::text[]) AS t,
            unnest('{users,givers}'::text[]) AS b, generate_series(1, 3) AS n
    """)
    assert operating.list_teams(conn) == ["T1", "T2"]
    assert sorted(operating.list_boards(conn, "T2")) == ["givers", "users"]


def test_workspaces_are_listed_from_every_table_that_has_them(conn):
    conn.execute("""
        INSERT INTO workspaces (team_id) VALUES ('T3'), ('');
        INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,
            voted_at) SELECT 'T1', 'C1', n::text, 'U1', 'U2', 1, now() FROM generate_series(1, 9) n;
        INSERT INTO leaderboard (team_id, board, target_id, score) VALUES
            ('T2', 'users', 'U1', 1), ('T2', 'users', 'U2', 1), ('t1', 'users', 'U1', 1);
        INSERT INTO archived_shares VALUES ('T4', 'givers', 'U1', 1);
    """)
    assert operating.list_teams(conn) == ["", "T1", "T2", "T3", "T4", "t1"]

    assert operating.list_teams(conn, operating.SCORE_TABLES) == ["T2", "t1"]


@pytest.mark.parametrize("tables", [operating.WORKSPACE_TABLES, operating.SCORE_TABLES])
def test_workspaces_are_listed_by_index_probes(conn, tables):
    conn.execute("SET enable_seqscan = off")
    query = operating.compose_teams(tables, is_distributed=False)
    plan = "\n".join(line for (line,) in conn.execute(f"EXPLAIN {query}"))
    assert plan.count("Recursive Union") == len(tables)
    assert "Seq Scan" not in plan, "a ledger of any length costs a few probes of an index"
