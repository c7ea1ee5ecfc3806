"""What people see of each other in workspaces that restrict boards."""

import re

import pytest

from app.core.settings.definitions import BoardAccess, Settings
from app.slack.views.help_pages import render_full_help
from tests.slack.test_home import read_text
from tests.slack.test_merging import merge
from tests.tables import each

OWN = "Boards are private here"
OFF = "There are no boards here"


@pytest.fixture
async def talk(talk):
    await talk.said("@bob+++ for the docs", by="ann")
    await talk.said("@ann++ postgres++", by="eve")
    return talk


async def get_reply(talk, typed, command="/leaderboard", by="ann"):
    return (await talk.command(typed, by=by, command=command))["text"]


@each("typed", ["", "week", "givers", "here"])
async def test_private_boards_show_only_own_standing(talk, typed):
    await talk.decide(boards="own")
    answer = await talk.command(typed)
    assert "You're " in answer["text"]
    assert "bob" not in str(answer)
    assert "eve" not in str(answer)
    assert "Show to everyone" not in str(answer)


async def test_thing_board_stays_visible_when_boards_are_private(talk):
    await talk.decide(boards="own")
    assert "1. postgres, 1 point" in await get_reply(talk, "things")


@pytest.mark.parametrize(("boards", "expected"), [("own", OWN), ("off", OFF)])
async def test_mentions_and_charts_respect_board_restriction(talk, boards, expected):
    await talk.decide(boards=boards)
    await talk.said("@pptbot leaderboard")
    assert talk.heard()[-1].startswith(expected)
    assert (await get_reply(talk, "chart")).startswith(expected)
    assert (await get_reply(talk, "chart month")).startswith(expected)


async def test_all_boards_can_be_turned_off(talk):
    await talk.decide(boards="off")
    for typed in ("", "things", "bottom things", "givers week"):
        assert (await get_reply(talk, typed)).startswith(OFF)


@pytest.mark.parametrize("boards", ["own", "off"])
async def test_restricted_boards_hide_other_peoples_cards_but_not_own(talk, boards):
    await talk.decide(boards=boards)
    assert "All time: 1 point" in await get_reply(talk, "", "/karma")
    bob = f"<@{talk.id_of('bob')}>"
    for typed in (bob, f"history {bob}"):
        assert (await get_reply(talk, typed, "/karma")).startswith("Cards are private here.")
    assert "All time: 2 points" in await get_reply(talk, bob, "/karma", by="bob")
    assert "All time: 1 point" in await get_reply(talk, "postgres", "/karma")


async def test_merged_person_sees_card_of_merge_target_as_own(talk):
    await merge(talk, "@eve into @ann")
    await talk.decide(boards="own", daily_allowance=5)
    for by in ("ann", "eve"):
        reply = await get_reply(talk, "", "/karma", by)
        assert "All time: 1 point" in reply
        assert "You can still give" in reply
        assert "the docs" not in await get_reply(talk, f"<@{talk.id_of('bob')}>", "/karma", by)
    assert "private" not in await get_reply(talk, "history", "/karma", by="eve")


@pytest.mark.parametrize("boards", ["everyone", "own"])
async def test_merged_person_sees_standing_of_merge_target_as_own(talk, boards):
    await merge(talk, "@eve into @ann")
    await talk.decide(boards=boards)
    for typed in ("", "week", "here"):
        assert "with 1 point" in await get_reply(talk, typed, by="eve")
    assert "You're 1st with 2 points" in await get_reply(talk, "givers", by="eve")  # eve's own
    await talk.said("@eve==", by="eve")
    reply = talk.heard(to="eve" if boards == "own" else None)[-1]
    assert reply == "ann has 1 point"
    page = read_text(await talk.open_home("eve"))
    assert "*This week · This month · All time*\n2nd with 1 point" in page
    assert "+1 to postgres" in page


