"""A channel keeps its votes and settings under a new id, which old private ones get when shared."""

import asyncio
from dataclasses import replace

import pytest

from app import server
from app.devtools.fake_slack import events
from app.devtools.fake_slack.values import Channel
from app.slack.payloads.former_channels import replace_former_channels
from app.slack.views.leaderboard import EVERYONE
from app.store.server.upkeep import tidy
from app.store.workspace import channel_ids
from tests.differences import find_differences_at
from tests.tables import each
from tests.talk import PATIENT

ANN, BOB, CAROL = "U0ANN00001", "U0BOB00002", "U0CAROL003"
OLD, NEW, NEWER, OTHER = "G0OLD00005", "C0NEW00006", "C0NEWER007", "C0SECRET04"


@pytest.fixture
def talk(talk):
    """A conversation in an old private channel."""
    talk.slack.workspace.channels[OLD] = Channel(OLD, "old", is_private=True)
    talk.channel = "old"
    return talk


def change_id(talk, former=OLD, new=NEW):
    """Give the channel a new id in Slack; return the event that announces it."""
    talk.slack.workspace.change_channel_id(former, new)
    return events.build_channel_id_changed_event(talk.slack.workspace, former=former, new=new)


def move(post, channel=NEW):
    """Return *post* under another id of its channel."""
    return replace(post, channel=channel)


async def sum_points(talk):
    """Return the points in the ledger by channel and target."""
    query = """
        SELECT channel_id, target_id, sum(delta)::int FROM vote_history
        GROUP BY 1, 2 HAVING sum(delta) <> 0
    """
    return {(channel, target): points for channel, target, points in await talk.rows(query)}


async def find_rows(talk, channel):
    """Return how many rows of each table but `audit` and `former_channels` contain *channel*."""
    rows = await talk.rows("""
        SELECT table_name::text FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name = 'team_id'
            AND table_name NOT IN ('audit', 'former_channels')
    """)
    tables = {}
    for (table,) in rows:
        query = f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s'  # noqa: S608
        ((tables[table],),) = await talk.rows(query, f"%{channel}%")
    return {table: count for table, count in tables.items() if count}


async def test_earlier_votes_follow_edits_and_deletions_under_new_id(talk):
    edited, deleted, kept = [await talk.said("@bob++ @carol++") for _ in range(3)]
    await talk.told(change_id(talk))
    await talk.edited(move(edited), "@bob+++")
    await talk.deleted(move(deleted))
    await talk.told(events.build_posted_event(talk.slack.workspace, move(kept)))
    assert await sum_points(talk) == {(NEW, BOB): 3, (NEW, CAROL): 1}
    assert await talk.scores(f"channel/{NEW}") == {BOB: 3, CAROL: 1}
    assert await talk.scores(f"channel/{OLD}") == {}
    assert await talk.scores() == {BOB: 3, CAROL: 1}
    assert find_differences_at(talk.running.database.url) == []


async def test_channel_board_combines_points_from_both_ids(talk):
    await talk.decide(notices="direct")
    await talk.said("@bob+++")
    id_changed = change_id(talk)
    await talk.said("@bob++ @carol++", by="dave")
    await talk.told(id_changed)
    replies = "SELECT channel_id FROM outbox ORDER BY 1"
    assert await talk.rows(replies) == [(NEW,), (NEW,), (BOB,), (BOB,), (CAROL,)]
    answer = await talk.command("here", channel="old")
    assert "bob, 3 points" in str(answer)
    assert "carol, 1 point" in str(answer)


