"""`bin/import-json`: imports scores or an exported document, or rolls an import back."""

import argparse
import asyncio
import itertools
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from app import CommandError, make_printable
from app.cli import session
from app.cli.import_report import ImportProgress, describe_import, format_sums
from app.cli.import_scores import ScoreImport, roll_back_batch
from app.cli.json_file import JsonFile, open_json
from app.cli.session import print_error, print_lines
from app.cli.whole_files import describe_error
from app.config import Config
from app.core.transfer import export_file
from app.core.transfer.export_file import Document
from app.core.transfer.hubot_brain import find_brain, read_brain
from app.core.transfer.score_file import FileError, RawEntry, read_entries
from app.core.transfer.spreadsheet import read_table
from app.store.database import SyncConn
from app.store.server import operating
from app.store.transfer import batches, census, load
from app.store.transfer.merged_names import delay_adoption
from app.store.transfer.tables import TABLES

_SLACK_PATIENCE: Final = 5.0
_TEAM: Final = re.compile(r"T[A-Z0-9]{1,63}")
_CHECKED: Final = "checked: the ledger and the boards changed by exactly these points"


def start(options: argparse.Namespace) -> int:
    """Import or roll back as *options* say; return the exit status."""
    config = session.read_config()
    return session.run_on_database("import-json", options, config, partial(run, options, config))


def run(options: argparse.Namespace, config: Config, url: str) -> int:
    """Import or roll back as *options* say and print a summary; return 0.

    Raises CommandError if nothing was written, or if the imported file can't be renamed.
    """
    command = _Command(options, config, url, ImportProgress())
    with operating.connect(url, "import-json") as conn:
        operating.check_migrated(conn)
    try:
        return command.roll_back() if options.rollback is not None else command.import_file()
    except FileError as error:
        raise CommandError(
            f"{options.file} {error} (see docs/operate/troubleshoot.md#import-and-export)"
        ) from error


