"""The settings form: what it shows, accepts and refuses, and from whom."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from app.core.settings.definitions import DECLARED, Settings
from app.core.settings.list_kinds import MOST_ITEMS
from app.core.settings.setting import SettingGroup, SettingScope
from app.devtools.fake_slack import events, interactions
from app.devtools.fake_slack.arguments import MethodError
from app.devtools.fake_slack.blocks import check_view
from app.devtools.fake_slack.fields import build_state
from app.slack.views import home
from app.slack.views.settings_form import CHANNEL, WORKSPACE, SettingsView, render_form
from app.store.workspace.rulebook import Rulebook
from app.usecases.change_settings import ChannelScope, read_decided, read_inherited
from app.words import settings as words
from app.words.catalog import LANGUAGES, say, use_language
from tests.examples import scaled
from tests.logged import logged
from tests.slack.deciding import open_settings, read_errors, read_text, save
from tests.slack.outsiders import OUTSIDERS, each_outsider, enter, promote
from tests.tables import each

ANN, BOB = "U0ANN00001", "U0BOB00002"
REFUSED = "Only admins and karma managers can do that"
STORED = "SELECT channel_id, name, value FROM settings ORDER BY 1, 2"
AUDIT = "SELECT by_id, act, about, before, after FROM audit ORDER BY id"


def _fields(view):
    return [block["element"]["action_id"] for block in view["blocks"] if block["type"] == "input"]


def _element(view, name):
    return next(
        b["element"] for b in view["blocks"] if b.get("element", {}).get("action_id") == name
    )


async def _nothing_stored(talk):
    return await talk.rows(STORED) == [] and await talk.rows(AUDIT) == []


# What it shows and accepts


async def test_form_shows_every_setting_in_declared_order(talk):
    view = await open_settings(talk)
    assert _fields(view) == list(DECLARED)
    heads = [b["text"]["text"] for b in view["blocks"] if b["type"] == "header"]
    assert heads == [
        "Basics",
        "Where I reply",
        "What counts",
        "Limits",
        "What I post on my own",
        "More",
    ]


def test_minus_is_the_first_setting_of_its_group():
    counting = [one.name for one in DECLARED.values() if one.group is SettingGroup.COUNTING]
    assert counting[0] == "minus"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_setting_hint_is_one_sentence(language):
    with use_language(language):
        for name in DECLARED:
            hint = words.explain_setting(name)
            assert hint.endswith(".")
            assert not re.search(r"[.!?] [A-ZÄÖÜ]", hint), hint


async def test_form_prefills_the_admins_language_and_zone_until_saved(talk):
    members = talk.slack.workspace.members
    members[ANN] = replace(members[ANN], locale="de-DE")
    view = await open_settings(talk, zone="Europe/Berlin")
    assert _element(view, "language")["initial_option"]["value"] == "de"
    assert _element(view, "time_zone")["initial_value"] == "Europe/Berlin"
    message = read_text(await talk.submit(view))
    assert "• Language: English → Deutsch" in message
    assert "• Time zone: UTC → Europe/Berlin" in message
    view = await open_settings(talk, zone="Asia/Tokyo")
    assert _element(view, "time_zone")["initial_value"] == "Europe/Berlin"


@pytest.mark.parametrize(
    ("locale", "zone", "filled"),
    [
        ("de-DE", "Europe/Berlin", "language and time zone. Saving sets them"),
        ("zu-ZA", "Europe/Paris", "time zone. Saving sets it"),
        ("de-DE", "somewhere", "language. Saving sets it"),
    ],
)
async def test_form_says_which_admin_values_it_prefilled(talk, locale, zone, filled):
    members = talk.slack.workspace.members
    members[ANN] = replace(members[ANN], locale=locale)
    message = (await open_settings(talk, zone=zone))["blocks"][1]["text"]["text"]
    assert message.endswith(f"so I've filled in your own {filled} for everyone.")


async def test_form_shows_current_values(talk):
    await talk.decide(max_points=3, replies="silent", stop_list=["b", "a"], managers=[BOB])
    view = await open_settings(talk)
    assert _element(view, "max_points")["initial_value"] == "3"
    assert _element(view, "replies")["initial_option"]["value"] == "silent"
    assert _element(view, "stop_list")["initial_value"] == "a b"
    assert _element(view, "managers")["initial_users"] == [BOB]
    assert _element(view, "plus_reactions")["initial_value"] == ":heavy_plus_sign:"
    assert "initial_value" not in _element(view, "daily_allowance")
    assert "initial_conversation" not in str(view)
    assert WORKSPACE not in str(view)


async def test_channel_form_has_only_settings_that_can_differ_there(talk):
    view = await open_settings(talk, channel="secret")
    assert _fields(view) == [n for n, one in DECLARED.items() if one.where is SettingScope.CHANNEL]
    assert "<#C0SECRET04>" in view["blocks"][0]["text"]["text"]
    await talk.click(view, WORKSPACE, value="workspace")
    assert _fields(talk.view()) == list(DECLARED)


async def test_channel_form_shows_an_unreadable_stored_value_as_inherited(talk):
    await talk.decide(channel="C0SECRET04", minus="none such")
    await talk.decide(time_zone=7)
    assert _element(await open_settings(talk), "time_zone")["initial_value"] == "UTC"
    view = await open_settings(talk, channel="secret")
    assert _element(view, "minus")["initial_option"]["value"] == "inherit"


async def test_unreadable_stored_value_is_named_when_it_is_replaced(talk):
    await talk.decide(time_zone=7)
    await talk.decide(channel="C0RANDOM02", minus="none such")
    changes = "Time zone: 7 → Europe/Berlin", "Minus: none such → Only with a reason"
    assert changes[0] in await save(talk, time_zone="Europe/Berlin")
    assert changes[1] in await save(talk, channel="random", minus="reason")
    audit = str(await talk.command("audit", command="/karma"))
    assert "Time zone: 7 → Europe/Berlin" in audit
    assert "none such → Only with a reason" in audit


async def test_each_saved_setting_gets_an_audit_row(talk, log_lines):
    message = await save(talk, max_points="3", things="off", time_zone=" europe/berlin ")
    assert "Maximum points at once: 5 → 3" in message
    assert "Time zone: UTC → Europe/Berlin" in message
    assert await talk.rows(STORED) == [
        ("", "max_points", 3), ("", "things", False), ("", "time_zone", "Europe/Berlin")
    ]  # fmt: skip
    assert await talk.rows(AUDIT) == [
        (ANN, "setting", "time_zone", "UTC", "Europe/Berlin"),
        (ANN, "setting", "things", True, False),
        (ANN, "setting", "max_points", 5, 3),
    ]
    (line,) = logged(log_lines, "settings.changed")
    assert line["names"] == ["time_zone", "things", "max_points"]


async def test_audit_distinguishes_channel_from_workspace_changes(talk):
    await save(talk, channel="random", max_points="2", plus_reactions="none")
    await save(talk, channel="random", max_points=None)
    assert await talk.rows(AUDIT) == [
        (ANN, "setting", "plus_reactions@C0RANDOM02", None, []),
        (ANN, "setting", "max_points@C0RANDOM02", None, 2),
        (ANN, "setting", "max_points@C0RANDOM02", 2, None),
    ]
    assert await talk.rows(STORED) == [("C0RANDOM02", "plus_reactions", [])]
    view = await open_settings(talk, channel="random")
    assert _element(view, "plus_reactions")["initial_value"] == "none"


async def test_saving_without_a_change_changes_nothing(talk, log_lines):
    quiet = ["C0RANDOM02", "C0SECRET04"]
    await talk.decide(stop_list=["b", "a"], quiet_channels=quiet, managers=[BOB])
    reordered = {"stop_list": "b a", "quiet_channels": quiet[::-1]}
    assert await save(talk, **reordered) == "You're all set: everything stays as it was."
    assert await save(talk, channel="random") == "You're all set: everything stays as it was."
    assert await talk.rows(AUDIT) == []
    assert logged(log_lines, "settings.changed") == []


async def test_refusal_names_managers_and_admins(talk):
    await talk.decide(managers=[BOB])
    await talk.command("settings", command="/karma")  # so that the app knows Ann's role
    answer = await talk.command("settings", by="carol", command="/karma")
    assert answer["text"] == f"{REFUSED}: <@{BOB}>, <@{ANN}>."


async def test_two_open_forms_save_only_their_own_changes(talk):
    await promote(talk, "bob")
    first, second = await open_settings(talk, "ann"), await open_settings(talk, "bob")
    await talk.submit(first, max_points="3")
    await talk.submit(second, by="bob", max_targets="7")
    kept = await talk.rows("SELECT name, value FROM settings WHERE name <> 'managers' ORDER BY 1")
    assert kept == [("max_points", 3), ("max_targets", 7)]


async def test_audit_of_conflicting_forms_shows_the_value_each_replaced(talk):
    await promote(talk, "bob")
    first, second = await open_settings(talk, "ann"), await open_settings(talk, "bob")
    await talk.submit(first, max_points="3")
    await talk.submit(second, by="bob", max_points="4")
    third = await open_settings(talk, "ann")
    await talk.submit(third, max_points="4")
    assert await talk.rows(AUDIT) == [
        (ANN, "setting", "max_points", 5, 3), (BOB, "setting", "max_points", 3, 4)
    ]  # fmt: skip


async def test_operators_value_stays_until_changed_in_the_form(talk):
    rulebook = talk.running.context.rulebook
    rulebook.base = replace(rulebook.base, daily_allowance=10**9)
    await rulebook.learn()
    assert "Points per day" not in await save(talk, max_points="3")
    assert "1,000,000,000 → 7" in await save(talk, daily_allowance="7")
    assert "7 → no limit" in await save(talk, daily_allowance=None)
    await talk.said("@bob++")
    assert await talk.scores() == {BOB: 1}


async def test_saving_warns_of_a_channel_in_which_the_app_cannot_post(talk):
    channels = talk.slack.workspace.channels
    channels["C0RANDOM02"] = replace(channels["C0RANDOM02"], is_member=False)
    wanted = {"recap": "weekly", "recap_channel": "random", "feed_channel": "random"}
    message = await save(talk, **wanted)
    assert message.endswith(
        "\nI can't post in <#C0RANDOM02> yet. Invite me there with `/invite @pptbot`."
    )
    assert message.count("can't post") == 1
    assert "can't post" not in await save(talk, feed_channel="general")
    talk.slack.fail("conversations.info", status=500, times=None)
    assert "can't post" not in await save(talk, feed_channel="dev")


# What it refuses


@each(
    ("field", "typed", "message"),
    [
        ("max_points", "0", "a whole number from 1 to 999"),
        ("max_points", "1000", "a whole number from 1 to 999"),
        ("max_points", "2.5", "a whole number from 1 to 999"),
        ("max_points", "many", "a whole number from 1 to 999"),
        ("max_points", None, "a whole number from 1 to 999"),
        ("daily_allowance", "100001", "a whole number from 1 to 100,000"),
        ("cooldown", "-1", "a whole number from 0 to 10,080"),
        ("time_zone", "Europe/Berln", "Did you mean Europe/Berlin?"),
        ("time_zone", "Berlin", "Did you mean Europe/Berlin?"),
        ("time_zone", "xyzzyxyzzy", "Type it like Europe/Berlin."),
        ("time_zone", "Mars", "Type it like Europe/Berlin."),
        ("time_zone", "GMT+2", "Type it like Europe/Berlin."),
        ("time_zone", "UTC+1", "Type it like Europe/Berlin."),
        ("time_zone", "../etc/passwd", "I don't know that time zone."),
        ("time_zone", None, "I don't know that time zone."),
        ("plus_reactions", ":tada: !!!", "I don't know the emoji !!!. Type"),
        ("plus_reactions", ":heavy_minus_sign:", "is in both lists"),
        ("stop_list", " ".join(map(str, range(101))), "to 100 entries"),
        ("stop_list", "x" * 81, "up to 80 characters"),
    ],
)
async def test_invalid_value_is_reported_at_its_field_and_not_stored(talk, field, typed, message):
    answer = await talk.submit(await open_settings(talk), things="off", **{field: typed})
    assert list(read_errors(answer)) == [field]
    assert message in read_errors(answer)[field]
    assert await _nothing_stored(talk)


async def test_invisible_characters_pasted_into_a_field_are_ignored(talk):
    message = await save(
        talk, time_zone="\u200bEurope/Berlin\u200f", plus_reactions="\u2060:tada:\ufeff",
        stop_list="note\u00adpad \u200b", daily_allowance="\u200e7",
    )  # fmt: skip
    for line in ("UTC → Europe/Berlin", ":heavy_plus_sign: → :tada:", "→ notepad", "no limit → 7"):
        assert line in message
    assert all(line.isprintable() for line in message.splitlines())


async def test_all_invalid_values_are_reported_together(talk):
    answer = await talk.submit(await open_settings(talk), max_points="0", time_zone="x")
    assert sorted(read_errors(answer)) == ["max_points", "time_zone"]


async def test_channel_emoji_cannot_contradict_the_workspaces(talk):
    view = await open_settings(talk, channel="random")
    answer = await talk.submit(view, minus_reactions=":heavy_plus_sign: :-1:")
    assert "is in both lists" in read_errors(answer)["minus_reactions"]
    message = await save(talk, channel="random", minus_reactions=":heavy_plus_sign:",
                         plus_reactions=":heavy_minus_sign:")  # fmt: skip
    assert ":heavy_plus_sign:" in message


@each(("plus", "minus"), [(":thumbsup:", ":+1:"), (":+1:", ":thumbsup:")])
async def test_emoji_aliases_count_as_the_same_emoji(talk, plus, minus):
    wanted = {"plus_reactions": f"{plus} :tada:", "minus_reactions": f":-1: {minus}"}
    answer = await talk.submit(await open_settings(talk), **wanted)
    assert plus in read_errors(answer)["minus_reactions"]
    assert await talk.rows("SELECT name FROM settings") == []


async def test_form_stays_open_with_an_error_without_the_database(talk, log_lines):
    view = await open_settings(talk)
    await talk.running.database.close()
    answer = await talk.submit(view, max_points="3")
    assert "can't reach my database" in str(read_errors(answer))
    assert len(logged(log_lines, "settings.not_stored")) == 1


# Permissions


@each_outsider
async def test_outsiders_cannot_open_settings_by_command(talk, log_lines, who):
    by = await enter(talk, who)
    answer = await talk.command("settings", by=by, command="/karma")
    assert answer["text"].startswith(REFUSED)
    assert talk.view(by) is None
    (line,) = logged(log_lines, "action.refused")
    assert (line["reason"], line["action"]) == (OUTSIDERS[who].reason, "karma settings")


@each_outsider
async def test_outsiders_cannot_open_settings_by_a_stolen_button(talk, log_lines, who):
    by = await enter(talk, who)
    page = await talk.open_home("ann")
    await talk.click(page, home.SETTINGS, by=by, value="settings")
    assert _fields(talk.view(by)) == []
    assert REFUSED in str(talk.view(by))
    assert [line["reason"] for line in logged(log_lines, "action.refused")] == [
        OUTSIDERS[who].reason
    ]


@each_outsider
async def test_outsiders_cannot_view_a_channel_with_a_stolen_form(talk, log_lines, who):
    by = await enter(talk, who)
    view = await open_settings(talk)
    await talk.click(view, CHANNEL, by=by, value="secret")
    assert _fields(talk.view("ann")) == []
    assert [line["reason"] for line in logged(log_lines, "action.refused")] == [
        OUTSIDERS[who].reason
    ]


@each_outsider
async def test_outsiders_cannot_save_settings(talk, log_lines, who):
    by = await enter(talk, who)
    kept = await talk.rows(STORED)
    view = await open_settings(talk)
    answer = await talk.submit(view, by=by, max_points="3")
    assert read_text(answer).startswith(REFUSED)
    assert (await talk.rows(STORED), await talk.rows(AUDIT)) == (kept, [])
    assert [line["reason"] for line in logged(log_lines, "action.refused")] == [
        OUTSIDERS[who].reason
    ]


@each_outsider
async def test_outsiders_home_has_no_settings_button(talk, who):
    assert home.SETTINGS not in str(await talk.open_home(await enter(talk, who)))


async def test_managers_home_has_the_settings_button(talk):
    assert home.SETTINGS not in str(await talk.open_home("bob"))
    assert home.SETTINGS in str(await talk.open_home(await promote(talk, "bob")))


async def test_former_admin_cannot_save_an_open_form(talk):
    view = await open_settings(talk)
    members = talk.slack.workspace.members
    members[ANN] = replace(members[ANN], is_admin=False, is_owner=False)
    assert read_text(await talk.submit(view, max_points="3")).startswith(REFUSED)
    assert await _nothing_stored(talk)


async def test_nothing_is_saved_while_the_role_cannot_be_checked(talk, log_lines):
    view = await open_settings(talk)
    talk.slack.fail("users.info", times=None, status=500)
    assert read_text(await talk.submit(view, max_points="3")) == say("settings-unchecked")
    assert (await talk.command("settings", command="/karma"))["text"] == say("settings-unchecked")
    talk.slack.heal()
    talk.slack.fail("users.info", times=None, delay=3600)
    with talk.hurried(lookup=0.05):
        assert read_text(await talk.submit(view, max_points="3")) == say("settings-unchecked")
    assert await _nothing_stored(talk)
    assert {line["reason"] for line in logged(log_lines, "action.refused")} == {"unchecked"}


async def test_manager_can_change_everything_but_managers(talk):
    await promote(talk, "bob")
    view = await open_settings(talk, "bob")
    assert _fields(view) == [name for name in DECLARED if name != "managers"]
    assert "Only admins and owners in Slack can change this" in str(view["blocks"])
    assert "5 → 3" in read_text(await talk.submit(view, by="bob", max_points="3"))


@pytest.mark.parametrize("change", [{"deleted": True}, {"is_restricted": True}], ids=str)
async def test_others_are_not_referred_to_somebody_who_can_no_longer_decide(talk, change):
    await talk.decide(managers=[BOB])
    await open_settings(talk, "ann")  # by now the app knows that she's an admin
    assert await _ask_whom(talk) == f"{REFUSED}: <@{BOB}>, <@{ANN}>."
    workspace = talk.slack.workspace
    for user, left in ((BOB, change), (ANN, {"is_admin": False, "is_owner": False})):
        member = workspace.members[user] = replace(workspace.members[user], **left)
        at = workspace.next_ts()
        await talk.told(events.build_user_change_event(workspace, member=member, event_ts=at))
    assert BOB not in await _ask_whom(talk)
    assert ANN not in await _ask_whom(talk)


async def _ask_whom(talk):
    return (await talk.command("settings", by="carol", command="/karma"))["text"]


async def test_manager_forging_the_managers_field_is_refused(talk, log_lines):
    await promote(talk, "bob")
    view = await open_settings(talk, "ann")
    answer = await talk.submit(view, by="bob", managers=["bob", "carol"], max_points="3")
    assert read_text(answer).startswith("Only admins and owners of this workspace can do that")
    assert await talk.rows(STORED) == [("", "managers", [BOB])]
    assert [line["reason"] for line in logged(log_lines, "action.refused")] == ["manager"]


async def test_failure_to_open_the_form_is_reported(talk):
    talk.slack.fail("views.open", error="expired_trigger_id")
    answer = await talk.command("settings", command="/karma")
    assert "couldn't open the form" in answer["text"]


# Forged payloads

_REQUIRED = sorted(n for n, one in DECLARED.items() if not one.may_be_empty(inherits=False))
_SECTION = st.sampled_from([None, [], {}, "", 7, {"id": 7}])
_METADATA = st.sampled_from([
    None, "", "{", "[]", "7", "{}", "[" * 5000, "x" * 9000,
    json.dumps({"channel": "", "shown": {}}),
    json.dumps({"channel": "C0SECRET04", "shown": {"max_points": "0" * 12}}),
    json.dumps({"channel": "C0SECRET04'; --", "shown": {"max_points": "0" * 12}}),
    json.dumps({"channel": "D0ANN00001", "shown": {"max_points": "0" * 12}}),
    json.dumps({"channel": "", "shown": {"max_points": 7}}),
    json.dumps({"channel": "", "shown": {"max_points": "0" * 12, "no_such": "0" * 12}}),
    json.dumps({"channel": "", "shown": ["max_points"]}),
    json.dumps({"channel": ["C0SECRET04"], "shown": {"max_points": "0" * 12}}),
])  # fmt: skip
_HELD = st.sampled_from([
    None, {}, [], "3", 3, {"value": 3}, {"value": ["3"]}, {"value": "9" * 9000},
    {"selected_option": None}, {"selected_option": {"value": "none such"}},
    {"selected_option": {"value": 5}}, {"selected_option": []}, {"selected_users": ["x" * 9000]},
    {"selected_users": [None]}, {"selected_users": {"a": 1}},
    {"selected_users": [BOB] * (MOST_ITEMS + 1)}, {"selected_conversations": "C0SECRET04"},
])  # fmt: skip


def _values_with(key):
    """Return the field values that have something under *key*."""
    return _HELD.filter(lambda held: isinstance(held, dict) and key in held)


_FORGED = st.one_of(
    st.fixed_dictionaries({"team": _SECTION}),
    st.fixed_dictionaries({"user": _SECTION}),
    st.fixed_dictionaries({"user": st.just({"id": ANN, "team_id": "T0ELSEWHER"})}),
    st.fixed_dictionaries({"team": st.just({"id": "T0ELSEWHER"})}),
    st.fixed_dictionaries({"user": st.just({"id": "U" * 3000})}),
    st.fixed_dictionaries({"metadata": _METADATA}),
    st.fixed_dictionaries({"missing": st.sampled_from(_REQUIRED)}),
    st.fixed_dictionaries({"more": st.sampled_from(["no_such/workspace", "max_points/C0"])}),
    st.fixed_dictionaries({"field": st.sampled_from(["replies", "things"]),
                           "held": _HELD.filter(lambda held: held != {"value": 3})}),
    st.fixed_dictionaries({"field": st.sampled_from(["max_points", "time_zone"]), "held": _HELD}),
    # Fields that may be empty and are omitted are tested in tests/slack/test_forms.py.
    st.fixed_dictionaries({"field": st.just("managers"),
                           "held": _values_with("selected_users")}),
    st.fixed_dictionaries({"field": st.just("stop_list"),
                           "held": _values_with("value")}),
    st.fixed_dictionaries({"values": _SECTION}),
)  # fmt: skip


@pytest.fixture
def forgeries():
    """Forged submissions, the same in every run (derandomized)."""
    found = []

    @examples(max_examples=scaled(150), database=None, derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(_FORGED)
    def collect(forged):
        found.append(forged)

    collect()
    workspace_only = {"channel": "C0SECRET04", "shown": {"time_zone": "0" * 12}}
    unknown = {"channel": "", "shown": {"no_such": "0" * 12}}
    return [
        *found,
        {"metadata": json.dumps(unknown),
         "values": {"no_such/workspace": {"no_such": {"value": "3"}}}},
        {"field": "managers", "held": {"selected_users": [BOB] * (MOST_ITEMS + 1)}},
        {"metadata": json.dumps(workspace_only),
         "values": {"time_zone/C0SECRET04": {"time_zone": {"value": "UTC"}}}},
    ]  # fmt: skip


def _forge(good, forged):
    """Return the valid submission *good* with one part *forged*."""
    payload = json.loads(json.dumps(good))
    values = payload["view"]["state"]["values"]
    values["max_points/workspace"]["max_points"]["value"] = "3"
    match forged:
        case {"metadata": metadata}:
            payload["view"]["private_metadata"] = metadata
            payload["view"]["state"]["values"] = forged.get("values", values)
        case {"missing": name}:
            del values[f"{name}/workspace"]
        case {"more": block}:
            values[block] = {"max_points": {"value": "3"}}
        case {"field": name, "held": holds}:
            values[f"{name}/workspace"] = {name: holds}
        case {"values": all_of_them}:
            payload["view"]["state"]["values"] = all_of_them
        case _:
            payload |= forged
    return payload


async def test_forged_submissions_neither_change_anything_nor_fail(talk, log_lines, forgeries):
    view = await open_settings(talk)
    state = build_state(view["blocks"], {}, talk.slack.workspace)
    good = interactions.build_submission(talk.slack.workspace, view, user=ANN, state=state)
    for forged in forgeries:
        answer = await talk.deliver_interaction(_forge(good, forged))
        assert answer.status in (200, 400), forged
        assert "Saved" not in answer.body, forged
    assert await _nothing_stored(talk)
    assert not logged(log_lines, "event.failed")
    reasons = {line["reason"] for line in logged(log_lines, "action.refused")}
    assert reasons == {"misshapen", "stranger"}
    assert (await talk.deliver_interaction(_forge(good, {}))).body.count("Saved") == 1


async def test_forged_channel_choices_show_nothing(talk, log_lines):
    view = await open_settings(talk)
    good = talk.press(view, CHANNEL, value="random")
    action = good["actions"][0]
    for forged in (
        {"actions": [action | {"selected_conversation": None}]},
        {"actions": [action | {"selected_conversation": ["C0SECRET04"]}]},
        {"actions": [action | {"selected_conversation": "D0ANN00001"}]},
        {"actions": [action | {"selected_conversation": "C" * 9000}]},
        {"user": None}, {"user": {"id": ANN, "team_id": "T0ELSEWHER"}}, {"team": {"id": "T0X"}},
        {"view": None}, {"view": {"id": 7, "callback_id": "settings"}},
    ):  # fmt: skip
        assert (await talk.deliver_interaction(good | forged)).status in (200, 400), forged
        assert "random" not in str(talk.view()).replace("randomly", ""), forged
    assert not logged(log_lines, "event.failed")
    reasons = {line["reason"] for line in logged(log_lines, "action.refused")}
    assert reasons == {"misshapen", "stranger"}


# Slack accepts the form with any values, in any language


def _build_fullest():
    """Return a rulebook whose lists are as long as possible."""
    return Rulebook(None, Settings(
        daily_allowance=10**9,
        quiet_channels=tuple(f"C{n:060}" for n in range(MOST_ITEMS)),
        managers=tuple(f"U{n:060}" for n in range(MOST_ITEMS)),
        plus_reactions=tuple(f"e{n:079}" for n in range(MOST_ITEMS)),
        minus_reactions=tuple(f"f{n:079}" for n in range(MOST_ITEMS)),
        stop_list=frozenset(f"w{n:079}" for n in range(MOST_ITEMS)),
    ))  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", ["", "C" * 64])
@pytest.mark.parametrize("admin", [True, False])
@pytest.mark.parametrize("rulebook", [Rulebook(None), _build_fullest()], ids=["empty", "full"])
def test_slack_accepts_the_form_with_any_values(language, channel, admin, rulebook):
    place = ChannelScope("T1", channel)
    shown = SettingsView(
        place.settings,
        read_decided(rulebook, place),
        read_inherited(rulebook, place),
        channel,
        admin,
    )
    with use_language(language):
        try:
            check_view(render_form(shown))
        except MethodError as refusal:
            pytest.fail(" ".join(refusal.messages))
