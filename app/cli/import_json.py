"""`bin/import-json`: takes a file of scores over or out again, and says what is wrong with it."""

import argparse
import asyncio
import itertools
import re
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import AsyncConnection, Connection
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.cli.import_scores import RefusedError, Summary, Takeover, people, take_out, things
from app.cli.json_file import FileError, JsonFile, opened
from app.config import Config
from app.core.transfer import export_file
from app.core.transfer.export_file import Document
from app.core.transfer.score_file import Fault, ShapeError, shown
from app.slack.outbound.failures import FAILURES, failure
from app.store import migrations
from app.store.transfer import batches, load
from app.store.transfer.load import LoadError
from app.store.transfer.tables import TABLES

_SLACK_PATIENCE: Final = 5.0
_TEAM: Final = re.compile(r"[TE][A-Z0-9]{1,63}")
_CHECKED: Final = "checked: the ledger and the boards have changed by just that"
_EPILOG: Final = (
    "FILE holds scores by name: ids of people (U123), and things by their names. They are added to"
    " the scores that are there. A document of bin/export goes into an empty database."
)
_CONNECTION: Final[dict[str, Any]] = {
    "autocommit": True,
    "application_name": "pptbot import-json",
    "prepare_threshold": None,  # behind a pooler, what was prepared is somewhere else
}


