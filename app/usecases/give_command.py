"""What happens when somebody gives points by `/karma give`: as by a message, but without one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from app.core.message import NOTHING, Message
from app.core.rules import ActiveBan, Refusal
from app.core.vote import Vote
from app.store.database import Conn
from app.store.votes import reactions as store
from app.store.votes.ballot import Ballot, Outcome
from app.store.workspace.rulebook import hold_rules
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.judging import advance_ballot, find_giver, greet_newcomers, settle, weigh
from app.usecases.vote_context import VoteContext, apply_rules


@dataclass(frozen=True, slots=True)
class SpokenGift:
    """Points that somebody gives by command."""

    team: str
    channel: str
    giver: str
    key: str
    """What tells this command from all others, however often Slack sends it."""
    votes: Sequence[Vote]
    at: datetime

    @property
    def message(self) -> Message:
        """Return what its votes are stored as."""
        return Message(
            self.team, self.channel, self.key, self.giver, NOTHING,
            slot=self.giver, given_at=self.at, changed_at=self.at,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class GiftResult:
    """What came of points that were given by command."""

    outcome: Outcome | None
    """What they changed; None where they had been given before."""
    refusals: tuple[Refusal, ...] = ()
    """Why some of them do not count, or all."""
    ban: ActiveBan | None = None


async def give_votes(gift: SpokenGift, context: VoteContext) -> GiftResult:
    """Let the votes of *gift* count once; raises UnavailableError, and then it is safe again."""
    return await apply_rules(context, gift.team, partial(_give_votes, gift, context))


async def _give_votes(gift: SpokenGift, context: VoteContext, rules: WorkspaceRules) -> GiftResult:
    judged = await weigh(gift.message, gift.votes, rules, context)
    # Whoever gives is told at once what does not count, and not once more.
    ruling = replace(judged.ruling, opted_out=())
    ballot = replace(judged.without_refusals(), ruling=ruling)

    async def store_votes(conn: Conn) -> Outcome | None:
        async with conn.transaction():
            await hold_rules(conn, rules)
            return await _store_once(conn, gift, ballot)

    outcome = await context.database.run(store_votes)
    context.watch.count_revision(outcome)
    targets = [vote.target for vote in ruling.counted]
    outcome = greet_newcomers(outcome, gift.message, targets, context)
    refused = judged.ruling.refusals + (outcome.refused if outcome else ())
    return GiftResult(outcome, tuple(dict.fromkeys(refused)), judged.ruling.ban)


async def _store_once(conn: Conn, gift: SpokenGift, ballot: Ballot) -> Outcome | None:
    giver = find_giver(ballot.rules, gift.giver)
    slot, _ = await store.find_slot(conn, gift.message.key, giver)
    turn = await store.take_turn(conn, (*gift.message.key[:3], slot), giver)
    if turn is None or not turn.is_first:
        return None
    return await settle(conn, advance_ballot(ballot, turn, slot))
