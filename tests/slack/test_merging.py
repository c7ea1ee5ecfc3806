"""Merging two people or things: their points, their boards, later votes, and undoing it."""

import asyncio
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.commands.admin import UnfitCommand
from app.devtools.fake_slack import events, interactions
from app.devtools.fake_slack.composer import compose
from app.words.admin import explain_unfit
from tests.differences import find_differences_at
from tests.examples import scaled
from tests.logged import logged
from tests.patience import PATIENCE
from tests.slack.outsiders import each_outsider, enter, promote
from tests.slack.test_typed_names import announce
from tests.tables import each

ANN, BOB, CAROL, DAVE = "U0ANN00001", "U0BOB00002", "U0CAROL003", "U0DAVE0004"
OLD, NEW = "thing:postgresql", "thing:postgres"
SCORES = "SELECT board, target_id, score FROM leaderboard WHERE score <> 0 ORDER BY 1, 2"
AUDIT = "SELECT by_id, act, about, after ->> 'into' FROM audit ORDER BY id"
TABLES = ("vote_history", "leaderboard", "aliases", "audit", "messages")


async def karma(talk, words, by="ann"):
    typed, _ = compose(words, talk.slack.workspace)
    return (await talk.command(typed, by=by, command="/karma")).get("text", "")


async def merge(talk, words, by="ann"):
    """Ask for a merge and submit the form; return the text of the result."""
    assert await karma(talk, f"merge {words}", by=by) == ""
    await talk.submit(talk.view(by), by=by)
    return read_text(talk.view(by))


def read_text(view):
    texts = [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]
    return "\n".join(texts)


async def scores(talk, board="users"):
    """Return the scores on *board*, leaving out those of 0, which aren't ranked."""
    return {target: score for target, score in (await talk.scores(board)).items() if score}


async def read_versions(talk):
    queries = [f"SELECT count(*), max(xmin::text) FROM {table}" for table in TABLES]  # noqa: S608
    return [await talk.rows(query) for query in queries]


async def give_things(talk):
    await talk.said("postgresql+++ for speed")
    await talk.said("postgresql++ postgres++", by="bob")
    await talk.said("postgres--", by="carol", channel="dev")


async def give_people(talk):
    """Give bob 3 points in two channels, and carol 1."""
    await talk.said("@bob+++")
    await talk.said("@bob++ @carol++", by="dave", channel="dev")


async def test_form_states_the_outcome_before_anything_is_merged(talk):
    await give_things(talk)
    before = await talk.rows(SCORES)
    assert await karma(talk, "merge postgresql into postgres") == ""
    question = read_text(talk.view())
    assert "*Merge postgresql into postgres?*" in question
    assert (
        "postgresql has 3 points and postgres has 0 points. Together that's 3 for postgres."
        in question
    )
    assert "`/karma unmerge` undoes it" in question
    assert await talk.rows(SCORES) == before


async def test_merged_thing_gives_all_its_points_and_leaves_every_board(talk, log_lines):
    await give_things(talk)
    reply = await merge(talk, "postgresql into postgres")
    assert reply == "postgresql is now merged into postgres, whose score was 0 and is now 3."
    assert await talk.rows("SELECT count(*) FROM leaderboard WHERE target_id = %s", OLD) == [(0,)]
    assert await scores(talk, "things") == {NEW: 3}
    assert await talk.rows(AUDIT) == [(ANN, "merge", OLD, NEW)]
    assert find_differences_at(talk.running.database.url) == []
    assert len(logged(log_lines, "admin.merged")) == 1


async def test_merge_moves_received_points_on_all_boards_but_not_given_ones(talk):
    await give_people(talk)
    await talk.said("@dave++", by="bob")
    await merge(talk, "@bob into @carol")
    assert await scores(talk) == {CAROL: 4, DAVE: 1}
    assert await scores(talk, "channel/C0DEVDEV03") == {CAROL: 2}
    assert await scores(talk, "channel/C0GENERAL1") == {CAROL: 2, DAVE: 1}
    assert await scores(talk, "givers") == {ANN: 2, DAVE: 2, BOB: 1}
    boards = {board for board, who, _ in await talk.rows(SCORES) if who == BOB}
    assert {board.partition("/")[0] for board in boards} == {"givers"}
    assert find_differences_at(talk.running.database.url) == []


