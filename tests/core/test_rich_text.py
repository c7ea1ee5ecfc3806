"""Blocks from Slack's clients: each kind of element and style, and malformed ones."""

from app.core.grammar import richtext
from tests.core.reading import (
    format_votes,
    parse_message,
    rich,
    rich_votes,
    section,
    tally_message,
    text,
    user,
)
from tests.tables import each

EMOJI = {"type": "emoji", "name": "tada", "unicode": "1f389"}
GROUP = {"type": "usergroup", "usergroup_id": "STEAM"}
CHANNEL = {"type": "channel", "channel_id": "C1"}
LINK = {"type": "link", "url": "https://example.com/", "text": "the page"}
BARE_LINK = {"type": "link", "url": "https://example.com/"}
DATE = {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "1 May"}
BROADCAST = {"type": "broadcast", "range": "here"}
TEAM = {"type": "team", "team_id": "T1"}
COLOR = {"type": "color", "value": "#ff0000"}


def quote(*leaves: object) -> dict[str, object]:
    return {"type": "rich_text_quote", "elements": list(leaves)}


def code(*leaves: object) -> dict[str, object]:
    return {"type": "rich_text_preformatted", "elements": list(leaves)}


def bullets(*items: object, **more: object) -> dict[str, object]:
    return {"type": "rich_text_list", "style": "bullet", "elements": list(items)} | more


@each(
    ("leaves", "expected"),
    [
        ([user(), text("++")], "ann +1"),
        ([user(), text(" "), text("++")], "ann +1"),
        ([user(), text("\u00a0++ for x")], "ann +1 (for x)"),
        ([user(), text(": ++")], "ann +1"),
        ([user(), text("+"), text("+")], "ann +1"),
        ([user(), text("\n++")], ""),
        ([user(), text(" and "), user("UBOB"), text("++")], "ann +1, bob +1"),
        ([text("("), user(), text(" "), user("UBOB"), text(")++")], "ann +1, bob +1"),
        ([GROUP, text("++")], "U1 +1, U2 +1"),
        ([EMOJI, text(" ++")], "[:tada:] +1"),
        ([EMOJI | {"skin_tone": 3}, text("++")], "[:tada:] +1"),
        ([EMOJI | {"name": "wave::skin-tone-3"}, text("++")], "[:wave:] +1"),
        ([text("postgres++")], "[postgres] +1"),
        ([text("post"), text("gres++", bold=True)], "[postgres] +1"),
        ([text("I like postgres", bold=True), text("++")], "[postgres] +1"),
        ([text("&amp;foo++")], ""),
        ([text("a <@UANN>++")], ""),
        ([text("*postgres*++")], ""),
        ([text("mail ann@example.com++")], ""),
        ([text("https://example.com/c++")], ""),
        ([text(":tada:++")], "[:tada:] +1"),
        ([text("foo++\nbar--")], "[foo] +1, [bar] -1"),
        ([user(bold=True), text(" ++", italic=True)], "ann +1"),
        ([text("foo bar", underline=True), text("++")], "[bar] +1"),
        # Slack's clients turn # and six hexadecimal digits into a color
        ([COLOR | {"value": "#facade"}, text("++")], "[facade] +1"),
        ([user(), text("++ "), COLOR], "ann +1"),
    ],
)
def test_leaves_of_a_section_stand_on_one_line(leaves: list[dict[str, object]], expected: str):
    assert rich_votes(section(*leaves)) == expected


@each("leaf", [CHANNEL, LINK, BARE_LINK, DATE, BROADCAST, TEAM])
def test_opaque_text_neither_gets_votes_nor_casts_them(leaf: dict[str, object]):
    assert rich_votes(section(leaf, text("++"))) == ""
    assert rich_votes(section(user(), leaf, text("++"))) == ""
    assert rich_votes(section(user(), text("++"), leaf)) == ""


@each("style", ["code", "strike"])
def test_code_and_struck_text_are_opaque(style: str):
    assert rich_votes(section(text("foo++", **{style: True}))) == ""
    assert rich_votes(section(text("foo", **{style: True}), text("++"))) == ""
    assert rich_votes(section(user(), text("++", **{style: True}))) == ""
    assert rich_votes(section(user(**{style: True, "bold": True}), text("++"))) == ""
    assert rich_votes(section(text("foo++", **{style: False}))) == "[foo] +1"


def test_struck_text_that_runs_over_the_end_of_a_line_ends_it():
    assert rich_votes(section(text("old\n", strike=True), text("foo++"))) == "[foo] +1"


