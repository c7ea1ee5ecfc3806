"""What `/karma give` understands: it's parsed as a message that gives the same."""

from app.core.commands.admin import UnknownHandle
from app.core.commands.give import GiveCommand, read_give
from app.core.commands.karma import UnclearCommand
from app.words.catalog import WORDS
from tests.core.reading import SETTINGS, encode, format_votes, tally_votes
from tests.tables import each


def give(typed):
    """Return the votes in the tables' notation, or what else the command was parsed as."""
    read = read_give(encode(typed), WORDS)
    if isinstance(read, GiveCommand):
        return format_votes(tally_votes(read.read_votes(SETTINGS, WORDS)))
    return read


@each(
    ("typed", "expected"),
    [
        ("@bob 2 for the release", "bob +2 (for the release)"),
        ("@bob for the release", "bob +1 (for the release)"),
        ("@bob", "bob +1"),
        ("@bob 2", "bob +2"),
        ("@bob +2", "bob +2"),
        ("@bob 9", "bob +5"),
        ("2 @bob for the release", "bob +2 (for the release)"),
        ("2 points to @bob for the release", "bob +2 (for the release)"),
        ("+1 @ann, @bob", "ann +1, bob +1"),
        ("3 to postgres because it is fast", "[postgres] +3 (because it is fast)"),
        ("1 for @bob", "bob +1"),
        ("@bob 2 great work", "bob +2 (great work)"),
        ("@bob 2 @ann for the idea", "bob +2 (<@UANN> for the idea)"),
        ("@bob great work", "bob +1 (great work)"),
        ("@bob, great work", "bob +1 (great work)"),
        ("@bob and the team made 2", "bob +1 (and the team made 2)"),
        ("@bob 2 points because of you", "bob +2 (because of you)"),
        ("@bob 2 pts for the docs", "bob +2 (for the docs)"),
        ("@bob 1 Pkt. für die Doku", "bob +1 (für die Doku)"),
        ("@bob 1 point", "bob +1"),
        ("@bob 2 - great work", "bob +2 (great work)"),
        ("@bob 2 :tada:", "bob +2"),
        ("@bob -2 for the noise", "bob -2 (for the noise)"),
        ("@bob -1", "bob -1"),
        ("@ann @bob 2 for the demo", "ann +2 (for the demo), bob +2 (for the demo)"),
        ("@ann, @bob 2", "ann +2, bob +2"),
        ("@team 1 for the demo", "U1 +1 (for the demo), U2 +1 (for the demo)"),
        ("postgres 2", "[postgres] +2"),
        ("postgres 2 for being fast", "[postgres] +2 (for being fast)"),
        ("postgres is fast", "[postgres] +1 (for is fast)"),
        ("postgres is easy to love", "[postgres] +1 (for is easy to love)"),
        ("#postgres 2", "[postgres] +2"),
        ('"code review" 2 for the eyes', "[code review] +2 (for the eyes)"),
        ("code review 2 for the eyes", "[code review] +2 (for the eyes)"),
        (":tada: 2", "[:tada:] +2"),
        ("@bob, 2", "bob +2"),
        ("@bob: 2 for the docs", "bob +2 (for the docs)"),
        ("@bob two", "bob +2"),
        ("@bob zwei Punkte für die Doku", "bob +2 (für die Doku)"),
        ("@bob two of us", "bob +1 (two of us)"),
        ("@bob a beer", "bob +1 (a beer)"),
        ("@bob a point", "bob +1"),
        ("@bob one point for the docs", "bob +1 (for the docs)"),
        ("@bob karma", "bob +1"),
        ("@bob 2 karma for the docs", "bob +2 (for the docs)"),
        ("karma to @bob", "bob +1"),
        ("karma @bob", "bob +1"),
        ("postgres for helping @bob", "[postgres] +1 (for helping <@UBOB>)"),
        ("postgres 2 thanks to @bob", "[postgres] +2 (for thanks to <@UBOB>)"),
        ("points to postgres", "[postgres] +1"),
        ("1 karma to @bob", "bob +1"),
        ("a point to @bob for the docs", "bob +1 (for the docs)"),
        ("two points to postgres", "[postgres] +2"),
        ("einen Punkt an @bob", "bob +1"),
        ("@ann and @bob 2", "ann +2, bob +2"),
        ("@ann und @bob & @cat", "ann +1, bob +1, cat +1"),
        ("@ann and the team", "ann +1 (and the team)"),
        ("libc 1", "[libc] +1"),
        ("@bob 2!", "bob +2"),
        ("@bob -2!", "bob -2"),
        ("@bob 2:tada:", "bob +2"),
        ("@bob -2 :tada:", "bob -2"),
        ("@bob 2 points!", "bob +2"),
        ("@bob two!", "bob +2"),
        ("@bob zwei :tada:", "bob +2"),
        ("@ann and @bob 2!", "ann +2, bob +2"),
        ("@bob 2, the docs", "bob +2 (the docs)"),
        ("@bob 2: the docs", "bob +2 (the docs)"),
        ("@bob -2 - the mess", "bob -2 (for the mess)"),
        ("@bob two points: the docs", "bob +2 (the docs)"),
        ("@bob 2 for", "bob +2"),
        ("redis 2!", "[redis] +2"),
        ("’redis’ 2", "[redis] +2"),
        ("redis! 2", "[redis] +2"),
        ("redis 2 – the cache", "[redis] +2 (for the cache)"),
        ("code review -2!", "[code review] -2"),
        ('"slow builds" -2.', "[slow builds] -2"),
        ("»slow builds« -2", "[slow builds] -2"),
        ("redis ++", "[redis] +1"),
        ("redis +++ for the cache", "[redis] +2 (for the cache)"),
        ("@bob 24/7 support", "bob +1 (24/7 support)"),
        ("@bob 2nd time this week", "bob +1 (2nd time this week)"),
        ("@bob k8s", "bob +1 (k8s)"),
        ("@bob 2FA", "bob +1 (2FA)"),
        ("@bob 24h", "bob +1 (24h)"),
        ("@bob k", "bob +1 (k)"),
        ("@bob 1:1", "bob +1 (1:1)"),
        ("@bob - 2FA!", "bob +1 (2FA)"),
        ("@bob 2 1:1s", "bob +2 (1:1s)"),
        ("@bob 2 2FA rollout", "bob +2 (2FA rollout)"),
        ("@bob 2 for sprint 3", "bob +2 (for sprint 3)"),
        ("@bob 2 for 3", "bob +2 (for 3)"),
        ("@bob 2 great job on sprint 3", "bob +2 (great job on sprint 3)"),
        ("redis 2FA", "[redis] +1 (for 2FA)"),
        ("redis-2", "[redis-2] +1"),
        ("@bob :-)", "bob +1"),
        ("@bob+2", "bob +2"),
        ("c++ 2", "[c++] +2"),
        # The syntax of messages works too.
        ("@bob++ for the release", "bob +1 (for the release)"),
        ("@bob +++", "bob +2"),
        ("@ann++ and @bob++ for the demo", "ann +1 (for the demo), bob +1 (for the demo)"),
        ("postgres++", "[postgres] +1"),
        ("@bob++ is great", "bob +1"),
    ],
)
def test_points_are_given_by_the_grammar_of_messages(typed, expected):
    assert give(typed) == expected


