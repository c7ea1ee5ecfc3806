"""The ledger as people read it: one entry per vote, and nothing that the reader may not see."""

from dataclasses import replace

import pytest

from app.core.message import DELETED, UNDONE
from app.core.refusals import Ruling
from app.core.vote import Vote
from app.store.votes import history as store
from app.store.votes import search as searching
from app.store.votes.history import HistoryQuery, read_history, sum_recent_votes
from app.store.votes.search import search
from tests.store.casting import ballot, cast, revise, rows, ruled, spoken, ts_of


def asked(target="U2", reader="U9", here="C1", team="T1"):
    return HistoryQuery(team, reader, here, target)


def because(reason, points=1, target="U2"):
    return Ruling((Vote(target, points, reason, "for"),), ())


async def given(database, number, ruling, **who):
    """Cast the votes of the message *number*; return the message."""
    message = spoken(ts_of(number), **who)
    await database.run(lambda c: cast(c, ballot(message, ruling)))
    return message


async def revised(database, message, ruling, revision):
    later = replace(message, revision=revision)
    await database.run(lambda c: revise(c, ballot(later, ruling)))


async def past(database, count=10, *, given=True, **who):
    return await database.run(lambda c: read_history(c, asked(**who), count, given=given))


async def public(database, *channels):
    await rows(
        database,
        "INSERT INTO channels (team_id, channel_id, private)"
        " SELECT 'T1', unnest(%s::text[]), false RETURNING 1",
        list(channels),
    )


async def hide(database, user, why="opted_out"):
    await rows(database, "INSERT INTO hidden_members VALUES ('T1', %s, %s) RETURNING 1", user, why)


async def test_an_edit_is_one_entry_with_what_stands_now(database):
    message = await given(database, 1, because("the docs"))
    await revised(database, message, because("the good docs", 3), "1763660001.0/1")
    (entry,) = await past(database)
    assert (entry.points, entry.reason, entry.edited) == (3, "the good docs", True)


async def test_an_edit_of_the_reason_alone_is_one_entry_too(database):
    message = await given(database, 1, because("teh docs"))
    await revised(database, message, because("the docs"), "1763660001.0/1")
    (entry,) = await past(database)
    assert (entry.points, entry.reason, entry.edited) == (1, "the docs", True)


@pytest.mark.parametrize("revision", [DELETED, UNDONE, "1763660001.0/1"])
async def test_what_was_withdrawn_is_one_entry_without_its_reason(database, revision):
    message = await given(database, 1, because("the docs", 2))
    await revised(database, message, Ruling((), ()), revision)
    (entry,) = await past(database)
    assert (entry.points, entry.was, entry.reason, entry.edited) == (0, 2, None, False)


async def test_the_newest_message_comes_first_and_only_so_many(database):
    for number in range(1, 6):
        await given(database, number, ruled({"U2": number}))
    assert [entry.points for entry in await past(database, 3)] == [5, 4, 3]


async def test_both_what_was_got_and_what_was_given_is_told_of_a_person(database):
    await given(database, 1, ruled({"U2": 1}))
    await given(database, 2, ruled({"U3": 2, "thing:a": 1}), by="U2")
    found = [(e.voter, e.target) for e in await past(database)]
    assert sorted(found) == [("U1", "U2"), ("U2", "U3"), ("U2", "thing:a")]
    assert [e.voter for e in await past(database, given=False)] == ["U1"]


async def test_a_vote_edited_a_thousand_times_does_not_hide_those_before(database):
    await given(database, 1, because("first"))
    message = await given(database, 2, because("second"))
    await rows(
        database,
        "INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,"
        " reason, kind, voted_at) SELECT 'T1', 'C1', %s, 'U1', 'U2', 0, 'n' || n, 'edit', %s"
        " FROM generate_series(1, 1000) AS n RETURNING 1",
        message.ts,
        message.at,
    )
    assert [(e.points, e.reason) for e in await past(database)] == [(1, "n1000"), (1, "first")]