async def test_former_id_disappears_from_all_tables_except_audit(talk):
    await talk.decide(feed_channel=OLD, recap_channel=OLD, notices="direct")
    for channel, name in ((OLD, "old"), (OTHER, "secret")):
        await talk.decide(channel=channel, max_points=3, cooldown=600)
        post = await talk.said("@bob++ @bobby++ thanks", channel=name)
        await talk.react(post, "heavy_plus_sign", by="carol")
        await talk.command("boost x2 1h here", command="/karma", channel=name)
        await talk.rows("""
            INSERT INTO outbox (team_id, channel_id, message_ts, kind, body, done_at)
            VALUES (%s, 'C0RANDOM02', %s, 'hint', jsonb_build_object('in', %s::text), now())
            RETURNING 1
        """, talk.slack.workspace.team_id, name, channel)  # fmt: skip
    await talk.running.context.listening.flush()
    former, others = await find_rows(talk, OLD), await find_rows(talk, OTHER)
    former.pop("turns")
    await talk.told(change_id(talk))
    assert (await find_rows(talk, OLD), await find_rows(talk, NEW)) == ({}, former)
    assert await find_rows(talk, OTHER) == others
    assert await talk.rows("SELECT slot FROM outbox WHERE kind = 'hint'") == [("",), ("",)]
    assert await talk.rows("SELECT former_id, channel_id FROM former_channels") == [(OLD, NEW)]


async def test_channel_settings_move_to_new_id(talk):
    await talk.decide(quiet_channels=["C0RANDOM02", OLD])
    await talk.decide(channel=OLD, max_points=7)
    await talk.told(change_id(talk))
    rulebook, team = talk.running.context.rulebook, talk.slack.workspace.team_id
    assert rulebook.get_settings(team, NEW).max_points == 7
    assert rulebook.get_settings(team).quiet_channels == ("C0RANDOM02", NEW)
    await talk.said("@bob++")
    assert talk.heard() == []


async def test_settings_already_under_new_id_take_precedence(talk):
    await talk.decide(channel=OLD, max_points=7, max_targets=3)
    id_changed = change_id(talk)
    await talk.decide(channel=NEW, max_points=2)
    await talk.told(id_changed)
    settings = talk.running.context.rulebook.get_settings(talk.slack.workspace.team_id, NEW)
    assert (settings.max_points, settings.max_targets) == (2, 3)


@pytest.mark.parametrize(("one", "other"), [(OLD, NEW), (NEW, OLD)])
async def test_channel_known_under_both_ids_keeps_what_is_unread(talk, one, other):
    team = talk.slack.workspace.team_id
    insert = "INSERT INTO channels (team_id, channel_id, heard_ts, read_ts) VALUES (%s, %s, %s, %s)"
    await talk.rows(f"{insert} RETURNING 1", team, one, "9000000000.0", "3.0")
    await talk.rows(f"{insert} RETURNING 1", team, other, "8000000000.0", "2.0")
    await talk.told(change_id(talk))
    known = "SELECT channel_id, heard_ts, read_ts FROM channels"
    assert await talk.rows(known) == [(NEW, "9000000000.0", "2.0")]


async def test_deletion_under_new_id_releases_cooldown(talk):
    await talk.decide(cooldown=600)
    post = await talk.said("@bob++")
    await talk.told(change_id(talk))
    await talk.deleted(move(post))
    await talk.said("@bob++")
    assert await talk.scores() == {BOB: 1}


async def test_repeated_id_change_and_late_events_count_once(talk):
    post = await talk.said("@bob++")
    id_changed = change_id(talk)
    await talk.told(id_changed)
    late = events.build_posted_event(talk.slack.workspace, talk.write("@carol++"))
    late["event"]["channel"] = OLD
    await talk.told(id_changed)
    await talk.told(late)
    await talk.told(late)
    await talk.told(events.build_posted_event(talk.slack.workspace, post))
    assert await sum_points(talk) == {(NEW, BOB): 1, (NEW, CAROL): 1}
    assert await talk.rows("SELECT former_id, channel_id FROM former_channels") == [(OLD, NEW)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (1, 0, 1, 0), (0, 1, 0)])
async def test_two_id_changes_apply_in_any_event_order(talk, order):
    await talk.said("@bob++")
    first = change_id(talk)
    await talk.said("@carol++")
    second = change_id(talk, NEW, NEWER)
    for nr in order:
        await talk.told((first, second)[nr])
    assert await sum_points(talk) == {(NEWER, BOB): 1, (NEWER, CAROL): 1}
    query = "SELECT former_id, channel_id FROM former_channels ORDER BY 1 DESC"
    assert await talk.rows(query) == [(OLD, NEWER), (NEW, NEWER)]
    assert find_differences_at(talk.running.database.url) == []


