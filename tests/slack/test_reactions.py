"""Votes by reaction: at most one point per person and message, whatever they toggle."""

import asyncio
import random

import psycopg
from hypothesis import given, settings
from hypothesis import strategies as st

from app.devtools.fake_slack import events
from app.slack.payloads import events as payloads
from tests.examples import scaled
from tests.logged import logged
from tests.tables import each

ANN, BOB, CAROL, DAVE = "U0ANN00001", "U0BOB00002", "U0CAROL003", "U0DAVE0004"
PLUS, MINUS = "heavy_plus_sign", "heavy_minus_sign"
LEDGER = "SELECT voter_id, target_id, delta, kind, slot FROM vote_history ORDER BY id"


def _event(talk, post, emoji=PLUS, by="ann", *, added=True, **changed):
    payload = events.build_reaction_event(
        talk.slack.workspace, post=post, emoji=emoji, user=talk.id_of(by), added=added
    )
    payload["event"] |= changed
    return payload


async def _scores_match_ledger(talk):
    """Return whether the scores are the sums of the ledger."""
    sums = "SELECT target_id, sum(delta)::int FROM vote_history GROUP BY 1 HAVING sum(delta) <> 0"
    return dict(await talk.rows(sums)) == {t: n for t, n in (await talk.scores()).items() if n}


# One reaction


async def test_plus_reaction_gives_the_author_a_point_and_a_thread_reply(talk, log_lines):
    post = await talk.said("I have fixed the build", by="bob")
    await talk.react(post, PLUS)
    assert await talk.scores() == {BOB: 1}
    assert await talk.scores("givers") == {ANN: 1}
    assert await talk.scores("channel/C0GENERAL1") == {BOB: 1}
    assert await talk.rows(LEDGER) == [(ANN, BOB, 1, "vote", ANN)]
    (answer,) = talk.slack.list_posts("general")
    assert (answer.text, answer.thread_ts) == ("bob has 1 point (+1 from ann)", post.ts)
    (line,) = logged(log_lines, "vote.reacted")
    assert (line["channel"], line["votes"]) == ("C0GENERAL1", 1)


async def test_removing_a_reaction_takes_its_point_back(talk):
    post = await talk.said("I have fixed the build", by="bob")
    await talk.react(post, PLUS)
    await talk.unreact(post, PLUS)
    assert await talk.scores() == {BOB: 0}
    assert [row[2:4] for row in await talk.rows(LEDGER)] == [(1, "vote"), (-1, "edit")]
    assert talk.heard() == ["bob has 0 points (+1 undone)"]


async def test_minus_reaction_takes_a_point(talk):
    await talk.react(await talk.said("no tests today", by="bob"), MINUS)
    assert await talk.scores() == {BOB: -1}
    assert talk.heard() == ["bob has -1 point (-1 from ann)"]


async def test_reactions_of_several_people_each_count(talk):
    post = await talk.said("hello", by="bob")
    for who in ("ann", "carol", "dave"):
        await talk.react(post, PLUS, by=who)
    await talk.unreact(post, PLUS, by="carol")
    assert await talk.scores() == {BOB: 2}
    assert await talk.scores("givers") == {ANN: 1, CAROL: 0, DAVE: 1}


async def test_other_emoji_do_not_count(talk):
    post = await talk.said("hello", by="bob")
    for emoji in ("tada", "heavy_plus_signs", "+1", "-1"):
        await talk.react(post, emoji)
        await talk.unreact(post, emoji)
    assert await talk.rows(LEDGER) == []
    assert await talk.rows("SELECT 1 FROM reactions") == []
    assert talk.slack.list_posts("general") == []


async def test_settings_choose_the_voting_emoji_per_channel(talk):
    await talk.decide(plus_reactions=["thumbsup", "taco"], minus_reactions=[])
    await talk.decide(channel="C0RANDOM02", plus_reactions=["tada"])
    here = await talk.said("hello", by="bob")
    there = await talk.said("hello", by="bob", channel="random")
    await talk.react(here, "+1::skin-tone-4")
    await talk.react(here, MINUS, by="carol")
    await talk.react(there, "+1", by="dave")
    assert await talk.scores() == {BOB: 1}
    await talk.react(there, "tada", by="dave")
    assert await talk.scores() == {BOB: 2}


async def test_reply_for_a_reaction_in_a_thread_goes_to_that_thread(talk):
    first = await talk.said("who can help?", by="carol")
    reply = await talk.said("I can", by="bob", thread=first)
    await talk.react(reply, PLUS)
    assert [post.thread_ts for post in talk.slack.list_posts("general")] == [first.ts]


