"""What somebody may still give today, where their workspace has an allowance."""

from dataclasses import dataclass
from datetime import date, datetime

from app.store.database import Conn, Database
from app.store.votes import limits
from app.store.workspace.rulebook import Rulebook
from app.usecases.vote_context import ZoneOf


@dataclass(frozen=True, slots=True)
class Limit:
    """The points that somebody may give in a day, and the day that it is for them."""

    points: int
    day: date
    person: str
    """What limits know them by."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """The points that somebody may give in a day, and those that are left today."""

    left: int
    limit: int


async def find_limit(
    database: Database, rulebook: Rulebook, zone_of: ZoneOf, team: str, user: str, now: datetime
) -> Limit | None:
    """Return what *user* may give on the day that it is *now* for them; None for no limit."""
    settings = rulebook.get_settings(team)
    if settings.daily_allowance is None:
        return None
    rules = await rulebook.read_rules(database, team)
    zone = await zone_of(team, user)
    day = now.astimezone(zone).date() if zone else settings.find_day(now)
    return Limit(settings.daily_allowance, day, rules.identify(user))


async def read_allowance(conn: Conn, team: str, limit: Limit | None) -> Allowance | None:
    """Return what is left of the *limit*, if there is one."""
    if limit is None:
        return None
    spent = await limits.read_spent(conn, team, limit.person, limit.day)
    return Allowance(max(limit.points - spent, 0), limit.points)