async def test_later_votes_for_a_merged_thing_go_to_the_other(talk):
    await give_things(talk)
    await merge(talk, "postgresql into postgres")
    await talk.said("postgresql++")
    assert await scores(talk, "things") == {NEW: 4}
    assert 'the thing "postgres" has 4 points' in talk.heard()[-1]


async def test_cards_and_histories_mention_the_merge(talk):
    await give_things(talk)
    await merge(talk, "postgresql into postgres")
    shown = await talk.command("postgresql", by="bob", command="/karma")
    card = shown["text"]
    assert card.startswith(
        'postgresql is merged into postgres: these are the points of both.\nThe thing "postgres"'
    )
    assert "All time: 3 points" in card
    assert "merged into postgres" in str(shown["blocks"][0])
    other = await karma(talk, "history postgres", by="bob")
    assert other.startswith("These points include those of postgresql, by a merge.\n")
    assert "+1 from" in other
    assert "merge/" not in other
    await talk.said("@eve++ for the tea", by="bob")
    await merge(talk, "@eve into @carol")
    for typed in ("eve", "history eve"):
        named = await karma(talk, typed, by="bob")
        assert named.startswith("eve is merged into carol")
        assert named == await karma(talk, typed.replace("eve", "@eve"), by="bob")


async def test_history_and_card_show_the_votes_of_all_merged_accounts(talk):
    await talk.said("@bob++ for the tea")
    await talk.said("@dave++ for the cake", by="bob")
    await talk.said("@dave++ for the soup", by="carol")
    await merge(talk, "@bob into @carol")
    await talk.said("@carol++ for the rice")
    votes = ['+1 from ann: "the rice"', '+1 to dave: "the soup"', '+1 to dave: "the cake"',
             '+1 from ann: "the tea"']  # fmt: skip
    for by, typed in (("eve", "history @carol"), ("bob", "history"), ("carol", "history")):
        lines = [line for line in (await karma(talk, typed, by=by)).splitlines() if "+1" in line]
        assert [line.partition(" · ")[0] for line in lines] == votes
    assert '"the rice" (1 point) · "the tea" (1 point)' in await karma(talk, "@bob", by="eve")
    card = await karma(talk, "", by="bob")
    assert card.splitlines()[1] == "Your karma"
    assert card.count("from ann: ") == 2
    await talk.open_home("bob")
    assert all(why in str(talk.home("bob")) for why in ("rice", "tea", "cake", "soup"))


async def test_own_other_account_is_addressed_as_you(talk):
    await talk.said("@carol++ for the tea", by="bob")
    await merge(talk, "@bob into @carol")
    for by in ("bob", "carol"):
        assert '+1 from you: "the tea"' in await karma(talk, "history", by=by)
        assert "+1 from you to you" in await karma(talk, "search tea", by=by)
    assert '+1 from bob: "the tea"' in await karma(talk, "history @bob")


async def test_person_has_left_only_with_all_merged_accounts(talk):
    await talk.said("@bob++ for the tea")
    await merge(talk, "@bob into @carol")
    await leave(talk, "carol")
    for typed in ("@bob", "history @bob", "@carol"):
        assert "the tea" in await karma(talk, typed)
    await leave(talk, "bob")
    for typed in ("@bob", "history @bob", "@carol"):
        assert "carol has left this workspace" in await karma(talk, typed)


async def test_nobody_is_merged_into_an_account_that_has_left(talk):
    await leave(talk, "carol")
    refused = await karma(talk, "merge @bob into @carol")
    assert refused.startswith("carol has left this workspace, so no board would show bob.")
    assert await merge(talk, "@carol into @bob") == (
        "carol is now merged into bob, whose score was 0 and is now 0."
    )
    await karma(talk, "unmerge @carol")
    await leave(talk, "bob")
    assert "is now merged into carol" in await merge(talk, "@bob into @carol")


async def leave(talk, name):
    """Deactivate the account *name*."""
    gone = replace(talk.slack.workspace.find_member(name), deleted=True)
    at = talk.slack.workspace.next_ts()
    await talk.told(events.build_user_change_event(talk.slack.workspace, member=gone, event_ts=at))


