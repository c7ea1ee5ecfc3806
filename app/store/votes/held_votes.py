"""What the ledger holds of a message before a change of it: the points, their time, who paid.

Points are those that were said, whatever a boost made of them.
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
from app.store.people import aliases
from app.store.votes.ballot import Ballot
from app.store.votes.limits import Payments

_READ_HELD: Final = """
SELECT target_id, sum(coalesce(said, delta))::bigint, (array_agg(reason ORDER BY id DESC))[1],
    min(voter_id), (array_agg(giver_day ORDER BY id))[1], min(day), min(season), min(week_shift),
    min(factor)
FROM vote_history
WHERE (team_id, channel_id, message_ts, slot) = (%(team)s, %(channel)s, %(ts)s, %(slot)s)
GROUP BY target_id ORDER BY min(id)
"""


KINDS: Final = {DELETED: "deletion", UNDONE: "undo"}
"""The kinds of the rows by which all that a message gave is taken back."""


@dataclass(frozen=True, slots=True)
class HeldVotes:
    """What the ledger holds of a message: one vote per target that still has points.

    Without those of people who have opted out, which an edit neither takes away nor adds to.
    """

    votes: Mapping[str, Vote]
    """By those for whom they are now, whatever was merged since."""
    entered: Mapping[str, Vote]
    """By those for whom they were when they were given: so they stand in the ledger."""
    meanings: Mapping[str, str]
    """What those were merged into who were merged."""
    voter: str
    when: VoteTime
    """When the first of its votes was given: what comes back counts for the same boards."""
    begun: bool
    """Whether it has ever held votes."""
    untouched: int
    """The points of those left out."""
    giver_day: date | None
    """From which day's allowance the first was paid; None: from none."""

    def sum_spent(self, votes: Iterable[Vote]) -> int:
        """Return the points that are spent where the message gives *votes*."""
        return self.untouched + _sum_points(votes)

    def read_payments(self, paid: Mapping[str, int] | None) -> Payments:
        """Return from which days it was *paid*, as its row in `messages` has it."""
        if paid is not None:
            return {date.fromisoformat(day): points for day, points in paid.items()}
        spent = self.sum_spent(self.votes.values())
        return {self.giver_day: spent} if self.giver_day and spent else {}


async def read_held_votes(conn: Conn, key: Mapping[str, str], ballot: Ballot) -> HeldVotes:
    """Return what the message *key* has given, as *ballot* would change it."""
    rows = await fetch_all(conn, _READ_HELD, key)
    kept = () if ballot.message.revision in KINDS else ballot.rules.opted_out
    given = {t: Vote(t, points, reason) for t, points, reason, *_ in rows if points}
    meanings = await aliases.resolve_aliases(conn, key["team"], given)
    entered = {t: vote for t, vote in given.items() if meanings.get(t, t) not in kept}
    voter, giver_day, *when = rows[0][3:] if rows else ("", None)
    author, at = ballot.message.author or voter, ballot.when
    if when and when[0]:
        day, season, week_shift, factor = when
        at = replace(at, day=day, season=season, week_shift=week_shift, factor=factor)
    told = resolve_held_votes(entered, meanings)
    untouched = _sum_points(given.values()) - _sum_points(entered.values())
    return HeldVotes(told, entered, meanings, author, at, bool(rows), untouched, giver_day)


def _sum_points(votes: Iterable[Vote]) -> int:
    return sum(abs(vote.points) for vote in votes)
