"""PostgreSQL's plans for the app's queries on ten million rows: tables and indexes read.

Each plan is of the app's own statement with its own parameters: a cursor runs EXPLAIN on it before
executing it.
"""

import contextlib
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

from psycopg import AsyncConnection, AsyncCursor

from app.core.boards.calendar import VoteTime
from app.core.boards.definitions import USERS
from app.core.message import NOTHING, Message
from app.core.refusals import Ruling
from app.core.vote import Vote
from app.devtools.bench.environment import BenchEnvironment
from app.devtools.bench.growth.datasets import FOLDER, make_database_url, open_datasets
from app.devtools.bench.growth.ledger import COMMON
from app.devtools.bench.growth.sizes import SIZES, TEAM, name_channel, name_member
from app.devtools.bench.rows import BenchRow
from app.store.boards import standings
from app.store.database import Conn
from app.store.votes import history, search
from app.store.votes.ballot import Ballot
from app.store.votes.cast import cast_all
from app.store.votes.history import HistoryQuery

Plan = tuple[str, list[str]]
"""A query's name, and the lines of its plan."""

_EXPLAIN: Final = "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) "
_QUERY: Final = re.compile(r"\s*(?:SELECT|WITH|INSERT|\(SELECT)")
_TIME: Final = re.compile(r"Execution Time: ([0-9.]+) ms")
_READS: Final = re.compile(
    r"(?:Seq Scan on|Scan(?: Backward)? using|Bitmap Index Scan on|Arbiter Indexes:) (\w+)"
)


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Print the plans; once, regardless of *rounds*. Figures are the server's execution times."""
    del rounds
    with open_datasets(
        environment.folder.parent / FOLDER, environment.tell, SIZES[-1:], refill=environment.refill
    ) as url:
        plans = await explain_queries(make_database_url(url, SIZES[-1]), SIZES[-1].members)
    for name, lines in plans:
        sys.stdout.write("\n".join([f"-- {name}", *lines, "", ""]))
    return [
        BenchRow("plans", f"{name}: {_list_reads(lines)}", [_read_time(lines)], "ms")
        for name, lines in plans
    ]


async def explain_queries(url: str, members: int) -> list[Plan]:
    """Return the plans of the most frequent queries; the database at *url* is left unchanged."""
    plans: list[Plan] = []
    for name, ask in _list_questions(members).items():
        async with _record_plans(url) as (conn, lines):
            await ask(conn)  # warm the cache, as frequent queries do
            lines.clear()
            await ask(conn)
            several = len(lines) > 1
            plans += [
                (f"{name} ({nr} of {len(lines)})" if several else name, found)
                for nr, found in enumerate(lines, 1)
            ]
    return plans


def _list_questions(members: int) -> dict[str, Callable[[Conn], Awaitable[Any]]]:
    who = name_member(members // 2)
    query = HistoryQuery(TEAM, [who], name_channel(1), [who])
    rare, often = ("lukaden", ""), (COMMON[3], "")
    return {
        "top": lambda conn: standings.read_top(conn, TEAM, USERS, 10),
        "bottom": lambda conn: standings.read_bottom(conn, TEAM, USERS, 10),
        "own": lambda conn: standings.read_own_score(conn, TEAM, USERS, who),
        "head": lambda conn: standings.count_top_scores(conn, TEAM, USERS, 1000),
        "history": lambda conn: history.read_history(conn, query, 10, given=True),
        "recent votes": lambda conn: history.sum_recent_votes(conn, query, 3, given=True),
        "search, frequent": lambda conn: search.search(conn, query, often, 10),
        "search, rare": lambda conn: search.search(conn, query, rare, 10),
        "vote": lambda conn: cast_all(conn, [_make_ballot(members)]),
    }


def _make_ballot(members: int) -> Ballot:
    now = datetime.now(UTC)
    message = Message(TEAM, name_channel(1), f"{now.timestamp():.6f}", name_member(1), NOTHING)
    votes = (Vote(name_member(members // 3), 1, "a reason", "for"),)
    return Ballot(message, Ruling(votes), VoteTime(now.date()))


@contextlib.asynccontextmanager
async def _record_plans(url: str) -> AsyncIterator[tuple[Conn, list[list[str]]]]:
    """Yield a connection and the plans of the statements run on it, rolled back at the end."""
    plans: list[list[str]] = []

    class ExplainingCursor(AsyncCursor[Any]):
        async def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            if isinstance(query, str) and _QUERY.match(query):
                plans.append(await _read_plan(conn, query, params))
            return await super().execute(query, params, **options)

    conn = await AsyncConnection.connect(url)
    conn.cursor_factory = ExplainingCursor
    try:
        yield conn, plans
    finally:
        await conn.rollback()
        await conn.close()


async def _read_plan(conn: Conn, query: str, params: Any) -> list[str]:
    cursor = AsyncCursor(conn)
    await cursor.execute("SAVEPOINT explained")
    await cursor.execute(_EXPLAIN.encode() + query.encode(), params)
    lines = [line for (line,) in await cursor.fetchall()]
    await cursor.execute("ROLLBACK TO SAVEPOINT explained")
    return lines


def _list_reads(lines: list[str]) -> str:
    """Return the indexes and tables that a plan reads, each once."""
    return ", ".join(dict.fromkeys(_READS.findall("\n".join(lines)))) or "no table"


def _read_time(lines: list[str]) -> float:
    found = _TIME.search("\n".join(lines))
    return float(found[1]) if found else 0.0
