"""Scores follow the current messages: edits and deletions, in whatever order they arrive."""

import itertools
from dataclasses import replace

from app.devtools.fake_slack import events
from tests.tables import each

ANN, BOB, CAROL, DAVE = "U0ANN00001", "U0BOB00002", "U0CAROL003", "U0DAVE0004"


async def _deliver(talk, payload):
    answer = await talk.deliver(payload)
    assert answer.status == 200
    await talk.running.sender.wait_idle()


async def _ledger(talk):
    query = "SELECT target_id, sum(delta)::int FROM vote_history GROUP BY 1 HAVING sum(delta) <> 0"
    return dict(await talk.rows(query))


async def test_edit_counts_the_difference(talk):
    post = await talk.said("@bob++ @carol++")
    await _deliver(talk, talk.edit(post, "@bob+++ @dave++")[0])
    assert await _ledger(talk) == {BOB: 2, DAVE: 1}
    scores = await talk.scores()
    assert {t: n for t, n in scores.items() if n} == {BOB: 2, DAVE: 1}
    kinds = await talk.rows("SELECT kind, count(*)::int FROM vote_history GROUP BY 1 ORDER BY 1")
    assert kinds == [("edit", 3), ("vote", 2)]


async def test_edit_updates_the_reply_instead_of_posting_another(talk):
    post = await talk.said("@bob++ for the docs and @carol++")
    await _deliver(talk, talk.edit(post, "@bob++ for the tests")[0])
    assert talk.heard() == ["bob has 1 point (+1 for the tests)\ncarol has 0 points (+1 undone)"]
    assert len(talk.slack.list_calls("chat.postMessage")) == 1
    assert len(talk.slack.list_calls("chat.update")) == 1


async def test_deletion_takes_votes_back_and_updates_the_reply(talk):
    post = await talk.said("@bob+++ for the docs")
    await _deliver(talk, talk.deletion(post))
    assert await _ledger(talk) == {}
    assert talk.heard() == ["bob has 0 points (+2 undone)"]
    assert await talk.scores("givers") == {ANN: 0}


async def test_tombstone_counts_as_a_deletion(talk):
    post = await talk.said("@bob++")
    payload, _ = talk.edit(post, "This message was deleted.")
    payload["event"]["message"] |= {"subtype": "tombstone", "user": "USLACKBOT"}
    payload["event"]["message"].pop("edited", None)
    await _deliver(talk, payload)
    assert await _ledger(talk) == {}


async def test_vote_added_by_an_edit_counts_and_gets_a_reply(talk):
    post = await talk.said("nice work")
    await _deliver(talk, talk.edit(post, "nice work @bob++")[0])
    assert await _ledger(talk) == {BOB: 1}
    assert talk.heard() == ["bob has 1 point (+1)"]


async def test_change_not_made_by_a_person_has_no_effect(talk):
    post = await talk.said("@bob++")
    payload, _ = talk.edit(post, "@bob++ @carol++", by_person=False)
    await _deliver(talk, payload)
    assert await _ledger(talk) == {BOB: 1}
    assert not talk.slack.list_calls("chat.update")


async def test_change_not_made_by_a_person_has_no_effect_after_an_edit(talk):
    """As when a link in an edited message is previewed once other rules apply."""
    await talk.decide(max_points=1)
    post = await talk.said("@bob+++ look")
    payload, _ = talk.edit(post, "@bob+++ <https://x.test>")
    await _deliver(talk, payload)
    before = await _ledger(talk)
    await talk.decide(max_points=5)
    event, ts = payload["event"], talk.slack.workspace.next_ts()
    event |= {"previous_message": event["message"], "ts": ts, "event_ts": ts}
    event["message"] = event["message"] | {"attachments": [{"from_url": "https://x.test"}]}
    await _deliver(talk, payload | {"event_id": "EvPREVIEW"})
    assert await _ledger(talk) == before


async def test_an_edit_is_judged_by_the_settings_of_its_time(talk):
    post = await talk.said("@bob++++ @carol--")
    await talk.decide(max_points=2, minus="off")
    assert await talk.scores() == {BOB: 3, CAROL: -1}
    await talk.edited(post, "@bob++++ @carol-- :tada:")
    assert await talk.scores() == {BOB: 2, CAROL: 0}


