"""What typed names mean: `@bob`, typed without a mention, may be a person or a thing.

Where it can be a person, the voter is asked, and until they answer that vote counts for nobody.
What they answer holds for every later version of the message.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.core.message import FIRST, Message
from app.core.replies import OfferReply
from app.core.tally import tally
from app.core.vote import THING, Vote
from app.store.database import Conn, Database
from app.store.outbox import outbox
from app.store.people import members
from app.store.votes import offers
from app.store.votes.offers import PERSON, Offer
from app.store.workspace.workspace_rules import WorkspaceRules

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
    database: Database,
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

    async def read(conn: Conn) -> tuple[list[Offer], dict[str, list[str]]]:
        before = await offers.read_offers(conn, message.key[:3])
        return before, await _find_people(conn, message, open_, before) if may_ask else {}

    before, people = await database.run(read)
    answered = {offer.handle: offer for offer in before if offer.answer}
    known = [_apply_answer(vote, answered.get(vote.handle)) for vote in said]
    kept = tuple(vote for vote in known if not (vote.handle and vote.handle in people))
    waits = [vote for vote in known if vote.handle and vote.handle in people]
    waits = list(tally(waits, {}, settings.max_points))
    waiting = tuple((vote, people[vote.handle]) for vote in waits)
    return ResolvedVotes(kept, waiting, {offer.id: offer.answer for offer in before})


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


async def _find_people(
    conn: Conn, message: Message, handles: set[str], before: Sequence[Offer]
) -> dict[str, list[str]]:
    """Return whom each of *handles* may mean that is still to be asked about."""
    left: Collection[str] = handles - {offer.handle for offer in before if offer.answer}
    if left and message.revision != FIRST:
        left = {*left} - {*await offers.find_counted_handles(conn, message.key[:3], left)}
    return await members.find_by_handle(conn, message.team, left) if left else {}


def _apply_answer(vote: Vote, offer: Offer | None) -> Vote:
    """Return *vote* as its voter has said that it is meant."""
    if offer is None or not vote.handle:
        return vote
    if offer.answer == PERSON:
        return replace(vote, target=offer.user_id, spelling="", handle="")
    return replace(vote, handle="")
