"""The vote, found by the parser, judged by the rules and kept by the store; one per target."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

GROUP: Final = "group:"
THING: Final = "thing:"

_ALIKE: Final = str.maketrans("’‘‐‑", "''--")
"""The forms that phones and typesetting give the apostrophe and the hyphen."""

# Keys are indexed, and PostgreSQL limits index rows to about 2,700 bytes.
MAX_KEY_BYTES: Final = 2000

MOST_SCORE: Final = 10**15
"""The greatest score, positive or negative, that anything but votes may produce.

From there, no number of votes can reach the limit of 64 bits.
"""

_FIRST_MILESTONES: Final = (10, 50)
_MILESTONE_STEPS: Final = (100, 250, 500)
"""The scores to celebrate: 10, 50, 100, 250, 500, 1,000, 2,500 and so on."""


@dataclass(frozen=True, slots=True)
class Vote:
    """Points for one target, with the reason given."""

    target: str
    """A Slack user id, `thing:` and the thing's key, or (before expansion) `group:` and its id."""
    points: int
    reason: str | None = None
    because: str | None = None
    """The word that introduced the reason: `for`, `because`, …"""
    spelling: str = ""
    """A thing as it was written, for display; empty for people."""
    handle: str = ""
    """A thing's name as typed, casefolded, if it may mean a person."""
    has_at: bool = field(default=False, compare=False)
    """Whether the thing was typed after an @."""
    is_cut: bool = field(default=False, compare=False)
    """Whether more points were written than one message may give."""
    joins_thread: bool = field(default=False, compare=False)
    """Whether it's an operator alone in a thread: a vote for the thread's author, or, if the
    thread's first message gave points itself, for the people who got them."""


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """A parsed message: its votes, or the score it asks for."""

    votes: tuple[Vote, ...] = ()
    query: str | None = None
    """The target whose score the whole message asks for (`@bob==`)."""
    spelling: str = ""
    """The query's thing as it was written."""
    asks_bare: bool = False
    """Whether the query's thing is a bare word, which may not be a question at all."""

    @property
    def joining(self) -> Vote | None:
        """The vote of a message that is just an operator in a thread, or None."""
        return next((vote for vote in self.votes if vote.joins_thread), None)


def build_thing_id(name: str) -> str | None:
    """Return the target id of the thing called *name*, or None if it can't be a key.

    The key is NFC and casefolded, with white space, apostrophes and hyphens normalized
    (docs/use/grammar.md).
    """
    key = " ".join(_normalize(_normalize(name).casefold()).translate(_ALIKE).split())
    return THING + key if key and len(key.encode()) <= MAX_KEY_BYTES else None


def _normalize(text: str) -> str:
    return unicodedata.normalize("NFC", text)


class ScoreLimitError(Exception):
    """A score would exceed the limit; nothing was stored."""


def require_score(before: int, after: int) -> None:
    """Raise ScoreLimitError if *after* exceeds MOST_SCORE and is farther from 0 than *before*."""
    if abs(after) > max(MOST_SCORE, abs(before)):
        raise ScoreLimitError


def is_thing(target: str) -> bool:
    """Return whether *target* is a thing, not a person."""
    return target.startswith(THING)


def list_groups(votes: Sequence[Vote]) -> list[str]:
    """Return the ids of the groups that *votes* name, without duplicates."""
    return list(dict.fromkeys(v.target.removeprefix(GROUP) for v in votes if _is_group(v)))


def tally(
    votes: Sequence[Vote], members: Mapping[str, Sequence[str]], max_points: int
) -> tuple[Vote, ...]:
    """Return one vote per target, in order of mention, each limited to ± *max_points*.

    *members* maps each group in *votes* to its members. Votes for the same target are summed and
    keep the first reason given; a sum of 0 isn't a vote (docs/use/grammar.md).
    """
    summed: dict[str, Vote] = {}
    for vote in votes:
        limited = _limit(vote, max_points)
        for target in _expand_targets(vote, members):
            summed[target] = _add_vote(summed.get(target), replace(limited, target=target))
    return tuple(_limit(v, max_points) for v in summed.values() if v.points)


def _expand_targets(vote: Vote, members: Mapping[str, Sequence[str]]) -> Sequence[str]:
    return members[vote.target.removeprefix(GROUP)] if _is_group(vote) else (vote.target,)


def _is_group(vote: Vote) -> bool:
    return vote.target.startswith(GROUP)


def _add_vote(before: Vote | None, vote: Vote) -> Vote:
    if before is None:
        return vote
    base = before if before.reason else vote
    spelling = vote.spelling or before.spelling
    is_cut = before.is_cut or vote.is_cut
    return replace(base, points=before.points + vote.points, spelling=spelling, is_cut=is_cut)


def _limit(vote: Vote, most: int) -> Vote:
    """Return *vote* limited to ± *most* points, with `is_cut` set accordingly."""
    points = max(-most, min(most, vote.points))
    was_cut = points != vote.points or (vote.is_cut and abs(points) == most)
    return replace(vote, points=points, is_cut=was_cut)


def find_milestone(before: int, after: int) -> int | None:
    """Return the highest milestone that a score reaches going from *before* to *after*, or None."""
    reached = [one for one in _FIRST_MILESTONES if before < one <= after]
    scale = 1
    while _MILESTONE_STEPS[0] * scale <= after:
        reached += [step * scale for step in _MILESTONE_STEPS if before < step * scale <= after]
        scale *= 10
    return reached[-1] if reached else None