async def test_reply_goes_under_the_message_if_its_thread_is_unknown(talk):
    post = await talk.said("hello", by="bob")
    talk.slack.fail("chat.getPermalink", error="internal_error", times=None)
    await talk.react(post, PLUS)
    assert [post.thread_ts for post in talk.slack.list_posts("general")] == [post.ts]


# One vote per person and message


async def test_several_plus_emoji_of_one_person_are_one_point(talk):
    await talk.decide(plus_reactions=[PLUS, "tada", "taco"])
    post = await talk.said("hello", by="bob")
    for emoji in (PLUS, "tada", "taco", "tada::skin-tone-3"):
        await talk.react(post, emoji)
    assert await talk.scores() == {BOB: 1}
    for emoji in (PLUS, "tada", "taco"):
        await talk.unreact(post, emoji)
    assert await talk.scores() == {BOB: 1}
    await talk.unreact(post, "tada::skin-tone-3")
    assert await talk.scores() == {BOB: 0}


async def test_emoji_added_again_counts_by_the_current_settings(talk):
    await talk.decide(plus_reactions=["taco"])
    post = await talk.said("hello", by="bob")
    await talk.react(post, "taco")
    await talk.unreact(post, "taco")
    await talk.decide(plus_reactions=[], minus_reactions=["taco"])
    await talk.react(post, "taco")
    assert await talk.scores() == {BOB: -1}


async def test_plus_and_minus_of_one_person_cancel_out(talk):
    post = await talk.said("hello", by="bob")
    for emoji in (PLUS, MINUS):
        await talk.react(post, emoji)
    assert await talk.scores() == {BOB: 0}
    await talk.unreact(post, PLUS)
    assert await talk.scores() == {BOB: -1}


async def test_repeated_toggling_gives_and_spends_one_point_at_most(talk):
    await talk.decide(daily_allowance=1, cooldown=10)
    post = await talk.said("hello", by="bob")
    for _ in range(10):
        await talk.react(post, PLUS)
        await talk.unreact(post, PLUS)
    assert await talk.scores() == {BOB: 0}
    assert await talk.scores("givers") == {ANN: 0}
    await talk.react(post, PLUS)
    assert await talk.scores() == {BOB: 1}
    assert await talk.rows("SELECT sum(spent)::int FROM allowances") == [(1,)]
    assert await _scores_match_ledger(talk)


async def test_readded_reaction_counts_for_the_day_it_was_first_given(talk):
    post = await talk.said("hello", by="bob")
    first = float(post.ts)
    for days, added in ((0, True), (40, False), (41, True)):
        at = f"{first + days * 86400 + 60:.6f}"
        await talk.told(_event(talk, post, added=added, event_ts=at))
    months = await talk.rows(
        "SELECT board, score FROM leaderboard WHERE board ~ '^users/[0-9]{4}-[0-9]{2}$'"
    )
    assert [score for _, score in months] == [1]


@each("seed", range(6))
async def test_arrival_order_of_reactions_does_not_matter(talk, seed):
    before = await talk.scores()
    post = await talk.said("hello", by="bob")
    deliveries = [
        _event(talk, post, emoji, added=added)
        for emoji, added in (
            (PLUS, True), (PLUS, False), (MINUS, True), (PLUS, True), (MINUS, False), (PLUS, False),
            (PLUS, True),
        )
    ]  # fmt: skip
    random.Random(seed).shuffle(deliveries)
    for payload in [*deliveries, *deliveries]:
        await talk.told(payload)
    assert await talk.gained(before) == {BOB: 1}
    assert await _scores_match_ledger(talk)


async def test_concurrent_reactions_end_like_sequential_ones(talk):
    await talk.decide(plus_reactions=[PLUS, "tada", "taco"])
    post = await talk.said("hello", by="bob")
    deliveries = [
        _event(talk, post, emoji, by, added=added)
        for by in ("ann", "carol", "dave")
        for emoji in (PLUS, "tada", "taco", MINUS)
        for added in (True, False, emoji == "tada")
    ]
    answers = await asyncio.gather(*map(talk.deliver, [*deliveries, *deliveries]))
    assert {answer.status for answer in answers} == {200}
    assert await talk.scores() == {BOB: 3}
    assert await talk.scores("givers") == {ANN: 1, CAROL: 1, DAVE: 1}
    assert await _scores_match_ledger(talk)


