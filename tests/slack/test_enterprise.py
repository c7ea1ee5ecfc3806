"""An organization of several workspaces: sister workspaces, and an organization-wide app."""

import json
from types import SimpleNamespace

import pytest

from app.core.person import PersonKind
from app.devtools.fake_slack import interactions
from app.devtools.fake_slack.fields import build_state
from app.slack.directory.identity import Identity
from app.slack.payloads import requests
from app.slack.payloads.events import read_message, read_reaction, read_team_id
from app.slack.payloads.user_payload import read_person
from tests.tables import each

ANN, BOB = "U0ANN00001", "U0BOB00002"
SISTER = {
    "id": "W1", "name": "sis", "team_id": "T2", "profile": {"display_name": "sis"},
    "enterprise_user": {"id": "W1", "enterprise_id": "E1", "teams": ["T2"], "is_admin": False},
}  # fmt: skip


@pytest.mark.parametrize(
    ("enterprise", "kind"),
    [("E1", PersonKind.MEMBER), ("E2", PersonKind.STRANGER), (None, PersonKind.STRANGER)],
)
def test_only_people_of_same_organization_count_as_members(enterprise, kind):
    assert read_person(SISTER, "T1", enterprise).kind is kind


def test_person_of_several_workspaces_is_member_of_this_one():
    both = SISTER | {"enterprise_user": {"enterprise_id": "E1", "teams": ["T1", "T2"]}}
    assert read_person(both, "T1").kind is PersonKind.MEMBER


@pytest.mark.parametrize(
    ("answer", "team", "enterprise"),
    [
        ({"team_id": "T1", "is_enterprise_install": False}, "T1", None),
        ({"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": False}, "T1", "E1"),
        ({"team_id": "E1", "enterprise_id": "E1", "is_enterprise_install": True}, None, "E1"),
    ],
)
async def test_app_knows_if_installed_in_workspace_or_organization(answer, team, enterprise):
    async def auth_test():
        return answer

    identity = Identity(SimpleNamespace(auth_test=auth_test))
    await identity.learn()
    assert (identity.team, identity.enterprise) == (team, enterprise)
    assert identity.serves("T1")
    assert identity.serves("T9") is (team is None)


@pytest.mark.parametrize(
    ("granted", "home"),
    [
        ({"team_id": "T1", "enterprise_id": None}, "T9"),
        ({"team_id": "T1", "enterprise_id": "E1"}, None),
    ],
)
def test_organization_named_in_delivery_is_ignored(granted, home):
    event = {"type": "message", "channel": "C1", "user": "U9", "ts": "1763660000.000100"}
    event |= {"team": "T9", "text": "<@U1>++"}
    body = {"team_id": "T9", "enterprise_id": "E9", "authorizations": [granted], "event": event}
    message = read_message(body)
    assert (message.team, message.home) == ("T1", home)


@pytest.mark.parametrize(
    ("granted", "shared", "seen_from", "team"),
    [
        ("T1", True, "T2", "T1"),
        (None, True, "T1", "T1"),
        (None, True, "E1", "T9"),
        (None, True, None, "T9"),
        (None, False, "T1", "T9"),
    ],
)
def test_event_team_is_resolved_for_externally_shared_channels(granted, shared, seen_from, team):
    body = {"team_id": "T9", "context_team_id": seen_from, "is_ext_shared_channel": shared}
    body["authorizations"] = [{"team_id": granted, "enterprise_id": "E1"}]
    assert read_team_id(body) == team


AT = {"channel": "C1", "ts": "1763660000.000100"}


@each(
    ("read", "event"),
    [
        (read_message, AT | {"user": "U9", "text": "<@U1>++"}),
        (read_message, AT | {"subtype": "message_deleted", "deleted_ts": AT["ts"]}),
        (read_reaction, {"user": "U9", "reaction": "tada", "event_ts": AT["ts"],
                         "item": AT | {"type": "message"}}),
    ],
)  # fmt: skip
def test_event_that_names_no_workspace_is_ignored(read, event):
    assert read({"team_id": "T1", "event": event}).team == "T1"
    assert read({"event": event}) is None


