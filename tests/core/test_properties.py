"""Properties of all messages, tested on generated ones."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.grammar import mrkdwn, richtext
from app.core.grammar.parse import parse
from app.core.grammar.tokens import unescape
from app.core.vote import tally
from app.words.catalog import WORDS
from tests.core.reading import (
    MEMBERS,
    SETTINGS,
    encode,
    format_votes,
    parse_message,
    section,
    tally_message,
    votes,
)

PIECES = [
    "++", "+++", "--", "---", "—", "+= 3", "-=2", "==", "+", "-", "=", "<@UANN>", "<@UBOB|bob>",
    "<!subteam^STEAM>", ":tada:", ":wave::skin-tone-2:", "`code`", "```", "<https://x.y|z>", "<",
    ">", "&lt;", "&gt;", "&amp;", "&", "postgres", "x", "C", "猫", "é", "e\u0301", "@", "#", '"',
    "'", "“", "”", "„", "‘", "’", "(", ")", "[", "]", ".", ",", ";", ":", "*", "_", "~", "`", " ",
    "  ", "\u00a0", "\n", " for ", " and ", " because ", "due to ", "http://a", "a@b.c", "1",
    "\x00", "\U000f0000", "\ud800",
]  # fmt: skip
MESSAGES = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=30).map("".join))

KEYS = ["type", "elements", "text", "style", "user_id", "usergroup_id", "name", "url", "border"]
TYPES = ["rich_text", "text", "user", "usergroup", "emoji", "link", "date", "channel"]
ELEMENTS = ["section", "list", "quote", "preformatted"]
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), MESSAGES, st.sampled_from(TYPES)
)
JSON = st.recursive(
    SCALARS | st.sampled_from([f"rich_text_{name}" for name in ELEMENTS]),
    lambda values: st.lists(values) | st.dictionaries(st.sampled_from(KEYS) | st.text(), values),
)

WORD = st.sampled_from(
    ["well", "the", "review", "Größe", "東京", "ok", "спасибо", "e-mail", "l'eau"]
)
PROSE = st.lists(WORD, min_size=1, max_size=6).map(" ".join)
CALM = st.text().filter(lambda text: not set(text) & set("+-—=`>&<~*_"))
GENEROUS = st.sampled_from(
    ["@ann++", "@ann ++", "@ann: +++", "@ann. ++", '"foo bar"++', ":tada: ++", "@ann @bob ++",
     "(@ann @bob)++", "@ann += 3", "#thing++", "@team ++", "@ann--, @bob++"]
)  # fmt: skip
STRICT = st.sampled_from(
    ["postgres++", '"foo bar" ++', "@ann++ and foo++", "猫++!", "@ann--", "#thing--", "@ann -= 2",
     ":tada:--", '"foo bar"--', "@ann++ foo++ :tada:", "foo—-", "bar--"]
)  # fmt: skip
APART = st.sampled_from(["@ann --", "@ann: --", "@ann —", "@ann @bob --", "@ann -- :cry:"])
BARE_MINUS = ("foo—-", "bar--")


@settings(deadline=None)
@given(MESSAGES, st.sampled_from([None, "UROOT"]))
def test_no_text_makes_the_parser_raise(text: str, thread_author: str | None):
    message = parse_message(text, thread_author=thread_author)
    assert not (message.votes and message.query)


@settings(deadline=None)
@given(JSON)
def test_no_blocks_make_the_parser_raise(value: object):
    parse_message("", value)
    parse_message("", [{"type": "rich_text", "elements": value}])
    parse_message(
        "", [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": value}]}]
    )


@settings(deadline=None)
@given(MESSAGES)
def test_parsed_votes_can_be_stored(text: str):
    for vote in parse_message(text).votes:
        said = f"{vote.target}{vote.reason}{vote.spelling}"
        assert "\x00" not in said
        assert not any("\U000f0000" <= char <= "\U000fffff" for char in said)
        said.encode()
        assert len(vote.reason or "") <= 200


@settings(deadline=None)
@given(MESSAGES, st.integers(1, 7))
def test_a_target_gets_at_most_the_maximum_and_never_nothing(text: str, most: int):
    found = tally(parse_message(text).votes, MEMBERS, most)
    assert all(0 < abs(vote.points) <= most for vote in found)
    assert len({vote.target for vote in found}) == len(found)


@settings(deadline=None)
@given(PROSE, GENEROUS | STRICT | APART)
def test_words_before_a_vote_change_nothing_but_of_a_minus_on_a_bare_thing(prose: str, vote: str):
    assert votes(f"{prose} {vote}") == ("" if vote in BARE_MINUS else votes(vote))


@settings(deadline=None)
@given(PROSE, GENEROUS)
def test_words_after_a_plus_on_a_mention_or_a_mark_change_nothing(prose: str, vote: str):
    assert votes(f"{vote} {prose}") == votes(vote)


@settings(deadline=None)
@given(PROSE, STRICT | APART)
def test_words_after_any_other_vote_make_it_prose(prose: str, vote: str):
    assert len(parse_message(encode(f"{vote} {prose}")).votes) < len(
        parse_message(encode(vote)).votes
    )


@settings(deadline=None)
@given(CALM, GENEROUS | STRICT, CALM)
def test_other_lines_change_nothing(before: str, vote: str, after: str):
    assert votes(f"{before}\n{vote}\n{after}") == votes(vote)


@settings(deadline=None)
@given(CALM, APART, PROSE)
def test_a_dash_apart_from_its_target_is_prose_above_other_lines(
    before: str, vote: str, after: str
):
    assert votes(f"{before}\n{vote}") == votes(vote)
    assert votes(f"{vote}\n{after}") == ""


@settings(deadline=None)
@given(MESSAGES, MESSAGES)
def test_a_line_means_the_same_below_any_others(before: str, line: str):
    before, line = ("".join(c for c in text if c not in "`>&~*_<\r\n") for text in (before, line))
    below = parse_message(f"{before}\n{line}").votes
    alone = parse_message(line).votes
    assert below[len(below) - len(alone) :] == alone


@settings(deadline=None)
@given(
    MESSAGES,
    st.integers(0, 60),
    st.sampled_from(["\u200b", "\u2067", "\u00ad", "\ufeff", "\ufe0f", "\x1b", "\x9b"]),
)
def test_invisible_characters_change_nothing(text: str, at: int, invisible: str):
    at = min(at, len(text))
    assert parse_message(text[:at] + invisible + text[at:]) == parse_message(text)


@settings(deadline=None)
@given(CALM)
def test_without_an_operator_there_is_no_vote(text: str):
    assert votes(text) == ""


@settings(deadline=None)
@given(st.sampled_from(["@ann", ":tada:", '"foo bar"', "foo", "@foo"]), MESSAGES)
def test_votes_of_a_message_and_of_its_lines_are_the_same(target: str, text: str):
    calm = "".join(c for c in text if c not in "`>&")
    whole = mrkdwn.read(encode(f"{target}++\n{calm}"))
    alone = [mrkdwn.read(encode(f"{target}++")), mrkdwn.read(encode(calm))]
    ids = [vote.target for part in alone for vote in parse(part, SETTINGS, WORDS).votes]
    assert [vote.target for vote in parse(whole, SETTINGS, WORDS).votes] == ids


LEAVES = {
    "<@UANN>": {"type": "user", "user_id": "UANN"},
    "<@WCAT|cat>": {"type": "user", "user_id": "WCAT"},
    "<!subteam^STEAM>": {"type": "usergroup", "usergroup_id": "STEAM"},
    "<#C1|general>": {"type": "channel", "channel_id": "C1"},
    "<!here>": {"type": "broadcast", "range": "here"},
    ":tada:": {"type": "emoji", "name": "tada"},
    ":+1::skin-tone-2:": {"type": "emoji", "name": "+1", "skin_tone": 2},
    "<https://x.y/?a=1&amp;b|the &lt;page&gt;>": {
        "type": "link", "url": "https://x.y/?a=1&b", "text": "the <page>",
    },
    "`foo++ &amp; bar`": {"type": "text", "text": "foo++ & bar", "style": {"code": True}},
    "~old++~": {"type": "text", "text": "old++", "style": {"strike": True}},
    "*bold*": {"type": "text", "text": "bold", "style": {"bold": True}},
    "_slanted_": {"type": "text", "text": "slanted", "style": {"italic": True}},
}  # fmt: skip
PLAIN = [
    "；", "、", "（", "）", "「", "\u200b", "\u200d", " und ", " - ", "… ", "return ", "if (", "};",
    "++", "+++", "--", "—", "+= 3", "==", ": ++", ", ", "for", "because", "and", "&amp;",
    "postgres", "猫", "&lt;", "x", '"', "“foo", "bar”", "(", ")", ".", "!", "\n", "\u00a0", "@hand",
]  # fmt: skip


def leaf_of(piece: str) -> dict[str, object]:
    return LEAVES.get(piece) or {"type": "text", "text": unescape(piece)}


def apart(pieces: list[str]) -> list[str]:
    """Put spaces around styled text, as Slack's composer does: `a*b*` isn't bold in mrkdwn."""
    return [f for p in pieces for f in ((" ", p, " ") if p[0] in "*_~`" else (p,))]


@settings(deadline=None)
@given(st.lists(st.sampled_from([*LEAVES, *PLAIN, " ", " "]), max_size=20).map(apart))
def test_rich_text_and_mrkdwn_of_the_same_message_agree(pieces: list[str]):
    blocks = [{"type": "rich_text", "elements": [section(*map(leaf_of, pieces))]}]
    said, written = parse_message("", blocks), parse_message("".join(pieces))
    assert richtext.read(blocks) is not None
    assert said == written
    assert format_votes(tally_message(said)) == format_votes(tally_message(written))
