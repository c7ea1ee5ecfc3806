"""The app uses the language of the workspace that it responds to."""

import json

import pytest

from app.core.commands.unclear import UnclearQuery
from app.devtools.fake_slack import events
from app.slack.payloads.events import read_workspace_id
from app.words.catalog import get_language
from app.words.usage import explain_unclear

OTHER = "T0OTHERONE"


@pytest.fixture
async def german(talk):
    await talk.decide(language="de")
    return talk


def _of_another_team(payload):
    """Return *payload* as if another workspace had sent it."""
    payload = json.loads(json.dumps(payload))
    for named in (payload, *payload["authorizations"]):
        named["team_id"] = OTHER
    return payload


async def test_vote_replies_use_the_workspace_language(german):
    await german.said("@bob++ for the docs")
    await german.said("@bob+++")
    assert german.heard() == [
        "bob hat 1 Punkt (+1 for the docs)",
        "bob hat 3 Punkte (+2)",
    ]


async def test_updated_replies_use_the_workspace_language(german):
    post = await german.said("@bob++")
    await german.edited(post, "no")
    assert german.heard() == ["bob hat 0 Punkte (+1 rückgängig gemacht)"]


async def test_refusals_and_scores_use_the_workspace_language(german):
    await german.said("@ann++")
    await german.said("@bob==")
    assert german.heard() == ["bob hat 0 Punkte"]
    assert german.heard(to="ann")[0].startswith("Nicht gezählt: Punkte sind für andere da")


async def test_mention_replies_use_the_workspace_language(german):
    post = german.write("@pptbot leaderboard")
    await german.told(events.build_mention_event(german.slack.workspace, post))
    post = german.write("@pptbot help")
    await german.told(events.build_mention_event(german.slack.workspace, post))
    assert german.heard()[0].startswith("Noch hat niemand Punkte.")
    assert "Punkte" in german.heard(to="ann")[0]


async def test_commands_and_buttons_use_the_workspace_language(german):
    await german.said("@bob++")
    answer = await german.command()
    assert "Rangliste" in answer["text"]
    await german.click(answer, "leaderboard_switch_things")
    assert "Dinge" in json.dumps(german.updates()[-1]["blocks"], ensure_ascii=False)
    answer = await german.command(command="/karma")
    assert "Dein Karma" in json.dumps(answer["blocks"], ensure_ascii=False)


async def test_app_home_uses_the_workspace_language_when_opened_and_updated(german):
    shown = await german.open_home("bob")
    assert "Willkommen" in json.dumps(shown, ensure_ascii=False)
    await german.said("@bob++")
    with german.hurried(homes_apart=0):
        await german.slack.wait_until(lambda: german.home("bob") != shown)
    assert "1 Punkt" in json.dumps(german.home("bob"), ensure_ascii=False)


async def test_charts_use_the_workspace_language(german):
    await german.said("@bob++")
    answer = await german.command("chart month")
    assert "Ich zeichne" in answer["text"]
    await german.running.context.tasks.wait_idle()
    assert "Punkte" in german.updates()[-1]["text"]


async def test_notices_use_the_workspace_language(german):
    await german.decide(notices="direct")
    await german.said("@bob++ for the docs")
    assert german.direct("bob") == ["ann hat dir 1 Punkt gegeben for the docs · in <#C0GENERAL1>"]


async def test_other_workspaces_of_the_same_process_get_english(german):
    first = german.write("postgres++", channel="random")
    await german.told(_of_another_team(events.build_posted_event(german.slack.workspace, first)))
    await german.said("@bob++")
    assert german.heard(channel="random") == ['the thing "postgres" has 1 point (+1)']
    assert german.heard() == ["bob hat 1 Punkt (+1)"]
    fields = events.build_slash_command(
        german.slack.workspace, user=german.id_of("ann"), channel="C0GENERAL1",
        command="/leaderboard", text="",
    )  # fmt: skip
    await german.delivery.deliver_command(fields | {"team_id": OTHER})
    assert german.updates()[-1]["text"].startswith("Nobody has points yet")


async def test_command_without_a_workspace_is_answered_in_english(german):
    fields = events.build_slash_command(
        german.slack.workspace, user=german.id_of("ann"), channel="C0GENERAL1",
        command="/leaderboard", text="",
    )  # fmt: skip
    answer = await german.delivery.deliver_command(fields | {"team_id": ""})
    assert json.loads(answer.body)["text"] == explain_unclear(UnclearQuery())


async def test_language_change_takes_effect_at_once(german):
    await german.said("@bob++")
    await german.decide(language="en")
    await german.said("@bob++")
    assert german.heard() == ["bob hat 1 Punkt (+1)", "bob has 2 points (+1)"]
    assert get_language() == "en"


SUBMITTED = {"type": "view_submission"}


@pytest.mark.parametrize(
    "payload",
    [
        {"team_id": "T1"},
        {"team_id": "T2", "authorizations": [{"team_id": "T1"}]},
        {"type": "block_actions", "team": {"id": "T1"}},
        {"team": None, "team_id": "T1"},
        {"team": "T2", "team_id": "T1"},
        SUBMITTED | {"team": {"id": "T2"}, "view": {"app_installed_team_id": "T1"}},
        SUBMITTED | {"team": {"id": "T1"}, "view": {"app_installed_team_id": "E1"}},
        {"type": "block_actions", "team": {"id": "T1"}, "view": {"app_installed_team_id": "T2"}},
    ],
)
def test_workspace_id_is_read_from_each_kind_of_payload(payload):
    assert read_workspace_id(payload) == "T1"


@pytest.mark.parametrize(
    "payload", [{}, {"team": []}, {"team": {"id": 7}}, {"team_id": {}}, {"authorizations": "T1"}]
)
def test_payload_without_a_workspace_has_no_workspace_id(payload):
    assert read_workspace_id(payload) is None
