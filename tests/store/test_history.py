"""The ledger as people read it: one entry per vote, and nothing that the reader may not see."""

from dataclasses import asdict, replace

import pytest

from app.core.message import DELETED, UNDONE
from app.core.refusals import Ruling
from app.core.vote import Vote
from app.store.votes import history as store
from app.store.votes import search as searching
from app.store.votes.history import HistoryQuery, read_history, sum_recent_votes
from app.store.votes.search import search
from tests.store.casting import ballot, cast, revise, rows, ruled, spoken, ts_of


def build_query(target="U2", reader="U9", here="C1", team="T1"):
    return HistoryQuery(team, [reader], here, [target])


def because(reason, points=1, target="U2"):
    return Ruling((Vote(target, points, reason, "for"),), ())


async def vote(database, number, ruling, **who):
    """Cast the votes of the message *number*; return the message."""
    message = spoken(ts_of(number), **who)
    await database.run(lambda c: cast(c, ballot(message, ruling)))
    return message


async def add_votes(
    database, reason, first, last, *, channel="C1", target="U2", delta=1, kind="vote"
):
    """Append a row for each of the messages *first* to *last* to the ledger."""
    await rows(
        database,
        "INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,"
        " reason, kind, voted_at) SELECT 'T1', %s, n || '.1', 'U1', %s, %s, %s, %s, now()"
        " FROM generate_series(%s::int, %s::int) AS n RETURNING 1",
        channel, target, delta, reason, kind, first, last,
    )  # fmt: skip


async def edit(database, message, ruling, revision):
    later = replace(message, revision=revision)
    await database.run(lambda c: revise(c, ballot(later, ruling)))


async def read_entries(database, count=10, *, given=True, **who):
    return await database.run(lambda c: read_history(c, build_query(**who), count, given=given))


async def make_public(database, *channels, private=False):
    await rows(
        database,
        "INSERT INTO channels (team_id, channel_id, private)"
        " SELECT 'T1', unnest(%s::text[]), %s RETURNING 1",
        list(channels),
        private,
    )


async def make_private(database, *channels):
    await make_public(database, *channels, private=True)


async def hide(database, user, why="opted_out"):
    await rows(database, "INSERT INTO hidden_members VALUES ('T1', %s, %s) RETURNING 1", user, why)


async def test_an_edited_vote_is_one_entry_with_its_current_points_and_reason(database):
    message = await vote(database, 1, because("the docs"))
    await edit(database, message, because("the good docs", 3), "1763660001.0/1")
    (entry,) = await read_entries(database)
    assert (entry.points, entry.reason, entry.edited) == (3, "the good docs", True)


async def test_an_edit_of_the_reason_alone_is_one_entry_too(database):
    message = await vote(database, 1, because("teh docs"))
    await edit(database, message, because("the docs"), "1763660001.0/1")
    (entry,) = await read_entries(database)
    assert (entry.points, entry.reason, entry.edited) == (1, "the docs", True)


async def test_a_vote_that_an_edit_or_an_answer_gives_first_is_not_an_edited_one(database):
    message = await vote(database, 1, Ruling((), ()))
    await edit(database, message, because("the docs"), "+")
    (entry,) = await read_entries(database)
    assert (entry.points, entry.edited) == (1, False)


@pytest.mark.parametrize("revision", [DELETED, UNDONE, "1763660001.0/1"])
async def test_a_withdrawn_vote_is_one_entry_without_a_reason(database, revision):
    message = await vote(database, 1, because("the docs", 2))
    await edit(database, message, Ruling((), ()), revision)
    (entry,) = await read_entries(database)
    assert (entry.points, entry.was, entry.reason, entry.edited) == (0, 2, None, False)


async def test_the_newest_entries_come_first_up_to_the_count(database):
    for number in range(1, 6):
        await vote(database, number, ruled({"U2": number}))
    assert [entry.points for entry in await read_entries(database, 3)] == [5, 4, 3]


async def test_a_persons_history_has_votes_received_and_given(database):
    await vote(database, 1, ruled({"U2": 1}))
    await vote(database, 2, ruled({"U3": 2, "thing:a": 1}), by="U2")
    found = [(e.voter, e.target) for e in await read_entries(database)]
    assert sorted(found) == [("U1", "U2"), ("U2", "U3"), ("U2", "thing:a")]
    assert [e.voter for e in await read_entries(database, given=False)] == ["U1"]


