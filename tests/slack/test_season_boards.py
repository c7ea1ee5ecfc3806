"""Seasons, started by admins and seen by everyone; weeks and days by the workspace's calendar."""

import asyncio
import contextlib
import json
from datetime import UTC, datetime, timedelta

import psycopg

from app.core.boards import periods
from app.devtools.fake_slack import interactions
from app.devtools.fake_slack.fields import build_state
from app.store.workspace import seasons
from app.words.text import format_dates
from tests.differences import find_differences_at
from tests.patience import PATIENCE
from tests.slack.outsiders import each_outsider, enter, promote
from tests.slack.test_home import read_text as read_page
from tests.tables import each


def find_today():
    return datetime.now(UTC).date()


def today():
    """Return today as formatted on boards."""
    return format_dates(find_today(), find_today())


async def karma(talk, text, by="ann"):
    return (await talk.command(text, by=by, command="/karma")).get("text", "")


async def board(talk, text="", by="ann"):
    return (await talk.command(text, by=by))["text"]


async def begin(talk, name="Autumn", by="ann"):
    """Start a season with the form; return the text of its response."""
    assert await karma(talk, f'season "{name}"', by) == ""
    return read_form(await talk.submit(talk.view(by), by=by))


def read_form(answer):
    assert answer["response_action"] == "update", answer
    return "\n".join(block["text"]["text"] for block in answer["view"]["blocks"])


async def read_seasons(talk):
    return await talk.rows("SELECT number, name, begun_by FROM seasons ORDER BY number")


async def test_new_season_starts_empty_boards_and_keeps_the_old_ones(talk):
    await talk.said("@bob+++ @carol++ postgres++")
    assert await board(talk, "1") == (
        "Leaderboard: top 1, all time\n1. bob, 2 points\nYou have no points yet."
    )
    assert "Season Autumn has begun" in await begin(talk)
    assert await board(talk) == (
        f"Leaderboard, Season Autumn, since {today()}\nNobody got points in that time."
    )
    await talk.said("@carol++ redis++", by="bob")
    assert await board(talk) == (
        f"Leaderboard, Season Autumn, since {today()}\n"
        "1. carol, 1 point ▲1\nYou got no points in that time."
    )
    assert "1. bob, 2 points\n1. carol, 2 points" in await board(talk, "all")
    for typed in ("last season", "season 1", 'season "First season"', "season first season"):
        assert await board(talk, f"{typed} 1") == (
            f"Leaderboard: top 1, First season, until {today()}\n"
            "1. bob, 2 points\nYou got no points in that time."
        )
    assert "1. redis, 1 point" in await board(talk, "things")
    assert "1. postgres, 1 point" in await board(talk, "things last season")
    assert "1. bob, 2 points" in await board(talk, 'givers season "autumn"', by="bob")
    assert "1. carol, 1 point" in await board(talk, "here")
    assert "1. bob, 2 points\n" in await board(talk, "here season 1")
    assert find_differences_at(talk.running.database.url) == []


async def test_season_board_compares_ranks_with_the_previous_season(talk):
    await talk.said("@bob+++ @carol++")
    await begin(talk)
    await talk.said("@carol+++ @bob++ @dave++", by="eve")
    assert (await board(talk)).splitlines()[1:4] == [
        "1. carol, 2 points ▲1",
        "2. bob, 1 point ▼1",
        "2. dave, 1 point new",
    ]


async def test_deleting_an_older_message_corrects_the_board_of_its_season(talk):
    post = await talk.said("@bob+++")
    await begin(talk)
    await talk.said("@bob++", by="carol")
    await talk.deleted(post)
    assert await talk.scores("users/S1") == {talk.id_of("bob"): 0}
    assert await talk.scores("users/S2") == {talk.id_of("bob"): 1}
    assert await talk.scores() == {talk.id_of("bob"): 1}
    assert find_differences_at(talk.running.database.url) == []


async def test_home_shows_the_board_of_the_season_once_one_was_begun(talk):
    await talk.said("@bob++")
    assert "✓ All time" in read_page(await talk.open_home("ann"))
    await begin(talk)
    for reader in ("ann", "bob"):
        assert "✓ This season" in read_page(await talk.open_home(reader))


