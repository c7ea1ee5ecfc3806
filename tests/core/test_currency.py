"""Currency emoji, which are an operator right after mentions."""

from dataclasses import replace

from app.core.grammar import richtext
from app.core.grammar.hints import find_stray_currency
from app.core.grammar.parse import parse
from app.core.settings.definitions import Settings
from app.words.catalog import WORDS
from tests.core.reading import (
    encode,
    format_votes,
    lines,
    parse_message,
    rich,
    section,
    tally_message,
    text,
    user,
)
from tests.tables import each

SETTINGS = replace(Settings(), currency=("taco", "+1"))


def read(typed, settings=SETTINGS):
    return format_votes(tally_message(parse(lines(typed), settings, WORDS)))


@each(
    ("typed", "expected"),
    [
        ("@ann :taco:", "ann +1"),
        ("@ann :Taco:", "ann +1"),
        ("@ann:taco:", "ann +1"),
        ("@ann   :taco:", "ann +1"),
        ("@ann :taco: :taco:", "ann +2"),
        ("@ann :taco::taco: :taco:", "ann +3"),
        ("@ann" + " :taco:" * 9, "ann +5"),
        ("@ann :+1:", "ann +1"),
        ("@ann :thumbsup:", "ann +1"),
        ("@ann :taco: :+1:", "ann +2"),
        ("@ann :+1::skin-tone-3:", "ann +1"),
        ("@ann :taco: for the docs", "ann +1 (for the docs)"),
        ("@ann :taco: - great work", "ann +1 (great work)"),
        ("@ann :taco: (great work)", "ann +1 (great work)"),
        ("@ann :taco: :tada: because of you", "ann +1 (because of you)"),
        ("@ann :taco: is great", "ann +1"),
        ("@ann :taco:!", "ann +1"),
        ("@ann, @bob and @cat :taco:", "ann +1, bob +1, cat +1"),
        ("(@ann @bob) :taco:", "ann +1, bob +1"),
        ("@ann :taco: @bob :taco: :taco:", "ann +1, bob +2"),
        ("@team :taco:", "U1 +1, U2 +1"),
        ("thanks @ann :taco:", "ann +1"),
        ("@ann :taco: for helping @bob :taco:", "ann +1 (for helping), bob +1"),
        ("@ann :taco:\n@bob ++", "ann +1, bob +1"),
        # Anywhere else, it's an ordinary emoji.
        (":taco: @ann", ""),
        (":taco: :taco: @ann", ""),
        ("@ann thanks :taco:", ""),
        ("@ann: :taco:", ""),
        ("@ann, :taco:", ""),
        ("@ann :tada: :taco:", ""),
        ("@ann :burrito:", ""),
        ("@ann\n:taco:", ""),
        ("@ann `:taco:`", ""),
        ("&gt; @ann :taco:", ""),
        ("~@ann~ :taco:", ""),
        ("postgres :taco:", ""),
        ("#postgres :taco:", ""),
        (":tada: :taco:", ""),
        ("@ann :taco:thanks", ""),
        # Next to other operators.
        ("@ann++ :taco:", "ann +1"),
        ("@ann ++ :taco: for x", "ann +1 (for x)"),
        ("@ann-- :taco:", "ann -1"),
        (":taco:++", "[:taco:] +1"),
        ("postgres++ :taco:", "[postgres] +1"),
        ("@ann :taco:++", "[:taco:] +1"),
        ("@ann :taco: :taco:--", "[:taco:] -1"),
        ("@ann :taco:+", ""),
        ("@bob++ for @ann :taco:s", "bob +1 (for <@UANN> :taco:s)"),
    ],
)
def test_currency_right_after_mentions_is_an_operator(typed, expected):
    assert read(typed) == expected


@each("typed", ["@ann :taco:", "@ann :taco: :taco: for x", ":taco: @ann"])
def test_without_the_setting_currency_is_an_emoji(typed):
    assert parse_message(encode(typed)).votes == ()


def test_currency_is_read_in_rich_text_too():
    taco = {"type": "emoji", "name": "taco"}
    blocks = rich(section(user(), text(" "), taco, text(" "), taco, text(" for x")))
    found = parse(richtext.read(blocks), SETTINGS, WORDS)
    assert format_votes(tally_message(found)) == "ann +2 (for x)"


def test_many_currency_emoji_take_no_extra_time():
    assert read("@ann " + ":taco: " * 20_000) == "ann +5"


def test_many_stray_currency_emoji_take_no_extra_time():
    talk = lines("thanks @ann " + ":taco: " * 100_000 + "all")
    assert find_stray_currency(talk, ["taco"]) is None