TALK = [
    "kudos to @bob",
    "a shoutout to @bob",
    "some love to @team",
    "a beer",
    "thanks @bob",
    "thanks to postgres 2",
]
FRACTIONS = [
    "1,5 @bob",
    "0.5 to @bob",
    "2x @bob",
    "@bob 1.5",
    "@bob 1.5 great talks",
    "@bob 2,5 for the docs",
    "postgres 0.5",
]
QUANTITIES = [
    "@bob half a point",
    "@bob half a point for the docs",
    "@bob half a point each",
    "@bob one and a half points",
    "@bob 2 and a half points",
    "@bob 1 1/2 points",
    "@bob zero points",
    "@bob no points!",
    "@bob no points, it broke",
    "@bob no karma",
    "@bob eleven points",
    "@bob twenty-one points",
    "@bob a hundred points because she can",
    "@bob a couple of points",
    "@bob all my points",
    "@bob einen halben Punkt",
    "@bob keine Punkte",
    "@bob einundzwanzig Punkte",
    "@bob ein paar Punkte für die Doku",
    "postgres twelve points",
]
APART = [
    f"{whom} {rest}"
    for whom in ("@bob", "@ann, @bob", "redis", '"slow builds"', ":tada:")
    for rest in (
        "- 2", "+ 2", "— 2", "-- 2", "- 2 for the mess", "+ 2 points", "- 2.5", "− 1", "- 2!",
        "- 2 :tada:", "- 2, for the mess", "- 2 (the mess)", "- two", "–2", "−2 for the mess",
        "—2", "++ 2", "+++ 2!", "++ 2 for the docs", "-- 2!", "+ great work", "+", "-", "(2)",
        "(-2)", "[2]", "! 2", ":tada: 2", "x2", "2x", "2+", "×2", "plus 2 for the docs", "2/3",
        "½", "²", "２", "2k", "2,000", "1234567890", "Minus 2",
    )
]  # fmt: skip
MISPLACED = [
    "@bob points 2", "@bob karma: -2", ":tada: Punkte - 2",
    "- 2 @bob", "(2) @bob", "++2 @bob", "2! @bob", "2 :tada: @bob", "redis++ 2", "redis+2",
    "redis:+2", "redis --", "redis++ is great", "code review - 2", "code review minus 2",
    "@ann++ @bob++ 2", "@bob 2 -2", "@ann++ 2 @bob++", "@bob -- for the mess",
    "@bob — for the mess", '"slow builds" --', ":tada: --", "redis += 2", '"slow builds" -= 2',
    "postgres 2 @bob", "redis==", "@bob==", ":tada:2",
]  # fmt: skip
LISTS = [
    "redis 2 postgres 3", "redis 2, postgres 3", "redis 2 and postgres 3", "@bob 2 postgres 3",
    "@bob 2, postgres 3 and redis 1!", 'redis 2 "code review" 3', "@bob 2 :tada: 3",
    "code review 2 more", "code review 2 2", "postgres down 2 days", "code review -2 more",
    "windows 11 2", "redis 2 and 3", "@bob 2 and 3 and 4",
]  # fmt: skip
ODD_NAMES = [
    f"redis{mark}" for mark in ("*2", "/2", "^2", "(2)", ",2", "#2", "@2", "~2", "×2", "–2", "=-2")
]  # fmt: skip
MIXED = ["postgres and redis 2", "@bob, postgres 2", "@bob and :tada: 2", "@bob & :tada: +1"]