async def test_redelivered_reaction_counts_once(talk):
    post = await talk.said("hello", by="bob")
    payload = _event(talk, post)
    for event_id in ("Ev1", "Ev1", "Ev2"):
        await talk.told(payload | {"event_id": event_id})
    assert await talk.rows(LEDGER) == [(ANN, BOB, 1, "vote", ANN)]


async def test_retired_emoji_can_be_withdrawn_but_not_given(talk):
    post = await talk.said("hello", by="bob")
    await talk.react(post, PLUS)
    await talk.decide(plus_reactions=["tada"])
    await talk.unreact(post, PLUS)
    assert await talk.scores() == {BOB: 0}
    await talk.react(post, PLUS)
    assert await talk.scores() == {BOB: 0}


async def test_reactions_and_votes_of_the_message_are_independent(talk):
    post = await talk.said("hello", by="bob")
    await talk.react(post, PLUS)
    await talk.react(post, PLUS, by="carol")
    post = await talk.edited(post, "@carol++ for the tea")
    assert await talk.scores() == {CAROL: 1, BOB: 2}
    await talk.deleted(post)
    assert await talk.scores() == {CAROL: 0, BOB: 2}
    for late in (_event(talk, post, added=False), _event(talk, post, by="dave")):
        await talk.told(late)
        assert await talk.scores() == {CAROL: 0, BOB: 2}
    assert await _scores_match_ledger(talk)


# Who can vote, and on what


async def test_reaction_to_own_message_is_refused_with_an_explanation(talk):
    post = await talk.said("I am great", by="ann")
    await talk.react(post, PLUS)
    assert await talk.rows(LEDGER) == []
    assert [said[:27] for said in talk.heard(to="ann")] == ["Not counted: points are for"]


async def test_reactions_of_bots_and_the_app_do_not_count(talk):
    post = await talk.said("hello", by="bob")
    robot = next(m for m in talk.slack.workspace.members.values() if m.is_bot)
    await talk.told(_event(talk, post, by=robot.id))
    talk.slack.fail("users.info", status=500, times=None)
    await talk.told(_event(talk, post, by="pptbot"))
    assert await talk.rows(LEDGER) == []


async def test_reactions_to_a_bots_message_count_for_the_bot(talk):
    post = await talk.said("hello", by="bob")
    await talk.told(_event(talk, post, item_user="U0ROBOT009"))
    assert await talk.scores() == {"U0ROBOT009": 1}


async def test_reaction_removal_without_item_user_counts(talk):
    post = await talk.said("hello", by="bob")
    await talk.react(post, PLUS)
    await talk.told(_event(talk, post, added=False, item_user=None))
    assert await talk.scores() == {BOB: 0}


@each(
    "changed",
    [
        {"item": {"type": "file", "file": "F1"}},
        {"item": None},
        {"item": {"type": "message", "channel": "C0GENERAL1", "ts": "no time"}},
        {"item_user": None},
        {"item_user": "<!channel>"},
        {"item_user": "USLACKBOT"},
        {"user": ["U1"]},
        {"reaction": 7},
        {"reaction": "a" * 5000},
        {"event_ts": None},
    ],
)
async def test_malformed_reaction_event_changes_nothing(talk, changed):
    post = await talk.said("hello", by="bob")
    await talk.told(_event(talk, post, **changed))
    assert await talk.rows(LEDGER) == []
    assert await talk.rows("SELECT 1 FROM reactions") == []


@settings(max_examples=scaled(60))
@given(
    event=st.fixed_dictionaries(
        {"type": st.sampled_from(["reaction_added", "reaction_removed"])},
        optional={
            name: st.recursive(
                st.none() | st.booleans() | st.integers() | st.text(max_size=80),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from(["type", "channel", "ts"]), inner, max_size=3)
                ),
                max_leaves=4,
            )
            for name in ("user", "item", "item_user", "reaction", "event_ts")
        },
    )
)
def test_forged_reaction_event_is_read_as_none_or_with_ascii_ids(event):
    found = payloads.read_reaction({"team_id": "T0PLAYGRND", "event": event})
    if found is not None:
        assert all(map(str.isascii, (*found.key, found.emoji)))


# Rules and replies


