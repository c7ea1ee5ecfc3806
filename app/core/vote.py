"""The vote: what the parser finds, the rules judge and the store keeps; each target has one."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

GROUP: Final = "group:"
THING: Final = "thing:"

_ALIKE: Final = str.maketrans("’‘‐‑", "''--")
"""What phones and typesetting make of the apostrophe and the hyphen."""

# A key stands in indexes, whose rows PostgreSQL holds to about 2,700 bytes.
MAX_KEY_BYTES: Final = 2000

MOST_SCORE: Final = 10**15
"""The greatest score, either way, that anything but votes may bring somebody to.

No number of votes comes from there to what 64 bits hold.
"""

_FIRST_MILESTONES: Final = (10, 50)
_MILESTONE_STEPS: Final = (100, 250, 500)
"""The scores that are worth a word: 10, 50, 100, 250, 500, 1,000, 2,500 and so on."""


@dataclass(frozen=True, slots=True)
class Vote:
    """Points for one target, with the reason that was given."""

    target: str
    """A Slack user id, `thing:` and the thing's key, or (before expansion) `group:` and its id."""
    points: int
    reason: str | None = None
    because: str | None = None
    """The word that led to the reason, as typed: `for`, `because`, …"""
    spelling: str = ""
    """How a thing was written, for showing it; empty for people."""
    handle: str = ""
    """What a thing was typed as, casefolded, where it may be meant for a person."""
    has_at: bool = field(default=False, compare=False)
    """Whether it was typed after an @."""
    is_cut: bool = field(default=False, compare=False)
    """Whether more points were written than one message may give."""
    joins_thread: bool = field(default=False, compare=False)
    """Whether it is an operator alone in a thread: a vote for whoever began it, or, where that
    first message gave points itself, for those who got them."""


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """What a message says in the grammar's terms: its votes, or the score it asks for."""

    votes: tuple[Vote, ...] = ()
    query: str | None = None
    """The target whose score the whole message asks for (`@bob==`)."""
    spelling: str = ""
    """How the query's thing was written."""
    asks_bare: bool = False
    """Whether the query's thing is a bare word, which may be no question at all."""

    @property
    def joining(self) -> Vote | None:
        """The operator that the whole message is, alone in a thread."""
        return next((vote for vote in self.votes if vote.joins_thread), None)


def build_thing_id(name: str) -> str | None:
    """Return the target id of the thing called *name*, or None when it cannot be a key.

    The key is NFC, casefolded, with white space folded and one kind of apostrophe and of hyphen
    (docs/use/grammar.md).
    """
    key = " ".join(_normalize(_normalize(name).casefold()).translate(_ALIKE).split())
    return THING + key if key and len(key.encode()) <= MAX_KEY_BYTES else None


def _normalize(text: str) -> str:
    return unicodedata.normalize("NFC", text)


class ScoreLimitError(Exception):
    """A score would be larger than scores may be; nothing was stored."""


def require_score(before: int, after: int) -> None:
    """Raise ScoreLimitError if *after* is beyond MOST_SCORE, and farther from 0 than *before*."""
    if abs(after) > max(MOST_SCORE, abs(before)):
        raise ScoreLimitError


def is_thing(target: str) -> bool:
    """Tell whether *target* is a thing, not a person."""
    return target.startswith(THING)


def list_groups(votes: Sequence[Vote]) -> list[str]:
    """Return the ids of the groups that *votes* name, each once."""
    return list(dict.fromkeys(v.target.removeprefix(GROUP) for v in votes if _is_group(v)))


def tally(
    votes: Sequence[Vote], members: Mapping[str, Sequence[str]], max_points: int
) -> tuple[Vote, ...]:
    """Return one vote per target, in order of mention, each held to ± *max_points*.

    *members* holds the members of each group in *votes*. The same target twice: the points are
    summed, the first reason given stays. A sum of 0 isn't a vote (docs/use/grammar.md).
    """
    summed: dict[str, Vote] = {}
    for vote in votes:
        given = _limit(vote, max_points)
        for target in _expand_targets(vote, members):
            summed[target] = _add_vote(summed.get(target), replace(given, target=target))
    return tuple(_limit(v, max_points) for v in summed.values() if v.points)


def _expand_targets(vote: Vote, members: Mapping[str, Sequence[str]]) -> Sequence[str]:
    return members[vote.target.removeprefix(GROUP)] if _is_group(vote) else (vote.target,)


def _is_group(vote: Vote) -> bool:
    return vote.target.startswith(GROUP)


def _add_vote(before: Vote | None, vote: Vote) -> Vote:
    if before is None:
        return vote
    told = before if before.reason else vote
    spelling = vote.spelling or before.spelling
    is_cut = before.is_cut or vote.is_cut
    return replace(told, points=before.points + vote.points, spelling=spelling, is_cut=is_cut)


def _limit(vote: Vote, most: int) -> Vote:
    """Return *vote*, held to ± *most*."""
    points = max(-most, min(most, vote.points))
    was_cut = points != vote.points or (vote.is_cut and abs(points) == most)
    return (
        vote
        if was_cut == vote.is_cut and points == vote.points
        else replace(vote, points=points, is_cut=was_cut)
    )


def find_milestone(before: int, after: int) -> int | None:
    """Return the highest milestone that a score reaches which was *before* and is *after* now."""
    reached = [one for one in _FIRST_MILESTONES if before < one <= after]
    scale = 1
    while _MILESTONE_STEPS[0] * scale <= after:
        reached += [step * scale for step in _MILESTONE_STEPS if before < step * scale <= after]
        scale *= 10
    return reached[-1] if reached else None
