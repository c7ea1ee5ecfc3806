"""The "Give karma" shortcuts: points by a form, for a message's author or for anyone."""

import json
from dataclasses import replace

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.devtools.fake_slack import interactions
from app.devtools.fake_slack.values import Post
from app.slack.payloads import forms as readers
from app.slack.views import gift_forms as views
from tests.examples import scaled
from tests.logged import logged
from tests.tables import each

ANN, BOB, CAROL, DAVE = "U0ANN00001", "U0BOB00002", "U0CAROL003", "U0DAVE0004"
PLUS = "heavy_plus_sign"
LEDGER = "SELECT voter_id, target_id, delta, reason, kind, slot FROM vote_history ORDER BY id"


async def _open_author_form(talk, post, by="ann"):
    await talk.shortcut("give_karma_to_author", by=by, on=post)
    return talk.view(by)


async def _open_free_form(talk, by="ann"):
    await talk.shortcut("give_karma", by=by)
    return talk.view(by)


def _fill(points, reason=None, **more):
    filled = {"give_karma_points": points} | ({"give_karma_reason": reason} if reason else {})
    return filled | {f"give_karma_{name}": value for name, value in more.items()}


async def _give(talk, points="2", reason="the docs", by="ann", whom="bob", channel="general"):
    filled = _fill(points, reason, whom=whom, channel=channel)
    return await talk.submit(await _open_free_form(talk, by), by=by, **filled)


def _text(view):
    return json.dumps(view["blocks"])


# For the author of a message


async def test_message_shortcut_gives_points_to_author(talk, log_lines):
    post = await talk.said("I have fixed the build", by="bob")
    form = await _open_author_form(talk, post)
    assert "These points go to <@U0BOB00002>" in _text(form)
    assert await talk.submit(form, **_fill("3", " for  once\nin time ")) == {}
    assert talk.view() is None
    assert await talk.rows(LEDGER) == [(ANN, BOB, 3, "once in time", "vote", ANN)]
    (answer,) = talk.slack.list_posts("general")
    assert answer.text == "bob has 3 points (+3 from ann for once in time)"
    assert answer.thread_ts == post.ts
    assert [line["votes"] for line in logged(log_lines, "vote.given")] == [1]
    found = await talk.command("search time", command="/karma")
    assert '+3 from you to bob: "once in *time*"' in found["text"]


async def test_reply_is_posted_in_thread_of_message(talk):
    first = await talk.said("who can help?", by="carol")
    reply = await talk.said("I can", by="bob", thread=first)
    await talk.submit(await _open_author_form(talk, reply), **_fill("1"))
    assert [post.thread_ts for post in talk.slack.list_posts("general")] == [first.ts]


async def test_resubmission_replaces_earlier_points(talk):
    post = await talk.said("hello", by="bob")
    await talk.submit(await _open_author_form(talk, post), **_fill("3", "the docs"))
    other = await talk.said("bye", by="carol")
    await talk.submit(await _open_author_form(talk, other), **_fill("2", "the talk"))
    form = await _open_author_form(talk, post)
    assert "You already gave +3 for this message" in _text(form)
    assert "the docs" in _text(form)
    assert "You already gave" not in _text(await _open_author_form(talk, post, by="carol"))
    await talk.decide(minus="off", max_points=2)  # less than was given
    (number,) = [
        b["element"]
        for b in (await _open_author_form(talk, post))["blocks"]
        if b["block_id"] == "give_karma_points"
    ]
    assert (number["min_value"], number["initial_value"]) == ("0", "2")
    await talk.submit(form, **_fill("1", "the tests"))
    assert await talk.scores() == {BOB: 1, CAROL: 2}
    await talk.submit(await _open_author_form(talk, post), **_fill("0"))
    assert await talk.scores() == {BOB: 0, CAROL: 2}
    assert await talk.scores("givers") == {ANN: 2}


async def test_redelivered_submission_counts_once(talk):
    post = await talk.said("hello", by="bob")
    form = await _open_author_form(talk, post)
    for _ in range(3):
        await talk.submit(form, **_fill("2"))
    assert [row[2] for row in await talk.rows(LEDGER)] == [2]


