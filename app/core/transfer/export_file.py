"""Parses an exported document from JSON events: its totals, and its rows one at a time."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from app.core.transfer.score_file import FileError, JsonEvent, take_until

EXPORTED_AT: Final = "exported_at"
TOTALS: Final = "totals"
DATA: Final = "data"
HEAD: Final = 5
"""How many of a file's events show whether it's such a document."""


def is_document(head: Sequence[JsonEvent], tables: Sequence[str]) -> bool:
    """Return whether a file beginning with the events *head* is a document; keys in any order."""
    kinds, values = [kind for kind, _ in head], [value for _, value in head]
    if kinds[:2] != ["start_map", "map_key"]:
        return False
    if values[1] == EXPORTED_AT:
        return kinds[2:3] == ["string"]
    inside = kinds[2:5] == ["start_map", "map_key", "start_array"]
    return values[1] == DATA and inside and values[3] in tables


class Document:
    """A document being parsed."""

    def __init__(self, events: Iterator[JsonEvent]) -> None:
        self._events = events
        self.exported_at = ""
        self.totals: dict[str, Any] = {}
        """The document's own totals; complete once all rows have been read."""

    def read_rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each row with its table's name; raises FileError if it isn't a document."""
        next(self._events)
        for _, key in self._events:
            kind, value = next(self._events, ("end_map", None))
            if key == DATA and kind == "start_map":
                yield from self._read_tables()
            elif key == TOTALS and kind == "start_map":
                self.totals = self._read_row(TOTALS, 1)
            elif kind.startswith("start_"):
                raise FileError(f"isn't a document of bin/export: {key} holds more than a value")
            elif key == EXPORTED_AT:
                self.exported_at = str(value)

    def _read_tables(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for _, table in take_until("end_map", self._events):
            if next(self._events)[0] != "start_array":
                raise FileError(f"isn't a document of bin/export: {table} isn't a list of rows")
            rows = take_until("end_array", self._events)
            for number, (begin, _) in enumerate(rows, 1):
                if begin != "start_map":
                    raise FileError(f"has no row where row {number} of {table} should be")
                yield table, self._read_row(table, number)

    def _read_row(self, table: str, number: int) -> dict[str, Any]:
        row: dict[str, Any] = {}
        key = ""
        for kind, value in take_until("end_map", self._events):
            if kind == "map_key":
                key = value
            elif kind.startswith("start_"):
                raise FileError(f"has more than a value in row {number} of {table}: {key}")
            else:
                row[key] = value
        return row
