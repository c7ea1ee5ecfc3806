"""Runs the setup's subprocesses and shows progress."""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[3]
_PROGRESS_EVERY: Final = 15
"""Seconds between progress lines of one step, if there is no terminal."""


class SetupError(Exception):
    """A failed setup; the message says why and what to do."""


class Screen:
    """Progress on standard error: one line counting seconds, or occasional lines in a log."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._erase = "\r\033[K" if self._terminal else ""
        self._begun = time.monotonic()
        self._last_shown = 0
        self._step = ""

    def begin(self, step: str) -> None:
        """Show that *step* has begun."""
        self._step, self._last_shown = step, 0
        sys.stderr.write("" if self._terminal else f"Setting up: {step} ...\n")
        self.tick(0)

    def tick(self, seconds: int) -> None:
        """Show that the step has been running for *seconds*."""
        if self._terminal:
            sys.stderr.write(f"{self._erase}Setting up: {self._step} ... {seconds} s")
            sys.stderr.flush()
        elif seconds - self._last_shown >= _PROGRESS_EVERY:
            self._last_shown = seconds
            sys.stderr.write(f"Setting up: still {self._step} ({seconds} s)\n")

    def note(self, line: str) -> None:
        """Print *line* permanently."""
        sys.stderr.write(f"{self._erase}bin/setup: {line}\n")

    def end(self) -> None:
        """Print how long the setup took."""
        seconds = round(time.monotonic() - self._begun)
        sys.stderr.write(f"{self._erase}Set up in {seconds} s.\n")


def run_step(
    screen: Screen, command: list[str], environment: Mapping[str, str] | None = None
) -> None:
    """Run *command*, showing progress; raise SetupError with the reason from its output."""
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(  # noqa: S603 (Python and uv, without a shell)
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                cwd=ROOT, env=environment,
            )  # fmt: skip
        except OSError as error:  # such as a temporary folder mounted noexec
            raise SetupError(f"{command[0]}: {error.strerror}") from error
        try:
            _wait(process, screen)
        finally:
            process.kill()
            process.wait()
        if process.returncode:
            output.seek(0)
            text = output.read().decode(errors="replace")
            raise SetupError(_choose_reason(text, process.returncode))


def _choose_reason(output: str, status: int) -> str:
    """Return the line of *output* that gives the reason, without credentials in URLs."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    named = [line for line in lines if re.match(r"(?i)error|×|caused by", line)]
    reason = (named or lines or [f"it exited with {status}"])[0]
    return re.sub(r"//[^/@\s]+@", "//…@", reason)


def _wait(process: subprocess.Popen[bytes], screen: Screen) -> None:
    seconds = 0
    while True:
        try:
            process.wait(1)
        except subprocess.TimeoutExpired:
            seconds += 1
            screen.tick(seconds)
        else:
            return


def ask_python(python: Path | str, *words: str) -> int:
    """Return the exit status of *python* run with *words*, or 127 if it can't be run."""
    try:
        return subprocess.run(  # noqa: S603 (a Python, without a shell)
            [str(python), *words], cwd=ROOT, capture_output=True, check=False
        ).returncode
    except OSError:
        return 127
