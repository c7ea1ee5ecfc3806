"""Sources of the conversation's lines: a keyboard, a pipe or a script."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TextIO

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import FileHistory
from prompt_toolkit.patch_stdout import patch_stdout

from app.devtools.fake_slack.workspace import Workspace
from app.devtools.playground.identity import PlaygroundIdentity

COMMANDS = (
    "/as", "/in", "/reply", "/edit", "/delete", "/leaderboard", "/karma", "/home", "/react",
    "/unreact", "/shortcut", "/menu", "press", "help", "who", "clear", "exit",
)  # fmt: skip


def read_typed_lines(
    identity: PlaygroundIdentity,
    workspace: Workspace,
    *,
    history: Path,
    stdin: TextIO | None = None,
) -> AsyncIterator[str]:
    """Yield lines typed at the terminal, or piped into *stdin* if it isn't a terminal."""
    stdin = stdin or sys.stdin
    if stdin.isatty():
        return read_prompted_lines(identity, workspace, history=history)
    return read_piped_lines(stdin)


async def read_prompted_lines(
    identity: PlaygroundIdentity, workspace: Workspace, *, history: Path
) -> AsyncIterator[str]:
    """Yield lines from a prompt until Ctrl-D, or Ctrl-C twice in a row; *history* is a file."""
    history.parent.mkdir(parents=True, exist_ok=True)
    prompt: PromptSession[str] = PromptSession(
        history=FileHistory(str(history)), completer=make_completer(workspace)
    )
    interrupted = False
    while True:
        try:
            if not identity.question:
                print_formatted_text("")
            with patch_stdout(raw=True):
                line = await prompt.prompt_async(lambda: identity.prompt)
        except EOFError:
            return
        except KeyboardInterrupt:
            if interrupted:
                return
            interrupted = True
        else:
            interrupted = False
            yield line


def make_completer(workspace: Workspace) -> WordCompleter:
    """Return a completer for the @names and #channels of *workspace*, and for commands."""
    people = [f"@{member.name}" for member in workspace.members.values() if not member.deleted]
    groups = [f"@{group.handle}" for group in workspace.groups.values()]
    channels = [f"#{c.name}" for c in workspace.channels.values() if not c.user]
    words = [*people, *groups, *channels, *COMMANDS]
    # The pattern is matched from the cursor backwards.
    return WordCompleter(words, ignore_case=True, pattern=re.compile(r"[\w-]*[@#/]?"))


async def read_piped_lines(stdin: TextIO) -> AsyncIterator[str]:
    """Yield the lines of *stdin* until it ends."""
    while line := await asyncio.to_thread(stdin.readline):
        yield line.rstrip("\r\n")


async def read_script_lines(script: str) -> AsyncIterator[str]:
    """Yield the lines of *script*, without empty lines and comments (``# `` first)."""
    for line in script.splitlines():
        if line.strip() and line != "#" and not line.startswith("# "):
            yield line
