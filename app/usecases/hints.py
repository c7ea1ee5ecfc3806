"""What happens when somebody writes what looks like a vote and is none: a kind word, to them."""

import difflib
from typing import Final

from app.core.grammar.hints import HintKind, find_hint
from app.core.message import Message
from app.core.replies import HintReply
from app.core.vote import Vote
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
    found = (
        None if message.quiet else find_hint(message.lines, in_thread=bool(message.thread_author))
    )
    if found is None or rules.is_banned(message.author, message.moment):
        return None
    kind, person = found
    return await _write(message, HintReply(kind, person), context)


async def mention_slip(
    message: Message, votes: tuple[Vote, ...], context: VoteContext
) -> Outcome | None:
    """Tell that a name typed after an @ has counted as a thing, where it is nearly somebody's."""
    typed = [vote for vote in votes if vote.has_at]
    if message.quiet or not typed:
        return None
    for vote in typed:
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