def read(arguments: Sequence[str]) -> argparse.Namespace:
    """Return what *arguments* ask for; exits with 2 when they cannot be understood."""
    parser = argparse.ArgumentParser(
        prog="bin/import-json",
        description="Takes the scores of a leaderboard.json over, all of them or none.",
        epilog=_EPILOG,
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE")
    parser.add_argument("--dry-run", action="store_true", help="do it all, and take it back")
    parser.add_argument("--skip-bad", action="store_true", help="leave bad entries out")
    parser.add_argument("--rollback", metavar="BATCH", help="take a batch out again")
    parser.add_argument("--archive", action="store_true",
                        help="rename FILE to FILE.imported-TIME when it is done")  # fmt: skip
    parser.add_argument("--team", type=_team, metavar="T…",
                        help="the workspace (default: the token's, or the only one)")  # fmt: skip
    wanted = parser.parse_args(arguments)
    if wanted.file is None and wanted.rollback is None:
        parser.error("name a FILE, or a batch to take out: --rollback BATCH")
    return wanted


def run(wanted: argparse.Namespace, given: Config, url: str) -> int:
    """Do what is *wanted*; return the exit status, and say what was done or why it was not."""
    command = _Command(wanted, given, url, Screen())
    try:
        asyncio.run(command.check())
        return command.take_out() if wanted.rollback is not None else command.take_over()
    except (FileError, ShapeError, LoadError) as error:
        return _ended(f"{wanted.file} {error} (see docs/operate.md#import-and-export)")
    except RefusedError as error:
        return _ended(str(error))


class Screen:
    """What the operator sees: a bar on a terminal, bad entries, and the summary."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
        columns = (BarColumn(), TextColumn("{task.percentage:3.0f} %"), TimeElapsedColumn())
        quiet = not self._console.is_terminal
        self.bar = Progress(*columns, console=self._console, disable=quiet, transient=True)

    def begin(self, size: int) -> Any:
        """Show a bar over *size* bytes; return what is to be told of each block."""
        task = self.bar.add_task("", total=size)
        return lambda more: self.bar.advance(task, more)

    def fault(self, fault: Fault) -> None:
        """Show a bad entry."""
        if self._console.is_terminal:
            self._console.print(f"bin/import-json: {fault}")
        else:  # a hundred times as fast, for a file that is all wrong
            sys.stderr.write(f"bin/import-json: {fault}\n")


@dataclass(frozen=True, slots=True)
class _Command:
    wanted: argparse.Namespace
    given: Config
    url: str
    screen: Screen

    async def check(self) -> None:
        """Raise RefusedError if the database lacks migrations."""
        async with await AsyncConnection.connect(self.url, **_CONNECTION) as conn:
            state = await migrations.state(conn)
        if state.pending:
            raise RefusedError("the database lacks migrations: run bin/migrate first")

    def take_over(self) -> int:
        """Take the file over, whichever kind it is of."""
        with opened(self.wanted.file) as file, self.screen.bar:
            head = list(itertools.islice(file.events(), export_file.HEAD))
            if export_file.is_document(head, TABLES):
                done = self._document(file)
            else:
                done = self._scores(file)
        return self._end(done)

    def take_out(self) -> int:
        """Append the reversal of a batch."""
        name = self.wanted.rollback
        with self._transaction() as conn:
            batch = batches.named(conn, name, self.wanted.team)
            if batch is None:
                raise RefusedError(f"there is no batch {name}")
            if at := batch.rolled_back_at:
                lines = [f"batch {name} was taken out already, on {_at(at)}: nothing changed"]
            else:
                lines = [f"taken out: {_sums(take_out(conn, batch))}", _CHECKED]
        return self._end(_Done(lines, name, changed=False))

    def _scores(self, file: JsonFile) -> "_Done":
        file_hash = file.hash()
        with self._transaction() as conn:
            team, how = self._team(conn)
            if batch := batches.of_file(conn, team, file_hash):
                when = f"was taken over already, on {_at(batch.created_at)}: nothing changed"
                return _Done([f"{self.wanted.file} {when}"], batch.name, changed=False)
            takeover = Takeover(conn, team, self.wanted.skip_bad, self.screen.fault)
            summary = takeover.read(file.events(self.screen.begin(file.size)))
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
            if not takeover.write(name, file_hash, summary):
                raise RefusedError("the same file has just been taken over by another process")
        return _Done([how, *_told(file, summary), _CHECKED], name)

    def _document(self, file: JsonFile) -> "_Done":
        if self.wanted.team is not None:
            raise LoadError("is a document of bin/export, which names its workspaces: no --team")
        document = Document(file.events(self.screen.begin(file.size)))
        with self._transaction() as conn:
            found = load.load(conn, document.rows())
            for what, told in document.totals.items():
                if found.get(what) != told:
                    raise LoadError(f"has {found.get(what)} ({what}), but says {told}")
            if "seasons" not in document.totals:
                load.first_season(conn)
            wrong = load.disagreements(conn)
        rows = sum(found[table] for table in TABLES)
        lines = [f"document of {document.exported_at}: {rows:,} rows of {len(TABLES)} tables"]
        if wrong:
            lines.append(f"{wrong:,} scores differ from the ledger, as they did there: bin/verify")
        return _Done([*lines, "checked: rows and points are as many as the document says"])

    @contextmanager
    def _transaction(self) -> Iterator[Connection[Any]]:
        """Give a transaction; what a dry run does in it is taken back."""
        with (
            psycopg.connect(self.url, **_CONNECTION) as conn,
            conn.transaction(force_rollback=self.wanted.dry_run),
        ):
            yield conn

    def _team(self, conn: Connection[Any]) -> tuple[str, str]:
        """Return the workspace, and how it was found."""
        if self.wanted.team is not None:
            return self.wanted.team, f"workspace {self.wanted.team}"
        if self.given.slack_bot_token and (team := asyncio.run(_own_team(self.given))):
            return team, f"workspace {team}, the bot token's"
        known = batches.teams(conn)
        if len(known) > 1:
            raise RefusedError(f"say for which workspace: --team {', --team '.join(known[:5])}")
        if known:
            return known[0], f"workspace {known[0]}, the only one in the database"
        return "", "no workspace yet: the first start of bin/server tells whose the scores are"

    def _end(self, done: "_Done") -> int:
        """Say what was done, rename the file, and name the batch at last."""
        _say(*done.lines)
        status = 0
        if self.wanted.dry_run:
            _say("dry run: nothing was written")
            return 0
        if self.wanted.archive and done.changed:
            status = _archived(self.wanted.file)
        if done.batch:
            _say(f"batch {done.batch}")
        return status


@dataclass(frozen=True, slots=True)
class _Done:
    """What was done, in lines; a document has no batch."""

    lines: list[str]
    batch: str = ""
    changed: bool = True


async def _own_team(given: Config) -> str | None:
    """Return the workspace of the bot token, or None where Slack does not tell it soon."""
    from app import wiring  # noqa: PLC0415 (without a token, no part of Slack's is needed)

    try:
        async with asyncio.timeout(_SLACK_PATIENCE), wiring.web_client(given) as client:
            answer = await client.auth_test()
    except FAILURES as error:
        _warn(f"Slack does not tell the token's workspace ({failure(error).reason})")
        return None
    team = answer.get("team_id")
    return team if isinstance(team, str) and _TEAM.fullmatch(team) else None


def _told(file: JsonFile, summary: Summary) -> Iterator[str]:
    """Tell what was taken over, and what was passed over."""
    yield f"{_many(summary.read, 'entry', 'entries')} read, taken over: {_sums(summary)}"
    if summary.faults:
        yield f"left out: {_many(summary.faults, 'bad entry', 'bad entries')}"
    if summary.zeros:
        yield f"left out: {_many(summary.zeros, 'entry', 'entries')} with 0 points"
    if summary.ignored:
        keys = (f"{shown(key)} ({count:,})" for key, count in summary.ignored.most_common())
        yield f"ignored keys: {', '.join(keys)}"
    if file.marked:
        yield "ignored: a byte order mark at the beginning"


def _sums(summary: Summary) -> str:
    persons, stuff = people(summary), things(summary)
    return (
        f"{_many(persons.entries, 'person', 'people')} with {_many(persons.points, 'point')},"
        f" {_many(stuff.entries, 'thing')} with {_many(stuff.points, 'point')}"
    )


def _archived(path: Path) -> int:
    """Rename the file that was taken over; return the exit status."""
    stem = f"{path}.imported-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    names = (Path(stem if n == 1 else f"{stem}-{n}") for n in itertools.count(1))
    kept = next(name for name in names if not name.exists())
    try:
        path.rename(kept)
    except OSError as error:
        reason = (error.strerror or "").lower()
        return _ended(f"the scores are taken over, but {path} cannot be renamed: {reason}")
    _say(f"renamed to {kept}")
    return 0


def _many(number: int, noun: str, nouns: str = "") -> str:
    return f"{number:,} {noun if abs(number) == 1 else nouns or noun + 's'}"


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _team(word: str) -> str:
    if not _TEAM.fullmatch(word):
        raise argparse.ArgumentTypeError(f"{word!r} is no workspace's id, which is like T0123ABCD")
    return word


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _warn(line: str) -> None:
    sys.stderr.write(f"bin/import-json: {line}\n")


def _ended(line: str) -> int:
    sys.stdout.flush()
    _warn(line)
    return 1