@each(
    "typed",
    [
        "",
        "@bob 0",
        "<#C1|general> 2",
        "2",
        "-2",
        "points",
        *LISTS,
        *ODD_NAMES,
        "redis * 2",
        "@bob*2",
        "@bob's team 1",
        "@bob’s 2",
        "@bob/postgres 1",
        "@bob/ 1",
        "@bob2",
        "@ann and @bob's 2",
        "@bobs 2",
        "@bob -2FA",
        "@bob –1:1",
        "@bob 2pts",
        "@bob 2 3x",
        "@bob (2) more",
        "@bob plus 2 more",
        "@bob - 2 points",
        "@bob - 2 3",
        *MIXED,
        *FRACTIONS,
        *QUANTITIES,
        *APART,
        *MISPLACED,
        *TALK,
    ],
)
def test_input_that_gives_nothing_is_answered_with_an_example(typed):
    read = give(typed)
    assert isinstance(read, UnclearCommand)
    assert read.example == "give @bob 2 for the release"


def test_a_name_unknown_to_slack_is_reported():
    assert give("@frank 2") == UnknownHandle("frank")


@each(
    "typed",
    [
        "everyone 1",
        "1 point to everybody",
        "all 2 for the launch",
        "Alle, 2",
        "@all",
        "everyone++",
        "@bob++ and @here++",
    ],
)
def test_no_points_can_be_given_to_everybody(typed):
    assert isinstance(read_give(typed, WORDS), UnknownHandle)


def test_a_thing_may_be_named_like_everybody():
    assert give('"everyone" 1') == "[everyone] +1"
    assert give("all hands 2") == "[all hands] +2"


