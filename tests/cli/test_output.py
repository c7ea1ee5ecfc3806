"""What a command says, when nobody reads it or there is no room for it."""

import os
from pathlib import Path

import pytest

from tests.process import begin

SAYING = {
    "verify": ["verify"],
    "report": ["maintenance", "--no-vacuum", "--json"],
    "list": ["migrate", "list"],
    "help": ["backup", "--help"],
}
GONE = "cannot write the output: broken pipe"
FULL = "cannot write the output: no space left on device"


async def _to(output, words, url, folder):
    process = await begin(*words, folder=folder, stdout=output, DATABASE_URL=url)
    _, err = await process.communicate()
    return process.returncode, err.decode()


@pytest.mark.parametrize("words", SAYING.values(), ids=SAYING)
async def test_a_reader_who_has_gone_is_told_in_one_line(words, tmp_path, database_url):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        status, err = await _to(writing, words, database_url, tmp_path)
    finally:
        os.close(writing)
    assert (status, err) == (1, f"bin/{words[0]}: {GONE}\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("name", ["verify", "export"])
async def test_a_full_disk_is_told_in_one_line(tmp_path, database_url, name):
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        status, err = await _to(full, [name], database_url, tmp_path)
    finally:
        os.close(full)
    assert (status, err) == (1, f"bin/{name}: {FULL}\n")
