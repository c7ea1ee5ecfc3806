"""Whether anything slows down as the ledger grows: the same load at three sizes, in turn."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from app.devtools.bench.environment import BenchEnvironment, RunningApp, run_app_on
from app.devtools.bench.growth import queries
from app.devtools.bench.growth.datasets import (
    FOLDER,
    locate_stamp,
    make_database_url,
    open_datasets,
    read_last_day,
)
from app.devtools.bench.growth.queries import QUESTIONS, Question
from app.devtools.bench.growth.sizes import SIZES, Size
from app.devtools.bench.load import LoadResult
from app.devtools.bench.rows import BenchError, BenchRow, BenchTarget, divide, percentile
from app.words.catalog import say

REQUESTS: Final = 200
RATE: Final = 50
SECONDS: Final = 5
MOST_GROWTH: Final = 1.3

_VOTE: Final = "vote"
_WARM_UP: Final = 60
_WAITING: Final = "SELECT count(*) FROM outbox WHERE done_at IS NULL"
_PATIENCE: Final = 60

Figures = dict[str, dict[int, list[float]]]
"""The p95 of each round, by quantity and by rows of the ledger."""


@dataclass(frozen=True, slots=True)
class GrownApp:
    """The app on a database of one size."""

    size: Size
    running: RunningApp
    on: date
    """The last day of the ledger."""
    draw: Random


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Measure all sizes in turn, so that other load on the machine affects all alike."""
    folder = environment.folder.parent / FOLDER
    figures: Figures = defaultdict(lambda: defaultdict(list))
    with open_datasets(folder, environment.tell, refill=environment.refill) as url:
        async with contextlib.AsyncExitStack() as stack:
            sizes = [
                await stack.enter_async_context(_run_grown(environment, url, size))
                for size in SIZES
            ]
            for grown in sizes:
                await _warm(grown)
            for number in range(1, rounds + 1):
                await _run_round(sizes, figures)
                sizes.append(sizes.pop(0))  # another size goes first in the next round
                environment.tell(f"finished round {number} of {rounds}")
    from app.devtools.bench.growth.plot import plot  # noqa: PLC0415  (loads matplotlib)

    picture = folder / "growth.png"
    picture.write_bytes(plot(figures, _list_targets()))
    environment.tell(f"plotted to {picture}")
    return [row for name, by_size in figures.items() for row in _make_rows(name, by_size)]


@contextlib.asynccontextmanager
async def _run_grown(
    environment: BenchEnvironment, url: str, size: Size
) -> AsyncIterator[GrownApp]:
    on = read_last_day(locate_stamp(environment.folder.parent / FOLDER, size))
    place = queries.make_workspace()
    async with run_app_on(make_database_url(url, size), environment.folder, place) as running:
        yield GrownApp(size, running, on, Random(size.rows))


async def _warm(grown: GrownApp) -> None:
    """Warm up the app with every query and votes; raise BenchError if a query isn't answered."""
    for question in QUESTIONS:
        for number, answer in enumerate(await _read_answers(grown, question)):
            if number and say("away").encode() in answer:
                raise BenchError(f"no answer to {question.name} with {grown.size.rows:,} rows")
        await _ask(grown, question, _WARM_UP)
    await _cast(grown)


async def _read_answers(grown: GrownApp, question: Question) -> list[bytes]:
    """Return the responses to the same question asked twice, the first time to warm up."""
    place = grown.running.slack.workspace
    requests = queries.make_questions(place, grown.size, question, grown.draw, grown.on, 2)
    answers = []
    for request in requests:
        reader, writer = await asyncio.open_connection("127.0.0.1", grown.running.server.port)
        writer.write(request.data.replace(b"HTTP/1.1\r\n", b"HTTP/1.1\r\nConnection: close\r\n", 1))
        answers.append(await reader.read())
        writer.close()
    return answers


async def _run_round(sizes: list[GrownApp], figures: Figures) -> None:
    for grown in sizes:
        figures[_VOTE][grown.size.rows].append(_measure_p95(await _cast(grown)))
    for question in QUESTIONS:
        for grown in sizes:
            outcome = await _ask(grown, question, REQUESTS)
            figures[question.name][grown.size.rows].append(_measure_p95(outcome))


async def _ask(grown: GrownApp, question: Question, count: int) -> LoadResult:
    place = grown.running.slack.workspace
    requests = queries.make_questions(place, grown.size, question, grown.draw, grown.on, count)
    return await grown.running.load.run_closed(requests, 1)


async def _cast(grown: GrownApp) -> LoadResult:
    """Cast votes at a steady pace, and wait until all replies are posted."""
    place = grown.running.slack.workspace
    requests = queries.make_votes(place, grown.size, grown.draw, RATE * SECONDS)
    outcome = await grown.running.load.run_open(requests, RATE)
    for _ in range(2 * _PATIENCE):
        if not (await grown.running.read_rows(_WAITING))[0][0]:
            return outcome
        await asyncio.sleep(0.5)
    raise BenchError(f"votes are still unanswered after {_PATIENCE} s")


def _measure_p95(outcome: LoadResult) -> float:
    outcome.check()
    return percentile(outcome.milliseconds, 95)


def _list_targets() -> dict[str, float]:
    return {question.name: question.most for question in QUESTIONS} | {_VOTE: 10}


def _make_rows(name: str, by_size: dict[int, list[float]]) -> list[BenchRow]:
    """Return a row for each size, and the ratio of the largest to the smallest."""
    most, sizes = BenchTarget.below(_list_targets()[name], "ms"), sorted(by_size)
    rows = [BenchRow("growth", f"{name}: p95, {n:,} rows", by_size[n], "ms", most) for n in sizes]
    ratios = divide(by_size[sizes[-1]], by_size[sizes[0]])
    what = f"{name}: {sizes[-1]:,} rows / {sizes[0]:,}"
    return [*rows, BenchRow("growth", what, ratios, "", BenchTarget.at_most(MOST_GROWTH))]
