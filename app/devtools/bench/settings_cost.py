"""The cost of a vote with every setting on, against one with no settings.

Both go all the way from a message's text to COMMIT in this process, in alternation. A server and
HTTP around them would add the same to both and make the ratio look better.
"""

import time
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from itertools import count
from random import Random
from statistics import median
from typing import Any, Final
from zoneinfo import ZoneInfo

from psycopg.types.json import Jsonb

from app.core.grammar import mrkdwn
from app.core.message import Message
from app.devtools.bench.environment import BenchEnvironment, create_database
from app.devtools.bench.rows import BenchError, BenchRow, BenchTarget, divide
from app.store.database import Conn, Database, Limits
from app.store.votes.batcher import VoteBatcher
from app.store.workspace.rulebook import Rulebook
from app.usecases.vote_context import VoteContext
from app.usecases.votes import hear

VOTES: Final = 400
"""Votes of each kind in a round."""
MEMBERS: Final = 1000
CHANNELS: Final = 10
PLAIN: Final = "T0PLAIN"
DECIDED: Final = "T0DECIDED"
ZONE: Final = ZoneInfo("Asia/Tokyo")

SETTINGS: Final[Mapping[str, Any]] = {
    "notices": "direct",
    "minus": "reason",
    "things": False,
    "max_points": 3,
    "max_targets": 10,
    "daily_allowance": 100_000,
    "cooldown": 10,
    "strangers": False,
    "time_zone": "Europe/Berlin",
    "first_weekday": "sunday",
    "language": "de",
    "quiet_channels": ["C0QUIET"],
    "stop_list": [f"word{n}" for n in range(100)],
    "managers": ["U00000001"],
}
_DECIDE: Final = """
INSERT INTO settings (team_id, name, value, changed_by) VALUES (%s, %s, %s, 'U00000001')
"""
_BAN: Final = "INSERT INTO bans (team_id, user_id, banned_by) VALUES (%s, %s, 'U00000001')"
_MERGE: Final = """
INSERT INTO aliases (team_id, target_id, into_id, merge, merged_by)
VALUES (%s, %s, %s, 'merge/1', 'U00000001')
"""


async def measure(environment: BenchEnvironment, rounds: int) -> list[BenchRow]:
    """Cast votes in both workspaces in turn."""
    database = Database(create_database(environment.url), Limits())
    await database.open()
    try:
        await database.run(_decide)
        context = VoteContext(
            database=database,
            rulebook=Rulebook(database),
            batcher=VoteBatcher(database),
            people=_Directory(),
            members=_Directory(),
            channels=_Directory(),
            newcomers=None,
        )
        await context.rulebook.learn()
        return await _compare(environment, context, rounds)
    finally:
        await database.close()


async def _decide(conn: Conn) -> None:
    async with conn.transaction():
        for name, value in SETTINGS.items():
            await conn.execute(_DECIDE, (DECIDED, name, Jsonb(value)))
        for number in range(50):
            await conn.execute(_BAN, (DECIDED, f"U9{number:07d}"))
            await conn.execute(_MERGE, (DECIDED, f"thing:old{number}", f"thing:new{number}"))


class _Directory:
    """Everybody is a member of every channel, and lives in one zone; there are no groups."""

    async def list_group_members(self, _team: str, _group: str) -> None:
        return None

    async def read_zone(self, _team: str, _user: str) -> tzinfo:
        return ZONE

    async def is_stranger(self, _team: str, _user: str) -> bool:
        return False

    async def has(self, _team: str, _channel: str, _user: str) -> bool:
        return True

    async def store_new(self, _team: str, _channel: str) -> None:
        return None


async def _compare(
    environment: BenchEnvironment, context: VoteContext, rounds: int
) -> list[BenchRow]:
    numbers, draw = count(time.time_ns() // 1000), Random(9)
    figures: dict[str, list[float]] = {PLAIN: [], DECIDED: []}
    await _run_round(context, numbers, draw)  # warm up
    for number in range(1, rounds + 1):
        for team, took in (await _run_round(context, numbers, draw)).items():
            figures[team].append(1000 * median(took))
        environment.tell(f"finished round {number} of {rounds}")
    plain, decided = figures.values()
    ratios = divide(decided, plain)
    return [
        BenchRow("settings", "a vote with no setting, median", plain, "ms"),
        BenchRow("settings", "a vote with every setting, median", decided, "ms"),
        BenchRow("settings", "every setting / none", ratios, "", BenchTarget.at_most(1.3)),
    ]


async def _run_round(
    context: VoteContext, numbers: Iterator[int], draw: Random
) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {PLAIN: [], DECIDED: []}
    for _ in range(VOTES):
        for team, times in took.items():
            message = _make_message(team, next(numbers), draw)
            began = time.perf_counter()
            outcome = await hear(message, context)
            times.append(time.perf_counter() - began)
            if outcome is None:
                raise BenchError("a vote was not processed")
    return took


def _make_message(team: str, number: int, draw: Random) -> Message:
    giver, target = draw.sample(range(1, MEMBERS + 1), 2)
    lines = mrkdwn.read(f"<@U{target:08d}>++ for looking into the build on a Friday")
    ts = f"{number // 1_000_000}.{number % 1_000_000:06d}"
    place = f"C{draw.randrange(CHANNELS):08d}"
    return Message(team, place, ts, f"U{giver:08d}", lines)