@each(
    ("typed", "given"),
    [
        (
            "@bob and @ann 2 points each for the demo",
            "bob +2 (for the demo), ann +2 (for the demo)",
        ),
        ("@bob @ann 2 each", "bob +2, ann +2"),
        ("@bob @ann 2 each, great work", "bob +2 (great work), ann +2 (great work)"),
        ("2 points each to @bob and @ann", "bob +2, ann +2"),
        ("@bob und @ann je zwei Punkte", "bob +2, ann +2"),
        ("@bob @ann each 2, for the demo", "bob +2 (for the demo), ann +2 (for the demo)"),
        ("@bob each day counts", "bob +1 (each day counts)"),
        ("@bob 2 because we reach 5 nines", "bob +2 (because we reach 5 nines)"),
        ("@bob for how we reach a deal", "bob +1 (for how we reach a deal)"),
        ("@bob 2 for each one of my PRs", "bob +2 (for each one of my PRs)"),
        ("@bob each 5 minutes a new fix", "bob +1 (each 5 minutes a new fix)"),
        ("@bob je 3 Releases ein Bier", "bob +1 (je 3 Releases ein Bier)"),
        ("@bob 2 each time it broke", "bob +2 (each time it broke)"),
        ("@bob 3 each and every day", "bob +3 (each and every day)"),
        ("@bob 1 je nach Lage", "bob +1 (je nach Lage)"),
        ("@bob 2 for the demo - great work", "bob +2 (for the demo - great work)"),
        ("@bob for pre- and post-mortem", "bob +1 (for pre- and post-mortem)"),
        ("@bob 2 a :tada: moment", "bob +2 (a :tada: moment)"),
        ("@bob 2, a @ann style rescue", "bob +2 (a <@UANN> style rescue)"),
        ("@bob 2 each-way bets", "bob +2 (each-way bets)"),
        ("@bob ten points", "bob +5"),
        ("@bob ten out of ten", "bob +1 (ten out of ten)"),
        ("@bob two more points for the docs", "bob +2 (for the docs)"),
        ("@bob 2 more points", "bob +2"),
        ("@bob 3 of my points", "bob +3 (of my points)"),
        ("@bob 10 of 10 points for the docs", "bob +5 (of 10 points for the docs)"),
        ("@bob 2 von 3 Punkten", "bob +2 (von 3 Punkten)"),
        ("@bob half the work", "bob +1 (half the work)"),
        ("@bob twenty years here", "bob +1 (twenty years here)"),
        ("@bob a few more fixes", "bob +1 (a few more fixes)"),
        ("@bob no pointless meetings", "bob +1 (no pointless meetings)"),
        ("@bob all points made today", "bob +1 (all points made today)"),
        ("@bob good points", "bob +1 (good points)"),
    ],
)
def test_each_target_gets_the_points_that_each_says(typed, given):
    assert give(typed) == given


@each(
    "typed",
    [
        "2 to @bob and 3 to @ann", "2 points to @bob, 3 points for @ann",
        "@bob two and three to @ann",
        "2 für @bob und 3 an @ann", "@bob 2 & 3 :tada:",
    ],
)  # fmt: skip
def test_input_that_also_gives_others_points_gives_nothing(typed):
    assert isinstance(give(typed), UnclearCommand)


REASONS = [
    "fixing the karma bot",
    "good karma",
    "the talking points",
    "scoring 3 points in the final",
    "points",
]


@each("reason", REASONS)
def test_a_reason_keeps_all_its_words(reason):
    for typed, points in (("@bob for {}", 1), ("@bob two for {}", 2), ("@bob 3 points for {}", 3)):
        assert give(typed.format(reason)) == f"bob +{points} (for {reason})"


def test_a_reason_after_a_dash_may_begin_with_a_number():
    assert give("@bob - 2 great talks") == "bob +1 (2 great talks)"
    assert give("@bob - great work") == "bob +1 (great work)"


@each("typed", ["to bob 2", "give bob 2", "bob, carol 2", "two @bob"])
def test_input_that_does_not_begin_with_a_name_is_refused(typed):
    assert isinstance(give(typed), UnclearCommand)


def test_the_first_of_several_words_may_be_a_person():
    assert read_give("bob thanks 2", WORDS).names == ("bob thanks", "bob")
    assert read_give("redis - a great cache", WORDS).names == ("redis",)
    assert read_give("postgres: great work", WORDS).names == ("postgres",)