async def test_message_first_delivered_as_edited_counts_until_edited_again(talk):
    post = talk.write("@bob++")
    payload = events.build_posted_event(talk.slack.workspace, post)
    payload["event"]["edited"] = {"user": ANN, "ts": f"{int(float(post.ts))}.000000"}
    await _deliver(talk, payload)
    await _deliver(talk, payload)
    assert await _ledger(talk) == {BOB: 1}
    await _deliver(talk, talk.edit(post, "@carol++")[0])
    await _deliver(talk, payload)
    assert await _ledger(talk) == {CAROL: 1}


async def test_mention_event_of_an_edited_message_counts_no_votes(talk):
    post = talk.write("@pptbot and @bob++")
    payload = events.build_mention_event(talk.slack.workspace, post)
    payload["event"]["edited"] = {"user": ANN, "ts": f"{int(float(post.ts))}.000000"}
    await _deliver(talk, payload)
    assert await _ledger(talk) == {}


async def test_edit_without_vote_changes_updates_nothing(talk):
    post = await talk.said("@bob++ thanks")
    await _deliver(talk, talk.edit(post, "@bob++ thank you")[0])
    assert len(await talk.rows("SELECT FROM vote_history")) == 1
    assert not talk.slack.list_calls("chat.update")


async def test_edit_without_vote_changes_gets_no_reply_if_the_old_one_is_gone(talk):
    post = await talk.said("@bob++ thanks")
    await talk.rows("DELETE FROM outbox RETURNING 1")
    await _deliver(talk, talk.edit(post, "@bob++ thank you")[0])
    assert len(talk.heard()) == 1


async def test_edit_corrects_the_period_of_the_original_message(talk):
    workspace = talk.slack.workspace
    november = "1795000000.000100"  # 2026-11-18
    post = replace(talk.write("@bob++"), ts=november)
    await _deliver(talk, events.build_posted_event(workspace, post))
    await _deliver(talk, talk.edit(post, "@bob+++")[0])
    assert await talk.scores("users/2026-11") == {BOB: 2}
    assert await talk.scores("users/2026-W47") == {BOB: 2}


@each("order", list(itertools.permutations(range(4))))
async def test_any_delivery_order_of_edits_and_deletion_ends_the_same(talk, order):
    post = talk.write("@bob++ @carol++")
    first, after = talk.edit(post, "@bob+++")
    second, latest = talk.edit(after, "@dave--")
    deliveries = [
        events.build_posted_event(talk.slack.workspace, post), first, second,
        talk.deletion(latest),
    ]  # fmt: skip
    for n in order:
        for event_id in ("Ev1", "Ev2"):
            answer = await talk.deliver(deliveries[n] | {"event_id": f"{event_id}{n}{post.ts}"})
            assert answer.status == 200
    await talk.running.sender.wait_idle()
    assert await _ledger(talk) == {}
    assert set((await talk.scores()).values()) <= {0}
    boards = await talk.rows("SELECT FROM leaderboard WHERE score <> 0")
    assert boards == []


async def test_two_edits_within_one_second_are_ordered(talk):
    post = await talk.said("@bob++")
    first, after = talk.edit(post, "@bob+++")
    second, _ = talk.edit(after, "@bob++++")
    second["event"]["message"]["edited"]["ts"] = first["event"]["message"]["edited"]["ts"]
    await _deliver(talk, second)
    await _deliver(talk, first)
    assert await _ledger(talk) == {BOB: 3}


async def test_pending_reply_is_posted_as_edited(talk):
    post = await talk.unanswered("@bob++")
    assert (await talk.deliver(talk.edit(post, "@carol++")[0])).status == 200
    await talk.resumed()
    assert talk.heard()[-1].startswith("carol has 1 point (+1)")
    assert len(talk.slack.list_posts("general")) == 1


async def test_edit_spends_and_refunds_the_allowance(talk):
    await talk.decide(daily_allowance=3)
    post = await talk.said("@bob+++")
    payload, after = talk.edit(post, "@bob++++ @carol++")
    await _deliver(talk, payload)
    assert await _ledger(talk) == {}
    assert "3 points a day" in talk.heard(to="ann")[0]
    await _deliver(talk, talk.edit(after, "@bob++++")[0])
    assert await _ledger(talk) == {BOB: 3}
    assert await talk.rows("SELECT spent::int FROM allowances") == [(3,)]
