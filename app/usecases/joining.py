"""What happens when somebody joins a thank-you: by an operator in its thread, or by a reaction.

It counts for the people to whom the first message gave points, whatever becomes of that message.
All joins of one person are one vote: the first of them that still stands.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial

from app.core.message import NOTHING, Message
from app.core.reactions import JOINED, Reaction, count_points
from app.core.vote import Vote
from app.store.database import Conn
from app.store.votes import joins
from app.store.votes.ballot import Ballot, Outcome
from app.store.votes.joins import (
    REPLY,
    JoinChange,
    JoinedVote,
    StoredReaction,
    StoredReply,
    ThankYou,
)
from app.store.votes.reactions import lock_slot
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.judging import advance_ballot, find_giver, prepare_ballot, replace_votes
from app.usecases.vote_context import VoteContext, apply_rules, store_by_rules

HearReply = Callable[[Conn], Awaitable[Outcome | None]]
"""Records a version of the reply that joins; returns None if it or a later one came before."""


class UnjoinedReaction(Enum):
    """How to treat a reaction that joins nothing."""

    ORDINARY = "ordinary"
    """A vote for the author of the message, if its emoji is one."""
    NOTHING = "nothing"
    """A minus on a thank-you, or anything on a message of the app itself."""


@dataclass(frozen=True, slots=True)
class _Unjudged:
    """The vote that should count but hasn't been judged yet; nothing was stored."""

    vote: JoinedVote | None


async def find_thank_you(
    reaction: Reaction, bot: str | None, context: VoteContext
) -> ThankYou | UnjoinedReaction:
    """Return the thank-you that *reaction* joins or leaves, or how to treat it otherwise.

    *bot* is the app's own user.
    """
    settings = context.rulebook.get_settings(reaction.team, reaction.channel)
    worth = count_points(reaction.emoji, settings)
    if reaction.added and not worth:
        return UnjoinedReaction.ORDINARY

    async def read(conn: Conn) -> tuple[StoredReaction, ThankYou | None]:
        known = await joins.read_reaction(conn, reaction)
        place = reaction.team, reaction.channel, reaction.ts
        return known, await joins.read_thank_you(conn, *place)

    known, thanked = await context.database.run(read)
    if known.joined and _concerns_join(reaction, known):
        return ThankYou(known.joined, ())
    # Added and removed before the message was processed: late news changes nothing.
    is_over = known.changed is not None and known.changed >= reaction.changed
    if not worth or is_over or (known.changed and not reaction.added):
        return UnjoinedReaction.ORDINARY
    if thanked and settings.joining:
        return thanked if worth > 0 else UnjoinedReaction.NOTHING
    is_apps = bot is not None and reaction.author == bot
    return UnjoinedReaction.NOTHING if is_apps else UnjoinedReaction.ORDINARY


def _concerns_join(reaction: Reaction, known: StoredReaction) -> bool:
    """Return whether *reaction* concerns an earlier join, no matter what its message gives now.

    An addition newer than the join is a new reaction; a removal removes what was added last.
    """
    if reaction.added:
        return (known.joined_changed or "") >= reaction.changed
    ordinary = known.changed or ""
    return not (known.joined_changed or "") < ordinary < reaction.changed


async def join_by_reaction(
    reaction: Reaction, thanked: ThankYou, context: VoteContext, *, thread: str | None = None
) -> Outcome:
    """Join or leave the thank-you *thanked* by *reaction*; return what that has changed.

    *thread* is the message's.
    """
    change = JoinChange(
        reaction.team, reaction.channel, thanked.ts, reaction.voter, reaction.emoji,
        JoinedVote(reaction.ts, thanked.targets, points=1),
        present=reaction.added, at=reaction.at, changed=reaction.changed,
    )  # fmt: skip
    message = Message(
        reaction.team, reaction.channel, thanked.ts, reaction.voter, NOTHING, thread_ts=thread
    )
    work = partial(_join, change, message, None, context)
    return await apply_rules(context.rulebook, reaction.team, work, reaction.channel)


