"""What people see of each other in workspaces that restrict boards."""

import pytest

from tests.slack.test_home import read_text
from tests.slack.test_merging import merge
from tests.tables import each

OWN = "Boards are private here"
OFF = "There are no boards here"


@pytest.fixture
async def points(talk):
    await talk.said("@bob+++ for the docs", by="ann")
    await talk.said("@ann++ postgres++", by="eve")
    return talk


async def text(talk, typed, command="/leaderboard", by="ann"):
    return (await talk.command(typed, by=by, command=command))["text"]


@each("asked", ["", "week", "givers", "here"])
async def test_private_boards_show_only_own_standing(points, asked):
    await points.decide(boards="own")
    answer = await points.command(asked)
    assert "You're " in answer["text"]
    assert "bob" not in str(answer)
    assert "eve" not in str(answer)
    assert "Show to everyone" not in str(answer)


async def test_thing_board_stays_visible_when_boards_are_private(points):
    await points.decide(boards="own")
    assert "1. postgres, 1 point" in await text(points, "things")


@pytest.mark.parametrize(("boards", "said"), [("own", OWN), ("off", OFF)])
async def test_mentions_and_charts_respect_board_restriction(points, boards, said):
    await points.decide(boards=boards)
    await points.said("@pptbot leaderboard")
    assert points.heard()[-1].startswith(said)
    assert (await text(points, "chart")).startswith(said)
    assert (await text(points, "chart month")).startswith(said)


async def test_all_boards_can_be_turned_off(points):
    await points.decide(boards="off")
    for asked in ("", "things", "bottom things", "givers week"):
        assert (await text(points, asked)).startswith(OFF)


@pytest.mark.parametrize("boards", ["own", "off"])
async def test_restricted_boards_hide_other_peoples_cards_but_not_own(points, boards):
    await points.decide(boards=boards)
    assert "All time: 1 point" in await text(points, "", "/karma")
    bob = f"<@{points.id_of('bob')}>"
    for typed in (bob, f"history {bob}"):
        assert (await text(points, typed, "/karma")).startswith("Cards are private here.")
    assert "All time: 2 points" in await text(points, bob, "/karma", by="bob")
    assert "All time: 1 point" in await text(points, "postgres", "/karma")


async def test_merged_person_sees_card_of_merge_target_as_own(points):
    await merge(points, "@eve into @ann")
    await points.decide(boards="own", daily_allowance=5)
    for by in ("ann", "eve"):
        said = await text(points, "", "/karma", by)
        assert "All time: 1 point" in said
        assert "You can still give" in said
        assert "the docs" not in await text(points, f"<@{points.id_of('bob')}>", "/karma", by)
    assert "private" not in await text(points, "history", "/karma", by="eve")


@pytest.mark.parametrize("boards", ["everyone", "own"])
async def test_merged_person_sees_standing_of_merge_target_as_own(points, boards):
    await merge(points, "@eve into @ann")
    await points.decide(boards=boards)
    for asked in ("", "week", "here"):
        assert "with 1 point" in await text(points, asked, by="eve")
    assert "You're 1st with 2 points" in await text(points, "givers", by="eve")  # eve's own
    await points.said("@eve==", by="eve")
    heard = points.heard(to="eve" if boards == "own" else None)[-1]
    assert heard == "ann has 1 point"
    page = read_text(await points.open_home("eve"))
    assert "*This week · This month · All time*\n2nd with 1 point" in page
    assert "+1 to postgres" in page


async def test_merged_person_sees_no_votes_of_opted_out_merge_target(points):
    await points.said("@ann++ for the tea", by="bob")
    await merge(points, "@eve into @ann")
    assert "the tea" in read_text(await points.open_home("eve"))
    await points.command("opt-out", by="ann", command="/karma")
    assert "the tea" not in read_text(await points.open_home("eve"))
    assert "the tea" not in await text(points, "", "/karma", by="eve")


async def test_opted_out_merged_person_is_not_named_on_boards(points):
    await merge(points, "@eve into @ann")
    await points.command("opt-out", by="eve", command="/karma")
    await points.said("@pptbot leaderboard", by="eve")
    assert "eve" not in points.heard()[-1]
    assert "You've opted out" in await text(points, "", by="eve")


async def test_merged_person_is_not_told_that_merge_target_opted_out(points):
    await merge(points, "@eve into @ann")
    await points.command("opt-out", by="ann", command="/karma")
    said = await text(points, "", by="eve")
    assert "You have no points yet" in said
    assert "ann" not in said
    assert "opt" not in said


@pytest.mark.parametrize(("boards", "said"), [("own", OWN), ("off", OFF)])
async def test_score_query_is_answered_privately_when_boards_are_restricted(points, boards, said):
    await points.decide(boards=boards)
    before = points.heard()
    await points.said("@bob==")
    assert points.heard() == before
    assert points.heard(to="ann")[-1].startswith(said)
    await points.said("@bob==", by="bob")
    assert points.heard(to="bob")[-1] == "bob has 2 points"
    await points.said("postgres==")
    assert points.heard()[-1] == 'the thing "postgres" has 1 point'


@pytest.mark.parametrize("boards", ["own", "off"])
async def test_home_shows_only_own_points_when_boards_are_restricted(points, boards):
    await points.decide(boards=boards)
    page = str(await points.open_home("ann"))
    assert "2nd with 1 point" in page
    assert "behind" not in page
    assert "Leaderboard" not in page
    assert "home_board" not in page


@pytest.mark.parametrize("asked", ["bottom", "bottom givers", "bottom week", "bottom here"])
async def test_bottom_places_show_only_things_unless_setting_allows_people(points, asked):
    assert await text(points, asked) == (
        "The last places are for things here: `/leaderboard bottom things`."
    )
    assert "1. postgres" in await text(points, "bottom things")
    await points.decide(people_bottom=True)
    assert await text(points, "bottom") == await text(points, "bottom people")
    assert "bob, 2 points" in await text(points, "bottom")


async def test_replies_omit_numbers_when_scores_are_off(points):
    await points.decide(scores=False)
    post = await points.said("@bob++ and @carol+++ for the talk")
    assert points.heard()[-1] == "Thanks, noted for bob and carol"
    await points.said("@bob--")
    assert points.heard()[-1] == "Noted for bob"
    await points.said("postgres++ @bob++")
    assert points.heard()[-1] == 'Thanks, noted for the thing "postgres" and bob'
    await points.edited(post, "never mind")
    assert "Undone for bob and carol" in points.heard()
