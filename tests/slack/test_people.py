"""People: renamed, deactivated, guests, bots, and external members."""

import asyncio
import contextlib
import itertools
import json
from dataclasses import replace
from types import SimpleNamespace

import aiohttp
import pytest

from app import server
from app.core.settings.setting import RequiredRole
from app.devtools.fake_slack import events
from app.devtools.fake_slack.users import build_user
from app.devtools.fake_slack.values import Post, SlackMember
from app.slack.client import SlackClient
from app.slack.directory import member_sync
from app.slack.directory.identity import Identity
from app.slack.directory.member_sync import MemberSync
from app.slack.directory.people import People
from app.slack.directory.roles import Roles
from app.store.workspace.rulebook import Rulebook
from tests.faults.load import eventually
from tests.logged import logged
from tests.patience import PATIENCE
from tests.slack.test_finished_actions import unreadable
from tests.slack.test_typed_names import say
from tests.talk import PATIENT, Talk

ANN, BOB, DORA, ROBOT = "U0ANN00001", "U0BOB00002", "U0DORA0012", "U0ROBOT009"
ACME = "T0ACME0001"
DAILY = 0.9 * 24 * 3600, 1.1 * 24 * 3600


def enter(talk, member, organization=""):
    talk.slack.workspace.members[member.id] = member
    if organization:
        talk.slack.workspace.organizations[member.team_id] = organization
    return member


def dora(talk, organization="Acme"):
    return enter(talk, SlackMember(DORA, "dora", "Dora", "Dora", team_id=ACME), organization)


async def change(talk, name, **fields):
    workspace = talk.slack.workspace
    member = replace(workspace.find_member(name), **fields)
    workspace.members[member.id] = member
    at = workspace.next_ts()
    await talk.told(events.build_user_change_event(workspace, member=member, event_ts=at))
    return member


@contextlib.asynccontextmanager
async def client_of(slack):
    """Yield a client other than the app's."""
    async with aiohttp.ClientSession() as session:
        yield SlackClient(token=slack.bot_token, base_url=slack.api_url, session=session)


async def card(talk, whom):
    return (await talk.command(f"<@{whom}>", command="/karma"))["text"]


async def test_external_person_is_shown_with_their_organization(talk):
    dora(talk)
    await talk.said("@dora++")
    assert talk.heard() == ["Dora (Acme) has 1 point (+1)"]
    assert "1. Dora (Acme), 1 point" in (await talk.command())["text"]
    assert len(talk.slack.list_calls("team.info")) == 1


async def test_external_person_of_unknown_organization_is_marked_external(talk):
    dora(talk, organization="")
    await talk.said("@dora++")
    assert talk.heard() == ["Dora (external) has 1 point (+1)"]
    await talk.decide(language="de")
    assert "1. Dora (extern)" in (await talk.command())["text"]


async def test_reply_does_not_wait_long_for_an_organization_name(talk):
    dora(talk)
    talk.slack.fail("team.info", delay=3600, times=None)
    with talk.hurried(lookup=0.5):
        await change(talk, "dora")  # so that she needn't be looked up within half a second
        await talk.said("@dora++")
    assert talk.heard() == ["Dora (external) has 1 point (+1)"]


async def test_organization_is_remembered_after_a_restart(talk):
    dora(talk)
    await talk.said("@dora++")
    client = SlackClient(base_url="http://127.0.0.1:9/")
    people = People(talk.running.database, client, Identity(client))
    team = talk.slack.workspace.team_id
    assert await people.read_names(team, [DORA]) == {DORA: "Dora (Acme)"}
    assert await people.is_stranger(team, DORA)


async def test_hostile_names_of_people_and_organizations_mention_nobody(talk):
    member = SlackMember(DORA, "dora", "<!channel>", "x", team_id=ACME)
    enter(talk, member, "<@U0BOB00002> & sons" * 10)
    await talk.said("@dora++")
    said = talk.heard()[0]
    assert "&lt;!channel&gt; (&lt;@U0BOB00002&gt; &amp; sons" in said
    assert "<" not in said


async def test_message_payload_shows_that_its_author_is_external(talk):
    dora(talk)
    talk.slack.fail("users.info", status=500, times=None)
    await talk.decide(strangers=False)
    await talk.said("@bob++", by="dora")
    assert await talk.scores() == {}
    assert "external people" in talk.heard(to="dora")[0]


