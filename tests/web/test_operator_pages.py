"""Operators' pages, which require the token."""

import asyncio
import json
import socket
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from app import server
from app.web import export
from app.web.server import listen, make_application
from tests.faults.load import eventually
from tests.logged import logged
from tests.tables import each
from tests.talk import PATIENT, Talk

TOKEN = "operators-only-3fb1c9"
PATHS = ("/api/database-stats", "/metrics", "/api/nothing", "/export/nothing")


@pytest.fixture
def admin_token() -> str | None:
    return TOKEN


@pytest.fixture
async def talk(slack, config, database_url, admin_token):
    secret = SecretStr(admin_token) if admin_token else None
    own = config.model_copy(update={"admin_token": secret})
    async with (
        aiohttp.ClientSession() as session,
        server.serve(own, database_url, PATIENT) as running,
    ):
        yield Talk(slack, running, session)


async def _ask(talk, path, headers=None, method="GET"):
    async with talk.session.request(method, f"{talk.address}{path}", headers=headers) as got:
        return got.status, got.headers, await got.text()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@each("path", PATHS)
@each("method", ["GET", "POST", "HEAD"])
async def test_request_without_a_token_gets_401_and_the_scheme(talk, path, method):
    status, headers, _ = await _ask(talk, path, method=method)
    assert status == 401
    assert headers["WWW-Authenticate"].startswith("Bearer")


@each(
    "value",
    [
        "Bearer",
        "Bearer ",
        f"Bearer {TOKEN[:-1]}",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN.upper()}",
        f"Basic {TOKEN}",
        TOKEN,
        f"Token {TOKEN}",
        "Bearer ключ-é-\U0001f389",
        f"Bearer {TOKEN} {TOKEN}",
        f"Bearer {'x' * 7000}",
    ],
)
async def test_wrong_token_is_refused(talk, value):
    status, _, body = await _ask(talk, "/metrics", {"Authorization": value})
    assert (status, "pptbot_" in body) == (401, False)


@each(
    "header",
    [
        b"Authorization: Bearer \xff\xfe\xe9",
        b"Authorization: Bearer " + TOKEN.encode() + b"\xff",
        b"Authorization:",
        b"Authorization: Bearer " + b"x" * 100_000,
    ],
)
async def test_malformed_authorization_header_is_refused(talk, header):
    reader, writer = await asyncio.open_connection("127.0.0.1", talk.running.port)
    writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n" + header + b"\r\n\r\n")
    status = (await reader.readline()).split()[1]
    writer.close()
    assert status in {b"400", b"401"}


@each("scheme", ["Bearer", "bearer", "BEARER"])
async def test_token_is_accepted_with_the_scheme_in_any_case(talk, scheme):
    for path in PATHS[:2]:
        assert (await _ask(talk, path, {"Authorization": f"{scheme} {TOKEN}"}))[0] == 200


async def test_unknown_pages_are_404_and_methods_405_with_the_token(talk):
    for path in PATHS[2:]:
        assert (await _ask(talk, path, bearer(TOKEN)))[0] == 404
    for path in ("/metrics", "/api/database-stats", "/export/database"):
        assert (await _ask(talk, path, bearer(TOKEN), "POST"))[0] == 405
        assert (await _ask(talk, path, {}, "POST"))[0] == 401


@each("path", ["/export/database", "/metrics", "/health"])
async def test_head_response_has_no_body(talk, path):
    reader, writer = await asyncio.open_connection("127.0.0.1", talk.running.port)
    lines = (
        f"HEAD {path} HTTP/1.1",
        "Host: x",
        "Connection: close",
        f"Authorization: Bearer {TOKEN}",
    )
    writer.write("".join(f"{line}\r\n" for line in (*lines, "")).encode())
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.partition(b"\r\n\r\n")[2] == b""


async def test_health_needs_no_token(talk):
    assert (await _ask(talk, "/health"))[0] == 200


@pytest.mark.parametrize("admin_token", [None])
@each("headers", [{}, bearer(""), bearer("None")])
async def test_pages_are_404_when_no_token_is_configured(talk, headers):
    for path in PATHS:
        assert (await _ask(talk, path, headers))[0] == 404


@pytest.mark.parametrize("admin_token", ["geheimnis-schlüssel"])
async def test_token_may_contain_non_ascii_text(talk, admin_token):
    assert (await _ask(talk, "/metrics", bearer(admin_token)))[0] == 200
    assert (await _ask(talk, "/metrics", bearer(TOKEN)))[0] == 401


