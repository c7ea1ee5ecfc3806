"""Boards of groups, quarters, years and date ranges, with movement and the reader's standing."""

from datetime import UTC, datetime, timedelta

from app.store.boards import computed_boards
from tests.tables import each

ENG = "<!subteam^S0ENG00001|@eng>"


async def board(talk, typed, by="ann"):
    """Return the board, line by line."""
    answer = await talk.command(typed, by=by)
    return answer["text"].split("\n")


async def _vote(talk, days_ago, typed, by="ann", **where):
    talk.set_clock(datetime.now(UTC) - timedelta(days=days_ago))
    await talk.said(typed, by=by, **where)


def _members(talk):
    workspace = talk.slack.workspace
    return {workspace.members[user].name for user in workspace.groups["S0ENG00001"].members}


async def _ranked(talk, typed):
    return [line for line in await board(talk, typed) if line[0].isdigit()]


async def test_group_board_ranks_its_current_members(talk):
    names = ("ann", "bob", "carol", "dave", "eve")
    for count, name in enumerate(names, 1):
        by = "ann" if name != "ann" else "bob"
        await talk.said(f"@{name} += {count}", by=by)
    inside = [(n, name) for n, name in enumerate(names, 1) if name in _members(talk)]
    assert 0 < len(inside) < len(names)
    lines = await board(talk, ENG)
    assert lines[0] == "Leaderboard of a group, all time"
    ranked = await _ranked(talk, ENG)
    assert [line.split(". ")[1].split(",")[0] for line in ranked] == [
        name for _, name in sorted(inside, reverse=True)
    ]
    assert ranked[0].startswith("1. ")
    for span in ("week", "year", "last 7 days"):
        assert await _ranked(talk, f"{ENG} {span}") == ranked


async def test_group_has_a_givers_board_but_no_things_board(talk):
    for name in sorted(_members(talk)):
        await talk.said("postgres++", by=name)
    assert (await board(talk, f"{ENG} givers"))[0] == "Givers of a group, all time"
    assert "A group's board is for people" in (await board(talk, f"{ENG} things"))[0]


async def test_who_has_points_elsewhere_is_told_that_they_are_not_on_this_board(talk):
    await talk.said("@bob++", by="ann")
    await talk.said("@ann++", by="bob", channel="random")
    for typed in (ENG, f"{ENG} week", f"{ENG} givers", "here", "here week"):
        assert (await board(talk, typed))[-1] == "You aren't on this board."


async def test_year_and_quarter_boards_sum_their_months(talk):
    talk.set_clock(datetime(2025, 2, 3, 12, tzinfo=UTC))
    await talk.said("@bob += 3, @carol += 1", by="ann")
    talk.set_clock(datetime(2025, 3, 31, 12, tzinfo=UTC))
    await talk.said("@bob--, @carol += 4, postgres++", by="dave")
    talk.set_clock(datetime(2025, 4, 1, 12, tzinfo=UTC))
    await talk.said("@dave += 5", by="ann")
    assert (await board(talk, "2025-Q1"))[:3] == [
        "Leaderboard, Q1 2025, UTC", "1. carol, 5 points", "2. bob, 2 points",
    ]  # fmt: skip
    year = await board(talk, "2025")
    assert year[:4] == [
        "Leaderboard, 2025, UTC", "1. carol, 5 points", "1. dave, 5 points", "3. bob, 2 points",
    ]  # fmt: skip
    assert "1. dave, 5 points new" in await board(talk, "2025-q2")
    assert "2. bob, 2 points" in await board(talk, "2025-Q1")
    assert "1. postgres, 1 point" in await board(talk, "things 2025")
    assert (await board(talk, "givers 2025"))[1] == "1. ann, 9 points"
    assert "You're 1st with 9 points." in await board(talk, "givers 2025", by="ann")


async def test_quarter_board_shows_rank_changes(talk):
    talk.set_clock(datetime(2025, 2, 3, 12, tzinfo=UTC))
    await talk.said("@bob += 3, @carol += 1", by="ann")
    talk.set_clock(datetime(2025, 5, 3, 12, tzinfo=UTC))
    await talk.said("@bob += 1, @carol += 3", by="ann")
    assert (await board(talk, "2025-Q2"))[1:3] == [
        "1. carol, 3 points ▲1", "2. bob, 1 point ▼1",
    ]  # fmt: skip


