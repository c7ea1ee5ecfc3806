"""Parses what follows `/karma`: requests for cards and history, searches, and subcommands.

The table of subcommands is in `app/slack/listeners/karma_subcommands.py`.
"""

import difflib
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.core.commands.command_words import CARD_WORDS, OWN, POINTS, SHOWING
from app.core.grammar import mrkdwn
from app.core.grammar.characters import END_MARKS, SENTENCE_MARKS
from app.core.grammar.parse import parse
from app.core.grammar.targets import MAX_NAME
from app.core.grammar.tokens import USER, Atoms, Lines
from app.core.grammar.words import GrammarWords
from app.core.settings.definitions import Settings
from app.core.vote import build_thing_id

CARD: Final = "card"
"""The default subcommand."""
LINES: Final = 10
MOST_LINES: Final = 50
_LONGEST: Final = 3000
"""How many characters are parsed; Slack's own limit is close to that."""

_QUOTES: Final = {
    '"': '"', "“": "”", "„": "“", "”": "”", "‘": "’", "’": "’", "'": "'", "«": "»", "»": "«",
    "‹": "›", "›": "‹", "「": "」", "『": "』",
}  # fmt: skip
_CLOSINGS: Final = _QUOTES | {"<": ">"}
_COUNT: Final = re.compile(rf"([0-9]{{1,9}})[{SENTENCE_MARKS}]*", re.ASCII)
_LAST_MARKS: Final = re.compile(rf"(?<=\S)\s+[{SENTENCE_MARKS}]+\Z")
"""Marks that end a command, after a space."""
_FORMATTED: Final = re.compile(r"(`{1,3}|[*_~])(?P<text>(?:(?!\1).)+)\1", re.DOTALL)
_FORMATTING: Final = "()[]*_~`"
_WORD: Final = re.compile(r"\w+")
_BEFORE: Final = re.compile(rf"(?:\+\++|--+|—) ?[{USER}]")
_OPERATORS: Final = re.compile(r'["“”„]|(?:^|\s)(?:-|or(?:\s|$))', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CardTarget:
    """The person or thing that a command is about."""

    id: str
    """A Slack user id, or `thing:` and the thing's key."""
    spelling: str = ""
    """A thing as it was typed; empty for people."""
    handle: bool = False
    """Whether it was typed as `@name`, which Slack didn't turn into a mention."""
    quoted: bool = field(default=False, compare=False)
    """Whether it was typed in quotation marks, which makes it a thing."""


@dataclass(frozen=True, slots=True)
class ShowCard:
    """A command to show the card of *target*, or of the asker if None."""

    target: CardTarget | None = None
    near: str | None = field(default=None, compare=False)
    """The subcommand that may have been meant, if what was typed is a near miss."""


@dataclass(frozen=True, slots=True)
class ShowHistory:
    """A command to show the last *count* votes of *target*, or of the asker if None."""

    target: CardTarget | None = None
    count: int = LINES
    whole: CardTarget | None = None
    """The target if its name really begins with the `of` or `for` that was dropped."""


@dataclass(frozen=True, slots=True)
class SearchReasons:
    """A command to find votes by the words of their reasons."""

    words: str

    @property
    def parts(self) -> tuple[str, str]:
        """The words to find whole, and the last word, which may be the beginning of one.

        If the words contain operators (`"…"`, `or`, `-`), all of them have to be found whole.
        """
        head, _, last = self.words.rpartition(" ")
        if _OPERATORS.search(self.words) or not _WORD.fullmatch(last):
            return self.words, ""
        return head, last


@dataclass(frozen=True, slots=True)
class ExplainVoting:
    """An answer: votes are given in messages."""


@dataclass(frozen=True, slots=True)
class UnclearCommand:
    """An answer: *word* wasn't understood, and *nearest* is what may have been meant."""

    word: str
    """As Slack sent it, with mentions as `<@U1>`, `<#C1>`, `<!subteam^S1>`."""
    nearest: str | None = None
    example: str | None = None
    """A command to type instead, if there's no *nearest*."""


def split_command(
    arguments: str, spellings: Mapping[str, str], following: Container[str]
) -> tuple[str, str]:
    """Return the subcommand in *arguments*, and what was typed beside it, as Slack sent it.

    *spellings* maps one or two words to a subcommand, which wins over a thing of that name. The
    subcommands *following* may come after their target. Without a subcommand, it's CARD.
    """
    typed = _LAST_MARKS.sub("", arguments[:_LONGEST].strip())
    formatted = _FORMATTED.fullmatch(typed)
    bare = formatted["text"].strip() if formatted else typed
    for length in (2, 1):
        *head, rest = [*bare.split(maxsplit=length), "", ""][: length + 1]
        spelling = " ".join(head).strip().casefold()
        marked = spelling.lstrip(_FORMATTING).rstrip(END_MARKS + _FORMATTING)
        if word := spellings.get(spelling) or spellings.get(marked):
            return word, rest
    words = split_words(typed)
    subcommand = spellings.get(_fold_word(words[1])) if len(words) > 1 else None
    if subcommand and subcommand in following:
        return subcommand, " ".join([words[0], *words[2:]])
    return CARD, typed


def read_nothing(typed: str, word: str) -> UnclearCommand | None:
    """Return an UnclearCommand if anything was *typed* after *word*, which takes no arguments."""
    text, atoms = read_text(typed)
    return UnclearCommand(atoms.expand(text), word) if text else None


_LEADS: Final = re.compile(r"(?:for|nach)\s+(?=\S)", re.IGNORECASE)
"""What people may type between the command and the words to search for."""
GIVE_EXAMPLE: Final = "give @bob 2 for the release"
_GIVING: Final = re.compile(
    rf"[+-]?[0-9]+ [{USER}][^{USER}]*"
    rf"|[{USER}],? (?:[+-]?[0-9]+|for|because|für|weil|thanks|danke)(?!\w)[^{USER}]*",
    re.IGNORECASE,
)
"""Input by which people seem to want to give points."""
_ABOUT_WORDS: Final = frozenset({"of", "for", "von", "für"})
_ASKING: Final = _ABOUT_WORDS | {"why", "reasons", "warum", "wofür", "gründe"}
"""Words beside a mention that ask for that person's card, which says what for."""
_ABOUT: Final = re.compile(rf"(?:{'|'.join(sorted(_ABOUT_WORDS))}) (?=\S)", re.IGNORECASE)
_SCHEME: Final = re.compile(r"\bhttps?://", re.IGNORECASE)
"""The beginning of a link, which is left out: reasons are searched for the rest of the URL."""


def read_search(typed: str) -> SearchReasons | ShowHistory | UnclearCommand:
    """Parse the words to search for; a person alone means their history."""
    text, atoms = read_text(typed)
    text = text[found.end() :] if (found := _LEADS.match(text)) else text
    if not text:
        return UnclearCommand("", example="search release")
    if atoms.values.get(text, ("", ""))[0] == "user":
        return ShowHistory(read_target(text, atoms))
    return SearchReasons(_SCHEME.sub("", atoms.expand(text)))


def read_history(typed: str) -> ShowHistory | UnclearCommand:
    """Parse `[target] [N]`."""
    text, atoms = read_text(typed)
    words, count = split_words(text), LINES
    if len(words) == 2 and read_count(words[0]) is not None and _is_user(words[1], atoms):
        words.reverse()
    if words and (last := read_count(words[-1])) is not None:
        words, count = words[:-1], last
    if not 1 <= count <= MOST_LINES:
        return UnclearCommand(str(count), f"history {max(1, min(count, MOST_LINES))}")
    whole = None
    if words and _ABOUT.match(text):
        whole, words = read_target(" ".join(words), atoms), words[1:]
    if not words or (len(words) == 1 and _fold_word(words[0]) in OWN - POINTS):
        return ShowHistory(None, count)
    # Several words without quotation marks may be one thing, as for a card.
    target = read_target(" ".join(words), atoms)
    if target is None:
        known = read_target(words[0], atoms) is not None
        return UnclearCommand(atoms.expand(" ".join(words[known:])), "history")
    return ShowHistory(target, count, whole)


def read_card(typed: str, known: Sequence[str]) -> ShowCard | ExplainVoting | UnclearCommand:
    """Parse a target; several words without quotation marks may be one thing.

    They aren't if the first word is a near miss of one of the *known* words.
    """
    text, atoms = read_text(typed)
    text = text.removesuffix("==")
    words = split_words(text)
    named = [word for word in words if _fold_word(word) not in CARD_WORDS]
    if not named and (len(words) != 1 or _fold_word(words[0]) not in SHOWING):
        return ShowCard()
    about = [word for word in named if _fold_word(word) not in _ASKING]
    if len(about) == 1 and _is_user(about[0], atoms):
        words, text = about, about[0]
    target = read_target(words[0] if len(words) == 1 else text, atoms)
    near = find_nearest(words[0], known)
    if target is not None and (len(words) == 1 or not near):
        return ShowCard(target, find_nearest(target.spelling, known))
    if _has_votes(text, atoms) or _BEFORE.match(text):
        return ExplainVoting()
    example = GIVE_EXAMPLE if _GIVING.fullmatch(text) else None
    return UnclearCommand(atoms.expand(text), near, example)


def read_count(word: str) -> int | None:
    """Return the number that *word* is, ignoring punctuation after it; None for other words."""
    number = _COUNT.fullmatch(word)
    return int(number[1]) if number else None


def drop_marks(target: CardTarget) -> CardTarget | None:
    """Return *target* without the marks around its name; None if it has none or is quoted."""
    bare = target.spelling.rstrip(END_MARKS).strip(_FORMATTING)
    return None if target.quoted or bare == target.spelling else read_target(bare, Atoms())


def _fold_word(word: str) -> str:
    return word.casefold().rstrip(END_MARKS)


def find_nearest(word: str, known: Sequence[str]) -> str | None:
    """Return the one of the *known* words that *word* may be a typo for, or None."""
    found = difflib.get_close_matches(word.casefold()[:20], known, 1, 0.7)
    return found[0] if found else None


def split_words(text: str) -> list[str]:
    """Split *text* into words; quoted text, with its quotation marks, and mentions are one word."""
    words: list[str] = []
    while text := text.lstrip():
        closing = _CLOSINGS.get(text[0])
        end = text.find(closing, 1) + 1 if closing else 0
        end = end or next((i for i, char in enumerate(text) if char == " "), len(text))
        words.append(text[:end])
        text = text[end:]
    return words


def read_target(word: str, atoms: Atoms) -> CardTarget | None:
    """Return the target that *word* means in the grammar; None if it can't have points."""
    word = word.rstrip(END_MARKS) if _is_user(word, atoms) else word
    kind, value = atoms.values.get(word, ("", ""))
    if kind == "user":
        return CardTarget(value) if len(value) <= 64 else None
    if kind != "emoji" and (_has_atoms(word, atoms, "user", "group") or _has_votes(word, atoms)):
        return None
    name = atoms.expand(word)
    if kind == "emoji":  # Slack knows emoji by lower-case names only
        name = name.casefold()
    if name.startswith("<"):  # a channel
        return None
    handle, quoted = name.startswith("@") and len(name) > 1, _unquote(name)
    name = (quoted or name.removeprefix("@" if handle else "#")).strip()
    if len(name) > MAX_NAME or not any(char.isalnum() for char in name):
        return None
    key = build_thing_id(name)
    return CardTarget(key, name, handle, bool(quoted)) if key else None


def read_text(typed: str) -> tuple[str, Atoms]:
    """Return *typed* as one line, with its atoms."""
    lines = mrkdwn.read(typed)
    return " ".join(" ".join(lines.lines).split()), lines.atoms


def _is_user(word: str, atoms: Atoms) -> bool:
    """Return whether *word* is a mention of one person, ignoring punctuation after it."""
    return atoms.values.get(word.rstrip(END_MARKS), ("", ""))[0] == "user"


def _has_atoms(word: str, atoms: Atoms, *kinds: str) -> bool:
    return any(atoms.values[char][0] in kinds for char in word if char in atoms.values)


def _has_votes(text: str, atoms: Atoms) -> bool:
    # No language's words are needed to see whether there's a vote at all.
    return bool(parse(Lines((text,), atoms), Settings(), GrammarWords()).votes)


def _unquote(text: str) -> str:
    """Return the text inside the quotation marks around *text*, or '' if it isn't quoted."""
    closed = len(text) > 2 and _QUOTES.get(text[0]) == text[-1]
    return text[1:-1].strip() if closed else ""
