"""Old boards are pruned and old votes archived, and what is left still agrees with the ledger."""

import contextlib
from dataclasses import replace
from datetime import UTC, date, datetime

import psycopg
import pytest

from app.core.boards.calendar import VoteTime
from app.core.message import DELETED
from app.store.boards import pruning
from app.store.database import read_value
from app.store.people import forgetting
from app.store.server import operating
from app.store.transfer import vote_archive
from app.store.votes import RENAMES
from tests.differences import find_differences
from tests.store.casting import add_seasons, at_season, ballot, cast, revise, ruled, spoken

CUTOFF = date(2024, 5, 15)
ALL_TIME = "SELECT board, target_id, score FROM leaderboard WHERE board !~ '/[0-9]' AND score <> 0"
"""Includes the seasons' boards, which are kept forever."""


def _at(day, number=1):
    moment = datetime.combine(day, datetime.min.time(), UTC)
    return f"{moment.timestamp() + 3600:.0f}.{number:06d}"


async def _cast_votes(database, day, points, by="U1", number=1, **where):
    one = ballot(spoken(_at(day, number), by, **where), ruled(points))
    return await database.run(lambda c: cast(c, one))


async def _revise_votes(database, day, points, revision, **where):
    one = ballot(spoken(_at(day), revision=revision, **where), ruled(points))
    return await database.run(lambda c: revise(c, one))


async def _cast_over_years(database):
    """Cast votes before and after the cutoff, some of them edited."""
    await _cast_votes(database, date(2021, 3, 4), {"U2": 3, "thing:x": 1})
    await _revise_votes(database, date(2021, 3, 4), {"U2": -2}, "1900000000.000000/1")
    await _cast_votes(database, date(2024, 5, 13), {"U2": 2, "U3": 1}, by="U4", channel="C2")
    await _cast_votes(database, date(2024, 5, 15), {"U2": 1})
    await _cast_votes(database, date(2026, 1, 2), {"U3": 4, "thing:x": 1})
    await _cast_votes(database, date(2021, 3, 4), {"U5": 1}, team="T2")


def _archive(conn, write=None, stamp="1", team="T1"):
    taken = []
    write = write or taken.extend
    with vote_archive.archive_votes(conn, team, CUTOFF, stamp, write) as found:
        pass
    return found, b"".join(taken).decode()


async def test_archived_votes_are_in_the_file_and_their_sums_in_the_ledger(database, conn):
    await _cast_over_years(database)
    before = set(conn.execute(ALL_TIME).fetchall())
    rows = conn.execute(
        "SELECT id FROM vote_history WHERE team_id = 'T1' AND day < %s ORDER BY id", [CUTOFF]
    ).fetchall()
    found, text = _archive(conn)
    lines = text.splitlines()
    assert lines[0].startswith("id,team_id,channel_id,message_ts,voter_id,target_id,delta,reason")
    assert [(int(line.partition(",")[0]),) for line in lines[1:]] == rows
    assert (found.rows, found.messages, found.targets) == (len(rows), 2, 3)
    kept = conn.execute("""
        SELECT channel_id, message_ts, voter_id, target_id, delta, day FROM vote_history
        WHERE kind = 'archive' ORDER BY target_id
    """).fetchall()
    # U2 has -2 and +2 of these; a sum of 0 leaves nothing
    assert kept == [("", "archive/1", "", "U3", 1, None)]
    assert set(conn.execute(ALL_TIME).fetchall()) == before
    assert find_differences(conn) == []


async def test_givers_and_channels_keep_what_archived_votes_gave_them(database, conn):
    await _cast_over_years(database)
    _archive(conn)
    shares = "SELECT board, target_id, points FROM archived_shares ORDER BY 1, 2"
    assert conn.execute(shares).fetchall() == [
        ("channel/C1", "U2", -2),
        ("channel/C1/S1", "U2", -2),
        ("channel/C2", "U2", 2),
        ("channel/C2", "U3", 1),
        ("channel/C2/S1", "U2", 2),
        ("channel/C2/S1", "U3", 1),
        ("givers", "U1", 2),
        ("givers", "U4", 3),
        ("givers/S1", "U1", 2),
        ("givers/S1", "U4", 3),
    ]
    conn.execute("UPDATE leaderboard SET score = 0 WHERE board = 'channel/C2'")
    assert len(find_differences(conn)) == 2


