"""The playground's output at a terminal, and the effects of typed lines."""

import contextlib
import io
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from prompt_toolkit.application import create_app_session
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console
from slack_sdk.web.async_client import AsyncWebClient

from app.devtools.fake_slack.delivery import Delivery
from app.devtools.fake_slack.server import LocalSlack
from app.devtools.fake_slack.values import Change, Post
from app.devtools.fake_slack.workspace import Workspace
from app.devtools.playground.blocks import render_blocks
from app.devtools.playground.conversation import converse
from app.devtools.playground.identity import choose_first_identity
from app.devtools.playground.intents import Intent, read_intent
from app.devtools.playground.lines import (
    make_completer,
    read_prompted_lines,
    read_script_lines,
    read_typed_lines,
)
from app.devtools.playground.mrkdwn import render_mrkdwn
from app.devtools.playground.phrases import print_banner
from app.devtools.playground.rendering import render_change, render_post

WORKSPACE = Workspace.create_example()
ANN, BOB, GENERAL = "U0ANN00001", "U0BOB00002", "C0GENERAL1"


def printed(*renderables, **options) -> str:
    console = Console(file=io.StringIO(), width=80, **options)
    for renderable in renderables:
        console.print(renderable, highlight=False)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


def post(text="x", **fields):
    return Post(**{"channel": GENERAL, "ts": "1.0", "text": text, "user": "U0PPTBOT"} | fields)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<@U0BOB00002> has *1 point*", "@bob has 1 point"),
        ("<@W0GRACE007> <@UNKNOWN>", "@Grace H @UNKNOWN"),
        ("<#C0DEVDEV03> <#C9|x> <!subteam^S0ENG00001> <!here>", "#dev #C9 @eng @here"),
        ("a &amp;&amp; b --&gt; &lt;c&gt; &amp;lt;", "a && b --> <c> &lt;"),
        ("<https://a.b|the page> <https://a.b?x&amp;y>", "the page https://a.b?x&y"),
        ("`i++` ```for(;;)``` ~gone~ _so *very* much_", "i++ for(;;) gone so very much"),
        ("snake_case_name 2*3*4 [b]not markup[/b]", "snake_case_name 2*3*4 [b]not markup[/b]"),
        (":tada: :no-such-emoji:", "🎉 :no-such-emoji:"),
        ("<!date^1763660000^{date}|20 Nov>", "20 Nov"),
    ],
)
def test_mrkdwn_is_shown_as_slack_shows_it(source, shown):
    assert render_mrkdwn(source, WORKSPACE).plain == shown


def test_marks_become_styles():
    spans = render_mrkdwn("*bold* and `code`", WORKSPACE).spans
    assert [str(span.style) for span in spans] == ["bold", "cyan"]


def test_a_post_has_a_head_and_its_text():
    shown = printed(render_post(post("<@U0BOB00002>: *1*"), WORKSPACE, viewer=ANN, channel=GENERAL))
    assert shown == "pptbot APP\n  @bob: 1"


@pytest.mark.parametrize(
    ("fields", "viewer", "head"),
    [
        ({"ephemeral_to": ANN}, ANN, "pptbot APP  (only visible to you)"),
        ({"ephemeral_to": ANN}, BOB, "pptbot APP  (only visible to ann)"),
        ({"channel": "C0DEVDEV03"}, ANN, "pptbot APP  (in #dev)"),
        ({"edited": True}, ANN, "pptbot APP  (edited)"),
        ({"thread_ts": "0.1"}, ANN, "pptbot APP  (in a thread)"),
    ],
)
def test_the_head_says_who_sees_a_post_and_where(fields, viewer, head):
    shown = printed(render_post(post(**fields), WORKSPACE, viewer=viewer, channel=GENERAL))
    assert shown.splitlines()[0] == head


def test_a_reply_names_what_it_replies_to():
    workspace = Workspace.create_example()
    workspace.add(post("<@U0BOB00002>++ for " + "very " * 20, user=ANN, ts="0.9"))
    reply = post(thread_ts="0.9")
    head = printed(render_post(reply, workspace, viewer=ANN, channel=GENERAL)).splitlines()[0]
    assert head == "pptbot APP  (in thread of ann: “@bob++ for very very very very very ver…”)"