async def test_form_and_reactions_of_one_person_are_one_vote(talk):
    post = await talk.said("hello", by="bob")
    await talk.react(post, PLUS)
    form = await _open_author_form(talk, post)
    assert "You already gave" not in _text(form)
    await talk.submit(form, **_fill("3"))
    assert await talk.scores() == {BOB: 3}
    await talk.unreact(post, PLUS)
    await talk.react(post, "heavy_minus_sign")
    assert await talk.scores() == {BOB: 3}
    await talk.submit(await _open_author_form(talk, post), **_fill("0"))
    assert await talk.scores() == {BOB: -1}
    await talk.react(post, PLUS, by="carol")
    assert await talk.scores() == {BOB: 0}


async def test_form_for_own_message_cannot_be_submitted(talk):
    form = await _open_author_form(talk, await talk.said("I am great", by="ann"))
    assert "That's your own message" in _text(form)
    assert form["submit"] is None


async def test_form_says_when_author_is_unknown(talk):
    post = await talk.said("hello", by="bob")
    payload = interactions.build_message_shortcut(
        talk.slack.workspace, "give_karma_to_author", user=ANN, post=post
    )
    del payload["message"]["user"]
    await talk.deliver_interaction(payload)
    assert "I can't tell who wrote" in _text(talk.view())


async def test_form_in_direct_message_says_no_points_can_be_given(talk):
    workspace = talk.slack.workspace
    where = workspace.open_direct(ANN).id
    post = workspace.add(Post(where, workspace.next_ts(), "thank me", BOB))
    form = await _open_author_form(talk, post)
    assert "channel that you and I are both in" in _text(form)
    assert form["submit"] is None


async def test_message_of_app_gives_points_to_app(talk):
    await talk.said("@bob++", by="carol")
    (reply,) = talk.slack.list_posts("general")
    await talk.submit(await _open_author_form(talk, reply), **_fill("1"))
    assert (await talk.scores())["U0PPTBOT"] == 1


async def test_form_gives_no_points_where_app_is_not_a_member(talk):
    workspace = talk.slack.workspace
    form = await _open_author_form(talk, await talk.said("hello", by="bob"))
    channel = workspace.channels["C0GENERAL1"]
    workspace.channels[channel.id] = type(channel)(channel.id, channel.name, is_member=False)
    answer = await talk.submit(form, **_fill("1"))
    assert "that you and I are both in" in answer["errors"]["give_karma_points"]
    form = await _open_author_form(talk, workspace.posts[0])
    assert "that you and I are both in" in _text(form)
    assert await talk.rows(LEDGER) == []


async def test_form_gives_no_points_in_an_archived_channel(talk):
    form = await _open_free_form(talk)
    info = {"id": "C0GENERAL1", "is_member": True, "is_private": False, "is_archived": True}
    body = json.dumps({"ok": True, "channel": info}).encode()
    talk.slack.fail("conversations.info", body=body, times=None)
    answer = await talk.submit(form, **_fill("1", whom="bob", channel="general"))
    assert "that you and I are both in" in answer["errors"]["give_karma_channel"]
    assert await talk.rows(LEDGER) == []


@each(("info", "points"), [({}, 0), ({"id": "C0GENERAL1", "name": "general"}, 1)])
async def test_app_is_in_a_channel_unless_slack_says_that_it_is_not(talk, info, points):
    body = json.dumps({"ok": True, "channel": info}).encode()
    talk.slack.fail("conversations.info", body=body)
    await talk.command(f"give <@{BOB}> 1", command="/karma")
    assert (await talk.scores()).get(BOB, 0) == points


async def test_undone_form_vote_cannot_be_given_again(talk):
    post = await talk.said("hello", by="bob")
    form = await _open_author_form(talk, post)
    await talk.submit(form, **_fill("2"))
    answer = await talk.command("undo", command="/karma")
    assert answer["text"].startswith("Undone: bob +2")
    assert "it can't get any more" in _text(await _open_author_form(talk, post))
    await talk.close(talk.view())
    answer = await talk.deliver_interaction(_submission(talk, form, points={"value": "2"}))
    assert "it can't get any more" in answer.body
    assert await talk.scores() == {BOB: 0}


# For anyone


async def test_global_shortcut_gives_points_to_anyone(talk):
    assert await _give(talk) == {}
    assert [row[:5] for row in await talk.rows(LEDGER)] == [(ANN, BOB, 2, "the docs", "vote")]
    (answer,) = talk.slack.list_posts("general")
    assert answer.thread_ts is None
    assert answer.text == 'bob has 2 points (+2 from ann: "the docs")'
    assert await talk.scores("channel/C0GENERAL1") == {BOB: 2}


