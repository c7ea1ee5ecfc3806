"""Votes refused by a workspace's own rules, and the private explanations to their voters."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

ANN, BOB, CAROL, DAVE = "U0ANN00001", "U0BOB00002", "U0CAROL003", "U0DAVE0004"
GENERAL = "C0GENERAL1"


async def _insert_rule(talk, table, **values):
    """Insert one of the workspace's rules into *table*, and have the app reload its rules."""
    columns, held = ", ".join(values), list(values.values())
    marks = ", ".join(["%s"] * len(held))
    query = f"INSERT INTO {table} (team_id, {columns}) VALUES (%s, {marks}) RETURNING 1"  # noqa: S608
    await talk.rows(query, talk.slack.workspace.team_id, *held)
    await talk.running.context.rulebook.learn()


async def _ban(talk, name, until=None):
    await _insert_rule(talk, "bans", user_id=talk.id_of(name), until=until, banned_by=DAVE)


async def _merge(talk, target, into):
    await _insert_rule(
        talk, "aliases", target_id=target, into_id=into, merge="merge/1", merged_by=DAVE
    )


def _change_user(talk, user, **what):
    members = talk.slack.workspace.members
    members[user] = replace(members[user], **what)


async def _refused(talk):
    return dict(await talk.rows("SELECT reason, votes::int FROM refusals"))


@pytest.mark.parametrize(
    ("rule", "typed", "users", "things", "explanation"),
    [
        ("off", "@bob-- @carol++ ci--", {CAROL: 1}, {}, "only plus points count here"),
        (
            "things",
            "@bob-- @carol++ ci--",
            {CAROL: 1},
            {"thing:ci": -1},
            "minus points are only for things",
        ),
        ("reason", "@bob--\n@carol-- for the noise", {CAROL: -1}, {}, "a minus needs a reason"),
    ],
)
async def test_unwanted_minus_votes_are_refused_with_the_reason(
    talk, rule, typed, users, things, explanation
):
    await talk.decide(minus=rule)
    await talk.said(typed)
    assert await talk.scores() == users
    assert await talk.scores("things") == things
    assert explanation in talk.heard(to="ann")[0]


async def test_minus_counts_once_an_edit_adds_its_reason(talk):
    await talk.decide(minus="reason")
    post = await talk.said("@bob--")
    await talk.edited(post, "@bob-- for the noise")
    assert await talk.scores() == {BOB: -1}


async def test_minus_rule_is_per_channel(talk):
    await talk.decide(minus="off", channel=GENERAL)
    await talk.said("@bob--")
    await talk.said("@bob--", channel="random")
    assert await talk.scores() == {BOB: -1}


async def test_with_things_off_only_votes_for_people_count(talk):
    await talk.decide(things=False, channel=GENERAL)
    await talk.said("@bob++ postgres++")
    await talk.said("postgres++", channel="random")
    assert await talk.scores() == {BOB: 1}
    assert await talk.scores("things") == {"thing:postgres": 1}
    assert "points are only for people" in talk.heard(to="ann")[0]
    thread = await talk.said("well", by="bob")
    await talk.said("postgres++", thread=thread)
    private = [post for post in talk.slack.list_posts("general") if post.ephemeral_to]
    # nobody would see it in a thread that has no replies yet
    assert [post.thread_ts for post in private] == [None, thread.ts]


async def test_banned_persons_votes_do_not_count(talk):
    await _ban(talk, "ann", datetime.now(UTC) + timedelta(days=7))
    await talk.said("@bob++ @carol++")
    await talk.said("@bob++", by="carol")
    assert await talk.scores() == {BOB: 1}
    (reply,) = talk.heard(to="ann")
    assert reply.startswith("Not counted: an admin has paused points from you until <!date^")
    assert await _refused(talk) == {"banned": 2}


async def test_refusal_for_an_open_ended_ban_names_no_end(talk):
    await _ban(talk, "ann")
    await talk.said("@bob++")
    assert talk.heard(to="ann")[0].startswith(
        "Not counted: an admin has paused points from you for now"
    )


async def test_votes_count_after_a_ban_has_ended(talk):
    await _ban(talk, "ann", datetime.now(UTC) - timedelta(seconds=1))
    await talk.said("@bob++")
    assert await talk.scores() == {BOB: 1}


async def test_banned_person_can_delete_votes_from_before_the_ban(talk):
    post = await talk.said("@bob++ @carol++")
    await _ban(talk, "ann")
    await talk.deleted(post)
    assert set((await talk.scores()).values()) == {0}


