"""Entries of score files: their targets, and why some can't count."""

import io
import json

import ijson
import pytest

from app.core.transfer.score_file import (
    FileError,
    ScoreEntry,
    ScoreFault,
    UnnamedError,
    format_target,
    format_value,
    judge_entry,
    read_entries,
    read_target,
)
from app.core.vote import MOST_SCORE
from tests.tables import each


def read(text):
    return list(read_entries(ijson.basic_parse(io.BytesIO(text.encode()))))


def scores(text):
    """Return the scores that count, by target, and the messages for those that don't."""
    found = [judge_entry(raw) for raw in read(text)]
    good = {of.target: of.score for of in found if isinstance(of, ScoreEntry)}
    return good, [str(of) for of in found if isinstance(of, ScoreFault)]


@each(
    "text",
    [
        '{"U123": 42, "postgres": 3}',
        '[{"user_id": "U123", "score": 42}, {"score": 3, "user_id": "postgres"}]',
        '[{"user": "U123", "score": 42}, {"thing": "postgres", "score": 3}]',
        '{"U123": {"score": 42, "name": "Bob"}, "postgres": {"x": {"y": [1, {}]}, "score": 3}}',
    ],
)
def test_each_form_gives_the_same_scores(text):
    assert scores(text) == ({"U123": 42, "thing:postgres": 3}, [])


def test_keys_unrelated_to_scores_are_reported():
    (nested,) = read('{"U1": {"score": 3, "name": "Bob", "seen": {"score": 9}}}')
    assert (list(nested.ignored), nested.score) == (["name", "seen"], 3)
    (listed,) = read('[{"user_id": "U1", "score": 3, "name": "Bob"}]')
    assert (list(listed.ignored), listed.name) == (["name"], "U1")
    (many,) = read(json.dumps({"U1": {"score": 3} | dict.fromkeys(map(str, range(99)))}))
    assert list(many.ignored) == [str(number) for number in range(20)]


@each(
    ("score", "why"),
    [
        ("3.5", "not an integer: 3.5"),
        ("42.0", "not an integer: 42.0"),
        ("1e3", "not an integer: 1E+3"),
        ('"42"', 'not an integer: "42"'),
        ("true", "not an integer: true"),
        ("null", "not an integer: null"),
        ("[1, [2]]", "not an integer: a list"),
        ("{}", "an object without a score"),
        ('{"score": {}}', "not an integer: an object"),
        ('{"score": 1, "score": 2}', "has score twice"),
        ("1000000000000001", "over 1,000,000,000,000,000: 1000000000000001"),
        ("-9223372036854775807", "over 1,000,000,000,000,000: -9223372036854775807"),
    ],
)
def test_an_invalid_score_is_reported_with_its_place(score, why):
    assert scores(f'{{"U1": 1, "U2": {score}}}') == ({"U1": 1}, [f'entry 2 ("U2"): {why}'])


@each("score", [0, -7, MOST_SCORE, -MOST_SCORE])
def test_every_whole_number_up_to_the_largest_score_is_valid(score):
    assert scores(f'{{"U1": {score}}}') == ({"U1": score}, [])


def test_an_incomplete_entry_of_a_list_is_reported():
    told = scores('[7, [], {}, {"score": 1}, {"user_id": "U1"}, {"user_id": 5, "score": 1}]')[1]
    assert told == [
        "entry 1: not an object with user_id and score: 7",
        "entry 2: not an object with user_id and score: a list",
        "entry 3: has no user_id and no score",
        "entry 4: has no user_id",
        'entry 5 ("U1"): has no score',
        "entry 6 (5): a name that isn't text: 5",
    ]


@each("text", ["3", '"U1"', "null", "true"])
def test_a_file_of_something_else_is_refused(text):
    with pytest.raises(FileError, match="neither an object nor a list"):
        read(text)


@each(
    ("name", "expected"),
    [
        ("U1", "U1"),
        ("W0GRACE007", "W0GRACE007"),
        ("UQDMNRBJT", "UQDMNRBJT"),  # an id doesn't need a digit
        (" U123\n", "U123"),
        ("@U123", "U123"),
        ("<@U123>", "U123"),
        ("<@U123|bob>", "U123"),
        ("postgres", "thing:postgres"),
        ("PostgreSQL  16", "thing:postgresql 16"),
        ("UNIX", "thing:unix"),
        ("UTF-8", "thing:utf-8"),
        ("windows10", "thing:windows10"),
        ("w3schools", "thing:w3schools"),
        (":tada:", "thing::tada:"),
        ("@postgres", "thing:postgres"),
        ("#standup", "thing:standup"),
        ("thing:@odd", "thing:@odd"),
        ("thing:ann@example.com", "thing:ann@example.com"),
        ("ann@home", "thing:ann@home"),
        ("👩‍💻", "thing:👩‍💻"),
        ("cafe\u0301", "thing:café"),
        (":wave::skin-tone-3:", "thing::wave:"),
        ("post\u200bgres", "thing:postgres"),
        ("\ufeffU123", "U123"),
        ("@\u2060redis", "thing:redis"),
        ("re\u00addis", "thing:redis"),
        ("thing:re\u00addis", "thing:re\u00addis"),  # a target id, as in an export
    ],
)
def test_a_name_stands_for_what_a_vote_for_it_would_find(name, expected):
    assert read_target(name)[0] == expected


@each(
    "name",
    ["", "  ", "thing:", "U 123", "U123!", "U12$3", "<@U123", "<@bob>", "<#C123|general>",
     "<!here>", "C0GENERAL1", "u0ann00001", "U0Ann00001", "a\0b", "a\x1b[31m", "é" * 1001,
     "U" + "1" * 64, "ann@example.com"],
)  # fmt: skip
def test_a_malformed_name_does_not_become_a_thing(name):
    with pytest.raises(UnnamedError):
        read_target(name)


def test_a_spelling_is_kept_without_its_mark():
    assert read_target("@PostgreSQL") == ("thing:postgresql", "PostgreSQL")


@each(
    ("target_id", "spelling"),
    [
        ("U123", ""),
        ("thing:postgres", "Postgres"),
        ("thing:u2", "U2"),
        ("thing:@odd", "@odd"),
        ("thing::tada:", ":tada:"),
        ("thing:lost", ""),
        ("thing:u 2", "U 2"),
    ],
)
def test_a_formatted_target_is_read_as_the_same_target(target_id, spelling):
    assert read_target(format_target(target_id, spelling))[0] == target_id


def test_values_are_shown_on_one_short_and_safe_line():
    assert format_value("a\x1b[31m\n\u202e") == '"a\\u001b[31m\\n\\u202e"'
    assert format_value("Zoë 🎉") == '"Zoë 🎉"'
    assert len(format_value("x" * 5000)) < 70