async def test_a_vote_edited_a_thousand_times_does_not_hide_those_before(database):
    await vote(database, 1, because("first"))
    message = await vote(database, 2, because("second"))
    await rows(
        database,
        "INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,"
        " reason, kind, voted_at) SELECT 'T1', 'C1', %s, 'U1', 'U2', 0, 'n' || n, 'edit', %s"
        " FROM generate_series(1, 1000) AS n RETURNING 1",
        message.ts,
        message.at,
    )
    assert [(e.points, e.reason) for e in await read_entries(database)] == [
        (1, "n1000"),
        (1, "first"),
    ]


async def test_a_history_reads_a_limited_number_of_rows(database):
    await make_public(database, "C1")
    await add_votes(database, "the first", 1, 1)
    await add_votes(database, "private", 2, 2000, channel="C7")
    assert len(await read_entries(database, reader="U9", here="C2")) == 1
    await add_votes(database, "private", 2001, 2001, channel="C7")
    (newest,) = await read_entries(database, 1, target="U1", here="C7")
    assert newest.ts == "2001.1"
    assert await read_entries(database, reader="U9", here="C2") == []


async def test_a_private_channels_votes_are_shown_only_in_that_channel(database):
    await vote(database, 1, because("hush"), channel="C7")
    await vote(database, 2, because("hello"), channel="C8")
    await vote(database, 3, because("perhaps"), channel="C9")  # not known to be public
    await make_private(database, "C7")
    await make_public(database, "C8")
    assert [e.reason for e in await read_entries(database, here="C7")] == ["hello", "hush"]
    assert [e.reason for e in await read_entries(database, here="C1")] == ["hello"]
    assert [e.reason for e in await read_entries(database, here="")] == ["hello"]
    sums = await database.run(lambda c: sum_recent_votes(c, build_query(here="C1"), 3, given=True))
    assert sums.reasons == [("hello", 1)]


async def test_hidden_people_are_named_neither_as_giver_nor_as_target(database):
    await vote(database, 1, because("the docs"), by="U1")
    await vote(database, 2, because("a hand", target="U1"), by="U2")
    await hide(database, "U1")
    assert [(e.voter, e.target) for e in await read_entries(database)] == [("", "U2")]
    sums = await database.run(lambda c: sum_recent_votes(c, build_query(), 3, given=True))
    assert (sums.voters, sums.targets, sums.reasons) == ([], [], [("the docs", 1)])


async def test_hidden_people_see_their_own_history(database):
    await vote(database, 1, because("the docs"), by="U1")
    await hide(database, "U1")
    await hide(database, "U2")
    own = await read_entries(database, target="U1", reader="U1")
    assert [(e.voter, e.target) for e in own] == []
    assert [e.voter for e in await read_entries(database, target="U2", reader="U2")] == [""]
    gave = build_query(target="U1", reader="U2")
    sums = await database.run(lambda c: sum_recent_votes(c, gave, 3, given=True))
    assert sums.targets == [("U2", 1)]


async def test_history_is_of_one_workspace(database):
    await vote(database, 1, because("theirs"), team="T2")
    assert await read_entries(database) == []


async def test_an_import_is_shown_only_to_its_target(database):
    await rows(
        database,
        "INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,"
        " kind, voted_at) SELECT 'T1', '', 'import/b1', '', t, 42, 'import', now()"
        " FROM unnest(ARRAY['U2', 'U3']) AS t RETURNING 1",
    )
    (entry,) = await read_entries(database)
    assert (entry.target, entry.points, entry.kind) == ("U2", 42, "import")


async def test_points_moved_by_a_merge_are_shown_apart_from_votes(database):
    await add_votes(database, None, 1, 1, kind="merge")
    assert await read_entries(database) == []
    sums = await database.run(lambda c: sum_recent_votes(c, build_query(), 3, given=False))
    assert sums.voters == []


