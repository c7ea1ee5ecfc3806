"""What people ask with `/karma`, and how votes are shown to them."""

from hypothesis import given
from hypothesis import strategies as st

from app.core.commands.admin import (
    MOST_POINTS,
    AdjustCommand,
    AuditCommand,
    MergeCommand,
    MisreadCommand,
)
from app.core.commands.karma import (
    CardTarget,
    ExplainVoting,
    SearchReasons,
    ShowCard,
    ShowHistory,
    UnclearCommand,
    find_nearest,
)
from app.slack.listeners.karma_subcommands import TABLE, read_subcommand
from app.words import entries, usage
from tests.core.reading import encode
from tests.tables import each

WORDS = [r.word for r in TABLE if r.who is None and r.word != "card" and not r.is_guess]
"""The subcommands that anyone may use, apart from naming people and things."""

BOB = CardTarget("UBOB")
GIVE = "give @bob 2 for the release"


def read_command(typed: str) -> object:
    return read_subcommand(typed)[1]


def thing(key: str, spelling: str = "", **more: bool) -> CardTarget:
    return CardTarget(f"thing:{key}", spelling or key, **more)


@each(
    ("typed", "expected"),
    [
        ("", ShowCard()),
        ("  ", ShowCard()),
        ("me", ShowCard()),
        ("ME", ShowCard()),
        ("@bob", ShowCard(BOB)),
        ("<@UBOB|bob>", ShowCard(BOB)),
        ("<@WBOB>", ShowCard(CardTarget("WBOB"))),
        ("postgres", ShowCard(thing("postgres"))),
        ("PostgreSQL", ShowCard(thing("postgresql", "PostgreSQL"))),
        ('"code review"', ShowCard(thing("code review"))),
        ("“Code  review”", ShowCard(thing("code review", "Code review"))),
        ("code review", ShowCard(thing("code review"))),
        (":tada:", ShowCard(thing(":tada:"))),
        (":+1::skin-tone-3:", ShowCard(thing(":+1:"))),
        ('"me"', ShowCard(thing("me"))),
        ('"history"', ShowCard(thing("history"))),
        ("score", ShowCard()),
        ("Punkte", ShowCard()),
        ("my stats", ShowCard()),
        ("points @bob", ShowCard(BOB)),
        ("stats @bob", ShowCard(BOB)),
        ('"score"', ShowCard(thing("score"))),
        ("score board", ShowCard(thing("score board"))),
        ("show me", ShowCard()),
        ("show @bob", ShowCard(BOB)),
        ("@bob==", ShowCard(BOB)),
        ("@bob?", ShowCard(BOB)),
        ("@bob!!", ShowCard(BOB)),
        ("for @bob", ShowCard(BOB)),
        ("von @bob", ShowCard(BOB)),
        ("stats of @bob.", ShowCard(BOB)),
        ("reasons for @bob", ShowCard(BOB)),
        ("why @bob?", ShowCard(BOB)),
        ("@bob warum?", ShowCard(BOB)),
        ("reasons", ShowCard(thing("reasons"))),
        ("of", ShowCard(thing("of"))),
        ("yahoo!", ShowCard(thing("yahoo!"))),
        ("postgres==", ShowCard(thing("postgres"))),
        ('"undo"', ShowCard(thing("undo"))),
        ("hisotry", ShowCard(thing("hisotry"))),
        ("C++", ShowCard(thing("c++", "C++"))),
        ("日本", ShowCard(thing("日本"))),
        ("AT&amp;T", ShowCard(thing("at&t", "AT&T"))),
        ("@nobody", ShowCard(thing("nobody", handle=True))),
    ],
)
def test_a_card_is_that_of_a_person_or_a_thing(typed: str, expected: ShowCard):
    assert read_command(encode(typed)) == expected


@each(
    ("typed", "expected"),
    [
        ("history", ShowHistory()),
        ("History 25", ShowHistory(None, 25)),
        ("history me", ShowHistory()),
        ("history me 5", ShowHistory(None, 5)),
        ("my history 5", ShowHistory(None, 5)),
        ("history my project", ShowHistory(thing("my project"))),
        ("history of @bob", ShowHistory(BOB)),
        ("history for postgres 5", ShowHistory(thing("postgres"), 5, thing("for postgres"))),
        ("history for", ShowHistory(thing("for"))),
        ("history @bob", ShowHistory(BOB)),
        ("history @bob 50", ShowHistory(BOB, 50)),
        ("history 50 @bob", ShowHistory(BOB, 50)),
        ("history @bob!", ShowHistory(BOB)),
        ("history 5 whys", ShowHistory(thing("5 whys"))),
        ("@bob history 5", ShowHistory(BOB, 5)),
        ("history postgres 1", ShowHistory(thing("postgres"), 1)),
        ('history "code review" 3', ShowHistory(thing("code review"), 3)),
        ('history "history"', ShowHistory(thing("history"))),
        ('history "5"', ShowHistory(thing("5"))),
        ("history :tada: 007", ShowHistory(thing(":tada:"), 7)),
        ("history 0", UnclearCommand("0", "history 1")),
        ("history 51", UnclearCommand("51", "history 50")),
        ("history " + "9" * 9, UnclearCommand("9" * 9, "history 50")),
        ("history @bob ten", UnclearCommand("ten", "history")),
        ("history code review", ShowHistory(thing("code review"))),
        ("history code review 25", ShowHistory(thing("code review"), 25)),
        ("history @team", UnclearCommand("<!subteam^STEAM>", "history")),
    ],
)
def test_a_history_has_a_target_and_a_count(typed: str, expected: ShowHistory | UnclearCommand):
    assert read_command(encode(typed)) == expected


