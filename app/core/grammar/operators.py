"""Parses operators, the signs after a target, and the points that they give.

A run of currency emoji right after mentions is an operator too: it's rewritten as pluses.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.grammar.characters import CJK, CLOSING_NOT_CJK, MARKS
from app.core.grammar.tokens import EMOJI, GROUP, USER, Lines
from app.core.reactions import normalize_emoji

SIGN: Final = "[-+—=]"
"""The characters with which an operator, or `==`, begins."""
QUERY: Final = "=="
AFTER_QUOTES: Final = r"(?=\+\+|==|[+-]=|--|-?—|\s++(?:\+\+|==))"
"""What has to follow a quoted thing; only `++` and `==` may be preceded by spaces."""

_SIGNS: Final = re.compile(r"\+\+|--|—|[+-]=")
# White space, the end, closing marks, a mention or an emoji; and after closing marks no letter,
# digit or `_`. CJK marks are white space, so anything may follow them.
_AFTER: Final = (
    rf"(?=[{CLOSING_NOT_CJK}]*+"
    rf"(?:$|[\s{CJK}{USER}{GROUP}{EMOJI}]|(?<=[{CLOSING_NOT_CJK}])(?![\w{MARKS}])))"
)
_OPERATOR: Final = re.compile(
    r"(?:(?P<pluses>\+{2,}+)|(?P<dashes>(?=--|-?—)[-—]++)|(?P<sign>[+-])=\s*+(?P<count>[0-9]{1,9}))"
    + _AFTER
)


class OperatorKind(StrEnum):
    """The kinds of operators."""

    PLUS = "++"
    ADD = "+="
    MINUS = "--"
    LONG_DASH = "—"
    """A run of only `—`, which phones and macOS make of `--`, and which people write in prose."""
    SUBTRACT = "-="


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator on a line: its position, and the points it gives."""

    start: int
    end: int
    points: int
    kind: OperatorKind

    @property
    def is_plus(self) -> bool:
        """Whether it gives points rather than taking them."""
        return self.kind in (OperatorKind.PLUS, OperatorKind.ADD)

    @property
    def is_dashes(self) -> bool:
        """Whether it consists of dashes, which are also punctuation."""
        return self.kind in (OperatorKind.MINUS, OperatorKind.LONG_DASH)

    @property
    def has_number(self) -> bool:
        """Whether it's `+= N` or `-= N`."""
        return self.kind in (OperatorKind.ADD, OperatorKind.SUBTRACT)


def has_signs(line: str) -> bool:
    """Return whether *line* may contain an operator: a quick check before parsing."""
    return _SIGNS.search(line) is not None


def read_operator(line: str, at: int, max_points: int) -> Operator | None:
    """Return the operator that begins at *at*, or None.

    A run of more than *max_points* + 1 dashes (`—` counts as two) is a ruler, not an operator.
    """
    match = _OPERATOR.match(line, at)
    if match is None:
        return None
    if match["dashes"]:
        return _read_dashes(match, max_points)
    if match["pluses"]:
        return Operator(at, match.end(), len(match[0]) - 1, OperatorKind.PLUS)
    points = int(match["sign"] + match["count"])
    return Operator(at, match.end(), points, OperatorKind(match["sign"] + "="))


def _read_dashes(match: re.Match[str], max_points: int) -> Operator | None:
    dashes = match["dashes"]
    count = len(dashes) + dashes.count("—")  # each `—` counts as two
    if count > max_points + 1:
        return None
    sign = OperatorKind.MINUS if "-" in dashes else OperatorKind.LONG_DASH
    return Operator(match.start(), match.end(), 1 - count, sign)


def replace_currency(lines: Lines, currency: Collection[str]) -> Lines:
    """Return *lines* with emoji of *currency* right after mentions replaced by pluses.

    `@bob :taco:` becomes `@bob ++`, and `@bob :taco: :taco:` becomes `@bob +++`. Where an operator
    couldn't end, they stay emoji: `@bob :taco:++` is a vote for the taco.
    """
    marks = find_currency(lines, currency)
    if not marks:
        return lines
    run = re.compile(rf"([{USER}{GROUP}][)\]]?\s*+)([{marks}](?>(?:\s*+[{marks}])*)){_AFTER}")
    signs = re.compile(f"[{marks}]")

    def write_signs(match: re.Match[str]) -> str:
        return match[1] + "+" * (len(signs.findall(match[2])) + 1)

    return Lines(tuple(run.sub(write_signs, line) for line in lines.lines), lines.atoms)


def find_currency(lines: Lines, currency: Collection[str]) -> str:
    """Return the characters that represent emoji of *currency* in *lines*."""
    listed = {normalize_emoji(emoji) for emoji in currency}
    return "".join(
        mark
        for mark, (kind, value) in lines.atoms.values.items()
        if kind == "emoji" and normalize_emoji(value.casefold()) in listed
    )
