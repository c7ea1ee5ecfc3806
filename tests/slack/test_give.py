"""`/karma give`: points without a message, by the same rules, announced in their channel."""

import asyncio

from app.devtools.fake_slack import events
from app.devtools.fake_slack.composer import compose
from tests.slack.test_typed_names import announce

BOB, CAROL = "U0BOB00002", "U0CAROL003"


async def give(talk, typed, by="ann", **where):
    """Give by command; return the reply that only the giver sees."""
    text, _ = compose(f"give {typed}", talk.slack.workspace)
    answer = await talk.command(text, by=by, command="/karma", **where)
    return answer.get("text", "") if answer else ""


async def test_give_counts_and_is_announced_with_givers_name(talk):
    assert await give(talk, "@bob 2 for the release") == ""
    assert talk.heard() == ["bob has 2 points (+2 from ann for the release)"]
    assert await talk.scores() == {BOB: 2}
    assert await talk.scores("givers") == {"U0ANN00001": 2}
    (row,) = await talk.rows("SELECT channel_id, kind, reason FROM vote_history")
    assert row == ("C0GENERAL1", "vote", "the release")


async def test_give_accepts_several_people_and_things(talk):
    await give(talk, "@bob @carol 1 for the demo")
    await give(talk, "postgres 2")
    assert await talk.scores() == {BOB: 1, CAROL: 1}
    assert await talk.scores("things") == {"thing:postgres": 2}


async def test_give_asks_about_unquoted_member_name(talk):
    await announce(talk, "bob")
    question = (
        "Did you mean bob? Pick them from Slack's list, which opens when you type an @. If you mean"
        ' the thing, put it in quotation marks: `/karma give "bob" 2 for the release`'
    )
    assert await give(talk, "bob 2 for the release") == question
    assert await talk.scores() == {}
    assert await give(talk, '"bob" 2') == ""
    assert await give(talk, "2 to postgres") == ""
    assert await talk.scores("things") == {"thing:bob": 2, "thing:postgres": 2}


async def test_give_asks_about_member_name_in_every_notation(talk):
    await announce(talk, "bob")
    suggestions = {
        "bob++": '"bob"++', "postgres++ bob++": 'postgres++ "bob"++',
        "bob-- for the noise": '"bob"-- for the noise', "2 to bob": '"bob" 2',
        "bob 2 for helping @carol": '"bob" 2 for helping @someone',
    }  # fmt: skip
    for typed, instead in suggestions.items():
        reply = await give(talk, typed)
        assert reply.startswith("Did you mean bob?")
        assert reply.endswith(f"`/karma give {instead}`")
    assert "points are for others" in await give(talk, "me++")
    assert await talk.scores("things") == {}
    await give(talk, '"bob"++ #bob++')
    assert await talk.scores("things") == {"thing:bob": 2}


async def test_give_resolves_typed_at_name_despite_punctuation(talk):
    await announce(talk, "bob", "carol", "frank")
    for typed in ("give @bob++ for the docs", "give @bob, 1", "give 1 to @bob!", "give @BOB: 1"):
        assert await talk.command(typed, command="/karma") == {}
    assert await talk.scores() == {BOB: 4}
    await talk.command("give @bob @carol, @frankie 1 for (@carol)", command="/karma")
    assert await talk.scores() == {BOB: 5, CAROL: 1, "U0FRANK006": 1}


async def test_redelivered_give_counts_once(talk):
    workspace = talk.slack.workspace
    fields = events.build_slash_command(
        workspace, user=talk.id_of("ann"), channel="C0GENERAL1", command="/karma",
        text=f"give <@{BOB}> 2",
    )  # fmt: skip
    await asyncio.gather(*(talk.delivery.deliver_command(fields) for _ in range(4)))
    await talk.settled()
    assert await talk.scores() == {BOB: 2}
    assert talk.heard() == ["bob has 2 points (+2 from ann)"]


async def test_give_typed_twice_counts_twice(talk):
    for _ in range(2):
        await give(talk, "@bob 2")
    assert await talk.scores() == {BOB: 4}


async def test_give_reports_refusals_at_once_and_counts_the_rest(talk):
    assert "points are for others" in await give(talk, "@ann 2")
    assert talk.heard() == []
    assert "points are for others" in await give(talk, "@ann @bob 2")
    assert await talk.scores() == {BOB: 2}
    await talk.command("opt-out", by="carol", command="/karma")
    answer = await give(talk, "@carol 2")
    assert [text for text in talk.heard(to="ann") if "opted out" in text] == [answer]
    await talk.decide(daily_allowance=1)
    assert (await give(talk, "@dave 2")).startswith("Not counted")
    assert await talk.scores() == {BOB: 2}
    assert ["Not counted" in text for text in talk.heard(to="ann")] == [True] * 4  # once each


async def test_give_is_capped_at_max_points(talk):
    await talk.decide(max_points=3)
    await give(talk, "@bob 100")
    assert await talk.scores() == {BOB: 3}


async def test_give_is_refused_where_points_are_off(talk):
    await talk.decide(channel="C0GENERAL1", votes=False)
    reply = await give(talk, "@bob 2")
    assert reply == "Not counted: points are turned off in this channel."
    assert await talk.scores() == {}


async def test_silent_give_is_confirmed_only_to_giver(talk):
    await talk.decide(replies="silent")
    assert await give(talk, "@bob 2") == "Counted."
    assert talk.heard() == []


async def test_give_is_refused_where_app_is_not_a_member(talk):
    channel = talk.slack.workspace.find_channel("random")
    talk.slack.fail("conversations.info", error="channel_not_found")
    reply = await give(talk, "@bob 2", channel=channel.name)
    assert reply.startswith("Points count only in a channel that you and I are both in.")
    assert await talk.scores() == {}


async def test_give_without_arguments_is_answered_with_example(talk):
    assert "/karma give @bob 2 for the release" in await give(talk, "")


async def test_give_can_be_undone(talk):
    await give(talk, "@bob 2 for the release")
    answer = await talk.command("undo", command="/karma")
    assert "bob" in answer["text"]
    assert await talk.scores() == {BOB: 0}
    assert talk.heard() == ["bob has 0 points (+2 undone)"]
