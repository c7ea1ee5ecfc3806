"""What happens when somebody writes what looks like a vote and is none: a kind word, to them."""

import difflib
from typing import Final

from app.core.grammar.hints import HintKind, find_hint, find_typed_names
from app.core.message import Message
from app.core.replies import HintReply
from app.core.vote import THING, Vote, build_thing_id
from app.store.outbox import hints
from app.store.people import members
from app.store.votes.ballot import Outcome
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.vote_context import VoteContext

_ALIKE: Final = 0.8
"""How much of a name has to be somebody's for it to be a slip."""


async def give_hint(
    message: Message, rules: WorkspaceRules, context: VoteContext
) -> Outcome | None:
    """Tell what to type instead, if *message*, which has no votes, seems to have meant one."""
    if message.quiet or rules.is_banned(message.author, message.moment):
        return None
    kind, person = find_hint(message.lines, in_thread=bool(message.thread_author)) or (None, "")
    if kind is None and (person := await _find_unpicked(message, context)):
        kind = HintKind.UNPICKED
    return await _write(message, HintReply(kind, person), context) if kind else None


async def _find_unpicked(message: Message, context: VoteContext) -> str:
    """Return the one member whose name is typed after an @ as if it were a mention, if any."""
    handles = [
        (build_thing_id(n) or "").removeprefix(THING) for n in find_typed_names(message.lines)
    ]
    if not handles:
        return ""
    found = await context.database.run(
        lambda conn: members.find_by_handle(conn, message.team, handles)
    )
    return next((found[name][0] for name in handles if len(found.get(name, ())) == 1), "")


async def mention_slip(
    message: Message, votes: tuple[Vote, ...], context: VoteContext
) -> Outcome | None:
    """Tell that a name typed after an @ has counted as a thing, where it is nearly somebody's."""
    if message.quiet:
        return None
    split = [vote for vote in votes if vote.handle and not vote.has_at]
    if split and (person := await _find_unpicked(message, context)):
        return await _write(message, HintReply(HintKind.SLIP, person, split[0].spelling), context)
    for vote in (vote for vote in votes if vote.has_at):
        near = await _find_near(message.team, vote.handle, context)
        if near:
            hint = HintReply(HintKind.SLIP, near, vote.spelling)
            return await _write(message, hint, context)
    return None


async def _find_near(team: str, handle: str, context: VoteContext) -> str | None:
    """Return the id of whoever is nearly called *handle*."""
    known = await context.database.run(lambda conn: members.find_similar(conn, team, handle))
    near = difflib.get_close_matches(handle, known, 1, _ALIKE)
    return known[near[0]] if near else None


async def _write(message: Message, hint: HintReply, context: VoteContext) -> Outcome | None:
    waiting = await context.database.run(lambda conn: hints.write_hint(conn, message, hint))
    return Outcome(0, waiting) if waiting else None
