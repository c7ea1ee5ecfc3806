"""Seasons as people begin and see them: boards start afresh, and nothing is deleted."""

from collections.abc import Sequence

from app.core.boards.periods import Period
from app.core.boards.seasons import FIRST, build_period
from app.store.workspace import season_numbers as store
from app.store.workspace.rulebook import Rulebook
from app.usecases.vote_context import VoteContext


def list_seasons(rulebook: Rulebook, team: str) -> Sequence[Period]:
    """Return every season of *team* with its days, the first one first."""
    begun, zone = rulebook.list_seasons(team), rulebook.get_settings(team).time_zone
    return [build_period(one.number, begun, zone) for one in (FIRST, *begun)]


def has_begun(rulebook: Rulebook, team: str, number: int) -> bool:
    """Tell whether the season of that *number* has begun, as far as this process knows."""
    return number <= FIRST.number or any(
        one.number == number for one in rulebook.list_seasons(team)
    )


async def begin(context: VoteContext, team: str, by: str, number: int, name: str) -> bool:
    """Let *by* begin the season of that *number*, called *name*; return whether that is so.

    It is not where another one has begun meanwhile. Raises UnavailableError when the database does
    not answer in time.
    """
    before = list_seasons(context.rulebook, team)[-1].called
    begun = await context.rulebook.change(
        context.database,
        lambda conn: store.begin(conn, team, by, number, name, before),
        patience=store.PATIENCE,
    )
    return begun is not None