async def test_external_person_gets_no_board_by_mention(talk, log_lines):
    dora(talk)
    await talk.said("@bob++")
    before = talk.heard()
    for words in ("leaderboard", "leaderboard givers today", "leaderboard here"):
        await talk.said(f"@pptbot {words}", by="dora")
    assert (talk.heard(), talk.heard(to="dora")) == (before, [])
    assert [line["reason"] for line in logged(log_lines, "action.refused")] == ["stranger"] * 3
    await talk.said("@pptbot leaderboard", by="carol")
    assert "1. bob, 1 point" in talk.heard()[-1]


async def test_external_person_gets_no_score_where_external_votes_do_not_count(talk):
    dora(talk)
    await talk.said("@bob++")
    await talk.said("@bob==", by="dora")
    await talk.decide(strangers=False)
    await talk.said("@bob==", by="dora")
    assert talk.heard()[1:] == ["bob has 1 point"]
    await talk.said("@bob==", by="carol")
    assert talk.heard()[1:] == ["bob has 1 point"] * 2


async def test_people_of_a_sister_workspace_are_not_external(talk):
    workspace = talk.slack.workspace
    sister_user = {
        "id": DORA, "name": "dora", "team_id": "T0SISTER", "profile": {"display_name": "Dora"},
        "enterprise_user": {"teams": ["T0SISTER", workspace.team_id]},
    }  # fmt: skip
    at = workspace.next_ts()
    event = {"type": "user_change", "user": sister_user, "event_ts": at}
    await talk.told(events.wrap_event(workspace, event, None))
    await talk.said("hello")
    await talk.decide(strangers=False)
    post = Post("C0GENERAL1", workspace.next_ts(), f"<@{DORA}>++", talk.id_of("ann"))
    await talk.told(events.build_posted_event(workspace, workspace.add(post)))
    assert (await talk.scores())[DORA] == 1
    assert talk.heard()[-1] == "Dora has 1 point (+1)"


async def test_rename_shows_at_once_on_cards_boards_and_replies(talk):
    await talk.said("@bob++")
    await change(talk, "bob", display_name="Bobby")
    assert (await card(talk, BOB)).startswith("Bobby")
    assert "1. Bobby, 1 point" in (await talk.command())["text"]
    await talk.said("@bob++")
    assert talk.heard()[-1].startswith("Bobby has 2 points")


async def test_invisible_display_name_falls_back_to_the_real_name(talk):
    await talk.said("@bob++")
    for unseen in ("\u3164\u115f", "\uffa0", "\u200b \u2060", "\u2800", "\u200d\ufe0f"):
        await change(talk, "bob", display_name=unseen)
        assert "1. Bob Martin, 1 point" in (await talk.command())["text"]


async def test_deactivated_person_is_hidden_until_reactivated(talk):
    await talk.said("@bob+++")
    await change(talk, "bob", deleted=True)
    assert "bob" not in (await talk.command())["text"]
    assert "points" not in (await card(talk, BOB))
    await change(talk, "bob", deleted=False)
    assert "1. bob, 2 points" in (await talk.command())["text"]


async def test_guests_can_give_and_get_points(talk):
    enter(talk, SlackMember("U0GUEST001", "gus", "gus", "Gus", is_ultra_restricted=True))
    await talk.said("@bob++", by="gus")
    await talk.said("@gus++", by="bob")
    assert await talk.scores() == {BOB: 1, "U0GUEST001": 1}


async def test_bots_have_names_like_people(talk):
    await talk.said("@buildbot++")
    assert talk.heard() == ["buildbot has 1 point (+1)"]


async def test_bot_is_named_by_its_bot_id(talk, slack):
    async with client_of(slack) as client:
        people = People(talk.running.database, client, Identity(client))
        named = await people.read_names(slack.workspace.team_id, ["B0PPTBOT", "B0NOBODY"])
    assert named == {"B0PPTBOT": "pptbot"}
    assert await talk.rows("SELECT kind FROM members WHERE user_id = 'B0PPTBOT'") == [("bot",)]


async def test_team_join_stores_the_members_names(talk):
    workspace = talk.slack.workspace
    new = enter(talk, SlackMember("U0NEWBIE01", "nora", "Nora", "Nora New"))
    join = events.build_team_join_event(workspace, member=new, event_ts=workspace.next_ts())
    await talk.told(join)
    assert await talk.rows("SELECT handle, nickname, kind FROM members") == [
        ("nora", "nora", "member")
    ]