async def test_everybody_can_list_seasons(talk):
    assert "There's just one season" in await karma(talk, "seasons", by="bob")
    await begin(talk)
    await begin(talk, "R&D")
    assert (await karma(talk, "seasons", by="bob")).splitlines()[:4] == [
        "*Seasons*",
        f"1. First season, until {today()}",
        f"2. Season Autumn, {today()}",
        f"3. Season R&amp;D, since {today()} (now)",
    ]


async def test_audit_records_each_season_with_the_previous_one(talk):
    await begin(talk)
    await begin(talk, "Winter")
    query = "SELECT by_id, act, about, before, after FROM audit ORDER BY id"
    assert await talk.rows(query) == [
        (talk.id_of("ann"), "season", "2", {"season": 1, "name": ""},
         {"season": 2, "name": "Autumn"}),
        (talk.id_of("ann"), "season", "3", {"season": 2, "name": "Autumn"},
         {"season": 3, "name": "Winter"}),
    ]  # fmt: skip


async def test_audit_shows_seasons_by_name(talk):
    await begin(talk)
    await begin(talk, "R&amp;D &lt;3")
    later, first = (await karma(talk, "audit")).splitlines()[1:]
    assert later.endswith("ann: began a season: Season Autumn → Season R&amp;D &lt;3")
    assert first.endswith("ann: began a season: First season → Season Autumn")
    await talk.decide(language="de")
    assert (await karma(talk, "audit")).endswith("Saison begonnen: Erste Saison → Saison Autumn")


async def test_season_form_delivered_repeatedly_begins_one_season(talk):
    await karma(talk, 'season "Autumn"')
    view, user = talk.view(), talk.id_of("ann")
    state = build_state(view["blocks"], {}, talk.slack.workspace)
    payload = interactions.build_submission(talk.slack.workspace, view, user=user, state=state)
    answers = await asyncio.gather(*(talk.deliver_interaction(payload) for _ in range(5)))
    assert {answer.status for answer in answers} == {200}
    assert "has begun" in (await talk.deliver_interaction(payload)).body
    read = [answer.body for answer in answers]
    assert any("has begun" in text for text in read)
    assert all("has begun" in text or "busy with other requests" in text for text in read)
    assert await read_seasons(talk) == [(2, "Autumn", user)]
    assert await talk.rows("SELECT count(*)::int FROM audit") == [(1,)]


async def test_season_that_takes_long_is_reported_in_the_form_later(talk):
    await karma(talk, 'season "Autumn"')
    with talk.hurried(work=0):
        answer = await talk.submit(talk.view())
    assert "a few more seconds" in read_form(answer)
    await talk.running.context.tasks.wait_idle()
    assert "has begun" in read_page(talk.view())
    assert [name for _, name, _ in await read_seasons(talk)] == ["Autumn"]


async def test_season_form_waits_no_longer_for_a_connection_than_others(talk):
    await karma(talk, 'season "Autumn"')
    pool = talk.running.database.pool
    async with contextlib.AsyncExitStack() as taken:
        for _ in range(pool.max_size):
            await taken.enter_async_context(pool.connection(timeout=PATIENCE))
        with talk.hurried(database=0.3):
            async with asyncio.timeout(seasons.PATIENCE / 2):
                answer = await talk.submit(talk.view())
    assert "can't reach my database" in answer["errors"]["season_name"]


async def test_second_of_two_open_season_forms_begins_nothing(talk):
    await promote(talk, "bob")
    await karma(talk, 'season "Autumn"')
    await karma(talk, 'season "Winter"', by="bob")
    first, second = talk.view("ann"), talk.view("bob")
    assert "has begun" in read_form(await talk.submit(first))
    assert "it's Season Autumn now" in read_form(await talk.submit(second, by="bob"))
    assert [name for _, name, _ in await read_seasons(talk)] == ["Autumn"]


