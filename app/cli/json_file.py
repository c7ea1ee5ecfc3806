"""Streams JSON and CSV files of any size; every problem becomes a one-line FileError."""

import csv
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import InvalidOperation
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, Final

import ijson  # type: ignore[import-untyped]

from app.core.transfer.score_file import FileError
from app.core.transfer.spreadsheet import choose_separator, find_named_separator

Follow = Callable[[int], None]
"""Called with the number of bytes just read."""

_BLOCK: Final = 1 << 20
LONGEST: Final = 1 << 22
"""Bytes allowed between two events: longer values aren't scores and would fill the memory."""
_DIGITS: Final = 640
"""Digits that Python always parses as an integer, however its limit is set."""
_LONG_INTEGER: Final = re.compile(rb"[\s:,[-][0-9]{%d}" % (_DIGITS + 1))
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_TOO_LONG: Final = "contains a number that is too long"
_FOREIGN: Final = (
    (b"\xff\xfe", "is UTF-16: save it as UTF-8"),
    (b"\xfe\xff", "is UTF-16: save it as UTF-8"),
    (b"\x1f\x8b", "is compressed: unpack it first (gunzip)"),
    (b"PK\x03\x04", "is a zip archive or a workbook: unzip it, or save it as CSV UTF-8"),
)


class JsonFile:
    """An open JSON or CSV file; reading fails if it changes meanwhile."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self._stat = os.fstat(file.fileno())
        self.size = self._stat.st_size
        self.has_byte_order_mark = False
        """Whether it begins with a byte order mark, which is skipped."""

    def compute_hash(self) -> str:
        """Return the SHA-256 of the file."""
        self._file.seek(0)
        return hashlib.file_digest(self._file, "sha256").hexdigest()

    def read_events(self, follow: Follow = lambda _: None) -> Iterator[tuple[str, Any]]:
        """Yield JSON parser events from the beginning; raise FileError if it isn't valid JSON."""
        self._begin()
        source = _Source(self._file, follow)
        try:
            for event in ijson.basic_parse(source):
                source.unparsed = 0
                yield event
        except ijson.JSONError as error:
            raise FileError(_translate_error(error)) from None
        except UnicodeDecodeError:
            raise FileError("contains half of a surrogate pair, which isn't a character") from None
        except InvalidOperation:  # an exponent longer than Python reads
            raise FileError(_TOO_LONG) from None
        self._require_unchanged()

    def read_rows(self, follow: Follow = lambda _: None) -> Iterator[list[str]]:
        """Yield the rows of a CSV file, without leading blank lines.

        Raises FileError if it isn't valid CSV.
        """
        self._begin()
        try:
            separator = self._find_separator()
            yield from csv.reader(self._lines(follow), delimiter=separator, strict=True)
        except csv.Error as error:
            raise FileError(_translate_csv_error(str(error))) from None
        except UnicodeDecodeError:
            raise FileError("is not UTF-8: save it as UTF-8") from None
        self._require_unchanged()

    def _find_separator(self) -> str:
        """Return the separator, and position the file at the first row."""
        named = None
        while True:
            begin = self._file.tell()
            line = self._file.readline(LONGEST).decode()
            if line.strip(" ,;\t\r\n"):  # spreadsheets write separators for a blank row
                if named or not (named := find_named_separator(line)):
                    break
            elif not line:
                break
        self._file.seek(begin)
        return named or choose_separator(line)

    def _lines(self, follow: Follow) -> Iterator[str]:
        read = 0
        while line := self._file.readline(LONGEST):
            read += len(line)
            if read >= _BLOCK:
                follow(read)
                read = 0
            yield line.decode()
        follow(read)

    def _begin(self) -> None:
        self._file.seek(0)
        head = self._file.read(4)
        for mark, line in _FOREIGN:
            if head.startswith(mark):
                raise FileError(line)
        if b"\0" in head:
            raise FileError("is UTF-16 or UTF-32, or not text at all: save it as UTF-8")
        self.has_byte_order_mark = head.startswith(_UTF8_MARK)
        self._file.seek(len(_UTF8_MARK) if self.has_byte_order_mark else 0)

    def _require_unchanged(self) -> None:
        now = os.fstat(self._file.fileno())
        if (now.st_size, now.st_mtime_ns) != (self._stat.st_size, self._stat.st_mtime_ns):
            raise FileError("changed while it was being read: try again")


class _Source:
    """The parser's input; raises FileError after over 4 MB without an event.

    Also raises it for integers too long for Python, because the parser would ignore that error.
    """

    def __init__(self, file: IO[bytes], follow: Follow) -> None:
        self._file = file
        self._follow = follow
        self._tail = b" "
        self.unparsed = 0

    def read(self, size: int = _BLOCK) -> bytes:
        block = self._file.read(size)
        if _LONG_INTEGER.search(self._tail + block):
            raise FileError(_TOO_LONG)
        self._tail = (self._tail + block)[-_DIGITS - 1 :]
        self.unparsed += len(block)
        if self.unparsed > LONGEST:
            raise FileError("isn't a file of scores: it contains a value of over 4 MB")
        self._follow(len(block))
        return block


@contextmanager
def open_json(path: Path) -> Iterator[JsonFile]:
    """Open the file at *path*; raise FileError if it is missing, empty or not a regular file."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise FileError("is a directory" if path.is_dir() else "isn't a regular file")
        if not path.stat().st_size:
            raise FileError("is empty")
        file = path.open("rb")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise FileError(f"cannot be read: {(reason or 'no such file').lower()}") from None
    with file:
        yield JsonFile(file)


def _translate_error(error: Exception) -> str:
    """Return the parser's error in our words; its own mentions bytes and spans lines."""
    message = error.args[0]  # bytes if it quotes invalid UTF-8
    text = message.decode(errors="replace") if isinstance(message, bytes) else str(message)
    line = text.partition("\n")[0]
    if "premature EOF" in line:
        return "ends too early: it is empty or truncated"
    if "UTF8" in line:
        return "is not UTF-8: save it as UTF-8"
    reason = line.removeprefix("parse error: ").removeprefix("lexical error: ")
    return f"is not JSON ({reason.strip(' .')})"


def _translate_csv_error(error: str) -> str:
    """Return the CSV reader's error in our words; its own is about how to open files."""
    if "new-line" in error:
        return "has lines that end with CR alone, as on old Macs: save it as CSV UTF-8"
    return f"is not CSV ({error})"