async def test_horizons_mark_whole_periods_and_only_move_forward(database, conn):
    await _cast_over_years(database)
    _archive(conn)
    whole = {
        "ledger": CUTOFF,
        "day": CUTOFF,
        "week": date(2024, 5, 20),
        "month": date(2024, 6, 1),
    }
    assert pruning.read_horizons(conn, "T1") == whole
    pruning.move_horizons(conn, "T1", {"day": date(2023, 1, 1), "month": date(2025, 1, 1)})
    assert pruning.read_horizons(conn, "T1") == whole | {"month": date(2025, 1, 1)}


async def test_a_second_archive_absorbs_the_sums_of_the_first(database, conn):
    await _cast_over_years(database)
    _archive(conn)
    await _cast_votes(database, date(2020, 1, 1), {"U3": 2, "U7": 1}, by="U8")
    found, text = _archive(conn, stamp="2")
    assert (found.rows, text.count("\n"), "archive" in text) == (2, 3, False)
    sums = "SELECT message_ts, target_id, delta FROM vote_history WHERE kind = 'archive' ORDER BY 2"
    assert conn.execute(sums).fetchall() == [("archive/2", "U3", 3), ("archive/2", "U7", 1)]
    assert find_differences(conn) == []
    assert _archive(conn, stamp="3")[0].rows == 0


@pytest.mark.parametrize("revision", ["1999999999.000000/1999999999.000001", DELETED, "undone"])
async def test_changes_to_an_archived_message_do_not_count(database, conn, revision):
    await _cast_over_years(database)
    _archive(conn)
    before = set(conn.execute(ALL_TIME).fetchall())
    points = {"U9": 5} if revision.startswith("1") else {}
    await _revise_votes(database, date(2021, 3, 4), points, revision)
    assert await _cast_votes(database, date(2021, 3, 4), {"U2": 3}) is None
    assert set(conn.execute(ALL_TIME).fetchall()) == before
    assert find_differences(conn) == []


async def test_a_message_is_archived_whole_or_not_at_all(database, conn):
    await _cast_over_years(database)
    old = date(2021, 3, 4)
    moved = ballot(spoken(_at(old), revision="1900000001.000000/1"), ruled({}))
    await database.run(lambda c: revise(c, moved))
    later = ballot(spoken(_at(old), revision="1900000002.000000/1"), ruled({"U2": 1}))
    await database.run(lambda c: revise(c, replace(later, when=VoteTime(CUTOFF))))
    conn.execute(
        "UPDATE vote_history SET day = %s WHERE id = (SELECT max(id) FROM vote_history)", [CUTOFF]
    )
    found, text = _archive(conn)
    assert (found.messages, _at(old) in text) == (1, False)


async def test_imports_are_not_archived_so_they_can_be_rolled_back(database, conn):
    conn.execute("""
        INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,
            kind, voted_at) VALUES ('T1', '', 'import/1', '', 'U2', 40, 'import', '2020-01-01')
    """)
    assert _archive(conn)[0].rows == 0
    await _cast_over_years(database)
    assert _archive(conn)[0].targets == 3
    assert conn.execute("SELECT delta FROM vote_history WHERE kind = 'import'").fetchall() == [
        (40,)
    ]


async def test_a_failed_write_of_the_archive_changes_nothing(database, conn):
    await _cast_over_years(database)
    everything = "SELECT * FROM vote_history ORDER BY id"
    before = conn.execute(everything).fetchall()

    def write(blocks):
        next(iter(blocks))
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 (a bare one is raised above)
        _archive(conn, write)
    assert conn.execute(everything).fetchall() == before
    assert conn.execute("SELECT FROM messages WHERE revision = 'archived'").fetchall() == []
    assert pruning.read_horizons(conn, "T1") == {}


async def test_an_edit_during_archiving_waits_and_is_ignored(database, conn, database_url):
    await _cast_over_years(database)
    edited = ballot(spoken(_at(date(2021, 3, 4)), revision="1990000000.000000/1"), ruled({"U9": 5}))
    refused = []

    def write(blocks):
        assert list(blocks)
        with contextlib.closing(operating.connect(database_url, "test")) as outside:
            message = "SELECT 1 FROM messages WHERE (team_id, channel_id) = ('T1', 'C1')"
            try:
                outside.execute(message + " FOR NO KEY UPDATE NOWAIT")
            except psycopg.errors.LockNotAvailable as error:
                refused.append(error)

    _archive(conn, write)
    assert refused
    assert await database.run(lambda c: revise(c, edited)) is None
    assert find_differences(conn) == []


