"""`/karma fairplay`: figures for admins that accuse nobody and change nothing."""

import json
from datetime import UTC, datetime, timedelta

from app.words.fairplay import describe_rest
from tests.slack.outsiders import each_outsider, enter, promote

ANN, BOB, CAROL, DAVE = "U0ANN00001", "U0BOB00002", "U0CAROL003", "U0DAVE0004"
_ROW = """
INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta, kind,
    voted_at, created_at, day)
SELECT %s, 'C0SECRET04', %s, %s, %s, %s, %s, %s, %s, current_date
"""

_EVERYTHING = " UNION ALL ".join(
    f"SELECT '{table}', md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} AS t"  # noqa: S608
    for table in ("vote_history", "leaderboard", "audit", "refusals", "told", "outbox")
)


async def vote(talk, voter, target, *, nr, at, points=1, kind="vote", later=timedelta()):
    """Insert a ledger row as a vote would, or, with *later*, an edit of it that much later."""
    team, ts = talk.slack.workspace.team_id, f"{1_700_000_000 + nr}.000100"
    row = (team, ts, voter, target, points, kind, at, at + later)
    await talk.rows(_ROW + " RETURNING id", *row)


async def show_report(talk, by="ann"):
    answer = await talk.command("fairplay", by=by, command="/karma")
    return answer["text"]


def ago(**span):
    return datetime.now(UTC) - timedelta(**span)


async def test_fairplay_says_when_nothing_stands_out(talk):
    await talk.said("@bob++")
    reply = await show_report(talk)
    assert reply.count("stands out") == 1
    assert "Nothing stands out: no pairs" in reply
    assert "numbers, not judgments" in reply
    assert "They cover the last 90 days (1 entry)," in reply
    assert "Everything counted in the last 30 days" in reply


async def test_fairplay_shows_pairs_voting_mostly_for_each_other(talk):
    for nr in range(5):
        await vote(talk, BOB, CAROL, nr=nr, at=ago(days=nr))
        await vote(talk, CAROL, BOB, nr=100 + nr, at=ago(days=nr, hours=1))
        await vote(talk, BOB, f"thing:t{nr}" if nr else DAVE, nr=200 + nr, at=ago(days=1))
        await vote(talk, ANN, BOB, nr=400 + nr, at=ago(days=1))
    await vote(talk, DAVE, BOB, nr=300, at=ago(days=1))
    reply = await show_report(talk)
    line = (
        "• bob and carol: 5 times (50% of what bob gave) and 5 times back (100% of what carol gave)"
    )
    assert line in reply
    assert reply.count("times back") == 1


async def test_few_votes_or_one_sided_share_make_no_pair(talk):
    for nr in range(4):
        await vote(talk, BOB, CAROL, nr=nr, at=ago(days=nr))
        await vote(talk, CAROL, BOB, nr=100 + nr, at=ago(days=nr))
    for nr in range(20):
        await vote(talk, DAVE, BOB, nr=200 + nr, at=ago(days=nr))
        await vote(talk, BOB, DAVE if nr < 5 else f"thing:t{nr}", nr=300 + nr, at=ago(days=nr))
    assert "Nothing stands out: no pairs" in await show_report(talk)


async def test_fairplay_shows_many_votes_for_one_target_within_a_minute(talk):
    start = ago(days=2)
    for nr in range(10):
        await vote(talk, BOB, "thing:tea", nr=nr, at=start + timedelta(seconds=nr))
        await vote(talk, CAROL, "thing:tea", nr=100 + nr, at=start + timedelta(seconds=10 * nr))
    reply = await show_report(talk)
    assert "within a minute\n• bob to tea: 10 times\nNothing else stands out." in reply
    assert "Pairs" not in reply
    assert "carol" not in reply


async def test_fairplay_shows_votes_withdrawn_three_times(talk):
    for n in range(6):
        await vote(talk, BOB, CAROL, nr=1, at=ago(days=1), points=(1, -1)[n % 2], kind="edit")
    for n in range(4):
        await vote(talk, DAVE, CAROL, nr=2, at=ago(days=1), points=(1, -1)[n % 2], kind="edit")
    reply = await show_report(talk)
    assert "• bob to carol: undone 3 times" in reply
    assert "dave" not in reply


