"""What a form of a merge carries, and what cards say of those that were merged."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from app.core.commands.karma import CardTarget
from app.core.grammar.targets import MAX_NAME
from app.core.vote import is_thing
from app.slack.directory.names import resolve_names
from app.slack.listeners.context import Context
from app.slack.payloads import events
from app.slack.payloads.requests import UserRequest
from app.slack.views import admin as views
from app.slack.views.leaderboard import Page
from app.words import admin as words


@dataclass(frozen=True, slots=True)
class MergePlan:
    """Whom or what to merge into whom or what, as the form keeps it."""

    source: str
    into: str
    spelling: str = ""
    """How the other is written, if it is a thing."""


def format_metadata(plan: MergePlan) -> str | None:
    """Return what a form keeps of the plan; None where that is too long."""
    raw = json.dumps(asdict(plan), ensure_ascii=False)
    return raw if len(raw) <= views.MOST_METADATA else None


def read_plan(body: dict[str, Any]) -> MergePlan | None:
    """Return the plan that the submission *body* carries, or None where it carries none."""
    view = body.get("view")
    raw = view.get("private_metadata") if isinstance(view, dict) else None
    if not isinstance(raw, str) or len(raw) > views.MOST_METADATA:
        return None
    try:
        fields = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return _parse_plan(fields) if isinstance(fields, dict) else None


def _parse_plan(fields: dict[str, Any]) -> MergePlan | None:
    source, into = (
        events.parse_target(fields.get("source")),
        events.parse_target(fields.get("into")),
    )
    spelling = fields.get("spelling")
    if not (source and into and isinstance(spelling, str)) or len(spelling) > MAX_NAME:
        return None
    apart = source != into and is_thing(source) is is_thing(into)
    return MergePlan(source, into, spelling) if apart and "\x00" not in spelling else None


def resolve_card_target(
    target: CardTarget | None, request: UserRequest, context: Context
) -> CardTarget | None:
    """Return whose card answers for *target*, None for whoever asks: what it is merged into."""
    own = target or CardTarget(request.user)
    now = context.rulebook.resolve_alias(request.team, own.id)
    return target if now == own.id else CardTarget(now)


async def add_merge_note(
    page: Page, about: CardTarget | None, request: UserRequest, context: Context
) -> Page:
    """Return *page* with what was merged, if what was *about* for concerns a merge."""
    own = about or CardTarget(request.user)
    rulebook, team = context.rulebook, request.team
    into = rulebook.resolve_alias(team, own.id)
    if into != own.id:
        names = await resolve_names(context, team, [into], own)
        return views.add_note(page, words.describe_merge_target(names[own.id], names[into]))
    merged = [t for t in rulebook.get_aliases(team) if rulebook.resolve_alias(team, t) == own.id]
    if not merged:
        return page
    names = await resolve_names(context, team, merged)
    return views.add_note(page, words.list_merge_sources([names[target] for target in merged]))
