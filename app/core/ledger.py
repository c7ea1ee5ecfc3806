"""The ledger as people read it: one entry for a vote and its target, whatever its rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

CHANGES: Final = ("edit", "deletion", "undo")
"""The kinds of rows that a later version of a message appends."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row of the ledger."""

    id: int
    channel: str
    """Empty for what no message gave, such as an import."""
    ts: str
    voter: str
    """Who gave; empty where nobody did, or where the giver is not to be shown."""
    target: str
    delta: int
    reason: str | None
    kind: str
    at: datetime
    """When the vote was given: with its message, where nothing else gave it."""
    slot: str = ""
    """Whose vote on the message it is; empty for what the message itself says."""
    factor: int = 1
    """By what plus points were multiplied."""

    @property
    def vote(self) -> tuple[str, str, str, str]:
        """Return the message, whose vote on it, and the target that this row is about."""
        return self.channel, self.ts, self.slot, self.target


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What a message gave to one target, after all its edits."""

    channel: str
    ts: str
    voter: str
    target: str
    points: int
    """What stands now; 0 for what was withdrawn."""
    reason: str | None
    at: datetime
    edited: bool = False
    was: int = 0
    """The points of what was withdrawn."""
    kind: str = "vote"
    slot: str = ""
    factor: int = 1
    """By what plus points were multiplied; *points* are so already."""

    @property
    def vote(self) -> tuple[str, str, str, str]:
        """Return what the rows of this entry are about, as they have it."""
        return self.channel, self.ts, self.slot, self.target


def build_entries(rows: Iterable[LedgerRow]) -> list[LedgerEntry]:
    """Return what *rows* come to, the newest first.

    *rows* are all the rows of each vote that they are about.
    """
    votes: dict[tuple[str, str, str, str], list[LedgerRow]] = {}
    for row in sorted(rows, key=lambda row: row.id):
        votes.setdefault(row.vote, []).append(row)
    folded = [(_build_entry(many), many[-1].id) for many in votes.values()]
    folded.sort(key=lambda pair: (pair[0].at, pair[1]), reverse=True)
    return [entry for entry, _ in folded]


def _build_entry(rows: list[LedgerRow]) -> LedgerEntry:
    first, last = rows[0], rows[-1]
    points = sum(row.delta for row in rows)
    return LedgerEntry(
        channel=first.channel,
        ts=first.ts,
        voter=first.voter,
        target=first.target,
        points=points,
        reason=last.reason if points else None,
        at=first.at,
        edited=bool(points) and any(row.kind in CHANGES for row in rows),
        was=0 if points else -last.delta,
        kind=first.kind,
        slot=first.slot,
        factor=first.factor,
    )
