"""What a member's message comes to: points, a reply, and who hears it."""

from app.ops.local_slack import events


async def test_a_vote_is_counted_and_told_in_the_thread(talk):
    post = await talk.said("@bob++ for the release")
    assert await talk.scores() == {"U0BOB00002": 1}
    assert talk.heard() == ["bob has 1 point (+1 for the release)"]
    assert talk.slack.posts_in("general")[0].thread_ts == post.ts


async def test_the_ledger_holds_what_was_said(talk):
    post = await talk.said("@bob+++ because he cares")
    rows = await talk.rows(
        "SELECT team_id, channel_id, message_ts, voter_id, target_id, delta, reason, kind"
        " FROM vote_history"
    )
    team = talk.slack.workspace.team_id
    assert rows == [(team, post.channel, post.ts, post.user, "U0BOB00002", 2, "he cares", "vote")]


async def test_a_delivery_repeated_counts_once(talk):
    post = talk.write("@bob++")
    for event_id in ("Ev1", "Ev1", "Ev2"):
        payload = events.posted_event(talk.slack.workspace, post, event_id=event_id)
        assert (await talk.deliver(payload)).status == 200
    await talk.running.sender.settled()
    assert await talk.scores() == {"U0BOB00002": 1}
    assert talk.heard() == ["bob has 1 point (+1)"]
