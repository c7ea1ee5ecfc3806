"""The vote grammar: what counts as a vote in a message, and what does not (GRAMMAR.md)."""

from itertools import islice

from app.core.grammar.candidates import (
    MAX_OPERATORS,
    Candidate,
    find_candidates,
    find_query,
    has_signs,
)
from app.core.grammar.operators import read_operator
from app.core.grammar.reasons import (
    NO_REASON,
    Reason,
    is_only_closing,
    is_only_emoji,
    is_only_joining,
    read_reason,
)
from app.core.grammar.tokens import Atoms, Lines
from app.core.settings.definitions import Settings
from app.core.vote import GROUP, ParsedMessage, Vote


def parse(lines: Lines, settings: Settings, thread_author: str | None = None) -> ParsedMessage:
    """Return the votes of a message in the order they stand, or the score it asks for.

    *thread_author* began the thread that the message replies to; None outside of threads.
    """
    votes: list[Vote] = []
    for line in islice(filter(has_signs, lines.lines), MAX_OPERATORS):
        votes += _read_votes(line, lines.atoms, settings) if len(votes) < MAX_OPERATORS else ()
    if votes or len(lines.lines) != 1:
        return ParsedMessage(tuple(votes))
    line = lines.lines[0].strip()
    if thread_author and (vote := _read_bare_operator(line, lines.atoms, thread_author)):
        return ParsedMessage((vote,))
    return _read_query(line, lines.atoms, settings)


def _read_votes(line: str, atoms: Atoms, settings: Settings) -> list[Vote]:
    """Return the votes of one line; each knows the next, so it is read from the right."""
    votes: list[Vote] = []
    following: int | None = None
    shared = NO_REASON
    for candidate in reversed(find_candidates(line, atoms, settings)):
        end = candidate.operator.end
        reason = read_reason(line, end, following, atoms)
        if candidate.operator.is_strict and not (reason or _ends(line, end, following)):
            continue
        if following is None or not is_only_joining(line, end, following):
            shared = reason
        votes += reversed(_build_votes(candidate, shared))
        following = candidate.target.start
    return votes[::-1]


def _ends(line: str, end: int, following: int | None) -> bool:
    """Tell whether only closing marks, emoji or the next vote come after a minus."""
    if is_only_emoji(line, end, len(line)):
        return True
    # What leads to the next vote may hold emoji, one of which may be that vote's target.
    return following is not None and is_only_joining(line, end, following, emoji=True)


def _build_votes(candidate: Candidate, reason: Reason) -> list[Vote]:
    points, target = candidate.operator.points, candidate.target
    said = points, reason.text, reason.because
    return [Vote(t, *said, spelling, target.handle) for t, spelling in target.ids]


def _read_bare_operator(line: str, atoms: Atoms, author: str) -> Vote | None:
    operator = read_operator(line, 0)
    if operator is None:
        return None
    reason = read_reason(line, operator.end, None, atoms)
    # Without a target to touch, a long dash has to be the last thing on its line.
    alone = operator.end == len(line)
    if not (alone if operator.is_long_dash else reason or is_only_closing(line, operator.end)):
        return None
    return Vote(author, operator.points, reason.text, reason.because)


def _read_query(line: str, atoms: Atoms, settings: Settings) -> ParsedMessage:
    target = find_query(line, atoms, settings)
    if target is None or len(target.ids) != 1 or target.ids[0][0].startswith(GROUP):
        return ParsedMessage()
    name, spelling = target.ids[0]
    return ParsedMessage(query=name, spelling=spelling)
