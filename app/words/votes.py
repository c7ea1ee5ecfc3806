"""What is said of votes: what they came to, and what a score is."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from app.core.replies import CountedVote
from app.words.catalogue import Phrase
from app.words.text import escape_line, format_name, format_signed

_MENTION: Final = re.compile(
    r"<(?:@(?P<user>[A-Z0-9]+)|!subteam\^[A-Z0-9]+|(?P<channel>#[A-Z0-9]+))>"
)
_LOOSE_END: Final = re.compile(r"(?P<emoji>:[a-z0-9_+'-]+:)?(?:[\s,;:&]|\band\b)*$")
"""What joins a reason to what followed; the colon of an emoji is its own."""

_VOTE: Final = Phrase("vote")
_VOTE_FOR: Final = Phrase("vote-for")
_GIVEN_BY: Final = Phrase("vote-given-by")
_WITHDRAWN: Final = Phrase("vote-withdrawn")
_SCORE: Final = Phrase("score")
_GROUP: Final = Phrase("the-group")


def format_vote(vote: CountedVote, names: Mapping[str, str]) -> str:
    """Say what a vote came to: `Bob has 3 points (+1 for the docs)`."""
    name = format_name(names.get(vote.target, vote.target))
    if not vote.points:
        return _WITHDRAWN(name=name, count=vote.score, given=format_signed(vote.was))
    given = format_signed(vote.points)
    if vote.by:
        given = _GIVEN_BY(given=given, giver=format_name(names.get(vote.by, vote.by)))
    why = replace_mentions(vote.reason, names) if vote.reason else ""
    if not why:
        return _VOTE(name=name, count=vote.score, given=given)
    because = vote.because or "for"
    return _VOTE_FOR(name=name, count=vote.score, given=given, because=because, reason=why)


def format_score(target: str, count: int, names: Mapping[str, str]) -> str:
    """Say what somebody has: `Bob has 3 points`."""
    return _SCORE(name=format_name(names.get(target, target)), count=count)


def find_mentioned(reason: str) -> list[str]:
    """Return the ids of the people that *reason* mentions."""
    return [m["user"] for m in _MENTION.finditer(reason) if m["user"]]


def replace_mentions(
    text: str, names: Mapping[str, str], format_text: Callable[[str], str] = escape_line
) -> str:
    """Return the reason *text* with names instead of mentions, so that nobody is pinged twice.

    What stands between them is shown as *format_text* has it, which escapes it.
    """
    text = _LOOSE_END.sub(r"\g<emoji>", text)
    pieces, end = [], 0
    for match in _MENTION.finditer(text):
        pieces.append(format_text(text[end : match.start()]))
        pieces.append(_format_mention(match, names))
        end = match.end()
    pieces.append(format_text(text[end:]))
    return "".join(pieces).strip()


def _format_mention(match: re.Match[str], names: Mapping[str, str]) -> str:
    if match["user"]:
        return format_name(names.get(match["user"], match["user"]))
    return match[0] if match["channel"] else _GROUP()