async def test_global_form_counts_only_first_submission(talk):
    form = await _open_free_form(talk)
    for points in ("2", "2", "5"):
        await talk.submit(form, **_fill(points, whom="bob", channel="general"))
    assert await talk.scores() == {BOB: 2}
    await _give(talk)
    assert await talk.scores() == {BOB: 4}


async def test_refused_form_can_be_corrected_and_resubmitted(talk):
    await talk.decide(daily_allowance=3)
    form = await _open_free_form(talk)
    answer = await talk.submit(form, **_fill("5", whom="bob", channel="general"))
    assert "out of 3 points a day" in answer["errors"]["give_karma_points"]
    assert await talk.rows("SELECT 1 FROM allowances") == []
    assert await talk.rows("SELECT reason, votes FROM refusals") == [("allowance", 1)]
    assert await talk.submit(form, **_fill("3", whom="bob", channel="general")) == {}
    assert await talk.scores() == {BOB: 3}
    assert talk.heard(to="ann") == []


async def test_history_shows_form_vote_without_link(talk):
    await _give(talk)
    shown = (await talk.command(f"history <@{BOB}|bob>", command="/karma"))["text"]
    assert '+2 from you: "the docs"' in shown
    assert "open" not in shown


async def test_form_vote_can_be_undone(talk):
    await _give(talk)
    answer = await talk.command("undo", command="/karma")
    assert answer["text"].startswith('Undone: bob +2 "the docs"')
    assert await talk.scores() == {BOB: 0}
    assert talk.heard()[0].startswith("bob has 0 points")


@each(
    ("filled", "field", "expected"),
    [
        ({"whom": None}, "whom", "Please choose who"),
        ({"whom": "ann"}, "whom", "Not counted: points are for others"),
        ({"channel": None}, "channel", "channel that you and I are both in"),
        ({"channel": "ann"}, "channel", "channel that you and I are both in"),
        ({"points": "0"}, "points", "at least one point"),
        ({"points": "6"}, "points", "from -5 to 5"),
        ({"points": "-6"}, "points", "from -5 to 5"),
        ({"points": "1.5"}, "points", "from -5 to 5"),
        ({"points": "9" * 400}, "points", "from -5 to 5"),
        ({"points": ""}, "points", "from -5 to 5"),
        ({"reason": "x" * 201}, "reason", "keep the reason to 200 characters"),
    ],
)
async def test_invalid_field_gets_error_and_nothing_is_stored(talk, filled, field, expected):
    answer = await _give(talk, **filled)
    assert answer["response_action"] == "errors"
    assert expected in answer["errors"][f"give_karma_{field}"]
    assert await talk.rows(LEDGER) == []
    assert await talk.rows("SELECT 1 FROM messages") == []
    assert talk.slack.list_posts("general") == []


@pytest.mark.parametrize(
    ("rules", "points", "reason", "field", "expected"),
    [
        ({"minus": "off"}, "-1", None, "points", "only plus points count"),
        ({"minus": "things"}, "-1", None, "points", "minus points are only for things"),
        ({"minus": "reason"}, "-1", None, "reason", "a minus needs a reason here. Say why"),
        ({"max_points": 2}, "3", None, "points", "from -2 to 2"),
    ],
)
async def test_channel_settings_apply_to_forms(talk, rules, points, reason, field, expected):
    await talk.decide(channel="C0GENERAL1", **rules)
    answer = await _give(talk, points=points, reason=reason)
    assert expected in answer["errors"][f"give_karma_{field}"]
    assert await talk.rows(LEDGER) == []
    assert await _give(talk, points="-1" if rules == {"minus": "reason"} else "1") == {}


async def test_cooldown_applies_across_messages_and_forms(talk):
    await talk.decide(cooldown=10)
    await talk.said("@bob++")
    answer = await _give(talk)
    assert "less than 10 minutes ago" in answer["errors"]["give_karma_points"]
    assert await talk.scores() == {BOB: 1}


async def test_form_tells_giver_of_their_ban(talk):
    await talk.rows(
        "INSERT INTO bans (team_id, user_id, banned_by, until)"
        " VALUES ('T0PLAYGRND', %s, 'U', now() + interval '1 day') RETURNING 1",
        ANN,
    )
    await talk.running.context.rulebook.learn()
    error = (await _give(talk))["errors"]["give_karma_points"]
    assert error.startswith("Not counted: an admin has paused points from you until 20")
    assert "<!date" not in error


