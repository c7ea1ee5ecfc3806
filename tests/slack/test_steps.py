"""The "Give karma" step of workflows: points counted once per run."""

import json
from dataclasses import replace

import psycopg
import pytest

from app.devtools.fake_slack import steps
from app.devtools.fake_slack.values import SlackMember
from app.store.boards import standings
from tests import sent_sql
from tests.logged import logged
from tests.tables import each

ANN, BOB, CAROL = "U0ANN00001", "U0BOB00002", "U0CAROL003"
INPUTS = {
    "giver": ANN,
    "receiver": BOB,
    "points": 2,
    "reason": "the docs",
    "channel": "C0GENERAL1",
}
LEDGER = "SELECT voter_id, target_id, delta, reason, kind FROM vote_history ORDER BY id"


async def test_step_gives_points_and_outputs_the_score(talk, log_lines):
    await talk.said("@bob++", by="carol")
    assert await talk.step("give_karma", **INPUTS) == {"outputs": {"score": 3}}
    assert (await talk.rows(LEDGER))[1] == (ANN, BOB, 2, "the docs", "vote")
    assert talk.heard()[1] == 'bob has 3 points (+2 from ann by a workflow: "the docs")'
    assert talk.slack.list_calls("functions.completeSuccess")[0].status == 200
    assert len(logged(log_lines, "vote.given")) == 1


async def test_redelivered_run_counts_once(talk):
    payload = steps.build_run_event(talk.slack.workspace, "give_karma", INPUTS)
    for event_id in ("Ev1", "Ev2"):
        await talk.told(payload | {"event_id": event_id})
    assert await talk.scores() == {BOB: 2}
    await talk.step("give_karma", **INPUTS)
    assert await talk.scores() == {BOB: 4}


async def test_run_is_redelivered_until_its_completion_succeeds(talk, log_lines):
    payload = steps.build_run_event(talk.slack.workspace, "give_karma", INPUTS)
    talk.slack.fail("functions.completeSuccess", status=500)
    assert (await talk.deliver(payload)).status == 503
    assert [line["reason"] for line in logged(log_lines, "step.not_ended")] == ["http 500"]
    await talk.told(payload)
    assert list(talk.slack.workspace.runs.values()) == [{"outputs": {"score": 2}}]
    assert await talk.scores() == {BOB: 2}


async def test_run_whose_points_were_undone_before_its_completion_is_completed(talk):
    payload = steps.build_run_event(talk.slack.workspace, "give_karma", INPUTS)
    talk.slack.fail("functions.completeSuccess", status=500)
    assert (await talk.deliver(payload)).status == 503
    assert (await talk.command("undo", command="/karma"))["text"].startswith("Undone")
    await talk.told(payload)
    assert list(talk.slack.workspace.runs.values()) == [{"outputs": {"score": 0}}]


async def test_run_is_acknowledged_only_once_its_points_are_stored(talk, database_url):
    payload = steps.build_run_event(talk.slack.workspace, "give_karma", INPUTS)
    with psycopg.connect(database_url) as conn:
        conn.execute("LOCK TABLE vote_history IN EXCLUSIVE MODE")
        with talk.hurried(database=0.5):
            assert (await talk.deliver(payload)).status == 503
    assert list(talk.slack.workspace.runs.values()) == [steps.RUNNING]
    await talk.told(payload)
    assert await talk.scores() == {BOB: 2}


async def test_step_points_are_capped_at_the_maximum(talk):
    assert await talk.step("give_karma", **INPUTS | {"points": "999"}) == {"outputs": {"score": 5}}
    by = 'ann by a workflow: "the docs", the most at once'
    assert talk.heard() == [f"bob has 5 points (+5 from {by})"]


@each(
    ("changed", "said"),
    [
        ({"giver": BOB}, "Not counted: points are for others"),
        ({"giver": None}, "This step needs"),
        ({"receiver": "<!channel>"}, "This step needs"),
        ({"receiver": ["U0BOB00002"]}, "This step needs"),
        ({"points": 0}, "This step needs"),
        ({"points": 1.5}, "This step needs"),
        ({"points": -1_000_000}, "This step needs"),
        ({"points": "9" * 9999}, "This step needs"),
        ({"points": True}, "This step needs"),
        ({"channel": "D0ANN00001"}, "This step needs"),
        ({"channel": "C0ELSEWHER"}, "The giver and pptbot both have to be"),
    ],
)
async def test_step_that_cannot_give_fails_with_an_explanation(talk, changed, said):
    ended = await talk.step("give_karma", **INPUTS | changed)
    assert ended["error"].startswith(said)
    assert await talk.rows(LEDGER) == []
    assert talk.heard() == []