async def test_a_private_channels_votes_are_told_in_that_channel_alone(database):
    await given(database, 1, because("hush"), channel="C7")
    await given(database, 2, because("hello"), channel="C8")
    await public(database, "C8")
    assert [e.reason for e in await past(database, here="C7")] == ["hello", "hush"]
    assert [e.reason for e in await past(database, here="C1")] == ["hello"]
    assert [e.reason for e in await past(database, here="")] == ["hello"]
    told = await database.run(lambda c: sum_recent_votes(c, asked(here="C1"), 3, given=True))
    assert told.reasons == [("hello", 1)]


async def test_who_is_hidden_is_named_neither_as_giver_nor_as_target(database):
    await given(database, 1, because("the docs"), by="U1")
    await given(database, 2, because("a hand", target="U1"), by="U2")
    await hide(database, "U1")
    assert [(e.voter, e.target) for e in await past(database)] == [("", "U2")]
    sums = await database.run(lambda c: sum_recent_votes(c, asked(), 3, given=True))
    assert (sums.voters, sums.targets, sums.reasons) == ([], [], [("the docs", 1)])


async def test_who_is_hidden_sees_their_own(database):
    await given(database, 1, because("the docs"), by="U1")
    await hide(database, "U1")
    await hide(database, "U2")
    own = await past(database, target="U1", reader="U1")
    assert [(e.voter, e.target) for e in own] == []
    assert [e.voter for e in await past(database, target="U2", reader="U2")] == [""]


async def test_another_workspace_is_another_ledger(database):
    await given(database, 1, because("theirs"), team="T2")
    assert await past(database) == []


async def test_an_import_is_an_entry_of_its_target_alone(database):
    await rows(
        database,
        "INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,"
        " kind, voted_at) SELECT 'T1', '', 'import/b1', '', t, 42, 'import', now()"
        " FROM unnest(ARRAY['U2', 'U3']) AS t RETURNING 1",
    )
    (entry,) = await past(database)
    assert (entry.target, entry.points, entry.kind) == ("U2", 42, "import")


async def test_lately_counts_what_stands_the_most_first(database):
    await given(database, 1, because("the docs", 2))
    await given(database, 2, because("The docs", 2))
    await given(database, 3, because("help", 3), by="U3")
    gone = await given(database, 4, because("oops", 5), by="U4")
    await revised(database, gone, Ruling((), ()), DELETED)
    sums = await database.run(lambda c: sum_recent_votes(c, asked(), 3, given=True))
    assert sums.voters == [("U1", 4), ("U3", 3)]
    assert [points for _, points in sums.reasons] == [4, 3]


async def found(database, words, prefix="", count=10, **who):
    entries = await database.run(lambda c: search(c, asked(**who), (words, prefix), count))
    return [entry.reason for entry in entries]


async def test_a_search_finds_whole_words_and_the_beginning_of_one(database):
    await given(database, 1, because("the big release"))
    await given(database, 2, because("releases"))
    await given(database, 3, because("other things"))
    assert await found(database, "", "rel") == ["releases", "the big release"]
    assert await found(database, "release") == ["the big release"]
    assert await found(database, "big", "rel") == ["the big release"]
    assert await found(database, '"big release" or things') == ["the big release", "other things"]
    assert await found(database, "other -things") == []


@pytest.mark.parametrize(
    "words", ["", "'", "'' | !", "\\", ":*", "& & (", "<->", '"', "- - -", "\u202e", "a:*b"]
)
async def test_any_words_can_be_searched_for(database, words):
    await given(database, 1, because("the release"))
    assert await found(database, words) == []
    if words:
        assert await found(database, "", words) == []


async def test_more_of_the_words_and_newer_comes_first(database):
    await given(database, 1, because("cake"))
    await given(database, 2, because("cake, cake and cake"))
    await given(database, 3, because("cake"))
    assert await found(database, "cake", count=2) == ["cake, cake and cake", "cake"]


