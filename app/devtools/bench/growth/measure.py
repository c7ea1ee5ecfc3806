"""Whether anything becomes slower with the ledger: the same at three sizes, in turn."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from app.devtools.bench.environment import Ground, Running, app_on
from app.devtools.bench.growth import queries
from app.devtools.bench.growth.datasets import FOLDER, database_of, filled_on, kept, stamp_of
from app.devtools.bench.growth.plot import plot
from app.devtools.bench.growth.queries import QUESTIONS, Question
from app.devtools.bench.growth.sizes import SIZES, Size
from app.devtools.bench.load import Outcome
from app.devtools.bench.rows import BenchError, Row, Target, percentile
from app.words import usage

REQUESTS: Final = 200
RATE: Final = 50
SECONDS: Final = 5
MOST_GROWTH: Final = 1.3

_VOTE: Final = "vote"
_WARMING: Final = 60
_WAITING: Final = "SELECT count(*) FROM outbox WHERE done_at IS NULL"
_PATIENCE: Final = 60

Figures = dict[str, dict[int, list[float]]]
"""What was measured, by its name and by the rows of the ledger: the p95 of each round."""


@dataclass(frozen=True, slots=True)
class Grown:
    """The app on a database of some size."""

    size: Size
    running: Running
    on: date
    """The last day of the ledger."""
    draw: Random


async def measure(ground: Ground, rounds: int) -> list[Row]:
    """Ask and vote at all sizes in turn, so that what else the machine does meets each alike."""
    folder = ground.folder.parent / FOLDER
    figures: Figures = defaultdict(lambda: defaultdict(list))
    with kept(folder, ground.tell, refill=ground.refill) as url:
        async with contextlib.AsyncExitStack() as stack:
            sizes = [await stack.enter_async_context(_grown(ground, url, size)) for size in SIZES]
            for grown in sizes:
                await _warm(grown)
            for number in range(1, rounds + 1):
                await _round(sizes, figures)
                sizes.append(sizes.pop(0))  # another one goes first
                ground.tell(f"round {number} of {rounds} is done")
    picture = folder / "growth.png"
    picture.write_bytes(plot(figures, _targets()))
    ground.tell(f"drawn in {picture}")
    return [row for name, by_size in figures.items() for row in _rows(name, by_size)]


@contextlib.asynccontextmanager
async def _grown(ground: Ground, url: str, size: Size) -> AsyncIterator[Grown]:
    on = filled_on(stamp_of(ground.folder.parent / FOLDER, size))
    place = queries.workspace()
    async with app_on(database_of(url, size), ground.folder, place) as running:
        yield Grown(size, running, on, Random(size.rows))


async def _warm(grown: Grown) -> None:
    """Let the app see everything once, and look whether it answers what was asked."""
    for question in QUESTIONS:
        for number, answer in enumerate(await _answers(grown, question)):
            if number and usage.AWAY().encode() in answer:
                raise BenchError(f"no answer to {question.name} with {grown.size.rows:,} rows")
        await _ask(grown, question, _WARMING)
    await _cast(grown)


async def _answers(grown: Grown, question: Question) -> list[bytes]:
    """Return what is answered when it is asked twice, the first time for preparation."""
    place = grown.running.slack.workspace
    requests = queries.questions(place, grown.size, question, grown.draw, grown.on, 2)
    answers = []
    for request in requests:
        reader, writer = await asyncio.open_connection("127.0.0.1", grown.running.server.port)
        writer.write(request.data.replace(b"HTTP/1.1\r\n", b"HTTP/1.1\r\nConnection: close\r\n", 1))
        answers.append(await reader.read())
        writer.close()
    return answers


async def _round(sizes: list[Grown], figures: Figures) -> None:
    for grown in sizes:
        figures[_VOTE][grown.size.rows].append(_late(await _cast(grown)))
    for question in QUESTIONS:
        for grown in sizes:
            outcome = await _ask(grown, question, REQUESTS)
            figures[question.name][grown.size.rows].append(_late(outcome))


async def _ask(grown: Grown, question: Question, count: int) -> Outcome:
    place = grown.running.slack.workspace
    requests = queries.questions(place, grown.size, question, grown.draw, grown.on, count)
    return await grown.running.load.closed(requests, 1)


async def _cast(grown: Grown) -> Outcome:
    """Cast votes at a steady pace, and wait until they are answered in the channels."""
    place = grown.running.slack.workspace
    requests = queries.votes(place, grown.size, grown.draw, RATE * SECONDS)
    outcome = await grown.running.load.opened(requests, RATE)
    for _ in range(2 * _PATIENCE):
        if not (await grown.running.rows(_WAITING))[0][0]:
            return outcome
        await asyncio.sleep(0.5)
    raise BenchError(f"votes are not answered after {_PATIENCE} s")


def _late(outcome: Outcome) -> float:
    outcome.check()
    return percentile(outcome.milliseconds, 95)


def _targets() -> dict[str, float]:
    return {question.name: question.most for question in QUESTIONS} | {_VOTE: 10}


def _rows(name: str, by_size: dict[int, list[float]]) -> list[Row]:
    """Return a row for each size, and how much more the largest takes than the smallest."""
    most, sizes = Target.below(_targets()[name], "ms"), sorted(by_size)
    rows = [Row("growth", f"{name}: p95, {n:,} rows", by_size[n], "ms", most) for n in sizes]
    least, largest = by_size[sizes[0]], by_size[sizes[-1]]
    ratios = [much / little for little, much in zip(least, largest, strict=True)]
    what = f"{name}: {sizes[-1]:,} rows / {sizes[0]:,}"
    return [*rows, Row("growth", what, ratios, "", Target.at_most(MOST_GROWTH))]
