"""Finds on one line every place where a target is followed by an operator.

Whether such a place counts may depend on what follows it; `parse.py` decides that. Every pattern
is atomic or bounded, so that a line costs time in proportion to its length.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from app.core.settings import Settings
from app.core.tokens import EMOJI, GROUP, USER, Atoms
from app.core.vote import GROUP as GROUP_TARGET
from app.core.vote import thing

MAX_OPERATORS: Final = 500
"""No person writes more operators than this in one message; the rest is not read."""

CLOSING: Final = r""".,!?:;)\]}"'”’…"""
"""Marks that may stand right after an operator."""

_BRACKETS: Final = {"(": ")", "[": "]", "{": "}"}
_MARKS: Final = "".join(c for c in map(chr, range(0x300, 0x1F000)) if unicodedata.combining(c) or
                        unicodedata.category(c) in ("Mn", "Mc"))  # fmt: skip

# A run of name characters; one that ends in a mark touches no operator, so it is no name.
# Looking for marks only beyond \u02ff keeps the long set of them away from most text.
_PART: Final = rf"(?:[\w.']++|(?=[^\x00-\u02ff])[{re.escape(_MARKS)}]++)"
_NAME: Final = rf"(?>[^\W_]{_PART}{{0,500}}+(?:-(?!-){_PART}{{1,500}}+)*+)(?<![_.'-])"
_MENTION: Final = f"[{USER}{GROUP}]"
_JOIN: Final = r"(?:\s*+(?:,\s*+(?:and\s++|&\s*+)?|&\s*+|and\s++)|\s++)"
_LIST: Final = rf"(?>{_MENTION}(?:{_JOIN}{_MENTION})*+)"
# An apostrophe inside a word is no quotation mark, neither before nor after the quoted words.
_INSIDE: Final = r"(?<=[^\W_]){0}(?=[^\W_])"
_ANY: Final = rf"[^{USER}{GROUP}\U000fc000-\U000fffff{{}}]"
_QUOTES: Final = (('"', '"'), ("“", "”"), ("„", "“"), ("‘", "’"), ("'", "'"))


def _quoted(opening: str, closing: str) -> str:
    inner = _ANY.format(opening + closing)
    if closing in "'’":
        inner = f"(?:{inner}|{_INSIDE.format(closing)})"
    words = rf"(?P<q{ord(opening):x}>{inner}{{1,80}}?)"
    return rf"{opening}(?<![^\W_]{opening}){words}{closing}(?=\s*[-+—=])"


