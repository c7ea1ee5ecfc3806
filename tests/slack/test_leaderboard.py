"""The leaderboard: by command, by mention, and for one score."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from app.devtools.fake_slack import events
from app.words.catalog import say
from tests.tables import each


def _now():
    return datetime.now(UTC)


def _table(answer):
    (table,) = [block for block in answer["blocks"] if block["type"].endswith("table")]
    return table


def _cells(table):
    return [[cell["text"] for cell in row] for row in table["rows"]]


async def _give(talk, points, *, board="users", at=None, name=""):
    """Put *points* on a board as if votes had put them there."""
    period = (at or _now()).strftime(name) if name else ""
    board = f"{board}/{period}" if period else board
    for target, score in points.items():
        await talk.rows(
            "INSERT INTO leaderboard (team_id, board, target_id, score)"
            " VALUES (%s, %s, %s, %s) RETURNING 1",
            talk.slack.workspace.team_id,
            board,
            target if target.startswith("thing:") else talk.id_of(target),
            score,
        )


async def _cast_some_votes(talk):
    await talk.said("@bob+++ @carol++ @dave++", by="ann")
    await talk.said("@bob++ @eve--", by="carol")


async def test_board_shares_ranks_on_ties_and_shows_own_standing(talk):
    await _cast_some_votes(talk)
    answer = await talk.command(by="dave")
    assert answer["response_type"] == "ephemeral"
    assert answer["text"] == (
        "Leaderboard, all time\n"
        "1. bob, 3 points\n"
        "2. carol, 1 point\n"
        "2. dave, 1 point\n"
        "4. eve, -1 point\n"
        "You're 2nd with 1 point, 2 behind bob."
    )
    answer = (await talk.command(by="eve"))["text"]
    assert answer.endswith("You're 4th with -1 point, 2 behind dave.")


async def test_board_is_one_table_block_of_plain_names(talk):
    await _cast_some_votes(talk)
    table = _table(await talk.command("2"))
    assert table["type"] == "data_table"
    assert (table["caption"], table["row_header_column_index"]) == ("People by points", 1)
    assert _cells(table) == [["Rank", "Name", "Points"], ["1", "bob", "3"], ["2", "carol", "1"]]


async def test_board_mentions_nobody(talk):
    await _cast_some_votes(talk)
    await talk.said("@pptbot leaderboard")
    answer = await talk.command()
    assert "<@" not in str(answer)
    assert "<@" not in str(talk.slack.list_calls("chat.postMessage")[-1].args)


async def test_own_standing_is_shown_from_below_the_listed_ranks(talk):
    await _cast_some_votes(talk)
    assert (await talk.command("1", by="eve"))["text"].endswith(
        "You're 4th with -1 point, 2 behind dave."
    )


async def test_board_says_when_the_reader_has_no_points(talk):
    await _cast_some_votes(talk)
    assert (await talk.command(by="heidi"))["text"].endswith("You have no points yet.")


async def test_empty_board_says_how_to_give_the_first_points(talk):
    assert (await talk.command())["text"] == say("board-empty")
    assert "++" in say("board-empty")


async def test_score_of_zero_is_not_on_the_board(talk):
    await talk.said("@bob++", by="ann")
    await talk.said("@bob--", by="carol")
    assert (await talk.command())["text"].startswith("Nobody has points yet")


async def test_help_is_shown_and_unclear_arguments_point_to_it(talk):
    assert "*Give:*" in (await talk.command("help"))["text"]
    for words in ("0", "51", "ten", "-3", "1 2", "9" * 5000, "٣", "x" * 3000, "wek"):
        answer = await talk.command(words)
        assert "/leaderboard help" in answer["text"]
        assert len(answer["text"]) < 200


async def test_names_are_fetched_once_and_follow_renames(talk):
    await talk.said("@bob++")
    await talk.command()
    assert len(talk.slack.list_calls("users.info")) == 1
    member = talk.slack.workspace.find_member("bob")
    renamed = type(member)(**{**_fields(member), "display_name": "Bobby <!everyone>"})
    event = events.build_user_change_event(
        talk.slack.workspace, member=renamed, event_ts="1763660000.1"
    )
    assert (await talk.deliver(event)).status == 200
    assert "1. Bobby &lt;!everyone&gt;, 1 point" in (await talk.command())["text"]
    assert len(talk.slack.list_calls("users.info")) == 1


async def test_board_shows_somebody_when_the_name_lookup_fails(talk):
    talk.slack.fail("users.info", status=500, times=None)
    await talk.said("@bob++")
    assert "1. somebody, 1 point" in (await talk.command())["text"]


async def test_mention_posts_the_board_in_the_thread_once(talk):
    await _cast_some_votes(talk)
    post = await talk.said("@pptbot leaderboard 1")
    mention = events.build_mention_event(talk.slack.workspace, post)
    assert (await talk.deliver(mention)).status == 200
    await talk.running.sender.wait_idle()
    boards = [text for text in talk.heard() if text.startswith("Leaderboard")]
    assert boards == ["Leaderboard: top 1, all time\n1. bob, 3 points"]
    assert talk.slack.list_posts("general")[-1].thread_ts == post.ts


async def test_week_board_shows_its_dates_and_rank_changes(talk):
    week, now = "%G-W%V", _now()
    await _give(talk, {"bob": 5, "carol": 3, "dave": 3, "eve": 1}, name=week, at=now)
    await _give(
        talk, {"carol": 9, "bob": 7, "eve": 2, "frank": 1}, name=week, at=now - timedelta(days=7)
    )
    answer = await talk.command("week 3", by="eve")
    title, *lines = answer["text"].split("\n")
    monday = now.date() - timedelta(days=now.weekday())
    sunday = monday + timedelta(days=6)
    assert title.startswith("Leaderboard: top 3, ")
    assert title.endswith(f"{sunday.day} {sunday:%B} {sunday.year}, UTC")
    assert f"{monday.day}" in title
    assert lines == [
        "1. bob, 5 points ▲1",
        "2. carol, 3 points ▼1",
        "2. dave, 3 points new",
        "You're 4th (▼1) with 1 point, 2 behind dave.",
    ]
    assert [row[3] for row in _cells(_table(answer))] == ["Change", "▲1", "▼1", "new"]


async def test_board_without_a_previous_period_shows_no_rank_changes(talk):
    await _give(talk, {"bob": 5}, name="%Y-%m")
    answer = await talk.command("month")
    assert answer["text"].split("\n")[1] == "1. bob, 5 points"
    assert _cells(_table(answer))[0] == ["Rank", "Name", "Points"]


async def test_todays_votes_are_only_on_boards_of_current_periods(talk):
    await talk.said("@bob++ postgres++", by="ann")
    now = _now()
    for words in ("today", "week", "month", "all", f"{now:%Y-%m}", f"{now:%G-W%V}"):
        assert "1. bob, 1 point" in (await talk.command(words))["text"], words
    for words in ("yesterday", "last week", "last month", "2020-01", "2020-W01"):
        assert "Nobody got points in that time." in (await talk.command(words))["text"], words


async def test_things_and_givers_have_their_own_boards(talk):
    await talk.said("@bob++ postgres+++ Rust++", by="ann")
    things = (await talk.command("things"))["text"]
    assert things.split("\n") == [
        "Leaderboard of things, all time", "1. postgres, 2 points", "2. Rust, 1 point",
    ]  # fmt: skip
    givers = (await talk.command("givers", by="ann"))["text"]
    assert givers.endswith("1. ann, 4 points\nYou're 1st with 4 points.")
    assert (await talk.command("givers"))["text"] == givers
    bob = (await talk.command("givers", by="bob"))["text"]
    assert bob.endswith("You haven't given points yet.")


async def test_bottom_board_lists_the_last_first_with_true_ranks(talk):
    await talk.decide(people_bottom=True)
    await _give(talk, {"bob": 5, "carol": 3, "dave": 3, "eve": -2})
    answer = (await talk.command("bottom 2", by="bob"))["text"]
    assert answer.split("\n") == [
        "Leaderboard: last 2, all time",
        "4. eve, -2 points",
        "2. dave, 3 points",
        "You're 1st with 5 points.",
    ]
    answer = (await talk.command("bottom 4", by="eve"))["text"]
    assert answer.endswith("You're 4th with -2 points, 5 behind dave.")


async def test_pruned_board_says_it_is_no_longer_kept(talk):
    team = talk.slack.workspace.team_id
    await talk.rows("INSERT INTO horizons VALUES (%s, 'month', '2025-01-01') RETURNING 1", team)
    said = "I no longer keep boards that old: 1–31 December 2024, UTC."
    assert (await talk.command("2024-12"))["text"] == said
    assert (await talk.command("2025-01"))["text"].endswith("Nobody got points in that time.")
    assert (await talk.command("2025-W50"))["text"].endswith("Nobody got points in that time.")


async def test_opted_out_person_is_not_on_the_board_and_is_told_why(talk):
    await _cast_some_votes(talk)
    await talk.rows(
        "INSERT INTO hidden_members VALUES (%s, %s, 'opted_out') RETURNING 1",
        talk.slack.workspace.team_id,
        talk.id_of("bob"),
    )
    answer = (await talk.command(by="carol"))["text"]
    assert "bob" not in answer
    assert answer.endswith("You're 1st with 1 point.")
    assert "opted out" in (await talk.command(by="bob"))["text"]


async def test_deactivated_member_is_off_the_board_until_reactivated(talk):
    await _cast_some_votes(talk)
    member = talk.slack.workspace.find_member("bob")
    for gone in (True, False):
        changed = type(member)(**{**_fields(member), "deleted": gone})
        at = f"17636600{gone:02d}.1"
        await talk.told(
            events.build_user_change_event(talk.slack.workspace, member=changed, event_ts=at)
        )
        assert ("1. bob" in (await talk.command())["text"]) is not gone


async def test_deactivated_member_is_off_the_board_after_a_name_lookup(talk):
    await _give(talk, {"oscar": 9, "bob": 1})
    await talk.command()
    assert "oscar" not in (await talk.command())["text"].lower()


async def test_direct_message_has_no_channel_board(talk):
    direct = talk.slack.workspace.open_direct(talk.id_of("ann"))
    for typed in ("here", "here chart", f"<#{direct.id}>"):
        said = (await talk.command(typed, channel=direct.id))["text"]
        assert said.startswith("I can show the board of a public channel")
        assert said.endswith("or type `/leaderboard here` in it.")
    assert (await talk.command("week", channel=direct.id))["text"].startswith("Leaderboard")


async def test_public_channel_board_is_shown_anywhere(talk):
    await talk.said("@bob++", by="ann", channel="dev")
    await talk.said("@carol++", by="ann")
    dev = talk.id_of("dev")
    answer = await talk.command(f"<#{dev}|dev>", by="bob")
    assert answer["text"] == (
        f"Leaderboard in <#{dev}>, all time\n1. bob, 1 point\nYou're 1st with 1 point."
    )
    assert "dev" not in _table(answer)["caption"]
    assert "carol" in (await talk.command("here"))["text"]


async def test_private_channel_board_is_shown_only_in_that_channel(talk):
    await talk.said("@bob++", by="ann", channel="secret")
    secret = talk.id_of("secret")
    for words in (f"<#{secret}|>", f"<#{secret}|secret> 5 week"):
        inside = await talk.command(words, channel="secret")
        assert "1. bob, 1 point" in inside["text"]
        outside = await talk.command(words)
        unknown = await talk.command(words.replace(secret, "C0NOWHERE"))
        assert outside == unknown
        assert "public channel" in outside["text"]
        assert "blocks" not in outside or outside["blocks"] == []
        assert secret not in json.dumps(outside)
    await talk.said("@pptbot leaderboard #secret")
    (said,) = talk.heard()
    assert said == outside["text"]


async def test_channel_counts_as_private_until_known_to_be_public(talk):
    talk.slack.fail("conversations.info", status=500, times=None)
    await _give(talk, {"bob": 1}, board=f"channel/{talk.id_of('random')}")
    words = f"<#{talk.id_of('random')}|random>"
    assert "public channel" in (await talk.command(words))["text"]
    await talk.said("hello", channel="random")
    assert "1. bob, 1 point" in (await talk.command(words))["text"]


async def test_channel_made_private_is_treated_so_from_its_next_message(talk):
    await talk.said("@bob++", channel="dev")
    dev = talk.id_of("dev")
    assert "bob" in (await talk.command(f"<#{dev}|dev>"))["text"]
    post = talk.write("hello", channel="dev")
    event = events.build_posted_event(talk.slack.workspace, post)
    event["event"]["channel_type"] = "group"
    await talk.told(event)
    assert "bob" not in (await talk.command(f"<#{dev}|dev>"))["text"]


async def test_help_by_mention_is_shown_only_to_the_person_asking(talk):
    await talk.said("@pptbot help")
    assert talk.heard() == []
    assert "*Give:*" in talk.heard(to="ann")[0]


async def test_question_beside_a_vote_is_answered_where_votes_are_off(talk):
    await talk.decide(votes=False)
    await talk.said("@pptbot help @bob++")
    assert len(talk.heard(to="ann")) == 1
    await talk.decide(votes=True)
    await talk.said("@pptbot help @bob++")
    assert await talk.scores() == {talk.id_of("bob"): 1}


async def test_unknown_words_to_the_app_get_a_hint_only_the_writer_sees(talk):
    await talk.said("@pptbot who leads?")
    assert talk.heard() == []
    assert "/leaderboard" in talk.heard(to="ann")[0]


@pytest.mark.parametrize("words", ["please:", "hey", "help", "thanks", "leaderboard week"])
async def test_votes_beside_a_mention_of_the_app_count(talk, words):
    post = await talk.said(f"@pptbot {words} @bob++")
    await talk.deliver(events.build_mention_event(talk.slack.workspace, post))
    await talk.running.sender.wait_idle()
    assert await talk.scores() == {"U0BOB00002": 1}
    assert talk.heard(to="ann") == []


async def test_app_itself_can_get_points(talk):
    await talk.said("@pptbot++")
    assert await talk.scores() == {talk.slack.workspace.bot_user_id: 1}


async def test_message_that_is_only_a_query_gets_the_score(talk):
    await _cast_some_votes(talk)
    asked = await talk.said("@bob==")
    assert talk.slack.list_posts("general")[-1].thread_ts == asked.ts
    await talk.said("#nothing==")
    assert talk.heard()[-2:] == ["bob has 3 points", 'the thing "nothing" has 0 points']
    assert await talk.scores("things") == {}


async def test_query_of_a_bare_word_without_points_is_ignored(talk):
    await talk.said("Zm9vOmJhcg==")
    assert talk.heard() == []
    await talk.said("postgres++")
    await talk.said("postgres==")
    assert talk.heard()[-1] == 'the thing "postgres" has 1 point'


def _fields(member):
    return {name: getattr(member, name) for name in member.__dataclass_fields__}


async def test_refused_table_is_resent_in_a_simpler_form_at_once(talk):
    await talk.said("@bob++")
    talk.slack.workspace.takes_data_tables = False
    answer = await talk.command()
    assert [block["type"] for block in answer["blocks"]][1] == "table"
    calls = talk.slack.list_calls("response_url")
    assert [call.status for call in calls] == [404, 200]
    assert talk.heard(to="ann")[-1] == answer["text"]


async def test_board_is_delivered_once_although_its_response_url_expired(talk):
    await talk.said("@bob++")
    talk.slack.fail("response_url", error="expired_url")
    await talk.command()
    await talk.settled()
    assert "1. bob" in talk.heard(to="ann")[-1]
    assert len([text for text in talk.heard(to="ann") if "1. bob" in text]) == 1


@each("url", [{}, {"response_url": ""}])
async def test_board_is_in_the_response_to_a_command_without_a_response_url(talk, url):
    await talk.said("@bob++")
    ann, general = talk.id_of("ann"), talk.slack.workspace.find_channel("general").id
    fields = events.build_slash_command(
        talk.slack.workspace, user=ann, channel=general, command="/leaderboard", text=""
    )
    del fields["response_url"]
    answer = await talk.delivery.deliver_command(fields | url)
    assert "1. bob" in json.loads(answer.body)["text"]
    await talk.settled()
    assert not talk.slack.list_calls("chat.postEphemeral")
