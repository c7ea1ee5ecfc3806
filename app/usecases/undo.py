"""Takes back people's votes: only their own, and only for a while."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from app.core.audience import Audience
from app.core.message import NOTHING, UNDONE, Message
from app.core.refusals import Ruling
from app.core.vote import Vote
from app.store.database import Conn
from app.store.votes import undo
from app.store.votes.ballot import Ballot, Outcome
from app.store.votes.undo import GivenVote
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.judging import make_ballot, replace_votes
from app.usecases.vote_context import VoteContext, apply_rules, store_by_rules


class UndoRefusal(StrEnum):
    """Why votes can't be taken back."""

    NOTHING = "nothing"
    TOO_OLD = "too_old"
    NOT_YOURS = "not_yours"


@dataclass(frozen=True, slots=True)
class UndoneVotes:
    """Votes that were taken back."""

    given: GivenVote
    votes: Sequence[Vote]
    outcome: Outcome | None
    """What this changed; None if they were taken back before."""


async def undo_last(
    team: str, user: str, now: datetime, context: VoteContext
) -> UndoneVotes | UndoRefusal:
    """Take back the last votes of *user* that have points, if they're recent enough.

    A retry after UnavailableError may take back others.
    """
    tried = None
    while (given := await context.database.run(undo.read_latest, team, user)) != tried:
        done = await _undo(team, given, now, context) if given else UndoRefusal.NOTHING
        # if another request has taken them back meanwhile, this one is for those before them
        if isinstance(done, UndoRefusal) or done.outcome:
            return done
        tried = given
    return UndoRefusal.NOTHING


async def undo_row(
    team: str, user: str, row: int, now: datetime, context: VoteContext
) -> UndoneVotes | UndoRefusal:
    """Take back the votes that the ledger's *row* names, once, if *user* gave them recently."""
    given = await context.database.run(undo.read_given, team, row)
    if given is None or given.voter != user:
        return UndoRefusal.NOT_YOURS
    return await _undo(team, given, now, context)


async def find_undoable(
    team: str, user: str, now: datetime, context: VoteContext
) -> GivenVote | None:
    """Return the votes of *user* that can be taken back now, or None."""
    given = await context.database.run(undo.read_latest, team, user)
    return None if given is None or _is_too_old(team, given, now, context) else given


async def _undo(
    team: str, given: GivenVote, now: datetime, context: VoteContext
) -> UndoneVotes | UndoRefusal:
    if _is_too_old(team, given, now, context):
        return UndoRefusal.TOO_OLD
    message = Message(
        team, given.channel, given.ts, "", NOTHING,
        revision=UNDONE, slot=given.slot, given_at=given.at,
    )  # fmt: skip

    async def take_back(rules: WorkspaceRules) -> tuple[Outcome | None, list[Vote]]:
        ballot = _leave_to_answer(await make_ballot(message, Ruling(), context, rules))

        async def take(conn: Conn) -> tuple[Outcome | None, list[Vote]]:
            return await replace_votes(conn, ballot), await undo.read_taken_back(conn, team, given)

        return await store_by_rules(take, context, rules)

    outcome, votes = await apply_rules(context.rulebook, team, take_back, given.channel)
    context.watch.count_revision(outcome)
    return UndoneVotes(given, votes, outcome) if votes else UndoRefusal.NOTHING


def _leave_to_answer(ballot: Ballot) -> Ballot:
    """Return *ballot* without a reply to the voter alone, whom the answer to the undo tells."""
    if ballot.answering.scores is not Audience.VOTER:
        return ballot
    return replace(ballot, answering=replace(ballot.answering, scores=Audience.NOBODY))


def _is_too_old(team: str, given: GivenVote, now: datetime, context: VoteContext) -> bool:
    return (now - given.at).total_seconds() > context.rulebook.get_settings(team).undo_window
