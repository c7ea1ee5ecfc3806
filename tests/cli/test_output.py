"""Commands whose output can't be written, or that are interrupted at the start."""

import asyncio
import contextlib
import fcntl
import os
import resource
import signal
import subprocess
from pathlib import Path

import aiohttp
import psutil
import pytest

from tests.faults.load import eventually
from tests.patience import PATIENCE
from tests.process import ROOT, begin, environment

COMMANDS = {
    "verify": ["verify"],
    "report": ["maintenance", "--no-vacuum", "--json"],
    "list": ["migrate", "list"],
    "help": ["backup", "--help"],
}
GONE = "cannot write the output: broken pipe"
FULL = "cannot write the output: no space left on device"


async def _run_with_output(output, words, url, folder):
    process = await begin(*words, folder=folder, stdout=output, DATABASE_URL=url)
    _, err = await process.communicate()
    return process.returncode, err.decode()


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
async def test_a_broken_pipe_is_reported_in_one_line(words, tmp_path, database_url):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        status, err = await _run_with_output(writing, words, database_url, tmp_path)
    finally:
        os.close(writing)
    assert (status, err) == (1, f"bin/{words[0]}: {GONE}\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("name", ["verify", "export"])
async def test_a_full_disk_is_reported_in_one_line(tmp_path, database_url, name):
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        status, err = await _run_with_output(full, [name], database_url, tmp_path)
    finally:
        os.close(full)
    assert (status, err) == (1, f"bin/{name}: {FULL}\n")


async def test_a_server_whose_log_nobody_reads_serves_and_stops(tmp_path, database_url, slack):
    reading, writing = os.pipe()
    try:
        with contextlib.suppress(AttributeError, OSError):  # only Linux's pipes have a size
            fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 1 << 20)
        os.set_blocking(writing, False)
        with contextlib.suppress(BlockingIOError):
            while os.write(writing, b"x" * 4096):
                pass
        os.set_blocking(writing, True)
        server = await begin(
            "server", folder=tmp_path, stdout=writing, DATABASE_URL=database_url, PORT="0",
            SLACK_BOT_TOKEN=slack.bot_token, SLACK_SIGNING_SECRET="x", SLACK_API_URL=slack.api_url,
        )  # fmt: skip
        async with aiohttp.ClientSession() as session:
            await eventually(lambda: _is_live(session, server.pid))
        server.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(server.wait(), PATIENCE) == 0
    finally:
        os.close(reading)
        os.close(writing)


async def _is_live(session, pid):
    connections = psutil.Process(pid).net_connections("tcp")
    for port in [one.laddr.port for one in connections if one.status == psutil.CONN_LISTEN]:
        async with session.get(f"http://127.0.0.1:{port}/livez") as got:
            return got.status == 200
    return False


async def test_a_limit_on_file_sizes_is_reported_in_one_line(tmp_path, database_url):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with (tmp_path / "out").open("wb") as file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        try:
            status, err = await _run_with_output(file.fileno(), ["verify"], database_url, tmp_path)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (status, err) == (1, "bin/verify: cannot write the output: file too large\n")


@pytest.mark.parametrize(
    "locale",
    [
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=["streams", "locale"],
)
@pytest.mark.parametrize("words", [["catch-up", "--help"], ["migrate", "list"]], ids="-".join)
def test_input_and_output_are_utf_8_in_any_locale(locale, words, database_url):
    ended = subprocess.run(
        [ROOT / "bin" / words[0], *words[1:]], check=False, capture_output=True,
        env=environment(DATABASE_URL=database_url) | locale,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.decode()


INTERRUPTING = """
import os, signal, sys

class Interrupter:
    def find_spec(self, name, *_):
        if name == {name!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupter())
"""
"""Sends SIGINT when a given module is about to be imported."""


@pytest.mark.parametrize(
    ("name", "status"), [("app.cli.usage", -signal.SIGINT), ("app.cli.verify", 130)]
)
def test_interrupting_a_starting_command_prints_no_traceback(tmp_path, name, status, database_url):
    (tmp_path / "sitecustomize.py").write_text(INTERRUPTING.format(name=name))
    ended = subprocess.run(
        [ROOT / "bin" / "verify"], check=False, capture_output=True, text=True,
        env=environment(DATABASE_URL=database_url) | {"PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (status, "")