async def test_vote_for_a_merged_thing_counts_for_the_other(talk):
    await talk.said("PostgreSQL++")
    await _merge(talk, "thing:pg", "thing:postgresql")
    await talk.said("PostgreSQL++ pg++ for the planner")
    assert await talk.scores("things") == {"thing:postgresql": 3}
    assert talk.heard()[-1] == 'the thing "PostgreSQL" has 3 points (+2 for the planner)'


async def test_query_for_a_merged_thing_shows_the_others_score(talk):
    await talk.said("PostgreSQL+++")
    await _merge(talk, "thing:pg", "thing:postgresql")
    await talk.said("pg==")
    assert talk.heard()[-1] == 'the thing "PostgreSQL" has 2 points'


async def test_vote_for_someone_merged_into_oneself_is_a_self_vote(talk):
    await _merge(talk, CAROL, ANN)
    await talk.said("@carol++")
    await talk.said("@ann++", by="carol")
    assert await talk.scores() == {}
    assert "points are for others" in talk.heard(to="ann")[0]
    assert "points are for others" in talk.heard(to="carol")[0]


async def test_group_with_two_merged_members_gives_one_point(talk):
    members = talk.slack.workspace.groups["S0ENG00001"].members
    assert {BOB, CAROL} <= set(members)
    await _merge(talk, CAROL, BOB)
    await talk.said("@eng++", by="ann")
    assert (await talk.scores())[BOB] == 1
    assert CAROL not in await talk.scores()


async def test_second_vote_within_the_cooldown_does_not_count(talk):
    await talk.decide(cooldown=10)
    await talk.said("@bob++")
    await talk.said("@bob++ @carol++ @dave++")
    assert talk.heard()[-1] == "carol has 1 point (+1)\ndave has 1 point (+1)"
    assert await talk.scores() == {BOB: 1, CAROL: 1, talk.id_of("dave"): 1}
    assert "less than 10 minutes ago" in talk.heard(to="ann")[0]
    assert await _refused(talk) == {"cooldown": 1}


async def test_votes_count_again_once_the_cooldown_is_turned_off(talk):
    await talk.decide(cooldown=10)
    await talk.said("@bob++")
    await talk.decide(cooldown=0)
    await talk.said("@bob++")
    assert await talk.scores() == {BOB: 2}


def _find_other_zone():
    """Return a time zone whose date differs from UTC's now."""
    return "Pacific/Kiritimati" if datetime.now(UTC).hour >= 11 else "Etc/GMT+12"


async def test_allowance_day_follows_the_givers_time_zone(talk):
    zone = _find_other_zone()
    await talk.decide(daily_allowance=3)
    _change_user(talk, ANN, tz=zone)
    post = await talk.said("@bob++")
    there = datetime.fromtimestamp(float(post.ts), ZoneInfo(zone)).date()
    assert await talk.rows("SELECT day, spent::int FROM allowances") == [(there, 1)]
    assert await talk.rows("SELECT giver_day, giver_day <> day FROM vote_history") == [
        (there, True)
    ]
    assert "You can still give 2 of your 3 points today." in str(await talk.open_home("ann"))


async def test_allowance_day_without_a_known_time_zone_is_the_workspaces(talk):
    zone = _find_other_zone()
    await talk.decide(daily_allowance=3, time_zone=zone)
    _change_user(talk, ANN, tz="")
    post = await talk.said("@bob++")
    there = datetime.fromtimestamp(float(post.ts), ZoneInfo(zone)).date()
    assert await talk.rows("SELECT day FROM allowances") == [(there,)]
    assert "You can still give 2 of your 3 points today." in str(await talk.open_home("ann"))


@pytest.mark.parametrize("zone", ["Europe/Berlin", ""])
async def test_deleting_votes_from_before_the_allowance_refunds_nothing(talk, zone):
    _change_user(talk, ANN, tz=zone)
    before, workspace = await talk.said("@bob+++"), talk.slack.workspace
    await talk.decide(daily_allowance=2)
    await talk.said("@carol+++")
    workspace.remove(before)
    await talk.deleted(before)
    await talk.said("@dave++")
    assert await talk.scores() == {BOB: 0, CAROL: 2}
    assert await _refused(talk) == {"allowance": 1}


async def test_time_zone_is_not_looked_up_without_an_allowance(talk):
    await talk.said("postgres++")
    assert talk.slack.list_calls("users.info") == []


async def test_external_people_neither_give_nor_get_points_if_excluded(talk):
    _change_user(talk, DAVE, team_id="T0ELSEWHERE")
    await talk.said("@dave++ @bob++")
    await talk.decide(strangers=False)
    await talk.said("@dave++ @bob++", by="carol")
    await talk.said("@bob++", by="dave")
    assert await talk.scores() == {DAVE: 1, BOB: 2}
    for name in ("carol", "dave"):
        assert "external people" in talk.heard(to=name)[0]
    assert await _refused(talk) == {"stranger": 2}


