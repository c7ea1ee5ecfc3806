"""The fake Slack: an HTTP server that the real Slack Web client talks to."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, Self

from aiohttp import web

from app.devtools.fake_slack.arguments import Args, MethodError, read_arguments
from app.devtools.fake_slack.faults import Fault, Faults, Reset
from app.devtools.fake_slack.files import take_upload
from app.devtools.fake_slack.methods import answer
from app.devtools.fake_slack.replies import (
    CUT,
    ApiReply,
    build_fault_reply,
    build_rate_limit,
    build_refusal,
    find_token_error,
    read_bearer,
)
from app.devtools.fake_slack.responses import ResponseUrls
from app.devtools.fake_slack.sockets import APP_TOKEN, FakeSockets
from app.devtools.fake_slack.steps import TOKEN as RUN_TOKEN
from app.devtools.fake_slack.values import Call, Change, Post
from app.devtools.fake_slack.workspace import Workspace
from app.slack.client import SCOPES

SECONDS_BETWEEN_POSTS: Final = 1.0
"""Minimum seconds between two posts in the same channel."""

BOT_TOKEN = "xoxb-local"  # noqa: S105  only this fake accepts it


class Pace:
    """The time of each channel's last post, on the workspace's monotonic clock."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._last: dict[str, float] = {}

    def allows(self, method: str, args: Args) -> bool:
        """Return whether Slack would accept this call now."""
        last = self._last.get(self._find_channel(args))
        if method != "chat.postMessage" or last is None:
            return True
        return self._workspace.monotonic() - last >= SECONDS_BETWEEN_POSTS

    def record(self, method: str, args: Args) -> None:
        """Record that this call succeeded."""
        if method == "chat.postMessage":
            self._last[self._find_channel(args)] = self._workspace.monotonic()

    def _find_channel(self, args: Args) -> str:
        named = str(args.get("channel", ""))
        channel = self._workspace.find_channel(named)
        return channel.id if channel else named  # a user id: a direct conversation


