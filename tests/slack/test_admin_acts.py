"""Admin actions: adjust points, ban people, and read the audit."""

import json
from dataclasses import replace

import psycopg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.devtools.fake_slack import events
from app.devtools.fake_slack.composer import compose
from tests.examples import scaled
from tests.logged import logged
from tests.slack.deciding import save
from tests.slack.outsiders import each_outsider, enter, promote
from tests.tables import each

ANN, BOB, CAROL, DAVE = "U0ANN00001", "U0BOB00002", "U0CAROL003", "U0DAVE0004"
LEDGER = """SELECT channel_id, voter_id, target_id, delta, reason, kind FROM vote_history
    ORDER BY id"""
AUDIT = "SELECT by_id, act, about, before, after, note FROM audit ORDER BY id"
SCORES = "SELECT board, target_id, score FROM leaderboard WHERE score <> 0 ORDER BY 1, 2"


async def karma(talk, words, by="ann", **where):
    """Type `/karma` and *words* as Slack escapes them; return the text of the reply."""
    return (await run_karma(talk, words, by, **where)).get("text")


async def run_karma(talk, words, by="ann", **where):
    """Like `karma`, but return the whole reply."""
    typed, _ = compose(words, talk.slack.workspace)
    return await talk.command(typed, by=by, command="/karma", **where)


async def read_everything(talk):
    """Return everything that admins can change."""
    tables = [LEDGER, AUDIT, SCORES, "SELECT * FROM bans", "SELECT * FROM aliases"]
    return [await talk.rows(query) for query in tables]


# Adjustments


async def test_admin_adjusts_points_with_reason(talk, log_lines):
    await talk.said("@bob+++")
    reply = await karma(talk, "adjust @bob +5 because of the release")
    assert reply == 'bob had 2 points and now has 7 (+5: "the release").'
    assert await talk.scores() == {BOB: 7}
    assert (await talk.rows(LEDGER))[-1] == ("", "", BOB, 5, "the release", "adjust")
    assert await talk.rows(AUDIT) == [(ANN, "adjust", BOB, 2, 7, "the release")]
    assert [line["user"] for line in logged(log_lines, "admin.adjusted")] == [ANN]


async def test_adjustment_counts_on_all_boards_except_givers_and_channels(talk):
    await karma(talk, "adjust @bob +5")
    boards = {board for board, _, score in await talk.rows(SCORES) if score == 5}
    assert {board.partition("/")[0] for board in boards} == {"users"}
    assert len(boards) == 4  # all time, month, week, day


async def test_thing_without_votes_can_be_adjusted_below_zero(talk):
    reply = await karma(talk, "adjust Code Review -3")
    assert reply == 'The thing "Code Review" had 0 points and now has -3 (-3).'
    assert await talk.scores("things") == {"thing:code review": -3}
    assert (await karma(talk, '"code review"')).startswith('The thing "Code Review"')


async def test_history_marks_adjustments_as_made_by_an_admin(talk):
    await karma(talk, "adjust @bob +5 because of the release")
    await karma(talk, "adjust @bob -1")
    assert '+5 by an admin: "the release"' in await karma(talk, "history @bob")
    assert "-1 by an admin" in await karma(talk, "@bob", by="carol")


@each(
    ("typed", "expected"),
    [
        ("adjust", "Say who or what it's for"),
        ("adjust @bob 5", "Say who or what it's for"),
        ("adjust @bob –5", "Say who or what it's for"),
        ("adjust @bob +5 hello", "Say who or what it's for"),
        ("adjust @nobody +5", "I don't know who @nobody is"),
        ("adjust @bob +1000001", "1 to 1,000,000 points"),
        ("adjust @bob +0", "1 to 1,000,000 points"),
        ("adjust @bob +999999999999999999", "1 to 1,000,000 points"),
        ("ban", "Say who can't give points"),
        ("ban postgres", "Say who can't give points"),
        ("ban @bob for ever", "Say who can't give points"),
        ("ban @bob für 9999 Wochen", "from one hour to ten years"),
        ("ban @bob for 9999 weeks", "from one hour to ten years"),
        ("ban @bob for 0 days", "from one hour to ten years"),
        ("ban @ann", "You can't ban yourself"),
        ("unban", "Say whose ban"),
        ("unban @bob", "bob isn't banned"),
        ("audit 51", "I can show 1 to 50 actions"),
        ("audit 0", "I can show 1 to 50 actions"),
        ("audit 5 6", "I can show 1 to 50 actions"),
        ("merge", "Say what to merge"),
        ("merge postgresql", "Say what to merge"),
        ("merge @bob into postgres", "You can merge two people"),
        ("merge Postgres into postgres", "Those two are already the same"),
        ("merge @bob into @nobody", "I don't know who @nobody is"),
        ("unmerge", "Say which merge"),
        ("unmerge postgresql", "postgresql isn't merged into anything"),
    ],
)
async def test_invalid_admin_command_gets_one_line_reply_and_changes_nothing(talk, typed, expected):
    before = await read_everything(talk)
    reply = await karma(talk, typed)
    assert expected in reply
    assert "\n" not in reply
    assert await read_everything(talk) == before


