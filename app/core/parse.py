"""The vote grammar: what counts as a vote in a message, and what does not (GRAMMAR.md)."""

import re
from typing import Final

from app.core.candidates import CLOSING, MAX_OPERATORS, Candidate, asked, candidates, operator_at
from app.core.settings import Settings
from app.core.tokens import EMOJI, Atoms, Lines
from app.core.vote import GROUP, Heard, Vote

MAX_REASON: Final = 200

Reason = tuple[str | None, str | None]
"""A reason and the word that led to it."""
NO_REASON: Final[Reason] = (None, None)

_CLOSED: Final = re.compile(rf"[\s{CLOSING}]*+")
_JOINED: Final = re.compile(rf"(?:[\s{CLOSING}&]|\band\b)*+")
_LED: Final = re.compile(rf"(?:[\s{CLOSING}&{EMOJI}]|\band\b)*+")
_ONLY_EMOJI: Final = re.compile(rf"[\s{EMOJI}]*+")
_REASON: Final = re.compile(
    r"(?P<because>for|because|cause|cuz|coz|as|since|due\s+to)\s++(?=\S)", re.IGNORECASE
)


def parse(lines: Lines, settings: Settings, thread_author: str | None = None) -> Heard:
    """Return the votes of a message in the order they stand, or the score it asks for.

    *thread_author* began the thread that the message replies to; None outside of threads.
    """
    votes: list[Vote] = []
    for line in lines.lines:
        votes += _votes(line, lines.atoms, settings) if len(votes) < MAX_OPERATORS else ()
    if votes or len(lines.lines) != 1:
        return Heard(tuple(votes))
    line = lines.lines[0].strip()
    if thread_author:
        return Heard(_bare_operator(line, lines.atoms, thread_author))
    return _query(line, lines.atoms, settings)


def _votes(line: str, atoms: Atoms, settings: Settings) -> list[Vote]:
    """Return the votes of one line; each knows the next, so it is read from the right."""
    votes: list[Vote] = []
    following: int | None = None
    shared = NO_REASON
    for candidate in reversed(candidates(line, atoms, settings)):
        if not _counts(line, candidate, following):
            continue
        end = candidate.operator.end
        if not _joins(line, end, following):
            shared = _reason(line, end, following, atoms)
        votes[:0] = _given(candidate, *shared)
        following = candidate.item.start
    return votes


def _counts(line: str, candidate: Candidate, following: int | None) -> bool:
    operator = candidate.operator
    if not operator.strict:
        return True
    if operator.sign == "dash" and operator.start > candidate.item.end:
        return not line[operator.end :].strip()
    return _may_end_minus(line, operator.end, following)


def _may_end_minus(line: str, end: int, following: int | None) -> bool:
    """Tell whether what follows a dash is none of prose: GRAMMAR.md, section 3."""
    rest = _end(_CLOSED, line, end)
    if _REASON.match(line, rest) or _end(_ONLY_EMOJI, line, rest) == len(line):
        return True
    # What leads to the next vote may hold emoji, one of which may be that vote's target.
    return following is not None and _end(_LED, line[:following], rest) == following


def _joins(line: str, end: int, following: int | None) -> bool:
    return following is not None and _end(_JOINED, line[:following], end) == following


def _reason(
    line: str, end: int, following: int | None, atoms: Atoms
) -> tuple[str | None, str | None]:
    match = _REASON.match(line, _end(_CLOSED, line, end))
    if match is None:
        return NO_REASON
    reason = atoms.plain(line[match.end() : following]).strip()[:MAX_REASON].strip()
    return (reason, " ".join(match["because"].lower().split())) if reason else NO_REASON


def _end(pattern: re.Pattern[str], line: str, at: int) -> int:
    match = pattern.match(line, at)
    return match.end() if match else at


def _given(candidate: Candidate, reason: str | None, because: str | None) -> list[Vote]:
    points = candidate.operator.points
    return [Vote(t, points, reason, because, said) for t, said in candidate.item.targets]


def _bare_operator(line: str, atoms: Atoms, author: str) -> tuple[Vote, ...]:
    operator = operator_at(line, 0)
    if operator is None:
        return ()
    reason, because = _reason(line, operator.end, None, atoms)
    if reason is None and _end(_CLOSED, line, operator.end) != len(line):
        return ()
    return (Vote(author, operator.points, reason, because),)


def _query(line: str, atoms: Atoms, settings: Settings) -> Heard:
    item = asked(line, atoms, settings)
    if item is None or len(item.targets) != 1 or item.targets[0][0].startswith(GROUP):
        return Heard()
    target, spelling = item.targets[0]
    return Heard(query=target, spelling=spelling)
