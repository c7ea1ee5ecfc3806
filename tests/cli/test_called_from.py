"""File arguments are relative to the caller's folder."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.process import ROOT, run

PYTHON = """#!/bin/sh
[ "$2" = app.cli.setup ] || echo "$(pwd) $PPTBOT_CALLED_FROM $*"
"""
"""A fake Python with all packages, which prints its folder, the caller's and its arguments."""

# Python skips the second line, a text; a path with spaces can't stand in the first.
LISTING = """#!/bin/sh
"exec" '{python}' "$0" "$@"
import pathlib, sys
streams = (sys.stdin, sys.stdout, sys.stderr)
if sys.argv[2] != "app.cli.setup":
    open_ones = " ".join(str(stream.fileno()) for stream in streams if stream)
    pathlib.Path("{file}").write_text(open_ones)
"""
"""A fake Python with all packages, which records its open standard streams."""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder outside the checkout, with a file of scores in it."""
    folder = tmp_path / "else where"
    folder.mkdir()
    (folder / "old.json").write_text('{"U1": 3}')
    return folder


async def test_file_arguments_are_relative_to_the_callers_folder(elsewhere, own_database_url):
    status, out, err = await run(
        "import-json", "old.json", "--archive", folder=ROOT,
        DATABASE_URL=own_database_url, PPTBOT_CALLED_FROM=str(elsewhere),
    )  # fmt: skip
    assert (status, err) == (0, "")
    assert "1 person with 3 points" in out
    assert not (elsewhere / "old.json").exists()


async def test_a_deleted_folder_of_the_caller_does_not_stop_a_command(tmp_path, own_database_url):
    status, _, err = await run(
        "verify", folder=ROOT, DATABASE_URL=own_database_url, PPTBOT_CALLED_FROM=str(tmp_path / "x")
    )
    assert (status, err) == (0, "")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
async def test_closed_standard_streams_are_reopened_for_the_command(closed, tmp_path):
    shutil.copytree(ROOT / "bin", tmp_path / "pptbot" / "bin")
    python = tmp_path / "python3"
    python.write_text(LISTING.format(python=sys.executable, file=tmp_path / "streams"))
    python.chmod(0o755)
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", f"exec pptbot/bin/verify {closed}", cwd=tmp_path,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
    )  # fmt: skip
    assert await process.wait() == 0
    assert (tmp_path / "streams").read_text() == "0 1 2"


async def test_closed_output_cannot_be_written(tmp_path):
    for words, status in (("verify --help", 1), ("server --help", 0)):
        process = await asyncio.create_subprocess_exec(
            "sh", "-c", f"exec '{ROOT}'/bin/{words} >&-", cwd=tmp_path,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, err = await process.communicate()
        lost = f"bin/{words.split()[0]}: cannot write the output: bad file descriptor\n"
        assert (process.returncode, err.decode()) == (status, lost * status)


async def test_commands_pass_the_callers_folder_to_the_app(tmp_path, elsewhere):
    shutil.copytree(ROOT / "bin", tmp_path / "pptbot" / "bin")
    python = tmp_path / "python3"
    python.write_text(PYTHON)
    python.chmod(0o755)
    process = await asyncio.create_subprocess_exec(
        tmp_path / "pptbot/bin/export", "--csv", "tables", cwd=elsewhere,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert out.decode() == f"{tmp_path / 'pptbot'} {elsewhere} -m app export --csv tables\n"


async def test_commands_run_through_a_symlink(tmp_path, elsewhere):
    shutil.copytree(ROOT / "bin", tmp_path / "pptbot" / "bin")
    python = tmp_path / "python3"
    python.write_text(PYTHON)
    python.chmod(0o755)
    own = {"lint", "setup", "test"}  # they run no command of the app
    names = [path.name for path in (ROOT / "bin").iterdir() if path.name not in own]
    for name in names:
        (elsewhere / name).symlink_to(f"../pptbot/bin/{name}")
    calls = " && ".join(f"'./{name}' --help" for name in names)
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", calls, cwd=elsewhere,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    found = f"{tmp_path / 'pptbot'} {elsewhere} -m app"
    assert out.decode().splitlines() == [f"{found} {name} --help" for name in names]