async def test_redelivered_adjustment_counts_once(talk):
    workspace = talk.slack.workspace
    fields = events.build_slash_command(
        workspace, user=ANN, channel="C0GENERAL1", command="/karma", text=f"adjust <@{BOB}> +5"
    )
    answers = [json.loads((await talk.delivery.deliver_command(fields)).body) for _ in range(3)]
    assert {answer["text"] for answer in answers} == {"bob had 0 points and now has 5 (+5)."}
    assert await talk.scores() == {BOB: 5}
    assert len(await talk.rows(AUDIT)) == 1


async def test_adjust_accepts_word_points_and_audit_accepts_all_and_last(talk):
    assert await karma(talk, "adjust @bob +5 points") == "bob had 0 points and now has 5 (+5)."
    reply = await karma(talk, "adjust @bob -1 point because of the docs")
    assert reply == 'bob had 5 points and now has 4 (-1: "the docs").'
    assert await karma(talk, "audit all") == await karma(talk, "audit")
    assert await karma(talk, "audit last 1") == await karma(talk, "audit 1")


async def test_adjustment_typed_twice_counts_twice(talk):
    await karma(talk, "adjust @bob +5")
    await karma(talk, "adjust @bob +5")
    assert await talk.scores() == {BOB: 10}


async def test_admins_cannot_change_points_of_opted_out_person(talk):
    await talk.said("@bob++")
    await karma(talk, "opt-out", by="bob")
    before = await read_everything(talk)
    for typed in ("adjust @bob +5", "merge @bob into @carol", "merge @carol into @bob"):
        assert "opted out" in await karma(talk, typed)
    assert await read_everything(talk) == before


# Bans


async def test_banned_persons_votes_do_not_count_until_ban_is_lifted(talk, log_lines):
    reply = await karma(talk, "ban @bob for 7 days")
    assert reply.startswith("Points from bob don't count until <!date^")
    await talk.said("@carol++", by="bob")
    assert await talk.scores() == {}
    assert await karma(talk, "unban @bob") == "Points from bob count again."
    await talk.said("@carol++", by="bob")
    assert await talk.scores() == {CAROL: 1}
    acts = await talk.rows("SELECT by_id, act, about, before ->> 'until' = after ->> 'until',"
                           " before IS NULL, after IS NULL FROM audit ORDER BY id")  # fmt: skip
    assert acts == [
        (ANN, "ban", BOB, None, True, False),
        (ANN, "unban", BOB, None, False, True),
    ]
    assert logged(log_lines, "admin.banned")
    assert logged(log_lines, "admin.unbanned")


async def test_ban_without_duration_has_no_end(talk):
    assert "`/karma unban` lifts that" in await karma(talk, "ban @bob")
    assert await talk.rows("SELECT user_id, until, banned_by FROM bans") == [(BOB, None, ANN)]


async def test_managers_cannot_lift_their_own_ban(talk):
    await talk.decide(managers=[BOB, CAROL])
    await karma(talk, "ban @bob")
    assert "your own ban" in await karma(talk, "unban @bob", by="bob")
    assert len(await talk.rows("SELECT FROM bans")) == 1
    await karma(talk, "ban @carol")
    members = talk.slack.workspace.members
    members[CAROL] = replace(members[CAROL], is_admin=True)
    for name in ("carol", "bob"):
        assert await karma(talk, f"unban @{name}", by="carol") == f"Points from {name} count again."


async def test_expired_ban_cannot_be_lifted(talk):
    await karma(talk, "ban @bob for 1hr")
    await talk.rows("UPDATE bans SET until = now() - interval '1 second' RETURNING 1")
    assert "isn't banned" in await karma(talk, "unban @bob")
    assert [act for _, act, *_ in await talk.rows(AUDIT)] == ["ban"]


