"""What counts as a vote and what doesn't, from targets to questions."""

from app.core.grammar.tokens import Atoms
from tests.core.reading import encode, parse_message, votes
from tests.tables import each

NBSP, WIDE = "\u00a0", "\u3000"


@each(
    ("typed", "expected"),
    [
        ("`@ann++`", ""),
        ("`postgres++` and redis++", "[redis] +1"),
        ("`a` foo++ `b`", ""),
        ("`a` #foo++ `b`", "[foo] +1"),
        ("``foo++``", ""),
        ("`foo`++", ""),
        ("@ann `++`", ""),
        ("```\nfoo++\n``` bar++", "[bar] +1"),
        ("bar++ ```foo++```", "[bar] +1"),
        ("```never closed\nfoo++", "[foo] +1"),
        ("```foo++``` #bar++ ```baz++", "[bar] +1"),
        ("&gt; @ann++", ""),
        ("&gt;@ann++\n@bob++", "bob +1"),
        ("@ann++\n&gt; and @bob++", "ann +1"),
        ("@ann &gt; @bob++", "bob +1"),
        ("&gt;&gt;&gt; one\n@ann++\nfoo++", ""),
        ("&gt; see ```x``` foo++\nbar++", "[bar] +1"),
        ("&gt; ```foo++\nbar++```\nbaz++", "[baz] +1"),
        ("~@ann++~", ""),
        ("~old~ foo++", "[foo] +1"),
        ("~@ann~++", ""),
        ("about ~5 of ~ten foo++", "[foo] +1"),
        ("*@ann*++", "ann +1"),
        ("*@ann++*", "ann +1"),
        ("_@ann_ ++", "ann +1"),
        ("*_postgres_*++", "[postgres] +1"),
        ("_*postgres*_++", "[postgres] +1"),
        ("*postgres++* for _speed_", "[postgres] +1 (for speed)"),
        ("snake_case_name++", "[snake_case_name] +1"),
        ("__init__++", ""),
        ("<https://example.com/c++|C++>++", ""),
        ("<https://example.com> ++", ""),
        ("<mailto:ann@example.com|ann@example.com>++", ""),
        ("https://example.com/i++", ""),
        ("HTTPS://example.com/foo++", ""),
        ("ann@example.com++", ""),
        ("<#C1|general>++", ""),
        ("<#C1|>++", ""),
        ("<!here>++ <!channel>++ <!everyone> ++", ""),
        ("<!date^1392734382^{date}|Feb 18>++", ""),
        ("<@UANN|ann>++", "ann +1"),
        ("<@UANN|foo++>", ""),
        ("<@U>++", "U +1"),
        ("<@U0123456789ABCDEF>++", "U0123456789ABCDEF +1"),
        ("<@u012>++", ""),
        ("&lt;@UANN&gt;++", ""),
        ("AT&amp;T++", ""),
        ("&amp;lt;++", ""),
        (f"@ann{NBSP}++", "ann +1"),
        (f"@ann{WIDE}{NBSP} ++", "ann +1"),
        ("@ann\t++", "ann +1"),
        ("@ann\n++", ""),
        ("@ann\r\n++", ""),
        ("@ann\u2028++", ""),
        ("• foo++\n• bar++", "[foo] +1, [bar] +1"),
        ("1. foo++\n2. bar--", "[foo] +1, [bar] -1"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_a_message_is_read_as_slack_encodes_it(typed: str, expected: str):
    assert votes(typed) == expected


@each(
    ("typed", "expected"),
    [
        ("@ann++", "ann +1"),
        ("@ann     ++", "ann +1"),
        ("@ann: ++", "ann +1"),
        ("@ann:++", "ann +1"),
        ("@ann, ++", "ann +1"),
        ("@ann : ++", ""),
        ("@ann:: ++", ""),
        ("@ann. ++", "ann +1"),
        ("@ann.++", "ann +1"),
        ("@ann. --", ""),
        ("@ann's ++", ""),
        ("hey @ann++", "ann +1"),
        ("hey@ann++", "ann +1"),
        ("@ann @bob ++", "ann +1, bob +1"),
        ("@ann,@bob++", "ann +1, bob +1"),
        ("@ann , @bob ++", "ann +1, bob +1"),
        ("@ann, @bob and @cat ++", "ann +1, bob +1, cat +1"),
        ("@ann, @bob, and @cat: ++", "ann +1, bob +1, cat +1"),
        ("@ann &amp; @bob--", "ann -1, bob -1"),
        ("@ann AND @bob ++", "ann +1, bob +1"),
        ("@ann or @bob ++", "bob +1"),
        ("@ann / @bob ++", "ann +1, bob +1"),
        ("@ann\n@bob ++", "bob +1"),
        ("@ann@bob++", "ann +1, bob +1"),
        ("(@ann @bob)++", "ann +1, bob +1"),
        ("[@ann and @bob] ++", "ann +1, bob +1"),
        ("{ @ann, @bob }: ++", "ann +1, bob +1"),
        ("(@ann @bob]++", ""),
        ("(@ann)++", "ann +1"),
        ("(thanks @ann)++", ""),
        ("(@ann @bob ++)", "ann +1, bob +1"),
        ("@ann @ann ++", "ann +2"),
        ("@team++", "U1 +1, U2 +1"),
        ("@team ++", "U1 +1, U2 +1"),
        ("@team: ++", "U1 +1, U2 +1"),
        ("@ann, @team: ++", "ann +1, U1 +1, U2 +1"),
        (":tada:++", "[:tada:] +1"),
        (":tada: ++", "[:tada:] +1"),
        (":+1: ++", "[:+1:] +1"),
        (":-1:--", "[:-1:] -1"),
        (":Tada:++", "[:tada:] +1"),
        (":wave::skin-tone-3:++", "[:wave:] +1"),
        (":tada: :wave: ++", "[:wave:] +1"),
        (":tada:: ++", ""),
        (":++:", ""),
        ("at 10:30:++", ""),
        ("at 10:30:00++", ""),
        ("3:tada:++", "[:tada:] +1"),
    ],
)
def test_people_groups_and_emoji_may_stand_apart_from_the_operator(typed: str, expected: str):
    assert votes(typed) == expected


@each(
    ("typed", "expected"),
    [
        ('"foo bar"++', "[foo bar] +1"),
        ('"foo bar" ++', "[foo bar] +1"),
        ("“foo bar”++", "[foo bar] +1"),
        ("„foo bar“ ++", "[foo bar] +1"),
        ("‘foo bar’++", "[foo bar] +1"),
        ("'foo bar'++", "[foo bar] +1"),
        ("'don't panic'++", "[don't panic] +1"),
        ("‘don’t panic’++", "[don't panic] +1"),
        ("it's a 'foo bar'++", "[foo bar] +1"),
        ("don't say won't++", "[won't] +1"),
        ("the dogs' and cats' ++", ""),
        ('"++"', ""),
        ('use "++" or "--"', ""),
        ("use '++' or '--'", ""),
        ('12" and 14" ++', ""),
        ('"hi" and "foo"++', "[foo] +1"),
        ('"hi" and "++"', ""),
        ('""++', ""),
        ('""foo"--', ""),
        ('"!?"++', ""),
        ('"7"++', "[7] +1"),
        ('"C"++', "[c] +1"),
        ('"notepad"++', "[notepad] +1"),
        ('" Foo   Bar "++', ""),
        ("“ Foo   Bar ”++", "[foo bar] +1"),
        (f'"{"x" * 80}"++', f"[{'x' * 80}] +1"),
        (f'"{"x" * 81}"++', ""),
        ('"a :tada: b"++', "[a :tada: b] +1"),
        ('"@ann says so"++', ""),
        ('"foo `bar`"++', ""),
        ('"foo bar": ++', ""),
        ('"foo\nbar"++', ""),
        ("我喜欢“猫”++", "[猫] +1"),
        ('我喜欢"猫"++', ""),
        ("«foo bar»++", "[foo bar] +1"),
        ('say "foo bar" -- please', ""),
        ('"@postgres++"', "[postgres] +1"),
    ],
)
def test_quoted_things_are_named_between_their_marks(typed: str, expected: str):
    assert votes(typed) == expected


@each(
    ("typed", "expected"),
    [
        ("@postgres++", "[postgres] +1"),
        ("#postgres++", "[postgres] +1"),
        ("#1++", "[1] +1"),
        ("@x++", "[x] +1"),
        ("@C++", "[c] +1"),
        ("@notepad++", "[notepad] +1"),
        ("@my.thing_2-b's++", "[my.thing_2-b's] +1"),
        ("@postgres ++", ""),
        ("#postgres: ++", ""),
        ("@-foo++", ""),
        ("@foo-++", ""),
        ("@foo.++", ""),
        ("#++", ""),
        ("C#++", ""),
        ("foo@bar++", ""),
        ("/page#part++", ""),
        ("(@postgres++;", "[postgres] +1"),
        (f"@{'x' * 500}++", f"[{'x' * 500}] +1"),
        (f"@{'x' * 501}++", ""),
        ("postgres++", "[postgres] +1"),
        ("Postgres++", "[postgres] +1"),
        ("postgres ++", ""),
        ("postgres: ++", ""),
        ("foo.bar++", "[foo.bar] +1"),
        ("l'équipe++", "[l'équipe] +1"),
        ("foo.++", ""),
        ("foo_++", ""),
        (".foo++", ""),
        ("-foo++", ""),
        ("/foo++", ""),
        ("a/foo++", ""),
        (",foo++", ""),
        ('"foo++"', ""),
        (":tada:foo++", ""),
        ("猫++", "[猫] +1"),
        ("東京++", "[東京] +1"),
        ("é++", "[é] +1"),
        ("e\u0301++", "[é] +1"),
        ("STRASSE++ straße++", "[strasse] +2"),
        ("Zoe\u0308++ zoë++", "[zoë] +2"),
        ("हिन्दी++", "[हिन्दी] +1"),
        ("𑀓𑁇𑀓++", ""),  # a full stop in Brahmi
        ("x++", ""),
        ("42++", ""),
        ("3.14++", ""),
        ("3d++", "[3d] +1"),
        ("x2++", "[x2] +1"),
        ("(foo++)", "[foo] +1"),
        ("[foo++]", "[foo] +1"),
        ("{foo++}", ""),
        ("NOTEPAD++ Objective-C++ libstdc++ vc++ MSVC++", ""),
        ("notepads++", "[notepads] +1"),
    ],
)
def test_marked_and_bare_things_touch_their_operator(typed: str, expected: str):
    assert votes(typed) == expected


@each(
    ("typed", "expected"),
    [
        ("@ann+++", "ann +2"),
        ("@ann++++++", "ann +5"),
        ("@ann+++++++++++++++", "ann +5"),
        ("@ann---", "ann -2"),
        ("@ann ----------", ""),
        ("@ann += 3", "ann +3"),
        ("@ann+=3", "ann +3"),
        ("@ann += 999", "ann +5"),
        ("@ann += 1000", "ann +5"),
        ("@ann += 999999999", "ann +5"),
        ("@ann += 1000000000", ""),
        ("@ann += 0", ""),
        ("@ann += 1.5", ""),
        ("@ann += 2.", "ann +2"),
        ("@ann += 2nd", ""),
        ("@ann += ２", ""),
        ("@ann + = 3", ""),
        ("@ann -= 2 can you look?", ""),
        ("postgres+=2", ""),
        ("postgres += 2", ""),
        ("count+=1;", ""),
        ("x+=1", ""),
        *((f"@ann++{mark}", "ann +1") for mark in ".,!?:;)]}\"'”’…"),
        *((f"@ann++{mark} nice", "ann +1") for mark in ".,!?;)]}\"'”’…*/&"),
        *((f"@ann++{sign}", "") for sign in "a1é-=—_("),
        ("@ann++@bob++", "ann +1, bob +1"),
        ("@ann++:tada:", "ann +1"),
        ("@ann++@team", "ann +1"),
        ("@ann++`x`", ""),
        ("@ann++--", ""),
        ("@ann+-", ""),
        ("@ann-+", ""),
        ("@ann--—", "ann -3"),
        ("foo++bar", ""),
        ("foo--bar", ""),
        ("c++17 and c++20", ""),
        ("@ann+", ""),
        ("@ann-", ""),
        ("@ann +1", ""),
        ("@ann + +", ""),
        ("@ann ＋＋", ""),
        ("++@ann", ""),
        ("++ @ann", ""),
        ("--@ann", ""),
        ("+1 @ann", ""),
        ("++", ""),
    ],
)
def test_operators_say_how_many_points(typed: str, expected: str):
    assert votes(typed) == expected


@each(
    "code",
    [
        "count++;",
        "for (int i = 0; i < n; index++)",
        "for (auto it = v.begin(); it != v.end(); iter++) {",
        "foo(count++);",
        "f(g(count++))",
        "while (total--) {",
        "i++",
        "x = y++ + z",
        "arr[i]++",
        "ptr-&gt;count++",
        "(*ptr)++",
        "g++ -O2 main.cpp",
        "git commit --amend",
        "git log -- file.py",
        "npm run build -- --watch",
        "rm -rf --no-preserve-root /",
        "SELECT 1 -- one",
        "&lt;!-- comment --&gt;",
        "a --&gt; b",
        "--flag=value",
        "x == y",
        "+-----+-----+",
        "| --- | :--: |",
        "---",
        "diff --git a/foo b/foo",
        "--- a/foo.py",
        "+++ b/foo.py",
        "2026-01-01--2026-02-01",
        "pages 10--20",
        "std::vector::size++ + 1",
    ],
)
def test_code_is_not_a_vote(code: str):
    assert votes(code) == ""


@each(
    ("typed", "expected"),
    [
        ("@ann--", "ann -1"),
        ("@ann --", "ann -1"),
        ("@ann--.", "ann -1"),
        ("@ann-- !?", "ann -1"),
        ("@ann-- :cry:", "ann -1"),
        ("@ann--! :cry: :cry:", "ann -1"),
        ("@ann-- :cry: oh", ""),
        ("@ann -- can you look?", ""),
        ("@ann--you know", ""),
        ("@ann-- @bob++", "ann -1, bob +1"),
        ("@ann--, @bob--", "ann -1, bob -1"),
        ("@ann-- and @bob++ thanks", "ann -1, bob +1"),
        ("@ann -- @bob -- can you look?", ""),
        ("@ann-- @bob", ""),
        ("@ann-- :tada:++", "ann -1, [:tada:] +1"),
        ("foo-- for the wait", "[foo] -1 (for the wait)"),
        ("@ann-- because it broke", "ann -1 (because it broke)"),
        ("@ann -- because it broke", ""),
        ("@ann -- because", ""),
        ("@ann-- for @bob++", "bob +1"),
        ("well-known thing--", ""),
        ("the thing-- which I like", ""),
        ("@ann—", "ann -1"),
        ("@ann —", "ann -1"),
        ("@ann —  ", "ann -1"),
        ("@ann: —", "ann -1"),
        ("@ann — thanks", ""),
        ("@ann — .", ""),
        ("@ann—thanks", ""),
        ("@ann— thanks", ""),
        ("@ann—.", "ann -1"),
        ("@ann— for being late", "ann -1 (for being late)"),
        ("@ann — for being late", ""),
        ("@ann——", "ann -3"),
        ("@ann –", ""),
        ("(@ann @bob)—", "ann -1, bob -1"),
        ("postgres—", ""),
        ("postgres— which I like — is fast", ""),
        ("@ann— @bob++", "ann -1, bob +1"),
        ("@ann — @bob++", "bob +1"),
    ],
)
def test_minus_is_stricter_since_dashes_are_punctuation(typed: str, expected: str):
    assert votes(typed) == expected


@each(
    "prose",
    [
        "ping @ann -- can you look?",
        "I love C++ and C--",
        "A++ would buy again",
        "we got a B-- here",
        "Notepad++ is fine",
        "@ann — danke für die Hilfe",
        "Danke @ann -- das war super",
        "Merci @ann — c'était parfait",
        "gracias @ann -- eres la mejor",
        "Ella dijo «sí» -- y se fue",
        "спасибо @ann — отлично",
        "Москва — столица России",
        "東京——大阪",
        "@ann さん -- ありがとう",
        "ขอบคุณ @ann -- มาก",
        "شكرا @ann -- جزيلا",
        "תודה @ann -- רבה",
        "teşekkürler @ann -- harika",
        "obrigado @ann – foi ótimo",
        "1 + 1 == 2",
        "grade: A+, A++, B-",
        "it costs $5-- or so",
        "temperatures of -5--10",
        "@ann, see below --",
        "Best,\n-- \n@ann",
    ],
)
def test_prose_is_not_a_vote_in_any_language(prose: str):
    assert votes(prose) == ""


@each(
    ("typed", "expected"),
    [
        *(
            (f"@ann++ {word} the docs", f"ann +1 ({word} the docs)")
            for word in ("for", "because", "cause", "cuz", "coz", "as", "since", "due to")
        ),
        ("@ann++ For the docs", "ann +1 (for the docs)"),
        ("@ann++! BECAUSE she helped", "ann +1 (because she helped)"),
        ("@ann++ due   to luck", "ann +1 (due to luck)"),
        ("@ann++ 'cause why not", "ann +1 (cause why not)"),
        ("@ann++, for x", "ann +1 (for x)"),
        ("@ann += 3 for x", "ann +3 (for x)"),
        ("@ann++ for x  ", "ann +1 (for x)"),
        ("@ann++ for", "ann +1"),
        ("@ann++ format it", "ann +1"),
        ("@ann++ as-is", "ann +1"),
        ("@ann++ thanks for x", "ann +1"),
        ("@ann++ :tada: for x", "ann +1 (for x)"),
        ("@ann++\nfor x", "ann +1"),
        ("for x @ann++", "ann +1"),
        ("@ann++ for x @bob++ for y", "ann +1 (for x), bob +1 (for y)"),
        ("@ann++ for the docs and @bob++", "ann +1 (for the docs), bob +1"),
        ("@ann++ and @bob++ for x", "ann +1 (for x), bob +1 (for x)"),
        ("@ann++, @bob++! &amp; @cat++ for x", "ann +1 (for x), bob +1 (for x), cat +1 (for x)"),
        ("@ann++ @bob-- for x", "ann +1 (for x), bob -1 (for x)"),
        ("@ann++ then @bob++ for x", "ann +1, bob +1 (for x)"),
        ("@ann++ :tada: @bob++ for x", "ann +1 (for x), bob +1 (for x)"),
        ("@ann++\n@bob++ for x", "ann +1, bob +1 (for x)"),
        ("@ann @bob ++ for x", "ann +1 (for x), bob +1 (for x)"),
        ("@ann++ for tests. It works. Bye.", "ann +1 (for tests)"),
        ('@ann++ for 12"x disk"', 'ann +1 (for 12"x disk)'),
        ('@ann++ for fixing ".gitignore"', 'ann +1 (for fixing ".gitignore")'),
        ("@ann++ for “…and justice”", "ann +1 (for “…and justice”)"),
        ('@ann++ for the ":)"', 'ann +1 (for the ":)")'),
        ('@ann++ for the docs!",', "ann +1 (for the docs)"),
        ("@ann++ for helping @bob", "ann +1 (for helping <@UBOB>)"),
        ("@ann++ for helping <@UBOB|bob>", "ann +1 (for helping <@UBOB>)"),
        ("@ann++ for helping @team", "ann +1 (for helping <!subteam^STEAM>)"),
        ("@ann++ for `x &lt; y`", "ann +1 (for x < y)"),
        ("@ann++ for <https://example.com|the page>", "ann +1 (for the page)"),
        ("@ann++ for <https://example.com>", "ann +1 (for https://example.com)"),
        ("@ann++ for https://example.com", "ann +1 (for https://example.com)"),
        ("@ann++ for <mailto:a@b.c|a@b.c>", "ann +1 (for a@b.c)"),
        ("@ann++ for https://y.com@bob", "ann +1 (for https://y.com<@UBOB>)"),
        ("@ann++ for *bold* :tada: ~old~", "ann +1 (for bold :tada: old)"),
        ("@ann++ for R&amp;D", "ann +1 (for R&D)"),
        ("@ann++ for fixing Net::HTTP::Client", "ann +1 (for fixing Net::HTTP::Client)"),
        (f"@ann++ for {'x' * 200}", f"ann +1 (for {'x' * 200})"),
        (f"@ann++ for {'x' * 201}", f"ann +1 (for {'x' * 200})"),
        (f"@ann++ for {'x' * 199} y", f"ann +1 (for {'x' * 199})"),
        (f"@ann++ for {'x' * 196}@bob", f"ann +1 (for {'x' * 196})"),
        ("postgres++ for C++", "[postgres] +1 (for C++)"),
    ],
)
def test_a_reason_follows_its_word(typed: str, expected: str):
    assert votes(typed) == expected


@each(
    ("typed", "expected"),
    [
        ("++", "UROOT +1"),
        ("+++", "UROOT +2"),
        ("--", "UROOT -1"),
        ("—", "UROOT -1"),
        ("+= 3", "UROOT +3"),
        (" ++! ", "UROOT +1"),
        ("*++*", "UROOT +1"),
        ("++ for the write-up", "UROOT +1 (for the write-up)"),
        ("++, because of @ann", "UROOT +1 (because of <@UANN>)"),
        ("-- for the noise", "UROOT -1 (for the noise)"),
        ("— for the noise", "UROOT -1 (for the noise)"),
        ("—.", "UROOT -1"),
        ("++ nice", ""),
        ("++ :tada:", "UROOT +1"),
        ("++ @ann", ""),
        ("++@ann", ""),
        ("++\nfor x", ""),
        ("&gt; quoted\n++", ""),
        ("```code```\n++", ""),
        ("`++`", ""),
        ("@ann++", "ann +1"),
        ("for x ++", ""),
    ],
)
def test_an_operator_alone_in_a_thread_votes_for_its_author(typed: str, expected: str):
    assert votes(typed, thread_author="UROOT") == expected


@each(
    ("typed", "query"),
    [
        ("@ann==", "UANN"),
        ("@ann ==", "UANN"),
        ("@ann: ==", "UANN"),
        ("@ann. ==", None),
        (" @ann== ", "UANN"),
        ("\n@ann==\n \n", "UANN"),
        ("*@ann*==", "UANN"),
        ("Postgres==", "thing:postgres"),
        ("@postgres==", "thing:postgres"),
        ('"foo bar" ==', "thing:foo bar"),
        (":tada:==", "thing::tada:"),
        ("postgres ==", None),
        ("@ann===", None),
        ("@ann==?", None),
        ("@ann== please", None),
        ("so @ann==", None),
        ("@ann @bob==", None),
        ("@team==", None),
        ("C==", None),
        ("notepad==", None),
        ("==", None),
        ("@ann==\n@bob==", None),
        ("if a==b", None),
        ("`foo`==", None),
        ("@ann++ @bob==", None),
    ],
)
@each("thread_author", [None, "UROOT"])
def test_a_message_may_ask_for_a_score(typed: str, query: str | None, thread_author: str | None):
    assert parse_message(encode(typed), thread_author=thread_author).query == query


@each(
    ("typed", "expected"),
    [
        ("@ann++ @ann++", "ann +2"),
        ("@ann++++++ @ann++++++", "ann +5"),
        ("@ann+++++++++ @ann--", "ann +4"),
        ("@ann++ @ann--", ""),
        ("foo++ and *bar*++ and :tada:++", "[foo] +1, [bar] +1, [:tada:] +1"),
        ("foo++\nbar--\n\nbaz++", "[foo] +1, [bar] -1, [baz] +1"),
        ("@team++ <@U1>++", "U1 +2, U2 +1"),
    ],
)
def test_all_votes_of_a_message_count(typed: str, expected: str):
    assert votes(typed) == expected


def test_a_thing_is_shown_as_it_was_last_spelled():
    for typed, target, spelling in (
        ("Postgres++", "postgres", "Postgres"),
        ('"Net::HTTP::Client"++', "net::http::client", "Net::HTTP::Client"),
        (":TADA:++", ":tada:", ":tada:"),
    ):
        (vote,) = parse_message(typed).votes
        assert (vote.target, vote.spelling) == (f"thing:{target}", spelling)


def test_a_message_of_a_thousand_operators_is_read_up_to_a_limit():
    for gap in (" ", "\n"):
        assert len(parse_message(f"@a1++{gap}" * 1000).votes) == 300


def test_no_two_mentions_become_one_even_if_there_are_too_many():
    atoms = Atoms()
    marks = [atoms.add("user", f"U{number}") for number in range(0x4002)]
    assert (len(set(marks)), marks[-2:]) == (0x4001, ["\ufffd"] * 2)


@each("char", ["\x00", "\ud800", "\U000f0000", "\U000f8000", "\U000fffff"])
def test_characters_that_cannot_be_stored_are_replaced(char: str):
    assert votes(f"{char}++ @ann++ for a{char}b") == "ann +1 (for a\ufffdb)"


@each(
    ("typed", "handles"),
    [
        ("@grace++", ["grace"]),
        ("@Grace.H--", ["grace.h"]),
        ("grace++ #grace++ :grace:++", ["", "", ""]),
        ('"@grace"++', [""]),
        ("@ann++ and @grace++", ["", "grace"]),
    ],
)
def test_a_vote_knows_the_name_typed_after_an_at_that_is_not_a_mention(typed, handles):
    votes = parse_message(encode(typed)).votes
    assert [vote.handle if vote.has_at else "" for vote in votes] == handles


def test_a_vote_for_a_name_knows_the_handle_it_may_be():
    votes = parse_message("grace++ #Grace.H++ :grace:++ “grace h”++ <@U1>++").votes
    assert [vote.handle for vote in votes] == ["grace", "grace.h", "", "grace h", ""]
