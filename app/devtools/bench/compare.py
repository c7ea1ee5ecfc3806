"""One function per vote, against a plain multi-statement transaction and against pgbench.

All write the same rows. Ours and the plain transaction run in this process, on the same pool.
pgbench, a C program, calls our function and so shows what the machine can do.
"""

import asyncio
import os
import re
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, Final

from psycopg.types.json import Jsonb

from app.core.boards.calendar import VoteTime
from app.core.boards.shares import compute_shares
from app.core.message import NOTHING, Message
from app.core.refusals import Ruling
from app.core.vote import Vote
from app.devtools.bench.cost import CpuCost, CpuMeter
from app.devtools.bench.environment import BenchEnvironment, create_database
from app.devtools.bench.pgbench_script import render_script
from app.devtools.bench.rows import BenchError, BenchRow, divide
from app.store.database import Conn, Database, Limits
from app.store.server.embedded import find_own_programs
from app.store.votes.ballot import Ballot
from app.store.votes.cast import cast_all

SECONDS: Final = 4.0
MEMBERS: Final = 1000
CHANNELS: Final = 10
TEAM: Final = "T0PLAYGRND"

OURS: Final = "one function"
PLAIN: Final = "plain transaction"
PGBENCH: Final = "pgbench, our function"

Store = Callable[..., Awaitable[Any]]

_INSERT_MESSAGE: Final = """
INSERT INTO messages (team_id, channel_id, message_ts) VALUES (%s, %s, %s)
ON CONFLICT DO NOTHING RETURNING true
"""
_INSERT_VOTE: Final = """
INSERT INTO vote_history
    (team_id, channel_id, message_ts, voter_id, target_id, delta, reason, voted_at, day)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_ADD_SCORES: Final = """
INSERT INTO leaderboard AS l (team_id, board, target_id, score)
SELECT %s, s.* FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS s
ON CONFLICT (team_id, board, target_id)
DO UPDATE SET score = l.score + EXCLUDED.score, updated_at = now()
RETURNING board, target_id, score
"""
_INSERT_REPLY: Final = """
INSERT INTO outbox (team_id, channel_id, message_ts, kind, thread_ts, body)
VALUES (%s, %s, %s, 'votes', %s, %s)
"""

# pgbench's random values for each vote; our own ballots use timestamps of another range.
_PGBENCH_VARIABLES: Final = f"""
\\set second random(1, 50000000)
\\set part random(0, 999999)
\\set giver random(1, {MEMBERS})
\\set further random(0, {MEMBERS - 2})
\\set place random(0, {CHANNELS - 1})
"""


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Run each variant for some seconds in turn, with one and with eight votes in flight."""
    rows: list[BenchRow] = []
    url = create_database(environment.url)
    database = Database(url, Limits(pool_min=8, pool_max=8))
    await database.open()
    script = environment.folder / "vote.sql"
    environment.folder.mkdir(parents=True, exist_ok=True)
    script.write_text(_PGBENCH_VARIABLES + await render_script(url, *_make_varying_ballot()))
    try:
        for at_once in (1, 8):
            rows += await _compare(environment, (url, database, script), at_once, rounds)
    finally:
        await database.close()
    return rows


async def _compare(
    environment: BenchEnvironment, setup: tuple[str, Database, Path], at_once: int, rounds: int
) -> list[BenchRow]:
    url, database, script = setup
    meter, costs = CpuMeter(os.getpid(), url), dict[str, list[CpuCost]]()

    async def measure_side(name: str, store: Store, size: int = 1) -> float:
        await asyncio.sleep(0.5)  # until the server has reaped pgbench's backends
        before = meter.read()
        rate, stored = await _measure_rate(database, store, at_once, size)
        costs.setdefault(name, []).append(meter.read().divide(before, stored))
        return rate

    sides: dict[str, Callable[[], Awaitable[float]]] = {
        OURS: lambda: measure_side(OURS, _store_ours),
        "the function, eight votes a call": lambda: measure_side(
            "the function, eight votes a call", _cast_together, 8
        ),
        PLAIN: lambda: measure_side(PLAIN, _store_plainly),
        "plain transaction, pipelined": lambda: measure_side(
            "plain transaction, pipelined", _store_pipelined
        ),
        PGBENCH: lambda: _run_pgbench(url, script, at_once),
    }
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for side in sides.values():
        await side()  # warm up
    costs.clear()
    order = list(sides)
    for number in range(1, rounds + 1):
        for name in order:
            rates[name].append(await sides[name]())
        order.append(order.pop(0))
        environment.tell(f"{at_once} at once, finished round {number} of {rounds}")
    what = f"{at_once} at once:"
    return [
        *(BenchRow("compare", f"{what} {name}", found, "votes/s") for name, found in rates.items()),
        *_list_costs(what, costs),
        *(BenchRow("compare", f"{what} {OURS} / {name}", divide(rates[OURS], rates[name]),
                   "") for name in (PLAIN, PGBENCH)),
    ]  # fmt: skip