async def test_form_refuses_opted_out_receiver(talk):
    await talk.command("opt-out", by="bob", command="/karma")
    assert "opted out" in (await _give(talk))["errors"]["give_karma_whom"]


async def test_form_for_a_message_refuses_an_author_who_opted_out(talk):
    form = await _open_author_form(talk, await talk.said("done", by="bob"))
    await talk.command("opt-out", by="bob", command="/karma")
    assert "opted out" in (await talk.submit(form, **_fill("1")))["errors"]["give_karma_points"]


async def test_form_says_that_a_minus_needs_a_reason(talk):
    await talk.decide(minus="reason")
    assert "A minus needs a reason here." in _text(await _open_free_form(talk))


async def test_form_point_range_follows_settings(talk):
    await talk.decide(minus="off", max_points=3)
    blocks = (await _open_free_form(talk))["blocks"]
    assert blocks[-1]["hint"]["text"].startswith("The points count there, and I announce them")
    (number,) = [b for b in blocks if b["block_id"] == "give_karma_points"]
    assert (number["element"]["min_value"], number["element"]["max_value"]) == ("1", "3")
    assert number["hint"]["text"] == "A whole number from 1 to 3."


async def test_form_uses_workspace_language(talk):
    await talk.decide(language="de")
    assert (await _open_free_form(talk))["title"]["text"] == "Karma geben"
    assert "mindestens einen Punkt" in str(await _give(talk, points="0"))


async def test_giver_is_told_when_slack_cannot_open_form(talk):
    post = await talk.said("done", by="bob")
    talk.slack.fail("views.open", error="expired_trigger_id")
    await talk.shortcut("give_karma_to_author", on=post)
    assert talk.heard(to="ann") == ["I couldn't open the form in Slack. Please try again."]
    await talk.shortcut("give_karma_to_author", on=post)
    assert talk.view() is not None
    assert len(talk.heard(to="ann")) == 1


async def test_form_says_when_database_is_unreachable(talk, database_url):
    form = await _open_free_form(talk)
    with psycopg.connect(database_url) as conn:
        conn.execute("LOCK TABLE vote_history IN EXCLUSIVE MODE")
        with talk.hurried(database=0.5):
            answer = await talk.submit(form, **_fill("1", whom="bob", channel="general"))
    assert "can't reach my database" in answer["errors"]["give_karma_points"]
    assert await talk.submit(form, **_fill("1", whom="bob", channel="general")) == {}
    assert await talk.scores() == {BOB: 1}


@pytest.mark.parametrize("error", ["internal_error", "token_revoked", "missing_scope"])
async def test_form_says_when_slack_cannot_describe_channel(talk, error):
    form = await _open_free_form(talk)
    talk.slack.fail("conversations.info", error=error, times=None)
    answer = await talk.submit(form, **_fill("1", whom="bob", channel="general"))
    assert "Slack hasn't told me" in answer["errors"]["give_karma_channel"]
    assert await talk.rows(LEDGER) == []


# Forged


def _submission(talk, view, by=ANN, **filled):
    values = {f"give_karma_{name}": {f"give_karma_{name}": state} for name, state in filled.items()}
    return interactions.build_submission(talk.slack.workspace, view, user=by, state=values)


ABOUT = {"channel": "C0GENERAL1", "ts": "1763660000.000100", "author": BOB, "thread": None}


@each(
    "metadata",
    [
        "", "[]", "null", "{", "[" * 2900, "x" * 4000,
        json.dumps(ABOUT | {"channel": "../../etc"}),
        json.dumps(ABOUT | {"channel": "D0ANN00001"}),
        json.dumps(ABOUT | {"ts": "shortcut/V1"}),
        json.dumps(ABOUT | {"ts": 1763660000.0001}),
        json.dumps(ABOUT | {"author": "<!channel>"}),
        json.dumps(ABOUT | {"author": "U" * 400}),
        json.dumps(ABOUT | {"author": None}),
    ],
)  # fmt: skip
async def test_forged_form_metadata_is_refused(talk, metadata, log_lines):
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": views.FOR_MESSAGE,
        "private_metadata": metadata,
    }
    payload = _submission(talk, view, points={"value": "1"}, reason={"value": None})
    assert (await talk.deliver_interaction(payload)).status == 200
    assert await talk.rows(LEDGER) == []
    assert [line["reason"] for line in logged(log_lines, "action.refused")] == ["misshapen"]


