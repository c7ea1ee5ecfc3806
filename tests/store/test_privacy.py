"""Opting out keeps points and stops counting; forgetting leaves no trace of one person only."""

import asyncio
import random
from dataclasses import replace
from functools import partial

import pytest

from app.core.message import DELETED, UNDONE
from app.core.refusals import Refusal, RefusedVote, Ruling
from app.core.vote import Vote
from app.store.database import Database, UnavailableError
from app.store.people import forgetting, personal_data
from app.store.people import opt_outs as store
from app.store.workspace.rulebook import Rulebook
from app.usecases import privacy
from tests.store.casting import (
    ballot,
    cast,
    revise,
    rows,
    ruled,
    scores,
    spoken,
    store_by_rules,
    ts_of,
)
from tests.talk import PATIENT_LIMITS

F = "UFORGOTTENX"
TS = "1763660000.000001"  # 2025-11-20

# Every score on a board that differs from the ledger.
DIFFERENCES = """
WITH vote AS (
    SELECT team_id, channel_id, message_ts, slot, voter_id, target_id, sum(delta) AS points, day,
        season
    FROM vote_history GROUP BY 1, 2, 3, 4, 5, 6, 8, 9
), main (team_id, board, target_id, points, day, season) AS (
    SELECT team_id, CASE WHEN target_id LIKE 'thing:%%' THEN 'things' ELSE 'users' END, target_id,
        points, day, season FROM vote
    UNION ALL SELECT team_id, 'givers', voter_id, abs(points), day, season
    FROM vote WHERE day IS NOT NULL
    UNION ALL SELECT team_id, 'channel/' || channel_id, target_id, points, day, season FROM vote
    WHERE target_id NOT LIKE 'thing:%%' AND day IS NOT NULL
    UNION ALL SELECT team_id, board, target_id, points, NULL, NULL FROM archived_shares
), expected AS (
    SELECT team_id, board || suffix AS board, target_id, sum(points) AS score
    FROM main CROSS JOIN LATERAL (VALUES ('', true),
        (to_char(day, '/YYYY-MM'), board NOT LIKE 'channel/%%'),
        (to_char(day, '/IYYY-"W"IW'), board NOT LIKE 'channel/%%'),
        (to_char(day, '/YYYY-MM-DD'), board IN ('users', 'things'))) AS p (suffix, kept)
    WHERE suffix IS NOT NULL AND kept GROUP BY 1, 2, 3
)
SELECT team_id, board, target_id, e.score, l.score
FROM expected AS e FULL JOIN leaderboard AS l USING (team_id, board, target_id)
WHERE coalesce(e.score, 0) <> coalesce(l.score, 0)
"""

# The tables in which no column may name U1.
TABLES = (
    "vote_history", "leaderboard", "allowances", "members", "hidden_members", "homes", "told",
    "outbox", "archived_shares", "messages",
)  # fmt: skip


async def _find_traces(database, user):
    found = {}
    for table in TABLES:
        query = rf"SELECT t::text FROM {table} AS t WHERE t::text ~ '\y{user}\y'"  # noqa: S608
        if held := [text for (text,) in await rows(database, query)]:
            found[table] = held
    return found


async def _cast(database, number, ruling, by="U1", allowance=None, **where):
    ruling = ruled(ruling) if isinstance(ruling, dict) else ruling
    one = ballot(spoken(ts_of(number), by, **where), ruling, allowance)
    return await store_by_rules(database, cast, one)


async def _revise(database, number, revision, ruling, by="U1", kept=(), **where):
    ruling = ruled(ruling) if isinstance(ruling, dict) else ruling
    one = _without(kept, ballot(spoken(ts_of(number), by, revision=revision, **where), ruling))
    return await store_by_rules(database, revise, one)


def _without(opted_out, one):
    """Return the ballot by rules in which *opted_out* have opted out."""
    return replace(one, rules=replace(one.rules, opted_out=frozenset(opted_out)))