@dataclass(frozen=True, slots=True)
class _Command:
    options: argparse.Namespace
    config: Config
    url: str
    progress: ImportProgress

    def import_file(self) -> int:
        """Import the file: scores, or a document of bin/export."""
        with open_json(self.options.file) as file, self.progress.bar:
            result = (
                self._import_document(file)
                if self._is_document(file)
                else self._import_scores(file)
            )
        return self._finish(result)

    def _is_document(self, file: JsonFile) -> bool:
        if self._is_table:
            return False
        head = list(itertools.islice(file.read_events(), export_file.HEAD))
        return export_file.is_document(head, TABLES)

    @property
    def _is_table(self) -> bool:
        return bool(self.options.file.suffix.lower() == ".csv")

    def roll_back(self) -> int:
        """Append the reversal of a batch; do nothing if that was done before."""
        name = self.options.rollback
        with self._open_transaction() as conn:
            batch = batches.lock_by_name(conn, name, self.options.team)
            if batch is None:
                raise CommandError(f"there is no batch {name}")
            if at := batch.rolled_back_at:
                lines = [
                    f"batch {name} was already rolled back, on {_format_time(at)}: nothing changed"
                ]
            else:
                summary = roll_back_batch(conn, batch, rehearse=self.options.dry_run)
                lines = [f"rolled back: {format_sums(summary)}", _CHECKED]
        return self._finish(_Result(lines, name))

    def _import_scores(self, file: JsonFile) -> "_Result":
        file_hash = file.compute_hash()
        with self._open_transaction() as conn:
            team, origin = self._find_team(conn)
            if batch := batches.find_by_file(conn, team, file_hash):
                when = f"was already imported, on {_format_time(batch.created_at)}: nothing changed"
                return _Result([f"{self.options.file} {when}"], batch.name, changed=False)
            secret = self.config.secret_key
            score_import = ScoreImport(
                conn, team, self.options.skip_bad, self.progress.print_fault, self.progress.step,
                rehearse=self.options.dry_run, secret=secret.get_secret_value() if secret else None,
            )  # fmt: skip
            summary = score_import.read(self._read_entries(file))
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
            if not score_import.write(name, file_hash, summary):
                raise CommandError("another process has just imported the same file")
        return _Result([origin, *describe_import(file, summary), _CHECKED], name)

    def _read_entries(self, file: JsonFile) -> Iterator[RawEntry]:
        """Return the entries of *file*: CSV, a Hubot brain, or a leaderboard.json."""
        follow = self.progress.begin(file.size)
        if self._is_table:
            return read_table(file.read_rows(follow))
        nested = [kind for kind, _ in itertools.islice(file.read_events(), 3)][2:] == ["start_map"]
        brain = find_brain(file.read_events()) if nested else None
        return (
            read_brain(file.read_events(follow), brain)
            if brain
            else read_entries(file.read_events(follow))
        )

    def _import_document(self, file: JsonFile) -> "_Result":
        if self.options.team is not None:
            raise FileError("is a document of bin/export, with its own workspaces: omit --team")
        document = Document(file.read_events(self.progress.begin(file.size)))
        with self._open_transaction() as conn:
            loaded = load.load(conn, document.read_rows(), rehearse=self.options.dry_run)
            if not document.totals:
                raise FileError("has no totals to check it by")
            for name, expected in document.totals.items():
                if loaded.get(name) != expected:
                    raise FileError(f"has {loaded.get(name)} ({name}), but says {expected}")
            wrong = census.count_disagreements(conn)
        rows = sum(loaded[table] for table in TABLES)
        at = make_printable(document.exported_at[:60])
        lines = [f"document of {at}: {rows:,} rows of {len(TABLES)} tables"]
        if wrong:
            lines.append(
                f"scores that differ from the ledger, as before: {wrong:,}; run bin/verify"
            )
        return _Result([*lines, "checked: rows and points match the document's totals"])

    @contextmanager
    def _open_transaction(self) -> Iterator[SyncConn]:
        """Open a connection in a transaction, which a dry run rolls back."""
        with (
            operating.connect(self.url, "import-json") as conn,
            conn.transaction(force_rollback=self.options.dry_run),
        ):
            yield conn

    def _find_team(self, conn: SyncConn) -> tuple[str, str]:
        """Return the workspace's id, empty if unknown yet, and a line saying how it was found.

        Raises CommandError if there are several to choose from.
        """
        if self.options.team is not None:
            return self.options.team, f"workspace {self.options.team}"
        if self.config.slack_bot_token and (team := asyncio.run(_fetch_token_team(self.config))):
            return team, f"workspace {team}, from the bot token"
        if not (teams := _list_known_teams(conn)):
            # A first server that starts before these scores are written waits, to adopt them.
            delay_adoption(conn)
            teams = _list_known_teams(conn)
        if len(teams) > 1:
            raise CommandError(f"choose a workspace: --team {', --team '.join(teams[:5])}")
        if teams:
            return teams[0], f"workspace {teams[0]}, the only one in the database"
        return "", "no workspace yet: the scores will be assigned when bin/server first starts"

    def _finish(self, result: "_Result") -> int:
        """Print the result, rename the file if asked to, and print the batch name last."""
        print_lines(*result.lines)
        if self.options.dry_run:
            print_lines("dry run: nothing was written")
            return 0
        rename = self.options.archive and result.changed
        problem = _rename_imported(self.options.file) if rename else ""
        if result.batch:
            print_lines(f"batch {result.batch}")
        if problem:
            raise CommandError(problem)
        return 0


@dataclass(frozen=True, slots=True)
class _Result:
    """The lines to print, and the batch's name; a document has no batch."""

    lines: list[str]
    batch: str = ""
    changed: bool = True


def _list_known_teams(conn: SyncConn) -> list[str]:
    return [team for team in operating.list_teams(conn) if team]


async def _fetch_token_team(config: Config) -> str | None:
    """Return the workspace of the bot token, or None if Slack fails or takes over 5 seconds.

    Raises CommandError if the token is an organization's.
    """
    # Imported only if there is a token, because loading the Slack client takes long.
    from app import wiring  # noqa: PLC0415
    from app.slack.client import FAILURES, classify_failure  # noqa: PLC0415

    try:
        async with asyncio.timeout(_SLACK_PATIENCE), wiring.open_web_client(config) as client:
            answer = await client.auth_test()
    except FAILURES as error:
        reason = classify_failure(error).reason
        line = f"Slack did not say which workspace the token is for ({reason})"
        print_error("import-json", line)
        return None
    if answer.get("is_enterprise_install") is True:
        raise CommandError(
            "the bot token is for an organization: choose a workspace with --team T…"
        )
    team = answer.get("team_id")
    return team if isinstance(team, str) and _TEAM.fullmatch(team) else None


def _rename_imported(path: Path) -> str:
    """Add .imported-TIME to the file's name; return an error message, empty on success."""
    stem = f"{path}.imported-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    names = (Path(stem if n == 1 else f"{stem}-{n}") for n in itertools.count(1))
    try:
        new_path = next(name for name in names if not name.exists())
        path.rename(new_path)
    except OSError as error:
        return f"the scores were imported, but {path} cannot be renamed: {describe_error(error)}"
    print_lines(f"renamed to {new_path}")
    return ""


def _format_time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
