"""What `/karma boost` understands: a length, a name and options, or an action on a boost."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.boosts import LONGEST_NAME
from app.core.commands.boost import (
    BeginBoost,
    BoostAction,
    ChangeBoost,
    ListBoosts,
    MisreadBoost,
    UnclearBoost,
    read_boost,
)
from tests.examples import scaled
from tests.tables import each

WORDS = st.sampled_from([
    "2h", "2", "hours", "x3", "3x", "here", "everywhere", "add", "end", "left", '"a b"', "„ü“", "'",
])  # fmt: skip
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ADD, END = BoostAction.ADD, BoostAction.END


@each(
    ("typed", "expected"),
    [
        ('2h "Release day"', BeginBoost(2 * HOUR, name="Release day")),
        ("“Release day” 2h", BeginBoost(2 * HOUR, name="Release day")),
        ("2h «Release day»", BeginBoost(2 * HOUR, name="Release day")),
        ("2h »Release day« x3", BeginBoost(2 * HOUR, 3, name="Release day")),
        ("2h 「リリース」", BeginBoost(2 * HOUR, name="リリース")),
        ("„Release-Tag“ 2h hier", BeginBoost(2 * HOUR, name="Release-Tag", here=True)),
        ("90m", BeginBoost(90 * MINUTE)),
        ("1h30m", BeginBoost(90 * MINUTE)),
        ("1h 30m x3 here", BeginBoost(90 * MINUTE, 3, here=True)),
        ("for 2 hours 3x everywhere", BeginBoost(2 * HOUR, 3)),
        ("start 1 day", BeginBoost(24 * HOUR)),
        ("für 2 Stunden 30 Minuten", BeginBoost(150 * MINUTE)),
        ("2 Tage", BeginBoost(48 * HOUR)),
        ("X2 5MIN HERE", BeginBoost(5 * MINUTE, here=True)),
        ("7d", BeginBoost(168 * HOUR)),
        ("1m", BeginBoost(MINUTE)),
        ('1 week "Hack week"', BeginBoost(168 * HOUR, name="Hack week")),
        ("for a week", BeginBoost(168 * HOUR)),
        ("eine Woche hier", BeginBoost(168 * HOUR, here=True)),
        ("2hrs 30mins", BeginBoost(150 * MINUTE)),
        ("an hour", BeginBoost(HOUR)),
        ("2 Std", BeginBoost(2 * HOUR)),
        ('1h ":tada: &amp; more"', BeginBoost(HOUR, name=":tada: & more")),
        ('1h "آخر\u200cهفته"', BeginBoost(HOUR, name="آخر\u200cهفته")),
        ('1h ""', BeginBoost(HOUR)),
        ("add 30m", ChangeBoost(ADD, span=30 * MINUTE)),
        ("add 1 hour here", ChangeBoost(ADD, here=True, span=HOUR)),
        ("pause", ChangeBoost(BoostAction.PAUSE)),
        ("Resume everywhere", ChangeBoost(BoostAction.RESUME, here=False)),
        ("end here", ChangeBoost(END, here=True)),
        ("stop", ChangeBoost(END)),
        ("cancel here", ChangeBoost(END, here=True)),
        ("extend 30m", ChangeBoost(ADD, span=30 * MINUTE)),
        ("continue", ChangeBoost(BoostAction.RESUME)),
        ("weiter", ChangeBoost(BoostAction.RESUME)),
        ("triple 2h", BeginBoost(2 * HOUR, 3)),
        ("", ListBoosts()),
        ("list", ListBoosts()),
        ("left", ListBoosts(only_open=True)),
    ],
)
def test_what_is_understood(typed, expected):
    assert read_boost(typed) == expected


@each(
    ("typed", "why", "word"),
    [
        ('"Release day"', MisreadBoost.SPAN, ""),
        ("2 weeks", MisreadBoost.LENGTH, ""),
        ("2weeks", MisreadBoost.LENGTH, ""),
        ("here", MisreadBoost.SPAN, ""),
        ("add", MisreadBoost.SPAN, "add"),
        ("0m", MisreadBoost.LENGTH, ""),
        ("8d", MisreadBoost.LENGTH, ""),
        ("999999d 999999h", MisreadBoost.LENGTH, ""),
        ("999999d " * 1100, MisreadBoost.LENGTH, ""),
        ("add 0h", MisreadBoost.LENGTH, ""),
        ("2h x4", MisreadBoost.FACTOR, ""),
        ("2h x1", MisreadBoost.FACTOR, ""),
        ("2h x2 x3", MisreadBoost.FACTOR, ""),
        (f'2h "{"x" * (LONGEST_NAME + 1)}"', MisreadBoost.NAME, ""),
        ('2h "for <@U0BOB00002|bob>"', MisreadBoost.NAME, ""),
        ('2h "Release\ue000day"', MisreadBoost.NAME, ""),
        ("2h Release day", MisreadBoost.WORD, "Release"),
        ("2h here there", MisreadBoost.WORD, "there"),
        ("2h here everywhere", MisreadBoost.WORD, "everywhere"),
        ('2h "a" "b"', MisreadBoost.WORD, '"b"'),
        ("2 <@U0BOB00002>", MisreadBoost.WORD, "2 <@U0BOB00002>"),
        ("-2h", MisreadBoost.WORD, "-2h"),
        ("1.5h", MisreadBoost.WORD, "1.5h"),
        ("12345678h", MisreadBoost.WORD, "12345678h"),
        ("2", MisreadBoost.WORD, "2"),
        ("1 30m", MisreadBoost.WORD, "1"),
        ("pause 30m", MisreadBoost.ALONE, "pause"),
        ("end x3", MisreadBoost.ALONE, "end"),
        ('resume "a"', MisreadBoost.ALONE, "resume"),
        ("stop 30m", MisreadBoost.ALONE, "stop"),
        ("add 1h x3", MisreadBoost.SPAN, "add"),
        ("2h stop", MisreadBoost.WORD, "stop"),
        ("2h status", MisreadBoost.WORD, "status"),
        ("list double", MisreadBoost.WORD, "double"),
        ("list all", MisreadBoost.WORD, "all"),
        ("left here", MisreadBoost.WORD, "here"),
        ("wibble", MisreadBoost.WORD, "wibble"),
    ],
)
def test_the_answer_to_an_unknown_command_says_what_is_wrong(typed, why, word):
    assert read_boost(typed) == UnclearBoost(why, word)


@settings(max_examples=scaled(300), deadline=None)
@given(st.one_of(st.text(), st.lists(st.one_of(WORDS, st.text(max_size=6))).map(" ".join)))
def test_any_input_is_understood_or_refused(typed):
    match read_boost(typed):
        case BeginBoost(span, factor, name):
            assert MINUTE <= span <= 168 * HOUR
            assert factor in {2, 3}
            assert len(name) <= LONGEST_NAME
        case ChangeBoost(action, _, span):
            assert (span > timedelta()) is (action is BoostAction.ADD)
        case other:
            assert isinstance(other, ListBoosts | UnclearBoost)
