"""How PostgreSQL carries out what the app asks with ten million rows: what it reads, and by what.

Each plan is that of the app's own statement with the app's own parameters: a cursor has it
explained before it is carried out.
"""

import contextlib
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

from psycopg import AsyncConnection, AsyncCursor

from app.core.boards.calendar import When
from app.core.boards.shares import USERS
from app.core.message import NOTHING, Message
from app.core.rules import Ruling
from app.core.vote import Vote
from app.devtools.bench.environment import Ground
from app.devtools.bench.growth.datasets import FOLDER, database_of, kept
from app.devtools.bench.growth.ledger import COMMON
from app.devtools.bench.growth.sizes import SIZES, TEAM, channel, member
from app.devtools.bench.rows import Row
from app.store.boards import standings
from app.store.votes import history, search
from app.store.votes.ballot import Ballot
from app.store.votes.cast import cast
from app.store.votes.history import Asked

Conn = AsyncConnection[Any]
Plan = tuple[str, list[str]]
"""What was asked for, and the lines of its plan."""

_EXPLAIN: Final = "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) "
_QUERY: Final = re.compile(r"\s*(?:SELECT|WITH|INSERT|\(SELECT)")
_TIME: Final = re.compile(r"Execution Time: ([0-9.]+) ms")
_READS: Final = re.compile(
    r"(?:Seq Scan on|Scan(?: Backward)? using|Bitmap Index Scan on|Arbiter Indexes:) (\w+)"
)


async def measure(ground: Ground, rounds: int) -> list[Row]:
    """Print the plans; once, whatever *rounds* says. The figures are the server's own times."""
    del rounds
    with kept(ground.folder.parent / FOLDER, ground.tell, SIZES[-1:], refill=ground.refill) as url:
        plans = await explained(database_of(url, SIZES[-1]), SIZES[-1].members)
    for name, lines in plans:
        sys.stdout.write("\n".join([f"-- {name}", *lines, "", ""]))
    return [Row("plans", f"{name}: {_read(lines)}", [_time(lines)], "ms") for name, lines in plans]


async def explained(url: str, members: int) -> list[Plan]:
    """Return the plans of what is asked most; nothing in the database at *url* changes."""
    plans: list[Plan] = []
    for name, ask in _questions(members).items():
        async with _explaining(url) as (conn, lines):
            await ask(conn)  # so that what is read stands in memory, as what is asked often does
            lines.clear()
            await ask(conn)
            several = len(lines) > 1
            plans += [
                (f"{name} ({nr} of {len(lines)})" if several else name, found)
                for nr, found in enumerate(lines, 1)
            ]
    return plans


def _questions(members: int) -> dict[str, Callable[[Conn], Awaitable[Any]]]:
    who = member(members // 2)
    asked = Asked(TEAM, who, channel(1), who)
    rare, often = ("lukaden", ""), (COMMON[3], "")
    return {
        "top": lambda conn: standings.top(conn, TEAM, USERS, 10),
        "bottom": lambda conn: standings.bottom(conn, TEAM, USERS, 10),
        "own": lambda conn: standings.own(conn, TEAM, USERS, who),
        "head": lambda conn: standings.head(conn, TEAM, USERS, 1000),
        "history": lambda conn: history.history(conn, asked, 10, given=True),
        "lately": lambda conn: history.lately(conn, asked, 3, given=True),
        "search, frequent": lambda conn: search.search(conn, asked, often, 10),
        "search, rare": lambda conn: search.search(conn, asked, rare, 10),
        "vote": lambda conn: cast(conn, _ballot(members), None),
    }


def _ballot(members: int) -> Ballot:
    now = datetime.now(UTC)
    message = Message(TEAM, channel(1), f"{now.timestamp():.6f}", member(1), NOTHING)
    votes = (Vote(member(members // 3), 1, "a reason", "for"),)
    return Ballot(message, Ruling(votes), When(now.date()))


@contextlib.asynccontextmanager
async def _explaining(url: str) -> AsyncIterator[tuple[Conn, list[list[str]]]]:
    """Give a connection and the plans of what is asked on it, which comes to nothing at last."""
    plans: list[list[str]] = []

    class Explaining(AsyncCursor[Any]):
        async def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            if isinstance(query, str) and _QUERY.match(query):
                plans.append(await _plan(conn, query, params))
            return await super().execute(query, params, **options)

    conn = await AsyncConnection.connect(url)
    conn.cursor_factory = Explaining
    try:
        yield conn, plans
    finally:
        await conn.rollback()
        await conn.close()


async def _plan(conn: Conn, query: str, params: Any) -> list[str]:
    cursor = AsyncCursor(conn)
    await cursor.execute("SAVEPOINT explained")
    await cursor.execute(_EXPLAIN.encode() + query.encode(), params)
    lines = [line for (line,) in await cursor.fetchall()]
    await cursor.execute("ROLLBACK TO SAVEPOINT explained")
    return lines


def _read(lines: list[str]) -> str:
    """Return the indexes and tables that a plan reads, each once."""
    return ", ".join(dict.fromkeys(_READS.findall("\n".join(lines)))) or "no table"


def _time(lines: list[str]) -> float:
    found = _TIME.search("\n".join(lines))
    return float(found[1]) if found else 0.0