async def test_active_bans_are_listed_soonest_end_first(talk):
    assert await karma(talk, "bans") == "Nobody is banned."
    await karma(talk, "ban @bob")
    await karma(talk, "ban @dave for 7 days")
    await karma(talk, "ban @carol for 1 hour")
    heading, *lines = (await karma(talk, "bans")).splitlines()
    assert heading == "Points from these people don't count. `/karma unban @bob` lifts a ban."
    assert [line.partition("<")[0] for line in lines] == [
        "• carol: until ", "• dave: until ", "• bob: until lifted",
    ]  # fmt: skip
    await talk.rows("UPDATE bans SET until = now() WHERE user_id = %s RETURNING 1", CAROL)
    await karma(talk, "unban @bob")
    assert [line.partition(":")[0] for line in (await karma(talk, "banned")).splitlines()[1:]] == [
        "• dave"
    ]


async def test_ban_list_counts_bans_beyond_its_limit(talk):
    await talk.rows(
        """WITH banned AS (INSERT INTO bans (team_id, user_id, banned_by)
            SELECT %s, 'U0NOBODY' || n, 'U0ANN00001' FROM generate_series(10, 61) AS n)
        SELECT change_rules(%s)""",
        *[talk.slack.workspace.team_id] * 2,
    )
    lines = (await karma(talk, "bans")).splitlines()
    assert (len(lines), lines[-1]) == (52, "… and 2 more")


async def test_admin_cannot_be_banned(talk):
    await promote(talk)
    assert "is an admin or owner" in await karma(talk, "ban @ann", by="bob")
    assert await talk.rows("SELECT * FROM bans") == []


async def test_user_unknown_to_slack_cannot_be_banned(talk):
    answer = await talk.command("ban <@U0NOBODY99>", command="/karma")
    assert "didn't tell me who U0NOBODY99 is" in answer["text"]
    assert await talk.rows("SELECT * FROM bans") == []


# The audit


async def test_audit_lists_who_did_what_newest_first(talk):
    await talk.said("@bob++")
    await karma(talk, "adjust @bob +5 because of the release with @dave")
    await karma(talk, "ban @carol")
    heading, ban, adjusted = (await karma(talk, "audit")).splitlines()
    assert heading == "Admins: the last 2 actions"
    assert ban.endswith(" · ann: ban of carol: none → until lifted")
    assert adjusted.endswith(' · ann: bob +5 "the release with dave": 1 → 6')


async def test_audit_can_be_limited_to_one_person_or_thing(talk):
    assert await karma(talk, "audit") == "All quiet: no admin has stepped in so far."
    await karma(talk, "adjust @bob +5")
    await karma(talk, "adjust postgres +1")
    title, line = (await karma(talk, "audit @bob")).splitlines()
    assert title == "Admins: the last action: bob"
    assert line.endswith("bob +5: 0 → 5")
    assert "postgres +1: 0 → 1" in await karma(talk, "audit 5 postgres")
    nothing = 'No admin has done anything about "{}" so far. `/karma audit` shows all actions,'
    for typed, name in (("@carol", "carol"), ("since friday", "since friday")):
        assert (await karma(talk, f"audit {typed}")).startswith(nothing.format(name))


async def test_audit_accepts_multiword_names_containing_its_keywords(talk):
    await karma(talk, "adjust @bob +5")
    for name in ("all hands", "last call", "latest build"):
        await karma(talk, f'adjust "{name}" +1')
        title, line = (await karma(talk, f"audit {name} 3")).splitlines()
        assert name in title
        assert f"{name} +1: 0 → 1" in line
    for typed in ("audit last 2", "audit all"):
        assert "latest build +1" in await karma(talk, typed), typed
    assert "bob +5: 0 → 5" in await karma(talk, "audit last 5 @bob")


async def test_audit_button_shows_earlier_actions(talk):
    for points in (1, 2, 3):
        await karma(talk, f"adjust @bob +{points}")
    page = await run_karma(talk, "audit 2")
    await talk.click(page, "admin_audit")
    title, line = talk.updates()[-1]["text"].splitlines()
    assert title == "Admins: earlier actions"
    assert "bob +1: 0 → 1" in line
    assert "admin_audit" not in str(talk.updates()[-1])
    await talk.click(page, "admin_audit", value="2 1 ")
    assert talk.updates()[-1]["text"] == "That's all; there's nothing before this."


