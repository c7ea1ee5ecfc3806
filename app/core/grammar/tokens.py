"""First step of reading a message: its rich_text or mrkdwn becomes lines of text and atoms.

An atom is what Slack marks up: a mention, an emoji, or something opaque to the grammar (code,
links, quotes). In a line each atom is one character of a private plane, one range per kind, so
that everything after this module is plain matching on strings. Rules: docs/use/grammar.md.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from app.core.grammar.characters import BEFORE_LETTER, INVISIBLE, JOINERS, MARKS

USER: Final = "\U000f0000-\U000f3fff"
GROUP: Final = "\U000f4000-\U000f7fff"
EMOJI: Final = "\U000f8000-\U000fbfff"
OPAQUE: Final = "\U000fc000-\U000fffff"
"""What stands in a line for an atom of each kind: a range, to be put into a character class."""

SKIN_TONE: Final = ":skin-tone-[2-6]"
"""The pattern of a tone of skin, behind the colon of an emoji: it makes no other emoji."""
EMOJI_NAME: Final = re.compile(rf"[\w+'-]{{1,100}}(?::{SKIN_TONE})?")
"""What an emoji may be called, without the colons around it."""

_ROOM: Final = 0x4000
_FIRST: Final = {"user": 0xF0000, "group": 0xF4000, "emoji": 0xF8000, "opaque": 0xFC000}
_SHOWN: Final = {"user": "<@{}>", "group": "<!subteam^{}>", "emoji": ":{}:", "opaque": "{}"}

# What PostgreSQL cannot store, what UTF-8 cannot carry, and what would pass for an atom.
_UNFIT: Final = re.compile("[\x00\ud800-\udfff\U000f0000-\U000fffff]")
_LINE_END: Final = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_ATOM: Final = re.compile("[\U000f0000-\U000fffff]")
_ODD: Final = re.compile(
    f"[\x00\r\v\f\x85\u2028\u2029\ud800-\udfff\U000f0000-\U000fffff{INVISIBLE}]"
)
_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]++")
_STRAY_JOINER: Final = re.compile(
    rf"[{JOINERS}](?:(?<![^\W\d_][{JOINERS}])(?<![{MARKS}][{JOINERS}])|(?!{BEFORE_LETTER}))"
)


@dataclass(slots=True)
class Atoms:
    """The atoms of one message, each known by the character that stands for it."""

    values: dict[str, tuple[str, str]] = field(default_factory=dict)
    marks: dict[tuple[str, str], str] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_FIRST, 0))

    def add(self, kind: str, value: str) -> str:
        """Return the character that stands for *value* from now on."""
        known = self.marks.get((kind, value))
        if known:
            return known
        count = self.used[kind]
        if count == _ROOM:
            return "\ufffd"
        self.used[kind] += 1
        mark = chr(_FIRST[kind] + count)
        self.values[mark] = (kind, value)
        self.marks[kind, value] = mark
        return mark

    def add_opaque(self, text: str) -> str:
        """Return what stands for *text*, atoms and all, from now on; empty for nothing."""
        return self.add("opaque", self.expand(text)) if text else ""

    def expand(self, text: str) -> str:
        """Return *text* with its atoms written out: mentions as `<@U…>`, code and links as text."""
        return _ATOM.sub(lambda m: self._expand_mark(m[0]), text)

    def _expand_mark(self, mark: str) -> str:
        kind, value = self.values[mark]
        return _SHOWN[kind].format(value)


@dataclass(frozen=True, slots=True)
class Lines:
    """A message as the grammar sees it: lines of text, and the atoms that stand in them."""

    lines: tuple[str, ...]
    atoms: Atoms

    @classmethod
    def split(cls, text: str, atoms: Atoms) -> "Lines":
        """Return the lines of *text*, leaving out those without a word.

        ZWNJ and ZWJ stay between two letters only.
        """
        text = _STRAY_JOINER.sub("", text)
        return cls(tuple(line for line in text.split("\n") if line.strip()), atoms)


def clean(text: str) -> str:
    """Return *text* with one kind of line end, and without invisible characters.

    Those that cannot be stored, or would pass for an atom, are replaced.
    """
    if not _ODD.search(text):
        return text
    return _LINE_END.sub("\n", _INVISIBLE.sub("", replace_unfit(text)))


def replace_unfit(text: str) -> str:
    """Return *text* without what cannot be stored, or would pass for an atom."""
    return _UNFIT.sub("\ufffd", text)


def unescape(text: str) -> str:
    """Return *text* with Slack's three entities as the characters that were typed."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
