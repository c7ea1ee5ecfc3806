"""Common first attempts: each gets what was meant, or the command to type instead."""

import pytest

from app.core.commands.karma import CARD
from app.slack.listeners.karma_subcommands import ROWS, read_subcommand
from tests.tables import each


@each(
    ("typed", "expected"),
    [
        ("top", "`/leaderboard` shows who leads."),
        ("leaderboard week", "`/leaderboard` shows who leads."),
        ("search", "That needs a bit more, like `/karma search release`."),
        ("give", "That needs a bit more, like `/karma give @bob 2 for the release`."),
        ("hepl", 'The thing "hepl" has no points yet. Did you mean `/karma help`?'),
        ("seting", 'The thing "seting" has no points yet. Did you mean `/karma settings`?'),
        ("code review", 'The thing "code review" has no points yet.'),
        ("who gave me points?", 'I don\'t know "who gave me points?". `/karma help` shows what'),
        ("history 500", "I can show 1 to 50 entries: `/karma history 50`."),
        ("fairplay week", 'I don\'t know "week". Did you mean `/karma fairplay`?'),
        ("settings general", 'I don\'t know "general". Did you mean `/karma settings`?'),
        ("report yesterday", 'I don\'t know "yesterday". Try `/karma report 2026-10`.'),
        ("give everyone 2", "I can't do that for everyone at once. Name people instead"),
        ("give <!here> 2", "I can't do that for everyone at once."),
        ("<!channel>", "I can't do that for everyone at once."),
        ("<!subteam^S0ENG00001>", "A group has no card of its own, but it has a board"),
    ],
)
async def test_unclear_karma_command_gets_helpful_reply(talk, typed, expected):
    assert (await talk.command(typed, command="/karma"))["text"].startswith(expected)


@pytest.mark.parametrize(
    "query",
    [
        "<https://example.com/docs/page.html>",
        "https://example.com/docs/page.html",
        "<https://example.com/docs/page.html|example.com/docs/page.html>",
        "guide <https://example.com/docs/page.html>",
    ],
)
async def test_search_finds_votes_by_link_in_reason(talk, query):
    await talk.said("@bob++ for the guide https://example.com/docs/page.html", by="ann")
    answer = await talk.command(f"search {query}", command="/karma")
    assert answer["text"].startswith("1 result for")


async def test_search_for_person_shows_their_entries(talk):
    await talk.said("@bob++ for the docs")
    bob = f"<@{talk.id_of('bob')}>"
    answer = await talk.command(f"search {bob}", command="/karma")
    assert answer["text"].startswith('bob: the last entry\n+1 from you: "the docs"')


@each(
    "typed",
    ["@pptbot", "@pptbot hi", "@pptbot help", "@pptbot was kannst du?", "@pptbot I like you"],
)
async def test_greeting_app_gets_private_usage_help(talk, typed):
    await talk.said(typed)
    assert talk.heard(to="ann")[-1].startswith("*Give:* write `@bob++ for the release`")
    assert talk.heard() == []


@pytest.mark.parametrize("typed", ["@pptbot thanks!", "@pptbot good bot", "@pptbot danke dir"])
async def test_thanking_app_is_answered_kindly(talk, typed):
    await talk.said(typed)
    assert talk.heard(to="ann")[-1] == "You're welcome!"


OWN_POINTS = "`/karma` shows your own points. `/karma @bob` shows somebody else's."


@each(
    ("words", "expected"),
    [
        ("me", OWN_POINTS),
        ("karma", OWN_POINTS),
        ("score for bob", OWN_POINTS),
        ("undo", "Type `/karma undo` for that."),
        ("settings", "Type `/karma settings` for that."),
    ],
)
async def test_request_no_board_can_show_is_pointed_to_karma_command(talk, words, expected):
    await talk.said(f"@pptbot {words}")
    assert talk.heard(to="ann") == [expected]
    assert (await talk.command(words))["text"] == expected


