"""What people try first: each is answered with what was meant, or the one thing to type."""

import pytest


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("top", "`/leaderboard` shows who leads."),
        ("leaderboard week", "`/leaderboard` shows who leads."),
        ("<!subteam^S0ENG00001>", "A group has no card of its own."),
    ],
)
async def test_karma_answers_what_others_bots_call_so(talk, typed, said):
    assert (await talk.command(typed, command="/karma"))["text"].startswith(said)


@pytest.mark.parametrize(
    "asked",
    [
        "<https://example.com/docs/page.html>",
        "https://example.com/docs/page.html",
        "<https://example.com/docs/page.html|example.com/docs/page.html>",
        "guide <https://example.com/docs/page.html>",
    ],
)
async def test_a_link_in_a_search_finds_what_was_given_for_it(talk, asked):
    await talk.said("@bob++ for the guide https://example.com/docs/page.html", by="ann")
    answer = await talk.command(f"search {asked}", command="/karma")
    assert answer["text"].startswith("1 result for")


async def test_a_name_in_a_search_shows_what_that_person_got_and_gave(talk):
    await talk.said("@bob++ for the docs")
    bob = f"<@{talk.id_of('bob')}>"
    answer = await talk.command(f"search {bob}", command="/karma")
    assert answer["text"].startswith('bob: the last entry\n+1 from you: "the docs"')


@pytest.mark.parametrize("typed", ["@pptbot", "@pptbot hi", "@pptbot help"])
async def test_whoever_says_hello_is_told_how_it_works(talk, typed):
    await talk.said(typed)
    assert talk.heard(to="ann")[-1].startswith("*Give:* write `@bob++ for the release`")
    assert talk.heard() == []


async def test_whoever_says_thanks_is_answered_kindly(talk):
    await talk.said("@pptbot thanks!")
    assert talk.heard(to="ann")[-1] == "You're welcome!"


async def test_a_word_of_time_is_enough_for_a_board(talk):
    await talk.said("@bob++")
    await talk.said("@pptbot week")
    assert "1. bob, 1 point" in talk.heard()[-1]


async def test_a_month_is_known_by_its_name(talk):
    await talk.said("@bob++")
    answer = await talk.command("january")
    assert "January 20" in str(talk.updates()[-1] if talk.updates() else answer)


async def test_the_app_calls_itself_as_it_is_called_there(talk):
    identity = talk.running.context.identity
    await talk.said("@bob++")  # by then Slack has told who the app is
    assert identity.name == "pptbot"
    identity.name = "kudos"
    first = await talk.command("help", command="/karma")
    await talk.click(first, "help_more")
    assert "`@kudos leaderboard`" in talk.updates()[-1]["text"]
    assert "pptbot" not in talk.updates()[-1]["text"]
