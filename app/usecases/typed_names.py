"""Resolves typed names: `@bob` or `bob`, which isn't a mention, may be a person or a thing.

If it may be both, the voter is asked. Then that vote counts, by the rules. Somebody who has left is
found only by a name with an @, since Slack offers no mention of them.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from itertools import compress
from typing import Final

from app.core.message import FIRST, NOTHING, Message
from app.core.refusals import ActiveBan, Refusal, Ruling
from app.core.replies import CountedVote, OfferReply
from app.core.vote import THING, Vote, tally
from app.store.database import Conn
from app.store.outbox import outbox
from app.store.outbox.notices import write_notices
from app.store.outbox.outbox import ReplyToWrite
from app.store.people import members
from app.store.votes import offers
from app.store.votes.ballot import Ballot, Outcome
from app.store.votes.offers import PERSON, Offer
from app.store.workspace.workspace_rules import StaleRulesError, WorkspaceRules
from app.usecases.judging import prepare_ballot, replace_votes
from app.usecases.vote_context import VoteContext, apply_rules, store_by_rules

_MOST: Final = 10
"""Most people of one name who are offered; if there are more, a mention selects the right one."""

OPEN: Final = timedelta(hours=24)
"""How long a question can be answered."""


@dataclass(frozen=True, slots=True)
class ResolvedVotes:
    """A message's votes with their typed names resolved, as far as possible."""

    votes: tuple[Vote, ...]
    """Votes that raise no question, or whose question was answered."""
    waiting: tuple[tuple[Vote, Sequence[str]], ...] = ()
    """Votes that wait for an answer, each with the people that it may be for."""
    answers: Mapping[int, str | None] | None = None
    """The answers at that time; None if nothing was typed that could be a person."""


async def resolve_names(
    message: Message,
    votes: Sequence[Vote],
    context: VoteContext,
    rules: WorkspaceRules,
    *,
    may_ask: bool,
) -> ResolvedVotes:
    """Resolve the typed names in *votes* of *message*; ask no new question unless *may_ask*.

    Votes without typed names cost no query, nor do those of a message with too many targets.
    """
    parsed, settings = tuple(votes), rules.get_settings(message.channel)
    open_ = [v for v in parsed if v.handle and not _is_merged(v, rules)]
    if not open_ or len({vote.target for vote in parsed}) > settings.max_targets:
        return ResolvedVotes(parsed)
    known = await context.database.run(
        lambda conn: _read_names(conn, message, open_, may_ask=may_ask)
    )
    people = await _filter_people(message, parsed, known, context)
    answered = [_apply_answer(vote, known.find_answer(vote.handle)) for vote in parsed]
    kept = tuple(vote for vote in answered if not (vote.handle and vote.handle in people))
    waiting_votes = [vote for vote in answered if vote.handle and vote.handle in people]
    waiting_votes = list(tally(waiting_votes, {}, settings.max_points))
    waiting = tuple((vote, people[vote.handle]) for vote in waiting_votes)
    return ResolvedVotes(kept, waiting, {offer.id: offer.answer for offer in known.offers})


@dataclass(frozen=True, slots=True)
class _Names:
    """What is known of typed names."""

    offers: Sequence[Offer] = ()
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The people that each name may mean, for names that the message hasn't settled."""
    meanings: Mapping[str, str] = field(default_factory=dict)
    """The voter's earlier answers by name: the person, or "" for the thing."""

    def find_answer(self, handle: str) -> str | None:
        """Return the person whom *handle* means, "" for the thing, or None if unanswered."""
        for offer in self.offers:
            if offer.handle == handle and offer.answer:
                return offer.user_id if offer.answer == PERSON else ""
        return self.meanings.get(handle)


