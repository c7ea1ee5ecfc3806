"""What a benchmark ran on: its figures mean nothing without it."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil
import psycopg

_SETTINGS = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")


def describe_machine(url: str) -> list[tuple[str, str]]:
    """Return what is worth knowing, each with its name; *url* leads to PostgreSQL."""
    return [
        ("date", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")),
        ("machine", f"{_read_processor()}, {os.cpu_count()} cores, {_read_memory():.0f} GB memory"),
        ("load before", " ".join(f"{load:.2f}" for load in os.getloadavg())),
        ("system", f"{_read_system()}, kernel {platform.release()}"),
        ("Python", platform.python_version()),
        ("PostgreSQL", _read_postgresql(url)),
        *((name, version(name)) for name in ("slack-bolt", "psycopg", "aiohttp", "uvloop")),
    ]


def _read_processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _read_memory() -> float:
    total: int = psutil.virtual_memory().total
    return total / 1024**3


def _read_system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):  # not Linux
        return f"{platform.system()} {platform.release()}"


def _read_postgresql(url: str) -> str:
    with psycopg.connect(url) as conn:
        found = [conn.execute("SELECT current_setting(%s)", [s]).fetchone() for s in _SETTINGS]
    number, *settings = [row[0] if row else "?" for row in found]
    said = ", ".join(f"{n} {s}" for n, s in zip(_SETTINGS[1:], settings, strict=True))
    return f"{number.partition(' ')[0]}, embedded, {said}"
