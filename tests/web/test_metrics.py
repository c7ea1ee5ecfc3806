"""`/metrics` as Prometheus reads it, and the dashboard and alerts that build on it."""

import asyncio
import json
import re
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import aiohttp
import pytest
import yaml
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError

from app import __version__, server
from app.devtools.fake_slack import events
from app.devtools.fake_slack.composer import compose
from app.devtools.fake_slack.delivery import Delivery
from app.slack.client import SlackClient
from app.slack.inbound.bolt_app import classify_payload
from app.usecases.watch import KINDS, Watch
from tests.tables import each
from tests.talk import PATIENT, SIGNING_SECRET, Talk

TOKEN = "operators-only-3fb1c9"
DOCS = Path(__file__).parents[2] / "docs"
METRIC = re.compile(r"\b(?:pptbot|process)_[a-z_]+\b")


@pytest.fixture
def allowance() -> int | None:
    return None


@pytest.fixture
async def talk(slack, config, database_url, allowance):
    own = config.model_copy(update={"admin_token": SecretStr(TOKEN), "daily_allowance": allowance})
    async with (
        aiohttp.ClientSession() as session,
        server.serve(own, database_url, PATIENT) as running,
    ):
        yield Talk(slack, running, session)


async def _scrape(talk, **headers):
    all_headers = {"Authorization": f"Bearer {TOKEN}"} | headers
    async with talk.session.get(f"{talk.address}/metrics", headers=all_headers) as got:
        assert got.status == 200
        return got.headers["Content-Type"], await got.text()


async def _samples(talk):
    return _read((await _scrape(talk))[1])