async def test_immediate_unmerge_restores_every_score(talk):
    await give_people(talk)
    before = await talk.rows(SCORES)
    await merge(talk, "@bob into @carol")
    reply = await karma(talk, "unmerge @bob")
    assert reply == "The merge is undone: bob has 3 points again, and carol has 1."
    assert await talk.rows(SCORES) == before
    assert [act for _, act, *_ in await talk.rows(AUDIT)] == ["merge", "unmerge"]
    assert await talk.rows("SELECT * FROM aliases") == []
    assert find_differences_at(talk.running.database.url) == []
    await talk.said("@bob++")
    assert (await scores(talk))[BOB] == 4


async def test_slow_merge_says_so_and_reports_in_the_form_later(talk):
    await give_things(talk)
    assert await karma(talk, "merge postgresql into postgres") == ""
    with talk.hurried(work=0):
        answer = await talk.submit(talk.view())
    assert "a few more seconds" in str(answer["view"])
    await talk.running.context.tasks.wait_idle()
    assert "is now merged" in str(talk.view())


async def test_merge_form_submitted_again_reports_the_same_merge(talk):
    await give_things(talk)
    await karma(talk, "merge postgresql into postgres")
    form, reported = talk.view(), []
    for _ in range(2):
        await talk.submit(form)
        reported.append(talk.view()["blocks"])
    assert reported[0] == reported[1]
    press = talk.press(talk.view(), "admin_unmerge")
    for _ in range(2):
        await talk.deliver_interaction(press)
        assert "The merge is undone" in read_text(talk.view())
    assert [act for _, act, *_ in await talk.rows(AUDIT)] == ["merge", "unmerge"]


async def test_undo_button_names_what_is_no_longer_merged(talk):
    await give_people(talk)
    await merge(talk, "@bob into @carol")
    form = talk.view()
    await karma(talk, "unmerge @bob")
    await talk.click(form, "admin_unmerge")
    assert "bob isn't merged into anything" in read_text(talk.view())


async def test_slow_unmerge_says_so_and_reports_later(talk):
    await give_people(talk)
    await merge(talk, "@bob into @carol")
    with talk.hurried(work=0):
        assert "a few more seconds" in await karma(talk, "unmerge @bob")
    await talk.running.context.tasks.wait_idle()
    assert talk.updates()[-1]["text"].startswith("The merge is undone: bob has 3 points again")


async def test_merge_form_button_undoes_the_merge(talk):
    await give_things(talk)
    before = await talk.rows(SCORES)
    await merge(talk, "postgresql into postgres")
    await talk.click(talk.view(), "admin_unmerge")
    assert "The merge is undone" in read_text(talk.view())
    assert await talk.rows(SCORES) == before


async def test_notice_of_a_slow_unmerge_never_replaces_its_result(talk):
    await give_things(talk)
    await merge(talk, "postgresql into postgres")
    talk.slack.fail("views.update", delay=PATIENCE)
    with talk.hurried(work=0):
        pressing = asyncio.create_task(talk.click(talk.view(), "admin_unmerge"))
        await talk.slack.wait_until(lambda: talk.slack.list_calls("views.update"))
        talk.slack.heal()
        await pressing
    await talk.running.context.tasks.wait_idle()
    assert "The merge is undone" in read_text(talk.view())


async def test_merged_thing_named_like_a_member_can_be_unmerged(talk):
    await merge(talk, '"bob" into robert')
    await announce(talk, "bob")
    await karma(talk, "unmerge bob")
    assert await talk.rows("SELECT target_id FROM aliases") == []


async def test_undo_button_of_an_older_merge_leaves_a_newer_one(talk):
    await give_things(talk)
    await merge(talk, "postgresql into postgres")
    old = talk.view()
    await karma(talk, "unmerge postgresql")
    await merge(talk, "postgresql into mysql")
    press = talk.press(old, "admin_unmerge")
    assert (await talk.deliver_interaction(press)).status == 200
    assert await talk.rows("SELECT into_id FROM aliases") == [("thing:mysql",)]


async def test_unmerge_does_not_restore_votes_of_a_deleted_message(talk):
    post = await talk.said("@bob+++")
    await talk.said("@bob++", by="dave")
    await talk.said("@carol++", by="dave", channel="dev")
    await merge(talk, "@bob into @carol")
    await talk.deleted(post)
    assert await scores(talk) == {CAROL: 2}
    assert await scores(talk, "givers") == {DAVE: 2}
    assert find_differences_at(talk.running.database.url) == []
    await karma(talk, "unmerge @bob")
    assert await scores(talk) == {BOB: 1, CAROL: 1}
    assert await scores(talk, "channel/C0GENERAL1") == {BOB: 1}
    assert find_differences_at(talk.running.database.url) == []


