"""Boards without rows agree with the votes: of a channel, of a day's givers, and of spans."""

import contextlib
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.core.boards import periods
from app.core.boards.calendar import Calendar, VoteTime
from app.core.boards.periods import find_day, find_month, find_week
from app.core.commands.leaderboard import ShowBoard, ShowChart
from app.store.boards import computed_boards, pruning
from app.store.boards.computed_boards import BoardOf
from app.store.boards.rank_index import RankIndexes
from app.store.people import merging
from app.store.people.merge_transfer import Transfer
from app.store.server import operating
from app.store.transfer import vote_archive
from app.usecases.standings import BoardRequest, read_leaderboard, read_series
from tests.store.casting import ballot, cast, revise, rows, ruled, rules_of, spoken, ts_of

THURSDAY = date(2025, 11, 20)
SUNDAY = date(2025, 11, 23)
NOW = datetime(2025, 11, 24, 12, tzinfo=UTC)


async def _vote(database, number, points, day=THURSDAY, *, by="U1", shift=0, **where):
    vote = ballot(spoken(ts_of(number), by, **where), ruled(points))
    vote = replace(vote, when=VoteTime(day, week_shift=shift))
    store = revise if vote.message.revision else cast
    await database.run(lambda c: store(c, vote))


async def _read(database, board, period):
    return await database.run(
        lambda c: computed_boards.read_scores(c, BoardOf("T1", board, period))
    )


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (find_month(THURSDAY), {"U2": 5, "U3": -2}),
        (find_month(date(2025, 12, 1)), {"U4": 7}),
        (find_week(THURSDAY), {"U2": 3, "U3": -2}),
        (find_week(date(2025, 11, 24)), {"U2": 2}),
        (find_day(SUNDAY), {"U3": -2}),
        (find_day(date(2025, 11, 22)), {}),
    ],
)
async def test_a_channels_board_of_a_period_is_the_sum_of_its_votes(database, period, expected):
    await _vote(database, 1, {"U2": 3, "thing:x": 1})
    await _vote(database, 2, {"U3": -2}, SUNDAY)
    await _vote(database, 3, {"U2": 2}, date(2025, 11, 24))
    await _vote(database, 4, {"U4": 7}, date(2025, 12, 1))
    await _vote(database, 5, {"U2": 9}, channel="C2")
    await _vote(database, 6, {"U2": 9}, team="T2")
    assert await _read(database, "channel/C1", period) == expected


async def test_a_week_has_the_votes_of_its_days_by_the_first_weekday_set_then(database):
    """A Sunday is the first day of a week where weeks began on Sundays then, or else the last."""
    await _vote(database, 1, {"U2": 3}, SUNDAY, shift=1)
    await _vote(database, 2, {"U2": 1}, SUNDAY, shift=0)
    for shift in (0, 1, 2):
        week = periods.parse_period("2025-W48", shift)
        assert await _read(database, "channel/C1", week) == {"U2": 3}
        assert await _read(database, "channel/C1", week.find_previous()) == {"U2": 1}


async def test_givers_of_a_day_have_what_their_messages_give_after_all_edits(database):
    await _vote(database, 1, {"U2": 3, "thing:x": -1})
    await _vote(database, 1, {"U2": -2}, revision="1763660001.000000/1")
    await _vote(database, 2, {"U2": 1}, by="U5")
    await _vote(database, 2, {}, by="U5", revision="deleted")
    await _vote(database, 3, {"U2": 1}, SUNDAY)
    assert await _read(database, "givers", find_day(THURSDAY)) == {"U1": 2}


async def test_merged_points_count_for_the_target_and_hidden_people_have_no_place(database):
    await _vote(database, 1, {"U2": 3, "U4": 1})
    await database.run(
        lambda c: merging.merge(c, Transfer("T1", "U2", "U3", "merge/1"), rules_of(), "U9")
    )
    hidden = "INSERT INTO hidden_members (team_id, user_id, why) VALUES ('T1', 'U4', 'opted_out')"
    await rows(database, f"{hidden} RETURNING 1")
    assert await _read(database, "channel/C1", find_month(THURSDAY)) == {"U3": 3}


async def test_a_partly_archived_period_shows_nothing(database, database_url):
    await _vote(database, 1, {"U2": 3})
    await _vote(database, 2, {"U2": 2}, date(2025, 11, 24))
    month = BoardOf("T1", "channel/C1", find_month(THURSDAY))
    with contextlib.closing(operating.connect(database_url, "test")) as conn:
        pruning.move_horizons(conn, "T1", {"ledger": month.period.first})
        assert await _read(database, month.name, month.period) == {"U2": 5}
        cutoff = date(2025, 11, 22)
        with vote_archive.archive_votes(conn, "T1", cutoff, "1", list):
            pass
    assert await _read(database, "channel/C1", find_month(THURSDAY)) == {}
    assert await _read(database, "channel/C1", find_week(date(2025, 11, 24))) == {"U2": 2}
    board = await _read_board(database, "U2", "2025-11")
    assert (board.places, board.pruned) == ([], True)


async def _read_board(database, reader, span, **how):
    show = ShowBoard(span=span, channel="C1", **how)
    return await read_leaderboard(
        RankIndexes(database), BoardRequest("T1", reader, reader, show, Calendar(NOW))
    )


async def test_a_board_without_rows_has_ranks_movement_and_the_readers_own_place(database):
    await _vote(database, 1, {"U2": 1, "U3": 4})
    await _vote(database, 2, {"U2": 3, "U3": 1, "U4": 1}, date(2025, 11, 24))
    board = await _read_board(database, "U4", "week", count=2)
    places = [(place.rank, place.target, place.score, place.before) for place in board.places]
    assert places == [(1, "U2", 3, 2), (2, "U3", 1, 1)]
    own = board.own
    assert (own.rank, own.score, own.before, own.ahead.target) == (2, 1, 0, "U2")
    last = await _read_board(database, "U9", "week", count=2, bottom=True)
    assert [(place.rank, place.target) for place in last.places] == [(2, "U4"), (2, "U3")]
    assert last.own is None


