"""The endpoint rejects requests that Slack didn't sign or can't have sent."""

import asyncio
import errno
import io
import json
import time

import pytest

from app import log
from app.devtools.fake_slack import events
from app.web.health import make_health
from tests.logged import logged
from tests.patience import PATIENCE
from tests.tables import each
from tests.talk import SIGNING_SECRET


async def _post(talk, body, headers=None, *, secret=SIGNING_SECRET, now=None):
    signed = events.sign_request(secret, body, time.time() if now is None else now)
    kind = {"Content-Type": "application/json"}
    address = f"{talk.address}/slack/events"
    async with talk.session.post(
        address, data=io.BytesIO(body), headers=kind | signed | (headers or {})
    ) as got:
        return got.status, await got.text()


def _vote(talk):
    post = talk.write("@bob++")
    return json.dumps(events.build_posted_event(talk.slack.workspace, post)).encode()


async def test_wrong_signature_is_rejected(talk, log_lines):
    assert (await _post(talk, _vote(talk), secret="another"))[0] == 401
    assert await talk.scores() == {}
    assert [line["reason"] for line in logged(log_lines, "request.refused")] == ["signature"]


@each("seconds", [-301, 301 + PATIENCE])  # at least 301 even on a slow machine
async def test_stale_or_future_timestamp_is_rejected(talk, seconds):
    assert (await _post(talk, _vote(talk), now=time.time() + seconds))[0] == 401


async def test_a_wrong_clock_is_logged(talk, log_lines):
    assert (await _post(talk, _vote(talk), now=time.time() + 7200))[0] == 401
    (line,) = logged(log_lines, "request.refused")
    assert line["reason"] == "timestamp"
    assert 7200 - PATIENCE < line["ahead"] <= 7200


@each(
    "headers",
    [
        {"X-Slack-Request-Timestamp": "now"},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "9" * 400},
        {"X-Slack-Request-Timestamp": "1" * 5000},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "１７６３６６００００"},
        {"X-Slack-Request-Timestamp": "1e400"},
        {"X-Slack-Signature": "v0=é"},
        {"X-Slack-Signature": "v0=" + "0" * 8000},
        {"X-Slack-Signature": ""},
    ],
)
async def test_malformed_signature_headers_are_rejected(talk, headers):
    assert (await _post(talk, _vote(talk), headers))[0] == 401


@each("path", ["/health", "/livez", "/", "/slack/events", "/metrics"])
async def test_responses_hide_versions_and_forbid_mime_sniffing(talk, path):
    async with talk.session.get(f"{talk.address}{path}") as got:
        assert got.headers["Server"] == "pptbot"
        assert got.headers["X-Content-Type-Options"] == "nosniff"


async def test_response_to_invalid_http_hides_versions(talk):
    reader, writer = await asyncio.open_connection("127.0.0.1", talk.running.port)
    writer.write(b"NONSENSE\r\n\r\n")
    answer = await reader.read()
    writer.close()
    assert b" 400 " in answer.splitlines()[0]
    assert b"Python" not in answer
    assert b"aiohttp" not in answer


async def test_missing_signature_is_rejected(talk):
    async with talk.session.post(f"{talk.address}/slack/events", data=b"{}") as got:
        assert got.status == 401


@each(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{" + b'"a":[' * 50_000,
        b'{"type": 5}',
        b'{"type": "event_callback"}',
        b'{"type": "event_callback", "event": []}',
        b'{"type": "event_callback", "event": {"type": null}}',
        b'{"type": "event_callback", "event": {"type": "message"}, "authorizations": [1]}',
        b'{"n": ' + b"9" * 5000 + b"}",
        b"payload=%7B",
        b"payload=5",
    ],
)
async def test_signed_body_slack_would_not_send_gets_400(talk, body):
    assert (await _post(talk, body))[0] == 400


async def test_body_of_five_megabytes_gets_413(talk):
    assert (await _post(talk, b'{"type": "' + b"x" * 5_000_000 + b'"}'))[0] == 413


