"""What typed names mean: `@bob` or `bob`, which is no mention, may be a person or a thing.

Where it can be a person, the voter is asked, and until they answer that vote counts for nobody.
What they answer holds for every later version of the message, and for their later messages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from app.core.message import FIRST, Message
from app.core.replies import OfferReply
from app.core.vote import THING, Vote, tally
from app.store.database import Conn
from app.store.outbox import outbox
from app.store.people import members
from app.store.votes import offers
from app.store.votes.offers import PERSON, Offer
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.vote_context import VoteContext

_MOST: Final = 10
"""People of one name who are offered; whoever has more mentions whom they mean."""


@dataclass(frozen=True, slots=True)
class ResolvedVotes:
    """What a message's votes mean, as far as that is known."""

    votes: tuple[Vote, ...]
    """Those that nobody need be asked about, or has answered."""
    waiting: tuple[tuple[Vote, Sequence[str]], ...] = ()
    """Those that wait, each with the people that it may be for."""
    answers: Mapping[int, str | None] | None = None
    """What had been answered then; None where nothing was typed that could be a person."""


async def resolve_names(
    message: Message,
    votes: Sequence[Vote],
    context: VoteContext,
    rules: WorkspaceRules,
    *,
    may_ask: bool,
) -> ResolvedVotes:
    """Return what *votes* of *message* mean; where it *may_ask* nothing, they mean what they say.

    Votes without typed names cost no query, and neither do those of a message with too many.
    """
    said, settings = tuple(votes), rules.get_settings(message.channel)
    open_ = {v.handle for v in said if v.handle and not _is_merged(v, rules)}
    if not open_ or len({vote.target for vote in said}) > settings.max_targets:
        return ResolvedVotes(said)
    known = await context.database.run(
        lambda conn: _read_names(conn, message, open_, may_ask=may_ask)
    )
    people = await _keep_meant(message, said, known, context)
    meant = [_apply_answer(vote, known.find_answer(vote.handle)) for vote in said]
    kept = tuple(vote for vote in meant if not (vote.handle and vote.handle in people))
    waits = [vote for vote in meant if vote.handle and vote.handle in people]
    waits = list(tally(waits, {}, settings.max_points))
    waiting = tuple((vote, people[vote.handle]) for vote in waits)
    return ResolvedVotes(kept, waiting, {offer.id: offer.answer for offer in known.offers})


@dataclass(frozen=True, slots=True)
class _Names:
    """What is known of typed names."""

    offers: Sequence[Offer] = ()
    """Those of the message."""
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Whom each name may mean that the message has not settled."""
    meanings: Mapping[str, str] = field(default_factory=dict)
    """What the voter has said of names before: the person, or nothing for the thing."""

    def find_answer(self, handle: str) -> str | None:
        """Return the person whom *handle* means, nothing for the thing; None: nobody said so."""
        for offer in self.offers:
            if offer.handle == handle and offer.answer:
                return offer.user_id if offer.answer == PERSON else ""
        return self.meanings.get(handle)


async def _read_names(conn: Conn, message: Message, handles: set[str], *, may_ask: bool) -> _Names:
    """Return what is known of *handles*; where nobody has such a name, that is one query."""
    people = await members.find_by_handle(conn, message.team, handles) if may_ask else {}
    if not people and message.revision == FIRST:
        return _Names()
    before = await offers.read_offers(conn, message.key[:3])
    settled = {offer.handle for offer in before if offer.answer}
    left = people.keys() - settled
    if left and message.revision != FIRST:
        left -= {*await offers.find_counted_handles(conn, message.key[:3], left)}
    told = await offers.read_meanings(conn, message.team, message.author, left) if left else {}
    meanings = {name: user for name, user in told.items() if user in ("", *people[name])}
    return _Names(before, {name: people[name] for name in left - meanings.keys()}, meanings)


async def _keep_meant(
    message: Message, votes: Sequence[Vote], known: _Names, context: VoteContext
) -> Mapping[str, Sequence[str]]:
    """Return of whom to ask: without an @, where it is the name of one member of the channel."""
    marked = {vote.handle for vote in votes if vote.has_at}
    return {
        name: users
        for name, users in known.people.items()
        if name in marked
        or (
            len(users) == 1 and await context.is_in_channel(message.team, message.channel, users[0])
        )
    }


async def is_unchanged(conn: Conn, message: Message, resolved: ResolvedVotes) -> bool:
    """Tell whether the answers are still those that *resolved* was made of, and hold them so."""
    if resolved.answers is None:
        return True
    now = {offer.id: offer.answer for offer in await offers.lock_offers(conn, message.key[:3])}
    return now == resolved.answers


async def ask(conn: Conn, message: Message, resolved: ResolvedVotes) -> int:
    """Let the voter be asked what waits; return how many questions are new.

    What waited in an earlier version of *message* and waits no more, nobody can answer now.
    """
    new = 0
    if message.revision != FIRST:
        await offers.close_offers(
            conn, message.key[:3], [vote.handle for vote, _ in resolved.waiting]
        )
    for vote, people in resolved.waiting:
        offered, is_new = await offers.store_offers(conn, message, vote, people[:_MOST])
        if is_new:
            question = OfferReply(vote.spelling, tuple(offered))
            key = (*message.key[:3], f"{question.kind}/{offered[0][0]}")
            await outbox.write(conn, key, message.thread_ts, question, message.author)
        new += is_new
    return new


def _is_merged(vote: Vote, rules: WorkspaceRules) -> bool:
    """Tell whether an admin has merged what *vote* is for into something else."""
    return rules.resolve_alias(THING + vote.handle) != THING + vote.handle


def _apply_answer(vote: Vote, answer: str | None) -> Vote:
    """Return *vote* as its voter has said that it is meant."""
    if answer is None or not vote.handle:
        return vote
    if answer:
        return replace(vote, target=answer, spelling="", handle="")
    return replace(vote, handle="")