async def test_reaction_votes_obey_the_minus_rule_and_the_allowance(talk):
    await talk.decide(minus="off", daily_allowance=1)
    first, second = [await talk.said("hello", by=who) for who in ("bob", "carol")]
    await talk.react(first, MINUS)
    assert await talk.rows(LEDGER) == []
    await talk.react(first, PLUS, by="dave")
    await talk.react(second, PLUS, by="dave")
    assert await talk.scores() == {BOB: 1}
    assert [said[:29] for said in talk.heard(to="dave")] == ["Not counted: that's more than"]
    await talk.unreact(first, PLUS, by="dave")
    await talk.unreact(second, PLUS, by="dave")
    await talk.react(second, PLUS, by="dave")
    assert await talk.scores() == {BOB: 0, CAROL: 1}
    assert len(await talk.rows("SELECT DISTINCT voted_at FROM vote_history")) == 2


async def test_cooldown_allows_readding_a_reaction_but_no_second_one(talk):
    await talk.decide(cooldown=10)
    first, second = [await talk.said(words, by="bob") for words in ("one", "two")]
    await talk.react(first, PLUS)
    await talk.react(second, PLUS)
    assert await talk.scores() == {BOB: 1}
    await talk.unreact(second, PLUS)
    await talk.unreact(first, PLUS)
    await talk.react(first, PLUS)
    assert await talk.scores() == {BOB: 1}
    await talk.react(second, PLUS)
    assert await talk.scores() == {BOB: 1}


async def test_opted_out_person_gets_no_points_by_reaction(talk):
    post = await talk.said("hello", by="bob")
    await talk.command("opt-out", by="bob", command="/karma")
    await talk.react(post, PLUS)
    await talk.decide(quiet_channels=["C0GENERAL1"])
    await talk.react(post, PLUS, by="carol")
    assert await talk.rows(LEDGER) == []
    assert ["opted out" in said for said in talk.heard(to="ann")] == [True]
    assert talk.heard(to="carol") == []


async def test_undone_reaction_stays_undone_when_toggled(talk):
    post = await talk.said("hello", by="bob")
    await talk.react(post, PLUS)
    answer = await talk.command("undo", command="/karma")
    assert answer["text"].startswith("Undone: bob +1 (here, just now).")
    for _ in range(2):
        await talk.unreact(post, PLUS)
        await talk.react(post, PLUS)
    assert await talk.scores() == {BOB: 0}
    assert [row[2:4] for row in await talk.rows(LEDGER)] == [(1, "vote"), (-1, "undo")]


async def test_undo_takes_back_the_last_vote_of_any_kind(talk):
    post = await talk.said("hello", by="bob")
    await talk.said("@carol++", by="ann")
    await talk.react(post, PLUS)
    await talk.react(post, PLUS, by="dave")
    answer = await talk.command("undo", command="/karma")
    assert answer["text"].startswith("Undone: bob +1")
    assert await talk.scores() == {CAROL: 1, BOB: 1}
    await talk.click(answer, "karma_undo")
    assert await talk.scores() == {CAROL: 0, BOB: 1}


async def test_undo_takes_back_only_ones_own_reaction(talk):
    post = await talk.said("hello", by="bob")
    for who in ("ann", "dave"):
        await talk.react(post, PLUS, by=who)
    for who in ("ann", "dave"):
        answer = await talk.command("undo", by=who, command="/karma")
        assert answer["text"].startswith("Undone: bob +1 (here")
    assert await talk.scores() == {BOB: 0}


async def test_history_lists_each_reaction_as_its_own_vote(talk):
    post = await talk.said("hello", by="bob")
    await talk.react(post, PLUS, by="ann")
    await talk.react(post, PLUS, by="dave")
    shown = (await talk.command(f"history <@{BOB}|bob>", command="/karma"))["text"]
    assert shown.count("+1 from") == 2
    assert "from you" in shown
    assert "from dave" in shown


async def test_reaction_is_acknowledged_only_once_stored(talk, database_url):
    post = await talk.said("hello", by="bob")
    payload = _event(talk, post)
    for locked in ("reactions IN ACCESS EXCLUSIVE", "vote_history IN EXCLUSIVE"):
        with psycopg.connect(database_url) as conn:
            conn.execute(f"LOCK TABLE {locked} MODE")
            with talk.hurried(database=0.5):
                assert (await talk.deliver(payload)).status == 503
    await talk.told(payload)
    assert await talk.scores() == {BOB: 1}


async def test_reaction_in_a_private_channel_is_not_shown_elsewhere(talk):
    await talk.react(await talk.said("hello", by="bob", channel="secret"), PLUS)
    assert (await talk.scores())[BOB] == 1
    assert talk.slack.list_posts("general") == []
    shown = (await talk.command(f"history <@{BOB}|bob>", command="/karma"))["text"]
    assert "C0SECRET04" not in shown
    assert "+1" not in shown
