"""What happens when somebody reacts to a message: their reactions give one point at most.

All reactions of a person to a message count as one vote, however many emoji they use. That vote
follows from the current state of each emoji, so toggling gains nothing, and the order of arrival
doesn't matter.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from app.core.message import Message, build_wordless
from app.core.reactions import Reaction, count_points, limit_points
from app.core.vote import Vote
from app.store.database import Conn
from app.store.votes import reactions as store
from app.store.votes.ballot import Ballot, Outcome
from app.store.votes.reactions import LockedSlot
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.judging import advance_ballot, find_giver, prepare_ballot, replace_votes
from app.usecases.vote_context import VoteContext, apply_rules, store_by_rules


async def find_reaction_target(reaction: Reaction, context: VoteContext) -> str | None:
    """Return the target of *reaction*'s vote, or of the vote that it removes; None if neither.

    Slack doesn't always say who wrote the message, but for a former vote that is stored.
    """
    listed = count_points(
        reaction.emoji, context.rulebook.get_settings(reaction.team, reaction.channel)
    )
    if reaction.author and listed:
        return reaction.author
    if reaction.added:
        return None
    target = await context.database.run(_read_target, reaction, listed)
    return target and (reaction.author or target)


async def _read_target(conn: Conn, reaction: Reaction, listed: int) -> str | None:
    """Return the target of a removed *reaction*'s vote; if that is unknown, store the removal."""
    if listed:  # the event that it was added may still arrive, or be about to be committed
        await store.store_reaction(conn, reaction, store.NOBODY, 0)
    return await store.read_target(conn, reaction) or None


async def react(
    reaction: Reaction, author: str, context: VoteContext, *, thread: str | None = None
) -> Outcome:
    """Count *reaction* to a message of *author*; return what that has changed.

    *thread* is the message's thread, if it's a reply in one.
    """
    key = reaction.team, reaction.channel, reaction.ts, reaction.voter
    message = build_wordless(*key, reaction.at, thread)
    outcome = await recount_reactions(message, author, context, reaction)
    context.record_revision(message, [author], outcome)
    return outcome or Outcome()


async def recount_reactions(
    message: Message, author: str, context: VoteContext, new: Reaction | None = None
) -> Outcome | None:
    """Recount a voter's reactions to a message of *author*, after storing a *new* one, if any.

    *message* stands for the vote (`build_wordless`). Returns None if nothing changes.
    """
    work = partial(_recount, message, author, new, context)
    return await apply_rules(context.rulebook, message.team, work, message.channel)


async def _recount(
    message: Message, author: str, new: Reaction | None, context: VoteContext, rules: WorkspaceRules
) -> Outcome | None:
    ballots = await prepare_alternatives(message, author, context, rules)
    giver = find_giver(rules, message.author)

    async def change(conn: Conn) -> Outcome | None:
        locked = await store.lock_slot(conn, message.key, giver)
        if locked is None or (new and not await _store_reaction(conn, new, author, rules)):
            return None
        given, by_form = await store.sum_standing(conn, message.key, giver)
        if by_form:  # its points replace the reactions'
            return None
        ballot = ballots[limit_standing(given, locked)]
        return await replace_votes(conn, advance_ballot(ballot, locked))

    return await store_by_rules(change, context, rules)


async def _store_reaction(
    conn: Conn, reaction: Reaction, author: str, rules: WorkspaceRules
) -> bool:
    """Store *reaction* with what it's worth by *rules*; return whether it was the latest."""
    worth = count_points(reaction.emoji, rules.get_settings(reaction.channel))
    return await store.store_reaction(conn, reaction, author, worth)


def limit_standing(reacted: int, locked: LockedSlot) -> int:
    """Return the points of the slot if reactions give *reacted*: one in all slots at most."""
    return limit_points(limit_points(reacted) - locked.other_points)


async def prepare_alternatives(
    message: Message, author: str, context: VoteContext, rules: WorkspaceRules
) -> Mapping[int, Ballot]:
    """Return the ballots of a plus, of a minus and of no vote for *author*, by points.

    Which of them it will be is known only when nobody else can change the reactions anymore.
    """
    wanted: dict[int, Sequence[Vote]] = {n: (Vote(author, n),) for n in (1, -1)} | {0: ()}
    return {n: await prepare_ballot(message, votes, context, rules) for n, votes in wanted.items()}
