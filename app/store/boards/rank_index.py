"""Finds ranks in bounded time, on boards of any size.

Ranks are exact within the first thousand places, and on boards known to have fewer than 5,000,
which is noticed when a deeper rank is first requested. Deeper on a larger board, a rank is counted
from the nearest checkpoint of an index: the places at or above the checkpoint's score when the
index was built, plus the places between it and the requested score now. The first number may be a
minute old, or ten minutes if a new index can't be built sooner.
"""

import asyncio
import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import structlog
from cachetools import LRUCache

from app.core.boards.shares import Standing
from app.store.boards import standings
from app.store.boards.standings import SHOWN
from app.store.database import Conn, Database, UnavailableError, allow_seconds, fetch_all
from app.store.shared_tasks import SharedTasks

_log = structlog.get_logger()

HEAD: Final = 1_000
"""Places from the top whose ranks are counted on each request."""
SMALL: Final = 5_000
"""Boards with fewer places have no index."""
_FRESH: Final = 60.0
"""Seconds for which an index isn't rebuilt."""
_STALE: Final = 600.0
"""Seconds after which requests wait for a new index."""
_BUILD_TIMEOUT: Final = 10.0
"""Seconds that building an index, in the background, may take."""
_MOST_KEPT: Final = 100
_MOST_SMALL: Final = 1_000
"""Maximum boards remembered as small."""
_HIGHEST: Final = (1 << 63) - 1

_STEPS: Final = """
SELECT l.score, count(*) AS here FROM leaderboard AS l
WHERE l.team_id = %(team)s AND l.board = %(board)s AND l.score <> 0 AND NOT EXISTS (
    SELECT FROM hidden_members AS h WHERE h.team_id = %(team)s AND h.user_id = l.target_id)
GROUP BY l.score
ORDER BY l.score DESC
"""

# There is a checkpoint wherever another 50 places are passed, so fewer lie between two of them.
_CHECKPOINTS: Final = f"""
SELECT score, reached FROM (
    SELECT score, here, (sum(here) OVER (ORDER BY score DESC))::bigint AS reached
    FROM ({_STEPS}) AS counted
) AS step
WHERE reached / 50 > (reached - here) / 50
ORDER BY score DESC
"""  # noqa: S608 (put together from constants)

_BETWEEN: Final = f"""
SELECT asked.score, (
    SELECT count(*) FROM leaderboard AS l
    WHERE {SHOWN} AND l.score > asked.score AND l.score <= asked.upto
) FROM unnest(%(scores)s::bigint[], %(uptos)s::bigint[]) AS asked (score, upto)
"""  # noqa: S608 (put together from constants)


@dataclass(frozen=True, slots=True)
class RankIndex:
    """Checkpoints from the highest score to the lowest, each with the places at or above it."""

    scores: "array[int]"
    """Stored as ~score, so that they ascend for `bisect`."""
    reached: "array[int]"
    made_at: float

    @property
    def is_small(self) -> bool:
        """Return whether the board is small enough to be counted without an index."""
        return not self.reached or self.reached[-1] < SMALL

    def find_checkpoint(self, score: int) -> tuple[int, int]:
        """Return the places at or above the checkpoint over *score*, and the score to count up to.

        Without a checkpoint these are 0 and the highest possible score.
        """
        index = bisect_left(self.scores, ~score)
        return (self.reached[index - 1], ~self.scores[index - 1] - 1) if index else (0, _HIGHEST)


