"""Formats numbers, dates and user text; results are mrkdwn.

Names, things and reasons are user input. They're escaped here, so that they can't mention anyone.
Per "Formatting text for app surfaces", only `&`, `<` and `>` need it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from unicodedata import bidirectional

from babel import Locale
from babel.numbers import format_decimal

from app.core.grammar.tokens import unescape
from app.core.vote import THING
from app.words.catalog import get_language, get_locale, say

MAX_NAME: Final = 80

_KEPT: Final = 4096
"""Cache size for formatted numbers: a board has about a hundred, which rarely change."""


_ID: Final = re.compile(r"[UW][A-Z0-9]+")
_DATE_MARK: Final = re.compile(r"<!date\^[^|<>]*\|([^<>]*)>")
# whitespace, control characters, and characters that change the direction of text
_UNSHOWN: Final = re.compile("[\\s\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})
"""Unicode's bidirectional classes of letters that run from right to left."""


def format_name(name: str) -> str:
    """Return *name* on one line, cut to 80 characters, then escaped and isolated."""
    return isolate(escape(cut(_UNSHOWN.sub(" ", name).strip(), MAX_NAME)))


def isolate(text: str) -> str:
    """Return *text*; if it runs from right to left, marked so that what is around it doesn't."""
    if text.isascii() or _RIGHT_TO_LEFT.isdisjoint(map(bidirectional, text)):
        return text
    return f"\u2068{text}\u2069"


def format_plain_name(name: str) -> str:
    """Return *name* like `format_name`, but not escaped."""
    return unescape(format_name(name))


def cut(text: str, most: int) -> str:
    """Return *text*, shortened to *most* characters if it's longer."""
    return text if len(text) <= most else text[: most - 1] + "…"


def name_person(user: str, names: Mapping[str, str]) -> str:
    """Return the name of *user*, escaped; `somebody` for a user without a name."""
    return format_name(find_name(user, names))


def find_name(target: str, names: Mapping[str, str]) -> str:
    """Return the name of *target*; for a thing without one, its key.

    A Slack id is never shown as a name: a user without a name is `somebody`.
    """
    named = names.get(target, "")
    if format_name(named):
        return named
    return say("somebody") if _ID.fullmatch(target) else target.removeprefix(THING)


def escape(text: str) -> str:
    """Return *text* escaped for mrkdwn, so that Slack shows it literally."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_line(text: str) -> str:
    """Return *text* of any length on one line, escaped."""
    return escape(_UNSHOWN.sub(" ", text))


def quote(text: str) -> str:
    """Return the escaped *text* in quotation marks; empty text stays empty."""
    return say("quoted", text=isolate(text)) if text else ""


def add_reason(text: str, reason: str) -> str:
    """Return *text* followed by a quoted *reason*, if there is one."""
    return say("with-reason", text=text, reason=reason) if reason else text


def format_number(count: int) -> str:
    """Return `7`, `1,234` or `-1,234`."""
    # fast path: small numbers are the same in every language
    return str(count) if 0 <= count < 1000 else _format_number(count, get_locale())


@lru_cache(_KEPT)
def _format_number(count: int, language: Locale) -> str:
    return format_decimal(count, locale=language)


def format_signed(count: int) -> str:
    """Return `+1` or `-2`, the same in every language."""
    return f"{count:+d}"


def format_points(count: int) -> str:
    """Return `1 point`, `3 points` or `-1 point`."""
    return _format_points(count, get_language())


@lru_cache(_KEPT)
def _format_points(count: int, _spoken: str) -> str:
    return say("points", count=count)


def format_ordinal(number: int) -> str:
    """Return `1st`, `2nd`, `3rd`, `4th`, `11th`, `112th`."""
    return say("ordinal", number=number)


def strip_marks(text: str) -> str:
    """Return *text* without mrkdwn dates and backticks, for plain text."""
    return _DATE_MARK.sub(r"\1", text).replace("`", "")


def format_moment(at: datetime, shown_as: str, otherwise: str = "%Y-%m-%d %H:%M") -> str:
    """Return the time *at*, which Slack shows as *shown_as* in each reader's time zone.

    Where it can't, such as in notifications, the time is in UTC, in the format *otherwise*.
    """
    return f"<!date^{int(at.timestamp())}^{shown_as}|{at:{otherwise}} UTC>"


def join_words(words: Sequence[str]) -> str:
    """Return one or more *words* as a list: `a`, `a and b`, `a, b and c`."""
    if len(words) == 1:
        return words[0]
    return say("both", first=", ".join(words[:-1]), last=words[-1])


def join_first(words: Sequence[str], most: int) -> str:
    """Return *words* as a list; of more than *most*, the first ones: `a, b, and 7 more`."""
    more = len(words) - most
    if more <= 0:
        return join_words(words)
    return say("listed-more", listed=", ".join(words[:most]), count=more)


def format_month(day: date) -> str:
    """Return the month of *day*: `November 2026`."""
    names = get_locale().months["stand-alone"]["wide"]
    return say("month", month=names[day.month], year=str(day.year))


def format_dates(first: date, last: date) -> str:
    """Return a range of dates with the year: `16–22 November 2026`, `20 November 2026`."""
    until = _format_date(last)
    if first == last:
        return until
    if (first.year, first.month) == (last.year, last.month):
        return say("days-of-month", day=first.day, until=until)
    since = _format_day(first) if first.year == last.year else _format_date(first)
    return say("days", since=since, until=until)


def format_days(first: date, last: date) -> str:
    """Return a range of about a week, without the year: `16–22 November`."""
    until = _format_day(last)
    if first.month == last.month:
        return say("days-of-month", day=first.day, until=until)
    return say("days", since=_format_day(first), until=until)


def _format_date(day: date) -> str:
    return say("date", day=day.day, month=_format_month_name(day), year=str(day.year))


def _format_day(day: date) -> str:
    return say("day", day=day.day, month=_format_month_name(day))


def _format_month_name(day: date) -> str:
    return str(get_locale().months["format"]["wide"][day.month])
