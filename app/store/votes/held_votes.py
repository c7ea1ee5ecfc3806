"""Reads a message's votes from the ledger before they change: points, time, and who paid.

Points are as given, before any boost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from app.core.boards.calendar import VoteTime
from app.core.boards.shares import resolve_held_votes
from app.core.message import DELETED, UNDONE
from app.core.vote import Vote
from app.store.database import Conn, fetch_all
from app.store.votes.ballot import Ballot
from app.store.votes.limits import Payments

# A version that was also heard under the channel's former id may have counted at another time, or
# with another boost; it was withdrawn like a deletion.
_READ_HELD: Final = """
SELECT target_id, sum(coalesce(said, delta))::bigint, (array_agg(reason ORDER BY id DESC))[1],
    min(voter_id), (array_agg(giver_day ORDER BY id))[1], day, season, week_shift, factor
FROM vote_history
WHERE (team_id, channel_id, message_ts, slot) = (%(team)s, %(channel)s, %(ts)s, %(slot)s)
GROUP BY target_id, day, season, week_shift, factor
ORDER BY sum(coalesce(said, delta)) = 0, bool_or(kind = 'deletion'), min(id)
"""


KINDS: Final = {DELETED: "deletion", UNDONE: "undo"}
"""The ledger's kinds for revisions that take back everything a message gave."""


@dataclass(frozen=True, slots=True)
class HeldVotes:
    """A message's votes in the ledger: one per target that still has points.

    For an edit, votes for people who have opted out are left out, since it doesn't change them.
    """

    votes: Mapping[str, Vote]
    """By current target, with merges resolved."""
    entered: Mapping[str, Vote]
    """By the target in the ledger, as it was before any merge."""
    meanings: Mapping[str, str]
    """What each merged target in the ledger was merged into."""
    voter: str
    when: VoteTime
    """The time of its first votes, or else the ballot's: changes count on the same boards."""
    ever_voted: bool
    """Whether it ever had votes."""
    untouched: int
    """The sum of the absolute points of the votes left out."""
    giver_day: date | None
    """The day whose allowance paid for the first vote; None if none did."""

    def sum_spent(self, votes: Iterable[Vote]) -> int:
        """Return the points spent if the message gives *votes*."""
        return self.untouched + _sum_points(votes)

    def read_payments(self, paid: Mapping[str, int] | None) -> Payments:
        """Return what each day has paid: *paid* from the row in `messages`.

        If that is None, the day of the first vote has paid for all.
        """
        if paid is not None:
            return {date.fromisoformat(day): points for day, points in paid.items()}
        spent = self.sum_spent(self.votes.values())
        return {self.giver_day: spent} if self.giver_day and spent else {}


async def read_held_votes(conn: Conn, key: Mapping[str, str], ballot: Ballot) -> HeldVotes:
    """Return the votes of the message *key* that *ballot* would change."""
    rows = await fetch_all(conn, _READ_HELD, key)
    takes_all_back = ballot.message.revision in KINDS
    standing = {t: Vote(t, points, reason) for t, points, reason, *_ in rows if points}
    meanings = {t: ballot.rules.resolve_alias(t) for t in standing if t in ballot.rules.aliases}
    entered = {
        t: vote
        for t, vote in standing.items()
        if takes_all_back or not ballot.rules.has_opted_out(meanings.get(t, t))
    }
    voter, giver_day, *when = rows[0][3:] if rows else ("", None)
    author, at = ballot.message.author or voter, ballot.when
    if when and when[0]:
        day, season, week_shift, factor = when
        at = replace(at, day=day, season=season, week_shift=week_shift, factor=factor)
    resolved = resolve_held_votes(entered, meanings)
    untouched = _sum_points(standing.values()) - _sum_points(entered.values())
    return HeldVotes(resolved, entered, meanings, author, at, bool(rows), untouched, giver_day)


def _sum_points(votes: Iterable[Vote]) -> int:
    return sum(abs(vote.points) for vote in votes)
