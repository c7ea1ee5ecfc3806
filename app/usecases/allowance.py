"""How many points somebody may still give today, if their workspace has an allowance."""

from dataclasses import dataclass
from datetime import date, datetime

from app.store.database import Conn
from app.store.votes import limits
from app.store.workspace.rulebook import Rulebook
from app.usecases.vote_context import PeopleLookup


@dataclass(frozen=True, slots=True)
class Limit:
    """Somebody's daily allowance, and the current day in their time zone."""

    points: int
    day: date
    person: str
    """Their keyed hash, by which limits know them."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """Somebody's daily allowance, and the points left of it today."""

    left: int
    limit: int


async def find_limit(
    rulebook: Rulebook, people: PeopleLookup, team: str, user: str, now: datetime
) -> Limit | None:
    """Return the daily limit of *user* and their current day, or None if there is no limit."""
    settings = rulebook.get_settings(team)
    if settings.daily_allowance is None:
        return None
    rules = await rulebook.read_rules(team)
    zone = await people.read_zone(team, user)
    day = now.astimezone(zone).date() if zone else settings.find_day(now)
    return Limit(settings.daily_allowance, day, rules.identify(user))


async def read_allowance(conn: Conn, team: str, limit: Limit | None) -> Allowance | None:
    """Return what is left of *limit*; None for no limit."""
    if limit is None:
        return None
    spent = await limits.read_spent(conn, team, limit.person, limit.day)
    return Allowance(max(limit.points - spent, 0), limit.points)
