"""Reads operators: what is written after a target and how many points it says (section 3).

Emoji that a workspace gives like `++` become it: a run of them right after mentions is an operator.
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
"""What may stand after a quoted thing: before a plus or `==` alone there may be spaces."""

_SIGNS: Final = re.compile(r"\+\+|--|—|[+-]=")
# White space, the end, closing marks, a mention or an emoji; and after closing marks no letter,
# digit or `_`. Marks of CJK are white space: whatever may follow them.
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
    """A run of `—` alone: what phones and macOS make of `--`, and people write in prose."""
    SUBTRACT = "-="


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator on a line: where it stands and what it gives."""

    start: int
    end: int
    points: int
    kind: OperatorKind

    @property
    def is_plus(self) -> bool:
        """Tell whether this gives points."""
        return self.kind in (OperatorKind.PLUS, OperatorKind.ADD)

    @property
    def is_dashes(self) -> bool:
        """Tell whether this is made of dashes, which are punctuation as well."""
        return self.kind in (OperatorKind.MINUS, OperatorKind.LONG_DASH)

    @property
    def has_number(self) -> bool:
        """Tell whether this is `+= N` or `-= N`."""
        return self.kind in (OperatorKind.ADD, OperatorKind.SUBTRACT)


def has_signs(line: str) -> bool:
    """Tell quickly whether *line* may hold an operator at all."""
    return _SIGNS.search(line) is not None


def read_operator(line: str, at: int, max_points: int) -> Operator | None:
    """Return the operator that stands at *at*, or None.

    A run of more dashes than would take *max_points* is a ruler.
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
    count = len(dashes) + dashes.count("—")  # which stands for two
    if count > max_points + 1:
        return None
    sign = OperatorKind.MINUS if "-" in dashes else OperatorKind.LONG_DASH
    return Operator(match.start(), match.end(), 1 - count, sign)


def replace_currency(lines: Lines, currency: Collection[str]) -> Lines:
    """Return *lines* with the emoji of *currency* right after mentions as what they stand for.

    `@bob :taco:` is `@bob ++` then, and `@bob :taco: :taco:` is `@bob +++`. Where no operator could
    end they stay emoji: `@bob :taco:++` is for the taco.
    """
    marks = find_currency(lines, currency)
    if not marks:
        return lines
    run = re.compile(rf"([{USER}{GROUP}][)\]]?\s*+)([{marks}](?:\s*+[{marks}])*+){_AFTER}")
    signs = re.compile(f"[{marks}]")

    def write_signs(match: re.Match[str]) -> str:
        return match[1] + "+" * (len(signs.findall(match[2])) + 1)

    return Lines(tuple(run.sub(write_signs, line) for line in lines.lines), lines.atoms)


def find_currency(lines: Lines, currency: Collection[str]) -> str:
    """Return the characters that stand in *lines* for emoji of *currency*."""
    listed = {normalize_emoji(emoji) for emoji in currency}
    return "".join(
        mark
        for mark, (kind, value) in lines.atoms.values.items()
        if kind == "emoji" and normalize_emoji(value) in listed
    )
