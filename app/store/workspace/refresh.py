"""Keeps what every process knows by heart up to date: what has changed is read each second."""

import asyncio
from collections.abc import Sequence
from typing import Final, Protocol

import structlog

from app.store.database import Database, UnavailableError

_log = structlog.get_logger()

EVERY: Final = 1.0
"""Seconds after which a process asks what has changed through another."""


class CachedState(Protocol):
    """Something known by heart."""

    async def learn(self, database: Database) -> None:
        """Read it anew; raises UnavailableError, and then knows what it knew."""
        ...

    async def follow(self, database: Database) -> None:
        """Read what has changed; raises UnavailableError, and then knows what it knew."""
        ...


async def refresh_forever(
    caches: Sequence[CachedState], database: Database, every: float = EVERY
) -> None:
    """Let *caches* follow what changes, for ever; while the database is away, no vote counts."""
    away = False
    while True:
        try:
            for learner in caches:
                await learner.follow(database)
            away = False
        except UnavailableError as error:
            if not away:
                _log.info("rules.wait", reason=str(error))
            away = True
        await asyncio.sleep(every)