def test_a_reaction_and_a_deletion_take_one_line():
    message = post("hello", user=ANN)
    reacted = Change("reacted", message, "tada")
    deleted = Change("deleted", post("gone"))
    shown = [render_change(c, WORKSPACE, viewer=ANN, channel=GENERAL) for c in (reacted, deleted)]
    lines = ["pptbot reacted with 🎉 to ann: “hello”", "pptbot deleted: pptbot: “gone”"]
    assert printed(*shown) == "\n".join(lines)


def test_blocks_are_shown_instead_of_the_text():
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Top"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "<@U0BOB00002> leads"}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*a*"}, "b", "c"]},
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "since &lt;May&gt;"}]},
        {"type": "actions", "elements": [{"type": "button", "text": {"text": "Undo"}}]},
        {"type": "markdown", "text": "**so** it is"},
        {"type": "video"},
    ]
    shown = printed(render_post(post(blocks=blocks), WORKSPACE, viewer=ANN, channel=GENERAL))
    lines = [line.strip() for line in shown.splitlines()]
    assert lines[:4] == ["pptbot APP", "Top", "@bob leads", "a    b"]
    assert lines[4:6] == ["c", "-" * 78]
    assert lines[6:] == ["since <May>", "[ Undo ]", "so it is", "(video)"]


@pytest.mark.parametrize("kind", ["table", "data_table"])
def test_a_table_is_a_table(kind):
    user = {"type": "user", "user_id": BOB}
    name = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [user]}]}
    rows = [
        [{"type": "raw_text", "text": "Name"}, {"type": "raw_text", "text": "Points"}],
        [name, {"type": "raw_number", "text": "12", "value": 12}],
        [{"type": "raw_text", "text": ":tada:"}, {"type": "raw_number", "value": 7}],
    ]
    block = {"type": kind, "rows": rows, "column_settings": [None, {"align": "right"}]}
    shown = printed(*render_blocks([block], WORKSPACE))
    assert [line.split() for line in shown.splitlines()] == [
        ["Name", "Points"],
        ["@bob", "12"],
        ["🎉", "7"],
    ]
    assert shown.splitlines()[1].index("12") == shown.splitlines()[0].index("Points") + 4


def test_lists_quotes_and_code_are_shown():
    def section(text):
        return {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}

    block = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_list",
                "style": "ordered",
                "elements": [section("a"), section("b")],
            },
            {"type": "rich_text_list", "style": "bullet", "elements": [section("c")]},
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "i++"}]},
        ],
    }
    assert printed(*render_blocks([block], WORKSPACE)) == "1. a\n2. b\n- c\n> said\ni++"


def test_colors_are_for_terminals_that_have_them():
    rendered = render_post(post("*x*"), WORKSPACE, viewer=ANN, channel=GENERAL)
    assert "\x1b[" not in printed(rendered)
    assert "\x1b[" in printed(
        rendered, force_terminal=True, color_system="standard", no_color=False
    )


def test_the_banner_has_five_lines_and_its_examples_are_lines_one_can_type():
    console = Console(file=io.StringIO(), width=80)
    identity = choose_first_identity(WORKSPACE)
    print_banner(console, identity.member, identity.channel)
    lines = console.file.getvalue().splitlines()
    assert len(lines) == 5
    assert "@ann in #general" in lines[1]
    assert "exit" in lines[4]


@pytest.mark.parametrize(
    ("line", "intent"),
    [
        ("  ", Intent("nothing")),
        ("quit", Intent("leave")),
        ("help", Intent("help")),
        ("help me", Intent("say", "help me")),
        ("as carol", Intent("as", "carol")),
        ("/as Grace H", Intent("as", "Grace H")),
        ("as you like it", Intent("say", "as you like it")),
        ("in #dev", Intent("in", "#dev")),
        ("in dev", Intent("say", "in dev")),
        ("/reply @bob++", Intent("reply", "@bob++")),
        ("/leaderboard top 5", Intent("command", "top 5", "/leaderboard")),
        ("/leaderboard", Intent("command", "", "/leaderboard")),
        ("/help me", Intent("help")),
        ("/ not a command", Intent("say", "/ not a command")),
    ],
)
def test_a_line_is_parsed_into_an_intent(line, intent):
    assert read_intent(line) == intent