async def test_edits_after_a_merge_count_for_the_other_until_unmerged(talk):
    post = await talk.said("@bob++ for a")
    await merge(talk, "@bob into @carol")
    await talk.edited(post, "@bob++ for a")
    assert await talk.rows("SELECT count(*) FROM vote_history WHERE kind = 'edit'") == [(0,)]
    await talk.edited(post, "@bob+++ for a")
    assert await scores(talk) == {CAROL: 2}
    assert "carol has 2 points" in talk.heard()[-1]
    await karma(talk, "unmerge @bob")
    assert await scores(talk) == {BOB: 2}
    assert find_differences_at(talk.running.database.url) == []


@pytest.mark.parametrize(
    ("typed", "now"),
    [("@bob++ @carol++", 2), ("@carol++", 1), ("@bob--", -1), ("nothing", 0), ("@carol+++", 2)],
)
async def test_edits_of_a_message_naming_both_keep_scores_exact(talk, typed, now):
    post = await talk.said("@bob++ @carol++")
    await merge(talk, "@bob into @carol")
    await talk.edited(post, typed)
    assert (await scores(talk)).get(CAROL, 0) == now
    assert find_differences_at(talk.running.database.url) == []
    await talk.deleted(post)
    assert await scores(talk) == {}
    assert find_differences_at(talk.running.database.url) == []
    await karma(talk, "unmerge @bob")
    assert await scores(talk) == {}
    assert find_differences_at(talk.running.database.url) == []


async def test_votes_after_the_merge_stay_with_the_other_when_unmerged(talk):
    await talk.said("@bob+++")
    await merge(talk, "@bob into @carol")
    await talk.said("@bob++", by="dave")
    await karma(talk, "unmerge @bob")
    assert await scores(talk) == {BOB: 2, CAROL: 1}


async def test_a_ban_on_one_account_is_lifted_by_naming_the_other(talk):
    await merge(talk, "@bob into @carol")
    await karma(talk, "ban @bob")
    await karma(talk, "unban @carol")
    await talk.said("@dave++", by="bob")
    assert await scores(talk) == {DAVE: 1}


async def test_person_merged_with_an_account_that_slack_removed_can_be_banned(talk):
    await merge(talk, "@bob into @carol")
    del talk.slack.workspace.members[BOB]
    await karma(talk, "ban @carol")
    await talk.said("@dave++", by="carol")
    assert await scores(talk) == {}


async def test_nobody_is_banned_while_the_role_of_a_merged_account_is_unknown(talk):
    await talk.decide(managers=[DAVE])
    await merge(talk, "@carol into @bob")
    talk.slack.fail("users.info", times=2)  # the manager's own role, and bob's
    talk.slack.fail("users.info", status=500, times=None)
    assert "try again" in await karma(talk, "ban @bob", by="dave")
    assert await talk.rows("SELECT user_id FROM bans") == []


async def test_roles_of_merged_accounts_are_asked_concurrently(talk):
    await merge(talk, "@bob into @carol")
    talk.slack.fail("users.info", times=1)  # the requester's own
    talk.slack.fail("users.info", delay=3600, times=None)
    banning = asyncio.create_task(karma(talk, "ban @bob"))
    await talk.slack.wait_until(lambda: talk.slack.in_flight.count("users.info") == 2)
    talk.slack.heal()
    await banning
    await talk.said("@dave++", by="bob")
    assert await scores(talk) == {}


async def test_an_account_merged_with_an_admins_cannot_be_banned(talk):
    await merge(talk, "@bob into @ann")
    assert "yourself" in await karma(talk, "ban @bob")
    await talk.decide(managers=[DAVE])
    assert "admin or owner" in await karma(talk, "ban @bob", by="dave")
    await talk.said("@dave++", by="bob")
    assert await scores(talk) == {DAVE: 1}


async def test_opting_out_and_in_applies_to_all_merged_accounts(talk):
    await talk.said("@bob++ @carol++")
    await merge(talk, "@bob into @carol")
    await karma(talk, "opt-out", by="bob")
    await talk.said("@bob++ @carol++", by="dave")
    assert await scores(talk) == {CAROL: 2}
    assert "carol" not in (await talk.command())["text"]
    await karma(talk, "opt-in", by="carol")
    await talk.said("@bob++", by="dave")
    assert await scores(talk) == {CAROL: 3}


