"""Slow, endless, broken and numerous connections from other clients than Slack do no harm."""

import asyncio
import contextlib
import gzip
import json
import logging
import socket
import time
import zlib
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp

from app.devtools.fake_slack import events
from app.slack.inbound.http import EventsEndpoint
from app.usecases.watch import Watch
from app.web.server import MAX_BODY, listen, make_application
from tests.logged import logged
from tests.patience import PATIENCE
from tests.tables import each
from tests.talk import SIGNING_SECRET

HEAD = b"POST /slack/events HTTP/1.1\r\nHost: x\r\n"
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
TIMEOUT = PATIENCE
MOST_WAITING = int(Path("/proc/sys/net/core/somaxconn").read_text(encoding="utf-8"))
"""Connections that the system lets wait."""
CAROL = "U0CAROL003"


class Connection:
    """A raw connection to the app."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    async def send(self, data):
        self.writer.write(data)
        await self.writer.drain()

    async def read_status(self):
        """Return the status of the response, or 0 if the connection is closed without one."""
        async with asyncio.timeout(TIMEOUT):
            line = await self.reader.readline()
            if line:
                await self.reader.readuntil(b"\r\n\r\n")
        return int(line.split()[1]) if line else 0

    async def wait_closed(self):
        """Read until the connection is closed."""
        async with asyncio.timeout(TIMEOUT):
            while await self.reader.read(65536):
                pass
        return True


@contextlib.asynccontextmanager
async def connect_to(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def _send(port, data):
    """Send *data* on a new connection; return the status of the response."""
    async with connect_to(port) as line:
        await line.send(data)
        return await line.read_status()


async def _is_healthy(talk):
    async with talk.session.get(f"{talk.address}/health") as got:
        return got.status == 200


def _list_errors(log_lines):
    lines = map(json.loads, log_lines.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line["level"] in ("error", "critical")]


def _make_endpoint(patience):
    async def authorize(**_):
        raise AssertionError("nothing gets this far")

    app = AsyncApp(signing_secret="", authorize=authorize)
    return EventsEndpoint(app, SIGNING_SECRET, patience, Watch())


def _listen_with(endpoint):
    app = make_application([web.post("/slack/events", endpoint.answer)])
    return listen(app, "127.0.0.1", 0, linger=0.1)


@pytest.fixture
async def impatient_port():
    """The port of an endpoint that waits a tenth of a second for a body."""
    async with _listen_with(_make_endpoint(0.1)) as at:
        yield at


@pytest.mark.parametrize("framing", [b"Content-Length: 100", b"Transfer-Encoding: chunked"])
async def test_stalled_body_gets_408_and_connection_is_closed(impatient_port, framing):
    async with connect_to(impatient_port) as line:
        await line.send(HEAD + framing + b"\r\n\r\n1")
        assert await line.read_status() == 408
        assert await line.wait_closed()


async def test_idle_connection_outlasts_that_of_any_proxy():
    """Envoy keeps one for an hour; Heroku, Caddy and Google's load balancer for minutes."""

    async def tell(request):
        return web.Response(text=str(request.protocol.keepalive_timeout))

    app = make_application([web.get("/", tell)])
    async with (
        listen(app, "127.0.0.1", 0) as port,
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/") as got,
    ):
        assert float(await got.text()) > 3600


async def test_oversized_content_length_is_rejected_before_body_arrives(talk):
    async with connect_to(talk.running.port) as line:
        await line.send(HEAD + b"Content-Length: %d\r\n\r\n" % (MAX_BODY + 1))
        assert await line.read_status() == 413


async def test_large_bodies_are_read_a_few_at_a_time_and_small_ones_at_once():
    endpoint = _make_endpoint(PATIENCE)
    size = b"Content-Length: %d\r\n\r\n"
    large = size % MAX_BODY + b"x" * MAX_BODY
    async with _listen_with(endpoint) as port, contextlib.AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(connect_to(port)) for _ in range(9)]
        for line in lines[:8]:
            await line.send(HEAD + large[:-1])
        async with asyncio.timeout(PATIENCE):
            while not endpoint._large.locked():  # noqa: ASYNC110 (a semaphore sets no event)
                await asyncio.sleep(0)
        answer = asyncio.create_task(lines[8].read_status())
        sending = asyncio.create_task(lines[8].send(HEAD + large))
        assert await _send(port, HEAD + size % 2 + b"{}") == 401
        assert not answer.done()
        await lines[0].send(b"x")
        assert [await lines[0].read_status(), await answer] == [401, 401]
        await sending