async def test_id_change_in_another_workspace_is_ignored(talk):
    await talk.said("@bob++")
    id_changed = change_id(talk)
    id_changed["team_id"] = id_changed["authorizations"][0]["team_id"] = "T0OTHER001"
    await talk.told(id_changed)
    assert await sum_points(talk) == {(OLD, BOB): 1}


# Messages under the new id before the app learns of it.


async def test_message_edited_before_id_change_event_counts_once(talk):
    post, other = await talk.said("@bob++"), await talk.said("@carol++")
    id_changed = change_id(talk)
    await talk.edited(move(post), "@bob+++ @carol++")
    await talk.deleted(move(other))
    await talk.told(id_changed)
    assert await sum_points(talk) == {(NEW, BOB): 2, (NEW, CAROL): 1}
    assert await talk.scores(f"channel/{NEW}") == {BOB: 2, CAROL: 1}
    assert {t: n for t, n in (await talk.scores("givers")).items() if n} == {ANN: 3}
    assert find_differences_at(talk.running.database.url) == []


async def test_message_redelivered_before_id_change_event_counts_once(talk):
    post = await talk.said("@bob++")
    id_changed = change_id(talk)
    await talk.told(events.build_posted_event(talk.slack.workspace, move(post)))
    assert (await talk.scores())[BOB] == 2
    await talk.told(id_changed)
    assert await sum_points(talk) == {(NEW, BOB): 1}
    await talk.edited(move(post), "@carol++")
    assert await sum_points(talk) == {(NEW, CAROL): 1}
    assert find_differences_at(talk.running.database.url) == []


async def test_message_seen_under_both_ids_spends_allowance_once(talk):
    await talk.decide(daily_allowance=3)
    post = await talk.said("@bob++")
    id_changed = change_id(talk)
    await talk.told(events.build_posted_event(talk.slack.workspace, move(post)))
    await talk.told(id_changed)
    await talk.said("@carol++ @dave++")
    await talk.said("@eve++")
    assert await sum_points(talk) == {(NEW, BOB): 1, (NEW, CAROL): 1, (NEW, "U0DAVE0004"): 1}


@pytest.mark.parametrize(
    ("before", "meanwhile", "points"),
    [
        ("+plus", "-plus", 0),
        ("+plus", "+minus", 0),
        ("+plus +minus", "-minus", 1),
        ("+plus", "-plus +plus", 1),
        ("+minus", "+plus -minus", 1),
    ],
)
async def test_reactions_under_both_ids_give_at_most_one_point(talk, before, meanwhile, points):
    async def play(reactions, post):
        for reaction in reactions.split():
            apply = talk.react if reaction[0] == "+" else talk.unreact
            await apply(post, f"heavy_{reaction[1:]}_sign", by="carol")

    post = await talk.said("good morning", by="bob")
    await play(before, post)
    id_changed = change_id(talk)
    await play(meanwhile, move(post))
    await talk.told(id_changed)
    assert (await sum_points(talk)).get((NEW, BOB), 0) == points
    await talk.react(move(post), "tada", by="dave")
    assert {t: n for t, n in (await talk.scores()).items() if n} == (
        {BOB: points} if points else {}
    )
    assert find_differences_at(talk.running.database.url) == []


async def test_joins_carry_over_to_new_id(talk):
    post = await talk.said("@bob++")
    await talk.said("++", by="carol", thread=post)
    await talk.told(change_id(talk))
    await talk.react(move(post), "heavy_plus_sign", by="carol")
    await talk.said("++", by="dave", thread=move(post))
    assert await sum_points(talk) == {(NEW, BOB): 3}


# Pending replies.


async def test_pending_reply_is_posted_under_new_id(talk):
    talk.slack.fail("chat.postMessage", status=500)
    answer = await talk.deliver(
        events.build_posted_event(talk.slack.workspace, talk.write("@bob++"))
    )
    assert answer.status == 200
    await talk.slack.wait_until(lambda: len(talk.slack.list_calls("chat.postMessage")) == 1)
    await talk.told(change_id(talk))
    assert talk.heard() == ["bob has 1 point (+1)"]


