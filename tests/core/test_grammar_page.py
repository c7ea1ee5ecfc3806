"""Each rule of the vote grammar in order, beyond the worked examples."""

import unicodedata

from app.core.grammar import characters
from app.core.grammar.words import GrammarWords
from app.core.settings.definitions import Settings
from app.core.vote import tally
from app.words.catalog import WORDS
from tests.core import reading
from tests.core.reading import encode, lines, parse_message, rich, section, text, user, votes
from tests.tables import each


def table(*rows: tuple[str, str]):
    return each(("typed", "expected"), rows)


# 1. Reading the message


@table(
    ("&gt; @ann++\n@bob++", "bob +1"),
    ("`@ann++` @bob++", "bob +1"),
    ("~@ann++~ @bob++", "bob +1"),
    ("@ann++ <#C1|general>", "ann +1"),
    ("@ann-- <#C1|general>", ""),
    ("@ann-- `x`", ""),
    ("@ann--\n```x```", "ann -1"),
    ("@ann --\n```x```", ""),
    ("@ann --\n&gt; x", ""),
    ("postgres++ https://example.com", ""),
    ("*@ann* _++_", "ann +1"),
    ("*@ann --*", "ann -1"),
)
def test_opaque_text_is_neither_target_nor_operator_nor_filler(typed: str, expected: str):
    assert votes(typed) == expected


@each("space", [" ", "\t", "\u00a0", "\u2003", "\u202f", "\u3000"])
def test_spaces_are_any_horizontal_white_space(space: str):
    assert votes(f"@ann{space}++{space}for{space}x") == "ann +1 (for x)"


def test_invisible_characters_are_those_of_two_categories_and_two_selectors():
    kept = {"\u200c", "\u200d", "\x00", *"\t\n\v\f\r\x85"}
    every = {chr(code) for code in range(0x110000)}
    invisible = {char for char in every if unicodedata.category(char) in ("Cf", "Cc")}
    listed = _chars(characters.INVISIBLE)
    assert invisible - kept <= listed
    assert not listed & kept
    assert {c for c in listed - invisible if unicodedata.category(c) != "Cn"} == {
        "\ufe0e",
        "\ufe0f",
    }


def _chars(ranges: str) -> set[str]:
    chars: set[str] = set()
    before, parts = "", iter(ranges)
    for char in parts:
        if char == "-":
            last = next(parts)
            chars |= {chr(code) for code in range(ord(before), ord(last) + 1)}
        else:
            chars.add(char)
            before = char
    return chars


@table(
    ("a\u200db++", "[a\u200db] +1"),
    ("नम\u094d\u200dस++", "[नम\u094d\u200dस] +1"),
    ("ab\u200d++", "[ab] +1"),
    ("\u200dab++", "[ab] +1"),
    ("a1\u200d2b++", "[a12b] +1"),
    ("a\u200d\u200db++", "[ab] +1"),
    ("@ann\u200d++", "ann +1"),
)
def test_joiners_of_letters_stay_between_two_letters_only(typed: str, expected: str):
    assert votes(typed) == expected


def test_invisible_characters_of_a_leaf_are_dropped_too():
    assert reading.rich_votes(section(user(), text("\u200e\u2060++"))) == "ann +1"


@table(
    ("谢谢，postgres++", "[postgres] +1"),
    ("谢谢。#postgres++", "[postgres] +1"),
    ("谢谢「postgres++", "[postgres] +1"),
    ("谢谢（postgres++）", "[postgres] +1"),
    ("@ann++。谢谢", "ann +1"),
    ("@ann++。_", "ann +1"),
    ("@ann++、for x", "ann +1 (for x)"),
    ("@ann++〜", ""),
    ("@ann，++", ""),
    ("猫++（:tada:）", "[猫] +1"),
    ("猫--（:tada:）", "[猫] -1"),
)
def test_a_mark_of_cjk_counts_as_white_space_before_and_after_a_vote(typed: str, expected: str):
    assert votes(typed) == expected


