"""Reads and checks the contents of a backup file, without a database."""

import contextlib
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app import CommandError
from app.cli.backup.programs import Program, make_environment
from app.cli.whole_files import describe_error, hash_file, locate_checksum

_MAGIC: Final = b"PGDMP"
_OURS: Final = ("vote_history", "leaderboard", "_yoyo_migration")
_FIRST: Final = "0001.votes"
"""The migration that every pptbot database has."""
_ENTRY: Final = re.compile(r"[0-9]+; [0-9]+ [0-9]+ (.+)")
_SOURCE: Final = re.compile(r"^; +Dumped from database version: ([0-9]+)", re.MULTILINE)
_COPY: Final = re.compile(rb"COPY (.+?) (?:\(.*\) )?FROM stdin;\n")

# Entries that need rights on the server or on another role: restored if possible.
_GIVEN_FIRST: Final = ("EXTENSION ", "ACL - SCHEMA ")
_GIVEN_LAST: Final = ("ACL ", "DEFAULT ACL ")
# Entries that every database has already, or that would affect other databases.
_LEFT_OUT: Final = (
    "SCHEMA - public ", "COMMENT - SCHEMA public ", "COMMENT - EXTENSION ", "EVENT TRIGGER ",
    "PUBLICATION ", "SUBSCRIPTION ", "DATABASE",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Archive:
    """A backup file and a pg_restore that can read it."""

    path: Path
    program: Program
    entries: tuple[str, ...]
    """The lines of its table of contents, as `pg_restore --list` prints them."""
    source: int
    """The major version of the PostgreSQL server backed up; 0 if the file doesn't say."""

    def list_missing(self, tables: Iterable[tuple[str, str]]) -> list[str]:
        """Return the names of those *tables* (schema, name) whose rows aren't in the backup."""
        text = "\n".join(self.entries)
        return [name for schema, name in tables if f" TABLE DATA {schema} {name} " not in text]

    def creates(self, schema: str, name: str) -> bool:
        """Return whether restoring creates the table *name* in *schema*."""
        start = f"TABLE {schema} {name} "  # what follows is the owner, who may have spaces too
        return any(_read_kind(line).startswith(start) for line in self.entries)

    def list_schemas(self) -> list[str]:
        """Return the schemas in which restoring creates a ledger: normally one, the app's."""
        found = (re.match(r"TABLE (\S+) vote_history ", _read_kind(line)) for line in self.entries)
        return sorted(match[1] for match in found if match)

    def list_migrations(self) -> set[str]:
        """Return pptbot's applied migrations, ignoring those of other apps that use yoyo."""
        lines = self.program.run(
            "--data-only", "--table=_yoyo_migration", "--file=-", str(self.path)
        ).splitlines()
        names: set[str] = set()
        for start, line in enumerate(lines):
            if copied := re.match(r"COPY \S+ \((.*)\) FROM stdin;", line):
                end = lines.index("\\.", start)
                columns = copied[1].split(", ")
                rows = (row.split("\t") for row in lines[start + 1 : end])
                applied = {
                    dict(zip(columns, row, strict=True)).get("migration_id", "") for row in rows
                }
                names |= applied if _FIRST in applied else set()
        return names

    def count_rows(self) -> dict[str, int]:
        """Count the rows of each table by reading the whole file.

        Raises CommandError if it is damaged.
        """
        command = [str(self.program.path), "--data-only", "--file=-", str(self.path)]
        with (
            tempfile.TemporaryFile() as errors,
            subprocess.Popen(  # noqa: S603 (one of PostgreSQL's programs, without a shell)
                command, stdout=subprocess.PIPE, stderr=errors, env=make_environment()
            ) as process,
            contextlib.ExitStack() as unfinished,
        ):
            unfinished.callback(process.kill)
            counts = _count_rows(process.stdout or ())
            unfinished.pop_all()
            if process.wait():
                errors.seek(0)
                reason = errors.read().decode(errors="replace")
                raise make_damage_error(
                    self.path, self.program.explain_failure(process.returncode, reason)
                )
        return counts

    def list_data(self) -> tuple[str, ...]:
        """Return the entries of tables, their data, and everything else that must be restored."""
        others = _GIVEN_FIRST + _GIVEN_LAST + _LEFT_OUT
        return self._choose(lambda kind: not kind.startswith(others))

    def list_prerequisites(self) -> tuple[str, ...]:
        """Return the entries to restore before the tables, which the server may refuse."""
        return self._choose(lambda kind: kind.startswith(_GIVEN_FIRST))

    def list_privileges(self) -> tuple[str, ...]:
        """Return the entries of privileges, to restore last, which the server may refuse."""
        return self._choose(
            lambda kind: kind.startswith(_GIVEN_LAST) and not kind.startswith(_GIVEN_FIRST)
        )

    def _choose(self, accepts: Callable[[str], bool]) -> tuple[str, ...]:
        return tuple(line for line in self.entries if accepts(_read_kind(line)))


def open_archive(path: Path, programs: Sequence[Program]) -> Archive:
    """Open the backup at *path* with the first of *programs* that can read it.

    Raises CommandError if it isn't a backup of pptbot, or doesn't match its checksum.
    """
    _check_kind(path)
    _check_checksum(path)
    archive = Archive(path, *_list_entries(path, programs))
    text = "\n".join(archive.entries)
    if missing := [name for name in _OURS if not re.search(rf" TABLE \S+ {name} ", text)]:
        raise CommandError(f"{path} is a dump, but not of pptbot: it lacks the table {missing[0]}")
    return archive


def reopen_archive(archive: Archive, programs: Sequence[Program]) -> Archive:
    """Open *archive* again with the first of *programs* that can read it."""
    return Archive(archive.path, *_list_entries(archive.path, programs))


@contextlib.contextmanager
def select_entries(entries: Sequence[str]) -> Iterator[str]:
    """Write *entries* to a temporary file for `pg_restore --use-list`; yield its name."""
    with tempfile.NamedTemporaryFile("w", suffix=".list", encoding="utf-8") as stream:
        stream.write("\n".join(entries) + "\n")
        stream.flush()
        yield stream.name


def make_damage_error(path: Path, reason: str) -> CommandError:
    """Return the error for a file that can't be read to its end."""
    return CommandError(f"{path} is damaged or incomplete ({reason})")


def _check_kind(path: Path) -> None:
    try:
        with path.open("rb") as stream:
            start = stream.read(64)
    except IsADirectoryError:
        raise CommandError(f"{path} is a folder: name a file in it") from None
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {describe_error(error)}") from error
    if not start:
        raise CommandError(f"{path} is empty")
    if start.lstrip(b"\xef\xbb\xbf\r\n").startswith((b"--", b"SET ", b"\\restrict")):
        raise CommandError(f"{path} is a dump in plain SQL: load it with psql -f")
    if not start.startswith(_MAGIC):
        raise CommandError(f"{path} is not a backup made by bin/backup (pg_dump's custom format)")


def _check_checksum(path: Path) -> None:
    """Raise CommandError if the checksum file beside *path*, if any, doesn't match."""
    try:
        words = locate_checksum(path).read_text(encoding="utf-8").split()
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        reason = describe_error(error) if isinstance(error, OSError) else "not text"
        raise CommandError(f"{locate_checksum(path)} cannot be read: {reason}") from error
    if not words or not re.fullmatch(r"[0-9a-fA-F]{64}", words[0]):
        raise CommandError(f"{locate_checksum(path)} contains no SHA-256 checksum")
    if words[0].lower() != hash_file(path):
        raise CommandError(
            f"{path} has changed: its checksum differs from the one in {locate_checksum(path)}"
        )


def _list_entries(path: Path, programs: Sequence[Program]) -> tuple[Program, tuple[str, ...], int]:
    newer: CommandError | None = None
    for program in programs:
        try:
            text = program.run("--list", str(path))
        except CommandError as error:
            if "unsupported version" not in str(error):
                raise make_damage_error(path, str(error)) from error
            newer = newer or error
        else:
            entries = tuple(line for line in text.splitlines() if _ENTRY.fullmatch(line))
            source = _SOURCE.search(text)
            return program, entries, int(source[1]) if source else 0
    newest = max(programs, key=lambda program: program.major)
    raise CommandError(
        f"{path} was written by a newer pg_dump than pg_restore {newest.version} ({newest.path})"
        " can read: install PostgreSQL's newest client programs"
    ) from newer


def _read_kind(entry: str) -> str:
    match = _ENTRY.fullmatch(entry)
    return match[1] if match else ""


def _count_rows(lines: Iterable[bytes]) -> dict[str, int]:
    """Return the number of rows in *lines*, by the table named in COPY."""
    counts: dict[str, int] = {}
    stream = iter(lines)
    for line in stream:
        if match := _COPY.fullmatch(line):
            number = 0
            for row in stream:
                if row == b"\\.\n":
                    break
                number += 1
            name = match[1].decode(errors="replace")
            counts[name] = counts.get(name, 0) + number
    return counts
