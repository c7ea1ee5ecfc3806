"""Reads what follows `/karma`: whose card, whose history, or what is to be done."""

import difflib
import re
from dataclasses import dataclass
from typing import Final

from app.core.grammar import mrkdwn
from app.core.grammar.parse import parse
from app.core.grammar.targets import MAX_NAME
from app.core.grammar.tokens import Atoms, Lines
from app.core.settings.definitions import Settings
from app.core.vote import build_thing_id

LINES: Final = 10
MOST_LINES: Final = 50
_LONGEST: Final = 3000
"""Characters that are read; Slack's own limit is near."""

_QUOTES: Final = {'"': '"', "“": "”", "„": "“", "‘": "’", "'": "'"}
_COUNT: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_WORD: Final = re.compile(r"\w+")
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


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Show where somebody or something stands; None: whoever asks."""

    target: CardTarget | None = None


@dataclass(frozen=True, slots=True)
class ShowHistory:
    """Show the last *count* votes of somebody or something; None: of whoever asks."""

    target: CardTarget | None = None
    count: int = LINES


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
class Undo:
    """Take back one's own last votes."""


@dataclass(frozen=True, slots=True)
class OptOut:
    """Be counted and shown no more."""


@dataclass(frozen=True, slots=True)
class OptIn:
    """Be counted and shown again."""


@dataclass(frozen=True, slots=True)
class Export:
    """Give one's own data."""


@dataclass(frozen=True, slots=True)
class ForgetMe:
    """Take one's own id and reasons out of everything."""


@dataclass(frozen=True, slots=True)
class ListSeasons:
    """List the seasons."""


@dataclass(frozen=True, slots=True)
class AdminCommand:
    """Do what only admins and managers may."""

    word: str
    """One of `ADMIN_WORDS`."""
    rest: str = ""
    """What was typed after it, as Slack sent it."""


@dataclass(frozen=True, slots=True)
class ShowKarmaHelp:
    """Say what can be asked."""


@dataclass(frozen=True, slots=True)
class ExplainVoting:
    """Say that votes are given in messages."""


@dataclass(frozen=True, slots=True)
class UnclearCommand:
    """Say which *word* was not understood, and the *nearest* that would be."""

    word: str
    """As Slack sent it: mentions stand as `<@U1>`, `<#C1>`, `<!subteam^S1>`."""
    nearest: str | None = None


PersonalAction = Undo | OptOut | OptIn | Export | ForgetMe | ListSeasons
KarmaCommand = (
    ShowCard
    | ShowHistory
    | SearchReasons
    | PersonalAction
    | AdminCommand
    | ShowKarmaHelp
    | ExplainVoting
    | UnclearCommand
)

_ACTS: Final[dict[str, PersonalAction | ShowKarmaHelp]] = {
    "undo": Undo(), "opt-out": OptOut(), "opt-in": OptIn(), "export": Export(),
    "forget-me": ForgetMe(), "seasons": ListSeasons(), "help": ShowKarmaHelp(),
}  # fmt: skip
_JOINED: Final = {
    "opt out": "opt-out", "optout": "opt-out", "opt in": "opt-in", "optin": "opt-in",
    "forget me": "forget-me", "forgetme": "forget-me",
}  # fmt: skip
WORDS: Final = ("me", "history", "search", *_ACTS)
"""What may follow `/karma`, beside people and things."""
ADMIN_WORDS: Final = frozenset({
    "settings", "adjust", "merge", "unmerge", "ban", "unban", "season", "audit", "fairplay",
})  # fmt: skip
"""What may follow it too, for those who look after the workspace."""