SUBMITTED = {
    "type": "view_submission", "team": None, "is_enterprise_install": True,
    "enterprise": {"id": "E1", "name": "all of us"},
    "user": {"id": "W1", "username": "ann", "name": "ann"},
    "view": {"id": "V1", "team_id": "T1", "app_installed_team_id": "E1", "callback_id": "season",
             "state": {"values": {}}},
}  # fmt: skip


def test_org_wide_form_takes_workspace_from_its_view():
    request = requests.read_user(SUBMITTED)
    assert (request.team, request.user, request.home, request.enterprise) == ("T1", "W1", "", "E1")


def test_form_sent_by_an_external_person_belongs_to_the_workspace_with_the_app():
    away = {"id": "T2", "domain": "away", "enterprise_id": "E2", "enterprise_name": "them"}
    view = SUBMITTED["view"] | {"team_id": "T2", "app_installed_team_id": "T1"}
    user = {"id": "W1", "username": "ann", "name": "ann", "team_id": "T2"}
    request = requests.read_user(SUBMITTED | {"team": away, "view": view, "user": user})
    assert (request.team, request.home) == ("T1", "T2")


@each("enterprise", [None, {"id": "E2", "name": "them"}])
def test_form_sent_to_an_organization_by_an_external_person_is_from_outside(enterprise):
    away = {"team": {"id": "T2", "domain": "away"}, "enterprise": enterprise}
    user = {"id": "W1", "username": "ann", "name": "ann", "team_id": "T2"}
    request = requests.read_user(SUBMITTED | away | {"user": user})
    assert (request.team, request.home) == ("T2", "?")


async def _fill_give_form(talk):
    """Return the payload that submits a point for bob."""
    await talk.shortcut("give_karma")
    view, workspace = talk.view(), talk.slack.workspace
    values = {"give_karma_whom": "bob", "give_karma_channel": "general"}
    state = build_state(view["blocks"], values, workspace)
    return interactions.build_submission(workspace, view, user=ANN, state=state)


async def test_form_sent_to_an_organization_from_outside_counts_nowhere(talk):
    sent = await _fill_give_form(talk)
    identity = talk.running.context.identity
    identity.team, identity.enterprise = None, "E1"
    away = {"team": {"id": "T2", "domain": "away", "enterprise_id": "E2"}}
    away["user"] = sent["user"] | {"team_id": "T2"}
    installed = {"view": sent["view"] | {"app_installed_team_id": "E1"}}
    refused = await talk.deliver_interaction(sent | away | installed)
    text = json.loads(refused.body)["view"]["blocks"][0]["text"]["text"]
    assert text.startswith("This form is only for members of the workspace that I'm in")
    assert await talk.rows("SELECT FROM vote_history") == []


def test_org_wide_button_takes_workspace_from_its_user():
    body = {
        "type": "block_actions", "team": None, "is_enterprise_install": True,
        "enterprise": {"id": "E1"}, "user": {"id": "W1", "team_id": "T1"},
        "actions": [{"action_id": "x", "value": "week", "type": "button"}],
    }  # fmt: skip
    assert requests.read_button(body).team == "T1"
    assert requests.read_button(body | {"is_enterprise_install": False}) is None


async def test_user_of_sister_workspace_can_submit_give_form(talk):
    await talk.said("hello", by="bob")
    good = await _fill_give_form(talk)
    good["user"]["team_id"] = "T0SISTER01"
    talk.running.context.identity.enterprise = "E1"
    refused = await talk.deliver_interaction(good)
    assert "nothing has changed" in json.loads(refused.body)["view"]["blocks"][0]["text"]["text"]
    inside = good | {"enterprise": {"id": "E1", "name": "all of us"}}
    assert (await talk.deliver_interaction(inside)).body == ""
    assert await talk.scores() == {BOB: 1}


async def test_form_of_another_organizations_person_is_refused_although_slack_is_silent(talk):
    form = await _fill_give_form(talk)
    form["user"] |= {"id": "U0AWAY0001", "team_id": "T0AWAY0001"}
    form["team"] = {"id": "T0AWAY0001", "domain": "away", "enterprise_id": "E2"}
    talk.slack.fail("users.info", times=None, status=500)
    for enterprise in (None, {"id": "E2", "name": "them"}):
        refused = await talk.deliver_interaction(form | {"enterprise": enterprise})
        assert "nothing has changed" in refused.body
    assert await talk.scores() == {}