async def test_edit_of_longest_forwarded_message_is_processed(talk):
    emoji = "\N{PARTY POPPER}" * 40_000  # twelve bytes each in Slack's JSON
    post = await talk.said("@bob++")
    payload, _ = talk.edit(post, f"@carol++ {emoji}")
    for part in ("message", "previous_message"):
        payload["event"][part]["attachments"] = [{"is_share": True, "text": emoji}]
    assert 1_400_000 < len(json.dumps(payload)) < MAX_BODY
    await talk.told(payload)
    assert {target for target, points in (await talk.scores()).items() if points} == {CAROL}


async def test_endless_body_is_rejected_without_reading_on(talk):
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    sent = 0
    async with connect_to(talk.running.port) as line:
        await line.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        status = asyncio.ensure_future(line.read_status())
        while not status.done() and sent < 64 * MAX_BODY:
            await line.send(chunk)
            sent += len(chunk)
            await asyncio.sleep(0)
        assert await status == 413
    assert sent < 16 * MAX_BODY


@each("encoding, compress", [(b"gzip", gzip.compress), (b"deflate", zlib.compress)])
async def test_compressed_body_is_not_expanded(talk, log_lines, encoding, compress):
    """It could be a thousand times as large, and Slack never sends any."""
    body = json.dumps({"type": "event_callback", "event": {"type": "team_join"}}).encode()
    signed = events.sign_request(SIGNING_SECRET, body, time.time())
    headers = signed | {"Content-Encoding": encoding.decode()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
    for data in (body, b"x" * 4 * MAX_BODY):
        small = compress(data)
        head = HEAD + lines + b"Content-Length: %d\r\n\r\n" % len(small)
        assert await _send(talk.running.port, head + small) == 400
    assert _list_errors(log_lines) == []


MALFORMED = {
    "a header over the limit": HEAD + b"X-A: " + b"a" * 20_000 + b"\r\n\r\n",
    "too many headers": HEAD + b"".join(b"X-%d: a\r\n" % n for n in range(500)) + b"\r\n",
    "a URL over the limit": b"POST /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "not HTTP": b"GARBAGE\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100,
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a negative length": HEAD + b"Content-Length: -2\r\n\r\n{}",
    "a huge length": HEAD + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n{}",
    "length and chunks": HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "malformed chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nabc",
    "invalid gzip": HEAD + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
    "an unknown encoding": HEAD + b"Content-Encoding: br\r\nContent-Length: 5\r\n\r\nhello",
    "an unknown expectation": HEAD + b"Expect: bananas\r\nContent-Length: 2\r\n\r\n{}",
    "non-ASCII signature": HEAD + b"X-Slack-Signature: v0=\xff\xfe\r\n"
    b"X-Slack-Request-Timestamp: \xff\r\nContent-Length: 2\r\n\r\n{}",
    "another method": b"DELETE /slack/events HTTP/1.1\r\nHost: x\r\n\r\n",
    "an invalid path": b"GET /%ff/../\\ HTTP/1.1\r\nHost: x\r\n\r\n",
}


@each("name", MALFORMED)
async def test_malformed_request_gets_4xx_and_logs_no_error(talk, log_lines, name):
    assert 400 <= await _send(talk.running.port, MALFORMED[name]) < 500
    assert await _is_healthy(talk)
    assert _list_errors(log_lines) == []


@each("sent", [HEAD[:20], HEAD, HEAD + b"Content-Length: 50\r\n\r\n{", b""])
async def test_client_disconnecting_midway_logs_no_error(talk, log_lines, sent):
    async with connect_to(talk.running.port) as line:
        await line.send(sent)
        line.writer.write_eof()
        await line.wait_closed()
    assert await _is_healthy(talk)
    assert _list_errors(log_lines) == []


async def test_idle_connections_do_not_block_requests(talk):
    halves = [b"", HEAD, HEAD + b"Content-Length: 50\r\n\r\n{"]
    async with contextlib.AsyncExitStack() as stack:
        for n in range(240):
            line = await stack.enter_async_context(connect_to(talk.running.port))
            await line.send(halves[n % 3])
        assert await _is_healthy(talk)  # while all of them are waiting
        await talk.said("@bob++")
    assert talk.heard() == ["bob has 1 point (+1)"]


async def test_oldest_idle_connections_make_room_for_new_ones():
    """Whoever opens them by the thousand would otherwise use up the files of the process."""
    began, finish = asyncio.Event(), asyncio.Event()

    async def wait(_):
        began.set()
        await finish.wait()
        return web.Response()

    app = make_application([web.get("/", wait)])
    async with (
        listen(app, "127.0.0.1", 0, most=3) as port,
        connect_to(port) as busy,
        connect_to(port) as silent,
        connect_to(port) as halting,
    ):
        await busy.send(REQUEST)
        await halting.send(HEAD)
        await began.wait()
        async with connect_to(port) as new, connect_to(port) as newer, connect_to(port) as newest:
            assert await silent.wait_closed()
            assert await halting.wait_closed()
            finish.set()
            assert await busy.read_status() == 200
            for line in (new, newer, newest):
                await line.send(REQUEST)
                assert await line.read_status() == 200


async def test_new_connections_wait_while_the_app_is_busy():
    """Beyond aiohttp's 128, Slack would try again after a second, and later."""
    async with listen(make_application([]), "127.0.0.1", 0) as port:
        with contextlib.ExitStack() as opened:
            for _ in range(min(MOST_WAITING, 400)):  # without giving the app a turn
                opened.enter_context(socket.create_connection(("127.0.0.1", port), 20))


async def test_connections_in_use_stay_open_however_old():
    """A client sends over the connection that it used last, which it may have opened first."""

    async def answer(_):
        return web.Response()

    app = make_application([web.get("/", answer)])
    async with (
        listen(app, "127.0.0.1", 0, most=3) as port,
        connect_to(port) as used,
        connect_to(port) as silent,
        connect_to(port) as third,
    ):
        for line in (third, used):
            await line.send(REQUEST)
            assert await line.read_status() == 200
        async with connect_to(port) as fourth:
            assert await silent.wait_closed()
            for line in (used, third, fourth):
                await line.send(REQUEST)
                assert await line.read_status() == 200


def _signed_head(body, **more):
    headers = events.sign_request(SIGNING_SECRET, body, time.time()) | more
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    return HEAD + "".join(lines).encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def test_logs_contain_no_message_text_or_secrets_from_any_request(talk, log_lines, caplog):
    """No message text, token or secret is logged, at any level, by any library."""
    caplog.set_level(logging.DEBUG)
    hidden = b"xoxb-hidden-treasure"
    payload = events.build_posted_event(
        talk.slack.workspace, talk.write("@bob++ for the hidden treasure")
    )
    vote = json.dumps(payload).encode()
    await talk.said("@bob++ for the hidden treasure")
    await talk.said("@pptbot hidden treasure")
    bodies = [vote, vote[:-5], vote.replace(b'"type"', b'"tpye"'), b"payload=" + hidden]
    bodies.append(json.dumps(payload | {"token": "hidden", "authorizations": [5]}).encode())
    bodies.append(json.dumps(payload | {"enterprise": 5, "user": ["hidden treasure"]}).encode())
    wrong = {"X-Slack-Signature": "v0=hidden"}
    for data in (
        *(_signed_head(body) for body in bodies),
        *(_signed_head(body, **wrong) for body in bodies),
        *(data.replace(b"\r\n", b"\r\nAuthorization: Bearer " + hidden + b"\r\n", 1)
          for data in MALFORMED.values()),
    ):  # fmt: skip
        async with connect_to(talk.running.port) as line:
            await line.send(data)
            await line.read_status()
    await talk.running.database.close()
    async with connect_to(talk.running.port) as line:
        await line.send(_signed_head(vote.replace(b'"ts": "1', b'"ts": "2')))
        assert await line.read_status() == 503
    log = log_lines.read_text(encoding="utf-8")
    assert "vote.cast" in log
    assert "event.unavailable" in log
    for secret in ("treasure", "hidden", SIGNING_SECRET, talk.slack.bot_token):
        assert secret not in log + caplog.text


async def test_internal_failure_is_logged_without_message_text(talk, log_lines):
    async def rename(before, after):
        await talk.rows(f"SELECT 1; ALTER TABLE {before} RENAME TO {after}")

    payload = events.build_posted_event(
        talk.slack.workspace, talk.write("@bob++ for the hidden treasure")
    )
    await rename("vote_history", "gone")
    try:
        assert (await talk.deliver(payload)).status == 503
    finally:
        await rename("gone", "vote_history")
    log = log_lines.read_text(encoding="utf-8")
    (line,) = logged(log_lines, "event.failed")
    assert 'UndefinedTable: relation "vote_history"' in line["exception"]
    assert datetime.fromisoformat(line["timestamp"]).utcoffset() == timedelta(0)
    assert "treasure" not in log