async def find_joined(
    message: Message, vote: Vote | None, context: VoteContext, rules: WorkspaceRules
) -> JoinChange | None:
    """Return how *message* joins or leaves a thank-you from now on; None if it never joined.

    *vote* is the message's vote if it's nothing but an operator in a thread.
    """
    settings = rules.get_settings(message.channel)
    thread = message.thread_ts if vote and settings.joining else None
    if not (thread or message.revision):
        return None

    async def read(conn: Conn) -> tuple[StoredReply | None, ThankYou | None]:
        place = message.team, message.channel
        before = await joins.read_reply(conn, message) if message.revision else None
        return before, await joins.read_thank_you(conn, *place, thread) if thread else None

    before, thanked = await context.database.run(read)
    if before is None:
        if vote is None or thanked is None:
            return None
        return _build_reply_change(message, message.author, thanked, vote)
    stays = vote if thanked or before.present else None
    # Stored targets stay, unless another version has left the thank-you meanwhile.
    first = thanked or ThankYou(before.ts, ())
    return _build_reply_change(message, before.voter, first, stays)


async def has_joined(conn: Conn, message: Message) -> bool:
    """Return whether an earlier version of *message* joined a thank-you."""
    return await joins.read_reply(conn, message) is not None


def _build_reply_change(
    message: Message, voter: str, thanked: ThankYou, vote: Vote | None
) -> JoinChange:
    given = vote or Vote("", 0)
    return JoinChange(
        message.team, message.channel, thanked.ts, voter, REPLY,
        JoinedVote(message.ts, thanked.targets, given.points, given.reason, given.because),
        present=vote is not None, at=message.added_at, changed=message.revision,
    )  # fmt: skip


async def join_by_reply(
    change: JoinChange,
    message: Message,
    hear_reply: HearReply | None,
    context: VoteContext,
    rules: WorkspaceRules,
) -> Outcome:
    """Join or leave a thank-you by the reply *message*; return what that has changed.

    *hear_reply* stores what this version gives by itself, if it isn't the first one.
    """
    joining = replace(message, ts=change.ts, author=change.voter, lines=NOTHING)
    joining = replace(joining, thread_ts=message.thread_ts or change.ts)
    hear_reply = hear_reply or partial(joins.hear_reply, message=message)
    return await _join(change, joining, hear_reply, context, rules)


async def _join(
    change: JoinChange,
    message: Message,
    hear_reply: HearReply | None,
    context: VoteContext,
    rules: WorkspaceRules,
) -> Outcome:
    """Store *change*, and count the vote that stands after it, usually that of *change*."""
    slot = change.voter + JOINED
    message = replace(message, slot=slot, given_at=change.at, changed_at=change.at)
    done: Outcome | _Unjudged | None = _Unjudged(change.vote if change.present else None)
    while isinstance(done, _Unjudged):
        ballot = await _prepare_joined(message, done.vote, context, rules)
        store = partial(
            _store, change=change, judged=done.vote, ballot=ballot, hear_reply=hear_reply
        )
        done = await store_by_rules(store, context, rules, lambda it: isinstance(it, Outcome))
    context.record_revision(message, change.vote.targets, done)
    return done or Outcome()


async def _prepare_joined(
    message: Message, joined: JoinedVote | None, context: VoteContext, rules: WorkspaceRules
) -> Ballot:
    """Return the ballot of *joined*: votes for everybody thanked, except its giver."""
    if joined is None:
        return await prepare_ballot(message, (), context, rules)
    giver = rules.identify(message.author)
    votes = [
        Vote(target, joined.points, joined.reason, joined.because)
        for target in joined.targets
        if rules.identify_target(target) != giver
    ]
    ballot = await prepare_ballot(message, votes, context, rules)
    written = replace(message, ts=joined.way_ts).written_at
    return replace(ballot, when=rules.locate_time(message.channel, written))


async def _store(
    conn: Conn,
    change: JoinChange,
    judged: JoinedVote | None,
    ballot: Ballot,
    hear_reply: HearReply | None,
) -> Outcome | _Unjudged | None:
    """Record *change*, and count *ballot* if the vote that stands then is the *judged* one.

    Only an Outcome may be committed.
    """
    giver = find_giver(ballot.rules, change.voter, JOINED)
    locked = await lock_slot(conn, ballot.message.key, giver, outlives_message=True)
    own = await hear_reply(conn) if hear_reply else Outcome()
    if own is None or locked is None or not await joins.store(conn, change):
        return own
    accounts = ballot.rules.list_accounts(change.voter)
    standing = None if locked.other_points else await joins.read_standing(conn, change, accounts)
    if standing != judged:
        return _Unjudged(standing)
    joined = await replace_votes(conn, advance_ballot(ballot, locked, JOINED))
    return own + joined if joined else own
