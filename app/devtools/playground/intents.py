"""What a typed line asks for."""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "nothing",
    "leave",
    "help",
    "who",
    "clear",
    "as",
    "in",
    "reply",
    "edit",
    "delete",
    "command",
    "say",
    "press",
    "home",
    "react",
    "unreact",
    "shortcut",
    "menu",
]
WORDS: dict[str, Kind] = {
    "": "nothing", "exit": "leave", "quit": "leave", "help": "help", "who": "who",
    "/exit": "leave", "/quit": "leave", "/help": "help", "/who": "who", "/home": "home",
    "clear": "clear", "/clear": "clear",
}  # fmt: skip
SLASH_WORDS: tuple[Kind, ...] = (
    "as", "in", "reply", "edit", "delete", "react", "unreact", "shortcut", "menu",
)  # fmt: skip
SLASH = re.compile(r"/(?P<word>[A-Za-z][\w-]*)(?:\s+(?P<rest>.*))?", re.DOTALL)
BARE_AS = re.compile(r"as\s+(?P<name>@?\S+)")
PRESS = re.compile(r"/?press\s+(?P<number>[0-9]{1,3})(?:\s+(?P<rest>.*))?", re.DOTALL)
BARE_IN = re.compile(r"in\s+(?P<name>#\S+|@pptbot)")


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing to do: *command* is a slash command's name, *rest* what is said, or a name.

    *number* is that of what is pressed.
    """

    kind: Kind
    rest: str = ""
    command: str = ""
    number: int = 0


def read_intent(line: str) -> Intent:
    """Read *line*; whatever is nothing else is said as a message."""
    typed = line.strip()
    if kind := WORDS.get(typed.casefold()):
        return Intent(kind)
    if match := BARE_AS.fullmatch(typed):
        return Intent("as", match["name"])
    if match := BARE_IN.fullmatch(typed):
        return Intent("in", match["name"])
    if match := PRESS.fullmatch(typed):
        return Intent("press", (match["rest"] or "").strip(), number=int(match["number"]))
    if match := SLASH.fullmatch(typed):
        return _read_slash(match["word"].casefold(), (match["rest"] or "").strip())
    return Intent("say", line)


def _read_slash(word: str, rest: str) -> Intent:
    if kind := WORDS.get(f"/{word}"):
        return Intent(kind)
    kind = next((known for known in SLASH_WORDS if known == word), None)
    return Intent(kind, rest) if kind else Intent("command", rest, f"/{word}")
