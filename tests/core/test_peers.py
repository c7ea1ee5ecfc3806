"""Messages written to other karma bots, mostly from complaints, and what they give here."""

from tests.core.reading import votes
from tests.tables import each


@each(
    ("typed", "expected"),
    [
        ("@bob ++ for taking on more workload", "bob +1 (for taking on more workload)"),
        (
            "Another issue = multiline replies.\n\n@ann +++\n\nAfter 2 shift+enters.\n\n@bob +++",
            "ann +2, bob +2",
        ),
        ("somgüer--", "[somgüer] -1"),
        ("pberens-meow++", "[pberens-meow] +1"),
        ("“jack’s mom”++", "[jack's mom] +1"),
        ('"c++"++', "[c++] +1"),
        ('"item 1"++ "item 2"++', "[item 1] +1, [item 2] +1"),
        ('"item 1"++, "item 2"--', "[item 1] +1, [item 2] -1"),
        ("(morning++)", "[morning] +1"),
        ("(cold--),", "[cold] -1"),
        ("Nick: win++", "[win] +1"),
        ("thanks for all the fish threebean++", "[threebean] +1"),
        ("xxx++ for yyy++ for zzz++", "[xxx] +1 (for yyy++ for zzz++)"),
        ("foo++, bar--", "[foo] +1, [bar] -1"),
        ("foobar++ for reason (parens)", "[foobar] +1 (for reason (parens))"),
        ("item1++ for one, item2++ for two", "[item1] +1 (for one, item2++ for two)"),
        ("@ann++ (one) @bob++ (two)", "ann +1 (one), bob +1 (two)"),
        (
            "@ann++ for one, @bob++ because two, @cat++ (three)",
            "ann +1 (for one), bob +1 (because two), cat +1 (three)",
        ),
        ("@ann++ ()", "ann +1"),
        ('@ann++ for "reason, comma"', 'ann +1 (for "reason, comma")'),
        ("@ann++ @bob++ @cat++", "ann +1, bob +1, cat +1"),
        ("@ann\u2005++\u00a0@bob\u2009++", "ann +1, bob +1"),
        ("@ann ++ funny joke dude", "ann +1"),
        ("Danke @ann ++ für die schnelle Hilfe!", "ann +1 (für die schnelle Hilfe)"),
        ("kudos to @ann++, who fixed the CI -- finally", "ann +1"),
        ("@ann++ who wrote -- and tested -- the thing", "ann +1"),
        ("i++ is not a vote but @ann++ is", "ann +1"),
        ("@ann-- for merging on friday", "ann -1 (for merging on friday)"),
        ("node.js++, vue.js--", "[node.js] +1, [vue.js] -1"),
        ("O'Reilly++", "[o'reilly] +1"),
        ("1) @ann++\n2) @bob--", "ann +1, bob -1"),
        ("• @ann++ docs\n• @bob++ tests", "ann +1, bob +1"),
        ("@ann++ | @bob++", "ann +1, bob +1"),
        ("@ann++ // reviewer", "ann +1"),
    ],
)
def test_votes_that_people_meant_count(typed: str, expected: str):
    assert votes(typed) == expected


@each(
    "typed",
    [
        "@ann haha -- something something something",
        "@ann something something something C++?",
        "@ann thx ++",
        "I did a thing -- would not do again",
        "https://example.com/dashboard/issues/1234 — @ann got a nice issue number",
        "https://example.com?slug=--asdf",
        "the (exams-- and life--) are over",
        "c++ - How to correctly implement custom iterators? - Stack Overflow",
        "rewrite it in c++",
        "that's disappointing --- what sort of package?",
        "(jacuzzi in the mech)++",
        "golang+- baz-+",
        "(c++)++",
        "C++++",
        "ngp:++",
        "carmen++ # good bread",
        "carmen++ // good bread",
        "~~L-----D google java embedded nosql",
        "foobar --lol-gnu-options",
        "++user++",
        "user++--",
        "asdf ++ hello",
        "this -- will not trigger",
        "Hubot -- is my favorite.",
        "@ann 5++ for the description",
        "Press a --> jump\nPress b --> crouch",
        "Apr 2, 21:06 UTC  --github",
        "text before ```\ncode\n```++",
        "foobar`code block here`++",
        "baz quz foobar++ qux",
        "@ann--. just kidding",
        "@ann: -- for merging on friday",
        "@ann, @bob -- you two should talk",
        "andrew: —",
        "@ann++for the docs",
        "@ann (++)",
        "@ann -> ++",
        "@ann ➕➕",
        "@ann's ++",
        "@ann++ @ann--",
    ],
)
def test_text_that_only_looks_like_a_vote_does_not_count(typed: str):
    assert votes(typed) == ""
