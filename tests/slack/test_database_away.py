"""What each command, button and form replies while the database is away."""

import asyncio
import json

from app.core.settings.definitions import Settings
from app.devtools.fake_slack import events, interactions
from app.devtools.fake_slack.fields import build_state
from app.slack.payloads.events import read_message
from app.slack.views import help_pages, home
from app.slack.views.recaps import PREVIEW
from tests.faults.load import eventually
from tests.logged import logged
from tests.patience import PATIENCE
from tests.slack.deciding import open_settings
from tests.slack.test_acts import _open_forget_form as open_forget_form
from tests.slack.test_finished_actions import unreadable
from tests.slack.test_merging import give_things
from tests.slack.test_newcomers import _invite as invite
from tests.slack.test_newcomers import _welcome as find_welcome
from tests.slack.test_typed_names import FIRST, announce, find_question, say
from tests.tables import each

AWAY = "I can't reach my database right now."


def database_away():
    """Make every statement fail while inside."""
    return unreadable("")


async def run(talk, text, command="/karma"):
    return (await talk.command(text, command=command))["text"]


@each(
    ("command", "typed"),
    [
        ("/karma", ""),
        ("/karma", "@bob"),
        ("/karma", "give @bob 2"),
        ("/karma", "recap"),
        ("/karma", "undo"),
        ("/karma", "unmerge alpha"),
        ("/leaderboard", ""),
        ("/leaderboard", "chart"),
    ],
)
async def test_command_says_that_the_database_is_away(talk, command, typed):
    with database_away():
        assert (await run(talk, typed, command)).startswith(AWAY)


async def _find_card_button(talk):
    await talk.said("@bob++")
    card = await talk.command("@bob", command="/karma")
    return talk.press(card, "karma_history")


async def _find_undo_button(talk):
    await talk.said("@bob++")
    return talk.press(await talk.command("", command="/karma"), "karma_undo")


async def _find_older_button(talk):
    for _ in range(2):
        await talk.command(f"adjust <@{talk.id_of('bob')}> +1", command="/karma")
    return talk.press(await talk.command("audit 1", command="/karma"), "admin_audit")


async def _find_hello_button(talk):
    await invite(talk)
    return talk.press(find_welcome(talk), help_pages.WELCOME_HELLO)


async def _find_question_button(talk):
    await announce(talk, "bob")
    await say(talk, "@bob++")
    return talk.press(find_question(talk), FIRST)


@each(
    "find",
    [
        _find_card_button,
        _find_undo_button,
        _find_older_button,
        _find_hello_button,
        _find_question_button,
    ],
)
async def test_button_replies_that_the_database_is_away(talk, find):
    press = await find(talk)
    with database_away():
        assert (await talk.deliver_interaction(press)).status == 200
    assert talk.updates()[-1]["text"].startswith(AWAY)


def _fill(talk, by="ann", **values):
    """Return the payload that submits a member's modal with *values*."""
    workspace, view = talk.slack.workspace, talk.view(by)
    state = build_state(view["blocks"], values, workspace)
    return interactions.build_submission(workspace, view, user=talk.id_of(by), state=state)


async def _find_season_form(talk):
    await talk.command('season "Autumn"', command="/karma")
    return _fill(talk)


async def _find_forget_form(talk):
    await open_forget_form(talk)
    return _fill(talk, "bob", karma_forget_confirm="forget me")


async def _find_merge_form(talk):
    await give_things(talk)
    await talk.command("merge postgresql into postgres", command="/karma")
    return _fill(talk)


@each("find", [_find_season_form, _find_forget_form, _find_merge_form])
async def test_form_says_that_the_database_is_away(talk, find):
    submission = await find(talk)
    with database_away():
        answer = json.loads((await talk.deliver_interaction(submission)).body)
    assert answer["response_action"] in {"errors", "update"}
    assert AWAY.removesuffix(".") in str(answer)


async def test_shortcut_and_recap_preview_say_that_the_database_is_away(talk):
    post = await talk.said("hello", by="bob")
    await talk.submit(await open_settings(talk), recap="weekly", recap_channel="general")
    preview = talk.press(talk.view(), PREVIEW)
    shortcut = interactions.build_message_shortcut(
        talk.slack.workspace, "give_karma_to_author", user=talk.id_of("ann"), post=post
    )
    for payload in (preview, shortcut):
        with database_away():
            await talk.deliver_interaction(payload)
        assert AWAY in str(talk.view()), payload["type"]
        talk.slack.workspace.modals.clear()


@each("typed", ["export", "report 2025-10"])
async def test_file_that_cannot_be_made_is_reported_later(talk, typed):
    with database_away():
        assert "on its way" in await run(talk, typed)
        await talk.running.wait_idle()
    assert "Please try again in a minute" in talk.updates()[-1]["text"]
    assert talk.files("ann") == []


async def test_home_button_leaves_the_page_as_it_is(talk, log_lines):
    page = await talk.open_home()
    with database_away():
        assert (await talk.deliver_interaction(talk.press(page, home.OPT_OUT))).status == 200
    assert talk.home() == page
    assert logged(log_lines, "home.waits")[-1]["reason"] == "database away"


async def test_leaderboard_explains_an_unknown_word_without_the_database(talk):
    with database_away():
        assert (await run(talk, "zelda", "/leaderboard")).startswith("I don't know `zelda`.")


async def test_senders_wait_while_the_database_is_away(talk, log_lines):
    async def both_wait():
        return {line["level"] for line in logged(log_lines, "outbox.waits")} == {"info", "warning"}

    await talk.said("@bob++")  # no sender of a workspace starts before the first look has succeeded
    with database_away():
        talk.running.sender.wake()
        talk.running.sender.wake(talk.slack.workspace.team_id)
        await eventually(both_wait)
    await talk.said("@bob++")
    assert talk.heard()[-1] == "bob has 2 points (+1)"


async def test_shutdown_gives_up_on_greetings(talk, log_lines):
    post = await talk.said("@bob++")
    newcomers = talk.running.context.newcomers
    newcomers.greets = True
    message = read_message(events.build_posted_event(talk.slack.workspace, post))
    with database_away():
        newcomers.greet(message, [talk.id_of("bob")], Settings())
        await asyncio.wait_for(newcomers.close(), PATIENCE)
    assert logged(log_lines, "greetings.wait")
