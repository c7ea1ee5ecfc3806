"""`bin/export`: writes all data as JSON or CSV, or the scores as leaderboard.json."""

import argparse
import asyncio
import contextlib
import glob
import json
import os
import secrets
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import IO, Any, Final

import uvloop
from psycopg import AsyncConnection
from rich.console import Console
from rich.progress import FileSizeColumn, Progress, TextColumn, TimeElapsedColumn

from app import CommandError, __version__
from app.cli.session import pluralize, print_error, print_lines
from app.cli.usage import STDOUT
from app.cli.whole_files import describe_error, open_whole
from app.core.boards.definitions import THINGS, USERS
from app.core.transfer.score_file import format_target
from app.core.vote import MOST_SCORE
from app.store import migrations
from app.store.database import Conn
from app.store.server import locks, operating
from app.store.server.signals import handle_signals
from app.store.transfer import dump
from app.store.transfer.tables import TABLES

_CONNECTION: Final[dict[str, Any]] = {
    "autocommit": True,
    "application_name": "pptbot export",
    "prepare_threshold": None,  # a pooler may switch server connections
}

Pieces = AsyncGenerator[bytes, None]


def start(options: argparse.Namespace, url: str) -> int:
    """Export as *options* say; return the exit status."""
    uvloop.run(run(options, url))
    return 0


async def run(options: argparse.Namespace, url: str) -> None:
    """Export as *options* say; raise CommandError if nothing can be exported or written."""
    task = asyncio.current_task()
    handle_signals(task.cancel if task else sys.exit)
    try:
        async with await AsyncConnection.connect(url, **_CONNECTION) as conn:
            (await migrations.read_state(conn)).require_current()
            team = _choose_team(url, options.team) if options.leaderboard_json else ""
            async with dump.open_snapshot(conn):
                await _export(conn, options, team)
    except BrokenPipeError as error:
        # The reader has gone; flushing the rest at exit would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise CommandError("stopped, because the output is no longer read") from error
    except OSError as error:
        if not options.csv and str(options.output) == "-":
            raise  # `app/__main__.py` reports failures of standard output
        where = options.csv or options.output
        raise CommandError(f"cannot write {where}: {describe_error(error)}") from error


def _choose_team(url: str, team: str | None) -> str:
    with contextlib.closing(operating.connect(url, "export")) as conn:
        teams = operating.list_teams(conn, operating.SCORE_TABLES)
    if team is not None and team not in teams:
        raise CommandError(f"workspace {team} has no scores")
    if team is None and len(teams) > 1:
        raise CommandError(f"choose a workspace: --team {', --team '.join(teams[:5])}")
    return team or next(iter(teams), "")


async def _export(conn: Conn, options: argparse.Namespace, team: str) -> None:
    if options.csv is not None:
        options.csv.mkdir(parents=True, exist_ok=True)
        await _write_tables(conn, options.csv)
        return
    if options.leaderboard_json:
        pieces = stream_leaderboard(conn, team)
    else:
        pieces = dump.stream_document(conn, __version__)
    if options.output == STDOUT:
        await _write_pieces(pieces, sys.stdout.buffer)
        sys.stdout.flush()
    else:
        with _open_file(options.output) as file:
            await _write_pieces(pieces, file)
        print_lines(f"{options.output}: {options.output.stat().st_size:,} bytes")


async def _write_tables(conn: Conn, folder: Path) -> None:
    """Write one CSV file per table to *folder*; rename them only when all are complete."""
    with contextlib.ExitStack() as stack:
        for table in TABLES:
            file = stack.enter_context(_open_file(folder / f"{table}.csv"))
            await _write_pieces(dump.stream_csv(conn, table), file)
    print_lines(*(f"{folder / table}.csv" for table in TABLES))


async def stream_leaderboard(conn: Conn, team: str) -> Pieces:
    """Yield *team*'s all-time scores as one JSON object, which imports as the same scores.

    Scores that are too large for an import are reported on standard error.
    """
    yield b"{"
    between, too_large = "\n", 0
    for board in (USERS, THINGS):
        async for target, spelling, score in dump.stream_scores(conn, team, board):
            too_large += abs(score) > MOST_SCORE
            name = json.dumps(format_target(target, spelling), ensure_ascii=False)
            yield f"{between}  {name}: {score}".encode()
            between = ",\n"
    yield b"\n}\n"
    if too_large:
        scores = pluralize(too_large, "score")
        print_error(
            "export",
            f"{scores} over {MOST_SCORE:,} can't be imported from this; an export of all data can",
        )


async def _write_pieces(pieces: Pieces, file: IO[bytes]) -> None:
    """Write *pieces* to *file*; count bytes on a terminal unless *file* is one itself."""
    console = Console(stderr=True)
    columns = (FileSizeColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    quiet = not console.is_terminal or file.isatty()
    with Progress(*columns, console=console, disable=quiet, transient=True) as bar:
        task = bar.add_task("", total=None)
        async with contextlib.aclosing(pieces):  # an unfinished COPY would block the connection
            async for piece in pieces:
                file.write(piece)
                bar.advance(task, len(piece))
    file.flush()


def _open_file(path: Path) -> contextlib.AbstractContextManager[IO[bytes]]:
    """Open a file that replaces *path*, or what it links to, once complete and synced.

    Raises OSError if *path* is a folder, device or pipe.
    """
    if path.exists() and not path.is_file():
        raise OSError(0, "not a regular file")
    path = Path(os.path.realpath(path))  # resolve() raises RuntimeError for a loop of links
    locks.remove_abandoned(path.parent, f".{glob.escape(path.name)}.*.partial")
    return open_whole(path, path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial"))
