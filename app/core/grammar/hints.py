"""Finds failed attempts at votes, so that people can be told what to type instead."""

import re
from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import Final

from app.core.grammar.operators import find_currency, has_signs
from app.core.grammar.tokens import EMOJI, GROUP, OPAQUE, USER, Lines


class HintKind(StrEnum):
    """What a person wrote, and so which hint they get."""

    BROADCAST = "broadcast"
    """`@here++`: a vote for everyone."""
    CHANNEL = "channel"
    """`#dev++`: a vote for a channel, or for a thing that Slack linked to one."""
    BEFORE = "before"
    """`++ @bob`, `++ to @bob`: the operator before the target."""
    PLUS_ONE = "plus_one"
    """`@bob +1`, `@bob 5++`, `@bobさん++`, `@bob ++thanks`, `@bob thanks ++`, `@bob += 1.5` and the
    like, or a line `+1 @bob`.
    """
    THREAD = "thread"
    """`++ well done` in a thread: words after the operator that aren't a reason."""
    UNPICKED = "unpicked"
    """`@bob ++`, `@mia lind++`: a name after an @ that wasn't picked from Slack's list."""
    SLIP = "slip"
    """`@bobb++`: a near miss of somebody's name."""
    CURRENCY = "currency"
    """`thanks @bob! :taco:`: an emoji that counts like `++`, but not right after the mention."""
    FIRST_VOTE = "first_vote"


_BROADCASTS: Final = frozenset({"@here", "@channel", "@everyone"})
_CHANNEL: Final = re.compile(r"<#[A-Z0-9]+>")
_NO_TARGET: Final = re.compile(rf"[{OPAQUE}](?:\s*\+{{2,}}|--)(?![\w+=-])")
_IN_THREAD: Final = re.compile(rf"\s*\+{{2,}}\s+[^\W\d_][^{USER}{OPAQUE}]{{0,79}}")
_UNPICKED: Final = re.compile(
    r"(?<!\S)[(\[]?@(?P<name>[^\W\d_][\w .'’-]{0,60}?)[)\]]?[:,]?\s*\+{2,}(?![\w+=-])"
)
_TO: Final = r"(?:to\s+|for\s+|an\s+|für\s+)?"
_BEFORE: Final = re.compile(rf"(?:^|(?<=\s))\+{{2,}}\s*{_TO}(?P<user>[{USER}])")
_HONORIFIC: Final = "\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af"
_PLUS_ONE: Final = re.compile(
    rf"(?P<user>[{USER}])[:,]?\s*(?:\+{{2,}}[^\W\d_]|\+\s?1(?=[\s.,!)]|$)(?!\s*[0-9])"
    r"|\+\+[1-9][0-9]?(?=[\s.,!)]|$)|\+=|(?:\+\s?[2-9]|\+(?:\s\+)+|\uff0b{2,})[\s.!]*$"
    rf"|(?:[1-9]|[{_HONORIFIC}]{{1,4}})\s?\+{{2,}}(?![\w+=-]))"
    rf"|(?P<thanked>[{USER}])[:,]?\s[^{USER}{GROUP}{OPAQUE}?]{{0,60}}[^\W\d_]{{2,40}}[,.!]?\s"
    rf"\+{{2,}}[\s.!{EMOJI}]*$"
    rf"|^\s*\+\s?1\s+{_TO}(?P<behind>[{USER}])[\s.!]*$"
)
_ONLY_EMOJI: Final = re.compile(rf"[\s{EMOJI}.!]*")


def find_hint(lines: Lines, *, in_thread: bool = False) -> tuple[HintKind, str] | None:
    """Return the hint for a message, with the id of the person it names ('' if none), or None.

    Call it only for messages without votes. *in_thread* says that the message is a reply.
    """
    if in_thread and len(lines.lines) == 1 and _IN_THREAD.fullmatch(lines.lines[0]):
        return HintKind.THREAD, ""
    if not lines.atoms.values:
        return None
    for line in lines.lines:
        if has_signs(line) and (found := _find_signs(line, lines)):
            return found
        if named := _PLUS_ONE.search(line):
            user = named["user"] or named["thanked"] or named["behind"]
            return HintKind.PLUS_ONE, lines.atoms.values[user][1]
    return None


def _find_signs(line: str, lines: Lines) -> tuple[HintKind, str] | None:
    for match in _NO_TARGET.finditer(line):
        value = lines.atoms.values[match[0][0]][1]
        if value in _BROADCASTS:
            return HintKind.BROADCAST, ""
        if _CHANNEL.fullmatch(value):
            return HintKind.CHANNEL, ""
    named = _BEFORE.search(line)
    return (HintKind.BEFORE, lines.atoms.values[named["user"]][1]) if named else None


def find_stray_currency(lines: Lines, currency: Collection[str]) -> tuple[str, str] | None:
    """Return the person on a line that begins or ends with an emoji of *currency*, and that emoji.

    The emoji may also have a line of its own. None if there's none; among other words, or in a
    question, such an emoji is just talk. Call it only for messages without votes.
    """
    marks = find_currency(lines, currency) if currency else ""
    for line in _join_emoji(lines) if marks else ():
        named = re.search(f"[{USER}]", line)
        # Each run of emoji is tried once, from its start: a line may have thousands.
        end = rf"[\s{EMOJI}.!)]"
        emoji = re.search(rf"^\W*?([{marks}])|(?<!{end})(?>{end}*?([{marks}])){end}*+$", line)
        if named and emoji and "?" not in line:
            return lines.atoms.values[named[0]][1], lines.atoms.values[emoji[1] or emoji[2]][1]
    return None


def _join_emoji(lines: Lines) -> Iterator[str]:
    """Yield the lines, each with the lines below it that are only emoji."""
    whole = ""
    for line in lines.lines:
        if whole and _ONLY_EMOJI.fullmatch(line):
            whole += line
        else:
            yield whole
            whole = line
    yield whole


def find_typed_names(lines: Lines) -> list[str]:
    """Return the names typed after an @ that the message seems to give points to.

    A single word that touches its `++` is left out: it was parsed as a vote.
    """
    found = (_UNPICKED.search(line) for line in lines.lines if "@" in line)
    return [
        match["name"].strip()
        for match in found
        if match and (" " in match["name"] or match.string[match.end("name")] != "+")
    ]
