"""The vote grammar: what counts as a vote in a message, and what does not (GRAMMAR.md)."""

from itertools import islice

from app.core.grammar.candidates import MAX_OPERATORS, Candidate, asked, candidates, has_signs
from app.core.grammar.operators import operator_at
from app.core.grammar.reasons import (
    NO_REASON,
    Reason,
    only_closes,
    only_emoji,
    only_joins,
    reason_at,
)
from app.core.grammar.tokens import Atoms, Lines
from app.core.settings.definitions import Settings
from app.core.vote import GROUP, Heard, Vote


def parse(lines: Lines, settings: Settings, thread_author: str | None = None) -> Heard:
    """Return the votes of a message in the order they stand, or the score it asks for.

    *thread_author* began the thread that the message replies to; None outside of threads.
    """
    votes: list[Vote] = []
    for line in islice(filter(has_signs, lines.lines), MAX_OPERATORS):
        votes += _votes(line, lines.atoms, settings) if len(votes) < MAX_OPERATORS else ()
    if votes or len(lines.lines) != 1:
        return Heard(tuple(votes))
    line = lines.lines[0].strip()
    if thread_author and (vote := _bare_operator(line, lines.atoms, thread_author)):
        return Heard((vote,))
    return _query(line, lines.atoms, settings)


def _votes(line: str, atoms: Atoms, settings: Settings) -> list[Vote]:
    """Return the votes of one line; each knows the next, so it is read from the right."""
    votes: list[Vote] = []
    following: int | None = None
    shared = NO_REASON
    for candidate in reversed(candidates(line, atoms, settings)):
        end = candidate.operator.end
        reason = reason_at(line, end, following, atoms)
        if candidate.operator.is_strict and not (reason or _ends(line, end, following)):
            continue
        if following is None or not only_joins(line, end, following):
            shared = reason
        votes += reversed(_given(candidate, shared))
        following = candidate.target.start
    return votes[::-1]


def _ends(line: str, end: int, following: int | None) -> bool:
    """Tell whether only closing marks, emoji or the next vote come after a minus."""
    if only_emoji(line, end, len(line)):
        return True
    # What leads to the next vote may hold emoji, one of which may be that vote's target.
    return following is not None and only_joins(line, end, following, emoji=True)


def _given(candidate: Candidate, reason: Reason) -> list[Vote]:
    points, target = candidate.operator.points, candidate.target
    said = points, reason.text, reason.because
    return [Vote(t, *said, spelling, target.handle) for t, spelling in target.ids]


def _bare_operator(line: str, atoms: Atoms, author: str) -> Vote | None:
    operator = operator_at(line, 0)
    if operator is None:
        return None
    reason = reason_at(line, operator.end, None, atoms)
    # Without a target to touch, a long dash has to be the last thing on its line.
    alone = operator.end == len(line)
    if not (alone if operator.is_long_dash else reason or only_closes(line, operator.end)):
        return None
    return Vote(author, operator.points, reason.text, reason.because)


def _query(line: str, atoms: Atoms, settings: Settings) -> Heard:
    target = asked(line, atoms, settings)
    if target is None or len(target.ids) != 1 or target.ids[0][0].startswith(GROUP):
        return Heard()
    name, spelling = target.ids[0]
    return Heard(query=name, spelling=spelling)
