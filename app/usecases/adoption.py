"""Takes in the scores that were imported before the server knew its workspace."""

import asyncio
from typing import Final

import structlog

from app.store.database import Database, UnavailableError
from app.store.workspace import adoption

_log = structlog.get_logger()

_PATIENCE: Final = 300.0
_PAUSE: Final = 30.0


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