class RankIndexes:
    """Finds ranks on every board; caches an index for each large one requested recently."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self.database = database
        self._clock = clock
        self._indexes: LRUCache[tuple[str, str], RankIndex] = LRUCache(_MOST_KEPT)
        self._small: LRUCache[tuple[str, str], bool] = LRUCache(_MOST_SMALL)
        self._builds: SharedTasks[tuple[str, str], RankIndex]
        self._builds = SharedTasks(on_failure=_log_failure)

    async def find_standing(self, team: str, board: str, target: str) -> Standing | None:
        """Return the standing of *target* on *board*, with who is next above; None without a place.

        Raises UnavailableError if the database doesn't answer in time.
        """
        own = await self.database.run(standings.read_own_score, team, board, target)
        if own is None:
            return None
        ranks = await self.find_ranks(team, board, [own.score])
        return replace(own, rank=ranks[own.score])

    async def find_ranks(
        self, team: str, board: str, scores: Collection[int], *, settled: bool = False
    ) -> dict[int, int]:
        """Return the rank that each of *scores* has, or would have, on *board*.

        On a *settled* board, whose period is over, an index is used for the first thousand places
        too.
        """
        if not scores:
            return {}
        cached = self._indexes.get((team, board))
        if cached and (
            settled or all(cached.find_checkpoint(score)[0] >= HEAD for score in scores)
        ):
            return await self._count_ranks(team, board, list(scores))
        if (team, board) in self._small:
            return await self._count_all(team, board, scores)
        steps = await self.database.run(standings.count_top_scores, team, board, HEAD)
        whole = sum(many for _, many in steps) < HEAD
        if settled and not whole:
            self._start_build(team, board)
        ranks = _count_ranks_in(steps, scores, whole=whole)
        rest = [score for score in scores if score not in ranks]
        return ranks | await self._count_ranks(team, board, rest) if rest else ranks

    async def _count_all(self, team: str, board: str, scores: Collection[int]) -> dict[int, int]:
        """Return the ranks of *scores* on a board remembered as small, by a single statement."""
        parameters = {"team": team, "board": board}
        steps = await self.database.run(fetch_all, _STEPS, parameters)
        if sum(many for _, many in steps) >= SMALL:
            self._small.pop((team, board), None)
        return _count_ranks_in(steps, scores, whole=True)

    async def close(self) -> None:
        """Cancel all index builds."""
        await self._builds.close()

    async def _count_ranks(self, team: str, board: str, scores: Sequence[int]) -> dict[int, int]:
        index = await self._get_index(team, board)
        checkpoints = {score: index.find_checkpoint(score) for score in scores}
        uptos = [upto for _, upto in checkpoints.values()]
        query = {"team": team, "board": board, "scores": list(checkpoints), "uptos": uptos}
        counted = await self.database.run(fetch_all, _BETWEEN, query)
        return {score: checkpoints[score][0] + between + 1 for score, between in counted}

    async def _get_index(self, team: str, board: str) -> RankIndex:
        """Return an index a minute old at most, or up to ten while a new one is being built."""
        cached = self._indexes.get((team, board))
        age = self._clock() - cached.made_at if cached else _STALE
        if cached and age < _FRESH:
            return cached
        task = self._start_build(team, board)
        return (
            cached
            if cached and age < _STALE
            else await _await_index(task, self.database.limits.patience)
        )

    def _start_build(self, team: str, board: str) -> asyncio.Task[RankIndex]:
        return self._builds.start((team, board), partial(self._build, team, board))

    async def _build(self, team: str, board: str) -> RankIndex:
        checkpoints = await self.database.run(
            _read_checkpoints, team, board, patience=_BUILD_TIMEOUT
        )
        scores = array("q", [~score for score, _ in checkpoints])
        reached = array("q", [number for _, number in checkpoints])
        index = RankIndex(scores, reached, self._clock())
        if index.is_small:
            self._indexes.pop((team, board), None)
            self._small[team, board] = True
        else:
            self._small.pop((team, board), None)
            self._indexes[team, board] = index
        return index


def _log_failure(key: tuple[str, str], error: BaseException) -> None:
    _log.warning("ranks.not_counted", board=key[1], reason=str(error))


async def _read_checkpoints(conn: Conn, team: str, board: str) -> list[tuple[int, int]]:
    async with conn.transaction():
        await allow_seconds(conn, _BUILD_TIMEOUT)
        return await fetch_all(conn, _CHECKPOINTS, {"team": team, "board": board})


def _count_ranks_in(
    steps: Sequence[tuple[int, int]], scores: Collection[int], *, whole: bool
) -> dict[int, int]:
    """Return the ranks of those *scores* that *steps* reach; all if they are the *whole* board."""
    waiting = sorted((s for s in scores if whole or s >= steps[-1][0]), reverse=True)
    above, ranks = 0, {}
    for score, many in steps:
        while waiting and waiting[0] >= score:
            ranks[waiting.pop(0)] = above + 1
        above += many
    return ranks | dict.fromkeys(waiting, above + 1)


async def _await_index(task: asyncio.Task[RankIndex], patience: float) -> RankIndex:
    """Return the index that *task* builds.

    Raises UnavailableError after *patience* seconds; the build goes on.
    """
    try:
        async with asyncio.timeout(patience):
            return await asyncio.shield(task)
    except TimeoutError as error:
        raise UnavailableError("no index in time") from error