async def test_opting_out_applies_to_a_merged_account_forgotten_before(talk):
    await merge(talk, "@bob into @carol")
    await karma(talk, "forget-me", by="carol")
    await talk.submit(talk.view("carol"), by="carol", karma_forget_confirm="forget me")
    await karma(talk, "opt-out", by="bob")
    post = await talk.said("@carol++ @dave++")
    assert await scores(talk) == {DAVE: 1}
    assert any("carol has opted out" in text for text in talk.heard(to="ann"))
    for name in ("bob", "carol"):
        assert "opted out" in await karma(talk, f"adjust @{name} +3")
    await karma(talk, "opt-in", by="carol")
    await talk.edited(post, "@carol+++ @dave++")
    assert await scores(talk) == {CAROL: 2, DAVE: 1}


async def test_others_can_react_where_a_merged_person_did_before_being_forgotten(talk):
    post = await talk.said("hello")
    await talk.react(post, "heavy_plus_sign", by="bob")
    await merge(talk, "@bob into @carol")
    await karma(talk, "forget-me", by="bob")
    await talk.submit(talk.view("bob"), by="bob", karma_forget_confirm="forget me")
    for name, score in (("carol", 1), ("dave", 2)):
        await talk.react(post, "heavy_plus_sign", by=name)
        assert await scores(talk) == {"U0ANN00001": score}


async def test_card_counts_a_forgotten_person_among_those_merged_without_a_name(talk):
    await talk.said("@bob++ @carol++ @dave++")
    await merge(talk, "@bob into @carol")
    await merge(talk, "@dave into @carol")
    assert "by a merge" in await karma(talk, "@carol")
    await karma(talk, "forget-me", by="bob")
    await talk.submit(talk.view("bob"), by="bob", karma_forget_confirm="forget me")
    note = (await karma(talk, "@carol")).splitlines()[0]
    assert note == "These points include those of dave and someone, by a merge."


async def test_voter_can_undo_votes_after_a_merge(talk):
    await talk.said("@bob+++")
    await merge(talk, "@bob into @carol")
    assert (await karma(talk, "undo")).startswith("Undone")
    assert await scores(talk) == {}
    assert find_differences_at(talk.running.database.url) == []


async def test_merge_target_can_itself_be_merged(talk):
    await talk.said("a1++ b1++ c1++")
    await merge(talk, "a1 into b1")
    await merge(talk, "b1 into c1")
    assert await scores(talk, "things") == {"thing:c1": 3}
    await talk.said("a1++")
    assert await scores(talk, "things") == {"thing:c1": 4}
    assert (await karma(talk, "unmerge a1")).startswith("b1 is itself merged")
    await karma(talk, "unmerge b1")
    await karma(talk, "unmerge a1")
    assert await scores(talk, "things") == {"thing:a1": 1, "thing:b1": 1, "thing:c1": 2}
    assert find_differences_at(talk.running.database.url) == []


async def test_edit_follows_a_chain_of_merges(talk):
    post = await talk.said("a1+++")
    await merge(talk, "a1 into b1")
    await merge(talk, "b1 into c1")
    await talk.edited(post, "a1++")
    assert await scores(talk, "things") == {"thing:c1": 1}
    assert find_differences_at(talk.running.database.url) == []


async def test_circular_and_repeated_merges_are_refused(talk):
    await give_things(talk)
    await merge(talk, "postgresql into postgres")
    before = await read_versions(talk)
    assert "is itself merged" in await karma(talk, "merge postgres into postgresql")
    told = await karma(talk, "merge postgresql into mysql")
    assert "postgresql is already merged into postgres" in told
    assert "is itself merged" in await karma(talk, "merge mysql into postgresql")
    assert await read_versions(talk) == before
    await karma(talk, "merge mysql into mariadb")
    form = talk.view()
    await merge(talk, "mysql into postgres")
    told = read_text((await talk.submit(form))["view"])
    assert "mysql is already merged into postgres" in told


async def test_form_submitted_repeatedly_merges_once(talk):
    await give_things(talk)
    await karma(talk, "merge postgresql into postgres")
    view = talk.view()
    payload = interactions.build_submission(
        talk.slack.workspace, view, user=ANN, state={"values": {}}
    )
    for _ in range(3):
        assert (await talk.deliver_interaction(payload)).status == 200
    assert await scores(talk, "things") == {NEW: 3}
    assert len(await talk.rows(AUDIT)) == 1