async def test_last_days_board_includes_today(talk):
    await _vote(talk, 30, "@bob += 4", by="carol")
    await _vote(talk, 29, "@bob += 2")
    await _vote(talk, 0, "@bob++")
    assert "1. bob, 3 points" in "\n".join(await board(talk, "last 30 days"))
    assert "1. bob, 1 point" in "\n".join(await board(talk, "last 1 days"))
    since = (datetime.now(UTC) - timedelta(days=30)).date().isoformat()
    assert "1. bob, 7 points" in "\n".join(await board(talk, f"since {since}"))
    assert "1. ann, 3 points" in "\n".join(await board(talk, "givers past 30 days"))


async def test_span_of_a_channel_counts_only_its_votes(talk):
    await _vote(talk, 3, "@bob++", channel="random")
    await _vote(talk, 3, "@bob += 3")
    said = "\n".join(await board(talk, "<#C0RANDOM02> last 7 days"))
    assert "1. bob, 1 point" in said


async def test_button_for_things_keeps_the_span_but_not_the_group(talk):
    await _vote(talk, 3, "postgres++")
    answer = await talk.command(f"{ENG} last 45 days")
    answer = await talk.click(answer, "leaderboard_switch_things") or talk.updates()[-1]
    assert "postgres" in answer["text"]
    assert " – " in answer["text"]


@each("typed", ["last 91 days", "last 9999 days", "since 2001-01-01"])
async def test_span_over_90_days_is_refused(talk, typed):
    (said,) = await board(talk, typed)
    assert said.startswith("I can look back 90 days at most.")


async def test_board_over_too_many_rows_is_refused(talk, monkeypatch):
    await talk.said("@bob++, @carol++")
    assert await _ranked(talk, "givers today")
    monkeypatch.setattr(computed_boards, "MOST_ROWS", 1)
    monkeypatch.setattr(computed_boards, "MOST_GIVEN", 1)
    for typed in ("last 30 days", "givers last 30 days", "givers today"):
        (said,) = await board(talk, typed)
        assert said.startswith("That's more than I can add up in time. Try a shorter time"), typed


@each("typed", ["chart here", "chart here month", "chart last 30 days"])
async def test_chart_over_too_many_rows_is_refused(talk, monkeypatch, typed):
    await talk.said("@bob++, @carol++")
    for limit in ("MOST_ROWS", "MOST_GIVEN"):
        monkeypatch.setattr(computed_boards, limit, 1)
    (said,) = await board(talk, typed)
    assert said.startswith("That's more than I can add up in time.")


async def test_board_of_a_group_unknown_to_slack_is_refused(talk):
    talk.slack.fail("usergroups.users.list", error="no_such_subteam", times=None)
    (said,) = await board(talk, "<!subteam^S0NOBODY01>")
    assert said.startswith("Slack didn't tell me who's in that group.")


FUTURE_PERIODS = (
    ("since 2999-01-01", "1 January 2999"), ("2999-02", "1–28 February 2999"),
    ("2999-w01", "31 December 2998 – 6 January 2999"), ("2099", "2099"), ("2099-q1", "Q1 2099"),
    ("givers 2999-01-01", "1 January 2999"), ("chart since 2999-01-01", "1 January 2999"),
)  # fmt: skip


@each(("typed", "dates"), FUTURE_PERIODS)
async def test_future_period_has_no_board(talk, typed, dates):
    await talk.said("@bob++")
    assert await board(talk, typed) == [f"That's still to come: {dates}, UTC."]


async def test_mention_asking_for_a_future_period_is_refused(talk):
    await talk.said("@pptbot leaderboard since 2999-01-01")
    assert talk.heard() == ["That's still to come: 1 January 2999, UTC."]


async def test_nonexistent_date_gets_a_hint(talk):
    (said,) = await board(talk, "since 2026-02-30")
    assert (
        said
        == "I don't know that day. Write it like 2026-09-01, or try `/leaderboard last 30 days`."
    )


async def test_opted_out_person_is_on_no_long_board(talk):
    await talk.said("@bob++, @carol++")
    await talk.command("opt-out", by="bob", command="/karma")
    for typed in ("year", "quarter", "last 30 days", ENG):
        assert "bob" not in "\n".join(await board(talk, typed))


async def test_german_period_words_work(talk):
    await talk.decide(language="de")
    await talk.said("@bob++")
    for typed in ("jahr", "letzte 30 tage", "dieses jahr", "quartal"):
        assert "1. bob, 1 Punkt" in "\n".join(await board(talk, typed))