@each(
    "event",
    [
        {"type": "message"},
        {"type": "message", "user": 5, "text": [], "ts": {}, "channel": None},
        {"type": "message", "user": "U1", "text": "<@U2>++", "ts": "soon", "channel": "C1"},
        {
            "type": "message",
            "user": "U1",
            "text": "<@U2>++",
            "ts": "9" * 30 + ".1",
            "channel": "C1",
        },
        {"type": "message", "user": "U\x00", "text": "<@U2>++", "ts": "1.1", "channel": "C1"},
        {"type": "message", "subtype": ["x"], "user": "U1"},
        {"type": "message", "subtype": "message_changed", "message": None},
        {"type": "message", "subtype": "message_deleted"},
        {"type": "user_change", "user": "U1"},
        {"type": "user_change", "user": {"id": 5, "profile": []}},
        {"type": "subteam_updated", "subteam": 5},
        {"type": "app_mention"},
        {"type": "member_joined_channel"},
        {"type": "something_new", "anything": [1, {}]},
    ],
)
async def test_malformed_or_unknown_events_cause_no_failure(talk, event):
    body = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event}
    assert (await _post(talk, json.dumps(body).encode()))[0] in (200, 400)
    assert await talk.rows("SELECT FROM vote_history") == []


@each(
    "payload",
    [
        {"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1763660000},
        {
            "type": "block_actions",
            "user": {"id": "U1"},
            "team": {"id": "T1"},
            "actions": [{"action_id": "x", "type": "button"}],
        },
        {"command": "/unknown", "team_id": "T1", "user_id": "U1", "text": ""},
    ],
)
async def test_payload_without_listener_gets_200(talk, payload):
    assert (await _post(talk, json.dumps(payload).encode()))[0] == 200


@pytest.mark.parametrize("kind", ["dialog_cancellation", "shortcut"])
async def test_payload_whose_callback_id_is_not_text_gets_400(talk, kind):
    payload = {"type": kind, "team": {"id": "T1"}, "user": {"id": "U1"}, "callback_id": {}}
    assert (await _post(talk, json.dumps(payload).encode()))[0] == 400


async def test_url_verification_returns_challenge(talk):
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"}).encode()
    status, text = await _post(talk, body)
    assert status == 200
    assert "abc" in text


async def test_certificate_check_gets_200(talk):
    async with talk.session.post(
        f"{talk.address}/slack/events", data=b"ssl_check=1&token=x"
    ) as got:
        assert got.status == 200


async def test_health_reports_database_and_migrations(talk):
    async with talk.session.get(f"{talk.address}/health") as got:
        assert got.status == 200
        health = await got.json()
    assert health["ok"] is True
    assert health["database"]["available"] is True
    assert health["migrations"]["applied"] >= 1
    assert health["migrations"]["pending"] == 0


async def test_health_requests_at_the_same_time_use_one_connection(database):
    answer = make_health(database)
    before = database.read_pool_state()["requests"]
    answers = await asyncio.gather(*(answer(None) for _ in range(20)))
    assert [got.status for got in answers] == [200] * 20
    assert database.read_pool_state()["requests"] == before + 1
    await answer(None)
    assert database.read_pool_state()["requests"] == before + 2


async def test_root_page_works_without_database(talk):
    await talk.running.database.close()
    async with talk.session.get(f"{talk.address}/") as got:
        assert (got.status, got.content_type) == (200, "text/plain")
        assert (await got.text()).startswith("pptbot ")
        assert "is running" in await got.text()


async def test_livez_succeeds_and_health_fails_without_database(talk):
    await talk.running.database.close()
    async with talk.session.get(f"{talk.address}/livez") as got:
        assert got.status == 200
    async with talk.session.get(f"{talk.address}/health") as got:
        assert got.status == 503
        assert (await got.json())["ok"] is False


async def test_vote_that_cannot_be_stored_gets_503(talk):
    await talk.running.database.close()
    assert (await _post(talk, _vote(talk)))[0] == 503


class FullDisk(io.StringIO):
    """A log file that cannot grow."""

    def write(self, _):
        raise OSError(errno.ENOSPC, "No space left on device")

    def flush(self):
        self.write("")


@pytest.mark.usefixtures("log_lines")  # resets the log
async def test_votes_count_and_are_answered_while_the_log_cannot_be_written(talk):
    log.configure("debug", "json", FullDisk())
    await talk.said("@bob++")
    assert talk.heard() == ["bob has 1 point (+1)"]


async def test_leaderboard_says_when_database_is_unreachable(talk):
    await talk.settled()
    await talk.running.database.close()
    assert "can't reach my database" in (await talk.command())["text"]


async def test_logs_contain_neither_message_text_nor_secrets(talk, log_lines):
    await talk.said("@bob++ for the hidden treasure")
    await talk.said("@pptbot help")
    await talk.command("hidden words")
    text = log_lines.read_text()
    assert "vote.cast" in text
    for secret in ("treasure", "hidden", SIGNING_SECRET, talk.slack.bot_token):
        assert secret not in text
