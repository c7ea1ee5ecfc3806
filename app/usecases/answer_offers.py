"""What happens when a voter says whom a typed name means: then that vote counts, by the rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from psycopg import Rollback

from app.core.message import NOTHING, Message
from app.core.rules import ActiveBan, Refusal, Ruling
from app.core.vote import Vote, tally
from app.store.database import Conn
from app.store.votes import offers
from app.store.votes.ballot import Ballot, Outcome
from app.store.votes.offers import PERSON, Offer
from app.store.workspace.rulebook import hold_rules
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.judging import settle, weigh
from app.usecases.vote_context import VoteContext, apply_rules

OPEN: Final = timedelta(hours=24)
"""How long a question can be answered."""


class InvalidAnswer(StrEnum):
    """Why an answer is none."""

    NOT_YOURS = "not_yours"
    GONE = "gone"
    """It was answered before, or is too old, or the message says something else now."""


@dataclass(frozen=True, slots=True)
class AcceptedAnswer:
    """What was answered, and what that changes: nothing if it was answered so before."""

    offer: Offer
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class DeclinedAnswer:
    """Why the vote does not count; nothing has changed."""

    offer: Offer
    reason: Refusal
    ban: ActiveBan | None = None


Answer = AcceptedAnswer | DeclinedAnswer | InvalidAnswer


async def decide(
    context: VoteContext, team: str, user: str, row: int, choice: str, now: datetime
) -> Answer:
    """Let *user* say of the offer *row* that it means its person, or a thing; once.

    Raises UnavailableError when that was not known to be stored in time; saying it again is safe.
    """
    offer = await context.database.run(lambda conn: offers.read_offer(conn, team, row))
    if offer is None or now - offer.offered_at > OPEN:
        return InvalidAnswer.GONE
    if offer.voter_id != user:
        return InvalidAnswer.NOT_YOURS
    message = _build_message(team, offer, now)

    async def answer_offer(rules: WorkspaceRules) -> Answer:
        ballot = await weigh(message, (_choose_vote(offer, choice),), rules, context)
        if ballot.ruling.refusals and not offer.answer:
            return DeclinedAnswer(offer, ballot.ruling.refusals[0], ballot.ruling.ban)
        return await context.database.run(lambda conn: _store_answer(conn, offer, choice, ballot))

    answer = await apply_rules(context, team, answer_offer)
    if isinstance(answer, AcceptedAnswer):
        context.watch.count_revision(answer.outcome)
    return answer


def _build_message(team: str, offer: Offer, now: datetime) -> Message:
    """Return the message that made *offer*, as the answer changes it *now*."""
    key = team, offer.channel_id, offer.message_ts
    return Message(*key, offer.voter_id, NOTHING, thread_ts=offer.thread_ts, changed_at=now)


def _choose_vote(offer: Offer, choice: str) -> Vote:
    if choice == PERSON:
        return replace(offer.vote, target=offer.user_id, spelling="")
    return offer.vote


async def _store_answer(conn: Conn, offer: Offer, choice: str, ballot: Ballot) -> Answer:
    """Note what was *choice*, and let the vote count, both or neither."""
    answer: Answer = InvalidAnswer.GONE
    async with conn.transaction() as whole:
        await hold_rules(conn, ballot.rules)
        standing = await offers.lock_offers(conn, ballot.message.key[:3])
        before = _list_earlier_answers(standing, offer)
        if before == [(offer.id, choice)]:
            return AcceptedAnswer(offer, None)
        if before is None or before:
            return answer
        answer = await _count_vote(conn, offer, ballot)
        if not isinstance(answer, AcceptedAnswer):
            raise Rollback(whole)
        await offers.record_answer(conn, ballot.message.team, offer, choice)
    return answer


def _list_earlier_answers(standing: Sequence[Offer], offer: Offer) -> list[tuple[int, str]] | None:
    """Return what was answered of the same name; None where nobody asks about it any more."""
    if offer.id not in {other.id for other in standing}:
        return None
    return [(o.id, o.answer) for o in standing if o.handle == offer.handle and o.answer]


async def _count_vote(conn: Conn, offer: Offer, ballot: Ballot) -> Answer:
    """Let what the message gives now be joined by the vote that waited."""
    message = ballot.message
    revision = await offers.lock_next_revision(conn, message.key[:3])
    if revision is None:
        return InvalidAnswer.GONE
    settings = ballot.rules.get_settings(message.channel)
    votes = tally(
        [*await _read_current_votes(conn, ballot), *ballot.ruling.counted],
        {},
        settings.max_points,
    )
    if len(votes) > settings.max_targets:
        return DeclinedAnswer(offer, Refusal.TOO_MANY)
    version = replace(ballot, message=replace(message, revision=revision)).without_refusals()
    outcome = await settle(conn, replace(version, ruling=Ruling(votes)))
    if outcome and outcome.refused:
        return DeclinedAnswer(offer, outcome.refused[0])
    return AcceptedAnswer(offer, outcome)


async def _read_current_votes(conn: Conn, ballot: Ballot) -> list[Vote]:
    """Return what the message gives now to those whose points may change."""
    held = await offers.read_held_votes(conn, ballot.message.key[:3])
    meant = [replace(vote, target=ballot.rules.resolve_alias(vote.target)) for vote in held]
    return [vote for vote in meant if vote.target not in ballot.opted_out]
