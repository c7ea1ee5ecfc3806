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
) -> Outcome | None:
    """Count *reaction* to a message of *author*; None if it changes nothing.

    *thread* is the message's thread, if it's a reply in one.
    """
    key = reaction.team, reaction.channel, reaction.ts, reaction.voter
    message = build_wordless(*key, reaction.at, thread)
    work = partial(_react, reaction, author, message, context)
    return await apply_rules(context.rulebook, reaction.team, work, reaction.channel)


async def _react(
    reaction: Reaction, author: str, message: Message, context: VoteContext, rules: WorkspaceRules
) -> Outcome | None:
    worth = count_points(reaction.emoji, rules.get_settings(reaction.channel))
    ballots = await prepare_alternatives(message, author, context, rules)

    async def change(conn: Conn) -> Outcome | None:
        locked = await store.lock_slot(conn, message.key, find_giver(rules, reaction.voter))
        if locked is None or not await store.store_reaction(conn, reaction, author, worth):
            return None
        return await _count_standing(conn, message, locked, ballots)

    outcome = await store_by_rules(context, rules, change)
    context.record_revision(message, [author], outcome)
    return outcome


async def _count_standing(
    conn: Conn, message: Message, locked: LockedSlot, ballots: Mapping[int, Ballot]
) -> Outcome | None:
    """Count the current reactions in the slot, unless points by a form replace them."""
    giver = find_giver(ballots[0].rules, message.author)
    given, by_form = await store.sum_standing(conn, message.key, giver)
    if by_form:
        return None
    return await replace_votes(conn, advance_ballot(ballots[limit_standing(given, locked)], locked))


def limit_standing(reacted: int, locked: LockedSlot) -> int:
    """Return the points of the slot if reactions give *reacted*: one in all slots at most."""
    return limit_points(limit_points(reacted) - locked.other_points)


async def recount_reactions(message: Message, author: str, context: VoteContext) -> Outcome | None:
    """Recount a voter's current reactions to a message of *author*, storing no new one.

    *message* stands for the vote (`build_wordless`).
    """

    async def recount(rules: WorkspaceRules) -> Outcome | None:
        ballots = await prepare_alternatives(message, author, context, rules)

        async def change(conn: Conn) -> Outcome | None:
            locked = await store.lock_slot(conn, message.key, find_giver(rules, message.author))
            return await _count_standing(conn, message, locked, ballots) if locked else None

        return await store_by_rules(context, rules, change)

    return await apply_rules(context.rulebook, message.team, recount, message.channel)


async def prepare_alternatives(
    message: Message, author: str, context: VoteContext, rules: WorkspaceRules
) -> Mapping[int, Ballot]:
    """Return the ballots of a plus, of a minus and of no vote for *author*, by points.

    Which of them it will be is known only when nobody else can change the reactions anymore.
    """
    wanted: dict[int, Sequence[Vote]] = {n: (Vote(author, n),) for n in (1, -1)} | {0: ()}
    return {n: await prepare_ballot(message, votes, context, rules) for n, votes in wanted.items()}
