"""Imports a file of scores: validates all of it, writes it, then checks the sums."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from app import CommandError
from app.core.transfer.score_file import (
    FileError,
    RawEntry,
    ScoreEntry,
    ScoreFault,
    judge_entry,
)
from app.core.vote import MOST_SCORE
from app.store.database import SyncConn
from app.store.transfer import batches, imports, tables
from app.store.transfer.batches import Batch
from app.store.transfer.imports import IMPORT, ROLLBACK, Sum

_ENOUGH: Final = 50
"""How many different ignored keys are counted, to bound memory."""


@dataclass(slots=True)
class ImportSummary:
    """What was read from a file and imported."""

    read: int = 0
    faults: int = 0
    zeros: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    by_board: dict[str, Sum] = field(default_factory=dict)

    @property
    def total(self) -> Sum:
        """What was imported, on both boards together."""
        return sum(self.by_board.values(), Sum())

    def get_sum(self, name: str) -> Sum:
        """Return what was imported to the board *name*."""
        return self.by_board.get(name, Sum())


@dataclass(frozen=True, slots=True)
class ScoreImport:
    """An import in one transaction: target workspace, handling of bad entries, callbacks."""

    conn: SyncConn
    team: str
    skip_bad: bool
    report_fault: Callable[[ScoreFault], None]
    step: Callable[[str], object] = lambda _: None
    """Called with the name of each step as it begins."""
    rehearse: bool = False
    """Whether to write to temporary tables; the caller must roll the transaction back."""
    secret: str | None = None
    """The SECRET_KEY, which identifies merged people who have been forgotten since."""

    def read(self, raws: Iterator[RawEntry]) -> ImportSummary:
        """Copy *raws* to a temporary table and report every bad entry.

        Raises CommandError if there are bad entries and they aren't skipped, FileError if there
        are no entries at all.
        """
        summary = ImportSummary()
        imports.prepare(self.conn)
        self.step("reading")
        copied = imports.copy_entries(self.conn, self._read_good_entries(raws, summary))
        self.step("looking for duplicates")
        for number, name, first in imports.list_duplicates(self.conn):
            self._note_fault(summary, ScoreFault(number, name, f"a duplicate of entry {first}"))
        if summary.faults:
            copied -= imports.drop_duplicates(self.conn)
        if not summary.read:
            raise FileError("contains no scores")
        self._refuse(summary)
        zeros = imports.drop_zeros(self.conn)
        summary.zeros = zeros.entries
        self._require_sum(copied - zeros, summary)
        return summary

    def write(self, batch: str, file_hash: str, summary: ImportSummary) -> bool:
        """Write the entries read as *batch*; return False if the file was imported meanwhile.

        Raises CommandError if a score would be too large, unless bad entries are skipped, or if
        the sums in the database don't match.
        """
        if self.rehearse:
            tables.replace_scores(self.conn, self.team)
        self.step("writing the boards")
        created = imports.lock_scores(self.conn, self.team, self.secret)
        for number, name, score in imports.list_overflows(self.conn):
            why = f"over {MOST_SCORE:,} when added to the existing score of {score}"
            self._note_fault(summary, ScoreFault(number, name, why))
        dropped = imports.drop_overflows(self.conn)
        self._refuse(summary)
        self._require_sum(summary.total - dropped, summary)
        if not batches.record(self.conn, self.team, batch, file_hash, summary.total):
            return False
        self.step("writing the ledger")
        imports.add(self.conn, self.team, batch)
        self.step("checking")
        _check(self.conn, self.team, batch, IMPORT, summary.total, created)
        return True

    def _read_good_entries(
        self, raws: Iterator[RawEntry], summary: ImportSummary
    ) -> Iterator[ScoreEntry]:
        for raw in raws:
            summary.read += 1
            for key in raw.ignored:
                if key in summary.ignored or len(summary.ignored) < _ENOUGH:
                    summary.ignored[key] += 1
            entry = judge_entry(raw)
            if isinstance(entry, ScoreEntry):
                yield entry
            else:
                self._note_fault(summary, entry)

    def _note_fault(self, summary: ImportSummary, fault: ScoreFault) -> None:
        summary.faults += 1
        self.report_fault(fault)

    def _refuse(self, summary: ImportSummary) -> None:
        if summary.faults and not self.skip_bad:
            raise CommandError(
                f"{summary.faults:,} of {summary.read:,} entries are bad;"
                " nothing was written (--skip-bad imports the others;"
                " see docs/admin/import.md#what-a-file-may-look-like)"
            )

    def _require_sum(self, expected: Sum, summary: ImportSummary) -> None:
        """Read the sums by board into *summary*; raise CommandError unless they are *expected*."""
        summary.by_board = imports.sum_by_board(self.conn)
        _require_same("what was read", expected, summary.total)


def roll_back_batch(conn: SyncConn, batch: Batch, *, rehearse: bool = False) -> ImportSummary:
    """Append the reversal of *batch* to the ledger and the boards.

    With *rehearse*, the caller must roll the transaction back. Raises CommandError if rows of the
    batch have been archived, or a score would be too large.
    """
    imports.prepare(conn)
    rows = batches.take_back(conn, batch)
    if rows != batch.entries:
        raise CommandError(
            f"batch {batch.name} can no longer be rolled back: the ledger has only {rows:,} of its"
            f" {batch.entries:,} rows (the others were archived)"
        )
    if rehearse:
        tables.replace_scores(conn, batch.team)
    created = imports.lock_scores(conn, batch.team)
    if any(True for _ in imports.list_overflows(conn)):
        raise CommandError(f"a score would be over {MOST_SCORE:,}; nothing was written")
    imports.add(conn, batch.team, batch.name, ROLLBACK)
    summary = ImportSummary(read=rows, by_board=imports.sum_by_board(conn))
    expected = Sum(rows, -int(batch.points))
    _check(conn, batch.team, batch.name, ROLLBACK, expected, created)
    return summary


def _check(conn: SyncConn, team: str, batch: str, kind: str, expected: Sum, created: Sum) -> None:
    """Raise CommandError unless ledger and boards changed by exactly *expected*."""
    ledger, changed = imports.sum_added(conn, team, batch, kind)
    _require_same("the ledger", expected, ledger)
    _require_same(
        "the boards", Sum(imports.count_targets(conn), expected.points), created + changed
    )


def _require_same(where: str, expected: Sum, actual: Sum) -> None:
    if actual != expected:
        raise CommandError(
            f"{where} would have {actual.entries:,} scores with {actual.points:,} points,"
            f" not {expected.entries:,} with {expected.points:,}; nothing was written"
        )