@pytest.mark.parametrize(
    "who",
    [
        {"deleted": True},
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_bot": True},
        {"team_id": "T0ELSEWHER"},
    ],
    ids=str,
)
async def test_step_giver_must_be_an_active_member(talk, who):
    await talk.said("@bob++")  # caches ann as an active member
    members = talk.slack.workspace.members
    members[ANN] = replace(members[ANN], **who)
    ended = await talk.step("give_karma", **INPUTS)
    assert ended["error"].startswith("The giver has to be an active member")
    assert await talk.scores() == {BOB: 1}


async def test_step_giver_may_be_of_another_workspace_of_the_organization(talk):
    workspace = talk.slack.workspace
    workspace.enterprise_id = talk.running.context.identity.enterprise = "E1"
    workspace.members[ANN] = replace(workspace.members[ANN], team_id="E1")
    assert "outputs" in await talk.step("give_karma", **INPUTS)


@pytest.mark.parametrize("giver", ["U0NOBODY99", "USLACKBOT"])
async def test_step_with_an_unknown_giver_or_slackbot_fails(talk, giver):
    slackbot = SlackMember("USLACKBOT", "slackbot", "Slackbot", "Slackbot")
    talk.slack.workspace.members[slackbot.id] = slackbot
    ended = await talk.step("give_karma", **INPUTS | {"giver": giver})
    assert ended["error"].startswith("The giver has to be an active member")
    assert await talk.rows(LEDGER) == []


@pytest.mark.parametrize("error", ["internal_error", "token_revoked"])
async def test_step_is_retried_while_the_giver_cannot_be_looked_up(talk, error):
    payload = steps.build_run_event(talk.slack.workspace, "give_karma", INPUTS)
    talk.slack.fail("users.info", error=error)
    assert (await talk.deliver(payload)).status == 503
    await talk.told(payload)
    assert await talk.scores() == {BOB: 2}


async def test_step_obeys_the_minus_rule_and_the_allowance(talk):
    await talk.decide(minus="off", daily_allowance=3)
    ended = await talk.step("give_karma", **INPUTS | {"points": -1})
    assert ended["error"].startswith("Not counted: only plus points")
    assert await talk.step("give_karma", **INPUTS) == {"outputs": {"score": 2}}
    ended = await talk.step("give_karma", **INPUTS)
    assert "3 points a day" in ended["error"]
    assert await talk.scores() == {BOB: 2}


async def test_step_points_can_be_undone(talk):
    await talk.step("give_karma", **INPUTS)
    answer = await talk.command("undo", command="/karma")
    assert answer["text"].startswith('Undone: bob +2 "the docs"')
    assert await talk.scores() == {BOB: 0}


@each(
    ("forged", "reason"),
    [
        ({"function_execution_id": None}, "misshapen"),
        ({"function_execution_id": "../x"}, "misshapen"),
        ({"function_execution_id": "F" * 65}, "misshapen"),
        (None, "stranger"),
    ],
)
async def test_forged_run_gives_nothing(talk, forged, reason, log_lines):
    payload = steps.build_run_event(talk.slack.workspace, "give_karma", INPUTS)
    if forged is None:
        await talk.running.context.identity.learn()  # so that the app knows its own workspace
        payload["authorizations"][0]["team_id"] = "T0ELSEWHER"
    else:
        payload["event"] |= forged
    await talk.told(payload)
    assert await talk.rows(LEDGER) == []
    assert [line["reason"] for line in logged(log_lines, "action.refused")] == [reason]


async def test_every_run_is_ended_however_malformed(talk):
    workspace = talk.slack.workspace
    for name, changed in [
        ("another_step", {}),
        ("give_karma", {"inputs": None}),
        ("give_karma", {"inputs": {"giver": 5}}),
        ("give_karma", {"bot_access_token": None}),
    ]:
        payload = steps.build_run_event(workspace, name, INPUTS)
        payload["event"] |= changed
        await talk.told(payload)
        assert workspace.runs[payload["event"]["function_execution_id"]] != steps.RUNNING, name
    await talk.running.context.identity.learn()
    elsewhere = steps.build_run_event(workspace, "give_karma", INPUTS)
    elsewhere["authorizations"][0]["team_id"] = "T0ELSEWHER"
    await talk.told(elsewhere)
    assert "no such step" in workspace.runs[elsewhere["event"]["function_execution_id"]]["error"]