@each(
    ("typed", "word"),
    [
        ("undo", "undo"), (" UNDO ", "undo"), ("opt-out", "opt-out"), ("opt out", "opt-out"),
        ("optout", "opt-out"), ("opt-in", "opt-in"), ("export", "export"), ("seasons", "seasons"),
        ("forget-me", "forget-me"), ("Forget  me", "forget-me"), ("delete me", "forget-me"),
        ("Vergiss mich!", "forget-me"), ("help", "help"),
        ("help me please", "help"), ("", "card"), ("me", "card"), ("card", "card"),
        ("@bob history", "history"), ("<@UBOB|bob b> history 5", "history"), ("search x", "search"),
        ("settings", "settings"), ("undo!", "undo"), ("Opt out.", "opt-out"), ("help!", "help"),
        ("history, @bob", "history"), ("ban @bob for 2 days", "ban"), ("season spring", "season"),
    ],
)  # fmt: skip
def test_each_subcommand_has_its_word(typed: str, word: str):
    row, command = read_subcommand(encode(typed))
    assert row.word == word
    assert not isinstance(command, UnclearCommand)


@each(
    ("typed", "expected"),
    [
        ("undo it all", UnclearCommand("it all", "undo")),
        ("forget-me @bob", UnclearCommand("<@UBOB>", "forget-me")),
        ("delete my data", UnclearCommand("data", "forget-me")),
        ("@bob please", UnclearCommand("<@UBOB> please")),
        ("hisotry @bob", UnclearCommand("hisotry <@UBOB>", "history")),
        ("serch release", UnclearCommand("serch release", "search")),
        ("@team", UnclearCommand("<!subteam^STEAM>")),
        ("<#C1|general>", UnclearCommand("<#C1>")),
        ("search", UnclearCommand("", example="search release")),
        ("++", UnclearCommand("++")),
        ('"++"', UnclearCommand('"++"')),
        ("…", UnclearCommand("…")),
        ("@bob 2", UnclearCommand("<@UBOB> 2", example=GIVE)),
        ("@bob +2 for the docs", UnclearCommand("<@UBOB> +2 for the docs", example=GIVE)),
        ("2 @bob", UnclearCommand("2 <@UBOB>", example=GIVE)),
        ("@bob thanks", UnclearCommand("<@UBOB> thanks", example=GIVE)),
        ("@bob vs @ann", UnclearCommand("<@UBOB> vs <@UANN>")),
        ("@bob++", ExplainVoting()),
        ("++ @bob", ExplainVoting()),
        ("@bob ++ for the docs", ExplainVoting()),
        ("postgres++", ExplainVoting()),
        ('"code review"--', ExplainVoting()),
    ],
)
def test_unknown_commands_are_explained_by_their_word(typed: str, expected: object):
    assert read_command(encode(typed)) == expected


def test_a_name_of_three_thousand_characters_is_refused():
    assert read_command("x" * 3000) == UnclearCommand("x" * 3000)
    assert read_command(f'history "{"y" * 2900}"') == UnclearCommand(f'"{"y" * 2900}"', "history")


@each(
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
        ("for the docs", ("the", "docs")),
        ("nach Doku", ("", "Doku")),
        ("for", ("", "for")),
        ('"for the docs"', ('"for the docs"', "")),
    ],
)
def test_the_last_word_of_a_search_may_be_a_beginning(typed: str, parts: tuple[str, str]):
    command = read_command(f"search {typed}")
    assert isinstance(command, SearchReasons)
    assert command.parts == parts


@each(
    ("asked", "said"),
    [
        (UnclearCommand("<@UBOB> <#C1> please"), 'I don\'t know "@someone #channel please". Try'),
        (
            UnclearCommand("ty <@UBOB>"),
            'I don\'t know "ty @someone". Try `/karma give @bob 2 for the release` to give points',
        ),
        (
            UnclearCommand("<!subteam^S1>", "undo"),
            'I don\'t know "@group". Did you mean `/karma undo`?',
        ),
        (
            UnclearCommand("", example="search release"),
            "That needs a bit more, like `/karma search release`.",
        ),
        (
            UnclearCommand("yesterday", example="report 2026-10"),
            'I don\'t know "yesterday". Try `/karma report 2026-10`.',
        ),
        (
            UnclearCommand("<@UBOB> 0", example="give @bob 2"),
            "Sorry, I didn't get that. Try `/karma give @bob 2`.",
        ),
        (UnclearCommand("<b> & co"), 'I don\'t know "&lt;b&gt; &amp; co". Try `/karma @bob`.'),
        (UnclearCommand(" "), "Sorry, I didn't get that. Try `/karma @bob`. `/karma help` shows"),
    ],
)
def test_unknown_commands_are_quoted_without_mentions(asked: UnclearCommand, said: str):
    assert usage.explain_unclear_command(asked).startswith(said)


