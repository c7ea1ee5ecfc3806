"""A small Bolt app that uses every surface, to test the fake Slack rather than pptbot."""

import contextlib
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import aiohttp
from aiohttp import web
from rich.console import Console
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from app.devtools.fake_slack.server import LocalSlack
from app.devtools.fake_slack.values import InstalledManifest
from app.devtools.playground.conversation import converse
from tests.talk import SIGNING_SECRET, Talk


def plain(text):
    return {"type": "plain_text", "text": text}


def options(*values):
    return [{"text": plain(value.title()), "value": value} for value in values]


def row(*elements):
    return {"type": "actions", "elements": list(elements)}


def button(text, action_id, value=None, **more):
    held = {} if value is None else {"value": value}
    return {"type": "button", "text": plain(text), "action_id": action_id} | held | more


def field(block_id, label, element, **more):
    named = element | {"action_id": block_id}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": named} | more


MANIFEST = InstalledManifest(
    ("/board", "/export", "/two"), ("give_karma", "tell"), ("give_karma",), read_only=False
)
PERIODS = {"type": "static_select", "action_id": "period", "options": options("week", "month")}
NUMBER = {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "5"}
GIVE = {
    "type": "modal",
    "callback_id": "give",
    "title": plain("Give karma"),
    "submit": plain("Give"),
    "notify_on_close": True,
    "blocks": [
        field("to", "To", {"type": "users_select"}),
        field("points", "Points", NUMBER),
        field("why", "Reason", {"type": "plain_text_input"}, optional=True),
        field("mode", "Reply", {"type": "static_select", "options": options("thread", "silent"),
                                "initial_option": options("thread")[0]}),
        row(button("Count", "count", "1")),
    ],
}  # fmt: skip

DONE = {"type": "modal", "callback_id": "done", "title": plain("Done"), "notify_on_close": False,
        "blocks": [{"type": "section", "text": plain("It is done.")}]}  # fmt: skip


def board(period):
    buttons = row(button("Post", "post", period), PERIODS)
    text = {"type": "section", "text": {"type": "mrkdwn", "text": f"Board of the *{period}*"}}
    return {"text": f"board of the {period}", "blocks": [text, buttons]}


def build(slack: LocalSlack, session: aiohttp.ClientSession, received: list) -> AsyncApp:
    """Create the app; every payload that it receives is also appended to *received*."""
    client = AsyncWebClient(slack.bot_token, slack.api_url, session=session, retry_handlers=[])
    app = AsyncApp(client=client, signing_secret=SIGNING_SECRET, process_before_response=True)

    @app.middleware
    async def keep(body, next_):
        received.append(body)
        await next_()

    for part in (boards, homes, modals, files, reactions):
        part(app)
    return app


def boards(app):
    @app.command("/board")
    async def asked(ack, command, respond):
        if command["text"] == "later":
            await ack()
            await respond(**board("week"))
        else:
            await ack(**board(command["text"] or "week"))

    @app.command("/two")
    async def answer_twice(ack, command, client):
        await ack()
        for words in ("one", "two"):
            await client.chat_postMessage(channel=command["channel_id"], text=words)

    @app.action("period")
    async def switched(ack, action, respond):
        await ack()
        await respond(replace_original=True, **board(action["selected_option"]["value"]))

    @app.action("post")
    async def posted(ack, action, respond):
        await ack()
        await respond(response_type="in_channel", replace_original=False, text=action["value"])


def homes(app):
    @app.event("app_home_opened")
    async def opened(event, client):
        view = {"type": "home", "blocks": [row(button("Forget", "forget"), button("Ask", "ask"))]}
        await client.views_publish(user_id=event["user"], view=view)

    @app.action("ask")
    async def ask(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=GIVE)

    @app.shortcut("tell")
    async def tell(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=DONE)

    @app.shortcut("give_karma")
    async def shortcut(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=GIVE)


def modals(app):
    @app.action("count")
    async def count(ack, body, client, action):
        await ack()
        more = row(button("Count", "count", f"{int(action['value']) + 1}"))
        view = GIVE | {"blocks": [*GIVE["blocks"][:-1], more]}
        view_id, fresh = body["view"]["id"], body["view"]["hash"]
        await client.views_update(view_id=view_id, hash=fresh, view=view)

    @app.view("give")
    async def given(ack, body, client, view):
        held = view["state"]["values"]
        reason = held["why"]["why"]["value"]
        if reason == "no":
            await ack(response_action="errors", errors={"why": "A better reason, please."})
            return
        await ack()
        to, points = held["to"]["to"]["selected_user"], held["points"]["points"]["value"]
        mode = held["mode"]["mode"]["selected_option"]["value"]
        words = f"{points} for <@{to}>, {mode}, because {reason}"
        await client.chat_postMessage(channel=body["user"]["id"], text=words)

    @app.view_closed("give")
    async def closed(ack, body, client):
        await ack()
        await client.chat_postMessage(channel=body["user"]["id"], text="never mind")


def files(app):
    @app.command("/export")
    async def export(ack, command, client):
        await ack()
        dm = (await client.conversations_open(users=[command["user_id"]]))["channel"]["id"]
        await client.files_upload_v2(
            channel=dm, filename="own.json", content="[]", title="Yours", alt_txt="An empty list"
        )


def reactions(app):
    for kind in ("reaction_added", "reaction_removed", "message"):

        @app.event(kind)
        async def reacted(event, client):
            if event["type"] != "message":
                ts, did = event["item"]["ts"], event["type"].removeprefix("reaction_")
                words = f"{event['reaction']} {did}"
                place = event["item"]["channel"]
                await client.chat_postMessage(channel=place, thread_ts=ts, text=words)


async def converse_with_app(
    slack: LocalSlack, *typed: str, console: Console, **options: Any
) -> None:
    """Run *typed* lines in the playground against the small app, printed to *console*."""

    async def lines() -> AsyncIterator[str]:
        for line in typed:
            yield line

    async with small_app(slack) as (talk, _):
        wait_idle = talk.running.sender.wait_idle
        await converse(
            slack, talk.delivery, lines=lines(), console=console, wait_idle=wait_idle, echo=True,
            **options,
        )  # fmt: skip


@contextlib.asynccontextmanager
async def small_app(slack: LocalSlack) -> AsyncIterator[tuple[Talk, list]]:
    """Run the app with *slack*; yield a `Talk` with it, and the list of payloads it receives."""
    received: list = []
    slack.workspace.manifest = MANIFEST
    async with aiohttp.ClientSession() as session:
        app = build(slack, session, received)

        async def answer(request: web.Request) -> web.Response:
            return await to_aiohttp_response(
                await app.async_dispatch(await to_bolt_request(request))
            )

        application = web.Application()
        application.router.add_post("/slack/events", answer)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()

        async def settled() -> None:
            """Return at once, as the app posts everything before it responds."""

        port = runner.addresses[0][1]
        idle = SimpleNamespace(wait_idle=settled)
        running = SimpleNamespace(port=port, sender=idle, context=SimpleNamespace(newcomers=idle))
        try:
            yield Talk(slack, running, session), received
        finally:
            await runner.cleanup()