def read_command(arguments: str) -> KarmaCommand:
    """Read what follows `/karma`; a word of the command wins over a thing of that name."""
    lines = mrkdwn.read(arguments[:_LONGEST])
    text = " ".join(" ".join(lines.lines).split())
    plain = lines.atoms.expand(text)
    first, _, rest = text.partition(" ")
    word = first.casefold()
    if word in ADMIN_WORDS:
        return AdminCommand(word, arguments[:_LONGEST].strip()[len(first) :].strip())
    if word == "search":
        return (
            SearchReasons(lines.atoms.expand(rest))
            if rest
            else UnclearCommand("search", "search WORDS")
        )
    if act := _read_action(plain.casefold()):
        return act
    if word in _ACTS:
        return ShowKarmaHelp() if word == "help" else UnclearCommand(lines.atoms.expand(rest), word)
    words = split_words(text)
    if "history" in map(str.casefold, words[:2]):
        return _read_history(words, lines.atoms)
    return _read_card(text, words, lines.atoms)


def find_nearest(word: str) -> str | None:
    """Return the word of the command that *word* may be a slip of the keys for."""
    found = difflib.get_close_matches(word.casefold()[:20], WORDS[1:], 1, 0.7)
    return found[0] if found else None


def _read_action(text: str) -> PersonalAction | ShowKarmaHelp | None:
    return _ACTS.get(_JOINED.get(text, text))


def split_words(text: str) -> list[str]:
    """Return the words of *text*; what is quoted is one, its quotation marks with it."""
    words: list[str] = []
    while text := text.lstrip():
        closing = _QUOTES.get(text[0])
        end = text.find(closing, 1) + 1 if closing else 0
        end = end or next((i for i, char in enumerate(text) if char == " "), len(text))
        words.append(text[:end])
        text = text[end:]
    return words


def _read_history(words: list[str], atoms: Atoms) -> KarmaCommand:
    """Read `history [target] [N]`, or the same with the target first."""
    at = [word.casefold() for word in words].index("history")
    others = words[:at] + words[at + 1 :]
    count = LINES
    if others and _COUNT.fullmatch(others[-1]):
        count = int(others.pop())
    if not 1 <= count <= MOST_LINES:
        return UnclearCommand(str(count), f"history {max(1, min(count, MOST_LINES))}")
    if not others or others == ["me"]:
        return ShowHistory(None, count)
    target = read_target(others[0], atoms)
    if target is None or len(others) > 1:
        return UnclearCommand(atoms.expand(" ".join(others[target is not None :])), "history")
    return ShowHistory(target, count)


def _read_card(text: str, words: list[str], atoms: Atoms) -> KarmaCommand:
    """Read a target; several words without quotation marks may be one thing too."""
    if not words or text.casefold() == "me":
        return ShowCard()
    target = read_target(words[0] if len(words) == 1 else text, atoms)
    if target is not None and (len(words) == 1 or not find_nearest(words[0])):
        return ShowCard(target)
    if _has_votes(text, atoms):
        return ExplainVoting()
    return UnclearCommand(atoms.expand(text), find_nearest(words[0]))


def read_target(word: str, atoms: Atoms) -> CardTarget | None:
    """Return what *word* means by the rules of the grammar; None for what can have no points."""
    kind, value = atoms.values.get(word, ("", ""))
    if kind == "user":
        return CardTarget(value) if len(value) <= 64 else None
    if kind != "emoji" and (_has_atoms(word, atoms, "user", "group") or _has_votes(word, atoms)):
        return None
    name = atoms.expand(word)
    if name.startswith("<"):  # a channel
        return None
    handle = name.startswith("@") and len(name) > 1
    name = (_unquote(name) or name.removeprefix("@" if handle else "")).strip()
    key = build_thing_id(name) if len(name) <= MAX_NAME else None
    return CardTarget(key, name, handle) if key else None


def _has_atoms(word: str, atoms: Atoms, *kinds: str) -> bool:
    return any(atoms.values[char][0] in kinds for char in word if char in atoms.values)


def _has_votes(text: str, atoms: Atoms) -> bool:
    return bool(parse(Lines((text,), atoms), Settings()).votes)


def _unquote(text: str) -> str:
    """Return what stands between the quotation marks that *text* begins and ends with."""
    closed = len(text) > 2 and _QUOTES.get(text[0]) == text[-1]
    return text[1:-1].strip() if closed else ""
