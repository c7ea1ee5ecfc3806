"""Actions on one's own votes and data: undo, opt out, export, and be forgotten."""

import asyncio
import json
from dataclasses import replace

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.devtools.fake_slack import events, interactions
from app.slack.background_tasks import MOST_OF_ADMINS, MOST_TASKS
from tests.examples import scaled
from tests.logged import logged
from tests.patience import PATIENCE
from tests.tables import each

ANN, BOB, CAROL, DAVE = "U0ANN00001", "U0BOB00002", "U0CAROL003", "U0DAVE0004"
LEDGER = "SELECT id, voter_id, target_id, delta, kind FROM vote_history ORDER BY id"


async def _karma(talk, words, by="ann", **where):
    return await talk.command(words, by=by, command="/karma", **where)


async def _find_first_vote(talk, voter=ANN):
    query = "SELECT min(id) FROM vote_history WHERE voter_id = %s"
    return (await talk.rows(query, voter))[0][0]


def _write_old(talk, typed, seconds, by="ann"):
    """Return the event of a message written *seconds* ago."""
    post = talk.write(typed, by)
    ts = f"{float(post.ts) - seconds:.6f}"
    return events.build_posted_event(talk.slack.workspace, replace(post, ts=ts))


# Undo


async def test_undo_reverts_votes_of_own_latest_message_and_lists_them(talk, log_lines):
    await talk.said("@carol++")
    await talk.said("@bob+++ for the docs and #postgres++")
    await talk.said("@bob++", by="carol")
    answer = await _karma(talk, "undo")
    assert answer["text"].startswith('Undone: bob +2 "the docs", postgres +1 (here, just now).')
    assert await talk.scores() == {BOB: 1, CAROL: 1}
    assert await talk.scores("givers") == {ANN: 1, CAROL: 1}
    assert [(line["votes"], line["channel"]) for line in logged(log_lines, "vote.undone")] == [
        (2, "C0GENERAL1")
    ]
    assert "bob has" in talk.heard()[1]
    assert "undone" in talk.heard()[1]


async def test_undo_reply_offers_button_for_previous_votes(talk):
    await talk.said("@carol++ for the tea")
    await talk.said("@bob++")
    answer = await _karma(talk, "undo")
    assert answer["text"].endswith('You can also undo: carol +1 "the tea" (here, just now)')
    await talk.click(answer, "karma_undo")
    shown = talk.updates()[-1]
    assert shown["text"] == 'Undone: carol +1 "the tea" (here, just now).'
    assert shown["replace_original"] is True
    assert set((await talk.scores()).values()) == {0}


async def test_own_card_has_button_that_undoes_last_votes(talk):
    await talk.said("@bob++")
    card = await _karma(talk, "")
    assert (await _karma(talk, "@ann", by="bob"))["text"]
    await talk.click(card, "karma_undo")
    assert talk.updates()[-1]["text"].startswith("Undone: bob +1")
    assert "karma_undo" not in str(await _karma(talk, ""))


async def test_other_peoples_cards_have_no_undo_button(talk):
    await talk.said("@bob++")
    assert "karma_undo" not in str(await _karma(talk, "@ann", by="bob"))
    assert "karma_undo" not in str(await _karma(talk, "@bob", by="ann"))


async def test_each_undo_reverts_one_message_until_none_is_left(talk):
    await talk.said("@bob++")
    await talk.said("@carol++")
    for _ in range(2):
        assert (await _karma(talk, "undo"))["text"].startswith("Undone")
    assert (await _karma(talk, "undo"))["text"] == (
        "There's nothing to undo from the last 10 minutes."
        " For points from before, edit or delete the message, or take your reaction back."
    )
    assert len(await talk.rows(LEDGER)) == 4


async def test_undo_is_refused_after_ten_minutes(talk):
    assert (await talk.deliver(_write_old(talk, "@bob++", 601))).status == 200
    answer = await _karma(talk, "undo")
    assert answer["text"].startswith("Undo works for 10 minutes.")
    assert await talk.scores() == {BOB: 1}
    assert "karma_undo" not in str(await _karma(talk, ""))


