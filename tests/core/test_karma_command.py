"""What people ask with `/karma`, and how a vote is told to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.commands.karma import (
    WORDS,
    Card,
    Export,
    ForgetMe,
    Help,
    History,
    OptIn,
    OptOut,
    Search,
    Target,
    Unclear,
    Undo,
    Voting,
    karma,
    nearest,
)
from app.words import karma as words
from tests.core.reading import encoded

BOB = Target("UBOB")


def thing(key: str, spelling: str = "", **more: bool) -> Target:
    return Target(f"thing:{key}", spelling or key, **more)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", Card()),
        ("  ", Card()),
        ("me", Card()),
        ("ME", Card()),
        ("@bob", Card(BOB)),
        ("<@UBOB|bob>", Card(BOB)),
        ("<@WBOB>", Card(Target("WBOB"))),
        ("postgres", Card(thing("postgres"))),
        ("PostgreSQL", Card(thing("postgresql", "PostgreSQL"))),
        ('"code review"', Card(thing("code review"))),
        ("“Code  review”", Card(thing("code review", "Code review"))),
        ("code review", Card(thing("code review"))),
        (":tada:", Card(thing(":tada:"))),
        (":+1::skin-tone-3:", Card(thing(":+1:"))),
        ('"me"', Card(thing("me"))),
        ('"history"', Card(thing("history"))),
        ('"undo"', Card(thing("undo"))),
        ("hisotry", Card(thing("hisotry"))),
        ("C++", Card(thing("c++", "C++"))),
        ("日本", Card(thing("日本"))),
        ("AT&amp;T", Card(thing("at&t", "AT&T"))),
        ("@nobody", Card(thing("nobody", handle=True))),
    ],
)
def test_a_card_is_that_of_a_person_or_a_thing(typed: str, expected: Card):
    assert karma(encoded(typed)) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("history", History()),
        ("History 25", History(None, 25)),
        ("history me", History()),
        ("history me 5", History(None, 5)),
        ("history @bob", History(BOB)),
        ("history @bob 50", History(BOB, 50)),
        ("@bob history 5", History(BOB, 5)),
        ("history postgres 1", History(thing("postgres"), 1)),
        ('history "code review" 3', History(thing("code review"), 3)),
        ('history "history"', History(thing("history"))),
        ('history "5"', History(thing("5"))),
        ("history :tada: 007", History(thing(":tada:"), 7)),
        ("history 0", Unclear("0", "history 1")),
        ("history 51", Unclear("51", "history 50")),
        ("history " + "9" * 9, Unclear("9" * 9, "history 50")),
        ("history @bob ten", Unclear("ten", "history")),
        ("history code review", Unclear("review", "history")),
        ("history @team", Unclear("<!subteam^STEAM>", "history")),
    ],
)
def test_a_history_has_a_target_and_a_count(typed: str, expected: History | Unclear):
    assert karma(encoded(typed)) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("undo", Undo()),
        (" UNDO ", Undo()),
        ("opt-out", OptOut()),
        ("opt out", OptOut()),
        ("optout", OptOut()),
        ("opt-in", OptIn()),
        ("export", Export()),
        ("forget-me", ForgetMe()),
        ("Forget me", ForgetMe()),
        ("help", Help()),
        ("help me please", Help()),
    ],
)
def test_each_act_has_its_word(typed: str, expected: object):
    assert karma(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("undo it all", Unclear("it all", "undo")),
        ("forget-me @bob", Unclear("<@UBOB>", "forget-me")),
        ("@bob please", Unclear("<@UBOB> please")),
        ("hisotry @bob", Unclear("hisotry <@UBOB>", "history")),
        ("serch release", Unclear("serch release", "search")),
        ("@team", Unclear("<!subteam^STEAM>")),
        ("<#C1|general>", Unclear("<#C1>")),
        ("search", Unclear("search", "search WORDS")),
        ("@bob++", Voting()),
        ("@bob ++ for the docs", Voting()),
        ("postgres++", Voting()),
        ('"code review"--', Voting()),
    ],
)
def test_what_is_not_understood_is_told_by_its_word(typed: str, expected: object):
    assert karma(encoded(typed)) == expected


def test_a_name_of_three_thousand_characters_is_no_name():
    assert karma("x" * 3000) == Unclear("x" * 3000)
    assert karma(f'history "{"y" * 2900}"') == Unclear(f'"{"y" * 2900}"', "history")


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("release", ("", "release")),
        ("the release", ("the", "release")),
        ("great release!", ("great release!", "")),
        ('"the release"', ('"the release"', "")),
        ("cake or pie", ("cake or pie", "")),
        ("cake -pie", ("cake -pie", "")),
        ("well-done", ("well-done", "")),
        ("orange", ("", "orange")),
    ],
)
def test_the_last_word_of_a_search_may_be_a_beginning(typed: str, parts: tuple[str, str]):
    command = karma(f"search {typed}")
    assert isinstance(command, Search)
    assert command.parts == parts


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Unclear("<@UBOB> <#C1> please"), "I did not get “@someone #channel please”. Try"),
        (Unclear("<!subteam^S1>", "undo"), "I did not get “@group”. Did you mean `/karma undo`?"),
        (Unclear("search", "search WORDS"), "I did not get “search”. Did you mean `/karma search"),
        (Unclear("<b> & co"), "I did not get “&lt;b&gt; &amp; co”. Try `/karma @bob`."),
        (Unclear(" "), "I did not get that. Try `/karma @bob`. `/karma help` shows"),
    ],
)
def test_what_is_not_understood_is_shown_without_mentions(asked: Unclear, said: str):
    assert words.advice(asked, 600).startswith(said)


@given(st.text(max_size=300))
def test_any_text_is_some_command(typed: str):
    words.advice(Unclear(typed), 600)
    karma(typed)
    karma("history " + typed)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_in_quotation_marks_is_the_thing(word: str):
    assert karma(f'"{word}"') == Card(thing(word))


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("hisotry", "history"), ("histroy", "history"), ("serch", "search"), ("opt-ou", "opt-out"),
        ("exprot", "export"), ("hepl", "help"), ("postgres", None), ("x" * 3000, None),
    ],
)  # fmt: skip
def test_the_nearest_word_is_named_only_when_it_is_near(word: str, meant: str | None):
    assert nearest(word) == meant


@pytest.mark.parametrize(
    ("words_", "prefix", "said", "shown"),
    [
        ("", "rel", "the release", "the *release*"),
        ("release", "", "releases of the release", "releases of the *release*"),
        ("cake or pie", "", "Cake & pie", "*Cake* &amp; *pie*"),
        ("cake -pie", "", "cake, pie", "*cake*, pie"),
        ("lt", "", "a <b> lt", "a &lt;b&gt; *lt*"),
        ("", "u0ann", "help for <@U0ANN>", "help for ann"),
    ],
)
def test_what_was_searched_for_is_bold_and_the_rest_is_escaped(words_, prefix, said, shown):
    found = words.pattern(words_, prefix)
    assert words.reason(said, {"U0ANN": "ann"}, found) == shown


@given(st.text(max_size=200), st.dictionaries(st.sampled_from(["U1", "U2"]), st.text(max_size=99)))
def test_a_reason_stays_short_and_mentions_nobody(said: str, names: dict[str, str]):
    shown = words.reason(said.replace("x", "<@U1>"), names)
    assert len(shown) <= 500
    assert "<@" not in shown
    assert "<!" not in shown