async def test_run_fails_on_slacks_last_retry(talk):
    payload = steps.build_run_event(talk.slack.workspace, "give_karma", INPUTS)
    talk.slack.fail("conversations.info", status=500, times=None)
    body = json.dumps(payload).encode()
    for number, status in [("1", 503), ("2", 503), ("3", 200)]:
        again = {"x-slack-retry-num": number}
        assert (await talk.delivery._post(body, "application/json", again)).status == status
    (ended,) = talk.slack.workspace.runs.values()
    assert ended["error"].startswith("Slack or my database didn't answer in time.")


async def test_last_retry_whose_completion_fails_is_not_reported_as_failed(talk):
    payload = steps.build_run_event(talk.slack.workspace, "give_karma", INPUTS)
    talk.slack.fail("functions.completeSuccess", status=500)
    body = json.dumps(payload).encode()
    for number, status in [("3", 503), ("4", 200)]:  # more come if the app has delayed events
        again = {"x-slack-retry-num": number}
        assert (await talk.delivery._post(body, "application/json", again)).status == status
    assert list(talk.slack.workspace.runs.values()) == [{"outputs": {"score": 2}}]


async def test_run_with_stored_points_succeeds_without_a_readable_score(talk, monkeypatch):
    payload = steps.build_run_event(talk.slack.workspace, "give_karma", INPUTS)
    body = json.dumps(payload).encode()
    talk.slack.fail("functions.completeSuccess", status=500)
    assert (await talk.deliver(payload)).status == 503
    monkeypatch.setattr(sent_sql, "refused", {standings._SCORES})
    for number, status in [("2", 503), ("3", 200)]:
        again = {"x-slack-retry-num": number}
        assert (await talk.delivery._post(body, "application/json", again)).status == status
    assert list(talk.slack.workspace.runs.values()) == [{"outputs": {"score": 0}}]
    assert await talk.scores() == {BOB: 2}


async def test_run_of_an_organization_wide_install_counts(talk):
    """The payloads in the tests of Slack's SDKs: no authorizations, or one without a team."""
    workspace = talk.slack.workspace
    for more in (
        {"authorizations": None},
        {"authorizations": [{"enterprise_id": "E1", "team_id": None, "user_id": "W1",
                             "is_bot": True, "is_enterprise_install": True}]},
    ):  # fmt: skip
        payload = steps.build_run_event(workspace, "give_karma", INPUTS) | more
        payload |= {"enterprise_id": "E1", "is_enterprise_install": True}
        payload["event"]["function"] |= {"title": "Give karma", "app_id": "A111"}
        await talk.told({key: value for key, value in payload.items() if value is not None})
        assert "outputs" in workspace.runs[payload["event"]["function_execution_id"]]
    assert await talk.scores() == {BOB: 4}


@each("function", [None, [], "give_karma", {}, {"callback_id": None}])
async def test_run_without_a_function_is_refused(talk, function):
    payload = steps.build_run_event(talk.slack.workspace, "give_karma", INPUTS)
    payload["event"]["function"] = function
    assert (await talk.deliver(payload)).status == 400
    assert await talk.rows(LEDGER) == []


async def test_bare_run_is_answered_like_any_event(talk):
    payload = steps.build_run_event(talk.slack.workspace, "give_karma", INPUTS)
    del payload["event"]["function"]
    for event in (payload["event"], {"type": "function_executed"}):
        assert (await talk.deliver(payload | {"event": event})).status == 200
    assert await talk.rows(LEDGER) == []


@each("token", ["xwfp\r\nHost: x", "x\x00", "a b", "é", "", "x" * 512, 5])
async def test_malformed_token_of_a_run_is_not_used(talk, token):
    before = await talk.scores()
    payload = steps.build_run_event(talk.slack.workspace, "give_karma", INPUTS)
    payload["event"]["bot_access_token"] = token
    await talk.told(payload)
    assert await talk.gained(before) == {BOB: 2}
    # Slack would refuse that token, so the app's own completed the run
    run = talk.slack.workspace.runs[payload["event"]["function_execution_id"]]
    assert run == {"outputs": {"score": before.get(BOB, 0) + 2}}


@each("inputs", [None, [], "x", {"reason": ["x"]}, {"points": {"a": 1}}])
async def test_step_with_malformed_inputs_gives_nothing(talk, inputs):
    payload = steps.build_run_event(talk.slack.workspace, "give_karma", {})
    payload["event"]["inputs"] = inputs
    await talk.told(payload)
    assert await talk.rows(LEDGER) == []
