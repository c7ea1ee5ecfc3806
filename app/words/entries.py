"""Wording of ledger entries: who gave what to whom, why, where and when."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from app.core.ledger import LedgerEntry
from app.core.message import TIMESTAMP
from app.words.catalog import say
from app.words.text import (
    add_reason,
    escape,
    escape_line,
    find_name,
    format_moment,
    format_name,
    format_points,
    format_signed,
    quote,
)
from app.words.usage import restore_mentions
from app.words.votes import replace_mentions

_LONGEST_REASON: Final = 498


def format_entry(
    entry: LedgerEntry,
    about: Collection[str],
    names: Mapping[str, str],
    *,
    readers: Collection[str] = (),
    pattern: str = "",
) -> str:
    """Return an entry as text: `+2 from Ann: "the docs" (edited)`.

    *about* are the accounts whose history it's part of; if empty, both sides are named. *readers*
    are those of the person who sees it, addressed as `you`. What matches the regular expression
    *pattern* is bold.
    """
    if not entry.channel:
        return _format_special_entry(entry, names)
    text = (
        f"{format_signed(entry.points or entry.was)} {_format_sides(entry, about, names, readers)}"
    )
    if not entry.points:
        return say("karma-entry-withdrawn", vote=text)
    text = add_reason(text, format_reason(entry.reason or "", names, pattern))
    if entry.factor > 1 and entry.points > 0:
        text = say("karma-entry-boosted", vote=text, factor=entry.factor)
    return say("karma-entry-edited", vote=text) if entry.edited else text


def _format_special_entry(entry: LedgerEntry, names: Mapping[str, str]) -> str:
    """Describe an entry without a message: an import, an adjustment, or a sum of archived votes."""
    count = format_points(entry.points or entry.was)
    if entry.kind == "archive":
        return say("karma-archived", points=count)
    if entry.kind == "adjust":
        given = say("admin-entry-adjusted", given=format_signed(entry.points))
        return add_reason(given, format_reason(entry.reason or "", names))
    return say("karma-imported" if entry.points else "karma-imported-withdrawn", points=count)


def _format_sides(
    entry: LedgerEntry, about: Collection[str], names: Mapping[str, str], readers: Collection[str]
) -> str:
    if about:
        is_received = entry.target in about
        return (
            _format_giver(entry.voter, names, readers)
            if is_received
            else _format_target(entry.target, names, readers)
        )
    giver = _format_giver(entry.voter, names, readers)
    return f"{giver} {_format_target(entry.target, names, readers)}"


def _format_giver(giver: str, names: Mapping[str, str], readers: Collection[str]) -> str:
    if not giver:
        return say("karma-from-someone")
    if giver in readers:
        return say("karma-from-you")
    return say("karma-from", name=format_name(find_name(giver, names)))


def _format_target(target: str, names: Mapping[str, str], readers: Collection[str]) -> str:
    if target in readers:
        return say("karma-to-you")
    return say("karma-to", name=format_name(find_name(target, names)))


def format_reason(text: str, names: Mapping[str, str], pattern: str = "") -> str:
    """Return a reason in quotation marks, with names for mentions, in at most 500 characters.

    Empty if nothing of it can be shown.
    """

    def format_text(piece: str) -> str:
        return _emphasize(piece, pattern) if pattern else escape_line(piece)

    whole = replace_mentions(text, names, format_text)
    if len(whole) <= _LONGEST_REASON:
        return quote(whole) if whole else ""
    return quote(escape_line(restore_mentions(text)[:80]).strip() + "…")


def _emphasize(text: str, pattern: str) -> str:
    """Return *text*, escaped, with matches of the regular expression *pattern* in bold."""
    pieces = re.split(f"({pattern})", text, flags=re.IGNORECASE)
    return "".join(
        f"*{escape_line(p)}*" if at % 2 else escape_line(p) for at, p in enumerate(pieces)
    )


def build_pattern(words: str, prefix: str) -> str:
    """Return a regular expression for the words of a search and words that begin with *prefix*.

    Empty if there is neither.
    """
    excluded = re.sub(r"(?:^|\s)-(?:\"[^\"]*\"?|\S+)", " ", words)
    whole = [re.escape(w) for w in re.findall(r"\w+", excluded) if w.casefold() != "or"]
    prefixes = [rf"{re.escape(prefix)}\w*"] if prefix else []
    return rf"(?<!\w)(?:{'|'.join(whole + prefixes)})(?!\w)" if whole or prefixes else ""


def describe_place(entry: LedgerEntry) -> str:
    """Return where a vote was given; Slack shows the channel's name only to readers with access."""
    return say("karma-where", channel=f"<#{entry.channel}>") if entry.channel else ""


def describe_time(at: datetime) -> str:
    """Return a time that Slack shows in each reader's time zone."""
    shown_as = say("karma-when", day="{date_short_pretty}", time="{time}")
    return format_moment(at, shown_as)


def format_link(address: str, entry: LedgerEntry) -> str:
    """Return a link to the vote's message; empty without a message or a workspace *address*."""
    if not (address and entry.channel and TIMESTAMP.fullmatch(entry.ts)):
        return ""
    path = f"archives/{entry.channel}/p{entry.ts.replace('.', '')}"
    return f"<{escape(address)}{path}|{say('karma-open')}>"