@table(
    *(
        (f"@ann {joiner} @bob ++", "ann +1, bob +1")
        for joiner in (",", ";", "/", "+", "&amp;", "、", "，")
    ),
    *(
        (f"@ann {joiner} @bob ++", "ann +1, bob +1")
        for joiner in ("and", "und", "also", "AND", ", and")
    ),
    *(
        (f"@ann++ {joiner} @bob++ for x", "ann +1 (for x), bob +1 (for x)")
        for joiner in ("and", "/", "+", ";")
    ),
    ("@ann ++ @bob ++", "ann +1, bob +1"),
    ("@ann andy @bob ++", "bob +1"),
    ("@ann | @bob ++", "bob +1"),
    ("@ann - @bob ++", "bob +1"),
    ("@ann, @bob ++", "ann +1, bob +1"),
    ("@ann--! :tada: (“@bob++”)", "ann -1, bob +1"),
    ("@ann-- ¡¿ @bob++", "ann -1, bob +1"),
    ("@ann-- - @bob++", "bob +1"),
    ("@ann-- so @bob++", "bob +1"),
)
def test_joiners_and_filler_stand_between_targets_and_votes(typed: str, expected: str):
    assert votes(typed) == expected


@table(
    ("- redis--", "[redis] -1"),
    ("• redis--", "[redis] -1"),
    ("1. redis--", "[redis] -1"),
    ("  - redis--", "[redis] -1"),
    ("- @ann --\n- @bob ++", "ann -1, bob +1"),
    ("@ann --\n2. @bob ++", "ann -1, bob +1"),
    ("-redis--", ""),
    ("1 redis--", ""),
    (":tada: (redis--)", "[redis] -1"),
)
def test_a_list_marker_at_the_start_of_a_line_is_filler(typed: str, expected: str):
    assert votes(typed) == expected


# 2. Targets


@table(
    ("@ann:++", "ann +1"),
    ("@ann, ++", "ann +1"),
    ("@ann. +++", "ann +2"),
    ("@ann. += 2", "ann +2"),
    ("@ann. -= 2", ""),
    ("@ann; ++", ""),
    ("@ann :++", ""),
    ("@ann,, ++", ""),
    ("@team, ++", "U1 +1, U2 +1"),
    ("(@ann @bob): ++", "ann +1, bob +1"),
    ("【@ann、@bob】++", "ann +1, bob +1"),
    ("(@ann, @bob] ++", ""),
    ("“@ann @bob”++", ""),
    (":tada: ++", "[:tada:] +1"),
    (":tada: += 2", "[:tada:] +2"),
    (":tada: -- ", ""),
    (":tada: -= 2", ""),
    (":tada:-= 2", "[:tada:] -2"),
    (":tada:: ++", ""),
)
def test_spaces_may_stand_before_the_operator_of_people_and_emoji(typed: str, expected: str):
    assert votes(typed) == expected


@table(
    *(
        (f"{opening}foo bar{closing}++", "[foo bar] +1")
        for opening, closing in (
            '""',
            "“”",
            "„“",
            "„”",
            "””",
            "‟”",
            "＂＂",
            "''",
            "‘’",
            "‚‘",
            "‛’",
            "«»",
            "»«",
            "»»",
            "‹›",
            "›‹",
            "「」",
            "『』",
        )
    ),
    ("“foo bar'++", ""),
    ("«foo bar”++", ""),
    ("「foo bar』++", ""),
    ("a'b c'++", ""),
    ('a"b c"++', ""),
    ("a’b c’++", ""),
    ("a“b c”++", "[b c] +1"),
    ('"b c "++', ""),
    ("« b c »++", "[b c] +1"),
    ("'rock'n'roll night'++", "[rock'n'roll night] +1"),
    ('"b" "c"++', "[c] +1"),
    ('"-", b"--', ""),
    ('("b c")++', ""),
    ('"…"++', ""),
    ('":tada:"++', ""),
    ('"7 :tada:"++', "[7 :tada:] +1"),
    ('"b :tada:"++', "[b :tada:] +1"),
    ('"b @ann"++', ""),
)
def test_a_quoted_thing_stands_between_two_marks_of_one_kind(typed: str, expected: str):
    assert votes(typed) == expected


@table(
    ("@my.thing_2++", "[my.thing_2] +1"),
    ("#l·l++", "[l·l] +1"),
    ("#a‐b++ #a‑b++ #a-b++", "[a-b] +3"),
    ("#a’b++ #a‘b++ #a'b++", "[a'b] +3"),
    ("#a--b++", ""),
    ("#ab_++", ""),
    ("#ab’++", ""),
    ("(#ab++", "[ab] +1"),
    ('"#ab++"', "[ab] +1"),
    ("(“#ab++”)", "[ab] +1"),
    ("x(#ab++", ""),
    ("x“#ab++", ""),
    ("/#ab++", ""),
    ("##ab++", ""),
    (":tada:#ab++", ""),
    ("[ab++]", "[ab] +1"),
    ("(¡ab++!)", "[ab] +1"),
    ('("ab++")', ""),
    ("'ab++'", ""),
    ("=ab++", ""),
    ("x(ab++)", ""),
    ("x((ab++))", ""),
)
def test_a_name_stands_free(typed: str, expected: str):
    assert votes(typed) == expected


