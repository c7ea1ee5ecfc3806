"""The buttons below boards, the kind of table that Slack accepts, and Slack's limits for blocks."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.boards.periods import EVER, parse_period
from app.core.boards.shares import RankedScore, Standing
from app.core.commands.leaderboard import ShowBoard
from app.devtools.fake_slack.blocks import read_content
from app.devtools.fake_slack.workspace import Workspace
from app.slack.outbound.board_messages import KINDS, Tables
from app.slack.views import leaderboard
from app.slack.views.leaderboard import EVERYONE, SWITCH, render_board
from app.usecases.standings import Leaderboard
from app.words.catalog import say
from tests.examples import scaled
from tests.logged import logged
from tests.tables import each


@pytest.fixture
async def board(talk):
    """A conversation in which people have points: bob 2, ann, carol and postgres 1 each."""
    await talk.said("@bob+++ @carol++ postgres++", by="ann")
    await talk.said("@ann++", by="bob")
    return talk


def _kinds(blocks):
    return {block["type"] for block in blocks}


async def test_buttons_switch_period_and_board_in_place(board):
    answer = await board.command("2")
    before = len(board.heard(to="ann"))
    await board.click(answer, f"{SWITCH}_week")
    shown = board.updates()[-1]
    assert shown["replace_original"] is True
    assert shown["response_type"] == "ephemeral"
    assert shown["text"].startswith("Leaderboard: top 2, ")
    assert "UTC" in shown["text"]
    await board.click(shown, f"{SWITCH}_things")
    shown = board.updates()[-1]
    assert "1. postgres, 1 point" in shown["text"]
    await board.click(shown, f"{SWITCH}_all")
    assert board.updates()[-1]["text"] == "Leaderboard of things, all time\n1. postgres, 1 point"
    assert len(board.heard(to="ann")) == before
    assert board.heard()[2:] == []


async def test_buttons_of_the_shown_board_are_marked(board):
    answer = await board.command("week givers")
    buttons = [e for b in answer["blocks"] if b["type"] == "actions" for e in b["elements"]]
    marked = [b["text"]["text"] for b in buttons if b.get("style") == "primary"]
    assert marked == ["✓ This week", "✓ Givers"]
    assert [b["text"]["text"] for b in buttons if "style" not in b] == [
        "Today", "This month", "All time", "People", "Things", "Show to everyone",
    ]  # fmt: skip


async def test_show_to_everyone_posts_a_named_board_without_buttons(board):
    answer = await board.command("1", by="carol")
    said = len(board.heard())
    await board.click(answer, EVERYONE, by="carol")
    (post,) = board.heard()[said:]
    assert post.split("\n") == [
        "Leaderboard: top 1, all time",
        "1. bob, 2 points",
        "carol is 2nd with 1 point, 1 behind bob.",
        "Shown by carol.",
    ]
    shown = board.slack.list_posts("general")[-1]
    assert "actions" not in _kinds(shown.blocks)
    assert "<@" not in json.dumps(shown.blocks)


async def test_button_shows_the_pressers_standing_not_the_message_users(board):
    answer = await board.command(by="bob")
    await board.click(answer, f"{SWITCH}_month", by="carol", message={"user": "U0BOB00002"})
    assert "You're 2nd with 1 point, 1 behind bob." in board.updates()[-1]["text"]


@each("value", ["nonsense", "week month", "help", "9999999", "x" * 2500, "🙈", "<#C1> things"])
async def test_forged_button_value_is_ignored(board, value):
    answer = await board.command()
    payload = board.press(answer, f"{SWITCH}_week")
    payload["actions"][0]["value"] = value
    assert (await board.deliver_interaction(payload)).status == 200
    assert board.updates() == [answer]


@each(
    "forged",
    [
        {"user": {}},
        {"user": {"id": ["U1"], "team_id": None}},
        {"team": {"id": 7}},
        {"actions": []},
        {"actions": ["week"]},
        {"actions": [{"action_id": 7, "value": "week"}]},
        {"actions": [{"action_id": f"{SWITCH}_week", "type": "button"}]},
        {"actions": [{"action_id": f"{SWITCH}_week", "type": "button", "value": 7}]},
    ],
)
async def test_forged_interaction_payload_changes_nothing(board, forged):
    answer = await board.command()
    payload = board.press(answer, f"{SWITCH}_week") | forged
    assert (await board.deliver_interaction(payload)).status in (200, 400)
    assert board.updates() == [answer]


@each("url", [None, 7, "", "ftp://x", "http://", "http://[", "https://\x00"])
async def test_outbox_delivers_when_the_response_url_is_unusable(board, url):
    payload = board.press(await board.command(), f"{SWITCH}_things") | {"response_url": url}
    before = len(board.heard(to="ann"))
    assert (await board.deliver_interaction(payload)).status == 200
    await board.running.sender.wait_idle()
    (answer,) = board.heard(to="ann")[before:]
    assert answer == "Leaderboard of things, all time\n1. postgres, 1 point"


async def test_board_of_names_like_mentions_and_addresses_stays_words(board):
    """Slack looks for both in plain words, unless told otherwise."""
    await board.command('adjust "the @channel" +3', command="/karma")
    board.slack.workspace.takes_data_tables = False
    await board.click(await board.command("things"), EVERYONE)
    shown = board.updates()[-1]
    assert "@channel" in shown["text"]
    assert shown["response_type"] == "in_channel"
    assert (shown["unfurl_links"], shown["unfurl_media"]) == (False, False)
    texts = [block["text"] for block in shown["blocks"] if block.get("text")]
    texts += [text for block in shown["blocks"] for text in block.get("elements", ())]
    marked = [text for text in texts if text["type"] == "mrkdwn"]
    assert marked
    assert all(text["verbatim"] for text in marked)


async def test_show_to_everyone_posts_once_when_the_response_url_fails(board):
    payload = board.press(await board.command("1"), EVERYONE)
    board.slack.fail("response_url", status=404, error="used_url")
    before = len(board.heard())
    for _ in range(2):
        assert (await board.deliver_interaction(payload)).status == 200
        await board.running.sender.wait_idle()
        board.slack.fail("response_url", status=404, error="used_url")
    (post,) = board.heard()[before:]
    assert post.endswith("Shown by ann.")


async def test_show_to_everyone_is_explained_where_only_threads_are_allowed(board, log_lines):
    payload = board.press(await board.command("1"), EVERYONE)
    board.slack.fail("response_url", status=404, error="used_url")
    refusal = "restricted_action_thread_only_channel"
    board.slack.fail("chat.postMessage", error=refusal, times=None)
    before = len(board.heard())
    assert (await board.deliver_interaction(payload)).status == 200
    await board.running.sender.wait_idle()
    assert len(board.heard()) == before
    assert board.heard(to="ann")[-1] == say("board-threads-only")
    assert not logged(log_lines, "reply.dropped")


@each(
    "failure",
    [{"reset": "after"}, {"status": 500}, {"status": 503, "body": b"<html>"},
     {"error": "internal_error"}, {"error": "fatal_error"}],
)  # fmt: skip
async def test_show_to_everyone_is_not_repeated_if_slack_may_have_posted_it(board, failure):
    answer = await board.command("1")
    board.slack.fail("response_url", **failure)
    before = len(board.heard())
    await board.click(answer, EVERYONE)
    await board.running.sender.wait_idle()
    assert len(board.heard()) - before == len(failure.keys() & {"reset", "body"})


@each("url", ["http://[", "https://a..b/"])
async def test_show_to_everyone_posts_although_the_response_url_is_malformed(board, url):
    payload = board.press(await board.command("1"), EVERYONE) | {"response_url": url}
    before = len(board.heard())
    assert (await board.deliver_interaction(payload)).status == 200
    await board.running.sender.wait_idle()
    (post,) = board.heard()[before:]
    assert post.endswith("Shown by ann.")


async def test_private_channel_button_shows_nothing_in_another_channel(board):
    await board.said("@bob++", by="ann", channel="secret")
    inside = await board.command("here", channel="secret")
    await board.click(inside, f"{SWITCH}_week")
    assert "1. bob, 1 point" in board.updates()[-1]["text"]
    elsewhere = board.press(inside, EVERYONE) | {"channel": {"id": board.id_of("general")}}
    assert (await board.deliver_interaction(elsewhere)).status == 200
    assert "bob" not in board.updates()[-1]["text"]


async def test_command_falls_back_to_a_table_if_data_tables_are_refused(board):
    board.slack.workspace.takes_data_tables = False
    for _ in range(2):
        answer = await board.command()
        assert "table" in _kinds(answer["blocks"])
    (table,) = [block for block in answer["blocks"] if block["type"] == "table"]
    assert [cell["text"] for cell in table["rows"][1]] == ["1", "bob", "2"]


async def test_mention_falls_back_to_a_table_then_to_sections(board, log_lines):
    await board.command()
    board.slack.workspace.takes_data_tables = False
    post = await board.said("@pptbot leaderboard 1 week")
    shown = board.slack.list_posts("general")[-1]
    assert shown.thread_ts == post.ts
    assert "table" in _kinds(shown.blocks)
    board.slack.fail("chat.postMessage", error="invalid_blocks")
    await board.said("@pptbot leaderboard 1 all")
    shown = board.slack.list_posts("general")[-1]
    assert _kinds(shown.blocks) == {"header", "section", "context"}
    assert [b["text"]["text"] for b in shown.blocks[1:2]] == ["1. bob, 2 points"]
    kinds = [json.loads(line) for line in log_lines.read_text().splitlines() if "table.r" in line]
    assert [line["instead"] for line in kinds] == ["table", "sections"]


async def test_last_fallback_is_text_without_blocks(board):
    board.slack.fail("chat.postMessage", error="invalid_blocks", times=3)
    await board.said("@pptbot leaderboard 1")
    shown = board.slack.list_posts("general")[-1]
    assert shown.blocks == []
    assert shown.text.startswith("Leaderboard: top 1, all time\n1. bob, 2 points")


async def test_board_whose_blocks_are_too_long_is_posted_as_text(board):
    board.slack.fail("chat.postMessage", error="msg_blocks_too_long")
    for kinds in (set(), {"header", "data_table", "context"}):
        await board.said("@pptbot leaderboard")
        shown = board.slack.list_posts("general")[-1]
        assert shown.text.startswith("Leaderboard, all time\n1. bob, 2 points")
        assert _kinds(shown.blocks) == kinds


async def test_permanent_refusal_stops_after_every_fallback(board):
    board.slack.fail("chat.postMessage", error="invalid_blocks", times=None)
    await board.said("@pptbot leaderboard 1")
    assert len(board.slack.list_calls("chat.postMessage")) == 6  # 2 replies, 4 kinds of board


async def test_button_falls_back_to_a_table(board):
    answer = await board.command()
    board.slack.workspace.takes_data_tables = False
    await board.click(answer, f"{SWITCH}_month")
    assert "table" in _kinds(board.updates()[-1]["blocks"])
    assert board.heard(to="ann")[-1] == board.updates()[-1]["text"]


async def test_button_reports_an_unreachable_database(board):
    answer = await board.command()
    await board.running.database.close()
    payload = board.press(answer, f"{SWITCH}_week")
    assert (await board.deliver_interaction(payload)).status == 200
    assert "can't reach my database" in board.updates()[-1]["text"]
    assert board.updates()[-1]["replace_original"] is False


NAMES = st.text(max_size=90) | st.sampled_from(
    [
        "<!everyone> & *b* _i_ `c` ~s~",
        "\u202egnp.exe",
        "👩‍💻" * 40,
        "x" * 3000,
        "&" * 3000,
        " ",
        "\n",
    ]
)
SCORES = st.integers(-(1 << 63), (1 << 63) - 1)
RANKS = st.integers(1, 10_000_000)
PLACES = st.builds(
    RankedScore, RANKS, st.sampled_from([f"U{n}" for n in range(60)]), SCORES,
    st.none() | st.integers(0, 10_000_000),
)  # fmt: skip
SHOWS = st.builds(
    ShowBoard,
    st.integers(1, 50),
    st.sampled_from(["users", "things", "givers"]),
    st.sampled_from(["all", "week", "2026-W53"]),
    st.booleans(),
    st.sampled_from([None, "C" + "1" * 63]),
)
OWN = st.none() | st.builds(Standing, RANKS, SCORES, st.none() | PLACES, st.none() | RANKS)


@settings(max_examples=scaled(150))
@given(
    st.builds(
        Leaderboard,
        SHOWS,
        st.sampled_from(
            [EVER, parse_period("2026-W53"), parse_period("2026-11"), parse_period("2026-11-20")]
        ),
        st.just("America/Argentina/ComodRivadavia"),
        st.lists(PLACES, max_size=50),
        OWN,
        st.booleans(),
    ),
    st.dictionaries(st.sampled_from([f"U{n}" for n in range(60)]), NAMES, max_size=60),
    st.sampled_from(leaderboard.KINDS),
    st.sampled_from([None, "U1"]),
    st.booleans(),
)
def test_every_board_is_within_slacks_limits(board, names, kind, reader, shown):
    made = render_board(board, names, kind, reader, shared=shown)
    read_content(Workspace.create_example(), {"text": made.text, "blocks": made.blocks})
    # Slack doesn't parse markup in a table's cells and caption
    marked_up = [block for block in made.blocks if not block["type"].endswith("table")]
    said = json.dumps([made.text, marked_up], ensure_ascii=False)
    assert not any(danger in said for danger in ("<!", "<@", "\u202e"))
    for row in board.places:
        assert f"{row.score:,}" in made.text


def test_longest_names_fit_into_every_kind_of_table():
    places = [RankedScore(10_000_000, f"U{n}", -(1 << 63), 1) for n in range(50)]
    board = Leaderboard(ShowBoard(50), EVER, "UTC", places, None)
    for name in ("&" * 3000, "\u202e", "👩‍💻" * 30):
        for kind in leaderboard.KINDS:
            made = render_board(board, dict.fromkeys((p.target for p in places), name), kind)
            read_content(Workspace.create_example(), {"text": made.text, "blocks": made.blocks})
    table = render_board(board, {"U0": "\u202e"}, leaderboard.DATA_TABLE).blocks[1]
    assert table["rows"][1][1]["text"] == "somebody"


@each(
    ("body", "reason"),
    [(b"", None), (b"ok", None), (b'{"ok": true}', None), (b"no_text", "no_text"),
     (b'{"ok": false, "error": "used_url"}', "used_url"), (b'{"ok": false}', "refused")],
)  # fmt: skip
async def test_refusal_in_the_response_of_a_response_url_is_logged(talk, log_lines, body, reason):
    answer = await talk.command("help", command="/karma")
    talk.slack.fail("response_url", body=body)
    await talk.click(answer, "help_more")
    reasons = [line["reason"] for line in logged(log_lines, "answer.failed")]
    assert reasons == ([reason] if reason else [])


async def test_board_of_a_group_that_slack_does_not_list_is_explained(talk):
    reply = (await talk.command("<!subteam^S0NONE0001>"))["text"]
    assert reply.startswith("Slack didn't tell me who's in that group.")


def test_late_refusal_of_a_richer_kind_keeps_the_simpler_one():
    tables = Tables()
    kinds = (*KINDS[:2], KINDS[0])
    assert all(tables.note_refusal("T1", kind, "invalid_blocks") for kind in kinds)
    assert tables.get_kind("T1") == KINDS[2]


def test_refused_kind_of_table_is_still_used_in_other_workspaces():
    tables = Tables()
    tables.note_refusal("T1", KINDS[0], "invalid_blocks")
    assert [tables.get_kind(team) for team in ("T1", "T2")] == [KINDS[1], KINDS[0]]