@each("reason", [5, ["x"], "x" * 3001])
async def test_forged_reason_is_refused(talk, reason, log_lines):
    view = {"id": "V1", "type": "modal", "callback_id": views.FREE, "private_metadata": ""}
    filled = {"points": {"value": "1"}, "whom": {"selected_user": BOB}}
    filled |= {"channel": {"selected_conversation": "C0GENERAL1"}, "reason": {"value": reason}}
    assert (
        "nothing has changed"
        in (await talk.deliver_interaction(_submission(talk, view, **filled))).body
    )
    assert await talk.rows(LEDGER) == []
    assert [line["reason"] for line in logged(log_lines, "action.refused")] == ["misshapen"]


async def test_shortcut_on_a_message_without_a_timestamp_is_refused(talk, log_lines):
    post = await talk.said("hello", by="bob")
    payload = interactions.build_message_shortcut(
        talk.slack.workspace, "give_karma_to_author", user=ANN, post=post
    )
    await talk.deliver_interaction(payload | {"message_ts": "0", "message": {}})
    assert talk.view() is None
    assert [line["reason"] for line in logged(log_lines, "action.refused")] == ["misshapen"]


async def test_private_channel_without_giver_gets_no_votes(talk):
    workspace = talk.slack.workspace
    ann = workspace.members[ANN]
    workspace.members[ANN] = replace(ann, deleted=True)  # a former member is in no channel
    about = ABOUT | {"channel": "C0SECRET04"}
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": views.FOR_MESSAGE,
        "private_metadata": json.dumps(about),
    }
    payload = _submission(talk, view, points={"value": "1"})
    answer = await talk.deliver_interaction(payload)
    assert "both in" in answer.body
    assert await talk.rows(LEDGER) == []


async def test_unknown_channel_gets_no_votes(talk):
    about = ABOUT | {"channel": "C0ELSEWHERE"}
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": views.FOR_MESSAGE,
        "private_metadata": json.dumps(about),
    }
    answer = await talk.deliver_interaction(_submission(talk, view, points={"value": "1"}))
    assert "both in" in answer.body
    assert await talk.rows(LEDGER) == []


@each("team", ["T0ELSEWHER", None])
@each("kind", ["shortcut", "message", "view"])
async def test_user_of_another_workspace_cannot_give(talk, team, kind, log_lines):
    post = await talk.said("hello", by="bob")
    workspace = talk.slack.workspace
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": views.FOR_MESSAGE,
        "private_metadata": json.dumps(ABOUT),
    }
    payload = {
        "shortcut": lambda: interactions.build_global_shortcut(workspace, "give_karma", user=ANN),
        "message": lambda: interactions.build_message_shortcut(
            workspace, "give_karma_to_author", user=ANN, post=post
        ),
        "view": lambda: _submission(talk, view, points={"value": "1"}),
    }[kind]()
    if team:
        payload["user"]["team_id"] = team
    else:
        payload["team"] = {"id": "T0ELSEWHER"}
        payload["user"]["team_id"] = "T0ELSEWHER"
    assert (await talk.deliver_interaction(payload)).status == 200
    assert talk.view() is None
    assert await talk.rows(LEDGER) == []
    assert [line["reason"] for line in logged(log_lines, "action.refused")] == ["stranger"]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=5,
)
FIELDS = [views.POINTS, views.REASON, views.WHOM, views.CHANNEL]
KEYS = ["value", "selected_user", "selected_conversation"]


@settings(max_examples=scaled(200))
@given(
    view=st.fixed_dictionaries(
        {"callback_id": st.sampled_from([views.FREE, views.FOR_MESSAGE])},
        optional={
            "id": st.just("V1") | JUNK,
            "private_metadata": st.just(json.dumps(ABOUT)) | JUNK,
            "state": JUNK
            | st.fixed_dictionaries(
                {
                    "values": JUNK
                    | st.dictionaries(
                        st.sampled_from(FIELDS),
                        JUNK
                        | st.dictionaries(
                            st.sampled_from(FIELDS),
                            JUNK | st.dictionaries(st.sampled_from(KEYS), JUNK),
                        ),
                    )
                }
            ),
        },
    )
)
def test_any_submission_is_parsed_to_none_or_valid_values(view):
    filled = readers.read_gift_form({"view": view})
    if filled is not None:
        assert filled.points is None or abs(filled.points) < 1_000_000
        assert filled.reason is None or 0 < len(filled.reason) <= 201
        for ident in filter(None, (filled.receiver, filled.channel, filled.view)):
            assert ident.isalnum()
            assert len(ident) <= 64