async def test_names_too_long_for_the_form_are_refused(talk):
    # "ﬃ" is three letters in a thing's key.
    assert await karma(talk, f"merge {'ﬃ' * 450} into {'ﬃ' * 449}") == explain_unfit(
        UnfitCommand.TOO_LONG
    )
    assert talk.view() is None


async def test_long_names_that_fit_the_form_are_merged(talk):
    await merge(talk, f"{'𝕏' * 450} into {'𝕐' * 450}")
    merged = [(f"thing:{'𝕏' * 450}", f"thing:{'𝕐' * 450}")]
    assert await talk.rows("SELECT target_id, into_id FROM aliases") == merged


async def test_adjusting_a_merged_thing_adjusts_the_other(talk):
    await give_things(talk)
    await merge(talk, "postgresql into postgres")
    assert (await karma(talk, "adjust postgresql +5")).startswith(
        'The thing "postgres" had 3 points'
    )
    assert find_differences_at(talk.running.database.url) == []


async def test_audit_lists_merges_and_unmerges(talk):
    await give_things(talk)
    await merge(talk, "postgresql into postgres")
    await karma(talk, "unmerge postgresql")
    _, back, there = (await karma(talk, "audit postgres")).splitlines()
    assert there.endswith("ann: merged postgresql (3) into postgres: 0 → 3")
    assert back.endswith("ann: undid the merge of postgresql into postgres: postgres 3 → 0")


@each_outsider
async def test_outsiders_cannot_merge_by_form_or_unmerge_by_button(talk, log_lines, who):
    await give_things(talk)
    name = await enter(talk, who)
    await karma(talk, "merge postgresql into postgres")
    form = talk.view()
    user = talk.id_of(name)
    payload = interactions.build_submission(
        talk.slack.workspace, form, user=user, state={"values": {}}
    )
    before = await read_versions(talk)
    assert "Only admins and" in (await talk.deliver_interaction(payload)).body
    assert await read_versions(talk) == before
    await talk.submit(form)
    before = await read_versions(talk)
    press = talk.press(talk.view(), "admin_unmerge", by=name)
    assert (await talk.deliver_interaction(press)).status == 200
    assert await read_versions(talk) == before
    await karma(talk, "unmerge postgresql")
    refused = [line["action"] for line in logged(log_lines, "action.refused")]
    assert refused == ["admin_merge", "admin_unmerge"]


async def test_former_manager_cannot_submit_the_form(talk):
    await give_things(talk)
    await promote(talk)
    await karma(talk, "merge postgresql into postgres", by="bob")
    form = talk.view("bob")
    await talk.decide(managers=[])
    await talk.submit(form, by="bob")
    assert "Only admins and" in read_text(talk.view("bob"))
    assert await talk.rows("SELECT * FROM aliases") == []


async def test_merge_form_and_result_use_the_workspace_language(talk):
    await give_things(talk)
    await talk.decide(language="de")
    await karma(talk, "merge postgresql into postgres")
    assert "*postgresql mit postgres zusammenlegen?*" in read_text(talk.view())
    await talk.submit(talk.view())
    assert read_text(talk.view()).startswith("postgresql ist jetzt mit postgres zusammengelegt.")
    assert "mit postgres zusammengelegt: 0 → 3" in await karma(talk, "audit")


TARGETS = st.sampled_from([OLD, NEW, BOB, CAROL, "thing:", "", "x", "thing:\x00",
                           "thing:" + "é" * 3000])  # fmt: skip
ODD = st.none() | st.booleans() | st.integers() | st.text(max_size=40) | TARGETS
METADATA = (
    st.text(max_size=100)
    | st.just("[" * 5000)
    | st.dictionaries(st.sampled_from(["source", "into", "spelling"]), ODD).map(json.dumps)
)


@settings(max_examples=scaled(60))
@given(metadata=st.none() | METADATA, by=st.sampled_from([BOB, "", "x" * 100, None, 5]))
async def test_forged_submission_changes_nothing(talk, metadata, by):
    payload = {
        "type": "view_submission", "team": {"id": talk.slack.workspace.team_id},
        "user": {"id": by}, "trigger_id": "1.2.3",
        "view": {"id": "V1", "type": "modal", "callback_id": "admin_merge",
                 "private_metadata": metadata, "state": {"values": {}}},
    }  # fmt: skip
    before = await read_versions(talk)
    assert (await talk.deliver_interaction(payload)).status in (200, 400)
    assert await read_versions(talk) == before