async def test_directory_is_read_page_by_page_and_retried_after_429(talk, slack, log_lines):
    for number in range(450):
        enter(talk, SlackMember(f"U0CROWD{number:03}", f"crowd{number}", f"Crowd {number}", "C"))
    await talk.said("@oscar++")
    slack.fail("users.list", status=429, times=1, retry_after=0.01)
    async with client_of(slack) as client:
        identity = SimpleNamespace(team=slack.workspace.team_id, enterprise=None)
        people = People(talk.running.database, client, Identity(client))
        roles = Roles(client, Rulebook(talk.running.database), identity)
        assert await MemberSync(client, identity, people, roles, pace=0).read()
        assert roles.list_deciders(identity.team, RequiredRole.ADMINS) == [ANN]
    assert [call.status for call in slack.list_calls("users.list")] == [429, 200, 200, 200]
    (line,) = logged(log_lines, "directory.read")
    known = await talk.rows("SELECT count(*)::int FROM members")
    assert known == [(line["people"],)] == [(461,)]
    gone = await talk.rows("SELECT user_id, why FROM hidden_members")
    assert gone == [("U0OSCAR010", "deactivated")]


@contextlib.asynccontextmanager
async def directory_of(talk, **pace):
    async with client_of(talk.slack) as client:
        identity = Identity(client)
        await identity.learn()
        people = People(talk.running.database, client, Identity(client))
        roles = Roles(client, Rulebook(talk.running.database), identity)
        yield MemberSync(client, identity, people, roles, **pace)


async def test_workspace_with_unknown_members_is_read_at_once_and_only_once(talk, slack):
    for number in range(450):
        enter(talk, SlackMember(f"U0CROWD{number:03}", f"crowd{number}", f"Crowd {number}", "C"))
    async with directory_of(talk, pace=PATIENCE * 60) as directory:
        await directory.read_unknown()
        assert len(slack.list_calls("users.list")) == 3
        assert await talk.rows("SELECT count(*)::int FROM members") == [(461,)]
        await directory.read_unknown()
        assert len(slack.list_calls("users.list")) == 3
    await say(talk, "@bob++")
    assert await talk.scores("things") == {}
    assert "Did you mean @bob?" in talk.heard(to="ann")[-1]


@pytest.fixture
def pauses(monkeypatch):
    """The pauses of the directory, skipped and recorded; one over four hours ends its loop."""
    taken: list[float] = []

    async def pause(seconds):
        taken.append(seconds)
        if seconds > 4 * 3600:
            raise asyncio.CancelledError

    instant = SimpleNamespace(**vars(asyncio) | {"sleep": pause})
    monkeypatch.setattr(member_sync, "asyncio", instant)
    return taken


async def test_first_reading_stays_within_slacks_rate_limit(talk, slack, monkeypatch, pauses):
    for number in range(450):
        enter(talk, SlackMember(f"U0CROWD{number:03}", f"crowd{number}", f"Crowd {number}", "C"))
    monkeypatch.setattr(member_sync, "PAGE", 10)
    async with directory_of(talk) as directory:
        await directory.read_unknown()
    times = list(itertools.accumulate(pauses, initial=0.0))
    assert len(times) == len(slack.list_calls("users.list")) == 47
    assert times[14] == 0
    assert max(sum(at <= later < at + 60 for later in times) for at in times) <= 20


async def _run(directory):
    with pytest.raises(asyncio.CancelledError):
        await directory.run()


async def test_first_start_reads_everybody_once_then_daily(talk, slack, pauses):
    async with directory_of(talk) as directory:
        await _run(directory)
        assert len(slack.list_calls("users.list")) == 1
        assert DAILY[0] <= pauses[-1] <= DAILY[1]
        pauses.clear()
        await _run(directory)
    assert len(slack.list_calls("users.list")) == 2
    assert 20 <= pauses[1] <= 40


async def test_failed_first_reading_is_retried_soon(talk, slack, pauses):
    slack.fail("users.list", error="internal_error", times=1)
    async with directory_of(talk) as directory:
        await _run(directory)
    assert [call.status for call in slack.list_calls("users.list")] == [200, 200]
    assert 20 <= pauses[1] <= 40
    assert await talk.rows("SELECT count(*)::int FROM members") == [(11,)]


async def test_unknown_sister_workspace_is_read_first_then_all_soon(talk, slack, pauses):
    slack.workspace.enterprise_id = "E0ALLOFUS1"
    slack.workspace.sibling_teams = {"T0SISTER01": "sister"}
    async with directory_of(talk) as directory:
        assert await directory.read_unknown()
        await talk.rows("DELETE FROM members WHERE team_id = 'T0SISTER01' RETURNING user_id")
        slack.calls.clear()
        pauses.clear()
        await _run(directory)
    teams = [call.args["team_id"] for call in slack.list_calls("users.list")]
    own = slack.workspace.team_id
    assert (teams[0], sorted(teams[1:])) == ("T0SISTER01", sorted(["T0SISTER01", own]))
    assert 20 <= pauses[1] <= 40


