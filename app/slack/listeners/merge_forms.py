"""What a form of a merge carries, and what cards say of those that were merged."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from app.core.commands.karma import Target
from app.core.grammar.targets import MAX_NAME
from app.core.vote import is_thing
from app.slack.directory.names import named
from app.slack.listeners.context import Context
from app.slack.payloads import events
from app.slack.payloads.requests import Asking
from app.slack.views import admin as views
from app.slack.views.leaderboard import Page
from app.words import admin as words


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom or what to merge into whom or what, as the form keeps it."""

    source: str
    into: str
    spelling: str = ""
    """How the other is written, if it is a thing."""


def metadata(of: Plan) -> str | None:
    """Return what a form keeps of the plan; None where that is too long."""
    kept = json.dumps(asdict(of), ensure_ascii=False)
    return kept if len(kept) <= views.MOST_METADATA else None


def plan(body: dict[str, Any]) -> Plan | None:
    """Return the plan that the submission *body* carries, or None where it carries none."""
    view = body.get("view")
    kept = view.get("private_metadata") if isinstance(view, dict) else None
    if not isinstance(kept, str) or len(kept) > views.MOST_METADATA:
        return None
    try:
        said = json.loads(kept)
    except (ValueError, RecursionError):
        return None
    return _plan(said) if isinstance(said, dict) else None


def _plan(said: dict[str, Any]) -> Plan | None:
    source, into = events.target(said.get("source")), events.target(said.get("into"))
    spelling = said.get("spelling")
    if not (source and into and isinstance(spelling, str)) or len(spelling) > MAX_NAME:
        return None
    apart = source != into and is_thing(source) is is_thing(into)
    return Plan(source, into, spelling) if apart and "\x00" not in spelling else None


def meant(target: Target | None, said: Asking, context: Context) -> Target | None:
    """Return whose card answers for *target*, None for whoever asks: what it is merged into."""
    own = target or Target(said.user)
    now = context.ears.rulebook.meant(said.team, own.id)
    return target if now == own.id else Target(now)


async def told(page: Page, asked: Target | None, said: Asking, context: Context) -> Page:
    """Return *page* with what was merged, if what was *asked* for concerns a merge."""
    own = asked or Target(said.user)
    rulebook, team = context.ears.rulebook, said.team
    into = rulebook.meant(team, own.id)
    if into != own.id:
        names = await named(context, team, [into], own)
        return views.noted(page, words.is_merged(names[own.id], names[into]))
    merged = [t for t in rulebook.aliases(team) if rulebook.meant(team, t) == own.id]
    if not merged:
        return page
    names = await named(context, team, merged)
    return views.noted(page, words.has_merged([names[target] for target in merged]))
