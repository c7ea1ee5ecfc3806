"""What happens when somebody gives points by a form or a step of a workflow, without a message.

The rules are those of any vote. What they refuse is told at once to whoever gives, and then nothing
at all has changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from psycopg import Rollback

from app.core.grammar.reasons import typed
from app.core.message import NOTHING, TIMESTAMP, Message
from app.core.reactions import sign
from app.core.rules import Ban, Refusal
from app.core.vote import Vote
from app.store.boards import standings
from app.store.database import Conn
from app.store.votes import reactions as store
from app.store.votes.ballot import Ballot
from app.store.votes.outcome import Outcome
from app.store.votes.reactions import Filled, Turn
from app.store.votes.refusal_notes import refuse
from app.usecases.reaction_votes import taken, weighed
from app.usecases.votes import Ears, settle, weigh


@dataclass(frozen=True, slots=True)
class Gift:
    """Points that somebody gives, whatever they are given by."""

    team: str
    channel: str
    giver: str
    receiver: str
    points: int
    """0 takes back what a form has given on the same message."""
    reason: str | None
    ts: str
    """The message's, or what tells this gift from all others."""
    at: datetime
    thread: str | None = None

    @property
    def on_message(self) -> bool:
        """Tell whether it is for a message: then it takes the place of reactions to it."""
        return TIMESTAMP.fullmatch(self.ts) is not None

    @property
    def message(self) -> Message:
        """Return what its votes are stored as."""
        return Message(
            self.team, self.channel, self.ts, self.giver, NOTHING,
            thread_ts=self.thread, slot=self.giver, given_at=self.at,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """What came of a gift that counts."""

    score: int
    """The receiver's now."""
    outcome: Outcome | None
    """What it changed; None where it had been given before."""


@dataclass(frozen=True, slots=True)
class Declined:
    """Why a gift does not count; it has changed nothing."""

    reason: Refusal
    ban: Ban | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing can be given on that message any more: it was taken back, or the message is gone."""


async def give(gift: Gift, ears: Ears) -> Given | Declined | Closed:
    """Let *gift* count once; a later one of the same giver on the same message replaces it.

    Raises UnavailableError when that was not known to be stored; giving it again is safe.
    """
    ballots = await _ballots(gift, ears)
    given = ballots[gift.points]
    if given.ruling.refusals:
        return await _declined(given, given.ruling.refusals[0], ears)

    async def keep(conn: Conn) -> Outcome | Closed | None:
        outcome: Outcome | Closed | None = None
        async with conn.transaction() as whole:
            outcome = await _kept(conn, gift, ballots, ears)
            if isinstance(outcome, Outcome) and outcome.refused:
                raise Rollback(whole)
        return outcome

    outcome = await ears.database.run(keep)
    if isinstance(outcome, Closed):
        return outcome
    if outcome and outcome.refused:
        return await _declined(given, outcome.refused[0], ears)
    ears.watch.revised(outcome)
    return Given(await _score(gift, ears), outcome)


async def _declined(ballot: Ballot, reason: Refusal, ears: Ears) -> Declined:
    """Count that *ballot* was refused; nothing else of it is stored."""
    await ears.database.run(lambda conn: refuse(conn, ballot, {reason: 1}, {}))
    return Declined(reason, ballot.ruling.ban)


async def standing(gift: Gift, ears: Ears) -> Filled:
    """Return what the giver of *gift* has given by a form on the same message before."""
    return await ears.database.run(lambda conn: store.filled(conn, gift.message.key))


async def _ballots(gift: Gift, ears: Ears) -> Mapping[int, Ballot]:
    """Return the judged votes of *gift*, and of the reactions that may take its place."""
    if not gift.points:
        ballots = await weighed(gift.message, gift.receiver, ears)
    else:
        why = typed(gift.reason or "")
        vote = Vote(gift.receiver, gift.points, why.text, why.because)
        ballots = {gift.points: await weigh(gift.message, (vote,), ears)}
    return {n: replace(ballot, tells=False) for n, ballot in ballots.items()}


async def _kept(
    conn: Conn, gift: Gift, ballots: Mapping[int, Ballot], ears: Ears
) -> Outcome | Closed | None:
    key = gift.message.key
    turn = await store.turn(conn, key)
    if turn is None:
        return Closed()
    if not gift.on_message:
        return await _once(conn, ballots[gift.points], turn, ears)
    await store.fill(conn, key, gift.receiver, gift.points, gift.at)
    reacted, _ = await store.standing(conn, key)
    stands = gift.points or sign(reacted)
    return await settle(conn, taken(ballots[stands], turn), ears)


async def _once(conn: Conn, ballot: Ballot, turn: Turn, ears: Ears) -> Outcome | None:
    return await settle(conn, taken(ballot, turn), ears) if turn.is_first else None


async def _score(gift: Gift, ears: Ears) -> int:
    target = ears.rulebook.meant(gift.team, gift.receiver)
    scores = await ears.database.run(lambda conn: standings.scores(conn, gift.team, [target]))
    return scores.get(target, 0)
