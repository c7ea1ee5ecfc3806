"""Seasons as people begin and see them: boards start afresh, and nothing is deleted."""

from collections.abc import Sequence

from app.core.boards.periods import Period
from app.core.boards.seasons import FIRST, build_period
from app.store.workspace import seasons as store
from app.store.workspace.rulebook import Rulebook
from app.usecases.vote_context import VoteContext


def list_seasons(rulebook: Rulebook, team: str) -> Sequence[Period]:
    """Return every season of *team* with its days, oldest first."""
    rules = rulebook.get_rules(team)
    begun, zone = rules.seasons, rules.get_settings().time_zone
    return [build_period(one.number, begun, zone) for one in (FIRST, *begun)]


def has_begun(rulebook: Rulebook, team: str, number: int) -> bool:
    """Return whether season *number* has begun, as far as this process knows."""
    return number <= FIRST.number + len(rulebook.get_rules(team).seasons)


async def begin(team: str, by: str, number: int, name: str, context: VoteContext) -> bool:
    """Begin season *number*, called *name*; return False if another one was begun meanwhile."""
    before = list_seasons(context.rulebook, team)[-1].title
    return await context.rulebook.change(
        store.begin, team, by, number, name, before, patience=store.PATIENCE
    )
