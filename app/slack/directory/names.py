"""What people and things are called, in one look."""

from collections.abc import Iterable

from app.core.commands.karma import CardTarget
from app.core.vote import THING
from app.slack.listeners.context import Context
from app.words.votes import find_mentioned


class TargetNames(dict[str, str]):
    """Names by target; who has none is called by id or key."""

    def __missing__(self, target: str) -> str:
        """Return what *target* is called for want of a name."""
        return target.removeprefix(THING)


async def resolve_names(
    context: Context,
    team: str,
    targets: Iterable[str],
    *typed: CardTarget,
    reasons: Iterable[str | None] = (),
) -> TargetNames:
    """Return the names of *targets*, of what was *typed*, and of those whom *reasons* mention."""
    wanted = [*targets, *(target.id for target in typed)]
    wanted += [user for reason in reasons for user in find_mentioned(reason or "")]
    found = {target.id: target.spelling for target in typed if target.spelling}
    return TargetNames(found | await context.people.name_targets(team, wanted))