class LocalSlack:
    """A fake Slack with one workspace, served on 127.0.0.1 inside ``async with``.

    *keep* caps how many calls are remembered; None keeps all. With *enforce_pace* a second
    chat.postMessage in a channel within one second is answered with 429. Without *data_tables*
    those blocks are rejected, as Slack does where it hasn't rolled them out yet.
    """

    def __init__(
        self,
        workspace: Workspace | None = None,
        *,
        bot_token: str = BOT_TOKEN,
        enforce_pace: bool = False,
        keep: int | None = None,
        data_tables: bool = True,
    ) -> None:
        self.workspace = workspace or Workspace.create_example()
        self.workspace.takes_data_tables = data_tables
        self.bot_token = bot_token
        self.scopes = SCOPES
        self.app_token = APP_TOKEN
        self.enforce_pace = enforce_pace
        self.calls: list[Call] = []
        self.in_flight: list[str] = []
        self.api_url = ""
        self._keep = keep
        self._pace = Pace(self.workspace)
        self._faults = Faults()
        self._responses = ResponseUrls(self.workspace)
        self._changed = asyncio.Condition()
        self.sockets = FakeSockets(self.workspace, self._notify_waiting)
        self.send, self.disconnect = self.sockets.send, self.sockets.disconnect
        self._runner = web.AppRunner(
            self._make_application(), access_log=None, shutdown_timeout=0.5
        )

    def _make_application(self) -> web.Application:
        application = web.Application(client_max_size=4 * 1024**2)
        application.router.add_route("*", "/api/{method}", self._serve)
        application.router.add_post("/response/{ident}", self._serve)
        application.router.add_route("*", "/upload/{ident}/{length}", self._take_upload)
        application.router.add_get("/link/", self.sockets.serve)
        application.on_shutdown.append(self.sockets.close)
        return application

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.workspace.url = f"http://{host}:{port}/"
        self.api_url = f"{self.workspace.url}api/"
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._runner.cleanup()

    def fail(  # noqa: PLR0913  each is one way in which Slack fails
        self,
        method: str,
        *,
        status: int | None = None,
        error: str | None = None,
        retry_after: float | None = None,
        delay: float | None = None,
        reset: Reset = False,
        body: bytes | None = None,
        times: int | None = 1,
    ) -> None:
        """Fail the next *times* calls of *method*; ``*`` is every method, None until healed."""
        self._faults.arrange(Fault(method, status, error, retry_after, delay, reset, body, times))

    def heal(self, method: str | None = None) -> None:
        """Remove the faults of *method*, or all faults."""
        self._faults.heal(method)

    async def wait_until(self, condition: Callable[[], bool], timeout: float = 300.0) -> None:  # noqa: ASYNC109
        """Wait until *condition* holds, checking on every call; raise TimeoutError."""
        try:
            async with asyncio.timeout(timeout), self._changed:
                await self._changed.wait_for(condition)
        except TimeoutError:
            recent = ", ".join(f"{call.method} {call.status}" for call in self.calls[-10:])
            raise TimeoutError(f"not met within {timeout} s; last calls: {recent}") from None

    def list_calls(self, method: str) -> list[Call]:
        """Return the calls of *method* so far."""
        return [call for call in self.calls if call.method == method]

    def list_posts(self, channel: str, thread_ts: str | None = None) -> list[Post]:
        """Return the app's posts in *channel* (name or id), of one thread if *thread_ts* is set."""
        found = self.workspace.find_channel(channel)
        return [
            post
            for post in self.workspace.posts
            if found and post.channel == found.id
            if post.user == self.workspace.bot_user_id
            if thread_ts in {None, post.thread_ts}
        ]

    def subscribe(self, subscriber: Callable[[Change], None]) -> Callable[[], None]:
        """Call *subscriber* on every change to a post; return a function that unsubscribes it."""
        self.workspace.subscribers.append(subscriber)
        return lambda: self.workspace.subscribers.remove(subscriber)

    async def _serve(self, request: web.Request) -> web.Response:
        method, at = request.match_info.get("method", "response_url"), self.workspace.monotonic()
        self.in_flight.append(method)
        await self._notify_waiting()
        try:
            args, reply = await self._reply_to(request, method)
        finally:
            self.in_flight.remove(method)
        self.calls.append(Call(method, args, at, reply.status, reply.error))
        if self._keep is not None:
            del self.calls[: -self._keep]
        await self._notify_waiting()
        return reply.make_response(request)

    async def _take_upload(self, request: web.Request) -> web.Response:
        fault = self._faults.meet("upload") or Fault("upload")
        await fault.wait()
        if fault.reset in {True, "before"}:
            return CUT.make_response(request)
        if fault.is_answer:
            return build_fault_reply(fault).make_response(request)
        answer = await take_upload(self.workspace, request)
        self.calls.append(Call("upload", {}, self.workspace.monotonic(), answer.status))
        await self._notify_waiting()
        return CUT.make_response(request) if fault.reset else answer

    async def _notify_waiting(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _reply_to(self, request: web.Request, method: str) -> tuple[dict[str, Any], ApiReply]:
        try:
            args = await read_arguments(request)
        except MethodError as refusal:
            return {}, ApiReply(200, build_refusal(refusal))
        token = read_bearer(request) or args.pop("token", "")
        fault = self._faults.meet(method) or Fault(method)
        await fault.wait()
        if fault.reset in {True, "before"}:
            return args, CUT
        if fault.is_answer and fault.body is None:
            return args, build_fault_reply(fault)
        if method == "response_url":
            reply = self._responses.reply(request.match_info["ident"], args)
        else:
            reply = self._carry_out(method, args, token)
        if fault.body is not None:
            return args, replace(reply, raw=fault.body, status=fault.status or reply.status)
        return args, CUT if fault.reset else reply

    def _carry_out(self, method: str, args: dict[str, Any], token: str) -> ApiReply:
        if method == "apps.connections.open":
            return ApiReply(200, self.sockets.open(token), {"x-oauth-scopes": "connections:write"})
        of_run = method.startswith("functions.") and token == RUN_TOKEN
        if not of_run and (error := find_token_error(token, self.bot_token)):
            return ApiReply(200, {"ok": False, "error": error})
        if self.enforce_pace and not self._pace.allows(method, args):
            return build_rate_limit(1)
        body = answer(self.workspace, method, args)
        if body["ok"]:
            self._pace.record(method, args)
        return ApiReply(200, body, {"x-oauth-scopes": ",".join(self.scopes)})
