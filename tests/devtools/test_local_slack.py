"""The fake Slack, called by the real Web client and delivering to a real HTTP server."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qs

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from app.devtools.fake_slack import events
from app.devtools.fake_slack.delivery import Delivery
from app.devtools.fake_slack.server import LocalSlack
from app.devtools.fake_slack.values import Post
from app.devtools.fake_slack.workspace import Workspace

GENERAL, ANN, BOB = "C0GENERAL1", "U0ANN00001", "U0BOB00002"
SECRET = "a secret between Slack and the app"


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack() as slack:
        yield slack


@pytest_asyncio.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def client(slack, session) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, slack.api_url, session=session, retry_handlers=[])


async def refusal_of(call) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


async def test_a_query_a_json_body_and_a_form_are_all_understood(slack, client, session):
    assert (await client.users_info(user=BOB))["user"]["profile"]["display_name"] == "bob"
    posted = await client.chat_postMessage(channel=GENERAL, text="by JSON")
    form = aiohttp.FormData({"channel": GENERAL, "text": "by form", "token": slack.bot_token})
    async with session.post(f"{slack.api_url}chat.postMessage", data=form) as response:
        assert (await response.json())["ok"]
    form = aiohttp.FormData({"channel": GENERAL, "text": "multipart", "token": slack.bot_token})
    form.add_field("file", b"x", filename="x")
    async with session.post(f"{slack.api_url}chat.postMessage", data=form) as response:
        assert (await response.json())["ok"]
    posts = [post.text for post in slack.list_posts("#general")]
    assert posts == ["by JSON", "by form", "multipart"]
    assert slack.list_posts(GENERAL)[0].ts == posted["ts"]
    assert slack.list_calls("chat.postMessage")[1].args == {"channel": GENERAL, "text": "by form"}


async def test_blocks_arrive_alike_by_json_and_by_query(slack, client):
    blocks = [{"type": "divider"}]
    await client.chat_postMessage(channel=GENERAL, text="x", blocks=blocks)
    await client.api_call(
        "chat.postMessage", params={"channel": GENERAL, "text": "x", "blocks": json.dumps(blocks)}
    )
    assert [post.blocks for post in slack.list_posts(GENERAL)] == [blocks, blocks]


async def test_auth_test_identifies_the_token(client):
    response = await client.auth_test()
    assert (response["team_id"], response["user_id"], response["bot_id"]) == (
        "T0PLAYGRND",
        "U0PPTBOT",
        "B0PPTBOT",
    )


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("", "not_authed"),
        ("xoxb-stranger", "invalid_auth"),
        ("xapp-1", "not_allowed_token_type"),
    ],
)
async def test_a_token_that_is_not_the_bots_is_refused(slack, session, token, error):
    stranger = AsyncWebClient(token, slack.api_url, session=session)
    assert await refusal_of(stranger.auth_test()) == error
    assert [call.error for call in slack.calls] == [error]


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": GENERAL}, "no_text"),
        ("chat.postMessage", {"channel": GENERAL, "text": "x" * 40_001}, "msg_too_long"),
        *(
            (
                "chat.postMessage",
                {"channel": GENERAL, "text": "x", "metadata": {"event_type": "x"} | payload},
                "invalid_metadata_format",
            )
            for payload in ({}, {"event_payload": {"ids": [17]}}, {"event_payload": {"id": None}})
        ),
        (
            "chat.postMessage",
            {"channel": GENERAL, "text": "x", "blocks": [{"type": "divider"}] * 51},
            "invalid_blocks",
        ),
        (
            "chat.postMessage",
            {"channel": GENERAL, "blocks": [{"type": "table", "rows": [[{"text": "1"}]]}] * 2},
            "invalid_attachments",
        ),
        (
            "chat.postMessage",
            {"channel": GENERAL, "blocks": [{"type": "data_table", "rows": [[{}], [{}]]}]},
            "invalid_blocks",
        ),
        (
            "chat.postMessage",
            {"channel": GENERAL, "blocks": [{"type": "header", "text": {"text": "x" * 151}}]},
            "invalid_blocks",
        ),
        ("chat.postMessage", {"channel": GENERAL, "blocks": "[{"}, "invalid_blocks"),
        ("chat.postEphemeral", {"channel": GENERAL, "text": "x"}, "user_not_found"),
        ("chat.update", {"channel": GENERAL, "ts": "1.2", "text": "x"}, "message_not_found"),
        ("chat.delete", {"channel": GENERAL, "ts": "1.2"}, "message_not_found"),
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
        ("usergroups.users.list", {"usergroup": "S0NONE"}, "no_such_subteam"),
        ("conversations.info", {"channel": "C0NOWHERE"}, "channel_not_found"),
        ("conversations.replies", {"channel": GENERAL, "ts": "1.2"}, "thread_not_found"),
        ("conversations.history", {"channel": GENERAL, "cursor": "?"}, "invalid_cursor"),
        ("conversations.history", {"channel": GENERAL, "limit": "some"}, "invalid_limit"),
        ("apps.connections.open", {}, "not_allowed_token_type"),
        ("views.publish", {"user_id": "U0NOBODY"}, "user_not_found"),
        ("chat.meMessage", {}, "unknown_method"),
    ],
)
async def test_rejected_calls_have_slacks_error_names(slack, client, method, args, error):
    assert await refusal_of(client.api_call(method, json=args)) == error
    assert (slack.calls[-1].status, slack.calls[-1].error) == (200, error)
    assert slack.list_posts(GENERAL) == []


async def test_an_invalid_json_body_is_rejected(slack, session):
    headers = {"Content-Type": "application/json"}
    async with session.post(f"{slack.api_url}auth.test", data=b"{", headers=headers) as response:
        assert (await response.json())["error"] == "invalid_json"


async def test_a_post_can_be_updated_and_deleted(slack, client):
    ts = (await client.chat_postMessage(channel=GENERAL, text="one"))["ts"]
    await client.chat_update(channel=GENERAL, ts=ts, text="two")
    assert [(post.text, post.edited) for post in slack.list_posts(GENERAL)] == [("two", True)]
    await client.chat_delete(channel=GENERAL, ts=ts)
    assert slack.list_posts(GENERAL) == []


async def test_the_app_cannot_update_a_members_message(slack, client):
    message = slack.workspace.add(Post(GENERAL, slack.workspace.next_ts(), "hello", ANN))
    call = client.chat_update(channel=GENERAL, ts=message.ts, text="no")
    assert await refusal_of(call) == "cant_update_message"


async def test_an_ephemeral_post_is_in_nobodys_history(slack, client):
    await client.chat_postEphemeral(channel=GENERAL, user=ANN, text="psst")
    assert [post.ephemeral_to for post in slack.list_posts(GENERAL)] == [ANN]
    assert (await client.conversations_history(channel=GENERAL))["messages"] == []


async def test_history_is_paged_newest_first_while_more_is_written(client):
    written = [
        (await client.chat_postMessage(channel=GENERAL, text=str(n)))["ts"] for n in range(7)
    ]
    first = await client.conversations_history(channel=GENERAL, limit=3)
    await client.chat_postMessage(channel=GENERAL, text="late")
    read = [m["ts"] for m in first["messages"]]
    cursor = first["response_metadata"]["next_cursor"]
    while cursor:
        page = await client.conversations_history(channel=GENERAL, limit=3, cursor=cursor)
        read += [m["ts"] for m in page["messages"]]
        cursor = page["response_metadata"]["next_cursor"]
    assert read == written[::-1]
    assert not page["has_more"]


async def test_history_respects_oldest_and_latest(client):
    ts = [(await client.chat_postMessage(channel=GENERAL, text="x"))["ts"] for _ in range(4)]

    async def between(**ends):
        history = await client.conversations_history(channel=GENERAL, **ends)
        return [m["ts"] for m in history["messages"]][::-1]

    assert await between(oldest=ts[0], latest=ts[3]) == ts[1:3]
    assert await between(oldest=ts[0], latest=ts[3], inclusive=True) == ts
    assert await between(oldest=ts[1]) == ts[2:]


@pytest.mark.parametrize(("length", "error"), [(4000, ""), (4001, "msg_too_long")])
async def test_an_edit_takes_four_thousand_characters(slack, client, length, error):
    ts = (await client.chat_postMessage(channel=GENERAL, text="short"))["ts"]
    with contextlib.suppress(SlackApiError):
        await client.chat_update(channel=GENERAL, ts=ts, text="x" * length)
    assert slack.calls[-1].error == error


async def test_a_thread_is_its_parent_and_its_replies_with_metadata_when_asked(slack, client):
    parent = (await client.chat_postMessage(channel=GENERAL, text="parent"))["ts"]
    note = {"event_type": "reply", "event_payload": {"id": 7}}
    await client.chat_postMessage(channel=GENERAL, text="child", thread_ts=parent, metadata=note)
    thread = await client.conversations_replies(
        channel=GENERAL, ts=parent, include_all_metadata=True
    )
    assert [m["text"] for m in thread["messages"]] == ["parent", "child"]
    assert thread["messages"][1]["metadata"] == note
    assert thread["messages"][1]["parent_user_id"] == "U0PPTBOT"
    thread = await client.conversations_replies(channel=GENERAL, ts=parent)
    assert "metadata" not in thread["messages"][1]
    assert [
        m["text"] for m in (await client.conversations_history(channel=GENERAL))["messages"]
    ] == ["parent"]
    assert [post.text for post in slack.list_posts(GENERAL, parent)] == ["child"]


async def test_people_groups_and_channels_can_be_listed(client):
    users = await client.users_list(limit=4)
    assert len(users["members"]) == 4
    assert users["response_metadata"]["next_cursor"]
    assert {m["id"]: m["deleted"] for m in (await client.users_list())["members"]}["U0OSCAR010"]
    groups = (await client.usergroups_list(include_users=True))["usergroups"]
    assert groups[0]["handle"] == "eng"
    listed = await client.usergroups_users_list(usergroup=groups[0]["id"])
    assert listed["users"] == groups[0]["users"]
    assert (await client.conversations_info(channel="C0SECRET04"))["channel"]["is_private"]
    assert len((await client.users_conversations())["channels"]) == 3
    kinds = "public_channel,private_channel"
    assert len((await client.users_conversations(types=kinds))["channels"]) == 4
    assert "U0OSCAR010" not in (await client.conversations_members(channel=GENERAL))["members"]


async def test_a_home_and_a_reaction_are_stored_and_reported(slack, client):
    changes = []
    end = slack.subscribe(changes.append)
    await client.views_publish(user_id=ANN, view={"type": "home", "blocks": []})
    assert slack.workspace.homes[ANN]["type"] == "home"
    ts = (await client.chat_postMessage(channel=GENERAL, text="x"))["ts"]
    await client.reactions_add(channel=GENERAL, timestamp=ts, name="tada")
    end()
    await client.chat_delete(channel=GENERAL, ts=ts)
    assert [(change.what, change.reaction) for change in changes] == [
        ("posted", ""),
        ("reacted", "tada"),
    ]


async def test_a_rate_limit_has_retry_after_and_then_ends(slack, client):
    slack.fail("chat.postMessage", status=429, retry_after=7, times=2)
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=GENERAL, text="x")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "7"
    await client.chat_postMessage(channel=GENERAL, text="x")
    assert [call.status for call in slack.calls] == [429, 429, 200]


async def test_a_fault_for_all_methods_lasts_until_it_is_healed(slack, client):
    slack.fail("*", error="team_added_to_org", times=None)
    assert await refusal_of(client.auth_test()) == "team_added_to_org"
    assert await refusal_of(client.users_info(user=ANN)) == "team_added_to_org"
    slack.heal()
    assert (await client.auth_test())["ok"]


async def test_slack_may_answer_500_with_a_page(slack, client):
    slack.fail("auth.test", status=500)
    with pytest.raises(SlackApiError) as caught:
        await client.auth_test()
    assert caught.value.response.status_code == 500


async def test_a_delayed_call_is_answered(slack, client):
    slack.fail("auth.test", delay=0.01)
    assert (await client.auth_test())["ok"]


async def test_a_connection_dropped_before_posting_leaves_no_post(slack, client):
    slack.fail("chat.postMessage", reset="before")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=GENERAL, text="x")
    assert slack.list_posts(GENERAL) == []
    assert [call.status for call in slack.calls] == [0]


async def test_a_connection_dropped_after_posting_leaves_the_post(slack, client):
    slack.fail("chat.postMessage", reset="after")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=GENERAL, text="x")
    assert [post.text for post in slack.list_posts(GENERAL)] == ["x"]


async def test_one_channel_takes_one_post_a_second(session):
    now = [100.0]
    workspace = Workspace.create_example(monotonic=lambda: now[0])
    async with LocalSlack(workspace, enforce_pace=True) as slack:
        client = AsyncWebClient(slack.bot_token, slack.api_url, session=session)
        await client.chat_postMessage(channel=GENERAL, text="1")
        await client.chat_postMessage(channel="#random", text="elsewhere")
        assert await refusal_of(client.chat_postMessage(channel="#general", text="2")) == (
            "ratelimited"
        )
        now[0] += 1.0
        await client.chat_postMessage(channel=GENERAL, text="3")
    assert [post.text for post in slack.list_posts(GENERAL)] == ["1", "3"]


async def test_only_the_last_calls_are_kept(session):
    async with LocalSlack(keep=2) as slack:
        client = AsyncWebClient(slack.bot_token, slack.api_url, session=session)
        for user in (ANN, BOB, "U0EVE00005"):
            await client.users_info(user=user)
        assert [call.args["user"] for call in slack.calls] == [BOB, "U0EVE00005"]


async def test_wait_until_returns_once_the_condition_holds(slack, client):
    waiting = asyncio.create_task(slack.wait_until(lambda: len(slack.list_posts(GENERAL)) == 2))
    await client.chat_postMessage(channel=GENERAL, text="1")
    assert not waiting.done()
    await client.chat_postMessage(channel=GENERAL, text="2")
    await waiting


async def test_wait_until_names_the_last_calls_on_timeout(slack, client):
    await client.auth_test()
    with pytest.raises(TimeoutError, match=r"auth\.test 200"):
        await slack.wait_until(lambda: False, timeout=0.01)


async def test_a_call_in_flight_can_be_waited_for(slack, client):
    slack.fail("chat.postMessage", delay=3600)
    posting = asyncio.create_task(client.chat_postMessage(channel=GENERAL, text="x"))
    await slack.wait_until(lambda: "chat.postMessage" in slack.in_flight)
    assert slack.list_posts(GENERAL) == []
    slack.heal()
    await posting


async def test_a_response_url_takes_five_responses(slack, session):
    form = events.build_slash_command(
        slack.workspace, user=ANN, channel=GENERAL, command="/leaderboard", text=""
    )
    webhook = AsyncWebhookClient(form["response_url"], session=session)
    answers = [await webhook.send(text=str(n), response_type="in_channel") for n in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert [post.ephemeral_to for post in slack.list_posts(GENERAL)] == [None] * 5


async def test_a_response_is_ephemeral_unless_it_is_in_channel(slack, session):
    form = events.build_slash_command(
        slack.workspace, user=ANN, channel=GENERAL, command="/leaderboard", text="me"
    )
    await AsyncWebhookClient(form["response_url"], session=session).send(text="only you")
    assert [post.ephemeral_to for post in slack.list_posts(GENERAL)] == [ANN]
    stranger = AsyncWebhookClient(f"{slack.workspace.url}response/C-U-1", session=session)
    assert (await stranger.send(text="x")).status_code == 404


def test_timestamps_always_increase():
    workspace = Workspace.create_example(clock=lambda: 1763660000.0)
    stamps = [workspace.next_ts() for _ in range(3)]
    assert stamps == ["1763660000.000000", "1763660000.000100", "1763660000.000200"]


def test_an_event_has_the_envelope_that_slack_puts_around_it():
    workspace = Workspace.create_example()
    post = Post("C0SECRET04", "1763660000.000100", "hi", ANN, thread_ts="1763650000.000100")
    payload = events.build_posted_event(workspace, post, event_id="Ev1")
    assert payload["event_id"] == "Ev1"
    assert payload["event_time"] == 1763660000
    assert payload["authorizations"][0]["user_id"] == "U0PPTBOT"
    event = payload["event"]
    assert (event["type"], event["channel_type"], event["event_ts"]) == (
        "message",
        "group",
        post.ts,
    )
    assert event["thread_ts"] == "1763650000.000100"
    mention = events.build_mention_event(workspace, post)
    assert mention["event"]["type"] == "app_mention"
    assert mention["event_id"] != events.build_mention_event(workspace, post)["event_id"]


def test_another_bots_message_has_its_bot_id():
    workspace = Workspace.create_example()
    post = Post(GENERAL, "1763660000.000100", "built", "U0ROBOT009")
    assert events.build_posted_event(workspace, post)["event"]["bot_id"] == "B0ROBOT009"
    assert "bot_id" not in events.build_posted_event(workspace, replace(post, user=ANN))["event"]


def test_a_bots_message_and_a_subtype_are_as_slack_sends_them():
    event = events.build_message_event(
        Workspace.create_example(),
        user=BOB,
        channel=GENERAL,
        text="x",
        ts="1.2",
        bot_id="B1",
        subtype="bot_message",
        thread_ts=None,
    )["event"]
    assert event["subtype"] == "bot_message"
    assert event["bot_id"] == "B1"
    assert "thread_ts" not in event


def test_an_edit_and_a_deletion_include_the_previous_message():
    workspace = Workspace.create_example()
    before = Post(GENERAL, "1763660000.000100", "@bob++", ANN)
    after = replace(before, text="@eve++", edited=True)
    event = events.build_changed_event(
        workspace, before=before, after=after, event_ts="1763660001.0"
    )
    event = event["event"]
    assert event["message"]["edited"] == {"user": ANN, "ts": "1763660001.0"}
    assert event["message"]["ts"] == before.ts != event["ts"]
    assert event["previous_message"]["text"] == "@bob++"
    unfurled = events.build_changed_event(
        workspace, before=None, after=before, event_ts="1763660002.0"
    )
    assert "edited" not in unfurled["event"]["message"]
    assert "previous_message" not in unfurled["event"]
    gone = events.build_deleted_event(workspace, post=after, event_ts="1763660003.0")["event"]
    assert (gone["deleted_ts"], gone["previous_message"]["text"]) == (before.ts, "@eve++")


def test_user_change_has_the_new_name():
    workspace = Workspace.create_example()
    renamed = replace(workspace.members[BOB], display_name="bobby")
    event = events.build_user_change_event(workspace, member=renamed, event_ts="1763660000.0")[
        "event"
    ]
    assert event["user"]["profile"]["display_name"] == "bobby"


def test_slacks_own_verifier_accepts_the_signature():
    body = '{"text": "é"}'.encode()
    headers = events.sign_request(SECRET, body, 1763660000.9)
    expected = SignatureVerifier(SECRET).generate_signature(
        timestamp="1763660000", body=body.decode()
    )
    assert headers["X-Slack-Signature"] == expected


@contextlib.asynccontextmanager
async def app_answering(*statuses: int) -> AsyncIterator[tuple[str, list[web.Request]]]:
    received: list[web.Request] = []
    left = list(statuses)

    async def answer(request: web.Request) -> web.Response:
        await request.read()  # caches the body for the test
        received.append(request)
        return web.Response(status=left.pop(0), text="said")

    application = web.Application()
    application.router.add_post("/slack/events", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events", received
    finally:
        await runner.cleanup()


async def test_a_delivery_is_signed_and_returns_the_response(session):
    async with app_answering(200) as (url, received):
        answer = await Delivery(url, SECRET, session).deliver({"type": "event_callback"})
    assert (answer.status, answer.body) == (200, "said")
    assert SignatureVerifier(SECRET).is_valid_request(await received[0].read(), received[0].headers)


async def test_a_failed_delivery_is_retried_with_its_reason(session):
    async with app_answering(500, 503, 200) as (url, received):
        delivery = Delivery(url, SECRET, session, retries=(0, 0, 0))
        assert (await delivery.deliver({"event_id": "Ev1"})).is_accepted
    numbers = [request.headers.get("x-slack-retry-num") for request in received]
    assert numbers == [None, "1", "2"]
    assert received[1].headers["x-slack-retry-reason"] == "http_error"
    assert await received[0].read() == await received[2].read()


async def test_an_unreachable_app_is_a_failed_delivery(session):
    async with app_answering() as (url, _received):
        pass
    answer = await Delivery(url, SECRET, session, retries=(0,)).deliver({})
    assert (answer.status, answer.body) == (0, "connection_failed")


async def test_a_slow_app_is_a_failed_delivery(session):
    never = asyncio.Event()

    async def wait(_request: web.Request) -> web.Response:
        await never.wait()
        return web.Response()

    application = web.Application()
    application.router.add_post("/", wait)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    answer = await Delivery(url, SECRET, session, patience=0.01).deliver({})
    never.set()
    await runner.cleanup()
    assert (answer.status, answer.body) == (0, "http_timeout")


async def test_a_command_is_a_signed_form(session):
    form = events.build_slash_command(
        Workspace.create_example(),
        user=ANN,
        channel=GENERAL,
        command="/leaderboard",
        text="10 & more",
    )
    async with app_answering(200) as (url, received):
        await Delivery(url, SECRET, session, retries=(0,)).deliver_command(form)
    sent = parse_qs((await received[0].read()).decode())
    assert (sent["command"], sent["text"]) == (["/leaderboard"], ["10 & more"])
    assert received[0].content_type == "application/x-www-form-urlencoded"
