"""The playground's command language: what a typed line asks for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from app.core.commands.karma import find_nearest
from app.devtools.fake_slack.workspace import Workspace

Kind = Literal[
    "nothing", "leave", "help", "who", "clear", "as", "in", "reply", "edit", "delete", "command",
    "say", "press", "home", "react", "unreact", "shortcut", "menu",
]  # fmt: skip
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

LONGEST = 3
"""Maximum words of a line that may be a mistyped instruction; longer ones are messages."""

ALONE = {"/home", "/delete"}
WITH_MORE = {"/reply", "/edit", "/react", "/unreact", "/shortcut", "/menu"}
PLACES = {"as": "as carol", "in": "in #dev"}
BARE = [word for word in WORDS if word and not word.startswith("/")]
NUMBER = "Add its number: press 1"


@dataclass(frozen=True, slots=True)
class Intent:
    """A parsed line.

    *command* is the name of a slash command, *rest* its text, a message or a name, and *number* the
    number of the element to press.
    """

    kind: Kind
    rest: str = ""
    command: str = ""
    number: int = 0


def read_intent(line: str) -> Intent:
    """Parse *line*; anything that isn't an instruction is a message."""
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


def explain_unknown_command(command: str, workspace: Workspace) -> str:
    """Return a message that there is no such slash command, suggesting the likeliest one."""
    if command == "/press":
        return NUMBER
    if command in {"/cancel", "/close"}:
        return "No form is open."
    own = [f"/{word}" for word in (*SLASH_WORDS, *BARE, "home", "press")]
    suggestion = ask_if_meant(command, [*workspace.manifest.commands, *own])
    return f"There is no command {command}.{suggestion or ' Type help for a list.'}"


def ask_if_meant(typed: str, known: Iterable[str]) -> str:
    """Return a question suggesting the item of *known* nearest to *typed*, or ""."""
    near = find_nearest(typed, [*known])
    return f" Did you mean {near}?" if near else ""


def explain_unknown_shortcut(callback_id: str, known: tuple[str, ...]) -> str:
    """Return a message that there is no such shortcut, listing the *known* ones."""
    return f"There is no shortcut {callback_id}. Available: {', '.join(known) or 'none'}."


def find_near_miss(line: str, workspace: Workspace) -> str:
    """Return a suggestion if a *line* sent as a message looks like an instruction, else ""."""
    words = line.strip("/ ").split()
    if not 1 <= len(words) <= LONGEST:
        return ""
    if words[0].casefold() == "press":
        return NUMBER
    suggestion = _find_instruction(words[0].casefold(), words[1:], workspace)
    return f"That was sent as a message. Did you mean {suggestion}?" if suggestion else ""


def _find_instruction(first: str, rest: list[str], workspace: Workspace) -> str:
    command = f"/{first}"
    if command in {*workspace.manifest.commands, *(WITH_MORE if rest else ALONE)}:
        return " ".join([command, *rest])
    if not rest:
        return PLACES.get(first) or find_nearest(first, BARE) or ""
    if rest[0].isdecimal() and find_nearest(first, ["press"]):
        return " ".join(["press", *rest])
    return _find_place(rest[0], workspace) if first == "in" and len(rest) == 1 else ""


def _find_place(name: str, workspace: Workspace) -> str:
    if name.casefold() == "pptbot":
        return "in @pptbot"
    channel = workspace.find_channel(name)
    return f"in #{channel.name}" if channel and not channel.user else ""
