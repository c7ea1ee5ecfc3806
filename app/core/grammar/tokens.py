"""The first step of parsing: a message's rich_text or mrkdwn becomes lines of text and atoms.

An atom is a piece of Slack's markup: a mention, an emoji, or something opaque to the grammar (code,
links, quotes). In a line, each atom is one character from a private plane, with a range per kind,
so that every later step is plain matching on strings. Rules: docs/use/grammar.md.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from app.core.grammar.characters import BEFORE_LETTER, INVISIBLE, JOINERS, MARKS

USER: Final = "\U000f0000-\U000f3fff"
GROUP: Final = "\U000f4000-\U000f7fff"
EMOJI: Final = "\U000f8000-\U000fbfff"
OPAQUE: Final = "\U000fc000-\U000fffff"
"""The characters that represent atoms of each kind: a range for a regex character class."""

SKIN_TONE: Final = ":skin-tone-[2-6]"
"""The pattern of a skin tone, after the colon of an emoji; it doesn't change which emoji it is."""
EMOJI_NAME: Final = re.compile(rf"[\w+'-]{{1,100}}(?::{SKIN_TONE})?")
"""The pattern of an emoji's name, without the colons around it."""

_ROOM: Final = 0x4000
_FIRST: Final = {"user": 0xF0000, "group": 0xF4000, "emoji": 0xF8000, "opaque": 0xFC000}
_SHOWN: Final = {"user": "<@{}>", "group": "<!subteam^{}>", "emoji": ":{}:", "opaque": "{}"}

# Characters that PostgreSQL can't store, that UTF-8 can't encode, or that would pass for an atom.
_UNFIT: Final = re.compile("[\x00\ud800-\udfff\U000f0000-\U000fffff]")
_LINE_END: Final = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_ATOM: Final = re.compile("[\U000f0000-\U000fffff]")
_UNCLEAN: Final = re.compile(
    f"[\x00\r\v\f\x85\u2028\u2029\ud800-\udfff\U000f0000-\U000fffff{INVISIBLE}]"
)
_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]++")
_STRAY_JOINER: Final = re.compile(
    rf"[{JOINERS}](?:(?<![^\W\d_][{JOINERS}])(?<![{MARKS}][{JOINERS}])|(?!{BEFORE_LETTER}))"
)


@dataclass(slots=True)
class Atoms:
    """The atoms of one message, by the character that represents each."""

    values: dict[str, tuple[str, str]] = field(default_factory=dict)
    marks: dict[tuple[str, str], str] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_FIRST, 0))

    def add(self, kind: str, value: str) -> str:
        """Return the character for *value*, assigned if needed; U+FFFD if none is left."""
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
        """Return the character that represents *text*, including its atoms; '' for empty text."""
        return self.add("opaque", self.expand(text)) if text else ""

    def expand(self, text: str) -> str:
        """Return *text* with atoms expanded: mentions as `<@U…>`, code and links as text."""
        return _ATOM.sub(lambda m: self._expand_mark(m[0]), text)

    def _expand_mark(self, mark: str) -> str:
        kind, value = self.values[mark]
        return _SHOWN[kind].format(value)


@dataclass(frozen=True, slots=True)
class Lines:
    """A message as the grammar sees it: lines of text, and the atoms in them."""

    lines: tuple[str, ...]
    atoms: Atoms

    @classmethod
    def split(cls, text: str, atoms: Atoms) -> "Lines":
        """Return the lines of *text* that aren't blank.

        ZWNJ and ZWJ are removed unless they are between two letters.
        """
        text = _STRAY_JOINER.sub("", text)
        return cls(tuple(line for line in text.split("\n") if line.strip()), atoms)


def clean(text: str) -> str:
    """Return *text* with line ends normalized, and without invisible characters.

    Characters that can't be stored, or would pass for an atom, are replaced.
    """
    if not _UNCLEAN.search(text):
        return text
    return _LINE_END.sub("\n", _INVISIBLE.sub("", replace_unfit(text)))


def replace_unfit(text: str) -> str:
    """Return *text* with U+FFFD for characters that can't be stored or would pass for an atom."""
    return _UNFIT.sub("\ufffd", text)


def unescape(text: str) -> str:
    """Return *text* with Slack's three entities replaced by the characters they encode."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
