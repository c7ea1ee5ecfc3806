"""What happens when a message looks like a vote and isn't one: its author gets a hint."""

import difflib
from typing import Final

from app.core.grammar.hints import HintKind, find_hint, find_stray_currency, find_typed_names
from app.core.message import Message
from app.core.replies import HintReply
from app.core.vote import THING, Vote, build_thing_id
from app.store.outbox import outbox
from app.store.people import members
from app.store.votes.ballot import Outcome
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.vote_context import VoteContext

_ALIKE: Final = 0.8
"""How similar a name must be to somebody's to be taken for a typo."""


async def give_hint(message: Message, context: VoteContext, rules: WorkspaceRules) -> Outcome:
    """Hint at what to type instead, if *message*, which has no votes, seems to have meant one."""
    if message.quiet or rules.find_ban(message.author, message.added_at):
        return Outcome()
    if found := find_hint(message.lines, in_thread=bool(message.thread_author)):
        return await _write(message, HintReply(*found), context)
    currency = rules.get_settings(message.channel).currency
    stray = find_stray_currency(message.lines, currency)
    if stray and stray[0] != message.author:
        return await _write(message, HintReply(HintKind.CURRENCY, *stray), context)
    _, person = await _find_unpicked(message, context)
    if not person or await context.is_external(message):
        return Outcome()
    return await _write(message, HintReply(HintKind.UNPICKED, person), context)


async def _find_unpicked(message: Message, context: VoteContext) -> tuple[str, str]:
    """Return the name typed after an @ as if it were a mention, and the id of its only bearer.

    Both are empty if there is none.
    """
    names = {
        (build_thing_id(name) or "").removeprefix(THING): name
        for name in find_typed_names(message.lines)
    }
    if not names:
        return "", ""
    found = await context.database.run(members.find_by_handle, message.team, list(names))
    known = ((name, found[key][0]) for key, name in names.items() if len(found.get(key, ())) == 1)
    return next(known, ("", ""))


async def hint_at_typo(message: Message, votes: tuple[Vote, ...], context: VoteContext) -> Outcome:
    """Hint that a name typed after an @ counted as a thing, if it's nearly somebody's.

    Of `@mia lind++`, the last word counted; next to other votes, `@bob ++` didn't count at all.
    """
    hint = None if message.quiet else await _find_slip(message, votes, context)
    if hint is None or await context.is_external(message):
        return Outcome()
    return await _write(message, hint, context)


async def _find_slip(
    message: Message, votes: tuple[Vote, ...], context: VoteContext
) -> HintReply | None:
    name, person = await _find_unpicked(message, context)
    if person:
        last = name.rpartition(" ")[2] if " " in name else ""
        split = [v.spelling for v in votes if v.handle and not v.has_at and v.spelling == last]
        return HintReply(HintKind.SLIP if split else HintKind.UNPICKED, person, *split[:1])
    for vote in (vote for vote in votes if vote.has_at):
        if near := await _find_near(message.team, vote.handle, context):
            return HintReply(HintKind.SLIP, near, vote.spelling)
    return None


async def _find_near(team: str, handle: str, context: VoteContext) -> str | None:
    """Return the id of the member whose name is closest to *handle*; None if none is close."""
    known = await context.database.run(members.find_similar, team, handle)
    near = difflib.get_close_matches(handle, known, 1, _ALIKE)
    return known[near[0]] if near else None


async def _write(message: Message, hint: HintReply, context: VoteContext) -> Outcome:
    return Outcome(waiting=await context.database.run(outbox.write_hint, message, hint))