async def test_slow_workspace_keeps_no_sister_workspace_from_being_read(talk, slack, log_lines):
    slack.workspace.enterprise_id = "E0ALLOFUS1"
    slack.workspace.sibling_teams = {"T0SISTER01": "sister"}
    slack.fail("users.list", delay=3600, times=1)
    async with directory_of(talk) as directory:
        directory._client.timings = PATIENT
        reading = asyncio.create_task(directory.read())
        await slack.wait_until(lambda: slack.list_calls("users.list"))
        assert logged(log_lines, "directory.failed") == []  # the slow one is still being read
        reading.cancel()


async def test_votes_count_while_members_are_first_read(slack, config, database_url):
    slack.fail("users.list", delay=3600)
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, database_url, replace(PATIENT, members=0)) as running,
    ):
        await slack.wait_until(lambda: "users.list" in slack.in_flight)
        talk = Talk(slack, running, session)
        await talk.said("@bob++")
        assert await talk.scores() == {BOB: 1}


async def test_every_workspace_of_an_organization_is_read(talk, slack, log_lines):
    slack.workspace.enterprise_id = "E0ALLOFUS1"
    slack.workspace.sibling_teams = {f"T0SISTER{n:03}": f"sister {n}" for n in range(120)}
    async with client_of(slack) as client:
        identity = Identity(client)
        await identity.learn()
        people = People(talk.running.database, client, Identity(client))
        roles = Roles(client, Rulebook(talk.running.database), identity)
        directory = MemberSync(client, identity, people, roles, pace=0)
        slack.fail("auth.teams.list", status=500)
        assert not await directory.read()
        with unreadable("FROM members"):
            assert not await directory.read_unknown()
        slack.calls.clear()
        assert await directory.read()
    reasons = [line["reason"] for line in logged(log_lines, "directory.failed")]
    assert reasons == ["http 500", "database away"]
    assert len(slack.list_calls("auth.teams.list")) == 2
    teams = {call.args["team_id"] for call in slack.list_calls("users.list")}
    assert teams == {slack.workspace.team_id, *slack.workspace.sibling_teams}


async def test_concurrent_votes_share_one_lookup(talk):
    dora(talk)
    await asyncio.gather(*(talk.said("@dora++", by=name) for name in ("ann", "bob", "carol")))
    assert len(talk.slack.list_calls("users.info")) == 1
    assert len(talk.slack.list_calls("team.info")) == 1


@pytest.mark.parametrize(("error", "calls"), [("user_not_found", 1), ("token_revoked", 2)])
async def test_user_unknown_to_slack_is_looked_up_once(talk, error, calls):
    talk.slack.fail("users.info", error=error, times=None)
    await talk.said("@bob++")
    await talk.said("@bob++")
    assert len(talk.slack.list_calls("users.info")) == calls


async def test_user_without_a_name_is_looked_up_once(talk):
    talk.slack.fail("users.info", body=b'{"ok": true, "user": {"id": "U0BOB00002"}}', times=None)
    await talk.said("@bob++")
    await talk.said("@bob++")
    assert talk.heard()[-1] == "somebody has 2 points (+1)"
    assert len(talk.slack.list_calls("users.info")) == 1


async def test_change_of_a_user_without_a_name_or_id_is_ignored(talk):
    await talk.said("@bob++")
    for user in ({"id": BOB}, {"name": "robert"}, {"id": 5, "name": "robert"}):
        event = {"type": "user_change", "user": user, "event_ts": talk.slack.workspace.next_ts()}
        await talk.told(events.wrap_event(talk.slack.workspace, event, None))
    assert (await card(talk, BOB)).startswith("bob")


