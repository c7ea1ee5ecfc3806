"""The longest time that a message of Slack's maximum length can keep the parser busy."""

import time
from collections.abc import Iterator
from typing import Any, Final

from app.core.grammar import mrkdwn, richtext
from app.core.grammar.parse import parse
from app.core.settings.definitions import Settings
from app.devtools.bench.environment import BenchEnvironment
from app.devtools.bench.rows import BenchRow, BenchTarget
from app.words.catalog import WORDS

LENGTH: Final = 40_000

# The worst cases for careless patterns: openings without an end, endings without an opening,
# runs that can be split in many ways, and thousands of votes.
_HOSTILE: Final = (
    "+", "-", "—", "=", "a", "a-", "a.", "a'", "_", "-a", "(", "((", "[{(", ")", '"', '"a', "“",
    "'", "a'a ", "„a ", "@", "@a", "@a-", "#", "@@a ", "<", "<@", "<@U", "<@U1>", "<@U1>,",
    "<@U1> and ", "(<@U1> ", "<@U1>++", "<@U1>-- ", "<@U1>--,", "<@U1>-- for ", "<@U1> += ",
    "<@U1> - ", "a++", "a++ ", "ab-- ", "ab--, ", "ab-- and ", "ab++ because ", "ab-- for a ",
    '"a b"++ ', '"a" ', "(a++", ":", ":a", ":a:", ":a: ++", ":a:-- ", "::", "`", "```", "```a",
    "`a", "&gt;", "&gt;\n", ">", ">>>", "*", "*a", "*a ", "a*", "_a", "_a ", "~", "~a", "~a ",
    "* ", " ", "\t", "\n", "a\n", "a++\n", "http://", "http://a ", "a@a", "a@a.", "a@", "a.a@",
    "&amp;", "&", ", ", "and ", "for ", "\u0301", "a\u0301", "e\u0301-", "\u0301+", "\xe9", "\xdf",
    "\u0130", "日本++ ", "\u200d", "1+=", "ab+=1", "ab += 9 ", "due   to ", "++ for ", "-- due",
    "x=", "x-=", "--,", "--)", "==", "a==", "\U000f0000", "\r\n",
    '"a"', '"a",', '" ', "''", "'a'", "”", "«a", "「", "「a」", "»a«", "“a”++ ", '"a"++"', "ab++ (",
    "ab++ )", "ab++! ", "ab++ . ", "ab++ for a. ", "ab++ for A. A", "if (", "if (ab++) ",
    "for(ab--", "=ab++", "= ab++ ", "{ab++ }", "（", "）", "。", "、", "ab++。", "猫++、", "\u200b",
    "a\u200b", "\u200d", "a\u200d", "ب\u200d", "\u00ad+", "\u2066<@U1>\u2069++", "हि", "हि++ ",
    "<@U1> + ", "<@U1> und ", "<@U1>/", "<@U1>: ", "(<@U1>)", "——", "-—", "<@U1>—\n", "<@U1> --\n",
    ":a:\n", "- ", "1. ", "<@U1>++ - a", "<@U1>++: a? ", "<@U1>++ (a", "<@U1>++ for ?",
)  # fmt: skip


# Endings that make the parser look at all the text before or after them.
_ENDS: Final = (" x<@U1>", ' ab++ for "a"', "<@U1> --")


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Parse all hostile messages, as mrkdwn and as rich_text, and report the slowest."""
    worst: list[float] = []
    for number in range(1, rounds + 1):
        took, name = max(
            (_measure_milliseconds(message), name) for name, message in _make_messages()
        )
        worst.append(took)
        environment.tell(f"round {number}: {took:.1f} ms for {name}")
    what = f"{LENGTH:,} hostile characters, worst of {sum(1 for _ in _make_messages())} messages"
    return [BenchRow("parser", what, worst, "ms", BenchTarget.below(20, "ms"))]


def _make_messages() -> Iterator[tuple[str, Any]]:
    for piece in _HOSTILE:
        text = (piece * LENGTH)[:LENGTH]
        yield f"text {piece!r}", text
        for end in _ENDS:
            yield f"text {piece!r} and {end!r}", text[: LENGTH - len(end)] + end
            yield f"text {end!r} and {piece!r}", end + text[: LENGTH - len(end)]
        yield f"rich_text {piece!r}", _make_rich_text([{"type": "text", "text": text}])
    count = LENGTH // 10
    leaves = [{"type": "user", "user_id": "U1"}, {"type": "text", "text": "-- for a"}]
    yield "rich_text of leaves", _make_rich_text(leaves * count)
    yield "rich_text of mentions", _make_rich_text(leaves[:1] * count)


def _make_rich_text(leaves: list[dict[str, Any]]) -> list[dict[str, Any]]:
    section = {"type": "rich_text_section", "elements": leaves}
    return [{"type": "rich_text", "elements": [section]}]


def _measure_milliseconds(message: Any) -> float:
    """Return the fastest of three runs, as the machine is unlikely to interrupt all of them."""
    return 1000 * min(_measure_seconds(message) for _ in range(3))


def _measure_seconds(message: Any) -> float:
    started = time.perf_counter()
    lines = mrkdwn.read(message) if isinstance(message, str) else richtext.read(message)
    if lines:
        parse(lines, Settings(), WORDS, "U2")
    return time.perf_counter() - started
