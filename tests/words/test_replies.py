"""The exact wording of replies."""

from app.core.boards import periods
from app.core.boards.shares import RankedScore, Standing
from app.core.commands.leaderboard import ShowBoard
from app.core.refusals import Refusal
from app.core.replies import CountedVote
from app.core.settings.definitions import Settings
from app.words import admin, boards, fairplay, karma, refusals, seasons, text, votes
from app.words.catalog import say, use_language
from tests.tables import each

MANY = ", ".join(f"n{n}" for n in range(10))

NAMES = {"U1": "Ann", "U2": "Bob", "thing:db": "DB"}


@each(
    ("vote", "expected"),
    [
        (CountedVote("U1", 1, 1), "Ann has 1 point (+1)"),
        (CountedVote("U1", 3, 1234), "Ann has 1,234 points (+3)"),
        (CountedVote("U1", -1, -1), "Ann has -1 point (-1)"),
        (CountedVote("U1", -2, 0), "Ann has 0 points (-2)"),
        (CountedVote("U1", 0, 4, was=1), "Ann has 4 points (+1 undone)"),
        (CountedVote("U1", 0, 4, was=-2), "Ann has 4 points (-2 undone)"),
        (
            CountedVote("thing:db", 1, 2, "speed", "for"),
            'the thing "DB" has 2 points (+1 for speed)',
        ),
        (
            CountedVote("U1", 1, 2, "she helped", "because"),
            "Ann has 2 points (+1 because she helped)",
        ),
        (CountedVote("U1", 1, 2, "the docs"), 'Ann has 2 points (+1: "the docs")'),
        (CountedVote("U1", 1, 2, "the docs and", "for"), "Ann has 2 points (+1 for the docs)"),
        (CountedVote("U1", 1, 2, "the docs, and &"), 'Ann has 2 points (+1: "the docs")'),
        (CountedVote("U1", 1, 2, "docs: :tada:,", "for"), "Ann has 2 points (+1 for docs: :tada:)"),
        (
            CountedVote("U1", 1, 2, ":+1::skin-tone-2:"),
            'Ann has 2 points (+1: ":+1::skin-tone-2:")',
        ),
        (CountedVote("U1", 1, 2, "the docs:"), 'Ann has 2 points (+1: "the docs")'),
        (CountedVote("U1", 1, 2, "and", "for"), "Ann has 2 points (+1)"),
        (CountedVote("U1", 1, 2, "their brand"), 'Ann has 2 points (+1: "their brand")'),
        (CountedVote("U1", 1, 2, "helping <@U2>"), 'Ann has 2 points (+1: "helping Bob")'),
        (
            CountedVote("U1", 1, 2, "<@U9> & <!subteam^S1>"),
            'Ann has 2 points (+1: "somebody &amp; the group")',
        ),
        (CountedVote("U1", 1, 2, "tidying <#C1>"), 'Ann has 2 points (+1: "tidying <#C1>")'),
        (CountedVote("U1", 1, 2, "<!everyone>"), 'Ann has 2 points (+1: "&lt;!everyone&gt;")'),
        (
            CountedVote("U1", 1, 2, "<@U1|x> <@u1>"),
            'Ann has 2 points (+1: "&lt;@U1|x&gt; &lt;@u1&gt;")',
        ),
        (CountedVote("U1", 1, 2, "x\u202ey\nz"), 'Ann has 2 points (+1: "x y z")'),
        (CountedVote("U1", 1, 2, "x < y", "as"), "Ann has 2 points (+1 as x &lt; y)"),
        (CountedVote("U9", 1, 1), "somebody has 1 point (+1)"),
        (CountedVote("U1", 4, 9, factor=2), "Ann has 9 points (+4, double points)"),
        (
            CountedVote("U1", 15, 20, "the docs", "for", is_cut=True, factor=3),
            "Ann has 20 points (+15 for the docs, the most at once, triple points)",
        ),
        (CountedVote("U1", -1, 3, factor=2), "Ann has 3 points (-1)"),
        (CountedVote("U1", 0, 3, was=4, factor=2), "Ann has 3 points (+4 undone)"),
    ],
)
def test_vote_line_shows_score_and_reason(vote: CountedVote, expected: str):
    assert votes.format_vote(vote, NAMES) == expected


def test_mentioned_people_in_a_reason_are_found_by_id():
    assert votes.find_mentioned("<@U1>, <!subteam^S1>, <#C1> and <@W2> <@u3>") == ["U1", "W2"]


@each(
    ("name", "expected"),
    [
        ("Ann", "Ann"),
        ("<!everyone>", "&lt;!everyone&gt;"),
        ("<@U1> & Co", "&lt;@U1&gt; &amp; Co"),
        ("&lt;", "&amp;lt;"),
        ("two\nlines\r\n\ttabbed", "two lines tabbed"),
        ("  spaced   out\u3000", "spaced out"),
        ("\u202eevil\u202c", "evil"),
        ("a\u2066b\u2069\u200fc\u061cd", "a b c d"),
        ("a\x00b\x1bc\x85d", "a b c d"),
        ("👩‍💻 Zoë", "👩‍💻 Zoë"),
        ("x" * 80, "x" * 80),
        ("x" * 81, "x" * 79 + "…"),
        ("<" * 81, "&lt;" * 79 + "…"),
    ],
)
def test_name_is_shown_on_one_line_and_mentions_nobody(name: str, expected: str):
    assert text.format_name(name) == expected


