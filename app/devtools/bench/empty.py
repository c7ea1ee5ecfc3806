"""A minimal Bolt app behind the same kind of server, as a baseline to measure against.

Runs as ``python -m app.devtools.bench.empty`` with SLACK_SIGNING_SECRET set, and prints the port it
listens on to standard output.
"""

import asyncio
import json
import os
import signal

import uvloop
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

PATH = "/slack/events"


def make_application(signing_secret: str) -> web.Application:
    """Return a server with a Bolt app that receives messages and does nothing."""
    app = AsyncApp(
        signing_secret=signing_secret, authorize=_authorize, process_before_response=True
    )
    app.event("message")(_do_nothing)

    async def answer(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    server = web.Application()
    server.router.add_post(PATH, answer)
    return server


async def _authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=enterprise_id,
        team_id=team_id,
        bot_token="xoxb-empty",  # noqa: S106 (not a real token)
        bot_id="B0PPTBOT",
        bot_user_id="U0PPTBOT",
    )


async def _do_nothing() -> None:
    pass


async def serve() -> None:
    """Serve until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    application_ = make_application(os.environ["SLACK_SIGNING_SECRET"])
    runner = web.AppRunner(application_, access_log=None, shutdown_timeout=1, keepalive_timeout=75)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(json.dumps({"event": "server.ready", "port": runner.addresses[0][1]}), flush=True)
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    uvloop.run(serve())
