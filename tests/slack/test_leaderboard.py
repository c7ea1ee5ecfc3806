"""What people see of the board: by command, by mention, and for one score."""

from app.ops.local_slack import events


async def _some_points(talk):
    await talk.said("@bob+++ @carol++ @dave++", by="ann")
    await talk.said("@bob++ @eve--", by="carol")


async def test_the_board_ranks_with_shared_ties_and_tells_ones_own_standing(talk):
    await _some_points(talk)
    answer = await talk.command(by="dave")
    assert answer["response_type"] == "ephemeral"
    assert answer["text"] == (
        "Leaderboard, all time\n"
        "1. bob, 3 points\n"
        "2. carol, 1 point\n"
        "2. dave, 1 point\n"
        "4. eve, -1 point\n"
        "You are 2nd with 1 point, 2 behind bob."
    )


async def test_the_board_is_one_table_block_of_plain_names(talk):
    await _some_points(talk)
    blocks = (await talk.command("2"))["blocks"]
    (table,) = [block for block in blocks if block["type"] == "table"]
    cells = [[cell["text"] for cell in row] for row in table["rows"]]
    assert cells == [["Rank", "Name", "Points"], ["1", "bob", "3"], ["2", "carol", "1"]]


async def test_nobody_is_pinged_by_a_board(talk):
    await _some_points(talk)
    await talk.said("@pptbot leaderboard")
    answer = await talk.command()
    assert "<@" not in str(answer)
    assert "<@" not in str(talk.slack.calls_of("chat.postMessage")[-1].args)


async def test_ones_own_standing_is_told_from_outside_the_top(talk):
    await _some_points(talk)
    assert (await talk.command("1", by="eve"))["text"].endswith(
        "You are 4th with -1 point, 2 behind dave."
    )


async def test_who_has_no_points_hears_so(talk):
    await _some_points(talk)
    assert (await talk.command(by="heidi"))["text"].endswith("You have no points yet.")


async def test_an_empty_board_says_how_to_begin(talk):
    assert (await talk.command())["text"].startswith("Nobody has points yet")


async def test_what_was_taken_back_to_nothing_is_on_no_board(talk):
    await talk.said("@bob++", by="ann")
    await talk.said("@bob--", by="carol")
    assert (await talk.command())["text"].startswith("Nobody has points yet")


async def test_help_and_unclear_words_get_a_friendly_line(talk):
    assert "Give points" in (await talk.command("help"))["text"]
    for words in ("0", "51", "ten", "-3", "1 2", "9" * 5000, "٣"):
        assert "/leaderboard 25" in (await talk.command(words))["text"]


async def test_names_are_asked_for_once_and_follow_a_rename(talk):
    await talk.said("@bob++")
    await talk.command()
    assert len(talk.slack.calls_of("users.info")) == 1
    member = talk.slack.workspace.member_called("bob")
    renamed = type(member)(**{**_fields(member), "display_name": "Bobby <!everyone>"})
    event = events.user_change_event(talk.slack.workspace, member=renamed, event_ts="1763660000.1")
    assert (await talk.deliver(event)).status == 200
    assert "1. Bobby &lt;!everyone&gt;, 1 point" in (await talk.command())["text"]
    assert len(talk.slack.calls_of("users.info")) == 1


async def test_a_board_does_not_wait_for_names_that_slack_keeps_back(talk):
    talk.slack.fail("users.info", status=500, times=None)
    await talk.said("@bob++")
    assert "1. U0BOB00002, 1 point" in (await talk.command())["text"]


async def test_a_mention_shows_the_board_in_the_thread_once(talk):
    await _some_points(talk)
    post = await talk.said("@pptbot leaderboard 1")
    mention = events.mention_event(talk.slack.workspace, post)
    assert (await talk.deliver(mention)).status == 200
    await talk.running.sender.settled()
    boards = [text for text in talk.heard() if text.startswith("Leaderboard")]
    assert boards == ["Leaderboard: top 1, all time\n1. bob, 3 points\nann has no points yet."]
    assert talk.slack.posts_in("general")[-1].thread_ts == post.ts


async def test_help_by_mention_is_for_the_person_who_asks(talk):
    await talk.said("@pptbot help")
    assert talk.heard() == []
    assert "Give points" in talk.heard(to="ann")[0]


async def test_words_to_the_app_that_it_does_not_know_get_a_hint_for_the_writer_alone(talk):
    await talk.said("@pptbot who leads?")
    assert talk.heard() == []
    assert "/leaderboard" in talk.heard(to="ann")[0]


async def test_votes_beside_a_mention_of_the_app_are_votes(talk):
    post = await talk.said("@pptbot please: @bob++")
    await talk.deliver(events.mention_event(talk.slack.workspace, post))
    await talk.running.sender.settled()
    assert await talk.scores() == {"U0BOB00002": 1}
    assert talk.heard(to="ann") == []


async def test_the_app_itself_can_be_thanked(talk):
    await talk.said("@pptbot++")
    assert await talk.scores() == {talk.slack.workspace.bot_user_id: 1}


async def test_a_message_that_is_only_a_query_asks_for_the_score(talk):
    await _some_points(talk)
    await talk.said("@bob==")
    await talk.said("nothing==")
    assert talk.heard()[-2:] == ["bob has 3 points", "nothing has 0 points"]
    assert await talk.scores("things") == {}


def _fields(member):
    return {name: getattr(member, name) for name in member.__dataclass_fields__}
