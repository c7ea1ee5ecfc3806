"""Wording of votes and scores."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Final

from app.core.replies import CountedVote
from app.core.vote import THING, find_milestone, is_thing
from app.words.catalog import Phrase, say
from app.words.text import (
    add_reason,
    escape_line,
    format_name,
    format_signed,
    join_first,
    name_person,
    quote,
)

_MENTION: Final = re.compile(
    r"<(?:@(?P<user>[A-Z0-9]+)|!subteam\^[A-Z0-9]+|(?P<channel>#[A-Z0-9]+))>"
)
_LOOSE_END: Final = re.compile(r"(?P<emoji>:[a-z0-9_+'-]+:)?(?:[\s,;:&]|\band\b)*$")
"""Separators between a reason and the text after it; an emoji's colon isn't one."""

_EMOJI: Final = re.compile(r":[^\s:]+:")

MOST_REPEATED: Final = 3
"""Up to this many votes repeat a shared reason; with more, it's given once."""
_MOST_NOTED: Final = 25
"""Maximum number of targets named where replies contain no scores."""
_SPARE: Final = 60
"""Characters reserved for the number of further votes."""


def format_votes(
    votes: Sequence[CountedVote], names: Mapping[str, str], room: int, *, milestones: bool = False
) -> str:
    """Return the results of a message's votes, one line each, in about *room* characters.

    With *milestones*, a score that reaches one is celebrated. A reason that many votes share is
    given once below them. Votes that don't fit are only counted.
    """
    below = _say_shared_reason(votes, names)
    if below:
        votes = [replace(vote, reason=None) for vote in votes]
    below = below if len(below) + _SPARE < room else ""
    lines, left = list[str](), room - len(below) - _SPARE
    for vote in votes:
        line = _format_short(vote, names, left, milestones=milestones)
        left -= len(line) + 1
        if left < 0:
            break
        lines.append(line)
    more = len(votes) - len(lines)
    rest = say("votes-more", count=more) if more else ""
    return "\n".join([*lines, *filter(None, [rest, below])])


def note_votes(
    votes: Sequence[CountedVote], names: Mapping[str, str], room: float = math.inf
) -> str:
    """Acknowledge votes without scores, in about *room* characters: `Thanks, noted for Bob`.

    Votes that don't fit are only counted.
    """
    kinds = {
        Phrase("noted"): [vote for vote in votes if vote.points > 0],
        Phrase("noted-minus"): [vote for vote in votes if vote.points < 0],
        Phrase("noted-undone"): [vote for vote in votes if not vote.points],
    }
    lines, left = list[str](), room - _SPARE
    for phrase, some in kinds.items():
        if some:
            lines.append(_name_targets(phrase, some, names, left))
            left -= len(lines[-1]) + 1
    return "\n".join(lines)


def _name_targets(
    phrase: Phrase, votes: Sequence[CountedVote], names: Mapping[str, str], room: float
) -> str:
    """Return *phrase* with the targets of *votes* that fit in *room*, or only their number."""
    targets = [name_target(vote.target, names) for vote in votes]
    fitting = sum(end <= room for end in accumulate(len(target) + 2 for target in targets))
    if not fitting:
        return say("votes-more", count=len(votes))
    return phrase(names=join_first(targets, min(fitting, _MOST_NOTED)))


def _say_shared_reason(votes: Sequence[CountedVote], names: Mapping[str, str]) -> str:
    """Return the reason if enough votes share it to give it once; otherwise empty."""
    standing = [vote for vote in votes if vote.points]
    reasons = {(vote.reason, vote.because) for vote in standing}
    if len(standing) <= MOST_REPEATED or len(reasons) > 1:
        return ""
    why = replace_mentions(standing[0].reason or "", names)
    if not (why and standing[0].because):
        return quote(why)
    return say("votes-why", because=standing[0].because, reason=why)


def _format_short(
    vote: CountedVote, names: Mapping[str, str], room: int, *, milestones: bool
) -> str:
    """Return the result of *vote*, without its reason if it wouldn't fit in *room*."""
    line = format_vote(vote, names, milestones=milestones)
    if len(line) <= room:
        return line
    return format_vote(replace(vote, reason=None), names, milestones=milestones)


def format_vote(vote: CountedVote, names: Mapping[str, str], *, milestones: bool = False) -> str:
    """Return the result of a vote: `Bob has 3 points (+1 for the docs)`.

    A reason without a word like `for` is quoted: `Bob has 3 points (+1: "great work")`. With
    *milestones*, a score that reaches one is celebrated: `Bob has 100 points :tada: (+1)`.
    """
    if vote.score is None:
        return note_votes([vote], names)
    name = name_target(vote.target, names)
    if not vote.points:
        was = format_signed(vote.was)
        return say("vote-withdrawn", name=name, count=vote.score, given=was, event="none")
    given = format_signed(vote.points)
    reached = milestones and find_milestone(vote.score - vote.points, vote.score)
    event = "milestone" if reached else "none"
    if vote.by:
        name_giver = Phrase("vote-given-by-workflow" if vote.by_workflow else "vote-given-by")
        given = name_giver(given=given, giver=name_person(vote.by, names))
    why = replace_mentions(vote.reason, names) if vote.reason else ""
    notes = (say("vote-cut") if vote.is_cut else "") + _describe_boost(vote)
    score: dict[str, str | int] = {"name": name, "count": vote.score, "event": event}
    if why and vote.because:
        because = {"because": vote.because, "reason": why}
        return say("vote-for", **score, given=given, **because, notes=notes)
    return say("vote", **score, given=add_reason(given, quote(why)), notes=notes)


def _describe_boost(vote: CountedVote) -> str:
    """Note that a boost multiplied the points; empty without a boost, and for minus."""
    return say("vote-boosted", factor=vote.factor) if vote.factor > 1 and vote.points > 0 else ""


def format_score(target: str, count: int, names: Mapping[str, str]) -> str:
    """Return the score of a person or thing: `Bob has 3 points`, `the thing "DB" has 1 point`."""
    return say("score", name=name_target(target, names), count=count, event="none")


def name_target(target: str, names: Mapping[str, str]) -> str:
    """Return the name of *target*; for a thing, it says that it's a thing.

    An emoji needs no such note.
    """
    if not is_thing(target):
        return name_person(target, names)
    name = format_name(names.get(target, "")) or format_name(target.removeprefix(THING))
    return name if _EMOJI.fullmatch(name) else say("thing", name=name)


def begin_with_target(target: str, name: str) -> str:
    """Return the *name* of *target* in the form that begins a sentence."""
    words = name_target(target, {target: name})
    return words[:1].upper() + words[1:] if is_thing(target) else words


def find_mentioned(reason: str) -> list[str]:
    """Return the ids of the people mentioned in *reason*."""
    return [m["user"] for m in _MENTION.finditer(reason) if m["user"]]


def replace_mentions(
    text: str, names: Mapping[str, str], format_text: Callable[[str], str] = escape_line
) -> str:
    """Return the reason *text* with names instead of mentions, which would notify people again.

    *format_text* escapes the text between them.
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
        return name_person(match["user"], names)
    return match[0] if match["channel"] else say("the-group")