def _read(text):
    """Every sample, as (name, label values in the order of their names) -> value."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_metrics_are_prometheus_text(talk):
    kind_, text = await _scrape(talk)
    assert kind_.startswith("text/plain; version=")
    assert kind_ == CONTENT_TYPE_LATEST or "0.0.4" in kind_
    assert "# TYPE pptbot_votes_total counter" in text
    assert f'pptbot_build_info{{version="{__version__}"}} 1.0' in text
    assert "_created" not in text


async def test_metrics_are_openmetrics_on_request(talk):
    kind_, text = await _scrape(talk, Accept="application/openmetrics-text; version=1.0.0")
    assert kind_.startswith("application/openmetrics-text")
    assert text.endswith("# EOF\n")


async def test_counters_are_exported_at_zero_before_anything_happens(talk):
    seen = await _samples(talk)
    for result in ("counted", "revised", "duplicate", "refused", "unavailable"):
        assert seen["pptbot_votes_total", result] == 0
    assert seen["pptbot_refusals_total", "self"] == 0
    assert seen["pptbot_events_total", "503", "message"] == 0
    assert seen["pptbot_event_seconds_count", "command"] == 0


async def test_requests_not_signed_as_slack_does_are_counted_by_reason(talk):
    before = await _samples(talk)
    assert before["pptbot_requests_refused_total", "timestamp"] == 0
    assert before["pptbot_requests_refused_total", "signature"] == 0
    payload = events.build_posted_event(talk.slack.workspace, talk.write("@bob++"))
    send = partial(Delivery, f"{talk.address}/slack/events", session=talk.session)
    late, forged = send(SIGNING_SECRET, now=lambda: time.time() - 3600), send("another secret")
    for delivery in (late, forged, forged):
        assert (await delivery.deliver(payload)).status == 401
    seen = await _samples(talk)
    assert seen["pptbot_requests_refused_total", "timestamp"] == 1
    assert seen["pptbot_requests_refused_total", "signature"] == 2
    assert seen["pptbot_events_total", "200", "message"] == 0


async def test_votes_are_counted_by_result_and_refusals_by_reason(talk):
    started = time.monotonic()
    post = await talk.said("@bob++ and postgres++")
    await talk.said("@ann++")
    await talk.said("nothing to count")
    await talk.deliver(events.build_posted_event(talk.slack.workspace, post))
    seen = await _samples(talk)
    assert seen["pptbot_votes_total", "counted"] == 2
    assert seen["pptbot_votes_total", "duplicate"] == 2
    assert seen["pptbot_votes_total", "refused"] == 1
    assert seen["pptbot_refusals_total", "self"] == 1
    assert seen["pptbot_events_total", "200", "message"] == 4
    assert seen["pptbot_event_seconds_count", "message"] == 4
    assert 0 < seen["pptbot_event_seconds_sum", "message"] < time.monotonic() - started


@pytest.mark.parametrize("allowance", [1])
async def test_votes_beyond_the_allowance_count_as_refused(talk):
    await talk.said("@bob++")
    await talk.said("@bob++ @carol++")
    seen = await _samples(talk)
    assert seen["pptbot_votes_total", "counted"] == 1
    assert seen["pptbot_votes_total", "refused"] == 2
    assert seen["pptbot_refusals_total", "allowance"] == 1


async def test_votes_that_cannot_be_stored_count_as_unavailable_and_503(talk):
    await talk.said("@dave++")  # loads the workspace's rules
    await talk.running.database.close()
    payload = events.build_posted_event(talk.slack.workspace, talk.write("@bob++ @carol++"))
    assert (await talk.deliver(payload)).status == 503
    seen = await _samples(talk)
    assert seen["pptbot_votes_total", "unavailable"] == 2
    assert seen["pptbot_events_total", "503", "message"] == 1
    assert seen["pptbot_database_up",] == 0
    assert ("pptbot_outbox_waiting",) not in seen


async def test_edit_counts_as_revised(talk):
    post = await talk.said("@bob++")
    workspace = talk.slack.workspace
    text, blocks = compose("@bob+++", workspace)
    after = replace(post, text=text, blocks=blocks, edited=True)
    at = workspace.next_ts()
    edited = events.build_changed_event(workspace, before=post, after=after, event_ts=at)
    assert (await talk.deliver(edited)).status == 200
    seen = await _samples(talk)
    assert (seen["pptbot_votes_total", "counted"], seen["pptbot_votes_total", "revised"]) == (1, 1)


async def test_commands_are_timed_separately(talk):
    await talk.command("10")
    seen = await _samples(talk)
    assert seen["pptbot_events_total", "200", "command"] == 1
    assert seen["pptbot_event_seconds_count", "command"] == 1


async def test_malformed_event_is_counted(talk):
    payload = {"type": "event_callback", "team_id": 7, "event": {"type": "message", "user": {}}}
    status = (await talk.deliver(payload)).status
    assert (await _samples(talk))["pptbot_event_seconds_count", "message"] == 1, status


async def test_slack_calls_are_counted_by_method_and_result(talk):
    await talk.said("@bob++")
    seen = await _samples(talk)
    assert seen["pptbot_slack_calls_total", "auth.test", "ok"] == 1
    assert seen["pptbot_slack_calls_total", "chat.postMessage", "ok"] == 1


@pytest.mark.parametrize(
    ("method", "labels"),
    [
        ("chat.postMessage", {"method": "chat.postMessage", "result": "invalid_auth"}),
        ("no.such", {"method": "other", "result": "refused"}),
    ],
)
async def test_slack_call_labels_come_from_a_fixed_list(slack, method, labels):
    watch = Watch()
    token = "xoxb-x" if labels["result"] == "invalid_auth" else slack.bot_token
    async with aiohttp.ClientSession() as session:
        client = SlackClient(PATIENT, watch, token=token, base_url=slack.api_url, session=session)
        with pytest.raises(SlackApiError):
            await client.api_call(method, json={"channel": "C-of-somebody"})
    (counted,) = [
        s.labels for m in watch.registry.collect() for s in m.samples
        if s.name == "pptbot_slack_calls_total"
    ]  # fmt: skip
    assert counted == labels


@pytest.mark.parametrize(("delay", "result"), [(None, "unreachable"), (0.05, "timeout")])
async def test_unanswered_slack_calls_are_counted_by_cause(delay, result):
    async def silent(reader, writer):
        await reader.read()  # until the client disconnects
        writer.close()

    listening = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1] if delay else 1
    watch = Watch()
    async with aiohttp.ClientSession() as session:
        client = SlackClient(
            PATIENT, watch, base_url=f"http://127.0.0.1:{port}/api/", session=session
        )
        with pytest.raises((TimeoutError, aiohttp.ClientError)):
            async with asyncio.timeout(delay):
                await client.auth_test()
    listening.close()
    await listening.wait_closed()
    labels = {"method": "auth.test", "result": result}
    assert watch.registry.get_sample_value("pptbot_slack_calls_total", labels) == 1


@each(
    "payload, expected",
    [
        ({"type": "event_callback", "event": {"type": "message"}}, "message"),
        ({"type": "event_callback", "event": {"type": "app_mention"}}, "mention"),
        ({"type": "event_callback", "event": {"type": "invented-" + "x" * 99}}, "event"),
        ({"type": "event_callback", "event": {"type": ["message"]}}, "other"),
        ({"type": "event_callback"}, "other"),
        ({"command": "/leaderboard"}, "command"),
        ({"type": "block_actions"}, "action"),
        ({"type": "view_submission"}, "view"),
        ({"type": {"no": "text"}}, "other"),
        ({}, "other"),
    ],
)
def test_every_payload_is_classified_as_a_known_kind(payload, expected):
    assert classify_payload(payload) == expected
    assert expected in KINDS


async def test_outbox_and_pool_gauges_show_the_current_state(talk):
    await talk.rows(
        "INSERT INTO outbox (team_id, channel_id, message_ts, kind, body, created_at, due_at)"
        " VALUES ('T', 'C1', '1.0', 'votes', '[]', now() - interval '90 s', 'infinity')"
        " RETURNING 1"
    )
    while (seen := await _samples(talk))["pptbot_pool_waiting",]:
        pass  # startup queries are still waiting
    assert seen["pptbot_database_up",] == 1
    assert seen["pptbot_outbox_waiting",] == 1
    assert 90 <= seen["pptbot_outbox_oldest_seconds",] < 3600
    assert seen["pptbot_pool_connections", "max"] == 10
    assert seen["pptbot_pool_connections", "total"] >= 1
    assert seen["pptbot_pool_requests_total",] > 0


async def test_two_apps_in_one_process_count_separately(talk, slack, config, database_url):
    await talk.said("@bob++")
    own = config.model_copy(update={"admin_token": SecretStr(TOKEN)})
    async with server.serve(own, database_url, PATIENT) as other:
        beside = Talk(slack, other, talk.session)
        assert (await _samples(beside))["pptbot_votes_total", "counted"] == 0
    assert (await _samples(talk))["pptbot_votes_total", "counted"] == 1


async def test_sockets_gauge_is_exported_in_socket_mode(slack, config, database_url):
    own = config.model_copy(
        update={
            "admin_token": SecretStr(TOKEN),
            "slack_app_token": SecretStr(slack.app_token),
            "slack_sockets": 2,
        }
    )
    async with (
        aiohttp.ClientSession() as session,
        server.serve(own, database_url, PATIENT) as running,
    ):
        seen = await _samples(Talk(slack, running, session))
    assert seen["pptbot_sockets", "wanted"] == 2
    assert 0 <= seen["pptbot_sockets", "up"] <= 2


async def _list_known(talk):
    """Return the name of every sample that a server with sockets may export."""
    names = {name for name, *_ in await _samples(talk)}
    return names | {"pptbot_sockets"}


def _dashboard():
    return json.loads((DOCS / "operate/grafana-dashboard.json").read_text(encoding="utf-8"))


def _queries():
    targets = [t for panel in _dashboard()["panels"] for t in panel.get("targets", ())]
    return [target["expr"] for target in targets]


def _rules():
    groups = yaml.safe_load((DOCS / "operate/alerts.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


async def test_dashboard_and_alerts_query_only_existing_metrics(talk):
    await talk.said("@bob++")
    expressions = " ".join([*_queries(), *(rule["expr"] for rule in _rules())])
    assert set(METRIC.findall(expressions)) - await _list_known(talk) == set()


async def test_dashboard_shows_every_pptbot_metric(talk):
    await talk.said("@bob++")
    ours = {name for name in await _list_known(talk) if name.startswith("pptbot_")}
    ours -= {"pptbot_event_seconds_sum", "pptbot_event_seconds_count"}
    assert ours - set(METRIC.findall(" ".join(_queries()))) == set()


def test_dashboard_data_source_is_a_variable():
    board = _dashboard()
    variables = {v["name"]: v["type"] for v in board["templating"]["list"]}
    assert variables["datasource"] == "datasource"
    for panel in board["panels"]:
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert panel["title"]
        assert panel["targets"]
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_dashboard_shows_other_apps_nowhere():
    """Other apps export the metrics of processes too, and "All" selects every job."""
    for query in _queries():
        is_ours = not METRIC.search(query).group().startswith("process_")
        assert is_ours or query.endswith("and on (job, instance) pptbot_build_info")


def test_dashboard_panels_do_not_overlap():
    taken = set()
    for panel in _dashboard()["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"])
                 for y in range(at["y"], at["y"] + at["h"])}  # fmt: skip
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells


def test_each_alert_is_complete_and_documented():
    rules = _rules()
    assert len({rule["alert"] for rule in rules}) == len(rules) >= 7
    page = (DOCS / "operate/monitor.md").read_text(encoding="utf-8")
    for rule in rules:
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["description"]
        assert f"`{rule['alert']}`" in page


async def test_monitoring_page_names_every_pptbot_metric(talk):
    await talk.said("@bob++")
    page = (DOCS / "operate/monitor.md").read_text(encoding="utf-8")
    ours = {re.sub("_(bucket|sum|count)$", "", name) for name in await _list_known(talk)
            if name.startswith("pptbot_")}  # fmt: skip
    assert {name for name in ours if f"`{name}" not in page} == set()
