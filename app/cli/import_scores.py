"""Takes a file of scores into the database: validates all of it, then writes, then checks."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from psycopg import Connection

from app.core.boards.shares import THINGS, USERS
from app.core.transfer.score_file import Entry, Event, Fault, ShapeError, entries, judged
from app.store.transfer import batches, imports
from app.store.transfer.batches import Batch
from app.store.transfer.imports import IMPORT, ROLLBACK, Sum

_ENOUGH: Final = 50
"""Of how many ignored keys the uses are counted, each by its name."""


class RefusedError(Exception):
    """Nothing was written; the message says why."""


@dataclass(slots=True)
class Summary:
    """What a file came to."""

    read: int = 0
    faults: int = 0
    zeros: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    taken: dict[str, Sum] = field(default_factory=dict)
    """What was taken over, by board."""

    @property
    def whole(self) -> Sum:
        """What was taken over, on both boards."""
        return Sum(
            sum(of.entries for of in self.taken.values()),
            sum(of.points for of in self.taken.values()),
        )

    def board(self, name: str) -> Sum:
        """Return what was taken over to the board called *name*."""
        return self.taken.get(name, Sum())


@dataclass(frozen=True, slots=True)
class Takeover:
    """What is wanted: where scores go, and what becomes of bad entries."""

    conn: Connection[Any]
    team: str
    skip_bad: bool
    told: Callable[[Fault], None]
    """Is told every bad entry."""

    def read(self, events: Iterator[Event]) -> Summary:
        """Take what *events* tell of to the database's own space, where nothing counts yet.

        Every bad entry is told. Raises RefusedError if there is one, unless they are skipped.
        """
        summary = Summary()
        imports.prepare(self.conn)
        given = imports.give(self.conn, self._good(events, summary))
        for number, name, first in imports.duplicates(self.conn):
            self._tell(summary, Fault(number, name, f"a duplicate of entry {first}"))
        given -= imports.drop_duplicates(self.conn)
        if not summary.read:
            raise ShapeError("holds no scores")
        self._refuse(summary)
        zeros = imports.drop_zeros(self.conn)
        summary.zeros = zeros.entries
        self._agree(given - zeros, summary)
        return summary

    def write(self, batch: str, file_hash: str, summary: Summary) -> bool:
        """Let what was read count as *batch*; return False if the file counts by now already."""
        imports.hold(self.conn, self.team)
        for number, name, score in imports.overflows(self.conn):
            why = f"over 64 bits together with the score of {score} that is there"
            self._tell(summary, Fault(number, name, why))
        over = imports.drop_overflows(self.conn)
        self._refuse(summary)
        self._agree(summary.whole - over, summary)
        if not batches.record(self.conn, self.team, batch, file_hash, summary.whole):
            return False
        imports.add(self.conn, self.team, batch)
        _check(self.conn, self.team, batch, IMPORT, summary.whole)
        return True

    def _good(self, events: Iterator[Event], summary: Summary) -> Iterator[Entry]:
        for raw in entries(events):
            summary.read += 1
            for key in raw.ignored:
                if key in summary.ignored or len(summary.ignored) < _ENOUGH:
                    summary.ignored[key] += 1
            found = judged(raw)
            if isinstance(found, Entry):
                yield found
            else:
                self._tell(summary, found)

    def _tell(self, summary: Summary, fault: Fault) -> None:
        summary.faults += 1
        self.told(fault)

    def _refuse(self, summary: Summary) -> None:
        if summary.faults and not self.skip_bad:
            raise RefusedError(
                f"{summary.faults:,} of {summary.read:,} entries cannot count;"
                " nothing was written (--skip-bad takes the others over;"
                " see docs/import.md#what-a-file-may-look-like)"
            )

    def _agree(self, expected: Sum, summary: Summary) -> None:
        """Look what the database was given, which must be *expected*."""
        summary.taken = imports.by_board(self.conn)
        _same("what was read", expected, summary.whole)


def take_out(conn: Connection[Any], batch: Batch) -> Summary:
    """Append the reversal of *batch*; all of it counts no longer."""
    imports.prepare(conn)
    found = batches.take_back(conn, batch)
    if found != batch.entries:
        raise RefusedError(
            f"batch {batch.name} can no longer be taken out:"
            f" of its {batch.entries:,} rows, the ledger has {found:,} (the others were archived)"
        )
    imports.hold(conn, batch.team)
    if any(True for _ in imports.overflows(conn)):
        raise RefusedError("a score would be over 64 bits; nothing was written")
    imports.add(conn, batch.team, batch.name, ROLLBACK)
    summary = Summary(read=found, taken=imports.by_board(conn))
    _check(conn, batch.team, batch.name, ROLLBACK, Sum(found, -int(batch.points)))
    return summary


def people(summary: Summary) -> Sum:
    """Return what of *summary* is people's."""
    return summary.board(USERS)


def things(summary: Summary) -> Sum:
    """Return what of *summary* is things'."""
    return summary.board(THINGS)


def _check(conn: Connection[Any], team: str, batch: str, kind: str, expected: Sum) -> None:
    ledger, boards = imports.added(conn, team, batch, kind)
    _same("the ledger", expected, ledger)
    _same("the boards", expected, boards)


def _same(where: str, expected: Sum, found: Sum) -> None:
    if found != expected:
        raise RefusedError(
            f"{where} would have {found.entries:,} scores with {found.points:,} points,"
            f" not {expected.entries:,} with {expected.points:,}; nothing was written"
        )