async def test_reply_not_yet_tried_counts_as_unposted_under_new_id(talk):
    talk.running.sender.stop()
    await talk.deliver(events.build_posted_event(talk.slack.workspace, talk.write("@bob++")))
    await talk.deliver(change_id(talk))
    tried = "SELECT channel_id, attempts, claimed_until FROM outbox"
    assert await talk.rows(tried) == [(NEW, 0, None)]


async def test_reply_dropped_for_unknown_channel_is_posted_under_new_id(talk):
    post = talk.write("@bob++")
    id_changed = change_id(talk)
    await talk.told(events.build_posted_event(talk.slack.workspace, post))
    assert await talk.rows("SELECT dropped FROM outbox") == [("channel_not_found",)]
    await talk.told(id_changed)
    assert talk.heard() == ["bob has 1 point (+1)"]


async def test_edit_under_new_id_updates_earlier_reply(talk):
    post = await talk.said("@bob++")
    await talk.told(change_id(talk))
    await talk.edited(move(post), "@bob+++")
    assert talk.heard() == ["bob has 2 points (+2)"]
    assert len(talk.slack.list_calls("chat.postMessage")) == 1


async def test_pending_notice_is_sent_after_id_change(talk):
    await talk.decide(notices="direct")
    talk.slack.fail("chat.postMessage", status=500, times=2)
    answer = await talk.deliver(
        events.build_posted_event(talk.slack.workspace, talk.write("@bob++"))
    )
    assert answer.status == 200
    await talk.slack.wait_until(lambda: len(talk.slack.list_calls("chat.postMessage")) == 2)
    await talk.told(change_id(talk))
    assert talk.direct("bob") == ["ann gave you 1 point · in a private channel"]


# Actions after the change.


async def test_undo_reverts_votes_from_before_id_change(talk):
    await talk.said("@bob++")
    await talk.told(change_id(talk))
    await talk.command("undo", command="/karma", channel="old")
    assert await sum_points(talk) == {}
    assert find_differences_at(talk.running.database.url) == []


async def test_boosts_begun_under_both_ids_end_one_by_one(talk):
    await talk.command("boost x2 1h here", command="/karma", channel="old")
    id_changed = change_id(talk)
    await talk.command("boost x3 1h here", command="/karma", channel="old")
    await talk.told(id_changed)
    for points in ("Double", "Triple"):
        await talk.command("boost end here", command="/karma", channel="old")
        assert talk.heard()[-1] == f"{points} points have ended in this channel."


async def test_button_from_before_id_change_acts_on_new_id(talk):
    await talk.said("@bob++")
    board = await talk.command("here", channel="old")
    assert OLD in str(board)
    await talk.told(change_id(talk))
    await talk.click(board, EVERYONE)
    assert "bob, 1 point" in talk.heard()[-1]


async def test_audit_shows_new_channel_id(talk):
    await talk.command("boost x2 1h here", command="/karma", channel="old")
    await talk.told(change_id(talk))
    audit = str(await talk.command("audit", command="/karma", channel="old"))
    assert f"<#{NEW}>" in audit
    assert OLD not in audit


# Two processes, and concurrent events.


@pytest.fixture
async def other(talk, config, database_url):
    """A second process on the same database, which learns of changed rules by polling."""
    async with server.serve(config, database_url, PATIENT) as running:
        yield replace(talk, running=running)


async def test_process_unaware_of_id_change_counts_nothing_under_former_id(talk, other):
    before = talk.write("@bob++")
    late = events.build_posted_event(talk.slack.workspace, before)
    await talk.told(change_id(talk))
    assert (await other.deliver(late)).status == 503
    assert (await other.deliver(late)).status == 200
    await other.said("@carol++")
    assert await sum_points(talk) == {(NEW, BOB): 1, (NEW, CAROL): 1}
    assert find_differences_at(talk.running.database.url) == []