async def _read_names(
    conn: Conn, message: Message, typed: Sequence[Vote], *, may_ask: bool
) -> _Names:
    """Return what is known of the names *typed*; if nobody has one, that is one query."""
    handles, marked = {vote.handle for vote in typed}, {v.handle for v in typed if v.has_at}
    find = members.find_by_handle
    people = await find(conn, message.team, handles, former=marked) if may_ask else {}
    if not people and message.revision == FIRST:
        return _Names()
    before = await offers.read_offers(conn, message.key)
    settled = {offer.handle for offer in before if offer.answer}
    left = people.keys() - settled
    if left and message.revision != FIRST:
        left -= {*await offers.find_counted_handles(conn, message.key, left)}
    answers = await offers.read_meanings(conn, message.team, message.author, left) if left else {}
    meanings = {name: user for name, user in answers.items() if user in ("", *people[name])}
    return _Names(before, {name: people[name] for name in left - meanings.keys()}, meanings)


async def _filter_people(
    message: Message, votes: Sequence[Vote], known: _Names, context: VoteContext
) -> Mapping[str, Sequence[str]]:
    """Return the names to ask about, with their people.

    A name without an @ must be that of a single person, who is in the channel; so must any name if
    an external person typed it, who may not learn who else is in the workspace.
    """
    marked = {vote.handle for vote in votes if vote.has_at}
    if marked & known.people.keys() and await context.is_external(message):
        marked = set()

    async def is_meant(name: str, users: Sequence[str]) -> bool:
        where = message.team, message.channel
        return name in marked or (len(users) == 1 and await context.members.has(*where, users[0]))

    # together: each may have to be searched for in a large channel
    meant = await asyncio.gather(*(is_meant(*one) for one in known.people.items()))
    return dict(compress(known.people.items(), meant))


async def is_unchanged(conn: Conn, message: Message, resolved: ResolvedVotes) -> bool:
    """Return whether the answers are still those that *resolved* is based on, and lock them."""
    now = {offer.id: offer.answer for offer in await offers.lock_offers(conn, message.key)}
    return resolved.answers is None or now == resolved.answers


async def ask_first(conn: Conn, message: Message, resolved: ResolvedVotes) -> int:
    """Ask the voter about waiting votes of a new *message*, unless a later version came before.

    Returns how many questions are new. Must run inside a transaction.
    """
    await offers.lock_offers(conn, message.key)
    is_first = await offers.hold_first_version(conn, message.key)
    return await ask(conn, message, resolved) if is_first else 0


async def ask(conn: Conn, message: Message, resolved: ResolvedVotes) -> int:
    """Ask the voter about waiting votes; return how many questions are new.

    Questions about an earlier version of *message* that no longer apply are closed.
    """
    new = 0
    if message.revision != FIRST:
        await offers.close_offers(conn, message.key, [vote.handle for vote, _ in resolved.waiting])
    for vote, people in resolved.waiting:
        offered, is_new = await offers.store_offers(conn, message, vote, people[:_MOST])
        if is_new:
            question = OfferReply(vote.spelling, tuple(offered))
            key = message.key._replace(slot=f"{question.kind}/{offered[0][0]}")
            reply = ReplyToWrite(key, question, message.author, message.thread_ts)
            await outbox.write(conn, reply)
        new += is_new
    return new


def _is_merged(vote: Vote, rules: WorkspaceRules) -> bool:
    """Return whether an admin has merged what *vote* is for into something else."""
    return rules.resolve_alias(THING + vote.handle) != THING + vote.handle


def _apply_answer(vote: Vote, answer: str | None) -> Vote:
    if answer is None or not vote.handle:
        return vote
    if answer:
        return replace(vote, target=answer, spelling="", handle="")
    return replace(vote, handle="")


class InvalidAnswer(StrEnum):
    """Why an answer isn't accepted."""

    NOT_YOURS = "not_yours"
    GONE = "gone"
    """It was answered before, is too old, or the message has changed."""


@dataclass(frozen=True, slots=True)
class AcceptedAnswer:
    """An answered offer, and what the answer changed: None if it was given before."""

    offer: Offer
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class DeclinedAnswer:
    """Why the vote doesn't count; nothing has changed."""

    offer: Offer
    reason: Refusal
    ban: ActiveBan | None = None


Answer = AcceptedAnswer | DeclinedAnswer | InvalidAnswer