@table(
    ("a++", ""),
    ("é++", "[é] +1"),
    ("12++", ""),
    ("1a++", "[1a] +1"),
    *(
        (f"{name}++", "")
        for name in (
            "notepad",
            "libstdc",
            "Objective-C",
            "vc",
            "MSVC",
            "clang",
            "libc",
            "stdc",
            "dpc",
            "nvc",
            "em",
            "k-means",
            "Dev-C",
            "obj-c",
            "objc",
        )
    ),
    ("libc-- clang--", ""),
    ('"libc"++ #clang++', "[libc] +1, [clang] +1"),
    ("any-c++", ""),
    ("any-G++", ""),
    ("any‐g++", ""),
    ("any-c--", "[any-c] -1"),
    ("anyc++", "[anyc] +1"),
    ("x = ab++", ""),
    ("x == ab++", ""),
    ("x =ab++", ""),
    ("x = (ab++)", ""),
    ("= ab--", ""),
    ("return ab++", ""),
    ("return  ab++", ""),
    ("returns ab++", "[ab] +1"),
    ("noreturn ab++", "[ab] +1"),
    ("x = #ab++", "[ab] +1"),
    ("if (ab++)", ""),
    ("if (x &amp;&amp; ab++", ""),
    ("while (x) ab++", ""),
    ("for ((ab++))", ""),
    ("switch [ab++]", ""),
    ("if (x) then ab++", "[ab] +1"),
    ("wife (ab++)", "[ab] +1"),
    ("this.ab++", ""),
    ("stats.totalCount++", ""),
    ("someStats.count--", ""),
    (
        "node.js++ GitHub.com++ ab.cd++ camelCase++",
        "[node.js] +1, [github.com] +1, [ab.cd] +1, [camelcase] +1",
    ),
    ("#stats.totalCount++", "[stats.totalcount] +1"),
)
def test_a_bare_thing_is_a_word_that_is_hardly_code(typed: str, expected: str):
    assert votes(typed) == expected


def test_things_are_one_however_they_are_written_and_shown_as_last():
    said = parse_message("#Rock’n’Roll++ #rock'n'ROLL++").votes
    (vote,) = tally(said, {}, 5)
    assert (vote.target, vote.points, vote.spelling) == ("thing:rock'n'roll", 2, "rock'n'ROLL")


# 3. Operators


@table(
    ("@ann++++++++++++++++++++", "ann +5"),
    ("@ann------", "ann -5"),
    ("@ann-------", ""),
    ("@ann—", "ann -1"),
    ("@ann—-", "ann -2"),
    ("@ann-—", "ann -2"),
    ("@ann———", "ann -5"),
    ("@ann————", ""),
    ("@ann–", ""),
    ("@ann--–", ""),
    ("@ann += 7", "ann +5"),
    ("@ann+=0000001", "ann +1"),
    ("@ann += 1234567890", ""),
    ("@ann += 2.5", ""),
    ("@ann += 2,", "ann +2"),
    ("ab+=2", ""),
    ("ab -= 2", ""),
    ("#ab-=2", "[ab] -2"),
    ('"ab"+=2', "[ab] +2"),
    ('"ab"-= 2', "[ab] -2"),
    ('"ab" += 2', ""),
    ("@ann —= 2", ""),
)
def test_operators_say_how_many_points(typed: str, expected: str):
    assert votes(typed) == expected


def test_how_many_dashes_are_a_ruler_is_as_the_workspace_has_its_maximum():
    settings = Settings(max_points=2)
    for typed, points in {"@ann---": [-2], "@ann----": [], "@ann——": []}.items():
        found = reading.parse(lines(typed), settings, WORDS).votes
        assert [vote.points for vote in found] == points


@table(
    *(
        (f"@ann++{after}", "ann +1")
        for after in ("", " ", "!", "?!", "*", "»", "”", "…", "¿", "。", ":tada:", "<@UBOB>")
    ),
    *(
        (f"@ann++{after}", "")
        for after in ("a", "1", "_", "+-", "-", "=", "—", "é", "(", "“a", "^", "<#C1>", "$")
    ),
    *(
        (f"@ann++{after}", "")
        for after in (".a", ").1", "!_", "'s", "://x", "…猫", "!e\u0301", "!\u0301")
    ),
    *(
        (f"@ann++{after}", "ann +1")
        for after in ("., ", ".:tada:", ",<@UCAT>", ").(", "!-", "！猫", "。1")
    ),
)
def test_after_an_operator_comes_an_end_of_some_kind(typed: str, expected: str):
    assert votes(typed) == expected


