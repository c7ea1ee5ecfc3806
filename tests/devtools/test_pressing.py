"""Pressing, filling in, viewing and saving at the playground's terminal."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from app.devtools.fake_slack.server import LocalSlack
from app.devtools.fake_slack.values import File, Post
from app.devtools.fake_slack.workspace import Workspace
from app.devtools.playground.blocks import render_blocks
from app.devtools.playground.conversation import save_files
from app.devtools.playground.identity import choose_first_identity
from app.devtools.playground.intents import Intent, read_intent
from app.devtools.playground.phrases import HELP
from app.devtools.playground.rendering import render_modal, render_post
from app.devtools.playground.values import ValueRefused, read_value
from tests.devtools import small_app
from tests.devtools.small_app import GIVE, button, converse_with_app, options, plain, row

ANN, BOB, GENERAL = "U0ANN00001", "U0BOB00002", "C0GENERAL1"
WORKSPACE = Workspace.create_example()


@pytest.fixture
async def local():
    async with LocalSlack() as local:
        yield local


@pytest.fixture
def play(local, tmp_path):
    """Run *typed* lines as ann against the small app; return the terminal's output."""

    async def played(*typed: str) -> str:
        console = Console(file=io.StringIO(), width=90)
        identity = choose_first_identity(local.workspace)
        keep = tmp_path / "files"
        await converse_with_app(local, *typed, console=console, identity=identity, keep=keep)
        return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())

    return played


def printed(*renderables) -> str:
    console = Console(file=io.StringIO(), width=80)
    for renderable in renderables:
        console.print(renderable, highlight=False)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


async def test_buttons_are_numbered_and_what_they_replace_is_shown_again(play):
    shown = await play("/board", "press 2 month", "press 1")
    assert shown == (
        "\nann in #general > /board\n"
        "pptbot APP  (only visible to you)\n"
        "  Board of the week\n"
        "  [ 1 Post ]  [ 2 menu v ]\n"
        "\nann in #general > press 2 month\n"
        "pptbot APP  (only visible to you, replaced)\n"
        "  Board of the month\n"
        "  [ 1 Post ]  [ 2 menu v ]\n"
        "\nann in #general > press 1\n"
        "pptbot APP\n"
        "  month"
    )


async def test_a_menu_requires_a_valid_choice(play):
    shown = await play("/board", "press 2", "press 2 year", "press 2 2", "press 9")
    assert "Add a choice, as in press 2 1: 1 Week, 2 Month" in shown
    assert "Choose one of: 1 Week, 2 Month" in shown
    assert "Board of the month" in shown
    assert "Nothing here has the number 9." in shown


async def test_nothing_can_be_pressed_before_something_was_shown(play):
    assert "There is nothing to press yet." in await play("press 1")


async def test_an_app_home_opens_a_modal_that_is_filled_in_field_by_field(play, local):
    shown = await play(
        "/home", "press 2", "nobody", "carol", "9", "3", "no", "silent", "yes", "help"
    )
    assert "pptbot HOME\n  [ 1 Forget ]  [ 2 Ask ]" in shown
    asked = [
        "pptbot MODAL  Give karma",
        "To > nobody\nNo member is called nobody.",
        "To > carol",
        "Points > 9\nType a number from 1 to 5.",
        "Points > 3",
        "Reason (optional) > no",
        "Reply (1 Thread, 2 Silent; now Thread) > silent",
        "Give? (yes, cancel) > yes\nReason: A better reason, please.",
        "Reason (optional) > help",
    ]
    places = [shown.index(words) for words in asked]
    assert places == sorted(places)
    assert local.workspace.modals[ANN]


async def test_a_submitted_modal_closes_and_the_channel_prompt_returns(play, local):
    shown = await play(
        "/shortcut give_karma", "", "carol", "2", "keep", "keep", "maybe", "yes", "hello"
    )
    assert "To >\nThis field is required." in shown
    assert "Give? (yes, cancel) > maybe\nType yes to submit it, or cancel." in shown
    assert "pptbot APP  (direct message to you)\n  2 for @carol, thread, because None" in shown
    assert "\nann in #general > hello" in shown
    assert local.workspace.modals[ANN] == []


async def test_enter_submits_nothing(play, local):
    shown = await play("/shortcut give_karma", "bob", "1", "keep", "keep", "", "keep", "cancel")
    assert shown.count("Type yes to submit it, or cancel.") == 2
    assert "for @bob" not in shown
    assert local.workspace.modals[ANN] == []