async def test_nothing_is_merged_or_renamed_during_archiving(database, conn, database_url):
    await _cast_over_years(database)
    free = []

    def write(blocks):
        assert list(blocks)
        with contextlib.closing(operating.connect(database_url, "test")) as outside:
            lock = f"SELECT pg_try_advisory_xact_lock{RENAMES}"
            free.extend(read_value(outside, lock, {"team": team}) for team in ("T1", "T2"))

    _archive(conn, write)
    assert free == [False, True]


async def test_votes_go_on_during_archiving(database, conn, database_url):
    await _cast_over_years(database)
    told = ballot(spoken(_at(date(2026, 2, 2))), ruled({"U2": 1}))

    def write(blocks):
        assert list(blocks)
        with contextlib.closing(operating.connect(database_url, "test")) as voting:
            voting.execute("SET lock_timeout = '1s'")
            voting.execute("UPDATE leaderboard SET score = score WHERE target_id = 'U2'")

    _archive(conn, write)
    assert await database.run(lambda c: cast(c, told))
    assert find_differences(conn) == []


async def test_counting_predicts_what_is_archived(database, conn):
    await _cast_over_years(database)
    counted = vote_archive.count_archivable(conn, "T1", CUTOFF)
    assert counted == _archive(conn)[0]
    assert vote_archive.count_archivable(conn, "T1", CUTOFF).rows == 0
    files = []
    found, _ = _archive(conn, lambda *_: files.append("written for nothing"), "2")
    assert (found.rows, files) == (0, [])


async def test_only_boards_of_long_ended_periods_are_pruned(database, conn):
    await _cast_over_years(database)
    before = set(conn.execute(ALL_TIME).fetchall())
    others = (
        "SELECT DISTINCT board FROM leaderboard WHERE team_id = 'T1' AND board ~ '/20' ORDER BY 1"
    )
    counted = pruning.count_prunable(conn, "T1", CUTOFF)
    removed = pruning.prune(conn, "T1", CUTOFF, together=2)
    assert removed == counted
    assert removed.scores == 10
    left = [board for (board,) in conn.execute(others).fetchall()]
    assert not [board for board in left if "2021" in board]
    assert "users/2024-05-13" not in left
    assert {"users/2024-05-15", "users/2024-W20", "users/2024-05", "users/2026-01"} <= set(left)
    assert set(conn.execute(ALL_TIME).fetchall()) == before
    assert pruning.prune(conn, "T1", CUTOFF).scores == 0
    assert find_differences(conn) == []
    assert pruning.read_horizons(conn, "T2") == {}


async def test_a_late_vote_on_a_pruned_board_is_pruned_the_next_time(database, conn):
    await _cast_over_years(database)
    pruning.prune(conn, "T1", CUTOFF)
    await _cast_votes(database, date(2021, 3, 5), {"U2": 1})
    assert find_differences(conn) == []
    # by month, week and day of people, and by month and week of givers
    assert pruning.prune(conn, "T1", CUTOFF).boards == 5


async def test_pruning_skips_locked_scores(database, conn, database_url):
    await _cast_over_years(database)
    vote = """
        UPDATE leaderboard SET score = score
        WHERE (team_id, board, target_id) = ('T1', 'users/2021-03', 'U2')
    """
    async with await psycopg.AsyncConnection.connect(database_url) as voting:
        await voting.execute(vote)
        pruning.prune(conn, "T1", CUTOFF)
    assert conn.execute(vote).rowcount == 1
    assert pruning.prune(conn, "T1", CUTOFF).scores == 1


async def test_forgetting_after_archiving_covers_old_boards(database, conn):
    await _cast_over_years(database)
    _archive(conn)
    done = await database.run(lambda c: forgetting.forget(c, "T1", "U2", "UFORGOTTENX", "~1"))
    named = conn.execute("SELECT board FROM leaderboard WHERE target_id = 'U2' AND score <> 0")
    assert (done.rows > 0, named.fetchall(), find_differences(conn)) == (True, [], [])


