"""What a typed line asks for."""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "nothing", "leave", "help", "who", "as", "in", "reply", "edit", "delete", "command", "say"
]
WORDS: dict[str, Kind] = {
    "": "nothing", "exit": "leave", "quit": "leave", "help": "help", "who": "who",
    "/exit": "leave", "/quit": "leave", "/help": "help", "/who": "who",
}  # fmt: skip
SLASH = re.compile(r"/(?P<word>[A-Za-z][\w-]*)(?:\s+(?P<rest>.*))?", re.DOTALL)
BARE_AS = re.compile(r"as\s+(?P<name>@?\S+)")
BARE_IN = re.compile(r"in\s+(?P<name>#\S+)")


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing to do: *command* is a slash command's name, *rest* what is said, or a name."""

    kind: Kind
    rest: str = ""
    command: str = ""


def intent_of(line: str) -> Intent:
    """Read *line*; whatever is nothing else is said as a message."""
    typed = line.strip()
    if kind := WORDS.get(typed.casefold()):
        return Intent(kind)
    if match := BARE_AS.fullmatch(typed):
        return Intent("as", match["name"])
    if match := BARE_IN.fullmatch(typed):
        return Intent("in", match["name"])
    if match := SLASH.fullmatch(typed):
        return _slash(match["word"].casefold(), (match["rest"] or "").strip())
    return Intent("say", line)


def _slash(word: str, rest: str) -> Intent:
    match word:
        case "as" | "in" | "reply" | "edit" | "delete":
            return Intent(word, rest)
        case _:
            return Intent("command", rest, f"/{word}")
