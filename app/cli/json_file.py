"""Files of JSON or CSV: read bit by bit, however large, with one line for whatever is wrong."""

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

from app.core.transfer.spreadsheet import choose_separator, find_named_separator

Follow = Callable[[int], None]
"""Is told how many more bytes were read."""

_BLOCK: Final = 1 << 20
LONGEST: Final = 1 << 22
"""Bytes between two events: what is longer isn't a score, and would have to be held whole."""
_DIGITS: Final = 640
"""Digits that Python reads as an integer, whatever its limit was set to."""
_LONG_INTEGER: Final = re.compile(rb"[\s:,[-][0-9]{%d}" % (_DIGITS + 1))
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_TOO_LONG: Final = "holds a number that is too long"
_FOREIGN: Final = (
    (b"\xff\xfe", "is UTF-16: save it as UTF-8"),
    (b"\xfe\xff", "is UTF-16: save it as UTF-8"),
    (b"\x1f\x8b", "is compressed: unpack it first (gunzip)"),
    (b"PK\x03\x04", "is compressed: unpack it first (unzip)"),
)


class FileError(Exception):
    """The file cannot be read as JSON; the message is the rest of a line that names the file."""


class JsonFile:
    """A file of JSON that is open, and stays as it was."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self._was = os.fstat(file.fileno())
        self.size = self._was.st_size
        self.has_byte_order_mark = False
        """Whether it begins with a byte order mark, which is passed over."""

    def compute_hash(self) -> str:
        """Return the SHA-256 of the file."""
        self._file.seek(0)
        return hashlib.file_digest(self._file, "sha256").hexdigest()

    def read_events(self, follow: Follow = lambda _: None) -> Iterator[tuple[str, Any]]:
        """Give what a JSON parser finds, from the beginning; raise FileError where it cannot."""
        self._begin()
        source = _Source(self._file, follow)
        try:
            for event in ijson.basic_parse(source):
                source.waiting = 0
                yield event
        except ijson.JSONError as error:
            raise FileError(_translate_error(error)) from None
        except UnicodeDecodeError:
            raise FileError("holds half of a surrogate pair, which is not a character") from None
        except InvalidOperation:  # an exponent longer than Python reads
            raise FileError(_TOO_LONG) from None
        self._require_unchanged()

    def read_rows(self, follow: Follow = lambda _: None) -> Iterator[list[str]]:
        """Give the rows of a table of CSV, blank lines before the first left out.

        Raises FileError where it cannot be read as one.
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
        """Return what stands between cells, and let the file go on with the first row."""
        named = None
        while True:
            begin = self._file.tell()
            line = self._file.readline(LONGEST).decode()
            if line.strip(" ,;\t\r\n"):  # what spreadsheets write for a blank row, too
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
        if (now.st_size, now.st_mtime_ns) != (self._was.st_size, self._was.st_mtime_ns):
            raise FileError("was changed while it was read: try again")


class _Source:
    """What the parser reads from; it refuses to go on for long without an event.

    It looks for integers that Python doesn't read, because the parser goes on after their error.
    """

    def __init__(self, file: IO[bytes], follow: Follow) -> None:
        self._file = file
        self._follow = follow
        self._end = b" "
        self.waiting = 0

    def read(self, size: int = _BLOCK) -> bytes:
        block = self._file.read(size)
        if _LONG_INTEGER.search(self._end + block):
            raise FileError(_TOO_LONG)
        self._end = (self._end + block)[-_DIGITS - 1 :]
        self.waiting += len(block)
        if self.waiting > LONGEST:
            raise FileError("isn't a file of scores: it holds something of over 4 MB")
        self._follow(len(block))
        return block


@contextmanager
def open_json(path: Path) -> Iterator[JsonFile]:
    """Give the file at *path* while inside; raise FileError if there is none to read."""
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
    """Return what the parser says in words of ours; its own speak of bytes and span lines."""
    said = error.args[0]  # bytes, where it quotes what isn't UTF-8
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    line = text.partition("\n")[0]
    if "premature EOF" in line:
        return "ends too early: it is empty or was cut off"
    if "UTF8" in line:
        return "is not UTF-8: save it as UTF-8"
    reason = line.removeprefix("parse error: ").removeprefix("lexical error: ")
    return f"is not JSON ({reason.strip(' .')})"


def _translate_csv_error(error: str) -> str:
    """Return what the reader of CSV says in words of ours; its own are about how to open files."""
    if "new-line" in error:
        return "has lines that end with CR alone, as of old Macs: save it as CSV UTF-8"
    return f"is not CSV ({error})"