async def test_recent_sums_are_of_a_limited_number_of_rows(database):
    await add_votes(database, "before", 1, 9)
    await add_votes(database, "before", 11, 19, target="U3")
    await add_votes(database, "the docs", 101, 100 + store.RECENT_ROWS)
    most = store.RECENT_ROWS
    got = await database.run(lambda c: sum_recent_votes(c, build_query(), 3, given=False))
    assert (got.voters, got.reasons) == ([("U1", most)], [("the docs", most)])
    gave = build_query(target="U1")
    sums = await database.run(lambda c: sum_recent_votes(c, gave, 3, given=True))
    assert sums.targets == [("U2", most)]


async def test_recent_sums_count_standing_votes_highest_first(database):
    await vote(database, 1, because("the docs", 2))
    await vote(database, 2, because("The docs", 2))
    await vote(database, 3, because("A hand", 3), by="U0")
    gone = await vote(database, 4, because("oops", 5), by="U4")
    await edit(database, gone, Ruling((), ()), DELETED)
    await vote(database, 5, because("tea", target="U0"))
    sums = await database.run(lambda c: sum_recent_votes(c, build_query(), 3, given=True))
    assert sums.voters == [("U1", 4), ("U0", 3)]
    assert [points for _, points in sums.reasons] == [4, 3]
    gave = build_query(target="U1")
    sums = await database.run(lambda c: sum_recent_votes(c, gave, 3, given=True))
    assert sums.targets == [("U2", 4), ("U0", 1)]


async def find_reasons(database, words, prefix="", count=10, **who):
    entries = await database.run(lambda c: search(c, build_query(**who), (words, prefix), count))
    return [entry.reason for entry in entries]


async def test_a_search_finds_whole_words_and_a_prefix(database):
    await vote(database, 1, because("the big release"))
    await vote(database, 2, because("releases"))
    await vote(database, 3, because("other things"))
    assert await find_reasons(database, "", "rel") == ["releases", "the big release"]
    assert await find_reasons(database, "release") == ["the big release"]
    assert await find_reasons(database, "big", "rel") == ["the big release"]
    assert await find_reasons(database, '"big release" or things') == [
        "the big release",
        "other things",
    ]
    assert await find_reasons(database, "other -things") == []


@pytest.mark.parametrize(
    "words", ["", "'", "'' | !", "\\", ":*", "& & (", "<->", '"', "- - -", "\u202e", "a:*b"]
)
async def test_any_words_can_be_searched_for(database, words):
    await vote(database, 1, because("the release"))
    assert await find_reasons(database, words) == []
    if words:
        assert await find_reasons(database, "", words) == []


async def test_more_frequent_and_newer_matches_come_first(database):
    for number, reason in ((9000, "newer cake"), (1, "cake, cake and cake"), (2, "older cake")):
        await vote(database, number, because(reason))
    assert await find_reasons(database, "cake", count=2) == ["cake, cake and cake", "newer cake"]


async def test_only_current_reasons_are_found(database):
    edited = await vote(database, 1, because("cake"))
    await edit(database, edited, because("pie"), "1763660001.0/1")
    gone = await vote(database, 2, because("cake too"))
    await edit(database, gone, Ruling((), ()), DELETED)
    assert await find_reasons(database, "cake") == []
    assert await find_reasons(database, "pie") == ["pie"]


async def test_a_search_respects_private_channels_and_hidden_people(database):
    await vote(database, 1, because("secret cake"), channel="C7")
    await make_private(database, "C7")
    await vote(database, 2, because("hidden cake", target="U5"))
    await hide(database, "U5")
    assert await find_reasons(database, "cake") == []
    assert await find_reasons(database, "cake", here="C7") == ["secret cake"]
    assert await find_reasons(database, "cake", reader="U5") == ["hidden cake"]
    assert await find_reasons(database, "cake", here="C7", team="T2") == []


async def test_older_reasons_are_found_by_the_text_index(database, monkeypatch):
    await vote(database, 1, because("cake"))
    for number in range(2, 6):
        await vote(database, number, because("pie"))
    newest = searching._AMONG_NEWEST.replace(str(searching.NEWEST), "2")
    monkeypatch.setattr(searching, "_AMONG_NEWEST", newest)
    assert await find_reasons(database, "cake") == ["cake"]
    assert await find_reasons(database, "pie") == ["pie"] * 4