@pytest.mark.parametrize("typed", ["", "keep", "yes", "cancel"])
async def test_a_modal_without_fields_closes_with_enter(play, local, typed):
    shown = await play("/shortcut tell", typed, "hello")
    assert f"(Enter closes it) > {typed}".rstrip() in shown
    assert shown.endswith("ann in #general > hello")
    assert local.workspace.modals[ANN] == []


async def test_a_modal_without_fields_closes_on_any_other_line(play, local):
    shown = await play("/shortcut tell", "hello", "/shortcut tell", "/board")
    assert "(Enter closes it) > hello\n\nann in #general > /shortcut tell" in shown
    assert "(Enter closes it) > /board\npptbot APP" in shown
    assert local.workspace.posts[0].text == "hello"
    assert local.workspace.modals[ANN] == []


async def test_rejected_fields_are_listed_line_by_line(play):
    shown = await play("/shortcut give_karma", "bob", "1", "no", "keep", "yes", "cancel")
    assert "Reason: A better reason, please.\nReason (optional) >" in shown


async def test_two_answers_have_a_blank_line_between_them(play):
    shown = await play("/shortcut give_karma", "cancel", "/board", "/export")
    assert "  [ 1 Post ]  [ 2 menu v ]\n\nann in" in shown
    shown = await play("/two")
    assert shown == "\nann in #general > /two\npptbot APP\n  one\n\npptbot APP\n  two"


async def test_a_modal_can_be_closed(play, local):
    shown = await play("/shortcut give_karma", "cancel", "hello")
    assert "never mind" in shown
    assert shown.endswith("ann in #general > hello")
    assert local.workspace.modals[ANN] == []


async def test_values_are_kept_when_the_modal_is_updated(play):
    shown = await play("/shortcut give_karma", "bob", "press 1", "4", "why not", "keep", "yes")
    assert shown.count("pptbot MODAL") == 2
    assert shown.count("To > bob") == 1
    assert "4 for @bob, thread, because why not" in shown


async def test_a_field_can_contain_exit(play):
    shown = await play("/shortcut give_karma", "bob", "1", "exit", "keep", "yes", "exit", "unheard")
    assert "because exit" in shown
    assert "unheard" not in shown


async def test_the_menu_of_a_message_is_that_of_the_last_one(play):
    shown = await play("/menu give_karma", "hello", "/menu give_karma", "/cancel", "/shortcut")
    assert "Nobody has written anything" in shown
    assert "pptbot MODAL  Give karma" in shown
    assert "callback id" in shown


async def test_a_reaction_is_added_once_and_removed_once(play):
    shown = await play(
        "hello", "/react :tada:", "/react tada", "/unreact :tada:", "/unreact tada", "/react"
    )
    assert "tada added" in shown
    assert "You already reacted with that." in shown
    assert "tada removed" in shown
    assert "You haven't reacted with that." in shown
    assert "Add an emoji" in shown
    assert "tada added" in await play("hello", "/react 🎉")


async def test_a_file_is_saved_and_named_with_its_path(play, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shown = await play("/export")
    assert ("pptbot APP  (direct message to you)\n  Yours (An empty list): files/own.json") in shown
    assert (tmp_path / "files" / "own.json").read_bytes() == b"[]"


def test_a_files_name_cannot_escape_the_folder(tmp_path):
    for name, kept in (("../../outside.png", "outside.png"), ("..", "F1"), ("/etc/x", "x")):
        ((_, path),) = save_files([File("F1", name, content=b"x")], tmp_path / "files")
        assert path == str(tmp_path / "files" / kept)


async def test_one_can_talk_to_the_app_alone(play, local):
    shown = await play("in @pptbot", "hello", "as bob", "hi", "in #general", "who")
    assert "ann in @pptbot > hello" in shown
    assert "bob in @pptbot > hi" in shown
    assert "directmessage" not in shown
    assert [post.channel for post in local.workspace.posts] == ["D0ANN00001", "D0BOB00002"]


async def test_a_read_only_manifest_keeps_members_from_writing_to_the_app(play, local, monkeypatch):
    monkeypatch.setattr(small_app, "MANIFEST", replace(small_app.MANIFEST, read_only=True))
    shown = await play("in @pptbot", "hello", "/board")
    assert "You can't write to the app here" in shown
    assert [post for post in local.workspace.posts if post.user == ANN] == []


@pytest.mark.parametrize(
    ("line", "intent"),
    [
        ("press 2", Intent("press", number=2)),
        ("/press 12 all time", Intent("press", "all time", number=12)),
        ("press release", Intent("say", "press release")),
        ("/home", Intent("home")),
        ("/react :tada:", Intent("react", ":tada:")),
        ("/karma me", Intent("command", "me", "/karma")),
    ],
)
def test_lines_are_parsed_into_intents(line, intent):
    assert read_intent(line) == intent


def element(kind, **more):
    return {"type": kind, "action_id": "a"} | more


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (element("plain_text_input"), "  words ", "words"),
        (element("plain_text_input"), "🎉 well done", ":tada: well done"),
        (element("users_select"), "@bob", BOB),
        (element("multi_users_select"), "bob, @ann", [BOB, ANN]),
        (element("multi_users_select"), "none", []),
        (element("conversations_select"), "#general", GENERAL),
        (element("checkboxes", options=options("a", "b", "c")), "1, C", ["a", "c"]),
        (element("number_input", is_decimal_allowed=True), "1.5", "1.5"),
        (element("datepicker"), "2026-11-20", "2026-11-20"),
        (element("timepicker"), "07:30", "07:30"),
    ],
)
def test_typed_values_are_parsed_as_slack_sends_them(field, typed, value):
    assert read_value(field, typed, WORKSPACE) == value


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (element("plain_text_input", max_length=3), "four"),
        (element("users_select"), "nobody"),
        (element("channels_select"), "nowhere"),
        (element("number_input"), "1.5"),
        (element("datepicker"), "tomorrow"),
        (element("radio_buttons", options=options("a")), "b"),
    ],
)
def test_invalid_values_are_rejected(field, typed):
    with pytest.raises(ValueRefused):
        read_value(field, typed, WORKSPACE)