async def _forget(database, user="U1", pseudonym=F, team="T1"):
    return await database.run(
        lambda c: forgetting.forget(c, team, user, pseudonym, f"~{user.lower()}")
    )


async def _boards(database, but=()):
    query = "SELECT team_id, board, target_id, score FROM leaderboard WHERE score <> 0"
    return {row for row in await rows(database, query) if row[2] not in but}


# Opting out


async def test_opting_out_and_in_is_known_at_once_and_elsewhere_once_read(database):
    here, elsewhere = Rulebook(database), Rulebook(database)
    assert await privacy.opt(here, "T1", "U1", out=True)
    assert not await privacy.opt(here, "T1", "U1", out=True)
    assert (here.get_rules("T1").opted_out, here.get_rules("T2").opted_out) == ({"U1"}, frozenset())
    await elsewhere.learn()
    assert elsewhere.get_rules("T1").opted_out == {"U1"}
    assert await privacy.opt(here, "T1", "U1", out=False)
    assert not await privacy.opt(here, "T1", "U1", out=False)
    assert here.get_rules("T1").opted_out == frozenset()
    await elsewhere.learn()
    assert elsewhere.get_rules("T1").opted_out == frozenset()


async def test_changes_by_another_process_are_followed(database):
    here = Rulebook(database)
    await here.learn()
    for out in (True, False):
        await privacy.opt(Rulebook(database), "T1", "U1", out=out)
        await here.follow()
        assert here.get_rules("T1").opted_out == ({"U1"} if out else set())


async def test_known_rules_stay_while_the_database_is_away(own_database_url):
    database = Database(own_database_url, PATIENT_LIMITS)
    absent = Rulebook(database)
    await database.open()
    await privacy.opt(absent, "T1", "U1", out=True)
    await database.close()
    with pytest.raises(UnavailableError):
        await absent.learn()
    assert absent.get_rules("T1").opted_out == {"U1"}


async def test_deactivated_people_have_not_opted_out(database):
    await rows(
        database,
        "INSERT INTO hidden_members (team_id, user_id, why)"
        " VALUES ('T1', 'U1', 'deactivated') RETURNING 1",
    )
    absent = Rulebook(database)
    await absent.learn()
    assert absent.get_rules("T1").opted_out == frozenset()


async def test_a_voter_is_told_once_per_person_and_again_after_they_opt_in(database):
    async def tell(number, *users, by="U1"):
        message = spoken(ts_of(number), by)
        return await database.run(lambda c: store.write_opt_out_reply(c, message, users))

    assert await tell(1, "U8", "U9") == 1
    assert await tell(2, "U8", "U9") == 0
    assert await tell(3, "U7", "U9") == 1
    assert await tell(4, "U9", by="U2") == 1
    await privacy.opt(Rulebook(database), "T1", "U9", out=False)
    await privacy.opt(Rulebook(database), "T1", "U9", out=True)
    await privacy.opt(Rulebook(database), "T1", "U9", out=False)
    assert await tell(5, "U8", "U9") == 1
    told = await rows(database, "SELECT only_for, body FROM outbox ORDER BY id")
    assert told == [
        ("U1", {"people": ["U8", "U9"]}),
        ("U1", {"people": ["U7"]}),
        ("U2", {"people": ["U9"]}),
        ("U1", {"people": ["U9"]}),
    ]


async def test_refused_votes_for_opted_out_people_get_no_reply(database):
    refused = Ruling((), (RefusedVote(Refusal.OPTED_OUT, "U9"),), ("U9",))
    assert (await _cast(database, 1, refused)).waiting == 0
    assert await _cast(database, 1, {"U9": 1}) is None
    assert await rows(database, "SELECT FROM outbox") == []


@pytest.mark.parametrize("now", [{"U2": 3}, {"U2": 1, "U9": 5}, {}])
async def test_an_edit_does_not_change_points_of_opted_out_people(database, now):
    await _cast(database, 1, {"U2": 1, "U9": 2})
    said = {target: n for target, n in now.items() if target != "U9"}
    await _revise(database, 1, "1763660009.000000/1", said, kept={"U9"})
    assert {t: n for t, n in (await scores(database)).items() if n} == {"U9": 2} | said
    assert await rows(database, DIFFERENCES) == []


