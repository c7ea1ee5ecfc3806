"""Forms as Slack submits them: empty fields are omitted, and malformed ones are reported."""

import copy
import json

from app.devtools.fake_slack import interactions
from app.devtools.fake_slack.fields import build_state
from app.slack.views import admin, help_pages, home, recaps
from tests.logged import logged
from tests.tables import each

ANN, BOB = "U0ANN00001", "U0BOB00002"
UNREADABLE = "read that form, so nothing has changed"
MANGLED = [
    {"values": []},
    {"values": {"max_points/workspace": []}},
    {"values": {"give_karma_points": 5}},
    {"values": {"season_name": {"season_name": "x"}}},
    {"values": {"season_name": {"season_name": "x"}, "other": {"other": {}}}},
    {"values": {"forget_confirm": {"karma_forget_confirm": ["x"]}}},
    "state",
    [],
]


async def _open(talk, form):
    """Open a *form* as ann, and return it."""
    if form == "give":
        await talk.shortcut("give_karma")
    elif form == "give in return":
        post = await talk.said("hello", by="bob")
        await talk.shortcut("give_karma_to_author", on=post)
    else:
        await talk.command(form, command="/karma")
    return talk.view()


async def _deliver(talk, view, state, by=ANN):
    payload = interactions.build_submission(talk.slack.workspace, view, user=by, state=state)
    payload["view"]["state"] = state
    answer = await talk.deliver_interaction(payload)
    assert answer.status == 200, answer
    return json.loads(answer.body)


FORMS = ["settings", 'season "Autumn"', "forget-me", "give", "give in return"]


@each("form", FORMS)
async def test_form_with_malformed_state_says_nothing_has_changed(talk, form):
    view = await _open(talk, form)
    for state in MANGLED:
        answer = await _deliver(talk, view, state)
        assert answer["response_action"] == "update", state
        assert UNREADABLE in str(answer["view"]["blocks"]), state


@each("form", ["settings", 'season "Autumn"', "merge alpha into beta"])
async def test_form_with_malformed_metadata_says_nothing_has_changed(talk, form):
    await talk.said("alpha++ beta++", by="bob")
    view = await _open(talk, form)
    state = {"values": build_state(view["blocks"], {}, talk.slack.workspace)}
    for metadata in ("", "{", "[]", "{}", "x" * 3000, None, 5):
        answer = await _deliver(talk, view | {"private_metadata": metadata}, state)
        assert answer["response_action"] == "update", metadata
        assert UNREADABLE in str(answer["view"]["blocks"]), metadata


@each("form", FORMS)
@each("state", [None, {}, {"values": None}, {"values": {}}])
async def test_form_without_state_never_closes_as_if_saved(talk, form, state):
    view = await _open(talk, form)
    assert (await _deliver(talk, view, state))["response_action"] in {"errors", "update"}


async def test_settings_omitted_by_slack_are_saved_as_empty(talk):
    await talk.decide(daily_allowance=5, quiet_channels=["C0SECRET04"], stop_list=["vc"])
    await talk.command("settings", command="/karma")
    view = talk.view()
    state = {"values": build_state(view["blocks"], {}, talk.slack.workspace)}
    values = state["values"]
    del values["daily_allowance/workspace"]["daily_allowance"]["value"]
    values["quiet_channels/workspace"]["quiet_channels"] = {"type": "multi_conversations_select"}
    del values["stop_list/workspace"]
    values["currency/workspace"]["currency"] = None
    blocks = (await _deliver(talk, view, state))["view"]["blocks"]
    assert len(blocks) == 4
    stored = dict(await talk.rows("SELECT name, value FROM settings"))
    assert stored == {"daily_allowance": None, "quiet_channels": [], "stop_list": []}


async def test_missing_required_number_is_an_error_at_its_field(talk):
    view = await _open(talk, "settings")
    state = {"values": build_state(view["blocks"], {}, talk.slack.workspace)}
    incomplete = copy.deepcopy(state)
    del incomplete["values"]["max_points/workspace"]["max_points"]["value"]
    errors = (await _deliver(talk, view, incomplete))["errors"]
    assert errors == {"max_points/workspace": "Please type a whole number from 1 to 999."}
    del incomplete["values"]["max_points/workspace"]
    assert UNREADABLE in str((await _deliver(talk, view, incomplete))["view"]["blocks"])


async def test_form_without_reason_block_gives_points(talk):
    view = await _open(talk, "give in return")
    state = {"values": build_state(view["blocks"], {}, talk.slack.workspace)}
    del state["values"]["give_karma_reason"]
    payload = interactions.build_submission(talk.slack.workspace, view, user=ANN, state={})
    payload["view"]["state"] = state
    assert (await talk.deliver_interaction(payload)).body == ""
    assert await talk.scores() == {BOB: 1}


async def test_form_of_another_version_says_that_nothing_has_changed(talk):
    view = await _open(talk, "give")
    state = {"values": build_state(view["blocks"], {}, talk.slack.workspace)}
    for callback in ("form_of_next_year", ""):
        shown = await _deliver(talk, view | {"callback_id": callback}, state)
        assert shown["response_action"] == "update"
        assert UNREADABLE in str(shown["view"]["blocks"])


@each(
    "action",
    [
        home.SETTINGS, home.SETUP, home.HELP, home.OPT_OUT, help_pages.MORE,
        help_pages.WELCOME_HELLO, help_pages.WELCOME_SETTINGS, recaps.PREVIEW, admin.OLDER,
    ],
)  # fmt: skip
async def test_malformed_press_is_logged_and_does_nothing(talk, log_lines, action):
    button = {"type": "button", "action_id": action, "value": "no such"}
    press = {"type": "block_actions", "team": {"id": talk.slack.workspace.team_id}}
    for user, value in (({"id": ANN}, 5), ({"id": 5}, "x"), (None, "x")):
        payload = press | {"user": user, "actions": [button | {"value": value}]}
        assert (await talk.deliver_interaction(payload)).status == 200
    assert [line["reason"] for line in logged(log_lines, "action.refused")] == 3 * ["misshapen"]
    assert talk.slack.calls == []


async def test_user_of_another_workspace_is_told_nothing_has_changed(talk):
    for form in ("forget-me", "give"):
        view = await _open(talk, form)
        state = build_state(view["blocks"], {}, talk.slack.workspace)
        payload = interactions.build_submission(talk.slack.workspace, view, user=ANN, state=state)
        payload["user"]["team_id"] = "T0ELSEWHER"
        answer = json.loads((await talk.deliver_interaction(payload)).body)
        assert "nothing has changed" in str(answer["view"]["blocks"])
