"""`bin/setup`: creates or completes the virtual environment, with the standard library alone."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import Final

from app.cli.setup.environment import FILES, Environment, find_missing, translate_settings
from app.cli.setup.steps import ROOT, Screen, SetupError, ask_python, run_step
from app.store.server.locks import hold_alone

_PIP: Final = ("-m", "pip", "--disable-pip-version-check", "--no-input")


def main(words: Sequence[str]) -> int:
    """Check this Python's packages (task `check`) or prepare `.venv`; return the exit status."""
    task, needs, stamp = (*words, "")[:3]
    if task == "check":
        return 1 if find_missing(needs) else 0
    try:
        with hold_alone(ROOT):  # several commands may start at once
            make(Environment(ROOT / ".venv"), needs, stamp, Screen(), compiled=task == "build")
    except SetupError as error:
        sys.stderr.write(f"bin/setup: {error}\n")
        return 1
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        sys.stderr.write(
            f"bin/setup: {ROOT} cannot be written to ({reason}): copy pptbot to a folder of your"
            " own, or put a Python that has the packages of requirements.txt first on PATH\n"
        )
        return 1
    return 0


def make(env: Environment, needs: str, stamp: str, screen: Screen, *, compiled: bool) -> None:
    """Install the packages into *env*, creating it if needed.

    An environment that we didn't create is completed but never replaced: raises SetupError if its
    Python can't be used.
    """
    ours, usable = env.is_ours(), env.is_usable()
    if not (ours or usable):
        raise SetupError(
            f"{env.folder} wasn't created by bin/setup, and its Python is missing or older than"
            " 3.11: remove that folder, or recreate it with a newer Python"
        )
    if not (usable and env.has(needs)):
        if not usable:
            screen.begin("creating .venv")
            env.begin()
            run_step(screen, [sys.executable, "-m", "venv", "--without-pip", str(env.folder)])
        _install(env, needs, screen, ours=ours, compiled=compiled)
        screen.end()
    env.mark_ready(needs, stamp)


def _install(env: Environment, needs: str, screen: Screen, *, ours: bool, compiled: bool) -> None:
    arguments = ["--requirement", str(ROOT / FILES[needs]), *(["pip"] if ours else [])]
    pip = _find_pip(env, screen)
    try:
        _install_by_uv(pip, env, arguments, screen, compiled=compiled)
    except SetupError as error:
        screen.note(f"uv cannot be used here ({error}); installing with pip, which takes a minute")
        screen.begin("installing the packages with pip")
        options = ["--python", str(env.python), "install", "--root-user-action", "ignore"]
        try:
            run_step(screen, [*pip, *options, *arguments])
        except SetupError as last:
            raise SetupError(f"the packages cannot be installed ({last})") from None


def _install_by_uv(
    pip: list[str], env: Environment, arguments: list[str], screen: Screen, *, compiled: bool
) -> None:
    """Install *arguments* with a temporary copy of uv, from the index that pip is set up for."""
    with tempfile.TemporaryDirectory(prefix="pptbot-uv-") as scratch:
        screen.begin("fetching uv, which installs the packages")
        options = [
            "--no-deps",
            "--only-binary",
            ":all:",
            "--constraint",
            str(ROOT / "constraints.txt"),
        ]
        run_step(screen, [*pip, "install", *options, "--target", scratch, "uv"])
        screen.begin("installing the packages")
        command = [f"{scratch}/bin/uv", "pip", "install", "--python", str(env.python)]
        pip_config = subprocess.run(  # noqa: S603 (our own Python)
            [*pip, "config", "list"], capture_output=True, check=False, text=True
        ).stdout
        run_step(
            screen,
            [*command, *(["--compile-bytecode"] if compiled else []), *arguments],
            translate_settings(pip_config, os.environ),
        )


def _find_pip(env: Environment, screen: Screen) -> list[str]:
    """Return the command of a pip: the environment's, this Python's, or one from ensurepip."""
    for python in (str(env.python), sys.executable):
        if not ask_python(python, *_PIP, "--version"):
            return [python, *_PIP]
    try:
        run_step(screen, [str(env.python), "-m", "ensurepip"])
    except SetupError:
        raise SetupError(
            f"{sys.executable} has no pip; on Debian: apt-get install python3-venv"
        ) from None
    return [str(env.python), *_PIP]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
