"""Reads what follows `/karma`: whose card, whose history, or what is to be done.

Which word leads to which answer is a table in `app/slack/listeners/karma_subcommands.py`.
"""

import difflib
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.core.commands.command_words import CARD_WORDS, OWN, POINTS, SHOWING
from app.core.grammar import mrkdwn
from app.core.grammar.parse import parse
from app.core.grammar.targets import MAX_NAME
from app.core.grammar.tokens import USER, Atoms, Lines
from app.core.grammar.words import GrammarWords
from app.core.settings.definitions import Settings
from app.core.vote import build_thing_id

CARD: Final = "card"
"""What is asked for without a word."""
LINES: Final = 10
MOST_LINES: Final = 50
_LONGEST: Final = 3000
"""Characters that are read; Slack's own limit is near."""

_QUOTES: Final = {
    '"': '"', "“": "”", "„": "“", "”": "”", "‘": "’", "’": "’", "'": "'", "«": "»", "»": "«",
    "‹": "›", "›": "‹", "「": "」", "『": "』",
}  # fmt: skip
_CLOSINGS: Final = _QUOTES | {"<": ">"}
_COUNT: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_WORD: Final = re.compile(r"\w+")
_END_MARKS: Final = ".,;:!?"
_BEFORE: Final = re.compile(rf"(?:\+\++|--+|—) ?[{USER}]")
_OPERATORS: Final = re.compile(r'["“”„]|(?:^|\s)(?:-|or(?:\s|$))', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CardTarget:
    """Whom or what somebody asks for."""

    id: str
    """A Slack user id, or `thing:` and the thing's key."""
    spelling: str = ""
    """A thing as it was typed; empty for people."""
    handle: bool = False
    """Whether it was typed as `@name`, and Slack did not know of whom that speaks."""
    quoted: bool = field(default=False, compare=False)
    """Whether it was typed in quotation marks, so that it is a thing."""


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Show where somebody or something stands; None: whoever asks."""

    target: CardTarget | None = None
    near: str | None = field(default=None, compare=False)
    """The word for which what was typed may be a slip."""


@dataclass(frozen=True, slots=True)
class ShowHistory:
    """Show the last *count* votes of somebody or something; None: of whoever asks."""

    target: CardTarget | None = None
    count: int = LINES
    whole: CardTarget | None = None
    """Whose, if a name begins with the `of` or `for` that was taken for none of it."""


@dataclass(frozen=True, slots=True)
class SearchReasons:
    """Find votes by the words of their reasons."""

    words: str

    @property
    def parts(self) -> tuple[str, str]:
        """Return the words to find whole, and the beginning of one; that is the last word.

        Where the words hold operators (`"…"`, `or`, `-`), all of them are to be found whole.
        """
        head, _, last = self.words.rpartition(" ")
        if _OPERATORS.search(self.words) or not _WORD.fullmatch(last):
            return self.words, ""
        return head, last


@dataclass(frozen=True, slots=True)
class ExplainVoting:
    """Say that votes are given in messages."""


@dataclass(frozen=True, slots=True)
class UnclearCommand:
    """Say which *word* was not understood, and the *nearest* that would be."""

    word: str
    """As Slack sent it: mentions stand as `<@U1>`, `<#C1>`, `<!subteam^S1>`."""
    nearest: str | None = None
    example: str | None = None
    """What could be typed instead, where nothing is near."""


def split_command(
    arguments: str, spellings: Mapping[str, str], following: Container[str] = ()
) -> tuple[str, str]:
    """Return which word follows `/karma`, and what was typed beside it, as Slack sent it.

    Words are known by their *spellings*, of one word or two, and win over a thing of that name;
    those *following* may stand behind whom or what they are about. Without a word it is CARD.
    """
    typed = arguments[:_LONGEST].strip()
    for length in (2, 1):
        *begun, rest = [*typed.split(maxsplit=length), "", ""][: length + 1]
        said = " ".join(begun).strip().casefold()
        if word := spellings.get(said) or spellings.get(said.rstrip(_END_MARKS)):
            return word, rest
    words = split_words(typed)
    behind = spellings.get(words[1].casefold()) if len(words) > 1 else None
    if behind and behind in following:
        return behind, " ".join([words[0], *words[2:]])
    return CARD, typed


def read_nothing(typed: str, word: str) -> UnclearCommand | None:
    """Read nothing after a *word* that stands alone."""
    text, atoms = read_text(typed)
    return UnclearCommand(atoms.expand(text), word) if text else None


_LEADS: Final = re.compile(r"(?:for|nach)\s+(?=\S)", re.IGNORECASE)
"""What people say between the command and the words."""
GIVE_EXAMPLE: Final = "give @bob 2 for the release"
_GIVING: Final = re.compile(
    rf"[+-]?[0-9]+ [{USER}][^{USER}]*"
    rf"|[{USER}],? (?:[+-]?[0-9]+|for|because|für|weil|thanks|danke)(?!\w)[^{USER}]*",
    re.IGNORECASE,
)
"""What somebody may type who wants to give points."""
_ABOUT_WORDS: Final = frozenset({"of", "for", "von", "für"})
_ABOUT: Final = re.compile(rf"(?:{'|'.join(sorted(_ABOUT_WORDS))}) (?=\S)", re.IGNORECASE)
_SCHEME: Final = re.compile(r"\bhttps?://", re.IGNORECASE)
"""What a link begins with: reasons are searched for the rest of it, which says where it leads."""


def read_search(typed: str) -> SearchReasons | ShowHistory | UnclearCommand:
    """Read the words to search for; for a person alone it is their history that is meant."""
    text, atoms = read_text(typed)
    text = text[found.end() :] if (found := _LEADS.match(text)) else text
    if not text:
        return UnclearCommand("", example="search release")
    if atoms.values.get(text, ("", ""))[0] == "user":
        return ShowHistory(read_target(text, atoms))
    return SearchReasons(_SCHEME.sub("", atoms.expand(text)))


def read_history(typed: str) -> ShowHistory | UnclearCommand:
    """Read `[target] [N]`."""
    text, atoms = read_text(typed)
    words, count = split_words(text), LINES
    if len(words) == 2 and _COUNT.fullmatch(words[0]) and _is_user(words[1], atoms):
        words.reverse()
    if words and _COUNT.fullmatch(words[-1]):
        count = int(words.pop())
    if not 1 <= count <= MOST_LINES:
        return UnclearCommand(str(count), f"history {max(1, min(count, MOST_LINES))}")
    whole = None
    if words and _ABOUT.match(text):
        whole, words = read_target(" ".join(words), atoms), words[1:]
    if not words or (len(words) == 1 and words[0].casefold() in OWN - POINTS):
        return ShowHistory(None, count)
    # Several words without quotation marks may be one thing, as for a card.
    target = read_target(" ".join(words), atoms)
    if target is None:
        known = read_target(words[0], atoms) is not None
        return UnclearCommand(atoms.expand(" ".join(words[known:])), "history")
    return ShowHistory(target, count, whole)


def read_card(typed: str, known: Sequence[str] = ()) -> ShowCard | ExplainVoting | UnclearCommand:
    """Read a target; several words without quotation marks may be one thing too.

    Unless the first is nearly one of the *known* words.
    """
    text, atoms = read_text(typed)
    text = text.removesuffix("==")
    words = split_words(text)
    named = [word for word in words if word.casefold() not in CARD_WORDS]
    if not named and (len(words) != 1 or words[0].casefold() not in SHOWING):
        return ShowCard()
    about = [word for word in named if word.casefold() not in _ABOUT_WORDS]
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


def find_nearest(word: str, known: Sequence[str]) -> str | None:
    """Return which of the *known* words *word* may be a slip of the keys for."""
    found = difflib.get_close_matches(word.casefold()[:20], known, 1, 0.7)
    return found[0] if found else None


def split_words(text: str) -> list[str]:
    """Return the words of *text*; what is quoted, or a mention, is one, its marks with it."""
    words: list[str] = []
    while text := text.lstrip():
        closing = _CLOSINGS.get(text[0])
        end = text.find(closing, 1) + 1 if closing else 0
        end = end or next((i for i, char in enumerate(text) if char == " "), len(text))
        words.append(text[:end])
        text = text[end:]
    return words


def read_target(word: str, atoms: Atoms) -> CardTarget | None:
    """Return what *word* means by the rules of the grammar; None for what can have no points."""
    word = word.rstrip(_END_MARKS) if _is_user(word, atoms) else word
    kind, value = atoms.values.get(word, ("", ""))
    if kind == "user":
        return CardTarget(value) if len(value) <= 64 else None
    if kind != "emoji" and (_has_atoms(word, atoms, "user", "group") or _has_votes(word, atoms)):
        return None
    name = atoms.expand(word)
    if name.startswith("<"):  # a channel
        return None
    handle, quoted = name.startswith("@") and len(name) > 1, _unquote(name)
    name = (quoted or name.removeprefix("@" if handle else "#")).strip()
    if len(name) > MAX_NAME or not any(char.isalnum() for char in name):
        return None
    key = build_thing_id(name)
    return CardTarget(key, name, handle, bool(quoted)) if key else None


def read_text(typed: str) -> tuple[str, Atoms]:
    """Return *typed* on one line, with what its mentions stand for."""
    lines = mrkdwn.read(typed)
    return " ".join(" ".join(lines.lines).split()), lines.atoms


def _is_user(word: str, atoms: Atoms) -> bool:
    """Tell whether *word* is a mention of one person, whatever ends a sentence after it."""
    return atoms.values.get(word.rstrip(_END_MARKS), ("", ""))[0] == "user"


def _has_atoms(word: str, atoms: Atoms, *kinds: str) -> bool:
    return any(atoms.values[char][0] in kinds for char in word if char in atoms.values)


def _has_votes(text: str, atoms: Atoms) -> bool:
    # Whether it is a vote at all depends on no language's words.
    return bool(parse(Lines((text,), atoms), Settings(), GrammarWords()).votes)


def _unquote(text: str) -> str:
    """Return what stands between the quotation marks that *text* begins and ends with."""
    closed = len(text) > 2 and _QUOTES.get(text[0]) == text[-1]
    return text[1:-1].strip() if closed else ""