async def test_undo_says_when_it_is_switched_off(talk):
    await talk.decide(undo_window=0)
    await talk.said("@bob++")
    assert (await _karma(talk, "undo"))["text"].startswith("Undo is turned off here.")
    assert await talk.scores() == {BOB: 1}
    assert "karma_undo" not in str(await _karma(talk, ""))
    assert "edit or delete your message" in (await _karma(talk, "help"))["text"]


async def test_undo_button_pressed_too_late_changes_nothing(talk):
    assert (await talk.deliver(_write_old(talk, "@bob++", 301))).status == 200
    card = await _karma(talk, "")
    await talk.decide(undo_window=5)
    await talk.click(card, "karma_undo")
    assert talk.updates()[-1]["text"].startswith("Undo works for")
    assert await talk.scores() == {BOB: 1}


async def test_undo_of_someone_elses_votes_is_refused_and_logged(talk, log_lines):
    await talk.said("@carol++", by="ann")
    card = await _karma(talk, "")
    await talk.click(card, "karma_undo", by="bob")
    assert await talk.scores() == {CAROL: 1}
    assert "for somebody else" in talk.updates()[-1]["text"]
    (line,) = logged(log_lines, "action.refused")
    assert (line["reason"], line["user"]) == ("not_yours", BOB)


async def test_undo_by_user_of_another_workspace_is_refused(talk, log_lines):
    await talk.said("@carol++", by="ann")
    card = await _karma(talk, "")
    await talk.click(card, "karma_undo", user={"id": ANN, "team_id": "T0ELSEWHER"})
    assert await talk.scores() == {CAROL: 1}
    assert [line["reason"] for line in logged(log_lines, "action.refused")] == ["stranger"]


async def test_concurrent_undo_presses_revert_votes_once(talk):
    await talk.said("@bob++")
    card = await _karma(talk, "")
    press = talk.press(card, "karma_undo")
    answers = await asyncio.gather(*(talk.deliver_interaction(press) for _ in range(3)))
    assert {answer.status for answer in answers} == {200}
    assert [row[3] for row in await talk.rows(LEDGER)] == [1, -1]
    assert [update["text"].startswith("Undone") for update in talk.updates()] == [True] * 3


async def test_simultaneous_undo_commands_take_back_different_votes(talk):
    await talk.said("@bob++")
    await talk.said("@carol++")
    answers = await asyncio.gather(*(talk.command("undo", command="/karma") for _ in range(3)))
    told = sorted(answer["text"].splitlines()[0] for answer in answers)
    assert await talk.scores() == {BOB: 0, CAROL: 0}
    assert [sum(name in one for one in told) for name in ("bob", "carol")] == [1, 1]


async def test_undo_names_private_channel_only_inside_it(talk):
    await talk.said("@bob++", channel="secret")
    assert "(just now)" in (await _karma(talk, "undo"))["text"]
    await talk.said("@bob++", channel="secret")
    here = await _karma(talk, "undo", channel="secret")
    assert "(here, just now)" in here["text"]


async def test_undo_names_public_channel_from_elsewhere(talk):
    await talk.said("@bob++")
    await _make_public(talk)
    answer = await _karma(talk, "undo", channel="random")
    assert "(<#C0GENERAL1>, just now)" in answer["text"]


async def test_undo_refunds_allowance_and_later_edits_do_not_count(talk):
    await talk.decide(daily_allowance=3)
    post = await talk.said("@bob++++")
    await _karma(talk, "undo")
    await talk.edited(post, "@bob++ @carol++")
    assert await talk.rows("SELECT spent::int FROM allowances") == [(0,)]
    assert await talk.scores() == {BOB: 0}


_FORGED = st.fixed_dictionaries(
    {},
    optional={
        "team": st.sampled_from([None, {}, {"id": "T0OTHER"}, {"id": 7}, "T0PLAYGRND", []]),
        "user": st.sampled_from([None, {}, {"id": BOB}, {"id": "U" * 3000}, {"id": []}, "U1"]),
        "channel": st.sampled_from([None, {}, {"id": "C" * 9000}, []]),
        "container": st.sampled_from([None, {}, []]),
        "message": st.sampled_from([None, {"user": ANN}, []]),
        "response_url": st.sampled_from([None, "", "file:///etc/passwd", "http://[", 7]),
    },
)
_VALUES = st.one_of(
    st.none(),
    st.integers(),
    st.text(max_size=20),
    st.sampled_from(["0", "-1", "1e3", "9" * 18, "9" * 400, "1; DROP TABLE members", "²", "\x00"]),
)