async def test_leaderboard_of_typed_name_also_explains_groups(talk):
    person = "`/karma @bob` shows one person's points."
    await talk.said("@pptbot @bob")
    assert talk.heard(to="ann") == [person]
    assert (await talk.command("<@U0BOB00002>"))["text"] == person
    reply = f"{person} For a group's board, pick the group from Slack's list."
    assert (await talk.command("@eng"))["text"] == reply


# Words that `/leaderboard` understands itself, and the card's, which nobody types.
_BOTH = {"season", "help", "leaderboard", CARD}


@each("word", sorted(ROWS.keys() - _BOTH))
async def test_leaderboard_points_karma_subcommands_to_karma(talk, word):
    for typed in (word, f"{word} @bob"):
        assert (await talk.command(typed))["text"] == f"Type `/karma {word}` for that."
    await talk.said(f"@pptbot {word}")
    assert talk.heard(to="ann") == 3 * [f"Type `/karma {word}` for that."]


# With NUL, which PostgreSQL's text can't contain.
_WITH_NUL = ["x\x00", "@x\x00", "@bob x\x00", "\x00 2", '"\x00" x']


@each("word", sorted(ROWS.keys() - {CARD}))
async def test_every_karma_subcommand_survives_nul_characters(talk, word):
    for typed in _WITH_NUL:
        await talk.command(f"{word} {typed}", command="/karma")


@each("word", ["", "chart ", "season ", "since ", "@x "])
async def test_boards_and_cards_survive_nul_characters(talk, word):
    for typed in _WITH_NUL:
        await talk.command(word + typed)
        await talk.command(word + typed, command="/karma")


@each("typed", ["week", "in <#C0GENERAL1>", "the leaderboard of things please"])
async def test_leaderboard_understands_natural_phrases(talk, typed):
    await talk.said("@bob++ postgres++")
    assert (await talk.command(typed))["text"].startswith("Leaderboard")


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("hilfe", "help"), ("verlauf @bob", "history"), ("suche Doku", "search"),
        ("rückgängig", "undo"), ("Einstellungen", "settings"), ("?", "help"),
        ("gib @bob 2", "give"), ("send @bob 2", "give"), ("chart", "leaderboard"),
    ],
)  # fmt: skip
def test_karma_subcommands_have_synonyms(typed, word):
    assert read_subcommand(typed)[0].word == word


NOUNS = (
    "config", "setting", "award", "ranking", "rankings", "rangliste", "scoreboard", "show", "zeig",
    "zeige",
)  # fmt: skip


@each("word", NOUNS)
async def test_command_like_word_shows_card_of_thing_with_that_name(talk, word):
    await talk.said(f'"{word}"++')
    answer = await talk.command(word, by="bob", command="/karma")
    assert answer["text"].startswith(f'The thing "{word}"')
    assert "1 point" in answer["text"]


async def test_translated_help_word_shows_help(talk):
    await talk.decide(language="de")
    assert (await talk.command("hilfe"))["text"].startswith("*Geben:*")


async def test_empty_board_shows_its_title(talk):
    answer = await talk.command("2025")
    assert answer["blocks"][0]["text"]["text"].startswith("*Leaderboard, 2025, UTC*\n")
    assert answer["text"] == "Leaderboard, 2025, UTC\nNobody got points in that time."


async def test_period_word_alone_shows_board(talk):
    await talk.said("@bob++")
    await talk.said("@pptbot week")
    assert "1. bob, 1 point" in talk.heard()[-1]


async def test_leaderboard_accepts_month_name(talk):
    await talk.said("@bob++")
    answer = await talk.command("january")
    assert "January 20" in str(talk.updates()[-1] if talk.updates() else answer)


async def test_help_uses_apps_name_in_workspace(talk):
    identity = talk.running.context.identity
    await talk.said("@bob++")  # by then the app knows its identity
    assert identity.name == "pptbot"
    identity.name = "kudos"
    first = await talk.command("help", command="/karma")
    await talk.click(first, "help_more")
    assert "`@kudos leaderboard`" in talk.updates()[-1]["text"]
    assert "pptbot" not in talk.updates()[-1]["text"]