async def test_a_search_that_takes_too_long_finds_only_the_newest(database, monkeypatch):
    monkeypatch.setattr(searching, "_PATIENCE_MS", 1)
    slowly = searching._AMONG_ALL.replace("SELECT id", "SELECT id FROM pg_sleep(60), (SELECT id", 1)
    monkeypatch.setattr(searching._find_among_all, "__defaults__", (f"{slowly}) AS found",))
    await vote(database, 1, because("cake"))
    assert await find_reasons(database, "cake") == ["cake"]


async def test_whole_words_are_enough_where_old_reasons_have_many(database, monkeypatch):
    newest = searching._AMONG_NEWEST.replace(str(searching.NEWEST), "2")
    monkeypatch.setattr(searching, "_AMONG_NEWEST", newest)
    await make_public(database, "C1")
    await add_votes(database, "the release", 1, searching.ENOUGH)
    await add_votes(database, "the releases", 101, 101)
    await add_votes(database, "filler", 201, 203)

    async def find(count):
        found = await database.run(lambda c: search(c, build_query(), ("the", "release"), count))
        return [entry.reason for entry in found]

    assert await find(10) == ["the release"] * 10
    assert (await find(searching.ENOUGH + 1)).count("the releases") == 1


async def test_the_ledger_is_read_by_its_indexes(database):
    await rows(
        database,
        "INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,"
        " voted_at) SELECT 'T1', 'C1', n::text, 'U' || n %% 500, 'V' || n %% 400, 1, now()"
        " FROM generate_series(1, 20000) AS n RETURNING 1",
    )
    await database.run(lambda c: c.execute("ANALYZE vote_history"))

    async def plan(conn, query, **more):
        parameters = asdict(build_query()) | {"count": 3} | more
        cursor = await conn.execute(f"EXPLAIN {query}", parameters)
        return "\n".join(line for (line,) in await cursor.fetchall())

    keys = {"channels": ["C1"], "times": ["5"], "slots": [""], "targets": ["V5"], "ids": []}
    page = {"received": True, "given": True, "before": 1 << 62, "rows": 200}
    for query, more, index in [
        (store._NEWEST, page, "vote_history_by_target"),
        (store._NEWEST, page, "vote_history_by_voter"),
        (store._WHOLE, keys, "vote_history_by_message"),
        (store._GOT, {}, "vote_history_by_target"),
        (store._GAVE, {}, "vote_history_by_voter"),
    ]:
        shown = await database.run(lambda c, q=query, m=more: plan(c, q, **m))
        assert index in shown
        assert "Seq Scan on vote_history" not in shown


async def test_votes_edited_away_do_not_crowd_out_others_in_a_search(database, monkeypatch):
    newest = searching._AMONG_NEWEST.replace(str(searching.NEWEST), "300")
    monkeypatch.setattr(searching, "_AMONG_NEWEST", newest)
    await make_public(database, "C1")
    await add_votes(database, "the old release", 1, 1)
    await add_votes(database, "filler", 2, 400)
    await add_votes(database, "release", 1001, 1000 + searching.ENOUGH)
    await add_votes(database, None, 1001, 1000 + searching.ENOUGH, delta=-1, kind="edit")
    assert await find_reasons(database, "release") == ["the old release"]


@pytest.mark.parametrize("hidden", [{"channel": "C7"}, {"target": "U5"}])
async def test_hidden_votes_do_not_crowd_out_others_in_a_search(database, monkeypatch, hidden):
    await make_public(database, "C1")
    await make_private(database, "C7")
    await hide(database, "U5")
    most = searching.CANDIDATES
    await add_votes(database, "release", 1, searching.OLDER, **hidden)
    await add_votes(database, "release", 1001, 1000 + most)
    await add_votes(database, "the new release", 2001, 2001)
    await add_votes(database, "release", 3001, 3000 + most, **hidden)
    found = ["the new release", *["release"] * 9]
    assert await find_reasons(database, "release") == found
    newest = searching._AMONG_NEWEST.replace(str(searching.NEWEST), str(most + 1))
    monkeypatch.setattr(searching, "_AMONG_NEWEST", newest)
    assert await find_reasons(database, "release") == found