@pytest.fixture
def presses():
    """Forged presses, the same in every run (derandomized)."""
    found = []

    @settings(max_examples=scaled(60), database=None, derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(_FORGED, _VALUES, st.booleans())
    def collect(forged, value, bare):
        found.append((forged, value, bare))

    collect()
    return found


async def test_forged_undo_presses_change_nothing_and_never_fail(talk, log_lines, presses):
    await talk.said("@carol++", by="dave")
    await talk.said("@bob++")
    card, ledger = await _karma(talk, ""), await talk.rows(LEDGER)
    daves_vote = await _find_first_vote(talk, DAVE)
    for forged, value, bare in presses:
        press = talk.press(card, "karma_undo") | forged
        own = {"action_id": "karma_undo", "block_id": "b", "type": "button"}
        press["actions"] = [own if bare else own | {"value": value if forged else str(daves_vote)}]
        press = {key: part for key, part in press.items() if part is not None or key == "team"}
        assert (await talk.deliver_interaction(press)).status in (200, 400)
    assert await talk.rows(LEDGER) == ledger
    refused = logged(log_lines, "action.refused")
    assert {line["reason"] for line in refused} == {"misshapen", "not_yours"}
    assert not logged(log_lines, "event.failed")


# Opting out


async def test_only_votes_for_opted_out_person_are_refused(talk):
    await talk.said("@bob++")
    assert "nobody can give you points" in (await _karma(talk, "opt-out", by="bob"))["text"]
    await talk.said("@bob++ @carol++")
    assert await talk.scores() == {BOB: 1, CAROL: 1}
    assert talk.heard(to="ann") == [
        (
            "bob has opted out, so I don't count points for them or show a score."
            " They can still read your thanks, of course."
        )
    ]


async def test_each_voter_is_told_of_an_opt_out_only_once(talk):
    await _karma(talk, "opt-out", by="bob")
    await talk.said("@bob++")
    await talk.said("@bob++")
    await talk.said("@bob++", by="dave")
    assert len([said for said in talk.heard(to="ann") if "bob has opted out" in said]) == 1
    assert len([said for said in talk.heard(to="dave") if "bob has opted out" in said]) == 1
    assert talk.heard() == []


async def test_opting_in_restores_earlier_points(talk):
    await talk.said("@bob+++ for the docs")
    await _karma(talk, "opt-out", by="bob")
    assert "bob" not in (await talk.command(by="ann"))["text"]
    assert "Welcome back" in (await _karma(talk, "opt-in", by="bob"))["text"]
    await talk.said("@bob++")
    assert "bob, 3 points" in (await talk.command(by="ann"))["text"]


async def test_opt_in_and_opt_out_say_when_nothing_changes(talk, log_lines):
    assert "You're all set" in (await _karma(talk, "opt-in"))["text"]
    await _karma(talk, "opt-out")
    assert "already" in (await _karma(talk, "opt-out"))["text"]
    assert len(logged(log_lines, "member.opted_out")) == 1
    assert logged(log_lines, "member.opted_in") == []


async def test_edit_keeps_points_of_opted_out_person_but_deletion_removes_them(talk):
    post = await talk.said("@bob+++ @carol++")
    await _karma(talk, "opt-out", by="bob")
    after = await talk.edited(post, "@carol+++")
    assert await talk.scores() == {BOB: 2, CAROL: 2}
    after = await talk.edited(after, "@carol+++ @bob++++++")
    assert await talk.scores() == {BOB: 2, CAROL: 2}
    await talk.deleted(after)
    assert await talk.scores() == {BOB: 0, CAROL: 0}


async def test_group_vote_silently_skips_voter_and_opted_out_member(talk):
    (group,) = talk.slack.workspace.groups.values()
    out, voter, *others = group.members
    await _karma(talk, "opt-out", by=talk.slack.workspace.members[out].name)
    await talk.said(f"@{group.handle}++", by=talk.slack.workspace.members[voter].name)
    assert await talk.scores() == dict.fromkeys(others, 1)
    assert talk.heard(to=talk.slack.workspace.members[voter].name) == []


async def test_score_of_opted_out_person_is_not_shown(talk):
    await talk.said("@bob+++")
    await _karma(talk, "opt-out", by="bob")
    before = talk.heard()
    await talk.said("@bob==")
    assert talk.heard() == before
    assert "opted out" in talk.heard(to="ann")[-1]
    assert "2" not in talk.heard(to="ann")[-1]


@each("withdraw", ["delete", "undo"])
async def test_score_of_opted_out_person_is_not_shown_when_votes_are_withdrawn(talk, withdraw):
    await talk.said("@bob++", by="dave")
    post = await talk.said("@bob+++ @carol++")
    await _karma(talk, "opt-out", by="bob")
    await (talk.deleted(post) if withdraw == "delete" else _karma(talk, "undo"))
    assert talk.heard()[-1] == "Undone for bob\ncarol has 0 points (+1 undone)"
    await _karma(talk, "opt-in", by="bob")


async def test_redelivery_after_opt_in_does_not_count_refused_vote(talk):
    await _karma(talk, "opt-out", by="bob")
    post = await talk.said("@bob++")
    await _karma(talk, "opt-in", by="bob")
    await talk.told(events.build_posted_event(talk.slack.workspace, post))
    assert await talk.scores() == {}


async def test_opt_out_stored_by_another_process_is_learned(talk):
    """A row inserted directly stands in for the other process; `learn` rereads all rules."""
    query = "INSERT INTO hidden_members (team_id, user_id, why) VALUES (%s, %s, %s) RETURNING 1"
    await talk.rows(query, talk.slack.workspace.team_id, BOB, "opted_out")
    await talk.running.context.rulebook.learn()
    await talk.said("@bob++")
    assert await talk.scores() == {}


# Export


async def _make_public(talk, channel="C0GENERAL1"):
    """Store *channel* as public at once, which the app does only seconds later."""
    query = (
        "INSERT INTO channels (team_id, channel_id, private) VALUES (%s, %s, false)"
        " ON CONFLICT (team_id, channel_id) DO UPDATE SET private = false RETURNING 1"
    )
    await talk.rows(query, talk.slack.workspace.team_id, channel)


async def _export_file(talk, by="bob", **where):
    answer = await _karma(talk, "export", by=by, **where)
    assert "on its way" in answer["text"]
    await talk.slack.wait_until(lambda: talk.files(by))
    (file,) = talk.files(by)
    return json.loads(file.content), file


async def test_export_sends_own_data_as_file_in_direct_message(talk, log_lines):
    await talk.said("@bob+++ for the docs <3", by="ann")
    await talk.said("@carol++ for “tea”", by="bob")
    await talk.said("@carol++ again", by="bob")
    await talk.said("@dave++ @carol--", by="ann")
    await _make_public(talk)
    data, file = await _export_file(talk)
    assert (file.name, talk.direct("bob")) == (
        "my-karma-data.json",
        [("Here's what I know about you: your settings, your points, and everything you got"
         " (1 entry) and gave (2 entries).")],
    )  # fmt: skip
    (received,) = data["received"]
    assert (received["points"], received["giver"], received["reason"]) == (2, ANN, "the docs <3")
    _, given_vote = data["given"]
    assert (given_vote["target"], given_vote["reason"]) == (CAROL, "“tea”")
    assert next((s["board"], s["points"], s["rank"]) for s in data["scores"]) == ("users", 2, 1)
    assert DAVE not in file.content.decode()
    async with asyncio.timeout(PATIENCE):
        while not logged(log_lines, "member.exported"):  # noqa: ASYNC110 (the log has no event to wait for)
            await asyncio.sleep(0)


async def test_export_omits_giver_and_channel_of_votes_in_private_channels(talk):
    await talk.said("@bob++ for the secret", by="ann", channel="secret")
    await talk.said("@carol++ for my own", by="bob", channel="secret")
    await _make_public(talk)
    data, _ = await _export_file(talk)
    (vote,) = data["received"]
    hidden = (vote["channel"], vote["message"], vote["giver"], vote["reason"])
    assert (vote["points"], *hidden) == (1, None, None, None, None)
    assert data["given"][0]["reason"] == "my own"


async def test_export_neither_names_nor_ranks_opted_out_people(talk):
    await talk.said("@bob++ for the docs", by="carol")
    await talk.said("@carol+++", by="ann")
    await talk.command("opt-out", by="carol", command="/karma")
    await _make_public(talk)
    data, _ = await _export_file(talk)
    assert [(vote["giver"], vote["reason"]) for vote in data["received"]] == [(None, "the docs")]
    assert {score["rank"] for score in data["scores"]} == {1}


async def test_export_says_when_it_is_truncated(talk, monkeypatch):
    monkeypatch.setattr("app.usecases.privacy.MOST", 3)
    monkeypatch.setattr("app.store.people.personal_data.PAGE", 2)
    for _ in range(5):
        await talk.said("@bob++")
        await talk.said("@carol++", by="bob")
    data, _ = await _export_file(talk)
    for votes in ("received", "given"):
        ids = [vote["id"] for vote in data[votes]]
        assert (len(ids), ids) == (3, sorted(set(ids), reverse=True))
    assert data["most_votes"] == 3
    assert talk.direct("bob")[0].endswith("I send at most the last 3 of each; there are more.")


@each(
    "method", ["conversations.open", "files.getUploadURLExternal", "files.completeUploadExternal"]
)
async def test_failed_export_upload_is_reported_and_logged(talk, log_lines, method):
    talk.slack.fail(method, status=500)
    await _karma(talk, "export", by="bob")
    await talk.slack.wait_until(lambda: bool(talk.updates()))
    assert "Slack didn't accept the file" in talk.updates()[0]["text"]
    assert [line["reason"] for line in logged(log_lines, "member.not_exported")] == ["http 500"]
    assert talk.files("bob") == []


async def test_second_export_is_refused_while_first_is_running(talk):
    talk.slack.fail("conversations.open", delay=3600)
    first, second = await _karma(talk, "export"), await _karma(talk, "export")
    talk.slack.heal()
    assert "on its way" in first["text"]
    assert "already" in second["text"]
    await talk.slack.wait_until(lambda: talk.files("ann"))
    assert len(talk.files("ann")) == 1


# Being forgotten


async def _open_forget_form(talk, by="bob"):
    answer = await _karma(talk, "forget-me", by=by)
    assert not answer
    return talk.view(by)


async def test_forget_me_requires_typed_confirmation(talk, log_lines):
    await talk.said("@bob+++ for the docs")
    await talk.said("@carol++ for tea", by="bob")
    view = await _open_forget_form(talk)
    mistyped = await talk.submit(view, by="bob", karma_forget_confirm="forget you")
    assert mistyped["response_action"] == "errors"
    assert await talk.scores() == {BOB: 2, CAROL: 1}
    done = await talk.submit(view, by="bob", karma_forget_confirm="  Forget  Me ")
    assert done["response_action"] == "update"
    assert "no points lead back to you" in str(done["view"])
    scores = await talk.scores()
    assert (scores.pop(CAROL), BOB in scores, list(scores.values())) == (1, False, [2])
    assert BOB not in str(await talk.rows("SELECT v::text FROM vote_history AS v"))
    assert "bob" not in (await talk.command())["text"]
    (line,) = logged(log_lines, "member.forgotten")
    assert (line["rows"], BOB in str(line)) == (2, False)


async def test_slow_forgetting_shows_progress_then_result_in_form(talk):
    await talk.said("@bob+++ for the docs")
    view = await _open_forget_form(talk)
    with talk.hurried(work=0):
        answer = await talk.submit(view, by="bob", karma_forget_confirm="forget me")
    assert "a few more seconds" in str(answer["view"])
    await talk.running.context.tasks.wait_idle()
    assert "no points lead back to you" in str(talk.view("bob"))


async def test_slow_forgetting_reports_in_a_direct_message_once_its_form_is_closed(talk, log_lines):
    view = await _open_forget_form(talk)
    with talk.hurried(work=0):
        await talk.submit(view, by="bob", karma_forget_confirm="forget me")
    await talk.close(view, by="bob")
    await talk.running.context.tasks.wait_idle()
    assert "no points lead back to you" in talk.direct("bob")[-1]
    assert [line["reason"] for line in logged(log_lines, "form.not_updated")] == ["not_found"]


async def test_forgetting_that_the_apps_end_interrupts_is_reported(talk, log_lines, database_url):
    await talk.said("@bob+++ for the docs")
    view = await _open_forget_form(talk)
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        await conn.execute("LOCK TABLE vote_history")
        with talk.hurried(work=0):
            await talk.submit(view, by="bob", karma_forget_confirm="forget me")
        await talk.running.context.tasks.close(patience=0)
    assert "nothing was deleted" in str(talk.view("bob"))
    (line,) = logged(log_lines, "member.not_forgotten")
    assert line["reason"] == "stopping"


async def test_requests_beyond_the_limit_of_running_tasks_are_refused(talk):
    view, tasks, end = await _open_forget_form(talk), talk.running.context.tasks, asyncio.Event()
    for number in range(MOST_TASKS):
        tasks.start(("other", str(number)), end.wait(), f"person {number}")
    for number in range(MOST_OF_ADMINS):
        tasks.start(("admins", str(number)), end.wait())
    answer = await talk.submit(view, by="bob", karma_forget_confirm="forget me")
    for reply in (
        str(answer["view"]),
        (await _karma(talk, "export"))["text"],
        (await _karma(talk, "report"))["text"],
    ):
        assert "I'm busy with other requests right now." in reply
    end.set()


async def test_forget_form_explains_and_can_be_canceled(talk):
    await talk.said("@bob+++")
    view = await _open_forget_form(talk)
    assert "be undone" in str(view["blocks"])
    assert view["private_metadata"] == ""
    await talk.close(view, by="bob")
    assert await talk.scores() == {BOB: 2}


async def test_forged_forget_form_cannot_forget_someone_else(talk):
    await talk.said("@bob++ @carol++", by="ann")
    view = await _open_forget_form(talk, by="bob")
    forged = view | {"private_metadata": json.dumps({"user": CAROL}), "user_id": CAROL}
    state = {"forget_confirm": {"karma_forget_confirm": {"value": "forget me"}}}
    payload = interactions.build_submission(talk.slack.workspace, forged, user=DAVE, state=state)
    assert (await talk.deliver_interaction(payload)).status == 200
    assert await talk.scores() == {BOB: 1, CAROL: 1}


async def test_forged_forget_submissions_change_nothing_and_never_fail(talk, log_lines):
    await talk.said("@bob++ @carol++", by="ann")
    view = await _open_forget_form(talk, by="bob")
    state = {"forget_confirm": {"karma_forget_confirm": {"value": "forget me"}}}
    good = interactions.build_submission(talk.slack.workspace, view, user=BOB, state=state)
    shapes = [
        {"team": {"id": "T0OTHER"}}, {"user": {"id": "U0NOBODY"}}, {"user": None}, {"user": {}},
        {"team": None, "user": {"id": 5}}, {"user": {"id": "B" * 9000}}, {"view": view},
        {"view": view | {"state": {"values": []}}}, {"view": view | {"state": {"values": None}}},
        {"view": view | {"state": {"values": {"b": {"karma_forget_confirm": {"value": 3}}}}}},
        {"view": view | {"state": {"values": {"b": {"karma_forget_confirm": "forget me"}}}}},
        {"view": view | {"state": {"values": {"b": {"x": {"value": "forget me"}}}}}},
        {"view": None}, {"view": []},
    ]  # fmt: skip
    for shape in shapes:
        assert (await talk.deliver_interaction(good | shape)).status in (200, 400), shape
    assert await talk.scores() == {BOB: 1, CAROL: 1}
    assert not logged(log_lines, "event.failed")
    assert {line["reason"] for line in logged(log_lines, "action.refused")} == {
        "misshapen",
        "stranger",
    }


async def test_forget_me_says_when_slack_cannot_open_its_form(talk):
    talk.slack.fail("views.open", error="expired_trigger_id")
    assert "couldn't open the form" in (await _karma(talk, "forget-me"))["text"]


async def test_forget_me_does_not_wait_for_slow_form(talk):
    talk.slack.fail("views.open", delay=3600)
    with talk.hurried(form=0.05):
        assert "couldn't open the form" in (await _karma(talk, "forget-me"))["text"]


async def test_forgotten_person_starts_over_from_zero(talk):
    await talk.said("@bob+++")
    await talk.submit(await _open_forget_form(talk), by="bob", karma_forget_confirm="forget me")
    await talk.said("@bob++")
    assert "bob has 1 point" in talk.heard()[-1]
    assert "1. bob, 1 point" in (await talk.command())["text"]
    assert "UFORGOTTEN" not in str(await talk.command())
    assert "UFORGOTTEN" not in str(await _karma(talk, "history", by="ann"))
