"""The benchmarks' own parts: comparing two checkouts, measuring CPU time, and usage errors."""

import asyncio
import os
from pathlib import Path

import psutil
import pytest

from app.cli import usage
from app.devtools.bench import run
from app.devtools.bench.cost import CpuCost, CpuMeter
from app.devtools.bench.environment import ROOT, BenchEnvironment, find_python
from app.devtools.bench.load import HttpConnection
from app.devtools.bench.rows import BenchError, BenchRow


async def test_two_checkouts_are_measured_in_turn_and_the_first_alternates():
    order = []

    async def measure(environment, rounds):
        assert rounds == 1
        order.append(environment.root.name)
        return [BenchRow("vote", "p95", [2.0 if environment.root.name == "here" else 4.0], "ms")]

    def quiet(_):
        pass

    here, there = (
        BenchEnvironment("", Path(), quiet, root=Path(name)) for name in ("here", "there")
    )
    rows = await run.compare_checkouts(measure, here, there, 3)
    assert order == ["here", "there", "there", "here", "here", "there"]
    assert [(row.what, list(row.figures), row.unit) for row in rows] == [
        ("p95 | here", [2.0] * 3, "ms"),
        ("| there", [4.0] * 3, "ms"),
        ("| here / there", [0.5] * 3, ""),
    ]


def test_the_cost_of_a_vote_is_in_milliseconds():
    assert CpuCost(3.0, 2.0).divide(CpuCost(1.0, 1.5), 1000) == CpuCost(2.0, 0.5)


def test_the_meter_finds_all_of_postgresql(database_url):
    before = CpuMeter(os.getpid(), database_url).read()
    assert before.postgres > 0
    assert before.app <= sum(psutil.Process().cpu_times()[:2])


def test_a_checkout_without_an_environment_of_its_own_runs_on_ours(tmp_path):
    assert find_python(tmp_path) == find_python(ROOT)
    own = tmp_path / ".venv" / "bin" / "python"
    own.parent.mkdir(parents=True)
    own.touch()
    assert find_python(tmp_path) == str(own)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--against", "nowhere"], "is not a checkout"),
        (["--against", str(ROOT), "--only", "parser"], "can be compared"),
    ],
)
def test_comparing_what_cannot_be_compared_is_a_usage_error(arguments, message, capsys):
    with pytest.raises(SystemExit) as stopped:
        usage.read_bench(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_other_benchmarks_are_shown_if_one_fails(monkeypatch, tmp_path, capsys):
    async def fail(_environment, _rounds):
        raise BenchError("1 of 300 requests failed")

    async def measure(_environment, _rounds):
        return [BenchRow("burst", "rate", [1884.0], "votes/s")]

    monkeypatch.setattr(run, "BENCHMARKS", {"vote": (fail, ""), "burst": (measure, "")})
    assert run.main(usage.read_bench([]), tmp_path) == 1
    out, err = capsys.readouterr()
    assert "1,884 votes/s" in out
    assert err == "bin/bench: vote: 1 of 300 requests failed\n"


def test_comparable_benchmarks_exist():
    assert set(usage.COMPARABLE_BENCHMARKS) <= run.BENCHMARKS.keys()


async def test_late_response_to_a_cancelled_request_is_ignored():
    connection, errors = HttpConnection(), []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: errors.append(context))
    heard = asyncio.Event()

    async def respond(reader, writer):
        await reader.readexactly(4)
        heard.set()
        await cancelled.wait()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    cancelled = asyncio.Event()
    async with await asyncio.start_server(respond, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await loop.create_connection(lambda: connection, "127.0.0.1", port)
        request = asyncio.create_task(connection.send(b"ping"))
        await heard.wait()
        request.cancel()
        await asyncio.wait([request])
        cancelled.set()
        while connection.is_open:  # noqa: ASYNC110 (it has no event)
            await asyncio.sleep(0)
    loop.set_exception_handler(None)
    assert errors == []