async def test_every_refused_message_gets_an_explanation(talk):
    for typed in ("@ann++", "@ann++", "@ann++ @bob++"):
        await talk.said(typed)
    assert len(talk.heard(to="ann")) == 3
    assert await _refused(talk) == {"self": 3}


async def test_edits_of_one_message_repeat_a_refusal_only_after_an_hour(talk):
    after = await talk.said("@ann++")
    for typed in ("@ann+++", "@ann++++"):
        after = await talk.edited(after, typed)
    assert len(talk.heard(to="ann")) == 1
    assert await _refused(talk) == {"self": 3}
    await talk.rows("UPDATE told SET told_at = now() - interval '1 hour' RETURNING 1")
    await talk.edited(after, "@ann++")
    assert len(talk.heard(to="ann")) == 2


async def test_refusal_for_another_person_gets_its_own_explanation(talk):
    await talk.decide(cooldown=60)
    for typed in ("@bob++", "@carol++", "@bob++ again", "@carol++ again"):
        await talk.said(typed)
    assert len(talk.heard(to="ann")) == 2


@pytest.mark.parametrize(
    ("rules", "before", "typed"),
    [
        ({"minus": "off"}, (), ("@bob--", "@carol--", "@carol--!", "@carol-- @bob++")),
        ({"cooldown": 60}, ("@bob++ @carol++",), ("@bob++", "@carol++", "@carol++!", "@carol+++")),
        ({"daily_allowance": 1}, ("@dave++",), ("@bob++", "@carol++", "@carol++!", "@carol+++")),
    ],
)
async def test_edit_moving_a_refused_vote_to_another_person_is_explained(
    talk, rules, before, typed
):
    await talk.decide(**rules)
    for one in before:
        await talk.said(one)
    post, counts = await talk.said(typed[0]), []
    for one in typed[1:]:
        counts.append(len(talk.heard(to="ann")))
        post = await talk.edited(post, one)
    assert [*counts, len(talk.heard(to="ann"))] == [1, 2, 2, 2]


async def test_after_five_refusals_in_a_minute_one_line_covers_the_rest(talk):
    for nr in range(30):
        await talk.said(f"@ann++ {nr}")
        await talk.rows("UPDATE told SET told_at = now() RETURNING 1")  # all within a minute
    replies = talk.heard(to="ann")
    assert [line.startswith("Not counted: points are for others") for line in replies] == [
        *[True] * 5,
        False,
    ]
    assert replies[5] == "Not counted either. For the next minute I won't say so each time."
    assert await _refused(talk) == {"self": 30}


async def test_refusals_are_explained_again_after_a_minute(talk):
    ago = "UPDATE told SET told_at = now() - interval '{} seconds' RETURNING 1"
    for nr in range(7):
        await talk.said(f"@ann++ {nr}")
        await talk.rows(ago.format(0))
    await talk.said("@ann++ meanwhile")
    assert len(talk.heard(to="ann")) == 6
    await talk.rows(ago.format(60))
    await talk.said("@ann++ later")
    assert talk.heard(to="ann")[6:] == [talk.heard(to="ann")[0]]


async def test_refusal_limit_is_per_person(talk):
    for nr in range(7):
        await talk.said(f"@ann++ {nr}")
    await talk.said("@bob++", by="bob")
    assert len(talk.heard(to="bob")) == 1


async def test_all_refusal_reasons_of_a_message_are_one_reply(talk):
    await talk.decide(minus="off", things=False)
    for nr in range(7):
        await talk.said(f"@ann++ @bob-- ci++ for {nr}")
    assert [len(line.splitlines()) for line in talk.heard(to="ann")] == [3, 3, 3, 3, 3, 1]


async def test_repeated_refusal_stays_silent_when_the_limit_is_reached(talk):
    await talk.said("hello")
    posts = [await talk.said(f"@ann++ {nr}") for nr in range(5)]
    await talk.edited(posts[0], "@ann+++")
    assert len(talk.heard(to="ann")) == 5


async def test_votes_for_an_opted_out_person_are_refused_and_explained_once(talk):
    await talk.command("opt-out", by="bob", command="/karma")
    await talk.said("@bob++")
    await talk.said("@bob++")
    assert len(talk.heard(to="ann")) == 1
    assert await _refused(talk) == {"opted_out": 2}


async def test_refusal_uses_the_workspace_language(talk):
    await talk.decide(language="de", things=False)
    await talk.said("postgres++")
    assert "Punkte sind hier nur für Leute da" in talk.heard(to="ann")[0]
