"""What a failed test leaves open doesn't keep the tests from ending."""

import subprocess
import sys

import pytest

from tests.patience import PATIENCE

OPEN = {
    "a process": "asyncio.create_subprocess_exec('/bin/cat', stdin=subprocess.PIPE)",
    "a server": "asyncio.start_server(print, '127.0.0.1', 0)",
}


@pytest.mark.parametrize("what", OPEN)
def test_the_loop_closes_although_something_is_left_open(what):
    code = (
        "import asyncio, subprocess; from tests.loops import EndingLoop; loop = EndingLoop();"
        f" left = loop.run_until_complete({OPEN[what]}); loop.close()"
    )
    command = [sys.executable, "-W", "error::ResourceWarning", "-c", code]
    subprocess.run(command, check=True, timeout=PATIENCE)
