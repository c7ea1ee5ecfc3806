"""Reads tables of scores (CSV) by bin/export, working-plusplus and HeyTaco, and guards cells.

No exported cell runs as a formula, and each reads back unchanged. An apostrophe goes before what
begins like a formula, at the start of a text or after a `;` or tab, where a spreadsheet may begin
another cell (in much of Europe, Excel separates by `;`). Removing it restores the text.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from app.core.boards.definitions import THINGS, USERS
from app.core.transfer.score_file import FileError, RawEntry, read_number

_NAMES: Final = (
    "user_id", "receiver_uid", "userid", "received_by_id", "item", "target_id", "user", "thing",
    "name",
)  # fmt: skip
_SCORES: Final = ("score", "tacos", "points", "karma", "karma_points", "count", "sum")
_GIVER: Final = "giver_uid"
"""If there's a column of givers, each row is a gift, and a person's gifts are added up."""
_BOARD: Final = "board"
"""If there's a column of boards, as in bin/export, only the all-time boards count."""

_SEPARATORS: Final = ",;\t"
_NAMED: Final = re.compile(r'"?sep=([^\w\s"]|\t)"?\s*', re.IGNORECASE)
"""A spreadsheet's optional first line, which names the separator and isn't a row."""

Row = Sequence[str]

_FORMULA: Final = r"""(?=['" \t\r\n]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])"""
"""What begins like a formula, as a pattern.

East Asian versions of Excel take the full-width signs (＝＋－＠) for ordinary ones.
"""
UNGUARDED: Final = rf"(^|[;\t]){_FORMULA}"
"""The pattern of where an apostrophe goes, valid in both Python and PostgreSQL."""
GUARD: Final = r"\1'"
"""What replaces each match of it, in both."""
_GUARDED: Final = re.compile(rf"(^|[;\t])'{_FORMULA}")


def find_named_separator(line: str) -> str | None:
    """Return the separator that *line* declares, as `sep=;` does, or None."""
    named = _NAMED.fullmatch(line)
    return named[1] if named else None


def choose_separator(first: str) -> str:
    """Return the separator by which the *first* row names the most known columns."""

    def count_known(separator: str) -> int:
        cells = set(_fold_names(next(csv.reader([first], delimiter=separator), ())))
        return sum(not cells.isdisjoint(words) for words in (_NAMES, _SCORES))

    return max(_SEPARATORS, key=count_known)


def _fold_names(head: Row) -> list[str]:
    """Return the names of columns in a canonical form, ignoring case and punctuation."""
    return [re.sub(r"\W+", "_", cell.strip().lower()) for cell in head]


def read_table(rows: Iterator[Row]) -> Iterator[RawEntry]:
    """Yield the entries of a table whose first row names its columns.

    Raises FileError if no column contains names, or none scores.
    """
    head = _fold_names(next(rows, ()))
    name, score = _find_column(head, _NAMES, "names"), _find_column(head, _SCORES, "scores")
    ignored = [cell for place, cell in enumerate(head) if place not in (name, score)]
    board = head.index(_BOARD) if _BOARD in head else None
    raws = (
        _read_row(number, row, (name, score), ignored)
        for number, row in enumerate(filter(any, rows), 1)
        if board is None or row[board : board + 1] in ([USERS], [THINGS])
    )
    return _add_up(raws) if _GIVER in head else raws


def _find_column(head: list[str], wanted: Sequence[str], what: str) -> int:
    for word in wanted:
        if word in head:
            return head.index(word)
    raise FileError(f"has no column with {what}: its first row must name one ({wanted[0]}, …)")


def _read_row(number: int, row: Row, places: tuple[int, int], ignored: Row) -> RawEntry:
    """Return the entry in *row*: its name and score at *places*, and the *ignored* columns."""
    if len(row) <= max(places):
        return RawEntry(number, None, fault="a row with too few cells")
    name, score = (read_cell(row[place]) for place in places)
    if any(row[2 + len(ignored) :]):  # such as 4,000 without quotation marks: which is the score?
        return RawEntry(number, name, fault="a row with too many cells")
    return RawEntry(number, name, read_number(score), "", ignored)


def _add_up(raws: Iterator[RawEntry]) -> Iterator[RawEntry]:
    """Yield the faulty entries, and then one entry with the sum for each name."""
    sums: Counter[str] = Counter()
    for raw in raws:
        if raw.fault or not isinstance(raw.score, int):
            yield raw
        else:
            sums[raw.name] += raw.score
    for number, (name, score) in enumerate(sums.items(), 1):
        yield RawEntry(number, name, score)


def guard_cell(text: str) -> str:
    """Return *text* as a cell that a spreadsheet shows without running it."""
    return re.sub(UNGUARDED, GUARD, text)


def read_cell(cell: str) -> str:
    """Return the text from which `guard_cell` made *cell*."""
    return _GUARDED.sub(r"\1", cell)
