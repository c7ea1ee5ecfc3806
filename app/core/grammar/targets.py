"""Finds on one line whatever can be a target, whether or not an operator follows.

Rules: GRAMMAR.md, section 2. Every pattern is atomic, possessive or bounded, so that a line costs
time in proportion to its length.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.core.grammar.operators import SIGN
from app.core.grammar.tokens import EMOJI, GROUP, OPAQUE, USER, Atoms
from app.core.settings.definitions import Settings
from app.core.vote import GROUP as GROUP_TARGET
from app.core.vote import THING, build_thing_id

BRACKETS: Final = {"(": ")", "[": "]", "{": "}"}
MAX_NAME: Final = 500
MAX_QUOTED: Final = 80

# Where Unicode has its combining marks (हिन्दी ends in one). The ranges hold other signs as well;
# `_is_spelled` refuses a name with one. Listing just the marks would cost a start 15 ms.
_MARKS: Final = (
    "\u0300-\u167f\u1681-\u1fff\u20d0-\u20ff\u2cef-\u2cf1\u2de0-\u2dff\u302a-\u302f\u3099\u309a"
    "\ua66f-\uabff\ufb1e\ufe00-\ufe0f\ufe20-\ufe2f\U00010000-\U0001efff\U000e0100-\U000e01ef"
)
# Possessive repeats only of single characters: those of groups are broken in Python before 3.11.5
# (gh-106052); an atomic group around a greedy one does the same.
_PART: Final = rf"[\w.'{_MARKS}]"
_NAME: Final = rf"(?>[^\W_]{_PART}*+(?:-(?!-){_PART}++)*)(?<![_.'-])(?={SIGN})"
_MENTION: Final = f"[{USER}{GROUP}]"
_JOIN: Final = rf"(?!{_MENTION})\s*+(?:,\s*+)?(?:(?i:and)|&)?\s*+"
_LIST: Final = rf"(?>{_MENTION}(?:{_JOIN}{_MENTION})*)"
# An apostrophe inside a word is no quotation mark, neither before nor after the quoted words.
_APOSTROPHE: Final = r"(?<=[^\W_]{0})(?=[^\W_])"
_QUOTES: Final = (('"', '"'), ("“", "”"), ("„", "“"), ("‘", "’"), ("'", "'"))


def _build_quoted_pattern(opening: str, closing: str) -> str:
    inner = f"[^{USER}{GROUP}{OPAQUE}{opening}{closing}]"
    if closing in "'’":
        inner = f"(?:{inner}|{closing}{_APOSTROPHE.format(closing)})"
    words = rf"(?P<q{ord(opening):x}>(?>{inner}{{1,{MAX_QUOTED}}}))"
    return rf"{opening}{_build_opening_pattern(opening, closing)}{words}{closing}(?=\s*+{SIGN})"


def _build_opening_pattern(opening: str, closing: str) -> str:
    """Match where *opening* does open; of `"++" or "--"`, the second mark only closes."""
    apostrophe = f"(?!{_APOSTROPHE.format(opening)})" if opening in "'‘" else ""
    return apostrophe + (rf"(?!(?<=\S{opening})\s)" if opening == closing else "")


# The first lookahead is only there to pass over signs and spaces quickly.
_TARGET: Final = re.compile(
    rf"(?=[\w(\[{{@#{''.join(q for q, _ in _QUOTES)}{USER}{GROUP}{EMOJI}])(?:"
    rf"[(\[{{]\s*+(?P<bracketed>{_LIST})\s*+[)\]}}]"
    rf"|(?P<list>{_LIST})"
    rf"|(?P<emoji>[{EMOJI}])(?=\s*+{SIGN})"
    rf"|{'|'.join(_build_quoted_pattern(*pair) for pair in _QUOTES)}"
    # Not a piece of an address, a path or an entity: foo@bar, page#part, &#39.
    rf"|[@#](?<![A-Za-z0-9_@#/.+=&'’-].)(?P<marked>{_NAME})"
    rf"|(?<![^\s(\[{{])(?P<bare>{_NAME}))",
)
_SPACES: Final = re.compile(r"\s*+")
_GAP: Final = re.compile(r"[:,]?\s*+")


@dataclass(frozen=True, slots=True)
class TargetMatch:
    """Something that can get points: where it stands, and the ids it means."""

    start: int
    end: int
    kind: str
    ids: tuple[tuple[str, str], ...]
    """Each with the spelling of a thing."""
    handle: str = ""
    """The key of what was typed after an @ that is no mention."""


def find_matches(line: str) -> Iterator[tuple[re.Match[str], int]]:
    """Yield each possible target of *line* and where its operator would have to stand."""
    for match in _TARGET.finditer(line):
        yield match, _find_operator_position(line, match)


def _find_operator_position(line: str, match: re.Match[str]) -> int:
    end = match.end()
    if match.lastgroup in ("bare", "marked"):
        return end
    gap = _GAP if _may_be_addressed(match) else _SPACES
    found = gap.match(line, end)
    return found.end() if found else end


def _may_be_addressed(match: re.Match[str]) -> bool:
    """Tell whether a colon or comma may follow: after people, but not after a group alone."""
    if match.lastgroup not in ("list", "bracketed"):
        return False
    words = match[match.lastgroup]
    return len(words) > 1 or words < GROUP[0]


def read(match: re.Match[str], atoms: Atoms, settings: Settings) -> TargetMatch | None:
    """Return the target that *match*, one of `find_matches`, stands for; None if it is none."""
    kind = match.lastgroup or ""
    ids = _read_ids(match, kind, atoms, settings)
    if not ids:
        return None
    typed = kind == "marked" and match[0].startswith("@")
    handle = ids[0][0].removeprefix(THING) if typed else ""
    return TargetMatch(match.start(), match.end(), kind, ids, handle)


def _read_ids(
    match: re.Match[str], kind: str, atoms: Atoms, settings: Settings
) -> tuple[tuple[str, str], ...]:
    if kind == "list" or (kind == "bracketed" and match[0][-1] == BRACKETS[match[0][0]]):
        return _read_mentions(match[kind], atoms)
    if kind == "bracketed":
        return ()
    name = atoms.expand(match[kind]).strip()
    target = build_thing_id(name) if _may_be_called(name, kind, settings) else None
    return ((target, name),) if target else ()


def _read_mentions(words: str, atoms: Atoms) -> tuple[tuple[str, str], ...]:
    marks = [c for c in words if c in atoms.values]
    return tuple((_build_id(*atoms.values[mark]), "") for mark in marks)


def _build_id(kind: str, slack_id: str) -> str:
    return slack_id if kind == "user" else GROUP_TARGET + slack_id


def _may_be_called(name: str, kind: str, settings: Settings) -> bool:
    if kind == "emoji":
        return True
    if kind.startswith("q"):
        return len(name) <= MAX_QUOTED and any(map(str.isalnum, name))
    spelled = len(name) <= MAX_NAME and all(map(_is_spelled, name))
    return spelled and (kind == "marked" or _may_be_bare(name, settings))


def _is_spelled(char: str) -> bool:
    return char.isalnum() or char in "_.'-" or unicodedata.category(char).startswith("M")


def _may_be_bare(name: str, settings: Settings) -> bool:
    name = unicodedata.normalize("NFC", name)
    long_enough = len(name) > 1 or not name.isascii()
    lettered = any(unicodedata.category(c).startswith("L") for c in name)
    key = (build_thing_id(name) or "").removeprefix(THING)
    return long_enough and lettered and key not in settings.stop_list
