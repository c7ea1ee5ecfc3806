"""Keeps the tables that serve the app's own work small, and merges whole, once an hour."""

import asyncio
from typing import Final

import structlog

from app.store.database import Database, UnavailableError
from app.store.people.merge_transfer import forward_late_votes
from app.store.server.upkeep import tidy

_log = structlog.get_logger()

EVERY: Final = 3600.0
"""Seconds between two rounds."""


async def keep_tidy(database: Database, every: float = EVERY) -> None:
    """Tidy now and then, for ever; a database that is away is left for the next time."""
    while True:
        try:
            removed = await database.run(tidy)
            await database.run(forward_late_votes)
        except UnavailableError:
            _log.info("upkeep.skipped", reason="database away")
        else:
            _log.debug("upkeep.done", removed=removed)
        await asyncio.sleep(every)