async def test_second_season_form_submitted_while_the_first_takes_long_is_answered_later(
    talk, database_url
):
    await promote(talk, "bob")
    await karma(talk, 'season "Autumn"')
    await karma(talk, 'season "Winter"', by="bob")
    with psycopg.connect(database_url) as conn, talk.hurried(work=0):
        team = [talk.slack.workspace.team_id]
        conn.execute("SELECT FROM workspaces WHERE team_id = %s FOR UPDATE", team)
        for name in ("ann", "bob"):
            answer = await talk.submit(talk.view(name), by=name)
            assert "a few more seconds" in read_form(answer)
    await talk.running.context.tasks.wait_idle()
    assert [name for _, name, _ in await read_seasons(talk)] == ["Autumn"]
    assert "has begun" in read_page(talk.view("ann"))
    assert "it's Season Autumn now" in read_page(talk.view("bob"))


@each(
    ("typed", "line"),
    [
        ("season", "A season needs a name"),
        ("season 2027", "A number alone"),
        (f"season {'x' * 41}", "to 40 characters"),
        ('season "a <@U0BOB00002> b"', "leave out quotation marks"),
        ("season first season", "There's already a season with that name"),
    ],
)
async def test_invalid_season_name_is_explained_in_one_line(talk, typed, line):
    text = await karma(talk, typed)
    assert line in text
    assert text.count("\n") == 0
    assert talk.view() is None


async def test_season_form_validates_a_changed_name(talk):
    await karma(talk, "season Autumn")
    for name, line in (("2027", "A number alone"), ("First Season", "already")):
        answer = await talk.submit(talk.view(), season_name=name)
        assert line in answer["errors"]["season_name"]
    result = read_form(await talk.submit(talk.view(), season_name="R&D <3"))
    assert "*Season R&amp;D &lt;3 has begun.*" in result
    assert [name for _, name, _ in await read_seasons(talk)] == ["R&D <3"]


async def test_season_form_strips_quotation_marks_from_the_name(talk):
    assert await karma(talk, "season Autumn") == ""
    result = read_form(await talk.submit(talk.view(), season_name='"Autumn"'))
    assert "*Season Autumn has begun.*" in result


async def test_season_form_ignores_invisible_characters_in_the_name(talk):
    await karma(talk, "season Autumn")
    result = read_form(await talk.submit(talk.view(), season_name="\u200eWinter\u200b"))
    assert "*Season Winter has begun.*" in result


async def test_board_heading_shows_the_season_name_unescaped(talk):
    await begin(talk, "R&amp;D")
    await talk.said("@bob++")
    answer = await talk.command()
    assert answer["blocks"][0]["text"]["text"] == f"Leaderboard, Season R&D, since {today()}"


@each_outsider
async def test_outsiders_cannot_begin_a_season(talk, who):
    name = await enter(talk, who)
    text = await karma(talk, 'season "Mine"', by=name)
    assert text
    await karma(talk, 'season "Autumn"')
    await talk.submit(talk.view(), by=name)
    assert await read_seasons(talk) == []
    assert await talk.rows("SELECT FROM audit WHERE act = 'season'") == []


async def test_manager_can_begin_a_season(talk):
    await promote(talk, "bob")
    assert "has begun" in await begin(talk, by="bob")


async def test_season_button_appears_once_a_season_has_begun(talk):
    await talk.said("@bob++")

    def spans(answer):
        found = [element for block in answer["blocks"] for element in block.get("elements", ())]
        return [e["value"].split()[1] for e in found if e.get("action_id", "").startswith(
            "leaderboard_switch")][:5]  # fmt: skip

    assert "season" not in spans(await talk.command())
    await begin(talk)
    await talk.said("@carol++")
    shown = await talk.command()
    assert spans(shown) == ["today", "week", "month", "season", "all"]
    assert "✓ This season" in json.dumps(shown, ensure_ascii=False)
    await talk.click(shown, "leaderboard_switch_all")
    assert "all time" in talk.updates()[-1]["text"]
    await talk.click(talk.updates()[-1], "leaderboard_switch_season")
    assert "Season Autumn" in talk.updates()[-1]["text"]


