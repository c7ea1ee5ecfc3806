"""If Slack responds with nothing but `ok`, earlier knowledge stays valid."""

import contextlib
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from app.slack.client import SlackClient
from app.slack.directory.channels import Channels
from app.slack.directory.membership import Invitations
from app.store.workspace import stored_channels

TEAM, DEV, LOBBY = "T0TEAM0001", "C0DEV00001", "C0LOBBY001"


@pytest.fixture
async def client() -> AsyncIterator[SlackClient]:
    """A client of a Slack that responds `{"ok": true}` to everything."""

    async def answer_ok(_: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    application = web.Application()
    application.router.add_route("*", "/api/{method}", answer_ok)
    async with contextlib.AsyncExitStack() as stack:
        runner = web.AppRunner(application)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        session = await stack.enter_async_context(aiohttp.ClientSession())
        port = runner.addresses[0][1]
        yield SlackClient(token="xoxb-1", base_url=f"http://127.0.0.1:{port}/api/", session=session)


async def test_app_counts_as_invited_on_bare_ok_response(client):
    assert await Invitations(client).is_invited("T1")


async def test_known_public_channel_stays_public_and_unknown_one_is_private(database, client):
    await database.run(lambda conn: stored_channels.record_privacy(conn, TEAM, {DEV: False}))
    channels = Channels(database, client)
    assert await channels.is_public(TEAM, DEV)
    assert not await channels.is_public(TEAM, LOBBY)
    await channels.flush()
    assert await database.run(lambda conn: stored_channels.is_private(conn, TEAM, DEV)) is False
