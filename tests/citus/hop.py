"""Measures the overhead of a cluster: ``python -m tests.citus.hop CLUSTER MACHINE``.

Both are URLs of databases that are emptied; the first is on a coordinator. They take turns.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import psycopg

from app.store import migrations
from app.store.boards import standings
from app.store.database import Database, Limits
from app.store.server.distribution import distribute
from app.store.votes.cast import cast_all
from tests.store.casting import ballot, cast, ruled, spoken, ts_of

ROUNDS, TIMES = 5, 50
_numbers = count(1)


def main(cluster: str, machine: str) -> None:
    """Prepare both databases and print a line for each measured operation."""
    for url in (cluster, machine):
        migrations.apply(url)
        with psycopg.connect(url, autocommit=True) as conn:
            if url == cluster:
                distribute(conn)
            for table in ("messages", "vote_history", "leaderboard", "outbox", "turns"):
                conn.execute(f"TRUNCATE {table}")
    asyncio.run(compare(cluster, machine))


async def compare(*urls: str) -> None:
    """Measure both databases in turn; print each one's median of the rounds' medians."""
    databases = [Database(url, Limits()) for url in urls]
    for database in databases:
        await database.open()
    for name, act in ACTS.items():
        medians: list[list[float]] = [[], []]
        for number in range(ROUNDS + 1):
            for database, kept in zip(databases, medians, strict=True):
                median = await measure(database, act)
                kept.extend([median] if number else [])  # the first warms up
        cluster, machine = map(statistics.median, medians)
        sys.stdout.write(f"{name:16} cluster {cluster:6.2f}, one machine {machine:6.2f} ms\n")
    for database in databases:
        await database.close()


async def measure(database: Database, act: Callable[[Database], Awaitable[Any]]) -> float:
    """Return the median milliseconds of *act*."""
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        await act(database)
        taken.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken)


def make_vote() -> Any:
    """Return a new vote, for one of 50 members."""
    number = next(_numbers)
    return ballot(spoken(ts_of(number)), ruled({f"U{2 + number % 50}": 1}))


async def vote(database: Database) -> None:
    """Store a vote."""
    made = make_vote()
    await database.run(lambda conn: cast(conn, made))


async def vote_eight(database: Database) -> None:
    """Store eight votes on eight connections."""
    await asyncio.gather(*(vote(database) for _ in range(8)))


async def vote_together(database: Database) -> None:
    """Store eight votes in one transaction."""
    made = [make_vote() for _ in range(8)]
    await database.run(lambda conn: cast_all(conn, made))


ACTS: dict[str, Callable[[Database], Awaitable[Any]]] = {
    "a vote": vote,
    "eight at once": vote_eight,
    "eight in a batch": vote_together,
    "a score": lambda d: d.run(lambda conn: standings.read_scores(conn, "T1", ["U2"])),
    "a board": lambda d: d.run(lambda conn: standings.read_top(conn, "T1", "users", 10)),
}

if __name__ == "__main__":
    main(*sys.argv[1:])