async def test_what_slack_sends_late_replaces_no_newer_name(talk):
    """`users.info` is answered after an event that tells of a later change, as is another event."""

    async def is_renamed():
        return (await card(talk, BOB)).startswith("Robert")

    workspace, bob = talk.slack.workspace, talk.slack.workspace.find_member("bob")
    late = build_user(workspace, bob) | {"updated": 1}
    talk.slack.fail("users.info", delay=3600, body=json.dumps({"ok": True, "user": late}).encode())
    post = talk.write("@bob++")
    with talk.hurried(lookup=0.05):
        await talk.deliver(events.build_posted_event(workspace, post))
        await talk.slack.wait_until(lambda: talk.heard() != [])
    for user in (build_user(workspace, replace(bob, display_name="Robert")) | {"updated": 2}, late):
        event = {"type": "user_change", "user": user, "event_ts": workspace.next_ts()}
        await talk.told(events.wrap_event(workspace, event, None))
        assert await is_renamed()
    talk.slack.heal()
    people = talk.running.context.people
    await asyncio.gather(*people._fetches.tasks.values())
    assert await is_renamed()
    await people.update_from_list(workspace.team_id, [late])
    assert await is_renamed()


async def test_name_stored_a_week_ago_is_refreshed(talk, slack):
    await talk.said("@bob++")
    await talk.rows("UPDATE members SET updated_at = now() - interval '8 days' RETURNING 1")
    slack.workspace.members[BOB] = replace(slack.workspace.members[BOB], display_name="Robert")
    team = slack.workspace.team_id
    async with client_of(slack) as client:
        people = People(talk.running.database, client, Identity(client))
        assert await people.read_names(team, [BOB]) == {BOB: "bob"}

        async def is_refreshed():
            return await people.read_names(team, [BOB]) == {BOB: "Robert"}

        await eventually(is_refreshed)
        await client.end_tasks()


async def test_rename_is_applied_even_if_it_cannot_be_stored(talk, log_lines):
    await talk.said("@bob++")
    with unreadable("INSERT INTO members"):
        await change(talk, "bob", display_name="Robert")
    assert (await card(talk, BOB)).startswith("Robert")
    assert [line["users"] for line in logged(log_lines, "name.not_stored")] == [1]


async def test_members_of_a_group_stay_known_while_slack_fails(talk, monkeypatch):
    monkeypatch.setattr("app.slack.directory.people._MEMORY", -1)
    await talk.said("@eng++")
    before = await talk.scores()
    talk.slack.fail("usergroups.users.list", status=500)
    await talk.said("@eng++")
    assert await talk.scores() == {user: 2 * points for user, points in before.items()}


async def test_members_of_a_group_without_a_valid_id_are_left_out(talk):
    body = b'{"ok": true, "users": ["", null, "U0BOB00002", "no id"]}'
    talk.slack.fail("usergroups.users.list", body=body)
    await talk.said("@eng++")
    assert await talk.scores() == {BOB: 1}


async def test_group_that_changes_while_it_is_looked_up_is_looked_up_again(talk, slack):
    team, group = slack.workspace.team_id, "S0ENG00001"
    slack.fail("usergroups.users.list", body=b'{"ok": true, "users": ["U0BEFORE01"]}', delay=3600)
    async with client_of(slack) as client:
        client.timings = PATIENT
        people = People(talk.running.database, client, Identity(client))
        asked = asyncio.create_task(people.list_group_members(team, group))
        await slack.wait_until(lambda: "usergroups.users.list" in slack.in_flight)
        people.forget_group(team, group)
        slack.heal()
        assert await asked == ["U0BEFORE01"]
        assert "U0BEFORE01" not in await people.list_group_members(team, group)
        assert len(slack.list_calls("usergroups.users.list")) == 2
        await people.list_group_members(team, group)
        assert len(slack.list_calls("usergroups.users.list")) == 2


@pytest.mark.parametrize("body", [b'{"ok": true}', b'{"ok": true, "user": {"id": "U0BOB00002"}}'])
async def test_role_that_slack_does_not_tell_is_unknown(talk, body):
    talk.slack.fail("users.info", body=body, times=None)
    answer = await talk.command("audit", command="/karma")
    assert answer["text"].startswith("Slack didn't tell me whether you're an admin.")


async def test_429_on_names_stops_lookups_but_not_replies(talk):
    talk.slack.fail("users.info", status=429, retry_after=600)
    await talk.said("@bob++")
    await talk.said("@carol++")
    assert len(talk.slack.list_calls("users.info")) == 1
    assert len(talk.heard()) == 2


async def test_reply_is_posted_while_a_name_lookup_hangs(talk):
    talk.slack.fail("users.info", delay=3600, times=None)
    post = talk.write("@bob++")
    with talk.hurried(lookup=0.05):
        await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
        await talk.slack.wait_until(lambda: talk.heard() != [])
    assert "users.info" in talk.slack.in_flight
    assert talk.heard() == ["somebody has 1 point (+1)"]