@table(
    ("ab++", "[ab] +1"),
    ("ab++.", "[ab] +1"),
    ("ab++ ! ?", "[ab] +1"),
    ("ab++ :tada: :tada:", "[ab] +1"),
    ("ab++! :tada:!", "[ab] +1"),
    ("ab++ nice", ""),
    ("ab++ (nice)", ""),
    ("ab++ @ann", ""),
    ("ab++ @ann++ is great", "[ab] +1, ann +1"),
    ("ab++ cd++ is great", ""),
    ("ab++ for speed", "[ab] +1 (for speed)"),
    ("ab++ für Tempo", "[ab] +1 (für Tempo)"),
    ("ab++ for", ""),
    ("ab++;", ""),
    ("ab++);", ""),
    ('ab++"', ""),
    ("ab++'", ""),
    ("ab++»", ""),
    ("ab++)", ""),
    ("(ab++)", "[ab] +1"),
    ("[(ab++)]", "[ab] +1"),
    ("(ab++]", ""),
    ("(ab++))", ""),
    ("( ab++)", ""),
    ("(x, ab++)", ""),
    ("ab++ )", "[ab] +1"),
    ("ab++ }", ""),
    ("ab++.}", ""),
    ("ab++ */", ""),
    ("ab++ \\", ""),
    ("ab++ ;", "[ab] +1"),
    ("#ab++ is great", "[ab] +1"),
    ("#ab++; }", "[ab] +1"),
    (":tada:++ is great", "[:tada:] +1"),
    (":tada: ++ is great", "[:tada:] +1"),
    ("@ann++ is great", "ann +1"),
)
def test_a_plus_on_a_bare_thing_is_strict(typed: str, expected: str):
    assert votes(typed) == expected


@table(
    ('"a b" ++ is nice', ""),
    ('"a b" ++!', "[a b] +1"),
    ('"a b" ++ for speed', "[a b] +1 (for speed)"),
    ('"a b" ++;', ""),
    ('x = "a b" ++', ""),
    ('"a b"++ is nice', "[a b] +1"),
    ('"a b"++;', "[a b] +1"),
    ('"a b"++ “c”', ""),
    ("\"a b\"++ 'c'", ""),
    ('"a b"++"', ""),
    ('"thanks #ab++" - said cat', "[ab] +1"),
    ('"thanks #ab++" -- cat', "[ab] +1"),
    ('"thanks :tada:++" = x', "[:tada:] +1"),
    ('"a b"++ "c d"++', "[a b] +1, [c d] +1"),
    ('"a b"++ "c d"++ is nice', "[a b] +1, [c d] +1"),
    ('"a b"++ "c d" ++ is nice', ""),
    ('"a b" ++ "c d"++', "[a b] +1, [c d] +1"),
)
def test_a_plus_on_a_quoted_thing_is_strict_after_spaces(typed: str, expected: str):
    assert votes(typed) == expected


@table(
    ("@ann--", "ann -1"),
    ("@ann-- :cry: !", "ann -1"),
    ("@ann-- oh", ""),
    ("@ann-- - oh", ""),
    ("@ann-- @bob", ""),
    ("@ann-- @bob++ is great", "ann -1, bob +1"),
    ("@ann-- because of x", "ann -1 (because of x)"),
    ("@ann--\nhello", "ann -1"),
    ("#ab--\nhello", "[ab] -1"),
    ("hello #ab--", "[ab] -1"),
    ("#ab-- hello", ""),
    (":tada:--\nhello", "[:tada:] -1"),
    ("hi :tada:--", "[:tada:] -1"),
    ('"a b"--', "[a b] -1"),
    ('"a b"-- ok', ""),
    ('"a b" --', ""),
    ("@ann -= 2", "ann -2"),
    ("@ann -= 2\nhello", "ann -2"),
    ("@ann -= 2 hello", ""),
)
def test_a_minus_is_always_strict(typed: str, expected: str):
    assert votes(typed) == expected


