"""A forgotten person is named in no table anymore, except in the audit."""

from dataclasses import replace
from datetime import date

from app.core.boards.calendar import VoteTime
from app.core.reactions import JOINED
from app.store.people import forgetting, personal_data
from app.store.transfer.tables import QUEUES, TABLES
from app.store.workspace.rulebook import Rulebook
from tests.differences import find_differences_at
from tests.store.casting import (
    add_seasons,
    at_season,
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

WHO, F, PERSON = "UWHO000001", "UFORGOTTENX", "~5e1f"
SUNDAY = date(2025, 11, 23)

# Rows that name the person in every possible way, in every table; {who} and {other}.
EVERYWHERE = """
INSERT INTO settings (team_id, channel_id, name, value, changed_by) VALUES
    ('T1', '', 'managers', '["UA", "{who}", "UB"]', 'UA'),
    ('T1', '', 'max_points', '3', '{who}'), ('T1', '', 'quiet_channels', '["C1"]', 'UA');
INSERT INTO seasons (team_id, number, name, begun_by) VALUES ('T1', 2, 'Autumn', '{who}');
INSERT INTO boosts (team_id, number, factor, begins_at, ends_at, begun_by)
VALUES ('T1', 1, 2, now(), now(), '{who}');
INSERT INTO bans (team_id, user_id, until, banned_by) VALUES
    ('T1', '{who}', now() - interval '1 day', 'UA'), ('T1', 'UB', NULL, '{who}');
INSERT INTO aliases (team_id, target_id, into_id, merge, merged_by) VALUES
    ('T1', '{who}', 'UA', 'merge/1', 'UB'), ('T1', 'UB', '{who}', 'merge/2', 'UA'),
    ('T1', 'UC', 'UA', 'merge/3', '{who}');
INSERT INTO cooldowns (team_id, giver_id, target_id, votes, given_at) VALUES
    ('T1', '~5e1f', '~a', '{}', now()), ('T1', '~a', '~5e1f', '{}', now());
INSERT INTO reactions VALUES
    ('T1', 'C1', '1.000001', '{who}', 'heavy_plus_sign', 'UA', 1, true, '1'),
    ('T1', 'C1', '1.000002', 'UA', 'heavy_plus_sign', '{who}', 1, true, '1');
INSERT INTO meanings (team_id, voter_id, handle, user_id) VALUES
    ('T1', '{who}', 'bob', 'UB'), ('T1', 'UB', 'who', '{who}');
INSERT INTO joins (team_id, channel_id, way_ts, voter_id, message_ts, targets, points, reason,
    present, since, changed_ts) VALUES
    ('T1', 'C1', '1.000003', '{who}', '1.000001', '["UA"]', 1, NULL, true, now(), ''),
    ('T1', 'C1', '1.000004', 'UA', '1.000001', '["UB", "{who}"]', 1,
     'what <@{who}|Who>, <@{who}> and <@UB> did', true, now(), '');
INSERT INTO offers (team_id, channel_id, message_ts, voter_id, handle, user_id, reason) VALUES
    ('T1', 'C1', '1.000001', '{who}', 'bob', 'UA', ''),
    ('T1', 'C1', '1.000002', 'UA', 'who', '{who}', ''),
    ('T1', 'C1', '1.000003', 'UA', 'bob', 'UB', 'the docs'),
    ('T1', 'C1', '1.000004', 'UA', 'bob', 'UB', 'the docs of <@{who}>');
INSERT INTO members (team_id, user_id, name, handle) VALUES ('T1', '{who}', 'Who', 'who');
INSERT INTO homes (team_id, user_id) VALUES ('T1', '{who}');
INSERT INTO turns (team_id, channel_id, free_at) VALUES ('T1', '{who}', now());
INSERT INTO told (team_id, user_id, about) VALUES
    ('T1', '{who}', 'x'), ('T1', 'UA', 'opted_out/{who}');
INSERT INTO hidden_members (team_id, user_id, why) VALUES ('T1', '{who}', 'deactivated');
INSERT INTO allowances (team_id, giver_id, day, spent) VALUES ('T1', '~5e1f', '2025-11-20', 3);
INSERT INTO giver_days VALUES ('T1', '~5e1f', '2025-11-20', now(), now());
INSERT INTO messages (team_id, channel_id, message_ts, slot, voted)
VALUES ('T1', 'C1', '1.000009', '{who}', false);
"""


async def _fill_tables(database):
    for statement in EVERYWHERE.replace("{who}", WHO).split(";\n"):
        if statement.strip():
            await rows(database, f"{statement} RETURNING 1")


async def _give(database, number, points, by, *, slot="", when=None, revision=""):
    message = replace(spoken(ts_of(number), by, revision=revision), slot=slot)
    one = replace(ballot(message, ruled(points)), when=when or VoteTime(date(2025, 11, 20)))
    return await store_by_rules(database, revise if revision else cast, one)


async def _forget(database):
    return await database.run(lambda c: forgetting.forget(c, "T1", WHO, F, PERSON))


async def _find_traces(database):
    """Return the rows of every table that contain the person's id anywhere."""
    found = {}
    for table in (*TABLES, *QUEUES):
        query = f"SELECT t::text FROM {table} AS t WHERE t::text LIKE '%%{WHO}%%'"  # noqa: S608
        if held := [text for (text,) in await rows(database, query)]:
            found[table] = held
    return found


async def test_no_table_names_them_and_nothing_of_others_is_lost(database):
    await _fill_tables(database)
    first = at_season(date(2025, 11, 20))
    await _give(database, 1, {WHO: 2, "U3": 1}, "U2", when=first)
    await _give(database, 1, {WHO: 1}, "U4", slot="U4", when=first)
    await _give(database, 1, {"U2": 1}, WHO, slot=WHO, when=first)
    await _give(database, 1, {"U3": 1}, WHO, slot=WHO + JOINED, when=first)
    await _give(database, 2, {"U3": 4}, WHO, when=at_season(SUNDAY, 2, 1))
    assert len(await _find_traces(database)) >= 14
    await _forget(database)
    assert await _find_traces(database) == {}
    assert find_differences_at(database.url) == []
    left = {
        table: (await rows(database, f"SELECT count(*)::int FROM {table}"))[0][0]  # noqa: S608
        for table in ("offers", "joins", "cooldowns", "aliases", "bans", "seasons", "settings")
    }
    assert left == {"offers": 1, "joins": 1, "cooldowns": 2, "aliases": 3, "bans": 1, "seasons": 1,
                    "settings": 3}  # fmt: skip
    reason = "what someone, someone and <@UB> did"
    assert await rows(database, "SELECT reason FROM joins") == [(reason,)]
    managers = "SELECT value FROM settings WHERE name = 'managers'"
    assert await rows(database, managers) == [(["UA", "UB"],)]


async def test_other_processes_learn_that_a_manager_was_forgotten(database):
    await _fill_tables(database)
    elsewhere = Rulebook(database)
    await elsewhere.learn()
    assert WHO in elsewhere.get_settings("T1").managers
    await _forget(database)
    await elsewhere.follow()
    assert set(elsewhere.get_settings("T1").managers) == {"UA", "UB"}


async def test_seasons_and_weeks_beginning_on_sunday_are_renamed_too(database):
    await add_seasons(database, 3)
    sunday = at_season(SUNDAY, 3, 1)
    await _give(database, 1, {WHO: 2}, "U2", when=sunday)
    await _give(database, 2, {"U2": 5}, WHO, when=sunday)
    await _forget(database)
    for time in ("", "/S3", "/2025-W48", "/2025-11"):
        assert await scores(database, f"users{time}") == {F: 2, "U2": 5}
        assert await scores(database, f"givers{time}") == {F: 5, "U2": 2}
    assert await scores(database, "users/2025-11-23") == {F: 2, "U2": 5}
    for time in ("", "/S3"):
        assert await scores(database, f"channel/C1{time}") == {F: 2, "U2": 5}
    assert find_differences_at(database.url) == []


async def test_points_without_a_day_are_renamed_on_season_boards(database):
    carried = """
        INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta, kind,
            voted_at, season) VALUES ('T1', '', 'archive/1', '', %s, 7, 'archive', now(), 4)
        RETURNING 1
    """
    await add_seasons(database, 4)
    await rows(database, carried, WHO)
    await rows(database, """
        INSERT INTO leaderboard (team_id, board, target_id, score)
        VALUES ('T1', 'users', %s, 7), ('T1', 'users/S4', %s, 7) RETURNING 1
    """, WHO, WHO)  # fmt: skip
    await _forget(database)
    assert await scores(database, "users/S4") == {F: 7}
    assert find_differences_at(database.url) == []


async def test_only_votes_that_name_them_are_frozen(database):
    """A reaction for them stays as it is; one for somebody else can still be taken back."""
    await _give(database, 1, {WHO: 1}, "U2", slot="U2")
    await _give(database, 1, {"U5": 1}, "U3", slot="U3")
    await _forget(database)
    edit = "1763660099.000000/1"
    assert await _give(database, 1, {}, "U2", slot="U2", revision=edit) is None
    assert await _give(database, 1, {}, "U3", slot="U3", revision=edit)
    assert await scores(database) == {F: 1, "U5": 0}
    assert find_differences_at(database.url) == []


async def test_a_pseudonym_known_only_from_a_merge_is_hidden(database):
    await rows(
        database,
        "INSERT INTO aliases (team_id, target_id, into_id, merge, merged_by)"
        " VALUES ('T1', %s, 'UA', 'merge/1', 'UB') RETURNING 1",
        WHO,
    )
    await _forget(database)
    assert await rows(database, "SELECT user_id FROM hidden_members") == [(F,)]


async def test_an_active_ban_survives_forgetting(database):
    ban = "INSERT INTO bans (team_id, user_id, until, banned_by) VALUES ('T1', %s, %s, 'UA')"
    await rows(database, f"{ban} RETURNING 1", WHO, "2999-01-01")
    await _forget(database)
    assert list(await _find_traces(database)) == ["bans"]


async def test_the_audit_still_names_them(database):
    act = "INSERT INTO audit (team_id, by_id, act, about) VALUES ('T1', %s, 'ban', 'U2')"
    await rows(database, f"{act} RETURNING 1", WHO)
    await _forget(database)
    assert list(await _find_traces(database)) == ["audit"]


async def test_personal_data_includes_everything_else_that_is_stored(database):
    await _fill_tables(database)
    acts = "INSERT INTO audit (team_id, by_id, act, about) VALUES ('T1', %s, 'ban', %s)"
    await rows(database, f"{acts}, ('T1', 'UA', 'unban', 'UB') RETURNING 1", WHO, "UB")
    found = await database.run(
        lambda c: personal_data.read_notes(c, personal_data.DataSubject("T1", WHO, PERSON))
    )
    assert [name for name, held in found.items() if not held] == []
    assert [row["emoji"] for row in found["reactions"]] == ["heavy_plus_sign"]
    assert [row["target"] for row in found["cooldowns"]] == ["~a"]
    assert [str(row["day"]) for row in found["giver_day"]] == ["2025-11-20"]
    assert [(row["number"], row["name"]) for row in found["seasons"]] == [(2, "Autumn")]
    assert [row["act"] for row in found["audit"]] == ["ban"]
    assert {(row["target"], row["into"]) for row in found["merged"]} == {(WHO, "UA"), ("UB", WHO)}
    assert [row["name"] for row in found["settings"]] == ["managers", "max_points"]
    assert not any("banned_by" in row for row in found["bans"])
