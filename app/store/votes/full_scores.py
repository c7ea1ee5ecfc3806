"""Refuses vote changes that would overflow a 64-bit score, so that a message's other votes count.

An import by an earlier version may have left a score that large. Scores are checked only after a
first attempt to store the votes has failed (`WorkspaceRules.is_full`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from app.core.boards.calendar import VoteTime
from app.core.boards.shares import Share, compute_difference, compute_shares
from app.core.message import Message
from app.core.refusals import Refusal, RefusedVote
from app.core.vote import Vote
from app.store.database import Conn, fetch_all, gather_columns
from app.store.votes.ballot import Ballot
from app.store.votes.held_votes import HeldVotes

_LARGEST: Final = 2**63 - 1

_SCORES: Final = """
SELECT l.board, l.target_id, l.score FROM leaderboard AS l
JOIN unnest(%(boards)s::text[], %(targets)s::text[]) AS s (board, target_id)
    USING (board, target_id)
WHERE l.team_id = %(team)s
"""


async def refuse_unstorable(conn: Conn, ballot: Ballot) -> Ballot:
    """Return *ballot*, of a new message, with the votes refused that would overflow a score."""
    message, ruling = ballot.message, ballot.ruling
    full = await _find_full(conn, message, ballot.when, {}, ruling.counted)
    counted = tuple(vote for vote in ruling.counted if vote.target not in full)
    refused = (RefusedVote(Refusal.SCORE, vote.target) for vote in ruling.counted
               if vote.target in full)  # fmt: skip
    return replace(
        ballot, ruling=replace(ruling, counted=counted, refused=(*ruling.refused, *refused))
    )


async def keep_unstorable(
    conn: Conn, ballot: Ballot, held: HeldVotes, votes: Sequence[Vote]
) -> Sequence[Vote]:
    """Return *votes*, but as they are *held* where the change would overflow a score."""
    if not ballot.rules.is_full:
        return votes
    message, before = ballot.message, held.votes
    full = await _find_full(conn, message, held.when, before, votes)
    named = {vote.target for vote in votes}
    stands = [vote for target, vote in before.items() if target in full and target not in named]
    kept = (before.get(v.target) if v.target in full else v for v in votes)
    return [*(vote for vote in kept if vote), *stands]


def list_kept(wanted: Sequence[Vote], kept: Sequence[Vote]) -> list[RefusedVote]:
    """Return a refusal for each target whose vote in *kept* differs from the one *wanted*."""
    changed = dict.fromkeys(v.target for v in (*wanted, *kept) if (v in wanted) != (v in kept))
    return [RefusedVote(Refusal.SCORE, target) for target in changed]


async def _find_full(
    conn: Conn,
    message: Message,
    when: VoteTime,
    before: Mapping[str, Vote],
    votes: Sequence[Vote],
) -> set[str]:
    """Return the targets whose change from *before* to *votes* would overflow a score."""
    after = {vote.target: vote for vote in votes}

    def list_shares(vote: Vote | None) -> list[Share]:
        return compute_shares([vote] if vote else [], message.author, message.channel, when)

    changes = {
        target: compute_difference(list_shares(before.get(target)), list_shares(after.get(target)))
        for target in (*after, *(target for target in before if target not in after))
    }
    all_shares = [share for shares in changes.values() for share in shares]
    return _list_unstorable(changes, await _read_scores(conn, message.team, all_shares))


def _list_unstorable(
    changes: dict[str, list[Share]], scores: Mapping[tuple[str, str], int]
) -> set[str]:
    """Return the targets whose *changes* would overflow a score, given the changes of the others.

    The first change that fits is applied, until none fits: one may make room for another.
    """
    sums = Counter(scores)

    def fits(target: str) -> bool:
        shares = changes[target]
        return all(abs(sums[s.board, s.target] + s.points) <= _LARGEST for s in shares)

    while (fitting := next(filter(fits, changes), None)) is not None:
        for share in changes.pop(fitting):
            sums[share.board, share.target] += share.points
    return set(changes)


async def _read_scores(
    conn: Conn, team: str, shares: Sequence[Share]
) -> dict[tuple[str, str], int]:
    columns = gather_columns(shares, boards="board", targets="target")
    rows = await fetch_all(conn, _SCORES, {"team": team} | columns)
    return {(board, target): score for board, target, score in rows}
