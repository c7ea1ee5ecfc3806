"""What is said of the monthly report to admins."""

from typing import Final

from app.core.boards.periods import Period
from app.words.catalogue import Phrase
from app.words.text import format_month

ALREADY_ON_ITS_WAY: Final = Phrase("report-already-on-its-way")
NOT_SENT: Final = Phrase("report-not-sent")
_ON_ITS_WAY: Final = Phrase("report-on-its-way")
_FILE: Final = Phrase("report-file")


def announce_report(period: Period) -> str:
    """Say that the report is on its way."""
    return _ON_ITS_WAY(month=format_month(period.first))


def describe_report(period: Period, rows: int) -> str:
    """Say what the file holds."""
    return _FILE(month=format_month(period.first), count=rows)
