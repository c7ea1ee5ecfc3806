"""What a refused Web API call means."""

import ssl
import time
from email.utils import formatdate
from types import SimpleNamespace

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from app.config import Config
from app.slack.client import Failure, SlackClient, classify_failure, try_call
from app.wiring import open_web_client
from tests.logged import logged
from tests.patience import PATIENCE
from tests.tables import each

# Slack's documentation describes each of these as temporary.
TEMPORARY = (
    "external_channel_migrating", "fatal_error", "fetch_members_failed", "internal_error",
    "message_limit_exceeded", "org_login_required", "rate_limited", "ratelimited",
    "request_timeout", "service_unavailable", "team_added_to_org", "update_failed",
)  # fmt: skip
PERMANENT = ("channel_not_found", "invalid_auth", "is_archived", "org_not_found", "unheard_of")


@each(
    ("error", "permanent"),
    [(error, False) for error in TEMPORARY] + [(error, True) for error in PERMANENT],
)
async def test_refusal_that_passes_is_not_permanent(slack, error, permanent):
    slack.fail("auth.test", error=error)
    failed = await _call_auth_test(slack)
    assert isinstance(failed, Failure)
    assert (failed.reason, failed.permanent) == (error, permanent)


@each(
    ("asked", "wait"),
    [
        (0.5, 0.5), (30, 30), (600, 600), (1_000_000_000, 600), ("inf", 600), (0, 1), (-5, 1),
        ("nan", 1), ("Wed, 21 Oct 2026 07:28:00 GMT", 1), ("soon", 1), ("", 1),
    ],
)  # fmt: skip
async def test_a_rate_limit_always_means_a_pause_of_at_most_ten_minutes(slack, asked, wait):
    slack.fail("auth.test", retry_after=asked)
    failed = await _call_auth_test(slack)
    assert (failed.reason, failed.permanent, failed.wait) == ("ratelimited", False, wait)


async def _call_auth_test(slack):
    async with aiohttp.ClientSession() as session:
        client = SlackClient(token=slack.bot_token, base_url=slack.api_url, session=session)
        return await try_call(client.auth_test(), PATIENCE)


UNTRUSTED = aiohttp.ClientConnectorCertificateError(
    SimpleNamespace(host="slack.com", port=443, is_ssl=True),
    ssl.SSLCertVerificationError("expired"),
)
ELSEWHERE = aiohttp.InvalidUrlRedirectClientError("http://[", "malformed")


@each(
    ("error", "failed"),
    [
        (aiohttp.InvalidUrlClientError("http://["), (True, False)),
        (UNTRUSTED, (False, False)),
        (aiohttp.ClientHttpProxyError(None, (), status=407), (False, False)),
        (ELSEWHERE, (False, True)),
    ],
)
def test_failed_request_is_known_to_be_malformed_or_never_sent(error, failed):
    found = classify_failure(error)
    assert (found.permanent, found.unsure) == failed


async def _call_dated(date):
    """Call Slack twice, which says that the time is *date*."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"ok": True}, headers={"Date": date})

    application = web.Application()
    application.router.add_route("*", "/{method}", answer)
    async with TestServer(application) as server, aiohttp.ClientSession() as session:
        client = SlackClient(token="xoxb-1", base_url=str(server.make_url("/")), session=session)
        for _ in range(2):
            assert await try_call(client.auth_test(), PATIENCE)


@each("ahead", [PATIENCE + 61, -3600])
async def test_a_clock_unlike_slacks_is_logged_once(log_lines, ahead):
    await _call_dated(formatdate(time.time() + ahead, usegmt=True))
    (line,) = logged(log_lines, "clock.differs")
    assert line["of"] == "slack"
    assert ahead - PATIENCE <= line["ahead"] <= ahead


@each("date", ["", "soon", "Mon, 30 Nov 99999999 10:00:00 GMT", "1 Jan 0"])
async def test_a_date_that_is_none_is_not_logged(log_lines, date):
    await _call_dated(date)
    assert logged(log_lines, "clock.differs") == []


@each("kind", ["text/plain", "text/html", "application/octet-stream"])
async def test_json_is_read_whatever_its_label(kind):
    answer = web.Response(text='{"ok": true, "user_id": "U1"}', content_type=kind)
    assert (await _get(answer))["user_id"] == "U1"


@each(
    ("status", "failed"),
    [
        (429, Failure("ratelimited", wait=7)),
        (404, Failure("http 404")),
        (503, Failure("http 503", unsure=True)),
    ],
)
async def test_a_page_in_any_encoding_means_what_its_status_does(status, failed):
    page = "<p>später</p>".encode("latin-1")
    answer = web.Response(
        status=status, body=page, content_type="text/html", headers={"Retry-After": "7"}
    )
    assert await _get(answer) == failed


async def _get(answer):
    """Return what the app's client makes of *answer*."""

    async def respond(_: web.Request) -> web.Response:
        return answer

    application = web.Application()
    application.router.add_route("*", "/{method}", respond)
    async with TestServer(application) as server:
        config = Config(slack_bot_token="xoxb-1", slack_api_url=str(server.make_url("/")))
        async with open_web_client(config) as client:
            return await try_call(client.auth_test(), PATIENCE)