async def test_audit_shows_a_channels_setting_that_follows_the_workspace_again(talk):
    for minus in ("off", "inherit"):
        await save(talk, channel="general", minus=minus)
    assert "None count → As in the workspace" in await karma(talk, "audit 1")


async def test_fifty_audit_entries_with_long_reasons_fit_in_one_message(talk):
    for _ in range(50):
        await karma(talk, f"adjust @bob +1 because {'&x' * 100}")
    page = await run_karma(talk, "audit 50")
    assert page["text"].count('+1 "&amp;x') == 50


async def test_audit_shows_settings_by_name_and_tolerates_unknown_entries(talk):
    await talk.rows(
        "INSERT INTO audit (team_id, by_id, act, about, before, after)"
        " VALUES ('T0PLAYGRND', %s, 'setting', 'things@C0GENERAL1', 'true', 'false'),"
        " ('T0PLAYGRND', %s, 'setting', 'no_such_setting', NULL, '[\"<!channel>\"]'),"
        " ('T0PLAYGRND', %s, 'dance', 'x', NULL, '1') RETURNING 1", ANN, ANN, ANN,
    )  # fmt: skip
    dance, unknown, things = (await karma(talk, "audit")).splitlines()[1:]
    assert "in <#C0GENERAL1>: On → Off" in things
    assert "&lt;!channel&gt;" in unknown
    assert dance.endswith("dance x: nothing → 1")


@each(
    "statement",
    ["UPDATE audit SET note = 'x'", "DELETE FROM audit", "TRUNCATE audit",
     "UPDATE audit SET note = 'x' WHERE false"],
)  # fmt: skip
async def test_database_refuses_changes_to_audit(talk, statement):
    await karma(talk, "adjust @bob +5")
    before = await talk.rows(AUDIT)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        await talk.rows(statement)
    assert await talk.rows(AUDIT) == before != []


# Permissions


@each_outsider
@each(
    "words",
    ["adjust @bob +5", "merge @bob into @carol", "unmerge @dave", "ban @bob", "unban @dave",
     "bans", "audit", "audit @bob"],
)  # fmt: skip
async def test_outsiders_cannot_use_admin_commands(talk, log_lines, who, words):
    await talk.said("@bob++")
    name = await enter(talk, who)
    before, earlier = await read_everything(talk), logged(log_lines, "action.refused")
    reply = await karma(talk, words, by=name)
    assert "Only admins and" in reply
    assert talk.view(name) is None
    assert await read_everything(talk) == before
    (line,) = logged(log_lines, "action.refused")[len(earlier) :]
    assert line["action"] == f"karma {words.split()[0]}"


@each_outsider
async def test_outsiders_cannot_use_audit_button(talk, log_lines, who):
    for _ in range(2):
        await karma(talk, "adjust @bob +5")
    page, name = await run_karma(talk, "audit 1"), await enter(talk, who)
    await talk.click(page, "admin_audit", by=name)
    (update,) = talk.updates()
    assert update["text"].startswith("Only admins and")
    assert [line["action"] for line in logged(log_lines, "action.refused")] == ["admin_audit"]


async def test_manager_can_adjust_points(talk):
    await promote(talk)
    assert "now has 5" in await karma(talk, "adjust @carol +5", by="bob")
    assert await talk.rows("SELECT by_id FROM audit") == [(BOB,)]


async def test_help_shows_admin_commands_only_to_admins(talk):
    for by in ("ann", "bob"):
        await talk.click(await run_karma(talk, "help", by), "help_more", by=by)
        assert ("For you as an admin" in talk.updates()[-1]["text"]) == (by == "ann")


ODD = st.none() | st.booleans() | st.integers() | st.text(max_size=40) | st.just("9" * 5000)


@settings(max_examples=scaled(40))
@example(value="0 1 ", user=None)
@example(value="99 1 ", user=None)
@given(value=ODD, user=st.none() | st.dictionaries(st.sampled_from(["id", "team_id"]), ODD))
async def test_forged_audit_button_press_changes_nothing(talk, value, user):
    payload = {
        "type": "block_actions", "team": {"id": talk.slack.workspace.team_id},
        "user": {"id": ANN} if user is None else user, "trigger_id": "1.2.3",
        "actions": [{"type": "button", "action_id": "admin_audit", "value": value}],
    }  # fmt: skip
    before = await read_everything(talk)
    answer = await talk.deliver_interaction(payload)
    assert answer.status == 200
    assert await read_everything(talk) == before
    assert talk.slack.list_calls("users.info") == []  # nobody's role is asked for