@each(
    "kept",
    [{"source": BOB, "into": NEW, "spelling": ""}, {"source": OLD, "into": OLD, "spelling": ""},
     {"source": OLD, "into": NEW}, {"source": OLD, "into": NEW, "spelling": "x" * 600},
     {"source": OLD, "into": NEW, "spelling": "\x00"},
     {"source": "bob", "into": CAROL, "spelling": ""},
     {"source": OLD, "into": "thing:", "spelling": ""}, [OLD, NEW], 5],
)  # fmt: skip
async def test_submission_with_malformed_metadata_merges_nothing(talk, log_lines, kept):
    payload = {
        "type": "view_submission", "team": {"id": talk.slack.workspace.team_id},
        "user": {"id": ANN}, "trigger_id": "1.2.3",
        "view": {"id": "V1", "type": "modal", "callback_id": "admin_merge",
                 "private_metadata": json.dumps(kept), "state": {"values": {}}},
    }  # fmt: skip
    assert (await talk.deliver_interaction(payload)).status == 200
    assert await talk.rows("SELECT * FROM aliases") == []
    (line,) = logged(log_lines, "action.refused")
    assert (line["action"], line["reason"]) == ("admin_merge", "misshapen")


@settings(max_examples=scaled(40))
@given(metadata=METADATA)
async def test_admins_malformed_submission_merges_at_most_a_valid_pair(talk, metadata):
    payload = {
        "type": "view_submission", "team": {"id": talk.slack.workspace.team_id},
        "user": {"id": ANN}, "trigger_id": "1.2.3",
        "view": {"id": "V1", "type": "modal", "callback_id": "admin_merge",
                 "private_metadata": metadata, "state": {"values": {}}},
    }  # fmt: skip
    assert (await talk.deliver_interaction(payload)).status == 200
    rows = await talk.rows("SELECT target_id, into_id FROM aliases")
    pairs = {(OLD, NEW), (NEW, OLD), (BOB, CAROL), (CAROL, BOB)}
    assert set(rows) <= pairs
    await talk.rows("DELETE FROM aliases RETURNING 1")


@settings(max_examples=scaled(40))
@given(value=ODD | st.just("merge/" + "0" * 24), by=st.sampled_from([ANN, BOB, "", None]))
async def test_forged_press_undoes_no_merge(talk, value, by):
    payload = {
        "type": "block_actions", "team": {"id": talk.slack.workspace.team_id},
        "user": {"id": by}, "trigger_id": "1.2.3", "view": {"id": "V1"},
        "actions": [{"type": "button", "action_id": "admin_unmerge", "value": value}],
    }  # fmt: skip
    before = await read_versions(talk)
    assert (await talk.deliver_interaction(payload)).status == 200
    assert await read_versions(talk) == before


@pytest.mark.parametrize("view", [None, "V1", {}, {"id": None}, {"id": ""}, {"id": 5}])
async def test_press_outside_a_form_undoes_no_merge(talk, log_lines, view):
    await give_things(talk)
    await merge(talk, "postgresql into postgres")
    press, before = talk.press(talk.view(), "admin_unmerge"), await read_versions(talk)
    assert (await talk.deliver_interaction(press | {"view": view})).status == 200
    assert await read_versions(talk) == before
    (line,) = logged(log_lines, "action.refused")
    assert (line["action"], line["reason"]) == ("admin_unmerge", "misshapen")


async def test_merge_into_a_forgotten_person_lasts_until_unmerged(talk, database_url):
    await talk.said("@bob++ @carol++")
    await merge(talk, "@bob into @carol")
    await karma(talk, "forget-me", by="carol")
    await talk.submit(talk.view("carol"), by="carol", karma_forget_confirm="forget me")
    await talk.said("@bob++")
    assert list((await scores(talk)).values()) == [3]
    assert not {BOB, CAROL} & {*await scores(talk)}
    await karma(talk, "unmerge @bob")
    await talk.said("@bob++")
    assert (await scores(talk))[BOB] == 2
    assert find_differences_at(database_url) == []
