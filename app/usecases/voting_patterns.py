"""What admins can look at to see that votes are fair: it accuses nobody and changes nothing."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.core.voting_patterns import REFUSALS_DAYS, SPAN, Report
from app.store.database import Conn, Database
from app.store.votes import patterns, refusal_notes


async def read_report(database: Database, team: str, now: datetime) -> Report:
    """Return the patterns of the last 90 days and the refusals of the last 30.

    Raises UnavailableError when they could not be read in time.
    """

    async def read(conn: Conn) -> Report:
        found = await patterns.read_patterns(conn, team, now - SPAN)
        day = (now - timedelta(days=REFUSALS_DAYS)).date()
        return replace(found, refusals=await refusal_notes.count_since(conn, team, day))

    return await database.run(read)


async def count_refusals(database: Database, team: str, now: datetime) -> dict[str, int]:
    """Return how many votes were refused in the last 30 days, by reason."""
    day = (now - timedelta(days=REFUSALS_DAYS)).date()
    return await database.run(lambda conn: refusal_notes.count_since(conn, team, day))