async def decide(
    team: str, user: str, row: int, choice: str, now: datetime, context: VoteContext
) -> Answer:
    """Answer the offer *row* for *user*: it means its person, or a thing; once."""

    async def answer_offer(rules: WorkspaceRules) -> Answer:
        offer = await context.database.run(offers.read_offer, team, row)
        if offer is None or now - offer.offered_at > OPEN:
            return InvalidAnswer.GONE
        if offer.voter_id != user:
            return InvalidAnswer.NOT_YOURS
        key = team, offer.channel_id, offer.message_ts
        message = Message(*key, user, NOTHING, thread_ts=offer.thread_ts, changed_at=now)
        return await _answer_offer(offer, choice, message, context, rules)

    return await apply_rules(context.rulebook, team, answer_offer)


async def _answer_offer(
    offer: Offer, choice: str, message: Message, context: VoteContext, rules: WorkspaceRules
) -> Answer:
    vote = offer.build_vote(choice)
    ballot = await prepare_ballot(message, (vote,), context, rules)
    if ballot.ruling.refusals and not offer.answer:
        return DeclinedAnswer(offer, ballot.ruling.refusals[0], ballot.ruling.ban)
    store = partial(_store_answer, offer=offer, choice=choice, ballot=ballot)
    done = await store_by_rules(store, context, rules, lambda it: isinstance(it, AcceptedAnswer))
    if isinstance(done, AcceptedAnswer):
        context.record_revision(message, [vote.target], done.outcome)
    return done


async def _store_answer(conn: Conn, offer: Offer, choice: str, ballot: Ballot) -> Answer:
    """Record *choice*, and count the vote; only an accepted answer may be committed."""
    standing = await offers.lock_offers(conn, ballot.message.key)
    before = [(o.id, o.answer) for o in standing if o.handle == offer.handle and o.answer]
    if before == [(offer.id, choice)]:
        return AcceptedAnswer(offer, None)
    if before:
        return InvalidAnswer.GONE
    if offer not in standing:  # an edit has changed or closed it
        raise StaleRulesError
    answer = await _count_vote(conn, offer, ballot)
    await offers.record_answer(conn, ballot.message.team, offer, choice)
    return answer


async def _count_vote(conn: Conn, offer: Offer, ballot: Ballot) -> Answer:
    """Add the waiting vote to the message's current votes."""
    message = ballot.message
    revision = await offers.lock_next_revision(conn, message.key)
    if revision is None:
        return InvalidAnswer.GONE
    settings = ballot.rules.get_settings(message.channel)
    votes = tally(
        [*await _read_current_votes(conn, ballot), *ballot.ruling.counted], {}, settings.max_points
    )
    if len(votes) > settings.max_targets:
        return DeclinedAnswer(offer, Refusal.TOO_MANY)
    version = replace(ballot, message=replace(message, revision=revision)).without_refusals()
    outcome = await replace_votes(conn, replace(version, ruling=Ruling(votes)))
    if outcome and outcome.refused:
        return DeclinedAnswer(offer, outcome.refused[0])
    if outcome:
        outcome += Outcome(waiting=await _write_notice(conn, ballot))
    return AcceptedAnswer(offer, outcome)


async def _write_notice(conn: Conn, ballot: Ballot) -> int:
    """Write a notice of the answered vote for its person, if there are notices; return how many."""
    if not ballot.answering.notices:
        return 0
    votes = [
        CountedVote(v.target, ballot.when.multiply(v.points), reason=v.reason, because=v.because)
        for v in ballot.ruling.counted
    ]
    return await write_notices(conn, ballot.message, votes)


async def _read_current_votes(conn: Conn, ballot: Ballot) -> list[Vote]:
    """Return the message's current votes, except those for people who have opted out."""
    held = await offers.read_written_votes(conn, ballot.message.key)
    resolved = [replace(vote, target=ballot.rules.resolve_alias(vote.target)) for vote in held]
    return [vote for vote in resolved if not ballot.rules.has_opted_out(vote.target)]
