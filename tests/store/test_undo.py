"""The votes that a person can take back: their own last ones, identified by a ledger row."""

from dataclasses import replace

from app.core.message import DELETED, UNDONE
from app.core.refusals import Ruling
from app.core.vote import Vote
from app.store.votes import undo
from tests.store.casting import ballot, cast, revise, rows, ruled, spoken, ts_of


async def _cast(database, number, points, by="U1", **where):
    one = ballot(spoken(ts_of(number), by, **where), ruled(points))
    await database.run(lambda c: cast(c, one))


async def _revise(database, number, revision, points=None, by="U1"):
    one = ballot(spoken(ts_of(number), by, revision=revision), ruled(points or {}))
    await database.run(lambda c: revise(c, one))


async def _latest(database):
    found = await database.run(lambda c: undo.read_latest(c, "T1", "U1"))
    return found and (found.ts, [(vote.target, vote.points) for vote in found.votes])


async def test_the_latest_message_is_found_in_whatever_order_they_were_stored(database):
    await _cast(database, 2, {"U3": 2, "thing:a": -1})
    await _cast(database, 1, {"U2": 1})
    assert await _latest(database) == (ts_of(2), [("U3", 2), ("thing:a", -1)])


async def test_votes_of_others_of_other_teams_and_without_points_are_not_found(database):
    await _cast(database, 1, {"U2": 1}, by="U9")
    await _cast(database, 2, {"U2": 1}, team="T2")
    await _cast(database, 3, {"U2": 1})
    await _revise(database, 3, DELETED, by="")
    await _cast(database, 4, {"U2": 1})
    await _revise(database, 4, UNDONE, by="")
    assert await _latest(database) is None


async def test_an_edited_message_is_listed_with_its_current_votes(database):
    await _cast(database, 1, {"U2": 1, "U3": 1})
    await _revise(database, 1, "1763660009.000000/1", {"U2": 4})
    assert await _latest(database) == (ts_of(1), [("U2", 4)])


async def test_only_known_public_channels_are_public(database):
    voters = {"U1": "C1", "U3": "C2", "U4": "C3"}
    for voter, channel in voters.items():
        await _cast(database, 1, {"U2": 1}, voter, channel=channel)
    await rows(
        database,
        "INSERT INTO channels (team_id, channel_id, private)"
        " VALUES ('T1', 'C1', false), ('T1', 'C2', true) RETURNING 1",
    )
    found = [await database.run(undo.read_latest, "T1", voter) for voter in voters]
    assert {one.channel: one.public for one in found} == {"C1": True, "C2": False, "C3": False}
    named = [await database.run(lambda c, i=one.id: undo.read_given(c, "T1", i)) for one in found]
    assert {one.channel: bool(one.public) for one in named} == {
        "C1": True, "C2": False, "C3": False
    }  # fmt: skip


async def test_a_row_id_is_valid_only_in_its_team(database):
    await _cast(database, 1, {"U2": 1})
    ((row,),) = await rows(database, "SELECT id FROM vote_history")
    named = await database.run(lambda c: undo.read_given(c, "T1", row))
    assert (named.id, named.channel, named.ts, named.voter) == (row, "C1", ts_of(1), "U1")
    assert await database.run(lambda c: undo.read_given(c, "T2", row)) is None
    assert await database.run(lambda c: undo.read_given(c, "T1", row + 1)) is None


async def test_votes_taken_back_are_listed_with_their_reasons(database):
    one = ballot(spoken(ts_of(1)), Ruling((Vote("U2", 2, "teh docs"), Vote("U3", -1))))
    await database.run(lambda c: cast(c, one))
    edited = replace(one.message, revision="1763660009.000000/1")
    votes = Ruling((Vote("U2", 2, "the docs"), Vote("U3", -1)))
    await database.run(lambda c: revise(c, ballot(edited, votes)))
    given = await database.run(lambda c: undo.read_latest(c, "T1", "U1"))
    assert list(given.votes) == [Vote("U2", 2, "the docs"), Vote("U3", -1)]
    assert await database.run(lambda c: undo.read_taken_back(c, "T1", given)) == []
    await _revise(database, 1, UNDONE, by="")
    assert await database.run(lambda c: undo.read_taken_back(c, "T1", given)) == [
        Vote("U2", 2, "the docs"), Vote("U3", -1)
    ]  # fmt: skip


async def test_finding_the_latest_votes_scans_no_table(database):
    await rows(
        database,
        "INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,"
        " voted_at, day) SELECT 'T1', 'C1', '1763660000.' || n, 'U' || mod(n, 300), 'UX', 1, now(),"
        " now() FROM generate_series(1, 30000) AS n RETURNING 1",
    )
    await database.run(lambda c: c.execute("ANALYZE vote_history"))
    query = undo._LATEST % {"team": "'T1'", "voter": "'U7'"}
    plan = await rows(database, f"EXPLAIN {query}")
    assert "Seq Scan on vote_history" not in "\n".join(line for (line,) in plan)