async def test_mention_posts_the_board_of_the_season(talk):
    await talk.said("@bob++")
    await begin(talk)
    await talk.said("@carol++")
    await talk.said("@pptbot leaderboard")
    assert f"Season Autumn, since {today()}" in talk.heard()[-1]
    await talk.said('@pptbot leaderboard season "First season"')
    assert "1. bob, 1 point" in talk.heard()[-1]


async def test_cards_and_home_show_the_season(talk):
    await talk.said("@bob+++", by="carol")
    before = read_page(await talk.open_home("bob"))
    assert "This season" not in before
    await begin(talk)
    await talk.said("@bob++", by="carol")
    answer = await talk.command(command="/karma", by="bob")
    text = json.dumps(answer["blocks"], ensure_ascii=False)
    assert "Season Autumn" in text
    assert text.index("3 points") < text.index("1 point,")
    await talk.open_home("bob")  # the page published for the vote may still be in flight
    season_line = "*This season*\n1st with 1 point"
    await talk.slack.wait_until(lambda: season_line in read_page(talk.home("bob")))
    await talk.click(talk.home("bob"), "home_board_season", by="bob")
    assert f"Leaderboard, Season Autumn, since {today()}" in read_page(talk.home("bob"))
    assert await talk.rows("SELECT span FROM homes") == [("season",)]


@each("number", ["1", "3", "0", "x", "", "99999999", None])
async def test_forged_season_form_begins_nothing(talk, number):
    await karma(talk, 'season "Autumn"')
    view = talk.view() | {"private_metadata": number}
    state = build_state(view["blocks"], {}, talk.slack.workspace)
    payload = interactions.build_submission(
        talk.slack.workspace, view, user=talk.id_of("ann"), state=state
    )
    assert (await talk.deliver_interaction(payload)).status == 200
    assert await read_seasons(talk) == []
    payload["view"] |= {"private_metadata": "2", "state": {"values": {"x": {"season_name": 7}}}}
    assert (await talk.deliver_interaction(payload)).status == 200
    assert await read_seasons(talk) == []


async def test_new_first_weekday_applies_only_to_later_votes(talk):
    await talk.said("@bob++")
    monday = periods.find_week(find_today())
    assert await talk.scores(monday.name_board("users")) == {talk.id_of("bob"): 1}
    await talk.decide(first_weekday="sunday")
    sunday = periods.find_week(find_today(), 1)
    await talk.said("@bob+++")
    title = (await board(talk, "week")).splitlines()[0]
    assert title == f"Leaderboard, {format_dates(sunday.first, sunday.last)}, UTC"
    assert sunday.first.strftime("%A %d") != monday.first.strftime("%A %d")
    named = (await board(talk, sunday.name)).splitlines()[0]
    assert named == title
    rows = await talk.rows("SELECT delta, week_shift FROM vote_history ORDER BY id")
    assert rows == [(1, 0), (2, 1)]
    assert find_differences_at(talk.running.database.url) == []
    await talk.click(await talk.open_home("bob"), "home_board_week", by="bob")
    assert format_dates(sunday.first, sunday.last) in read_page(talk.home("bob"))
    await talk.decide(first_weekday="monday")
    assert f"{format_dates(monday.first, monday.last)}, UTC" in await board(talk, "week")


async def test_new_time_zone_applies_only_to_later_votes(talk):
    await talk.said("@bob++")
    # at any time of day, it's another date than UTC's in one of these
    zone = "Pacific/Kiritimati" if datetime.now(UTC).hour >= 10 else "Pacific/Pago_Pago"
    await talk.decide(time_zone=zone)
    here = find_today()
    there = here + timedelta(1) if zone.endswith("Kiritimati") else here - timedelta(1)
    await talk.said("@bob+++")
    assert await talk.scores(f"users/{here}") == {talk.id_of("bob"): 1}
    assert await talk.scores(f"users/{there}") == {talk.id_of("bob"): 2}
    first = (await board(talk, "today 1")).splitlines()
    assert first[0] == f"Leaderboard: top 1, {format_dates(there, there)}, {zone}"
    assert first[1].startswith("1. bob, 2 points")
    assert find_differences_at(talk.running.database.url) == []
