"""What happens when a voter says whom a typed name means: then that vote counts, by the rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from psycopg import Rollback

from app.core.message import NOTHING, Message
from app.core.rules import Ban, Refusal, Ruling
from app.core.tally import tally
from app.core.vote import Vote
from app.store.database import Conn
from app.store.votes import offers
from app.store.votes.ballot import Ballot
from app.store.votes.offers import PERSON, Offer
from app.store.votes.outcome import Outcome
from app.usecases.votes import Ears, settle, weigh

OPEN: Final = timedelta(hours=24)
"""How long a question can be answered."""


class Unasked(StrEnum):
    """Why an answer is none."""

    NOT_YOURS = "not_yours"
    GONE = "gone"
    """It was answered before, or is too old, or the message says something else now."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered, and what that changes: nothing if it was answered so before."""

    offer: Offer
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Declined:
    """Why the vote does not count; nothing has changed."""

    offer: Offer
    reason: Refusal
    ban: Ban | None = None


Answer = Answered | Declined | Unasked


async def decide(ears: Ears, team: str, user: str, row: int, said: str, now: datetime) -> Answer:
    """Let *user* say of the offer *row* that it means its person, or a thing; once.

    Raises UnavailableError when that was not known to be stored in time; saying it again is safe.
    """
    offer = await ears.database.run(lambda conn: offers.named(conn, team, row))
    if offer is None or now - offer.offered_at > OPEN:
        return Unasked.GONE
    if offer.voter_id != user:
        return Unasked.NOT_YOURS
    ballot = await weigh(_message(team, offer), (_vote(offer, said),), ears)
    if ballot.ruling.refusals and not offer.answer:
        return Declined(offer, ballot.ruling.refusals[0], ballot.ruling.ban)
    answer = await ears.database.run(lambda conn: _answered(conn, offer, said, ballot, ears))
    if isinstance(answer, Answered):
        ears.watch.revised(answer.outcome)
    return answer


def _message(team: str, offer: Offer) -> Message:
    key = team, offer.channel_id, offer.message_ts
    return Message(*key, offer.voter_id, NOTHING, thread_ts=offer.thread_ts)


def _vote(offer: Offer, said: str) -> Vote:
    if said == PERSON:
        return replace(offer.vote, target=offer.user_id, spelling="")
    return offer.vote


async def _answered(conn: Conn, offer: Offer, said: str, ballot: Ballot, ears: Ears) -> Answer:
    """Note what was *said*, and let the vote count, both or neither."""
    answer: Answer = Unasked.GONE
    async with conn.transaction() as whole:
        standing = await offers.lock(conn, ballot.message.key[:3])
        before = _before(standing, offer)
        if before == [(offer.id, said)]:
            return Answered(offer, None)
        if before is None or before:
            return answer
        answer = await _counted(conn, offer, ballot, ears)
        if not isinstance(answer, Answered):
            raise Rollback(whole)
        await offers.answer(conn, ballot.message.team, offer.id, said)
    return answer


def _before(standing: Sequence[Offer], offer: Offer) -> list[tuple[int, str]] | None:
    """Return what was answered of the same name; None where nobody asks about it any more."""
    if offer.id not in {other.id for other in standing}:
        return None
    return [(o.id, o.answer) for o in standing if o.handle == offer.handle and o.answer]


async def _counted(conn: Conn, offer: Offer, ballot: Ballot, ears: Ears) -> Answer:
    """Let what the message gives now be joined by the vote that waited."""
    message = ballot.message
    revision = await offers.next_revision(conn, message.key[:3])
    if revision is None:
        return Unasked.GONE
    settings = ears.rulebook.of(message.team, message.channel)
    votes = tally(
        [*await _held(conn, ballot, ears), *ballot.ruling.counted], {}, settings.max_points
    )
    if len(votes) > settings.max_targets:
        return Declined(offer, Refusal.TOO_MANY)
    version = replace(ballot, message=replace(message, revision=revision), tells=False)
    outcome = await settle(conn, replace(version, ruling=Ruling(votes)), ears)
    if outcome and outcome.refused:
        return Declined(offer, outcome.refused[0])
    return Answered(offer, outcome)


async def _held(conn: Conn, ballot: Ballot, ears: Ears) -> list[Vote]:
    """Return what the message gives now to those whose points may change."""
    team = ballot.message.team
    held = await offers.held(conn, ballot.message.key[:3])
    meant = [replace(vote, target=ears.rulebook.meant(team, vote.target)) for vote in held]
    return [vote for vote in meant if vote.target not in ballot.kept]