@given(st.text(max_size=300))
def test_any_text_is_parsed_as_some_command(typed: str):
    assert usage.explain_unclear_command(UnclearCommand(typed))
    assert read_command(typed) is not None
    assert read_command("history " + typed) is not None


@each("word", ["me", *WORDS])
def test_a_word_in_quotation_marks_is_the_thing(word: str):
    assert read_command(f'"{word}"') == ShowCard(thing(word))


@each(
    ("word", "meant"),
    [
        ("hisotry", "history"), ("histroy", "history"), ("serch", "search"), ("opt-ou", "opt-out"),
        ("exprot", "export"), ("hepl", "help"), ("postgres", None), ("x" * 3000, None),
    ],
)  # fmt: skip
def test_a_word_is_suggested_only_if_it_is_near(word: str, meant: str | None):
    assert find_nearest(word, WORDS) == meant


@each(
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
def test_search_terms_are_bold_and_the_rest_is_escaped(words_, prefix, said, shown):
    found = entries.build_pattern(words_, prefix)
    assert entries.format_reason(said, {"U0ANN": "ann"}, found) == f'"{shown}"'


@given(st.text(max_size=200), st.dictionaries(st.sampled_from(["U1", "U2"]), st.text(max_size=99)))
def test_a_reason_stays_short_and_mentions_nobody(said: str, names: dict[str, str]):
    shown = entries.format_reason(said.replace("x", "<@U1>"), names)
    assert len(shown) <= 500
    assert "<@" not in shown
    assert "<!" not in shown


def test_a_reason_that_names_make_too_long_says_what_was_mentioned():
    said = "fixing <#C1> with <!subteam^S1> and <@U1>" + 6 * " <@U2>"
    shown = entries.format_reason(said, {"U1": "n" * 80, "U2": "m" * 80})
    assert shown.startswith('"fixing #channel with @group and @someone @someone ')


@each("mark", [".", "!", "?", "…", "。", "！", "？", "...", " .", " !", "?!"])
@each(
    "typed",
    [
        "undo", "opt out", "seasons", "help", "settings", "bans", "audit", "audit 20",
        "audit <@U1|b> 5", "history", "history 20", "history me", "history <@U1|b>",
        "history <@U1|b> 5", "history postgres 5", "<@U1|b> history", "<@U1|b>", "me", "stats",
        "adjust <@U1|b> +5", "adjust postgres -5", "ban <@U1|b> for 7 days", "ban <@U1|b> 2h",
        "unban <@U1|b>", "merge <@U1|a> into <@U2|b>", "report", "report last month",
        "report october 2025", "report 2026-10", "recap", "boost", "boost 2 hours", "boost end",
        'boost 2h "Release day"', "boost 2h x3 here", "fairplay",
    ],
)  # fmt: skip
def test_punctuation_after_a_command_changes_nothing(typed: str, mark: str):
    row, command = read_subcommand(typed)
    assert not isinstance(command, UnclearCommand | MisreadCommand)
    assert read_subcommand(f"{typed}{mark}") == (row, command)


@each("typed", ["*undo*", "`undo`", "```undo```", "_undo_", "~undo~", "(undo)", "*undo*!"])
def test_marks_around_a_subcommand_change_nothing(typed: str):
    assert read_subcommand(typed)[0].word == "undo"
    assert read_subcommand("`history 5`")[1] == ShowHistory(None, 5)
    assert read_subcommand(encode(":undo:"))[0].word == "card"
    assert read_command("`__init__`") == ShowCard(CardTarget("thing:__init__", "__init__"))


_ACME = MergeCommand(thing("acme"), thing("acme inc", "Acme Inc"))


@each(
    ("typed", "expected"),
    [
        ("merge acme into Acme Inc.", _ACME),
        ("merge acme, into Acme Inc !", _ACME),
        ("merge :tada:. into :heart:.", MergeCommand(thing(":tada:"), thing(":heart:"))),
        ("adjust :TADA: +5", AdjustCommand(thing(":tada:"), 5)),
        (
            'merge acme into "Acme Inc.".',
            MergeCommand(_ACME.source, thing("acme inc.", "Acme Inc.")),
        ),
        ('merge "acme." into acme', MergeCommand(thing("acme."), _ACME.source)),
        ("merge acme. into acme", MisreadCommand.ITSELF),
        ("merge . into acme", MisreadCommand.MERGE),
        ("merge acme into", MisreadCommand.MERGE),
        ("unmerge Acme Inc.", _ACME.into),
        ("adjust acme: +1000000", AdjustCommand(_ACME.source, MOST_POINTS)),
        ("audit acme?", AuditCommand(target=_ACME.source)),
        ("audit all.", AuditCommand()),
    ],
)
def test_admins_name_things_without_punctuation_at_the_end_unless_quoted(
    typed: str, expected: object
):
    assert read_command(typed) == expected