@pytest.mark.parametrize("revision", [DELETED, UNDONE])
async def test_deletion_and_undo_withdraw_points_of_opted_out_people(database, revision):
    await _cast(database, 1, {"U2": 1, "U9": 2})
    await _revise(database, 1, revision, {}, by="", kept={"U9"})
    assert set((await scores(database)).values()) == {0}


async def test_an_edit_spends_and_refunds_nothing_for_opted_out_people(database):
    await _cast(database, 1, {"U2": 1, "U9": 2}, allowance=3)
    edit = ballot(spoken(ts_of(1), revision="1763660009.000000/1"), ruled({}), allowance=3)
    edit = _without({"U9"}, edit)
    await database.run(lambda c: revise(c, edit))
    assert await rows(database, "SELECT spent::int FROM allowances") == [(2,)]


# Forgetting


async def _history(database):
    """Store votes of every kind, by, for and about U1, in two teams."""
    docs = Ruling((Vote("U2", 2, "the docs of <@U1>"), Vote("thing:db", 1, "it, says <@U11>")))
    mine = Ruling((Vote("U2", -1, "my secret"), Vote("thing:db", 3, "also mine")))
    await _cast(database, 1, {"U1": 2, "U3": 1}, by="U2")
    await _cast(database, 2, mine, by="U1", allowance=99)
    await _cast(database, 3, docs, by="U3")
    await _cast(database, 4, {"U1": -3, "U11": 1}, by="U12", channel="C2")
    await _revise(database, 1, "1763660009.000000/1", {"U1": 4, "U3": 1}, by="U2")
    await _cast(database, 5, {"U1": 1}, by="U2", team="T2")
    for statement in (
        "INSERT INTO members (team_id, user_id, name) VALUES ('T1','U1','Ann'), ('T1','U11','Al')",
        "INSERT INTO homes (team_id, user_id) VALUES ('T1', 'U1'), ('T1', 'U11')",
        (
            "INSERT INTO told (team_id, user_id, about)"
            " VALUES ('T1','U1','x'), ('T1','U2','opted_out/U1')"
        ),
        "INSERT INTO hidden_members (team_id, user_id, why) VALUES ('T1', 'U1', 'deactivated')",
        (
            "INSERT INTO outbox (team_id, channel_id, message_ts, kind, only_for, body) VALUES"
            " ('T1', 'C1', '9.1', 'help', 'U1', '{}'), ('T1', 'C1', '9.2', 'help', 'U11', '{}'),"
            " ('T1', 'C1', '9.3', 'score', '', '{\"target\": \"U1\", \"score\": 1}')"
        ),
        (
            "INSERT INTO archived_shares (team_id, board, target_id, points)"
            " VALUES ('T1', 'channel/C9', 'U1', 7)"
        ),
        (
            "INSERT INTO leaderboard (team_id, board, target_id, score)"
            " VALUES ('T1', 'channel/C9', 'U1', 7)"
        ),
        (
            "INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,"
            " kind, voted_at) VALUES ('T1', '', 'archive/1', '', 'U1', 7, 'archive', now())"
        ),
        (
            "UPDATE leaderboard SET score = score + 7"
            " WHERE (team_id, target_id) = ('T1','U1') AND board = 'users'"
        ),
    ):
        await rows(database, f"{statement} RETURNING 1")


async def test_forgetting_leaves_no_trace_and_does_not_change_others_boards(database):
    await _history(database)
    assert await rows(database, DIFFERENCES) == []
    before, totals = await _boards(database, {"U1"}), await _boards(database)
    done = await _forget(database)
    assert done == forgetting.ForgetResult(rows=6, opted_out=False)
    naming = await _find_traces(database, "U1")
    assert {table: len(held) for table, held in naming.items()} == {
        "vote_history": 1, "leaderboard": 5, "outbox": 1
    }  # fmt: skip
    assert all("T2" in text for held in naming.values() for text in held)
    assert await _boards(database, {"U1", F}) == {r for r in before if r[2] != "U1"}
    assert {(t, b, n) for t, b, who, n in await _boards(database) if who == F} == {
        (t, b, n) for t, b, who, n in totals if who == "U1" and t == "T1"
    }
    assert await rows(database, DIFFERENCES) == []