async def _cast_in_season(database, day, points, *, number=1, by="U1", slot="", season=1, shift=0):
    await add_seasons(database)
    message = replace(spoken(_at(day, number), by), slot=slot)
    one = replace(ballot(message, ruled(points)), when=at_season(day, season, shift))
    return await database.run(lambda c: cast(c, one))


async def test_archived_votes_keep_their_seasons(database, conn):
    await _cast_in_season(database, date(2024, 5, 2), {"U2": 3, "thing:x": 1}, season=1)
    await _cast_in_season(database, date(2024, 5, 3), {"U2": -1}, season=2)
    await _cast_in_season(database, date(2024, 5, 4), {"U3": 2}, season=2, by="U2")
    before = set(conn.execute(ALL_TIME).fetchall())
    _archive(conn)
    sums = """
        SELECT target_id, season, delta FROM vote_history WHERE kind = 'archive'
        ORDER BY target_id COLLATE "C", season
    """
    kept = [("U2", 1, 3), ("U2", 2, -1), ("U3", 2, 2), ("thing:x", 1, 1)]
    assert conn.execute(sums).fetchall() == kept
    assert set(conn.execute(ALL_TIME).fetchall()) == before
    assert find_differences(conn) == []
    await _cast_in_season(database, date(2024, 5, 5), {"U2": 5}, season=2)
    _archive(conn, stamp="2")
    assert conn.execute(sums).fetchall()[1] == ("U2", 2, 4)
    assert find_differences(conn) == []


async def test_reactions_to_one_message_are_archived_by_their_own_days(database, conn):
    await _cast_in_season(database, date(2024, 5, 2), {"U2": 1}, by="U7")
    await _cast_in_season(database, date(2024, 5, 2), {"U2": 1}, by="U3", slot="U3")
    young = replace(spoken(_at(date(2024, 5, 2)), "U4"), slot="U4")
    late = replace(ballot(young, ruled({"U2": 1})), when=at_season(date(2024, 6, 1)))
    await database.run(lambda c: cast(c, late))
    assert _archive(conn)[0].rows == 2
    frozen = "SELECT slot FROM messages WHERE revision = 'archived' ORDER BY 1"
    assert conn.execute(frozen).fetchall() == [("",), ("U3",)]
    assert find_differences(conn) == []


async def test_a_week_beginning_on_sunday_is_whole_only_if_no_vote_in_it_is_archived(
    database, conn
):
    """Sunday the 12th is in the week named after Monday the 13th, if weeks begin on Sundays."""
    await _cast_in_season(database, date(2024, 5, 12), {"U2": 1}, shift=1)
    await _cast_in_season(database, date(2024, 5, 13), {"U2": 1}, number=2, shift=1)
    with vote_archive.archive_votes(conn, "T1", date(2024, 5, 13), "1", list):
        pass
    assert pruning.read_horizons(conn, "T1")["week"] == date(2024, 5, 20)
    assert find_differences(conn) == []


async def test_merge_rows_are_not_archived_so_they_can_be_reversed(database, conn):
    await _cast_in_season(database, date(2024, 5, 2), {"U2": 3})
    moved = """
        INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,
            kind, voted_at, day) VALUES ('T1', 'C1', 'merge/1', '', %s, %s, 'merge', now(), %s)
    """
    for target, points in (("U2", -3), ("U3", 3)):
        conn.execute(moved, (target, points, date(2024, 5, 2)))
    conn.execute("UPDATE leaderboard SET target_id = 'U3' WHERE target_id = 'U2'")
    assert find_differences(conn) == []
    assert _archive(conn)[0].rows == 1
    left = "SELECT kind, target_id, delta FROM vote_history ORDER BY 1, 2"
    assert conn.execute(left).fetchall() == [
        ("archive", "U2", 3), ("merge", "U2", -3), ("merge", "U3", 3),
    ]  # fmt: skip
    assert find_differences(conn) == []


async def test_season_boards_are_never_pruned(database, conn):
    await _cast_in_season(database, date(2021, 3, 4), {"U2": 3}, season=1)
    await _cast_in_season(database, date(2021, 3, 5), {"U2": 3}, season=2)
    pruning.prune(conn, "T1", date(2026, 1, 1))
    left = {board for board in operating.list_boards(conn, "T1") if board.startswith("users")}
    assert left == {"users", "users/S1", "users/S2"}
    assert find_differences(conn) == []