class SmallApp:
    """An app of a few lines: it echoes events into the channel and answers commands at once."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client
        self.received: list[dict] = []
        self.status = 200

    async def answer(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            form = parse_qs(await request.text())
            return web.json_response({"text": f"board of {form.get('text', ['all'])[0]}"})
        payload = await request.json()
        self.received.append(payload)
        event = payload["event"]
        if self.status == 200 and event["type"] == "message" and "subtype" not in event:
            thread = event.get("thread_ts")
            text = f"heard {event['text']}"
            await self.client.chat_postMessage(
                channel=event["channel"], text=text, thread_ts=thread
            )
        return web.Response(status=self.status)


@pytest_asyncio.fixture
async def talk() -> AsyncIterator:
    async with contextlib.AsyncExitStack() as stack:
        slack = await stack.enter_async_context(LocalSlack())
        session = await stack.enter_async_context(aiohttp.ClientSession())
        app = SmallApp(AsyncWebClient(slack.bot_token, slack.api_url, session=session))
        application = web.Application()
        application.router.add_post("/", app.answer)
        runner = web.AppRunner(application)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        delivery = Delivery(url, "secret", session)

        async def talk(*typed: str, **options) -> list[str]:
            console = Console(file=io.StringIO(), width=80)
            await converse(
                slack, delivery, lines=each(typed), console=console, wait_idle=nothing, **options
            )
            return [line.rstrip() for line in console.file.getvalue().splitlines()]

        talk.app = app
        yield talk


async def each(lines) -> AsyncIterator[str]:
    for line in lines:
        yield line


async def nothing() -> None:
    pass


async def test_a_message_is_delivered_and_answered(talk):
    assert await talk("@bob++") == ["pptbot APP", "  heard @bob++"]


async def test_lines_of_a_script_are_echoed_after_their_prompt(talk):
    shown = await talk("hi", "", "as carol", "in #dev", "hi", "exit", "never", echo=True)
    assert [line for line in shown if line] == [
        "ann in #general > hi",
        "pptbot APP",
        "  heard hi",
        "ann in #general > as carol",
        "carol in #general > in #dev",
        "carol in #dev > hi",
        "pptbot APP",
        "  heard hi",
        "carol in #dev > exit",
    ]


async def test_a_reply_is_written_in_the_thread_of_the_last_message(talk):
    shown = await talk("thanks all", "/as bob", "/reply ++", "/reply again")
    assert shown[2:4] == ["pptbot APP  (in thread of ann: “thanks all”)", "  heard ++"]
    first, second, third = (payload["event"] for payload in talk.app.received)
    assert first["ts"] == second["thread_ts"] == third["thread_ts"]
    assert second["parent_user_id"] == ANN


async def test_an_edit_and_a_deletion_are_delivered_to_the_app(talk):
    await talk("@bob++", "as carol", "hello", "as ann", "/edit @eve++", "/delete")
    changed, deleted = (payload["event"] for payload in talk.app.received[-2:])
    assert changed["subtype"] == "message_changed"
    assert changed["message"]["text"] == "<@U0EVE00005>++"
    assert changed["previous_message"]["text"] == "<@U0BOB00002>++"
    assert deleted["deleted_ts"] == changed["message"]["ts"]


async def test_a_message_that_names_the_app_comes_twice(talk):
    await talk("@pptbot hello")
    first, second = talk.app.received
    assert [first["event"]["type"], second["event"]["type"]] == ["message", "app_mention"]
    assert first["event"]["ts"] == second["event"]["ts"]
    assert first["event_id"] != second["event_id"]


async def test_a_commands_answer_is_ephemeral(talk):
    shown = await talk("/leaderboard @bob")
    assert shown == ["pptbot APP  (only visible to you)", "  board of @bob"]


async def test_a_failing_app_is_reported_in_one_line(talk):
    talk.app.status = 503
    assert await talk("@bob++") == ["the app responded with 503"]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("as zoe", "No member is called zoe. Members: @ann @bob"),
        ("/in #nowhere", "There is no channel #nowhere. Channels: #general"),
        ("/as pptbot", "You can't write as pptbot."),
        ("/reply", "Add the reply"),
        ("/reply hi", "Nobody has written anything"),
        ("/edit", "Add the new text"),
        ("/edit hi", "You haven't written anything"),
        ("/delete", "You haven't written anything"),
        ("as carl", "No member is called carl. Did you mean carol? Members: @ann"),
        ("in #genral", "There is no channel #genral. Did you mean #general? Channels: #general"),
        ("/lederboard", "There is no command /lederboard. Did you mean /leaderboard?"),
        ("/krama me", "There is no command /krama. Did you mean /karma?"),
        ("/hlep", "There is no command /hlep. Did you mean /help?"),
        ("/frobnicate now", "There is no command /frobnicate. Type help for a list."),
        ("/press", "Add its number: press 1"),
        ("/cancel", "No form is open."),
        ("/shortcut give_krama", "There is no shortcut give_krama. Available: give_karma."),
        ("/menu give", "There is no shortcut give. Available: give_karma_to_author."),
        ("who", "members   @ann @bob"),
        ("help", "  @bob++ for the docs"),
    ],
)
async def test_invalid_instructions_are_explained_in_one_line(talk, line, answer):
    shown = await talk(line)
    assert shown[0].startswith(answer)
    assert talk.app.received == []


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("hepl", "Did you mean help?"),
        ("exi", "Did you mean exit?"),
        ("home", "Did you mean /home?"),
        ("leaderboard week", "Did you mean /leaderboard week?"),
        ("karma", "Did you mean /karma?"),
        ("/ karma me", "Did you mean /karma me?"),
        ("edit hello", "Did you mean /edit hello?"),
        ("delete", "Did you mean /delete?"),
        ("pres 2", "Did you mean press 2?"),
        ("press month", "Add its number: press 1"),
        ("in dev", "Did you mean in #dev?"),
        ("in pptbot", "Did you mean in @pptbot?"),
        ("as", "Did you mean as carol?"),
    ],
)
async def test_a_near_miss_is_sent_as_a_message_with_a_hint(talk, line, hint):
    shown = await talk(line)
    assert [words for words in shown if hint in words]
    assert talk.app.received[0]["event"]["text"] == line


@pytest.mark.parametrize("line", ["hello", "@bob++", "karma is what we make of it", "help me",
                                  "as you like it", "press the big red button", "bob", "in time",
                                  "delete it all", "++", "/"])  # fmt: skip
async def test_ordinary_messages_get_no_hint(talk, line):
    shown = "\n".join(await talk(line))
    assert "Did you mean" not in shown
    assert "after it" not in shown


async def test_comments_in_a_script_are_skipped():
    script = "# a comment\n@bob++\n\n#dev is a channel\n"
    assert [line async for line in read_script_lines(script)] == ["@bob++", "#dev is a channel"]


async def test_a_pipe_is_read_to_its_end(tmp_path):
    lines = read_typed_lines(
        choose_first_identity(WORKSPACE),
        WORKSPACE,
        history=tmp_path / "history",
        stdin=io.StringIO("@bob++\nlast"),
    )
    assert [line async for line in lines] == ["@bob++", "last"]


@pytest.mark.parametrize(
    ("keys", "lines"),
    [
        ("@bob++\rbye\r\x04", ["@bob++", "bye"]),
        ("half a li\x03hello\r\x04", ["hello"]),
        ("hello\r\x03\x03never\r", ["hello"]),
    ],
)
async def test_a_keyboard_is_read_until_one_leaves(tmp_path, keys, lines):
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(keys)
        typed = read_prompted_lines(
            choose_first_identity(WORKSPACE), WORKSPACE, history=tmp_path / "new" / "history"
        )
        assert [line async for line in typed] == lines


@pytest.mark.parametrize(("typed", "offered"), [("hi @ca", "@carol"), ("in #de", "#dev")])
def test_names_are_completed(typed, offered):
    found = make_completer(WORKSPACE).get_completions(Document(typed), None)
    assert [completion.text for completion in found] == [offered]