async def test_only_the_reason_that_stands_is_found(database):
    edited = await given(database, 1, because("cake"))
    await revised(database, edited, because("pie"), "1763660001.0/1")
    gone = await given(database, 2, because("cake too"))
    await revised(database, gone, Ruling((), ()), DELETED)
    assert await found(database, "cake") == []
    assert await found(database, "pie") == ["pie"]


async def test_a_search_respects_private_channels_and_hidden_people(database):
    await given(database, 1, because("secret cake"), channel="C7")
    await given(database, 2, because("hidden cake", target="U5"))
    await hide(database, "U5")
    assert await found(database, "cake") == []
    assert await found(database, "cake", here="C7") == ["secret cake"]
    assert await found(database, "cake", reader="U5") == ["hidden cake"]
    assert await found(database, "cake", here="C7", team="T2") == []


async def test_what_is_not_among_the_newest_is_found_by_the_index(database, monkeypatch):
    await given(database, 1, because("cake"))
    for number in range(2, 6):
        await given(database, number, because("pie"))
    newest = searching._AMONG_NEWEST.replace(str(searching.NEWEST), "2")
    monkeypatch.setattr(searching, "_AMONG_NEWEST", newest)
    assert await found(database, "cake") == ["cake"]
    assert await found(database, "pie") == ["pie"] * 4


async def test_whole_words_are_enough_where_old_reasons_have_many(database, monkeypatch):
    newest = searching._AMONG_NEWEST.replace(str(searching.NEWEST), "2")
    monkeypatch.setattr(searching, "_AMONG_NEWEST", newest)
    await public(database, "C1")
    await rows(database, NEW, "C1", 1, "the release", "vote", 1, searching.ENOUGH)
    await rows(database, NEW, "C1", 1, "the releases", "vote", 101, 101)
    await rows(database, NEW, "C1", 1, "filler", "vote", 201, 203)

    async def find(count):
        found = await database.run(lambda c: search(c, asked(), ("the", "release"), count))
        return [entry.reason for entry in found]

    assert await find(10) == ["the release"] * 10
    assert (await find(searching.ENOUGH + 1)).count("the releases") == 1


async def test_the_ledger_is_read_through_its_indexes(database):
    await rows(
        database,
        "INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,"
        " voted_at) SELECT 'T1', 'C1', n::text, 'U' || n %% 500, 'V' || n %% 400, 1, now()"
        " FROM generate_series(1, 20000) AS n RETURNING 1",
    )
    await database.run(lambda c: c.execute("ANALYZE vote_history"))

    async def plan(conn, query, **more):
        parameters = asked().parameters | {"count": 3} | more
        cursor = await conn.execute(f"EXPLAIN {query}", parameters)
        return "\n".join(line for (line,) in await cursor.fetchall())

    keys = {"channels": ["C1"], "times": ["5"], "slots": [""], "targets": ["V5"], "ids": []}
    page = {"giver": "U2", "before": 1 << 62, "rows": 200}
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


NEW = """
INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta, reason, kind,
    voted_at)
SELECT 'T1', %s, n || '.1', 'U1', 'U2', %s, %s, %s, now()
FROM generate_series(%s::int, %s::int) AS n RETURNING 1
"""


@pytest.mark.parametrize("hidden", ["in a private channel", "edited away"])
async def test_what_may_not_be_shown_takes_no_place_in_a_search(database, monkeypatch, hidden):
    newest = searching._AMONG_NEWEST.replace(str(searching.NEWEST), "300")
    monkeypatch.setattr(searching, "_AMONG_NEWEST", newest)
    await public(database, "C1")
    await rows(database, NEW, "C1", 1, "the old release", "vote", 1, 1)
    await rows(database, NEW, "C1", 1, "filler", "vote", 2, 400)
    channel = "C7" if hidden == "in a private channel" else "C1"
    await rows(database, NEW, channel, 1, "release", "vote", 1001, 1000 + searching.ENOUGH)
    if hidden == "edited away":
        await rows(database, NEW, "C1", -1, None, "edit", 1001, 1000 + searching.ENOUGH)
    found = await database.run(lambda c: search(c, asked(), ("release", ""), 10))
    assert [entry.reason for entry in found] == ["the old release"]