def test_a_modal_shows_its_fields_and_what_they_offer():
    view = GIVE | {"blocks": [{"type": "header", "text": plain("How much?")}, *GIVE["blocks"]]}
    view["blocks"][2] = view["blocks"][2] | {"hint": plain("One to five")}
    assert printed(render_modal(view, WORKSPACE)) == (
        "pptbot MODAL  Give karma\n"
        "  How much?\n"
        "  To\n"
        "    [ a member v ]\n"
        "  Points\n"
        "    [ ... ]\n"
        "    One to five\n"
        "  Reason (optional)\n"
        "    [ ... ]\n"
        "  Reply\n"
        "    [ Thread v ]\n"
        "    1 Thread, 2 Silent\n"
        "  [ 1 Count ]"
    )


def test_elements_are_numbered_from_top_to_bottom():
    sure = {"title": plain("Sure?"), "text": plain("It is gone then."),
            "confirm": plain("Yes"), "deny": plain("No")}  # fmt: skip
    blocks = [
        {"type": "section", "text": plain("a"), "accessory": button("Undo", "undo")},
        {"type": "divider"},
        row(button("Go", "go", confirm=sure), element("overflow", options=options("x", "y"))),
    ]
    post = Post(GENERAL, "1.0", "x", "U0PPTBOT", blocks)
    shown = printed(render_post(post, WORKSPACE, viewer=ANN, channel=GENERAL))
    assert "[ 1 Undo ]" in shown
    assert "[ 2 Go ]  [ 3 ... ]" in shown
    assert "number" not in str(post.blocks)


@pytest.mark.parametrize("width", [14, 24, 40, 60])
def test_a_button_is_not_broken_across_lines(width):
    names = ["Show to everyone", "All time", "✓ People", "This month"]
    console = Console(file=io.StringIO(), width=width)
    blocks = [row(*(button(name, name) for name in names))]
    post = Post(GENERAL, "1.0", "x", "U0PPTBOT", blocks)
    console.print(render_post(post, WORKSPACE, viewer=ANN, channel=GENERAL))
    lines = console.file.getvalue().splitlines()
    for number, name in enumerate(names, start=1):
        whole = f"[ {number} {name} ]"
        assert any(whole in line for line in lines) or len(whole) > width - 2
    assert all(word in console.file.getvalue() for word in " ".join(names).split())


def test_images_are_shown_as_their_description():
    blocks = [
        {"type": "image", "image_url": "https://a/b", "alt_text": "Lines", "title": plain("T")}
    ]
    assert printed(*render_blocks(blocks, WORKSPACE)) == "T\n(image: Lines)"


def test_a_data_table_shows_its_caption_and_page_size():
    rows = [[{"type": "raw_text", "text": word}] for word in ("Name", "ann", "bob")]
    block = {"type": "data_table", "caption": "Who leads this very month", "rows": rows}
    shown = printed(*render_blocks([block | {"page_size": 1}], WORKSPACE))
    assert shown == "Who leads this very month\nName\nann\nbob\n(1 a page)"
    assert "a page" not in printed(*render_blocks([block], WORKSPACE))


def test_help_fits_a_picture():
    assert max(len(line) for line in HELP.splitlines()) <= 76