@each("style", ["code", "strike"])
def test_a_space_selected_with_a_word_stays_a_space(style: str):
    assert rich_votes(section(text("old ", **{style: True}), text("#foo++"))) == "[foo] +1"
    assert rich_votes(section(user(), text("++"), text(" old", **{style: True}))) == "ann +1"


@each("element", [quote, code])
def test_quotes_and_code_blocks_are_opaque(element):
    assert rich_votes(element(user(), text("++"))) == ""
    assert rich_votes(element(text("foo++\nbar++")), section(text("baz++"))) == "[baz] +1"
    assert rich_votes(section(user()), element(text("x")), section(text("++"))) == ""


def test_a_quote_above_an_operator_is_more_than_an_operator():
    elements = rich(quote(text("so true")), section(text("++")))
    assert parse_message("", elements, thread_author="UROOT").votes == ()
    assert len(parse_message("", rich(section(text("++"))), thread_author="UROOT").votes) == 1


def test_a_list_item_is_a_line_of_its_own():
    items = section(user()), section(text("++")), section(text("foo++"))
    assert rich_votes(bullets(*items, indent=1, border=0)) == "[foo] +1"


def test_a_list_with_a_border_is_a_quoted_list():
    assert rich_votes(bullets(section(text("foo++")), border=1)) == ""


@each(
    ("leaf", "expected"),
    [
        (user("UBOB"), "<@UBOB>"),
        (GROUP, "<!subteam^STEAM>"),
        (EMOJI, ":tada:"),
        (CHANNEL, "<#C1>"),
        (LINK, "the page"),
        (BARE_LINK, "https://example.com/"),
        ({"type": "link", "url": "mailto:a@b.c"}, "a@b.c"),
        (DATE, "1 May"),
        (BROADCAST, "@here"),
        (COLOR, "#ff0000"),
        (text("x < y", code=True), "x < y"),
        (text("old", strike=True), "old"),
    ],
)
def test_a_reason_keeps_mentions_and_the_text_of_the_rest(leaf: dict[str, object], expected: str):
    words = section(user(), text("++ for "), leaf, text(" & more"))
    assert rich_votes(words) == f"ann +1 (for {expected} & more)"


def test_rich_text_is_read_instead_of_the_text():
    assert (
        format_votes(tally_message(parse_message("foo++", rich(section(text("bar++"))))))
        == "[bar] +1"
    )


@each("blocks", [None, [], {}, "rich_text", 7, [None], [{"type": "section"}]])
def test_the_text_is_read_where_there_is_no_rich_text(blocks: object):
    assert richtext.read(blocks) is None
    assert format_votes(tally_message(parse_message("foo++", blocks))) == "[foo] +1"


def test_several_rich_text_blocks_are_read_in_order():
    blocks = [*rich(section(text("foo++"))), {"type": "image"}, *rich(section(text("bar++")))]
    assert format_votes(tally_message(parse_message("", blocks))) == "[foo] +1, [bar] +1"


@each(
    "element",
    [
        None,
        "rich_text_section",
        {},
        {"type": []},
        {"type": "rich_text_section"},
        {"type": "rich_text_section", "elements": {}},
        {"type": "rich_text_section", "elements": [None, 1, "++", []]},
        {"type": "rich_text_list", "elements": [None, {"type": "rich_text_list"}]},
        {"type": "rich_text_quote", "elements": "foo++"},
        section({"type": "text"}, {"type": "text", "text": None}, {"type": "text", "text": 1}),
        section({"type": "user"}, text("++")),
        section({"type": "user", "user_id": ["UANN"]}, text("++")),
        section({"type": "user", "user_id": "u ann"}, text("++")),
        section({"type": "user", "user_id": ""}, text("++")),
        section({"type": "usergroup", "usergroup_id": None}, text("++")),
        section({"type": "emoji"}, text("++")),
        section({"type": "emoji", "name": ""}, text("++")),
        section({"type": "emoji", "name": "two words"}, text("++")),
        section({"type": "link", "url": None}, text("++")),
        section({"type": "date", "fallback": 7}, text("++")),
        section({"type": "of the future", "text": "foo"}, text("++")),
        section(text("foo"), {"type": "text", "text": "++", "style": {"code": True}}),
    ],
)
def test_malformed_blocks_contain_no_votes_and_never_raise(element: object):
    assert rich_votes(element) == ""


@each("style", [None, "code", [], 7, {"code": None}, {"code": False}])
def test_a_malformed_style_is_ignored(style: object):
    assert rich_votes(section({"type": "text", "text": "foo++", "style": style})) == "[foo] +1"


def test_lists_nested_beyond_reason_never_raise():
    element: dict[str, object] = section(text("foo++"))
    for _ in range(10_000):
        element = bullets(element)
    assert rich_votes(element) == ""