async def test_a_board_is_shown_even_if_the_period_before_is_too_large_to_compare(
    database, monkeypatch
):
    monkeypatch.setattr(computed_boards, "MOST_ROWS", 3)
    for number in range(4):
        await _vote(database, number, {"U2": 1}, date(2025, 10, 31))
    await _vote(database, 5, {"U2": 3, "U3": 1})
    for number in range(6, 10):
        await _vote(database, number, {"U2": 1}, channel="C2")
    board = await _read_board(database, "U3", "month")
    assert [(place.target, place.score, place.before) for place in board.places] == [
        ("U2", 3, None), ("U3", 1, None)
    ]  # fmt: skip
    assert board.own.before is None
    with pytest.raises(computed_boards.TooLargeError):
        await _read_board(database, "U3", "last-month")


async def test_a_quarter_that_has_just_begun_is_compared_with_a_large_one(database, monkeypatch):
    monkeypatch.setattr(computed_boards, "MOST_ROWS", 500)
    before = """
        INSERT INTO leaderboard (team_id, board, target_id, score)
        SELECT 'T1', board, 'U' || 100 + n, n FROM generate_series(1, 501) AS n,
            (VALUES ('users/2025-09'), ('users/2025-Q3')) AS b (board) RETURNING 1
    """
    await rows(database, before)
    await _vote(database, 1, {"U601": 1, "U600": 2, "U2": 3}, by="U1")
    show = ShowBoard(span="quarter")
    board = await read_leaderboard(
        RankIndexes(database), BoardRequest("T1", "U601", "U601", show, Calendar(NOW))
    )
    places = [(place.rank, place.target, place.before) for place in board.places]
    assert places == [(1, "U2", 0), (2, "U600", 2), (3, "U601", 1)]
    assert board.own.before == 1


async def test_charts_of_a_channel_show_its_weeks_and_periods(database):
    await _vote(database, 1, {"U2": 1, "U3": 4})
    await _vote(database, 2, {"U2": 3}, date(2025, 11, 24))
    lines = await read_series(database, "T1", ShowChart(channel="C1"), Calendar(NOW))
    assert {who: weeks[-2:] for who, weeks in lines.scores.items()} == {"U2": (1, 3), "U3": (4, 0)}
    bars = await read_series(database, "T1", ShowChart(span="month", channel="C1"), Calendar(NOW))
    assert dict(bars.scores) == {"U2": (4,), "U3": (4,)}


async def test_the_first_season_is_all_time_until_another_begins(database):
    await _vote(database, 1, {"U2": 1})
    for show in (ShowBoard(span="season"), ShowBoard(span="season-1", channel="C1")):
        board = await read_leaderboard(
            RankIndexes(database), BoardRequest("T1", "U2", "U2", show, Calendar(NOW))
        )
        assert [(place.target, place.score) for place in board.places] == [("U2", 1)]


async def test_a_span_of_whole_months_and_days_is_the_sum_of_its_days(database):
    for number, (day, points) in enumerate(
        [(date(2025, 9, 2), 1), (date(2025, 9, 3), 2), (date(2025, 10, 31), 4), (THURSDAY, 8),
         (date(2025, 11, 24), 16), (date(2025, 11, 25), 32)]
    ):  # fmt: skip
        await _vote(database, number, {"U2": points, f"U{number + 10}": 1}, day)
    span = periods.build_span(date(2025, 9, 3), date(2025, 11, 24))
    assert {part.kind for part, _ in periods.split_span(span)} == {"month", "day"}
    found = await _read(database, "users", span)
    assert found == {"U2": 30, "U11": 1, "U12": 1, "U13": 1, "U14": 1}


async def test_an_excerpt_has_last_places_the_reader_and_who_is_ahead(database):
    points = {f"U{number}": number // 2 for number in range(2, 12)}
    await _vote(database, 1, points)
    board = BoardOf("T1", "channel/C1", find_day(THURSDAY))

    async def read(**wanted):
        excerpt = computed_boards.Excerpt(**wanted)
        return await database.run(lambda c: computed_boards.read_places(c, board, excerpt))

    first = await read(first=3, reader="U5")
    assert [(one.rank, one.target) for one in first.shown] == [(1, "U10"), (1, "U11"), (3, "U8")]
    assert (first.own.rank, first.own.score, first.own.ahead.target) == (7, 2, "U7")
    last = await read(last=2, targets=["U8", "U99"])
    assert [(one.rank, one.target) for one in last.shown] == [(9, "U3"), (9, "U2")]
    assert (last.own, last.ranks["U8"], "U99" in last.ranks) == (None, 3, False)


async def test_a_span_needs_no_board_from_before_it(database):
    await _vote(database, 1, {"U2": 3}, date(2025, 9, 4))
    with contextlib.closing(operating.connect(database.url, "test")) as conn:
        pruning.prune(conn, "T1", date(2025, 9, 3))
    span = periods.build_span(date(2025, 9, 3), THURSDAY)
    assert await _read(database, "users", span) == {"U2": 3}
    earlier = periods.build_span(date(2025, 9, 2), THURSDAY)
    assert await _read(database, "users", earlier) == {"U2": 3}
    with contextlib.closing(operating.connect(database.url, "test")) as conn:
        pruning.move_horizons(conn, "T1", {"day": date(2025, 9, 3), "month": date(2025, 10, 1)})
    assert await _read(database, "users", span) == {"U2": 3}
    assert await _read(database, "users", earlier) == {}
