"""Presses, modals and App Homes between a Bolt app and the fake Slack."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from app.devtools.fake_slack import events, interactions, modals
from app.devtools.fake_slack.arguments import MethodError
from app.devtools.fake_slack.responses import respond
from app.devtools.fake_slack.server import LocalSlack
from app.devtools.fake_slack.values import Post
from app.devtools.fake_slack.workspace import Workspace
from tests.devtools.small_app import GIVE, board, button, plain, row, small_app
from tests.devtools.test_pressing import element

ANN, BOB, GENERAL = "U0ANN00001", "U0BOB00002", "C0GENERAL1"


@pytest.fixture
async def now():
    return [100.0]


@pytest.fixture
async def local(now):
    async with LocalSlack(Workspace.create_example(monotonic=lambda: now[0])) as local:
        yield local


@pytest.fixture
async def small(local):
    async with small_app(local) as (talk, received):
        yield talk, received


@pytest.fixture
async def client(local):
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(local.bot_token, local.api_url, session=session, retry_handlers=[])


async def refusal_of(call) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


def trigger(slack, by=ANN):
    return interactions.build_global_shortcut(slack.workspace, "x", user=by)["trigger_id"]


async def test_a_commands_answer_is_shown_to_whoever_asked(small):
    talk, _ = small
    answer = await talk.command("month", by="bob", command="/board")
    assert answer["text"] == "board of the month"
    assert talk.heard(to="bob") == ["board of the month"]
    assert talk.heard() == talk.heard(to="ann") == []


async def test_a_menu_on_an_ephemeral_answer_replaces_it_in_place(small):
    talk, received = small
    answer = await talk.command(command="/board")
    assert await talk.click(answer, "period", value="month") == {}
    assert talk.heard(to="ann") == ["board of the month"]
    assert [sent["replace_original"] for sent in talk.updates()] == [True]
    payload = received[-1]
    assert payload["container"]["is_ephemeral"]
    assert "message" not in payload
    await talk.click(talk.updates()[-1], "period", value="week")
    assert talk.heard(to="ann") == ["board of the week"]


async def test_an_ephemeral_answer_can_be_deleted(small):
    talk, received = small
    answer = await talk.command(command="/board")
    await talk.click(answer, "post")
    async with aiohttp.ClientSession() as session:
        url, body = received[-1]["response_url"], {"delete_original": True}
        async with session.post(url, json=body) as gone:
            assert (await gone.json())["ok"]
    assert (talk.heard(to="ann"), talk.heard()) == ([], ["week"])


async def test_a_button_can_show_something_to_everyone(small):
    talk, received = small
    await talk.command("later", command="/board")
    await talk.click(talk.updates()[0], "post")
    assert talk.heard() == ["week"]
    action = received[-1]["actions"][0]
    assert (action["action_id"], action["value"], action["type"]) == ("post", "week", "button")
    assert action["block_id"]


async def test_a_press_on_a_message_includes_the_message(small, client):
    talk, received = small
    await client.chat_postMessage(channel=GENERAL, **board("week"))
    (post,) = talk.slack.list_posts(GENERAL)
    await talk.click(post, "post", by="bob", value="forged")
    payload = received[-1]
    assert (payload["message"]["ts"], payload["channel"]["id"]) == (post.ts, GENERAL)
    assert (payload["user"]["id"], payload["actions"][0]["value"]) == (BOB, "forged")
    assert payload["container"] == {
        "type": "message",
        "message_ts": post.ts,
        "channel_id": GENERAL,
        "is_ephemeral": False,
    }


async def test_a_press_can_be_forged(small):
    talk, received = small
    answer = await talk.command(command="/board")
    stranger = {"id": "T0STRANGER", "domain": "elsewhere"}
    await talk.click(answer, "post", by="eve", team=stranger)
    assert (received[-1]["team"], received[-1]["user"]["id"]) == (stranger, "U0EVE00005")


async def test_a_missing_button_cannot_be_pressed(small):
    talk, _ = small
    answer = await talk.command(command="/board")
    with pytest.raises(AssertionError, match="no undo to press, only post, period"):
        await talk.click(answer, "undo")


async def test_a_home_opens_a_modal_that_is_filled_in_and_submitted(small):
    talk, received = small
    home = await talk.open_home("bob")
    assert talk.home("bob") == home
    await talk.click(home, "ask", by="bob")
    view = talk.view("bob")
    assert view["title"]["text"] == "Give karma"
    assert await talk.submit(view, by="bob", to="carol", points=3, why="help") == {}
    assert talk.direct("bob") == ["3 for <@U0CAROL003>, thread, because help"]
    assert talk.view("bob") is None
    assert received[-1]["view"]["state"]["values"]["mode"]["mode"]["selected_option"]["value"]


async def test_an_error_keeps_the_modal_open(small):
    talk, _ = small
    await talk.shortcut("give_karma")
    answer = await talk.submit(talk.view(), to="bob", points=1, why="no")
    assert answer["errors"] == {"why": "A better reason, please."}
    assert talk.view() is not None
    assert talk.direct() == []


@pytest.mark.parametrize("errors", [{}, {"note": "x"}, {"elsewhere": "x"}, {"why": ""}])
def test_errors_are_shown_only_at_fields(local, errors):
    asked = {"type": "input", "block_id": "why", "element": element("plain_text_input")}
    shown = {"id": "V1", "blocks": [asked, section("x") | {"block_id": "note"}]}
    answer = {"response_action": "errors", "errors": errors}
    with pytest.raises(MethodError, match="invalid_errors"):
        modals.apply_submission(local.workspace, BOB, shown, answer)


async def test_an_update_makes_a_new_hash_and_an_old_one_conflicts(small, client):
    talk, _ = small
    await talk.shortcut("give_karma")
    before = talk.view()
    await talk.click(before, "count")
    after = talk.view()
    assert (after["id"], after["blocks"][-1]["elements"][0]["value"]) == (before["id"], "2")
    assert after["hash"] != before["hash"]
    late = client.views_update(view_id=before["id"], hash=before["hash"], view=GIVE)
    assert await refusal_of(late) == "hash_conflict"


async def test_closing_a_modal_is_reported_if_requested(small):
    talk, received = small
    await talk.shortcut("give_karma")
    await talk.close(talk.view())
    assert talk.view() is None
    assert (received[-1]["type"], talk.direct()) == ("view_closed", ["never mind"])


async def test_a_message_shortcut_includes_the_message(small):
    talk, received = small
    post = talk.write("hello", by="bob")
    await talk.shortcut("give_karma", on=post)
    payload = received[-1]
    assert (payload["type"], payload["message"]["user"]) == ("message_action", BOB)
    assert talk.view() is not None


async def test_reactions_are_reported_and_can_be_removed(small, client):
    talk, _ = small
    post = talk.write("hello", by="bob")
    await talk.react(post, "heavy_plus_sign")
    history = await client.conversations_history(channel=GENERAL)
    assert history["messages"][-1]["reactions"] == [
        {"name": "heavy_plus_sign", "users": [ANN], "count": 1}
    ]
    await talk.unreact(post, "heavy_plus_sign")
    assert talk.heard() == ["heavy_plus_sign added", "heavy_plus_sign removed"]
    history = await client.conversations_history(channel=GENERAL)
    assert "reactions" not in history["messages"][-1]


async def test_a_file_is_kept_with_its_bytes_and_description(small):
    talk, _ = small
    await talk.command(command="/export", by="bob")
    (file,) = talk.files("bob")
    assert (file.name, file.title, file.alt_text) == ("own.json", "Yours", "An empty list")
    assert file.content == b"[]"
    assert talk.files("ann") == talk.files() == []


async def test_a_trigger_can_be_used_once(local, client):
    ident = trigger(local)
    await client.views_open(trigger_id=ident, view=GIVE)
    assert await refusal_of(client.views_open(trigger_id=ident, view=GIVE)) == (
        "exchanged_trigger_id"
    )
    assert await refusal_of(client.views_open(trigger_id="1.2.3", view=GIVE)) == (
        "invalid_trigger_id"
    )


async def test_a_trigger_lives_for_three_seconds(local, client, now):
    early, late = trigger(local), trigger(local)
    now[0] += 3.0
    await client.views_open(trigger_id=early, view=GIVE)
    now[0] += 0.1
    assert await refusal_of(client.views_open(trigger_id=late, view=GIVE)) == "expired_trigger_id"


async def test_three_modals_can_be_stacked(local, client):
    push = client.views_push(trigger_id=trigger(local), view=GIVE)
    assert await refusal_of(push) == "not_found"
    first = (await client.views_open(trigger_id=trigger(local), view=GIVE))["view"]
    second = (await client.views_push(trigger_id=trigger(local), view=GIVE))["view"]
    assert (second["previous_view_id"], second["root_view_id"]) == (first["id"], first["id"])
    await client.views_push(trigger_id=trigger(local), view=GIVE)
    fourth = client.views_push(trigger_id=trigger(local), view=GIVE)
    assert await refusal_of(fourth) == "push_limit_reached"


async def test_a_home_is_published_only_over_the_given_version(client):
    home = {"type": "home", "blocks": []}
    first = (await client.views_publish(user_id=ANN, view=home))["view"]
    again = (await client.views_publish(user_id=ANN, view=home, hash=first["hash"]))["view"]
    assert again["id"] == first["id"]
    late = client.views_publish(user_id=ANN, view=home, hash=first["hash"])
    assert await refusal_of(late) == "hash_conflict"


async def test_the_event_of_an_opened_home_carries_what_it_showed(local, client):
    opened = events.build_home_opened_event(local.workspace, user=ANN)["event"]
    assert "view" not in opened
    view = (await client.views_publish(user_id=ANN, view={"type": "home", "blocks": []}))["view"]
    event = events.build_home_opened_event(local.workspace, user=ANN)["event"]
    assert (event["tab"], event["view"]["hash"]) == ("home", view["hash"])


@pytest.mark.parametrize(
    "view",
    [
        {"type": "modal", "blocks": []},
        GIVE | {"title": plain("x" * 25)},
        GIVE | {"submit": None},
        GIVE | {"private_metadata": "x" * 3001},
        GIVE | {"callback_id": "x" * 256},
        GIVE | {"metadata": ""},
        GIVE | {"blocks": [{"type": "divider"}] * 101},
        GIVE | {"blocks": [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}]},
        {"type": "home", "blocks": []},
    ],
)
async def test_a_view_that_slack_would_not_show_opens_nothing(local, client, view):
    call = client.views_open(trigger_id=trigger(local), view=view)
    assert await refusal_of(call) == "invalid_arguments"
    assert local.workspace.modals == {}


async def test_a_direct_message_goes_to_the_member_alone(local, client):
    opened = await client.conversations_open(users=[BOB])
    assert "already_open" not in opened
    await client.chat_postMessage(channel=BOB, text="psst")
    (post,) = local.list_posts(opened["channel"]["id"])
    assert post.channel.startswith("D")
    assert (await client.conversations_info(channel=post.channel))["channel"]["is_im"]
    message = Post(post.channel, local.workspace.next_ts(), "hello", BOB)
    assert events.build_posted_event(local.workspace, message)["event"]["channel_type"] == "im"
    assert len((await client.users_conversations(types="im"))["channels"]) == 1
    assert (await client.conversations_open(users=[BOB]))["already_open"]
    nobody = client.chat_postMessage(channel="U0NOBODY", text="x")
    assert await refusal_of(nobody) == "channel_not_found"


async def test_the_app_cannot_post_in_a_channel_that_it_is_not_in(local, client):
    away = local.workspace.channels["C0DEVDEV03"]
    local.workspace.channels[away.id] = type(away)(away.id, away.name, is_member=False)
    assert not (await client.conversations_info(channel=away.id))["channel"]["is_member"]
    post = client.chat_postMessage(channel=away.id, text="x")
    assert await refusal_of(post) == "not_in_channel"
    listed = (await client.users_conversations())["channels"]
    assert away.id not in [channel["id"] for channel in listed]


async def test_a_message_has_a_permalink(local, client):
    post = local.workspace.add(Post(GENERAL, "1763660000.000100", "hi", ANN))
    response = await client.chat_getPermalink(channel=GENERAL, message_ts=post.ts)
    assert response["permalink"].endswith("/archives/C0GENERAL1/p1763660000000100")
    nowhere = client.chat_getPermalink(channel=GENERAL, message_ts="1.2")
    assert await refusal_of(nowhere) == "message_not_found"


async def test_a_file_that_was_not_sent_is_not_shared(local, client):
    upload = await client.files_getUploadURLExternal(filename="x.png", length=3)
    done = client.files_completeUploadExternal(
        files=[{"id": upload["file_id"]}], channel_id=GENERAL
    )
    assert await refusal_of(done) == "file_not_found"
    async with aiohttp.ClientSession() as session:
        async with session.post(upload["upload_url"], data=b"four") as answer:
            assert answer.status == 400
        form = aiohttp.FormData()
        form.add_field("filename", b"png", filename="x.png")
        async with session.post(upload["upload_url"], data=form) as answer:
            assert answer.status == 200
    files = [{"id": upload["file_id"], "title": "A picture"}]
    await client.files_completeUploadExternal(
        files=files, channel_id=GENERAL, initial_comment="look"
    )
    (post,) = local.list_posts(GENERAL)
    assert (post.text, post.files[0].content, post.files[0].title) == ("look", b"png", "A picture")


@pytest.mark.parametrize(("reset", "content"), [("before", b""), ("after", b"x")])
async def test_an_upload_can_be_dropped(local, client, reset, content):
    upload = await client.files_getUploadURLExternal(filename="x.png", length=1)
    local.fail("upload", reset=reset)
    with pytest.raises(aiohttp.ClientError):
        await client.session.post(upload["upload_url"], data=b"x")
    assert local.workspace.files[upload["file_id"]].content == content


async def test_an_upload_can_be_delayed_and_waited_for(local, client):
    upload = await client.files_getUploadURLExternal(filename="x.png", length=1)
    local.fail("upload", delay=3600)
    waiting = asyncio.create_task(local.wait_until(lambda: bool(local.list_calls("upload"))))
    sending = asyncio.create_task(client.session.post(upload["upload_url"], data=b"x"))
    done, _ = await asyncio.wait({sending}, timeout=0.05)
    assert not done
    local.heal("upload")
    assert (await sending).status == 200
    await waiting


async def test_an_invalid_token_is_rejected(local):
    async with aiohttp.ClientSession() as session:
        stranger = AsyncWebClient("xoxb-stranger", local.api_url, session=session)
        for call in (
            stranger.views_open(trigger_id=trigger(local), view=GIVE),
            stranger.conversations_open(users=[BOB]),
            stranger.files_getUploadURLExternal(filename="x", length=1),
        ):
            assert await refusal_of(call) == "invalid_auth"


async def test_users_info_shows_admins_guests_and_deactivated_members(local, client):
    members = local.workspace.members
    assert (await client.users_info(user=ANN))["user"]["is_admin"]
    assert not (await client.users_info(user=BOB))["user"]["is_admin"]
    assert (await client.users_info(user="U0OSCAR010"))["user"]["deleted"]
    member = members[BOB]
    members[BOB] = type(member)(BOB, "bob", "bob", "Bob", is_restricted=True, team_id="T0OTHER")
    user = (await client.users_info(user=BOB))["user"]
    assert (user["is_restricted"], user["is_stranger"], user["team_id"]) == (True, True, "T0OTHER")


def cells(rows, columns=1, text="x"):
    return [[{"type": "raw_text", "text": text}] * columns] * rows


def data_table(count=2, **more):
    return {"type": "data_table", "caption": "c", "rows": cells(count)} | more


def section(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


TOO_MUCH = [
    [section("x" * 3001)],
    [section("")],
    [{"type": "section"}],
    [{"type": "section", "fields": [plain("x")] * 11}],
    [{"type": "section", "fields": [plain("x" * 2001)]}],
    [{"type": "header", "text": plain("x" * 151)}],
    [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    [{"type": "context", "elements": [plain("x")] * 11}],
    [{"type": "context", "elements": []}],
    [row(*(button("x", f"a{n}") for n in range(26)))],
    [row()],
    [row(button("x" * 76, "a"))],
    [row(button("x", "a", "v" * 2001))],
    [row(button("x", "a" * 256))],
    [row(button("x", "a"), button("y", "a"))],
    [row(button("x", "a", style="loud"))],
    [row(element("plain_text_input"))],
    [row(element("multi_users_select"))],
    [{"type": "input", "label": plain("x"), "element": button("x", "a")}],
    [section("x") | {"block_id": "b"}, section("y") | {"block_id": "b"}],
    [section("x") | {"block_id": "b" * 256}],
    [{"type": "image", "image_url": "https://a.b/c.png", "alt_text": ""}],
    [{"type": "table", "rows": cells(101)}],
    [{"type": "table", "rows": cells(1, 21)}],
    [{"type": "table", "rows": cells(2, 1, "x" * 5001)}],
    [data_table(1)],
    [data_table(202)],
    [data_table(caption="")],
    [data_table(page_size=101)],
    [data_table(page_size=0)],
    [data_table(rows=cells(3, 2) + cells(1))],
    [data_table(rows=cells(1, 1, "x" * 10_001) + cells(1, 1, "x" * 10_000))],
    [data_table(rows=[[{"type": "rich_text", "elements": []}], *cells(1)])],
    [{"type": "divider"}] * 51,
    [{"type": "divider", "text": plain("x")}],
    [{"type": "novelty"}],
]


@pytest.mark.parametrize("blocks", TOO_MUCH)
async def test_blocks_beyond_a_limit_are_refused(local, client, blocks):
    call = client.chat_postMessage(channel=GENERAL, text="x", blocks=blocks)
    assert await refusal_of(call) == "invalid_blocks"
    assert local.list_posts(GENERAL) == []


AT_THE_LIMIT = [
    [section("x" * 3000)],
    [
        {
            "type": "section",
            "fields": [*[plain("x" * 2000)] * 5, plain("x" * 1996), *[plain("x")] * 4],
        }
    ],
    [{"type": "header", "text": plain("x" * 150)}],
    [{"type": "context", "elements": [plain("x")] * 10}],
    [row(*(button("x" * 75, f"a{n}", "v" * 2000) for n in range(25)))],
    [{"type": "table", "rows": cells(100, 20)}],
    [data_table(201, page_size=100)],
    [data_table(rows=cells(2, 20, "x" * 500))],
    [section("x") | {"block_id": f"{n}"} for n in range(50)],
]


@pytest.mark.parametrize("blocks", AT_THE_LIMIT)
async def test_blocks_at_a_limit_are_accepted(client, blocks):
    assert (await client.chat_postMessage(channel=GENERAL, text="x", blocks=blocks))["ok"]


async def test_blocks_that_are_too_long_together_are_refused_in_posts_alone(local, client):
    blocks = [section("x" * 3000)] * 4 + [section("x")]
    for call in (client.chat_postMessage, client.chat_postEphemeral):
        answer = call(channel=GENERAL, user=BOB, text="x", blocks=blocks)
        assert await refusal_of(answer) == "msg_blocks_too_long"
    assert respond(local.workspace, GENERAL, BOB, {"text": "x", "blocks": blocks}).blocks == blocks


async def test_two_tables_of_any_kind_are_one_too_many(client):
    blocks = [data_table(), {"type": "table", "rows": cells(1)}]
    call = client.chat_postMessage(channel=GENERAL, text="x", blocks=blocks)
    assert await refusal_of(call) == "invalid_attachments"


async def test_data_tables_can_be_switched_off(local, client):
    local.workspace.takes_data_tables = False
    call = client.chat_postMessage(channel=GENERAL, text="x", blocks=[data_table()])
    assert await refusal_of(call) == "invalid_blocks"
    form = events.build_slash_command(
        local.workspace, user=ANN, channel=GENERAL, command="/leaderboard", text=""
    )
    async with aiohttp.ClientSession() as session:
        url, body = form["response_url"], {"text": "x", "blocks": [data_table()]}
        async with session.post(url, json=body) as answer:
            assert (await answer.json())["error"] == "invalid_blocks"
        async with session.post(url, json={"text": "plain"}) as answer:
            assert (await answer.json())["ok"]
    assert [post.text for post in local.list_posts(GENERAL)] == ["plain"]


async def test_an_answer_that_slack_would_not_show_fails_the_test(small):
    talk, _ = small
    with pytest.raises(AssertionError, match="would reject"):
        await talk.command("x" * 3000, command="/board")


async def test_a_picture_in_a_block_must_have_been_uploaded(client):
    def post_picture(file):
        block = {"type": "image", "slack_file": file, "alt_text": "a chart"}
        return client.chat_postMessage(channel=GENERAL, text="-", blocks=[block])

    upload = await client.files_getUploadURLExternal(filename="x.png", length=1)
    ident = upload["file_id"]
    assert await refusal_of(post_picture({"id": ident})) == "invalid_blocks"
    async with client.session.post(upload["upload_url"], data=b"x") as sent:
        assert sent.status == 200
    assert await refusal_of(post_picture({"id": ident})) == "invalid_blocks"
    await client.files_completeUploadExternal(files=[{"id": ident}])
    assert (await post_picture({"id": ident}))["ok"]
    for wrong in ({"id": "F0"}, {"id": ident, "url": "https://x"}, {}, None):
        assert await refusal_of(post_picture(wrong)) == "invalid_blocks"
    again = client.files_completeUploadExternal(files=[{"id": ident}])
    assert await refusal_of(again) == "file_not_found"