@pytest.mark.parametrize("admin_token", ["guess", TOKEN])
async def test_short_token_is_warned_about_and_never_logged(talk, admin_token, log_lines: Path):
    assert (await _ask(talk, "/metrics", bearer("another")))[0] == 401
    logged = await asyncio.to_thread(log_lines.read_text)
    assert ("admin.token_short" in logged) == (admin_token == "guess")
    assert admin_token not in logged


async def test_stats_cover_tables_indexes_pool_and_outbox(talk):
    await talk.said("@bob++")
    status, headers, body = await _ask(talk, "/api/database-stats", bearer(TOKEN))
    answer = json.loads(body)
    assert (status, headers.getone("Content-Type")) == (200, "application/json; charset=utf-8")
    tables = {table["name"]: table for table in answer["tables"]}
    assert {"vote_history", "leaderboard", "outbox", "messages"} <= tables.keys()
    assert not any("yoyo" in name for name in tables)
    assert tables["leaderboard"]["mb"] > tables["leaderboard"]["indexes_mb"] > 0
    assert isinstance(tables["vote_history"]["rows"], int)
    assert all(table["rows"] >= 0 for table in answer["tables"])
    by_name = {index["name"]: index for index in answer["indexes"]}
    assert by_name["leaderboard_pkey"]["table"] == "leaderboard"
    assert {index["table"] for index in answer["indexes"]} <= tables.keys()
    assert all(index["used"] == (index["scans"] > 0) for index in answer["indexes"])
    assert answer["pool"]["total"] >= answer["pool"]["idle"]
    assert answer["pool"]["requests"] > 0
    assert answer["outbox"] == {"waiting": 0, "oldest_unsent_seconds": None}
    assert answer["database"]["mb"] > 1
    assert answer["database"]["connections"] >= 1
    assert answer["took_ms"] > 0


async def test_stats_show_the_age_of_the_oldest_unsent_reply(talk):
    await talk.rows(
        "INSERT INTO outbox (team_id, channel_id, message_ts, kind, body, created_at, due_at,"
        " posted_ts) VALUES"
        " ('T', 'C1', '1.0', 'votes', '[]', now() - interval '30 s', 'infinity', NULL),"
        " ('T', 'C2', '2.0', 'votes', '[]', now() - interval '90 s', 'infinity', '3.0')"
        " RETURNING 1"
    )
    answer = json.loads((await _ask(talk, "/api/database-stats", bearer(TOKEN)))[2])
    assert answer["outbox"]["waiting"] == 2
    # The second is posted, but updating it has failed so far: it's due later and still waiting.
    assert 90 <= answer["outbox"]["oldest_unsent_seconds"] < 3600


async def test_an_error_in_a_page_is_a_500_and_logged(log_lines: Path):
    async def fail(_):
        raise LookupError

    pages = make_application([web.get("/page", fail)])
    async with (
        listen(pages, "127.0.0.1", 0) as port,
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/page") as got,
    ):
        assert (got.status, await got.text()) == (500, "")
    (line,) = logged(log_lines, "http.failed")
    assert line["path"] == "/page"


async def test_stats_and_export_without_the_database_are_json_with_a_503(talk, monkeypatch):
    away = "postgresql://nobody@127.0.0.1:1/none"
    monkeypatch.setattr(talk.running.database, "url", away)
    status, _, body = await _ask(talk, "/export/database", bearer(TOKEN))
    assert (status, json.loads(body)) == (503, {"ok": False, "error": "database_unavailable"})
    await talk.running.database.close()
    status, _, body = await _ask(talk, "/api/database-stats", bearer(TOKEN))
    assert status == 503
    answer = json.loads(body)
    assert answer["ok"] is False
    assert "database is away" in answer["error"]
    assert "pool" in answer


async def test_export_drops_a_client_that_stops_reading_before_the_end(
    talk, log_lines, monkeypatch
):
    """The document fits into the buffers of the server, which waits only after its end."""

    async def dropped():
        return logged(log_lines, "export.failed")

    async def narrow(request, _):
        request.transport.set_write_buffer_limits(0)
        own = request.transport.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)

    monkeypatch.setattr(export, "STALLED", 0.05)
    await talk.rows(
        "INSERT INTO things SELECT 'T1', 'thing:' || n, repeat('x', 900)"
        " FROM generate_series(1, 40) n RETURNING 1"
    )
    app = make_application([web.get("/export", export.make_export(talk.running.database))])
    app.on_response_prepare.append(narrow)
    async with listen(app, "127.0.0.1", 0) as port:
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            client.connect(("127.0.0.1", port))
            client.sendall(b"GET /export HTTP/1.1\r\nHost: x\r\n\r\n")
            await eventually(dropped)
    assert [line["reason"] for line in await dropped()] == ["TimeoutError"]
