"""The ledger as people read it: one entry per vote and target, however many rows it has."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

CHANGES: Final = ("edit", "deletion", "undo")
"""The kinds of rows that later versions of a message append."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One row of the ledger, or what a message gave to one target, after all its edits."""

    channel: str
    """Empty for points that no message gave, such as an import."""
    ts: str
    voter: str
    """The giver; empty if there was none, or if the giver must not be shown."""
    target: str
    points: int
    """The row's points, or the current ones; 0 if they were withdrawn."""
    reason: str | None
    at: datetime
    """When the vote was given: the message's time, unless it was given in another way."""
    edited: bool = False
    """Whether it was changed after it was given, be that by a message, an edit or an answer."""
    was: int = 0
    """The points that were withdrawn; 0 if none were."""
    kind: str = "vote"
    slot: str = ""
    """Whose vote on the message it is; empty for votes in the message's own words."""
    factor: int = 1
    """The factor that plus points were multiplied by; *points* include it."""
    id: int = 0
    """The id of the row, or of the vote's first one."""

    @property
    def vote(self) -> tuple[str, str, str, str]:
        """The key of the vote: channel and ts of the message, slot, and target."""
        return self.channel, self.ts, self.slot, self.target


def build_entries(rows: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """Return the entries that *rows* add up to, newest first.

    *rows* must include every row of each vote.
    """
    votes: dict[tuple[str, str, str, str], list[LedgerEntry]] = {}
    for row in sorted(rows, key=lambda row: row.id):
        votes.setdefault(row.vote, []).append(row)
    dated = [(_build_entry(vote_rows), vote_rows[-1].id) for vote_rows in votes.values()]
    dated.sort(key=lambda pair: (pair[0].at, pair[1]), reverse=True)
    return [entry for entry, _ in dated]


def _build_entry(rows: list[LedgerEntry]) -> LedgerEntry:
    last, points = rows[-1], sum(row.points for row in rows)
    if not points:
        return replace(rows[0], points=0, reason=None, was=-last.points)
    edited = any(row.kind in CHANGES for row in rows[1:])
    return replace(rows[0], points=points, reason=last.reason, edited=edited)
