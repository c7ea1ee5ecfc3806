"""What the app does for its own tables: takes in what was imported, and once an hour tidies."""

import asyncio
from typing import Final

import structlog

from app.store.database import Database, UnavailableError
from app.store.server.upkeep import tidy
from app.store.workspace import adoption

_log = structlog.get_logger()

EVERY: Final = 3600.0
"""Seconds between two rounds."""
_PATIENCE: Final = 300.0
_PAUSE: Final = 30.0


async def keep_tidy(database: Database, every: float = EVERY) -> None:
    """Tidy now and then, for ever; a database that is away is left for the next time."""
    while True:
        try:
            removed = await database.run(tidy)
        except UnavailableError:
            _log.info("upkeep.skipped", reason="database away")
        else:
            _log.debug("upkeep.done", removed=removed)
        await asyncio.sleep(every)


async def adopt(database: Database, team: str) -> None:
    """Let scores without a workspace be those of *team*; tries again when the database is away."""
    while True:
        try:
            rows = await database.run(lambda conn: adoption.adopt(conn, team), patience=_PATIENCE)
        except UnavailableError:
            await asyncio.sleep(_PAUSE)
            continue
        if rows:
            _log.info("import.adopted", team=team, rows=rows)
        return