@table(
    ("@ann --", "ann -1"),
    ("@ann: --", "ann -1"),
    ("@ann, --", "ann -1"),
    ("Hi @ann --", "ann -1"),
    ("@ann -- :cry:", "ann -1"),
    ("@ann --.", "ann -1"),
    ("@ann -- @bob++", "ann -1, bob +1"),
    ("@ann -- @bob++ is great", "bob +1"),
    ("@ann -- @bob++ for x", "ann -1 (for x), bob +1 (for x)"),
    ("@ann -- for x", ""),
    ("@ann --\n@bob++\n- #ab++ :tada:", "ann -1, bob +1, [ab] +1"),
    ("@ann --\n@bob++ for x", "ann -1, bob +1 (for x)"),
    ("@ann --\n@bob++ is great", "bob +1"),
    ("@ann --\n\n \n:tada:", "ann -1"),
    ("@ann —-\nhello", ""),
    ("hello\n@ann --", "ann -1"),
    ("@ann --\n@bob --\nhello", ""),
    ("@ann --\n@bob++\nhello", "bob +1"),
    ("@ann --\n@bob --", "ann -1, bob -1"),
    ("@team --\nhello", ""),
)
def test_dashes_apart_from_people_need_a_message_of_votes_after_them(typed: str, expected: str):
    assert votes(typed) == expected


@table(
    ("ab--", "[ab] -1"),
    ("ab-- :joy:", "[ab] -1"),
    ("ab--!", "[ab] -1"),
    ("ab--\nhello", "[ab] -1"),
    ("(ab--)", "[ab] -1"),
    ("ab-- for the lag", "[ab] -1 (for the lag)"),
    ("ab-- for the lag, #cd++", "[ab] -1 (for the lag), [cd] +1"),
    ("ab-- for the lag. Fix it!", ""),
    ("ab++, cd--", "[ab] +1, [cd] -1"),
    ("hello ab--", ""),
    ("hello ab--, @ann++", "ann +1"),
    ("hello @ann--, ab--", ""),
    ("@ann++ is great, ab--", "ann +1"),
    ("ab--;", ""),
    ('ab--"', ""),
    ("ab--)", ""),
    ("ab-- }", ""),
    ("ab—", ""),
    ("ab——", ""),
    ("ab—-", "[ab] -2"),
    ("no, wait--", ""),
)
def test_a_minus_on_a_bare_thing_needs_a_line_of_votes(typed: str, expected: str):
    assert votes(typed) == expected


@table(
    (":tada:—", ""),
    ('"a b"—', ""),
    ('"a b"—-', "[a b] -2"),
    ("#ab—", "[ab] -1"),
    ("@ann—", "ann -1"),
    ("@ann —", "ann -1"),
    ("@ann: —", "ann -1"),
    ("@ann — ", "ann -1"),
    ("@ann —.", ""),
    ("@ann — :cry:", ""),
    ("@ann — @bob++", "bob +1"),
    ("@ann— @bob++", "ann -1, bob +1"),
    ("@ann—.", "ann -1"),
    ("@ann— :cry:", "ann -1"),
    ("@ann— oh", ""),
    ("@ann—\nhello", ""),
    ("@ann— for x\nhello", "ann -1 (for x)"),
    ("@ann—\n@bob++", "ann -1, bob +1"),
    ("@team—", "U1 -1, U2 -1"),
    ("hello\n@ann —", "ann -1"),
)
def test_a_long_dash_alone_counts_on_people_and_marked_things_only(typed: str, expected: str):
    assert votes(typed) == expected


@table(
    ("++", "UROOT +1"),
    (" ++ ", "UROOT +1"),
    ("+= 3", "UROOT +3"),
    ("++!", "UROOT +1"),
    ("++ :tada: !", "UROOT +1"),
    ("++（:tada:）", "UROOT +1"),
    ("++ for x", "UROOT +1 (for x)"),
    ("++ - great work", "UROOT +1 (great work)"),
    ("++: great work", "UROOT +1 (great work)"),
    ("++ (great work)", "UROOT +1 (great work)"),
    ("++ - great work?", ""),
    ("++ great work", ""),
    ("++ @bob", ""),
    ("++ ++", ""),
    (":tada: ++", "[:tada:] +1"),
    ("so ++", ""),
    ("++\n++", ""),
    ("--", "UROOT -1"),
    ("—", "UROOT -1"),
    ("-- :cry:", "UROOT -1"),
    ("-= 3", "UROOT -3"),
    ("---", ""),
    ("——", ""),
    ("—-", ""),
    ("--- for x", "UROOT -2 (for x)"),
    ("—— weil x", "UROOT -3 (weil x)"),
    ("-- as x", ""),
    ("-- - x", ""),
    ("------- for x", ""),
    ("==", ""),
)
def test_an_operator_alone_in_a_thread_is_for_its_author(typed: str, expected: str):
    assert votes(typed, thread_author="UROOT") == expected
    assert typed.startswith(":") or votes(typed) == ""