# The first lookahead is only there to pass over signs and spaces quickly.
_ITEM: Final = re.compile(
    rf"(?=[\w(\[{{@#{''.join(q for q, _ in _QUOTES)}{USER}{GROUP}{EMOJI}])(?:"
    rf"[(\[{{]\s*+(?P<inlist>{_LIST})\s*+[)\]}}]"
    rf"|(?P<list>{_LIST})"
    rf"|(?P<emoji>[{EMOJI}])"
    rf"|{'|'.join(_quoted(*pair) for pair in _QUOTES)}"
    rf"|[@#](?<![\w@#/.+=&'’-].)(?P<marked>{_NAME})(?=[-+—=])"
    rf"|(?<![^\s(\[{{])(?P<bare>{_NAME})(?=[-+—=]))",
)
_SIGNS: Final = re.compile(r"\+\+|--|—|[+-]=")
_GAP: Final = {
    "list": re.compile(r"[:,]?\s*+"),
    "spaced": re.compile(r"\s*+"),
    "none": re.compile(""),
}
_KINDS: Final = {"inlist": "list", "list": "list", "bare": "none", "marked": "none"}
_OPERATOR: Final = re.compile(
    r"(?:(?P<plus>\+{2,}+)|(?P<minus>-{2,}+)|(?P<dash>—)"
    r"|(?P<sign>[+-])=\s*+(?P<count>[0-9]{1,3})(?![0-9]|[.,][0-9]))"
    rf"(?=$|[\s{CLOSING}{USER}{GROUP}{EMOJI}])",
)


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator on a line: where it stands and what it gives."""

    start: int
    end: int
    points: int
    sign: str

    @property
    def strict(self) -> bool:
        """Tell whether this is a dash, which prose also uses."""
        return self.sign in ("minus", "dash")


@dataclass(frozen=True, slots=True)
class Item:
    """Something that can be a target, whether or not an operator follows."""

    start: int
    end: int
    kind: str
    targets: tuple[tuple[str, str], ...]
    """Target ids, each with the spelling of a thing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A target with its operator: a vote if what follows allows it."""

    item: Item
    operator: Operator


def operator_at(line: str, at: int) -> Operator | None:
    """Return the operator that stands at *at*, or None."""
    match = _OPERATOR.match(line, at)
    if match is None:
        return None
    sign = match["sign"] or match.lastgroup or ""
    return Operator(at, match.end(), _points(match), sign)


def _points(match: re.Match[str]) -> int:
    if match["count"]:
        return int(match["sign"] + match["count"])
    return len(match[0]) - 1 if match["plus"] else -max(1, len(match[0]) - 1)


def candidates(line: str, atoms: Atoms, settings: Settings) -> list[Candidate]:
    """Return every target of *line* that an operator follows, from left to right."""
    if not _SIGNS.search(line):
        return []
    operated = ((match, operator_at(line, at)) for match, at in _places(line))
    found = ((m, operator) for m, operator in operated if operator)
    return [
        Candidate(item, operator)
        for match, operator in islice(found, MAX_OPERATORS)
        if (item := _item(match, atoms, settings)) and not _is_code(line, item, operator)
    ]


def asked(line: str, atoms: Atoms, settings: Settings) -> Item | None:
    """Return the target whose score the whole *line* asks for (`@bob==`), or None."""
    match, at = next(_places(line), (None, 0))
    if match is None or match.start() != 0 or line[at:] != "==":
        return None
    return _item(match, atoms, settings)


def _places(line: str) -> Iterator[tuple[re.Match[str], int]]:
    """Yield each possible target of *line* and where its operator would have to stand."""
    for match in _ITEM.finditer(line):
        gap = _GAP[_KINDS.get(match.lastgroup or "", "spaced")].match(line, match.end())
        yield match, gap.end() if gap else match.end()


def _is_code(line: str, item: Item, operator: Operator) -> bool:
    """Tell `count++;` and `(…; index++)` from a vote: GRAMMAR.md, section 3."""
    if item.kind != "bare":
        return False
    following = line[operator.end : operator.end + 1]
    if following in (")", "]", "}"):
        return _BRACKETS.get(line[item.start - 1 : item.start]) != following
    return following == ";"


def _item(match: re.Match[str], atoms: Atoms, settings: Settings) -> Item | None:
    kind = match.lastgroup or ""
    words = match[kind]
    if kind in ("list", "inlist"):
        return Item(match.start(), match.end(), "list", _mentioned(words, atoms))
    if kind == "emoji":
        words = f":{atoms.value(words)}:"
    name = atoms.plain(words).strip()
    target = _named(name, kind, settings)
    return Item(match.start(), match.end(), kind, ((target, name),)) if target else None


def _mentioned(words: str, atoms: Atoms) -> tuple[tuple[str, str], ...]:
    marks = [c for c in words if c in atoms.values]
    return tuple((_person(*atoms.values[mark]), "") for mark in marks)


def _person(kind: str, slack_id: str) -> str:
    return slack_id if kind == "user" else GROUP_TARGET + slack_id


def _named(name: str, kind: str, settings: Settings) -> str | None:
    if kind.startswith("q") and not (len(name) <= 80 and any(map(str.isalnum, name))):
        return None
    target = thing(name) if len(name) <= 500 else None
    if kind == "bare" and target and not _is_bare_thing(name, target, settings):
        return None
    return target


def _is_bare_thing(name: str, target: str, settings: Settings) -> bool:
    name = unicodedata.normalize("NFC", name)
    long_enough = len(name) > 1 or not name.isascii()
    lettered = any(unicodedata.category(c).startswith("L") for c in name)
    return long_enough and lettered and target.removeprefix("thing:") not in settings.stop_list
