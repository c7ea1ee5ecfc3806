"""Runs the steps of setting up, and says that they go on."""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[3]
_STILL_AT_IT: Final = 15
"""Seconds after which a step that goes on is told again where there is no terminal."""


class SetupError(Exception):
    """The environment cannot be made; the message says why and what to do."""


class Screen:
    """What is seen meanwhile: a line that counts seconds, or now and then a line in a log."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._erase = "\r\033[K" if self._terminal else ""
        self._begun = time.monotonic()
        self._told = 0
        self._step = ""

    def begin(self, step: str) -> None:
        """Say what is done from now on."""
        self._step, self._told = step, 0
        sys.stderr.write("" if self._terminal else f"Setting up: {step} ...\n")
        self.tick(0)

    def tick(self, seconds: int) -> None:
        """Say that it goes on, after so many *seconds* of this step."""
        if self._terminal:
            sys.stderr.write(f"{self._erase}Setting up: {self._step} ... {seconds} s")
            sys.stderr.flush()
        elif seconds - self._told >= _STILL_AT_IT:
            self._told = seconds
            sys.stderr.write(f"Setting up: still {self._step} ({seconds} s)\n")

    def note(self, line: str) -> None:
        """Say *line*, which stays."""
        sys.stderr.write(f"{self._erase}bin/setup: {line}\n")

    def end(self) -> None:
        """Say how long all of it took."""
        seconds = round(time.monotonic() - self._begun)
        sys.stderr.write(f"{self._erase}Set up in {seconds} s.\n")


def run_step(
    screen: Screen, command: list[str], environment: Mapping[str, str] | None = None
) -> None:
    """Run *command*, saying that it goes on; raise SetupError with the last that it said."""
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(  # noqa: S603 (Python and uv, without a shell)
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                cwd=ROOT, env=environment,
            )  # fmt: skip
        except OSError as error:  # where scratch files cannot be executed
            raise SetupError(f"{command[0]}: {error.strerror}") from error
        try:
            _wait(process, screen)
        finally:
            process.kill()
            process.wait()
        if process.returncode:
            output.seek(0)
            told = output.read().decode(errors="replace")
            raise SetupError(_choose_reason(told, process.returncode))


def _choose_reason(output: str, status: int) -> str:
    """Return the line of *output* that says why, without what an address may hold of secrets."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    named = [line for line in lines if re.match(r"(?i)error|×|caused by", line)]
    reason = (named or lines or [f"it ended with {status}"])[0]
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
    """Return the status with which *python* exits, whatever it prints."""
    try:
        return subprocess.run(  # noqa: S603 (a Python, without a shell)
            [str(python), *words], cwd=ROOT, capture_output=True, check=False
        ).returncode
    except OSError:
        return 127