def test_only_an_operator_alone_in_a_thread_joins_it():
    alone, named = (
        parse_message("++ for x", thread_author="UROOT"),
        parse_message("<@UANN>++", thread_author="UROOT"),
    )
    assert [vote.joins_thread for vote in (*alone.votes, *named.votes)] == [True, False]


@table(
    ("++@ann", ""),
    ("++ @ann", ""),
    ("@ann + +", ""),
    ("@ann ＋＋", ""),
    ("+1 @ann", ""),
    ("@ann –", ""),
    ("--@ann", ""),
)
def test_some_forms_are_not_supported_on_purpose(typed: str, expected: str):
    assert votes(typed) == expected


# 4. Reasons


@table(
    *(
        (f"@ann++ {word} x", f"ann +1 ({word} x)")
        for word in (
            "for",
            "because",
            "cause",
            "cuz",
            "coz",
            "as",
            "since",
            "due to",
            "für",
            "weil",
            "wegen",
            "denn",
        )
    ),
    ("@ann++ FÜR x", "ann +1 (für x)"),
    ("@ann++ fu\u0308r x", "ann +1 (fu\u0308r x)"),
    ("@ann++! :tada: – (for x)", "ann +1 (for x)"),
    ("@ann++ — :tada: for x", "ann +1 (for x)"),
    ("@ann++ - - for x", "ann +1 (- for x)"),
    ("@ann++ as-is", "ann +1"),
    ("@ann++ for's", "ann +1"),
    ("@ann++ format", "ann +1"),
    ("@ann++ for_x", "ann +1"),
    ("@ann++ because, well, it works", "ann +1 (because well, it works)"),
    ("@ann++ for: x", "ann +1 (for x)"),
    ("@ann++ for… x", "ann +1 (for x)"),
    ("@ann++ for “x”", "ann +1 (for “x”)"),
    ("@ann++ really for x", "ann +1"),
)
def test_a_word_may_introduce_a_reason(typed: str, expected: str):
    assert votes(typed) == expected


@table(
    ("@ann++ - x", "ann +1 (x)"),
    ("@ann++ – x", "ann +1 (x)"),
    ("@ann++ — x", "ann +1 (x)"),
    ("@ann++! :tada: - x", "ann +1 (x)"),
    ("@ann++ -x", "ann +1"),
    ("@ann++ -- x", "ann +1"),
    ("@ann++: x", "ann +1 (x)"),
    ("@ann++：x", "ann +1 (x)"),
    ("@ann++ (x)", "ann +1 (x)"),
    ("@ann++ :tada: [x] y", "ann +1 (x)"),
    ("@ann++（x）y", "ann +1 (x)"),
    ("@ann++ ((x) y) z", "ann +1 ((x) y)"),
    ("@ann++ () x", "ann +1"),
    ("@team++ - x", "U1 +1 (x), U2 +1 (x)"),
    ("@ann += 2 - x", "ann +2 (x)"),
    ("@ann++ - !", "ann +1"),
    ("@ann++ - :tada:", "ann +1"),
    ("@ann++ - x?", "ann +1"),
    ("@ann++ - x??!", "ann +1"),
    ("@ann++ - x？", "ann +1"),
    ("@ann++ (x?)", "ann +1"),
    ("@ann++: x? @bob++", "ann +1, bob +1"),
    ("@ann++ - x (really?) y", "ann +1 (x (really?) y)"),
    ("@ann++ - x. Can you look?", "ann +1 (x)"),
    ("@ann-- - x", ""),
    ("#ab++ - x", "[ab] +1"),
    (":tada:++: x", "[:tada:] +1"),
    ("ab++: x", ""),
)
def test_after_a_plus_on_people_marks_may_introduce_a_reason(typed: str, expected: str):
    assert votes(typed) == expected


@table(
    *(
        (f"@ann-- {word} x", f"ann -1 ({word} x)")
        for word in (
            "for",
            "because",
            "cause",
            "cuz",
            "coz",
            "für",
            "weil",
            "wegen",
        )
    ),
    *((f"@ann-- {word} x", "") for word in ("as", "since", "due to", "denn")),
    ("@ann -- for x", ""),
    ("@ann: -- for x", ""),
    ("@ann-- (for x)", "ann -1 (for x)"),
    ("@ann -= 2 for x", "ann -2 (for x)"),
    ("@ann -= 2 since x", ""),
    ('"a b"-- for x', "[a b] -1 (for x)"),
)
def test_after_a_minus_fewer_words_introduce_a_reason(typed: str, expected: str):
    assert votes(typed) == expected