def _list_costs(what: str, costs: Mapping[str, Sequence[CpuCost]]) -> Iterator[BenchRow]:
    for name, found in costs.items():
        for part, spent in (
            ("the app", [one.app for one in found]),
            ("PostgreSQL", [one.postgres for one in found]),
        ):
            yield BenchRow("compare", f"{what} {name}: CPU of {part}, a vote", spent, "ms")


async def _measure_rate(
    database: Database, store: Store, at_once: int, size: int
) -> tuple[float, int]:
    """Return the votes stored per second, *size* at a time, and how many they were."""
    numbers, draw = count(time.time_ns() // 1000), Random(9)
    started = time.perf_counter()
    stored = 0

    async def store_until_done() -> None:
        nonlocal stored
        while time.perf_counter() - started < SECONDS:
            ballots = [_make_ballot(next(numbers), draw) for _ in range(size)]
            await store_all(ballots)
            stored += size

    async def store_all(ballots: list[Ballot]) -> None:
        argument = ballots[0] if size == 1 else ballots
        await database.run(store, argument)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(at_once):
            tasks.create_task(store_until_done())
    return stored / (time.perf_counter() - started), stored


def _make_ballot(number: int, draw: Random) -> Ballot:
    giver, target = draw.sample(range(1, MEMBERS + 1), 2)
    ts = f"{number // 1_000_000}.{number % 1_000_000:06d}"
    place = f"C{draw.randrange(CHANNELS):08d}"
    message = Message(TEAM, place, ts, f"U{giver:08d}", NOTHING)
    votes = (Vote(f"U{target:08d}", 1, "looking into the failing build on a Friday", "for"),)
    return Ballot(message, Ruling(votes), VoteTime(datetime.now(UTC).date()))


def _make_varying_ballot() -> tuple[Ballot, dict[str, str]]:
    """Return a ballot for pgbench, and the SQL expressions that replace its placeholder texts."""
    variables = {
        '"1.000001"': "'\"' || (1700000000 + (:second)::int)::text || '.'"
        " || lpad((:part)::text, 6, '0') || '\"'",
        "U-giver": "'U' || lpad((:giver)::text, 8, '0')",
        "U-target": "'U' || lpad((1 + ((:giver)::int + (:further)::int) % 1000)::text, 8, '0')",
        "C-place": "'C' || lpad((:place)::text, 8, '0')",
    }
    votes = (Vote("U-target", 1, "looking into the failing build on a Friday", "for"),)
    message = Message(TEAM, "C-place", "1.000001", "U-giver", NOTHING)
    return Ballot(message, Ruling(votes), VoteTime(datetime.now(UTC).date())), variables


async def _store_ours(conn: Conn, ballot: Ballot) -> None:
    await cast_all(conn, [ballot])


async def _cast_together(conn: Conn, ballots: Sequence[Ballot]) -> None:
    """Store *ballots* in one call, as the app does with votes that queue up."""
    await cast_all(conn, ballots)


async def _store_pipelined(conn: Conn, ballot: Ballot) -> None:
    """Store *ballot* plainly, but wait for the database only where a result is needed."""
    async with conn.pipeline():
        await _store_plainly(conn, ballot)


async def _store_plainly(conn: Conn, ballot: Ballot) -> None:
    """Store *ballot* in the obvious way: one transaction, one statement per table."""
    message, day = ballot.message, ballot.when.day
    key = (message.team, message.channel, message.ts)
    async with conn.transaction():
        if await (await conn.execute(_INSERT_MESSAGE, key)).fetchone() is None:
            return
        for vote in ballot.ruling.counted:
            own = (message.author, vote.target, vote.points, vote.reason, message.at, day)
            await conn.execute(_INSERT_VOTE, (*key, *own))
        added = compute_shares(ballot.ruling.counted, message.author, message.channel, ballot.when)
        boards = ([s.board for s in added], [s.target for s in added], [s.points for s in added])
        cursor = await conn.execute(_ADD_SCORES, (message.team, *boards))
        scores = {(board, target): score for board, target, score in await cursor.fetchall()}
        reply = [
            {"target": v.target, "points": v.points, "score": scores["users", v.target],
             "reason": v.reason, "because": v.because, "is_cut": v.is_cut, "factor": 1}
            for v in ballot.ruling.counted
        ]  # fmt: skip
        await conn.execute(_INSERT_REPLY, (*key, message.thread, Jsonb(reply)))


async def _run_pgbench(url: str, script: Path, at_once: int) -> float:
    """Return how many votes a second pgbench stores with our function."""
    program = find_own_programs() / "pgbench"
    child = await asyncio.create_subprocess_exec(
        program, "--no-vacuum", "--protocol=prepared", f"--client={at_once}", f"--file={script}",
        f"--time={round(SECONDS)}", url,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, errors = await child.communicate()
    rate = re.search(rb"tps = ([0-9.]+)", output)
    if child.returncode or not rate:
        raise BenchError(f"pgbench: {(errors or output).decode()[-200:].strip()}")
    return float(rate[1])
