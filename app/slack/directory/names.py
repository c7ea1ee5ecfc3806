"""What people and things are called, in one look."""

from collections.abc import Iterable

from app.core.commands.karma import CardTarget
from app.core.vote import THING, is_thing
from app.slack.listeners.context import Context
from app.store.boards import standings
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
    people = [target for target in wanted if target and not is_thing(target)]
    people += [user for reason in reasons for user in find_mentioned(reason or "")]
    things = [target for target in wanted if is_thing(target)]
    found = {target.id: target.spelling for target in typed if target.spelling}
    found |= await context.people.read_names(team, dict.fromkeys(people))
    if things:
        found |= await context.database.run(lambda c: standings.read_spellings(c, team, things))
    return TargetNames(found)