@each(
    ("count", "expected"),
    [
        (0, "0 points"),
        (1, "1 point"),
        (-1, "-1 point"),
        (2, "2 points"),
        (-12, "-12 points"),
        (1_000_000, "1,000,000 points"),
    ],
)
def test_plus_and_minus_one_point_are_singular(count: int, expected: str):
    assert text.format_points(count) == expected


@each(
    ("number", "expected"),
    [
        (1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (10, "10th"), (11, "11th"), (12, "12th"),
        (13, "13th"), (20, "20th"), (21, "21st"), (22, "22nd"), (101, "101st"), (111, "111th"),
        (112, "112th"), (113, "113th"), (1003, "1,003rd"),
    ],
)  # fmt: skip
def test_ordinals_have_english_endings(number: int, expected: str):
    assert text.format_ordinal(number) == expected


@each(
    ("standing", "expected"),
    [
        (Standing(1, 14), "You're 1st with 14 points."),
        (Standing(2, 1, RankedScore(1, "U1", 2)), "You're 2nd with 1 point, 1 behind Ann."),
        (
            Standing(37, -1, RankedScore(36, "U9", 1500)),
            "You're 37th with -1 point, 1,501 behind somebody.",
        ),
    ],
)
def test_standing_names_rank_points_and_who_is_ahead(standing: Standing, expected: str):
    assert boards.describe_standing(standing, NAMES) == expected


@each(("name", "end"), [("Ann K.", "Ann K."), ("Ann", "Ann.")])
def test_sentence_after_a_name_with_a_final_dot_has_no_second_one(name: str, end: str):
    behind = Standing(2, 4, RankedScore(1, "U1", 5))
    said = boards.describe_standing(behind, {"U1": name})
    assert said == f"You're 2nd with 4 points, 1 behind {end}"


def test_board_text_has_one_line_per_place():
    places = [RankedScore(1, "U1", 14, 3), RankedScore(1, "U2", 14, 0), RankedScore(3, "U3", 1, 3)]
    assert boards.render_board("Title", places, NAMES | {"U3": "<!here>"}, ["You're 4th."]) == (
        "Title\n"
        "1. Ann, 14 points ▲2\n"
        "1. Bob, 14 points new\n"
        "3. &lt;!here&gt;, 1 point –\n"
        "You're 4th."
    )


@each(
    ("rank", "before", "said"),
    [(1, None, ""), (1, 0, "new"), (1, 3, "▲2"), (3, 1, "▼2"), (2, 2, "–"), (1, 1234, "▲1,233")],
)
def test_movement_shows_new_up_down_or_unchanged(rank: int, before: int | None, said: str):
    assert boards.format_movement(RankedScore(rank, "U1", 1, before)) == said


@each(
    ("show", "name", "full", "title"),
    [
        (ShowBoard(), "", True, "Leaderboard: top 10, all time"),
        (ShowBoard(), "", False, "Leaderboard, all time"),
        (ShowBoard(3, bottom=True), "", True, "Leaderboard: last 3, all time"),
        (ShowBoard(1, bottom=True), "", True, "Leaderboard: last place, all time"),
        (ShowBoard(bottom=True), "", False, "Leaderboard: from the bottom, all time"),
        (ShowBoard(board="things"), "2026-11", False,
         "Leaderboard of things, 1–30 November 2026, UTC"),
        (ShowBoard(board="givers"), "2026-11-20", False,
         "Leaderboard of givers, 20 November 2026, UTC"),
        (ShowBoard(channel="C1"), "2026-W49", True,
         "Leaderboard in <#C1>: top 10, 30 November – 6 December 2026, UTC"),
        (ShowBoard(), "2026-W53", False,
         "Leaderboard, 28 December 2026 – 3 January 2027, UTC"),
    ],
)  # fmt: skip
def test_board_title_names_its_kind_and_dates(show: ShowBoard, name: str, full, title: str):
    period = periods.parse_period(name) or periods.EVER
    assert boards.format_board_title(show, period, "UTC", full=full) == title


@each(
    ("show", "name", "said"),
    [
        (ShowBoard(5), "", say("board-empty")),
        (ShowBoard(board="things"), "", "No thing has points yet."),
        (ShowBoard(channel="C1"), "", "Nobody has points in <#C1> yet."),
        (ShowBoard(board="givers", span="2026-10"), "2026-10",
         "Leaderboard of givers, 1–31 October 2026, UTC\nNobody gave points in that time."),
        (ShowBoard(channel="C1", span="2026-10"), "2026-10",
         "Leaderboard in <#C1>, 1–31 October 2026, UTC\nNobody got points there in that time."),
    ],
)  # fmt: skip
def test_empty_board_text_names_board_and_period(show: ShowBoard, name: str, said: str):
    assert (
        boards.explain_empty_board(show, periods.parse_period(name) or periods.EVER, "UTC") == said
    )
    assert "@someone++" in say("board-empty")


def test_score_line_names_the_target():
    assert votes.format_score("thing:db", 7, NAMES) == 'the thing "DB" has 7 points'


def _many(count: int, reason: str | None = None) -> list[CountedVote]:
    return [CountedVote(f"thing:t{n}", 1, n, reason) for n in range(1, count + 1)]


def test_reason_shared_by_many_votes_is_shown_once():
    said = votes.format_votes(_many(4, "the docs"), {}, 3500).split("\n")
    assert said[-1] == '"the docs"'
    assert len(said) == 5
    assert not [line for line in said[:-1] if "docs" in line]


def test_few_votes_each_show_their_reason():
    said = votes.format_votes(_many(3, "the docs"), {}, 3500).split("\n")
    assert len(said) == 3
    assert all('(+1: "the docs")' in line for line in said)


def test_shared_reason_is_shown_once_beside_withdrawn_votes():
    counted = [*_many(4, "the docs"), CountedVote("U2", 0, 4, was=1)]
    said = votes.format_votes(counted, {}, 3500)
    assert said.count("the docs") == 1
    assert "undone" in said


def test_different_reasons_are_shown_on_each_vote():
    counted = [*_many(4, "the docs"), CountedVote("U2", 1, 1, "the tests")]
    assert votes.format_votes(counted, {}, 3500).count("the docs") == 4


@each(
    ("minutes", "english", "german"),
    [
        (1, "a minute", "einer Minute"),
        (60, "an hour", "einer Stunde"),
        (90, "90 minutes", "90 Minuten"),
        (1440, "a day", "einem Tag"),
        (10_080, "7 days", "7 Tagen"),
    ],
)
def test_cooldown_is_told_in_its_largest_whole_unit(minutes: int, english: str, german: str):
    settings = Settings(cooldown=60 * minutes)
    assert f"less than {english} ago" in refusals.explain_refusal(Refusal.COOLDOWN, settings)
    with use_language("de"):
        said = refusals.explain_refusal(Refusal.COOLDOWN, settings)
    assert f"vor weniger als {german} schon" in said


def test_week_on_a_card_does_not_look_like_a_number_of_a_week():
    week = periods.parse_period("2026-W47")
    assert week
    assert karma.format_period(week) == "Week of 16–22 November"


def test_counts_of_refused_minus_points_do_not_look_like_negative_numbers():
    said = fairplay.describe_refusals({"minus_off": 2, "self": 1})
    assert said == "Not counted in the last 30 days: 3 times (minus points 2, for oneself 1)."


def test_votes_that_do_not_fit_are_counted():
    counted = [CountedVote(f"thing:t{n}", 1, n, f"{n} " + "x" * 180) for n in range(40)]
    said = votes.format_votes(counted, {}, 3500)
    assert len(said) <= 3500
    lines = said.split("\n")
    assert lines[-1] == f"and {40 - len(lines) + 1} more"
    assert votes.format_votes(counted, {}, 0) == "and 40 more"


def test_long_lists_of_admins_say_how_many_more_there_are():
    merged = admin.list_merge_sources([f"n{n}" for n in range(12)])
    assert merged == f"These points include those of {MANY}, and 2 more, by a merge."
    listed = seasons.list_seasons([periods.Period(f"S{n}") for n in range(1, 54)]).split("\n")
    assert listed[1] == "… and 3 earlier"
    assert [listed[2][:3], listed[-2][:4]] == ["4. ", "53. "]
    bans = admin.list_bans([("ann", None)], 7)
    assert bans.endswith("\n… and 7 more")


def test_reason_made_too_long_by_names_is_left_out():
    counted = [CountedVote("U1", 1, 1, "<@U2> " * 16)]
    said = votes.format_votes(counted, {"U2": "&" * 80}, 3500)
    assert said.endswith("(+1)")


def test_every_refusal_has_its_own_short_name():
    named = [fairplay.describe_reason(refusal) for refusal in Refusal]
    assert len({*named, fairplay.describe_reason("of an earlier version")}) == len(Refusal) + 1


def test_right_to_left_names_and_reasons_do_not_turn_the_text_around_them():
    names = {"U1": "\u2067محمد", "U2": "Ann \U0001e900"}
    first, last = "\u2068", "\u2069"
    assert text.quote("שלום") == f'"{first}שלום{last}"'
    assert [boards.format_place(RankedScore(rank, f"U{rank}", 12), names) for rank in (1, 2)] == [
        f"1. {first}محمد{last}, 12 points",
        f"2. {first}Ann \U0001e900{last}, 12 points",
    ]
    assert text.format_name(text.format_name(names["U1"])) == f"{first}محمد{last}"