async def test_merged_person_sees_no_votes_of_opted_out_merge_target(talk):
    await talk.said("@ann++ for the tea", by="bob")
    await merge(talk, "@eve into @ann")
    assert "the tea" in read_text(await talk.open_home("eve"))
    await talk.command("opt-out", by="ann", command="/karma")
    assert "the tea" not in read_text(await talk.open_home("eve"))
    for typed in ("", "history", "search tea", f"<@{talk.id_of('ann')}>"):
        assert "the tea" not in await get_reply(talk, typed, "/karma", by="eve")
    assert "the tea" in await get_reply(talk, "history", "/karma", by="ann")


async def test_opted_out_merged_person_is_not_named_on_boards(talk):
    await merge(talk, "@eve into @ann")
    await talk.command("opt-out", by="eve", command="/karma")
    await talk.said("@pptbot leaderboard", by="eve")
    assert "eve" not in talk.heard()[-1]
    assert "You've opted out" in await get_reply(talk, "", by="eve")


async def test_opt_out_of_merge_target_applies_to_merged_person(talk):
    await merge(talk, "@eve into @ann")
    await talk.command("opt-out", by="ann", command="/karma")
    reply = await get_reply(talk, "", by="eve")
    assert "You've opted out" in reply
    assert "ann" not in reply


@pytest.mark.parametrize(("boards", "expected"), [("own", OWN), ("off", OFF)])
async def test_score_query_is_answered_privately_when_boards_are_restricted(talk, boards, expected):
    await talk.decide(boards=boards)
    before = talk.heard()
    await talk.said("@bob==")
    assert talk.heard() == before
    assert talk.heard(to="ann")[-1].startswith(expected)
    await talk.said("@bob==", by="bob")
    assert talk.heard(to="bob")[-1] == "bob has 2 points"
    await talk.said("postgres==")
    assert talk.heard()[-1] == 'the thing "postgres" has 1 point'


@pytest.mark.parametrize("boards", ["own", "off"])
async def test_home_shows_only_own_points_when_boards_are_restricted(talk, boards):
    await talk.decide(boards=boards)
    page = str(await talk.open_home("ann"))
    assert "2nd with 1 point" in page
    assert "behind" not in page
    assert "Leaderboard" not in page
    assert "home_board" not in page


@pytest.mark.parametrize("typed", ["bottom", "bottom givers", "bottom week", "bottom here"])
async def test_bottom_places_show_only_things_unless_setting_allows_people(talk, typed):
    assert await get_reply(talk, typed) == (
        "The last places are for things here: `/leaderboard bottom things`."
    )
    assert "1. postgres" in await get_reply(talk, "bottom things")
    await talk.decide(people_bottom=True)
    assert await get_reply(talk, "bottom") == await get_reply(talk, "bottom people")
    assert "bob, 2 points" in await get_reply(talk, "bottom")


async def test_replies_omit_numbers_when_scores_are_off(talk):
    await talk.decide(scores=False)
    post = await talk.said("@bob++ and @carol+++ for the talk")
    assert talk.heard()[-1] == "Thanks, noted for bob and carol"
    await talk.said("@bob--")
    assert talk.heard()[-1] == "Noted for bob"
    await talk.said("postgres++ @bob++")
    assert talk.heard()[-1] == 'Thanks, noted for the thing "postgres" and bob'
    await talk.edited(post, "never mind")
    assert "Undone for bob and carol" in talk.heard()


@each(
    ("boards", "seen"),
    [("everyone", ("", "chart", "chart month", "@bob")),
     ("own", ("", "chart things")), ("off", ())],
)  # fmt: skip
def test_full_help_names_only_what_the_settings_allow(boards, seen):
    page = render_full_help(Settings(boards=BoardAccess(boards))).text
    examples = re.findall(r"`/leaderboard ?([^`]*)`|`/karma (?:history )?(@bob)`", page)
    shown = {board or person for board, person in examples}
    assert shown & {"", "chart", "chart month", "chart things", "@bob"} == set(seen)
