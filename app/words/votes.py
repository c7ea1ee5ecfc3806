"""What is said of votes: what they came to, and what a score is."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
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
_GIVEN_BY_WORKFLOW: Final = Phrase("vote-given-by-workflow")
_WITHDRAWN: Final = Phrase("vote-withdrawn")
_SCORE: Final = Phrase("score")
_GROUP: Final = Phrase("the-group")
_WHY: Final = Phrase("votes-why")
_MORE: Final = Phrase("votes-more")

MOST_REPEATED: Final = 3
"""Votes of one reason that tell it each; for more of them it is said once."""
_SPARE: Final = 60
"""Characters kept for telling that there are more."""


def format_votes(votes: Sequence[CountedVote], names: Mapping[str, str], room: int) -> str:
    """Say what the votes of a message came to, a line each, in about *room* characters.

    A reason that many share is said once, below them; what does not fit is only counted.
    """
    below = _say_shared_reason(votes, names)
    if below:
        votes = [replace(vote, reason=None) for vote in votes]
    below = below if len(below) + _SPARE < room else ""
    lines, left = list[str](), room - len(below) - _SPARE
    for vote in votes:
        line = _format_short(vote, names, left)
        left -= len(line) + 1
        if left < 0:
            break
        lines.append(line)
    more = len(votes) - len(lines)
    return "\n".join([*lines, *([_MORE(count=more)] if more else []), *([below] if below else [])])


def _say_shared_reason(votes: Sequence[CountedVote], names: Mapping[str, str]) -> str:
    """Return the reason that so many votes have that it is said once; empty where there is none."""
    standing = [vote for vote in votes if vote.points]
    reasons = {(vote.reason, vote.because) for vote in standing}
    if len(standing) <= MOST_REPEATED or len(reasons) > 1:
        return ""
    why = replace_mentions(standing[0].reason or "", names)
    return _WHY(because=standing[0].because or "for", reason=why) if why else ""


def _format_short(vote: CountedVote, names: Mapping[str, str], room: int) -> str:
    """Say what *vote* came to, without its reason where names make that longer than *room*."""
    line = format_vote(vote, names)
    return line if len(line) <= room else format_vote(replace(vote, reason=None), names)


def format_vote(vote: CountedVote, names: Mapping[str, str]) -> str:
    """Say what a vote came to: `Bob has 3 points (+1 for the docs)`."""
    name = format_name(names.get(vote.target, vote.target))
    if not vote.points:
        return _WITHDRAWN(name=name, count=vote.score, given=format_signed(vote.was))
    given = format_signed(vote.points)
    if vote.by:
        say = _GIVEN_BY_WORKFLOW if vote.by_workflow else _GIVEN_BY
        given = say(given=given, giver=format_name(names.get(vote.by, vote.by)))
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
