"""The checkout's virtual environment: who created it, what it lacks, and pip's settings for uv."""

import ast
import contextlib
import re
import shutil
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Final

from app.cli.setup.steps import ROOT, ask_python

FILES: Final = {
    "server": "requirements-server.txt",
    "run": "requirements.txt",
    "dev": "requirements-dev.txt",
}
_OLDEST: Final = (3, 11)

# pip's settings: uv's variable for each, and the separator between several values.
_SETTINGS: Final = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "no-index": ("UV_NO_INDEX", " "),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "constraint": ("UV_CONSTRAINT", " "),
    "cert": ("SSL_CERT_FILE", " "),
    "client-cert": ("SSL_CLIENT_CERT", " "),
    "proxy": ("ALL_PROXY", " "),
    "default-timeout": ("UV_HTTP_TIMEOUT", " "),
    "timeout": ("UV_HTTP_TIMEOUT", " "),
}


def find_missing(needs: str) -> list[str]:
    """Return the packages that this Python lacks or has in a version other than the pinned one."""
    lines = re.findall(r"^([\w.-]+)==(\S+)$", _read("constraints.txt"), re.MULTILINE)
    pins = {_normalize(name): version for name, version in lines}
    wanted = {_normalize(name) for name in _list_packages(FILES[needs])}
    return sorted(name for name in wanted & pins.keys() if _version(name) != pins[name])


class Environment:
    """The checkout's virtual environment, created by bin/setup or by someone else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"
        self._made = folder / "pptbot-made"
        self._ready = folder / "pptbot-ready"

    def is_ours(self) -> bool:
        """Return whether bin/setup created it, or it doesn't exist yet."""
        return self._made.exists() or not self.folder.is_dir() or not any(self.folder.iterdir())

    def is_usable(self) -> bool:
        """Return whether it hasn't been moved and its Python is new enough."""
        moved = self._made.exists() and self._made.read_text().strip() != str(self.folder)
        test = f"import sys; sys.exit(sys.version_info < {_OLDEST})"
        return not moved and self.python.exists() and not ask_python(self.python, "-c", test)

    def has(self, needs: str) -> bool:
        """Return whether the packages for *needs* are installed."""
        return not ask_python(self.python, "-m", "app.cli.setup", "check", needs)

    def begin(self) -> None:
        """Replace the folder with an empty one, marked as ours before anything else is written."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(exist_ok=True)
        self._made.write_text(f"{self.folder}\n")

    def mark_ready(self, needs: str, stamp: str) -> None:
        """Record what it is ready for; if it's read-only, each start checks it again."""
        ready = ("run", "dev") if needs == "dev" else ("run",)
        with contextlib.suppress(OSError):
            self._ready.write_text("".join(f"{each} {stamp}\n" for each in ready))


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _list_packages(name: str) -> Iterator[str]:
    """Yield the packages listed in the file *name* and in the files it includes."""
    for line in _read(name).splitlines():
        if line.startswith("-r "):
            yield from _list_packages(line.removeprefix("-r ").strip())
        elif line and not line.startswith(("#", "-")):
            name, *extras = re.findall(r"[\w.-]+", line)
            yield name
            yield from (f"{name}-{extra}" for extra in extras)  # psycopg[pool] is psycopg-pool


def _normalize(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def translate_settings(pip_config: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return *environment* plus uv's variables for the settings in `pip config list`'s output.

    Variables already in *environment* win.
    """
    settings: dict[str, str] = {}
    for section in ("global", "install", ":env:"):  # later sections override earlier ones
        for name, value in re.findall(rf"^{section}\.([\w-]+)=(.*)$", pip_config, re.MULTILINE):
            settings[name] = str(ast.literal_eval(value))
    variables = {"UV_PYTHON_DOWNLOADS": "never"}
    if "extra-index-url" in settings:
        variables["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # as pip does
    for name in settings.keys() & _SETTINGS.keys():
        variable, between = _SETTINGS[name]
        variables[variable] = between.join(settings[name].split())
    return variables | dict(environment)