async def test_own_reasons_are_deleted_and_mentions_by_others_replaced(database):
    await _history(database)
    await _forget(database)
    query = "SELECT voter_id, reason FROM vote_history WHERE team_id = 'T1' AND channel_id = 'C1'"
    said = await rows(database, f"{query} AND message_ts <> '{ts_of(1)}' ORDER BY id")
    assert said == [
        (F, None),
        (F, None),
        ("U3", "the docs of someone"),
        ("U3", "it, says <@U11>"),
    ]
    own = "SELECT body FROM outbox WHERE (team_id, message_ts, kind) = ('T1', %s, 'votes')"
    ((lines,),) = await rows(database, own, ts_of(2))
    assert [line["target"] for line in lines] == ["U2", "thing:db"]
    bodies = [str(body) for (body,) in await rows(database, "SELECT body FROM outbox")]
    assert not any("secret" in body or "<@U1>" in body for body in bodies)
    assert sum("the docs of someone" in body for body in bodies) == 1
    words = await rows(
        database, "SELECT FROM vote_history WHERE words @@ to_tsquery('simple','u1')"
    )
    assert words == []


async def test_somebody_with_a_similar_id_keeps_everything(database):
    await _history(database)
    before = await _find_traces(database, "U11")
    await _forget(database)
    after = await _find_traces(database, "U11")
    assert {table: len(held) for table, held in after.items()} == {
        table: len(held) for table, held in before.items()
    }


async def test_frozen_messages_can_be_deleted_but_not_edited(database):
    await _history(database)
    await _forget(database)
    for number, by in ((1, "U2"), (2, "U1"), (3, "U3")):
        edit = Ruling((Vote("U1", 5, "the secret of <@U1>"),))
        assert await _revise(database, number, f"176366{number}009.000000/1", edit, by=by) is None
    assert set(await _find_traces(database, "U1")) == {"vote_history", "leaderboard", "outbox"}
    for number in (1, 2, 3):
        await _revise(database, number, DELETED, {}, by="")
    assert await rows(database, DIFFERENCES) == []
    assert (await scores(database))["U2"] == 0


async def test_a_forgotten_person_starts_afresh_and_the_pseudonym_is_hidden(database):
    await _history(database)
    await _forget(database)
    await _cast(database, 8, {"U1": 2}, by="U2")
    await _cast(database, 9, {"U2": 1}, by="U1")
    query = "SELECT target_id, score FROM leaderboard WHERE team_id = 'T1' AND board = 'users'"
    now = dict(await rows(database, query))
    assert (now["U1"], now[F]) == (2, 8)
    hidden = await rows(database, "SELECT user_id, why FROM hidden_members")
    assert hidden == [(F, "forgotten")]
    assert await rows(database, "SELECT name FROM members WHERE user_id = %s", F) == [("someone",)]
    assert await rows(database, DIFFERENCES) == []


async def test_forgetting_again_or_without_votes_changes_nothing(database):
    await _history(database)
    await _forget(database)
    held = {table: await rows(database, f"TABLE {table}") for table in TABLES}
    assert (await _forget(database)).rows == 0
    assert (await _forget(database, "U404", "UFORGOTTENY")).rows == 0
    after = {table: await rows(database, f"TABLE {table}") for table in TABLES}
    assert {t: sorted(map(str, r)) for t, r in after.items()} == {
        t: sorted(map(str, r)) for t, r in held.items()
    }