async def test_concurrent_events_under_both_ids_count_once(talk, other):
    posts = [await talk.said("@bob++") for _ in range(5)]
    fresh = [talk.write("@carol++") for _ in range(5)]
    workspace = talk.slack.workspace
    by_old = [events.build_posted_event(workspace, post) for post in (*posts, *fresh)]
    id_changed = change_id(talk)
    by_new = [events.build_posted_event(workspace, move(post)) for post in (*posts, *fresh)]
    edits = [talk.edit(move(post), "@bob+++")[0] for post in posts]

    async def deliver(nr, payload):
        process = (talk, other)[nr % 2]
        while (await process.deliver(payload)).status != 200:
            pass

    payloads = [*by_old, *edits, id_changed, *by_new, id_changed]
    await asyncio.gather(*(deliver(nr, payload) for nr, payload in enumerate(payloads)))
    await talk.settled()
    assert await sum_points(talk) == {(NEW, BOB): 10, (NEW, CAROL): 5}
    assert await talk.scores(f"channel/{NEW}") == {BOB: 10, CAROL: 5}
    assert find_differences_at(talk.running.database.url) == []


async def test_failed_id_change_rolls_back_and_succeeds_on_redelivery(talk, monkeypatch):
    post = await talk.said("@bob++")
    id_changed = change_id(talk)
    await talk.edited(move(post), "@bob+++")
    with monkeypatch.context() as broken:
        broken.setattr(channel_ids, "rename_rest", None)
        assert (await talk.deliver(id_changed)).status == 503
    assert await sum_points(talk) == {(OLD, BOB): 1, (NEW, BOB): 2}
    await talk.told(id_changed)
    assert await sum_points(talk) == {(NEW, BOB): 2}
    assert find_differences_at(talk.running.database.url) == []


def test_former_id_in_message_text_is_not_replaced():
    written = {"type": "message", "text": f"{OLD}++ <#{OLD}>", "channel": OLD}
    payload = {"type": "event_callback", "event": written}
    expected = {"type": "event_callback", "event": written | {"channel": NEW}}
    assert replace_former_channels(payload, {OLD: NEW}) == expected


@each(
    ("payload", "expected"),
    [
        (
            {"event": {"type": "reaction_added", "item": {"channel": OLD, "ts": "1.2"}}},
            {"event": {"type": "reaction_added", "item": {"channel": NEW, "ts": "1.2"}}},
        ),
        ({"event": {"inputs": {"channel": OLD}}}, {"event": {"inputs": {"channel": NEW}}}),
        ({"event": "odd"}, {"event": "odd"}),
        ({"command": "/karma", "channel_id": OLD}, {"command": "/karma", "channel_id": NEW}),
        ({"actions": [{"value": f"<#{OLD}> week"}]}, {"actions": [{"value": f"<#{NEW}> week"}]}),
        (
            {"view": {"private_metadata": f'{{"channel": "{OLD}"}}', "blocks": [1, None]}},
            {"view": {"private_metadata": f'{{"channel": "{NEW}"}}', "blocks": [1, None]}},
        ),
        ({"channel": {"id": f"{OLD}X"}}, {"channel": {"id": f"{OLD}X"}}),
    ],
)
def test_former_id_in_payload_fields_is_replaced(payload, expected):
    assert replace_former_channels(payload, {OLD: NEW}) == expected


async def test_malformed_id_change_event_changes_nothing(talk):
    await talk.said("@bob++")
    id_changed = events.build_channel_id_changed_event(talk.slack.workspace, former=OLD, new=NEW)
    for field in ("old_channel_id", "new_channel_id", "event_ts"):
        for value in (None, 5, "", {"id": OLD}):
            odd = id_changed | {"event": id_changed["event"] | {field: value}}
            assert (await talk.deliver(odd)).status == 200
    assert await sum_points(talk) == {(OLD, BOB): 1}


async def test_tidy_removes_late_rows_under_former_id(talk):
    await talk.told(change_id(talk))
    await talk.rows("""
        INSERT INTO channels (team_id, channel_id, heard_ts) VALUES (%s, %s, '1.0') RETURNING 1
    """, talk.slack.workspace.team_id, OLD)  # fmt: skip
    await talk.running.database.run(lambda c: tidy(c, talk.slack.workspace.team_id))
    assert await find_rows(talk, OLD) == {}


def test_malformed_parts_of_an_event_are_left_as_they_are():
    payload = {"event": {"item": "x", "inputs": ["C0OLD"], "channel": "C0OLD"}}
    assert replace_former_channels(payload, {"C0OLD": "C0NEW"}) == {
        "event": {"item": "x", "inputs": ["C0OLD"], "channel": "C0NEW"}
    }
