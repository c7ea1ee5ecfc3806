"""The virtual environment of this checkout, what it has or lacks, and what pip is told of it."""

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

# What uv calls the settings of pip, and what stands between several values there.
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
    """Return the packages that this Python lacks, or has in another version than was tested."""
    lines = re.findall(r"^([\w.-]+)==(\S+)$", _read("constraints.txt"), re.MULTILINE)
    pins = {_normalize(name): version for name, version in lines}
    wanted = {_normalize(name) for name in _list_packages(FILES[needs])}
    return sorted(name for name in wanted & pins.keys() if _version(name) != pins[name])


class Environment:
    """The virtual environment of this checkout, made by us or by somebody else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"
        self._made = folder / "pptbot-made"
        self._ready = folder / "pptbot-ready"

    def is_ours(self) -> bool:
        """Tell whether we have made it, or nobody has."""
        return self._made.exists() or not self.folder.is_dir() or not any(self.folder.iterdir())

    def is_usable(self) -> bool:
        """Tell whether it is where it was made, with a Python that is new enough."""
        moved = self._made.exists() and self._made.read_text().strip() != str(self.folder)
        test = f"import sys; sys.exit(sys.version_info < {_OLDEST})"
        return not moved and self.python.exists() and not ask_python(self.python, "-c", test)

    def has(self, needs: str) -> bool:
        """Tell whether it has the packages already."""
        return not ask_python(self.python, "-m", "app.cli.setup", "check", needs)

    def begin(self) -> None:
        """Make the folder, marked as ours before anything else is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(exist_ok=True)
        self._made.write_text(f"{self.folder}\n")

    def mark_ready(self, needs: str, stamp: str) -> None:
        """Note what it is ready for; one that cannot be written to is asked again each time."""
        ready = ("run", "dev") if needs == "dev" else ("run",)
        with contextlib.suppress(OSError):
            self._ready.write_text("".join(f"{each} {stamp}\n" for each in ready))


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _list_packages(name: str) -> Iterator[str]:
    """Give the packages of the file *name* and those of the files that it reads."""
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


def translate_settings(listed: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return *environment* with the settings that `pip config list` has *listed*, for uv."""
    settings: dict[str, str] = {}
    for section in ("global", "install", ":env:"):  # the later goes before the earlier
        for name, value in re.findall(rf"^{section}\.([\w-]+)=(.*)$", listed, re.MULTILINE):
            settings[name] = str(ast.literal_eval(value))
    given = {"UV_PYTHON_DOWNLOADS": "never"}
    if "extra-index-url" in settings:
        given["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # as pip does
    for name in settings.keys() & _SETTINGS.keys():
        variable, between = _SETTINGS[name]
        given[variable] = between.join(settings[name].split())
    return given | dict(environment)