async def test_an_opt_out_survives_forgetting(database):
    await _history(database)
    await privacy.opt(Rulebook(database), "T1", "U1", out=True)
    assert (await _forget(database)).opted_out
    absent = Rulebook(database)
    await absent.learn()
    assert absent.get_rules("T1").opted_out == {"U1"}
    told = "SELECT user_id FROM told WHERE about = 'opted_out/U1'"
    assert await rows(database, told) == [("U2",)]
    naming = await _find_traces(database, "U1")
    assert [text for text in naming["hidden_members"] if "deactivated" in text] == []


async def test_reading_ranks_may_take_longer_than_other_statements(database, monkeypatch):
    limit = "SELECT setting FROM pg_settings WHERE name = 'statement_timeout'"
    monkeypatch.setattr(personal_data, "_SCORES", limit)
    subject = personal_data.DataSubject("T1", "U1")
    read = await database.run(lambda conn: personal_data.read_scores(conn, subject, ["users"]))
    assert read == [{"setting": "10000"}]


async def test_a_pseudonym_looks_like_an_id_and_differs_each_time():
    names = {privacy.make_pseudonym(random.Random(n)) for n in range(100)}
    assert len(names) == 100
    assert all(name.isascii() and name.isalnum() and name.isupper() for name in names)


async def test_votes_during_forgetting_are_in_ledger_and_boards_alike(
    database,
):
    """Every vote names either the person or the pseudonym, and the boards agree."""
    await _history(database)
    chance = random.Random(7)

    async def vote(number):
        by, to = ("U1", "U2") if chance.random() < 0.4 else ("U2", "U1")
        channel = chance.choice(("C1", "C2", f"C{number}"))
        await _cast(database, number, {to: 1, "U3": 1}, by=by, channel=channel)
        if chance.random() < 0.3:
            revision = chance.choice((DELETED, "1763660009.000000/1"))
            points = {} if revision == DELETED else {to: 2}
            author = "" if revision == DELETED else by
            await _revise(database, number, revision, points, by=author, channel=channel)

    names = [f"{F}{n}" for n in range(4)]
    work = [partial(vote, number) for number in range(100, 220)]
    for place, name in zip((20, 21, 90), names, strict=False):
        work.insert(place, partial(_forget, database, "U1", name))
    await asyncio.gather(*(one() for one in work))
    assert await rows(database, DIFFERENCES) == []
    first = "SELECT count(*) FROM vote_history WHERE kind = 'vote' AND team_id = 'T1'"
    ((votes,),) = await rows(database, first)
    assert votes == 240 + 8
    await _forget(database, "U1", names[3])
    assert await rows(database, DIFFERENCES) == []
    naming = await _find_traces(database, "U1")
    assert all("T2" in text for held in naming.values() for text in held)


async def test_a_first_vote_during_forgetting_is_consistent(database):
    for round_ in range(10):
        user = f"U50{round_}"
        await asyncio.gather(
            *(_cast(database, 1000 + 10 * round_ + n, {user: 1}, by="U2") for n in range(4)),
            *(_forget(database, user, f"{F}{round_}{n}") for n in range(2)),
        )
        assert await rows(database, DIFFERENCES) == []


async def test_forgetting_uses_indexes_to_find_votes(database):
    await rows(
        database,
        "INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,"
        " reason, voted_at, day) SELECT 'T1', 'C' || mod(n, 9), '1763660000.' || n,"
        " 'U' || mod(n, 301), 'U' || 1000 + mod(n, 299), 1, 'word ' || n, now(), now()"
        " FROM generate_series(1, 40000) AS n RETURNING 1",
    )
    await database.run(lambda c: c.execute("ANALYZE vote_history"))
    for query in (
        forgetting._RENAME_RECEIVED,
        forgetting._RENAME_GIVEN,
        forgetting._RENAME_MENTIONS,
        forgetting._FREEZE_CONCERNED,
    ):
        held = {
            "team": "'T1'", "user": "'U7'", "pseudonym": "'UX'", "someone": "'someone'",
            "mention": "'<@U7>'",
        }  # fmt: skip
        plan = await rows(database, f"EXPLAIN {query % held}")
        assert "Seq Scan on vote_history" not in "\n".join(line for (line,) in plan)