@table(
    ("@ann++ for ab++", "ann +1 (for ab++)"),
    ("@ann++ for ab++ and cd++!", "ann +1 (for ab++ and cd++)"),
    ("@ann++ for ab++ and @bob++", "ann +1 (for ab++), bob +1"),
    ("ab++ for and @bob++", "bob +1"),
    ("@ann++ - ab++ rocks", "ann +1 (ab++ rocks)"),
    ("@ann++ for x #ab++", "ann +1 (for x), [ab] +1"),
    ('@ann++ for x "a b"++', "ann +1 (for x), [a b] +1"),
    ("@ann++ for x :tada:++", "ann +1 (for x), [:tada:] +1"),
    ("@ann++ for x (@bob @cat)++", "ann +1 (for x), bob +1, cat +1"),
    ("@ann++ for @bob @cat", "ann +1 (for <@UBOB> <@WCAT>)"),
    ("@ann++ for @bob -- you know", "ann +1 (for <@UBOB> -- you know)"),
    ("@ann++ for x. Then y", "ann +1 (for x)"),
    ("@ann++ for x! :tada: Then y", "ann +1 (for x! :tada: Then y)"),
    ("@ann++ for x?” Then y", "ann +1 (for x)"),
    ("@ann++ for x… @bob said", "ann +1 (for x)"),
    ("@ann++ for x. ǅ y", "ann +1 (for x)"),
    ("@ann++ for x. then y", "ann +1 (for x. then y)"),
    ("@ann++ for v2.0 Beta", "ann +1 (for v2.0 Beta)"),
    ("@ann++ for x. ab++", "ann +1 (for x), [ab] +1"),
    ("@ann++ for x. ab++ is great", "ann +1 (for x. ab++ is great)"),
    ("@ann++ for x. ab++ cd++", "ann +1 (for x), [ab] +1, [cd] +1"),
    ("@ann++ for 猫。谢谢", "ann +1 (for 猫)"),
    ("@ann++ for 猫！谢谢", "ann +1 (for 猫)"),
    ("@ann++ for 猫？谢谢", "ann +1 (for 猫)"),
    ("@ann++ (for x) y", "ann +1 (for x)"),
    ("@ann++ (for (x) y) z", "ann +1 (for (x) y)"),
    ("@ann++ (for) x", "ann +1"),
    ("ab++ (for) x", ""),
    ("@ann++ (:tada:) for x", "ann +1 (for x)"),
    ("(@ann++ for x) y", "ann +1 (for x) y)"),
    ("@ann++ for x\ny", "ann +1 (for x)"),
)
def test_a_reason_runs_to_the_first_possible_end(typed: str, expected: str):
    assert votes(typed) == expected


@table(
    ("@ann++ for x!", "ann +1 (for x)"),
    ("@ann++ for x , ; : … ‥", "ann +1 (for x)"),
    ("@ann++ for x؟ ", "ann +1 (for x)"),
    ("@ann++ for x।", "ann +1 (for x)"),
    ("@ann++ for x –", "ann +1 (for x)"),
    ("@ann++ for x --", "ann +1 (for x)"),
    ("@ann++ for (x)", "ann +1 (for (x))"),
    ("@ann++ for x)", "ann +1 (for x)"),
    ("@ann++ for x])!", "ann +1 (for x)"),
    ("@ann++ for (x))", "ann +1 (for (x))"),
    ('@ann++ for x"', "ann +1 (for x)"),
    ('@ann++ for "x"', 'ann +1 (for "x")'),
    ("@ann++ for x”", "ann +1 (for x)"),
    ("@ann++ for „x“", "ann +1 (for „x“)"),
    ("@ann++ for »x«", "ann +1 (for »x«)"),
    ("@ann++ for 「x」", "ann +1 (for 「x」)"),
    ("@ann++ for the dogs' bone'", "ann +1 (for the dogs' bone)"),
    ("@ann++ for it's", "ann +1 (for it's)"),
    ("(“@ann++ for x…”)", "ann +1 (for x)"),
    ('@ann++ for ("x!")', 'ann +1 (for ("x!"))'),
    ("@ann++ for (\"'x'\")", "ann +1 (for (\"'x'\"))"),
    ("@ann++ for C++ and @bob++", "ann +1 (for C++), bob +1"),
    ("@ann++ for C++ + @bob++", "ann +1 (for C++), bob +1"),
    ("@ann++ for 'it's x'", "ann +1 (for 'it's x')"),
    ("@ann++ for x (", "ann +1 (for x)"),
    ("@ann++ for x & @bob++", "ann +1 (for x), bob +1"),
    ("@ann++ for x, and @bob++", "ann +1 (for x), bob +1"),
    ("@ann++ for x und + @bob++", "ann +1 (for x), bob +1"),
    ("@ann++ for the band @bob++", "ann +1 (for the band), bob +1"),
    ("@ann++ for x and", "ann +1 (for x and)"),
    ("@ann++ for and @bob++", "ann +1, bob +1"),
    ("@ann++ for ...", "ann +1"),
    ("ab++ for ...", ""),
    (f"@ann++ for {'x' * 300}!", f"ann +1 (for {'x' * 200})"),
    (f"@ann++ for {'x' * 199}, y", f"ann +1 (for {'x' * 199})"),
    (f"@ann++ for {'x' * 195}@bob @bob", f"ann +1 (for {'x' * 195})"),
    (f"@ann++ for {'x' * 199}@bob", f"ann +1 (for {'x' * 199})"),
    (f"@ann++ for x{'!' * 5000}", "ann +1 (for x)"),
    (f"@ann++ because {')' * 300} x", "ann +1"),
    ("@ann++ for `x` and <https://y.z|z>", "ann +1 (for x and z)"),
)
def test_marks_at_the_end_of_a_reason_are_cut_off(typed: str, expected: str):
    assert votes(typed) == expected


