"""The documentation's transcripts: each ```console block, its setup steps, and its replay.

An HTML comment before a block, which readers don't see, holds its setup: `<!-- before: … -->`
starts from scratch, `<!-- goes on … -->` continues after the previous block, and each further line
is a step whose output isn't shown.
"""

import io
import os
import re
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console

from app.devtools.fake_slack.composer import compose
from app.devtools.fake_slack.values import Post
from app.devtools.fake_slack.workspace import Workspace
from app.devtools.playground.conversation import Conversation
from app.devtools.playground.identity import choose_first_identity
from tests.process import ROOT, run_whole
from tests.talk import Talk

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])

_BLOCK = re.compile(
    r"(?:<!-- (?P<how>before:|goes on)(?P<steps>[^>]*?)-->\n+)?"
    r"^(?P<indent> *)```console\n(?P<text>.*?)^ *```$",
    re.DOTALL | re.MULTILINE,
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_STAMP = r"\d{8}T\d{6}Z(?:-[0-9a-f]{6})?"
_VARIES = (
    (r"\d{4}-\d\d-\d\d( \d\d:\d\d( UTC)?)?", "DATE"),
    (r"\d\d:\d\d UTC", "TIME"),
    (_STAMP, "STAMP"),
    (rf"(\d+([–-]\d+)? )?({_MONTHS})( \d{{4}})?( ?– ?\d+ ({_MONTHS})( \d{{4}})?)?", "DAYS"),
    (r"\d{4}-W\d\d", "WEEK"),
    (r"[\d,.]+ (MB|kB|bytes|ms|s|tables|rows)\b", "SIZE"),
    (r"(_ms\": )[\d.]+", "SIZE"),
    (r"PostgreSQL \d+(\.\d+)?", "PostgreSQL"),
    (r"just now|\d+ minutes? ago", "AGO"),
)


@dataclass(frozen=True)
class Transcript:
    """A block on a page: what is typed, and the output."""

    page: Path
    line: int
    continues: bool
    steps: tuple[str, ...]
    text: str

    @property
    def is_dialogue(self) -> bool:
        """Whether it's a conversation in the playground rather than commands."""
        return not self.text.startswith("$ ")


def read_transcripts(page: Path) -> list[Transcript]:
    """Return the blocks of *page* in order."""
    whole = page.read_text(encoding="utf-8")
    return [
        Transcript(
            page,
            whole.count("\n", 0, found.start("text")) + 1,
            found["how"] == "goes on",
            tuple(line.strip() for line in (found["steps"] or "").split("\n") if line.strip()),
            re.sub(rf"^{found['indent']}", "", found["text"], flags=re.MULTILINE),
        )
        for found in _BLOCK.finditer(whole)
    ]


def mask(text: str) -> str:
    """Return *text* on one line, with dates, sizes and the like replaced by placeholders."""
    for pattern, name in _VARIES:
        text = re.sub(pattern, name, text)
    return " ".join(text.split())


def expect_same(transcript: Transcript, replayed: str) -> None:
    """Compare the replayed output with the page, or with WRITE_PAGES=1 write it there."""
    replayed = "\n".join(line.rstrip() for line in replayed.strip("\n").split("\n"))
    if transcript.is_dialogue and _sort_answers(replayed) == _sort_answers(transcript.text):
        return
    parts = re.split(r"^…$", transcript.text, flags=re.MULTILINE)
    pattern = ".*?".join(re.escape(mask(part)) for part in parts)
    if re.fullmatch(pattern, mask(replayed)):
        return
    if os.environ.get("WRITE_PAGES"):
        whole = transcript.page.read_text(encoding="utf-8")
        transcript.page.write_text(
            whole.replace(transcript.text, replayed + "\n", 1), encoding="utf-8"
        )
        return
    where = f"{transcript.page.relative_to(ROOT)}:{transcript.line}"
    assert replayed == transcript.text, f"{where} is not what happens: see it, or WRITE_PAGES=1"


def _sort_answers(text: str) -> list[str]:
    """Return the typed lines and their answers, masked; a line's answers may come in any order."""
    turns: list[list[str]] = [[]]
    for part in text.strip("\n").split("\n\n"):
        typed, _, answer = part.partition("\n")
        if re.match(r"\S.*? >( |$)", typed):
            turns.append([f" {typed}", answer])
        else:
            turns[-1].append(part)
    return [mask(answer) for turn in turns for answer in sorted(turn)]


class Dialogue:
    """A conversation in the playground, only parts of which are shown."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._out = io.StringIO()
        self._identity = choose_first_identity(talk.slack.workspace)
        console = Console(file=self._out, width=80, highlight=False)
        self._conversation = Conversation(talk.slack, talk.delivery, console, self._identity)

    @asynccontextmanager
    async def listen(self) -> Any:
        """Print the app's posts inside the context."""
        end = self._talk.slack.subscribe(self._conversation.show)
        try:
            yield
        finally:
            end()

    async def replay(self, transcript: Transcript) -> str:
        """Run the setup steps, type the block's lines, and return the output."""
        for line in transcript.steps:
            await self._prepare(line)
        start = self._out.tell()
        for line in transcript.text.splitlines():
            if typed := re.match(r"(?P<prompt>\S.*?) >(?: (?P<line>.*))?$", line):
                await self._switch_to(typed["prompt"])
                self._conversation.echo(typed["line"] or "")
                await self._type(typed["line"] or "")
        return self._out.getvalue()[start:]

    async def _prepare(self, line: str) -> None:
        """Run one setup step; `(until Points) 3` keeps a form's fields up to that one."""
        if field := re.fullmatch(r"\(until (.+?)\)(.*)", line):
            while not self._identity.question.startswith(field[1]):
                await self._type("")
            if field[2]:
                await self._type(field[2].strip())
        else:
            await self._type("" if line == "(enter)" else line)

    async def _switch_to(self, prompt: str) -> None:
        """Switch to the member and channel of *prompt*, without output."""
        if seat := re.fullmatch(r"(.+) in (#?[\w-]+)", prompt):
            for switch in (f"as {seat[1]}", f"in {seat[2]}"):
                before = self._out.tell()
                await self._type(switch)
                self._out.seek(before)
                self._out.truncate()

    async def _type(self, line: str) -> None:
        if await self._conversation.handle(line):
            await self._talk.running.wait_idle()
            self._conversation.refresh()


class Shell:
    """Commands run in a folder, with a database and a workspace."""

    def __init__(self, folder: Path, variables: dict[str, str], workspace: Workspace) -> None:
        self._folder = folder
        self._variables = variables
        self._workspace = workspace
        self._stamp = ""

    async def replay(self, transcript: Transcript) -> str:
        """Run the setup steps and the block's commands; return the commands with their output."""
        for step in transcript.steps:
            what, _, rest = step.partition(" ")
            if what == "file":
                name, _, content = rest.partition(" ")
                (self._folder / name).write_text(content, encoding="utf-8")
            elif what == "unset":
                self._variables = {
                    k: v for k, v in self._variables.items() if k not in rest.split()
                }
            elif what == "said":
                text, blocks = compose(rest, self._workspace)
                channel, ts = next(iter(self._workspace.channels)), self._workspace.next_ts()
                author = next(iter(self._workspace.members))
                self._workspace.add(Post(channel, ts, text, author, blocks))
            elif what == "sql":
                with psycopg.connect(self._variables["DATABASE_URL"]) as conn:
                    conn.execute(rest)
            else:
                await self._run(step)
        return "".join([f"$ {line}\n{await self._run(line)}" for line in _commands(transcript)])

    async def _run(self, line: str) -> str:
        """Run a command; a backup stamp in it is replaced by the one printed last."""
        words = re.sub(_STAMP, lambda found: self._stamp or found[0], line).split()
        own = {}
        while "=" in words[0]:
            name, _, value = words.pop(0).partition("=")
            own[name] = value
        command = words[0].removeprefix("bin/")
        _, out, err = await run_whole(
            command, *words[1:], folder=self._folder, **self._variables | own
        )
        for stamp in re.findall(_STAMP, out):
            self._stamp = stamp
        err = re.sub(r"^bin/[\w-]+: the database is .*\n", "", err, flags=re.MULTILINE)
        return f"{out}{err}".replace(f"{ROOT}/", "/srv/pptbot/").replace(f"{self._folder}/", "")


def _commands(transcript: Transcript) -> Iterator[str]:
    for line in transcript.text.splitlines():
        if line.startswith("$ "):
            yield line.removeprefix("$ ")
