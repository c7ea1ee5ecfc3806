"""What happens when points are given without a message: by form, workflow step or command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from app.core.grammar.reasons import read_typed_reason
from app.core.message import TIMESTAMP, Message, build_wordless
from app.core.refusals import ActiveBan, Refusal, RefusedVote
from app.core.vote import Vote
from app.store.boards import standings
from app.store.database import Conn
from app.store.votes import reactions as store
from app.store.votes.ballot import Ballot, Outcome
from app.store.votes.reactions import FormVote
from app.store.votes.refusal_notes import record_refusals
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.judging import advance_ballot, find_giver, prepare_ballot, replace_votes
from app.usecases.reaction_votes import limit_standing, prepare_alternatives
from app.usecases.vote_context import VoteContext, apply_rules, store_by_rules
from app.words.catalog import WORDS
from app.words.refusals import explain_refusals


@dataclass(frozen=True, slots=True)
class Gift:
    """Points that one person gives another by a form or a workflow step."""

    team: str
    channel: str
    giver: str
    receiver: str
    points: int
    """0 takes back what a form gave on the same message."""
    reason: str | None
    ts: str
    """The message's ts, or a key that identifies this gift."""
    at: datetime
    thread: str | None = None

    @property
    def on_message(self) -> bool:
        """Return whether it's for a message: then it replaces reactions to it."""
        return TIMESTAMP.fullmatch(self.ts) is not None

    @property
    def message(self) -> Message:
        """Return the message under which its votes are stored."""
        key = self.team, self.channel, self.ts, self.giver
        return build_wordless(*key, self.at, self.thread)


@dataclass(frozen=True, slots=True)
class GiftResult:
    """The result of points given by form, workflow step or command."""

    outcome: Outcome | None = None
    """What they changed; None if nothing, as when they were given before."""
    refusals: tuple[Refusal, ...] = ()
    """Why some of them, or all, don't count."""
    ban: ActiveBan | None = None
    closed: bool = False
    """Whether nothing more can be given on the message: it was undone, or the message is gone."""


async def give(gift: Gift, context: VoteContext) -> GiftResult:
    """Count *gift* once; a later one by the same giver on the same message replaces it."""
    work = partial(_give, gift, context)
    return await apply_rules(context.rulebook, gift.team, work, gift.channel)


async def _give(gift: Gift, context: VoteContext, rules: WorkspaceRules) -> GiftResult:
    ballots = await _prepare_ballots(gift, context, rules)
    given = ballots[gift.points]
    if given.ruling.refusals:
        return await _decline(given, given.ruling.refusals[0], context)

    query = partial(_store_gift, gift=gift, ballots=ballots)
    done = await store_by_rules(query, context, rules, lambda done: not done.refusals)
    if done.refusals:
        return await _decline(given, done.refusals[0], context)
    context.record_revision(gift.message, [gift.receiver], done.outcome)
    return done


async def _decline(ballot: Ballot, reason: Refusal, context: VoteContext) -> GiftResult:
    """Record that *ballot* was refused; nothing else of it is stored."""
    refused = [RefusedVote(reason)]
    await context.database.run(record_refusals, ballot, refused, {})
    return GiftResult(refusals=(reason,), ban=ballot.ruling.ban)


def explain_gift(result: GiftResult, team: str, channel: str, context: VoteContext) -> str:
    """Return why points given in *channel* don't count, and what to do instead."""
    settings = context.rulebook.get_settings(team, channel)
    return explain_refusals(result.refusals, result.ban, settings)


async def read_form_gift(gift: Gift, context: VoteContext) -> FormVote:
    """Return what the giver of *gift* gave by a form on the same message before."""
    rules = await context.rulebook.read_rules(gift.team)
    giver = find_giver(rules, gift.giver)
    return await context.database.run(store.read_form_vote, gift.message.key, giver)


async def read_score(gift: Gift, context: VoteContext) -> int:
    """Return the current score of *gift*'s receiver."""
    target = context.rulebook.resolve_alias(gift.team, gift.receiver)
    scores = await context.database.run(standings.read_scores, gift.team, [target])
    return scores.get(target, 0)


async def _prepare_ballots(
    gift: Gift, context: VoteContext, rules: WorkspaceRules
) -> Mapping[int, Ballot]:
    """Return the ballot of *gift*, or those of the reactions that may replace it, by points."""
    if not gift.points:
        ballots = await prepare_alternatives(gift.message, gift.receiver, context, rules)
    else:
        vote = Vote(gift.receiver, gift.points, *read_typed_reason(gift.reason or "", WORDS))
        ballots = {gift.points: await prepare_ballot(gift.message, (vote,), context, rules)}
    return {n: ballot.without_refusals() for n, ballot in ballots.items()}


async def _store_gift(conn: Conn, gift: Gift, ballots: Mapping[int, Ballot]) -> GiftResult:
    giver = find_giver(ballots[gift.points].rules, gift.giver)
    locked = await store.lock_slot(conn, gift.message.key, giver)
    if locked is None:
        return GiftResult(closed=True)
    stands = gift.points
    if gift.on_message:
        key = gift.message.key._replace(slot=locked.slot)
        await store.store_form_vote(conn, key, gift.receiver, gift.points, gift.at)
        reacted, by_form = await store.sum_standing(conn, key, giver)
        stands = gift.points or (0 if by_form else limit_standing(reacted, locked))
    elif not locked.is_first:
        return GiftResult()
    outcome = await replace_votes(conn, advance_ballot(ballots[stands], locked))
    return GiftResult(outcome, outcome.refused if outcome else ())


async def give_votes(message: Message, votes: Sequence[Vote], context: VoteContext) -> GiftResult:
    """Count *votes* once."""
    work = partial(_give_votes, message, votes, context)
    return await apply_rules(context.rulebook, message.team, work, message.channel)


async def _give_votes(
    message: Message, votes: Sequence[Vote], context: VoteContext, rules: WorkspaceRules
) -> GiftResult:
    judged = await prepare_ballot(message, votes, context, rules)
    # The giver is told at once what doesn't count, and not a second time.
    ruling = replace(judged.ruling, opted_out=())
    ballot = replace(judged.without_refusals(), ruling=ruling)

    outcome = await store_by_rules(partial(_store_once, ballot=ballot), context, rules)
    context.record_revision(message, [vote.target for vote in ruling.counted], outcome)
    refused = judged.ruling.refusals + (outcome.refused if outcome else ())
    return GiftResult(outcome, tuple(dict.fromkeys(refused)), judged.ruling.ban)


async def _store_once(conn: Conn, ballot: Ballot) -> Outcome | None:
    giver = find_giver(ballot.rules, ballot.message.author)
    locked = await store.lock_slot(conn, ballot.message.key, giver)
    if locked is None or not locked.is_first:
        return None
    return await replace_votes(conn, advance_ballot(ballot, locked))