@table(
    ("@ann++ and @bob++ for x", "ann +1 (for x), bob +1 (for x)"),
    ("ab++, #cd++; @ann++ - x", "[ab] +1 (x), [cd] +1 (x), ann +1 (x)"),
    ("@ann++ then @bob++ for x", "ann +1, bob +1 (for x)"),
    ("@ann-- @bob++ as x", "ann -1 (as x), bob +1 (as x)"),
    ("@ann++: @bob++ for x", "ann +1 (for x), bob +1 (for x)"),
    ("@ann++ (@bob++ for x)", "ann +1 (for x), bob +1 (for x)"),
)
def test_votes_with_filler_between_them_share_the_last_reason(typed: str, expected: str):
    assert votes(typed) == expected


# 5. Several votes


@table(
    ("@ann++ for x @ann++ for y", "ann +2 (for x)"),
    ("@ann++ @ann-- @bob++", "bob +1"),
    ("@ann += 3 @ann += 3", "ann +5"),
    ("#ab++ #Ab--", ""),
    ("@ann++\n\n@bob++", "ann +1, bob +1"),
)
def test_the_same_target_twice_is_summed(typed: str, expected: str):
    assert votes(typed) == expected


def test_many_votes_take_no_recursion():
    typed = "@ann++ for x. " * 3000
    assert votes(typed) == "ann +5 (for x)"


# Words of languages


def test_words_of_a_language_are_an_argument():
    french = GrammarWords(frozenset({"et"}), frozenset({"pour", "grâce à"}), frozenset({"pour"}))
    words = WORDS | french

    def parsed(typed: str) -> list[tuple[str, int, str | None]]:
        found = reading.parse(lines(typed), Settings(), words).votes
        return [(vote.target, vote.points, vote.reason) for vote in found]

    assert parsed("@ann et @bob++ grâce  à toi") == [("UANN", 1, "toi"), ("UBOB", 1, "toi")]
    assert parsed("@ann-- pour x") == [("UANN", -1, "x")]
    assert parsed("@ann-- grâce à x") == []
    assert parsed("@ann++ for x and @bob++") == [("UANN", 1, "x"), ("UBOB", 1, None)]


def test_without_words_only_marks_join_votes_and_introduce_reasons():
    found = reading.parse(lines("@ann and @bob, @cat++ for x"), Settings(), GrammarWords()).votes
    assert [(vote.target, vote.reason) for vote in found] == [("UBOB", None), ("WCAT", None)]


# Classes of characters


def test_every_opening_bracket_has_a_closing_one_but_two_that_stand_alone():
    opening = [chr(c) for c in range(0x10000) if unicodedata.category(chr(c)) == "Ps"]
    left = [c for c in opening if c not in characters.PARTNERS and c not in characters.QUOTATION]
    assert left == ["\u2e42", "\ufd3f"]
    assert all(unicodedata.category(c) == "Pe" for c in characters.PARTNERS.values())
    assert len(set(characters.PARTNERS.values())) == len(characters.PARTNERS)


def test_a_message_of_blocks_is_read_by_the_same_rules():
    blocks = rich(section(user(), text(" -- ")), section(text("hello")))
    assert parse_message("", blocks).votes == parse_message(encode("@ann --\nhello")).votes == ()