async def test_fairplay_shows_votes_raised_or_reworded_after_an_hour(talk):
    late, soon = timedelta(hours=2), timedelta(minutes=59)
    for voter, when in ((BOB, late), (DAVE, soon)):
        nr = 1 if voter == BOB else 2
        await vote(talk, voter, CAROL, nr=nr, at=ago(days=1), later=late)
        await vote(talk, voter, CAROL, nr=nr, at=ago(days=1), points=2, kind="edit", later=when)
        await vote(talk, voter, CAROL, nr=nr, at=ago(days=1), points=0, kind="edit", later=when)
        await vote(talk, voter, CAROL, nr=nr, at=ago(days=1), points=-1, kind="edit", later=when)
    reply = await show_report(talk)
    assert "• bob: points raised 1 time, 1 reason changed" in reply
    assert "dave" not in reply


async def test_fairplay_reads_rows_stored_by_app_itself(talk):
    """The rows of other tests are inserted directly; these are stored by the app."""
    post = await talk.said("@bob++")
    for typed in ("hm", "@bob++") * 3:
        post = await talk.edited(post, typed)
    assert "• ann to bob: undone 3 times" in await show_report(talk, by=await promote(talk))


async def test_fairplay_omits_opted_out_people_as_givers_and_receivers(talk):
    for nr in range(12):
        await vote(talk, BOB, CAROL, nr=nr, at=ago(seconds=nr))
        await vote(talk, CAROL, BOB, nr=100 + nr, at=ago(seconds=nr))
    assert (await show_report(talk)).count("bob") > 2
    await talk.command("opt-out", by="bob", command="/karma")
    reply = await show_report(talk)
    assert "bob" not in reply
    assert "carol" not in reply


async def test_fairplay_ignores_old_votes_and_other_workspaces(talk):
    for nr in range(12):
        await vote(talk, BOB, CAROL, nr=nr, at=ago(days=1 if nr < 6 else 91))
    await talk.rows(
        "UPDATE vote_history SET team_id = 'T0OTHER' WHERE message_ts < '1700000006' RETURNING 1"
    )
    assert "(0 entries)" in await show_report(talk)


async def test_fairplay_names_no_channel_and_pings_nobody(talk):
    for nr in range(12):
        await vote(talk, BOB, CAROL, nr=nr, at=ago(seconds=nr))
    answer = await talk.command("fairplay", command="/karma")
    reply = json.dumps(answer)
    for word in ("<@", "<#", "secret", "C0SECRET04", "<!"):
        assert word not in reply
    assert answer["response_type"] == "ephemeral"


async def test_fairplay_counts_refusals_by_reason(talk):
    for _ in range(2):
        await talk.said("@ann++")
    await talk.decide(things=False)
    await talk.said("postgres++")
    reply = await show_report(talk)
    assert "Not counted in the last 30 days: 3 times (for oneself 2, for things 1)." in reply


async def test_fairplay_and_home_count_votes_refused_while_points_are_off(talk):
    await talk.decide(votes=False)
    await talk.command(f"give <@{BOB}> for the docs", by="ann", command="/karma")
    line = "Not counted in the last 30 days: 1 time (points turned off 1)."
    assert line in await show_report(talk)
    assert line in json.dumps(await talk.open_home("ann"))


async def test_fairplay_uses_workspace_language(talk):
    await talk.decide(language="de")
    assert "Zahlen, keine Urteile" in await show_report(talk)


async def test_fairplay_changes_nothing(talk):
    await talk.said("@bob++")
    before = dict(await talk.rows(_EVERYTHING))
    await show_report(talk)
    assert dict(await talk.rows(_EVERYTHING)) == before


async def test_only_homes_of_admins_show_refusals(talk):
    await talk.said("@ann++")
    line = "Not counted in the last 30 days: 1 time (for oneself 1)."
    assert line in json.dumps(await talk.open_home("ann"))
    assert "Not counted" not in json.dumps(await talk.open_home("bob"))


@each_outsider
async def test_outsiders_cannot_see_fairplay(talk, who):
    for nr in range(12):
        await vote(talk, BOB, CAROL, nr=nr, at=ago(seconds=nr))
    reply = await show_report(talk, by=await enter(talk, who))
    assert "carol" not in reply
    assert "judgments" not in reply


def test_report_in_which_every_part_has_findings_says_nothing_about_the_rest():
    assert describe_rest(parts=3, shown=3) == []
