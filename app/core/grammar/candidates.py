"""Finds on one line every place where a target is followed by an operator.

Whether such a place counts may depend on what follows it; `parse.py` decides that.
"""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final

from app.core.grammar import targets
from app.core.grammar.operators import Operator, read_operator
from app.core.grammar.targets import BRACKETS, TargetMatch
from app.core.grammar.tokens import Atoms
from app.core.settings.definitions import Settings

MAX_OPERATORS: Final = 500
"""No person writes more operators than this in one message; the rest is not read."""

_SIGNS: Final = re.compile(r"\+\+|--|—|[+-]=")
_SPACES: Final = re.compile(r"\s*+")
_AFTER_CODE: Final = re.compile(r"[)\]};]*+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A target with its operator: a vote if what follows allows it."""

    target: TargetMatch
    operator: Operator


def has_signs(line: str) -> bool:
    """Tell quickly whether *line* may hold an operator at all."""
    return _SIGNS.search(line) is not None


def find_candidates(line: str, atoms: Atoms, settings: Settings) -> list[Candidate]:
    """Return every target of *line* that an operator follows, from left to right."""
    operated = ((match, read_operator(line, at)) for match, at in targets.find_matches(line))
    found = ((match, operator) for match, operator in operated if operator)
    read = (
        Candidate(target, operator)
        for match, operator in islice(found, MAX_OPERATORS)
        if (target := targets.read(match, atoms, settings))
    )
    return [c for c in read if not (_is_code(line, c) or _is_punctuation(line, c))]


def find_query(line: str, atoms: Atoms, settings: Settings) -> TargetMatch | None:
    """Return the target whose score the whole *line* asks for (`@bob==`), or None."""
    match, at = next(targets.find_matches(line), (None, 0))
    if match is None or match.start() != 0 or line[at:] != "==":
        return None
    return targets.read(match, atoms, settings)


def _is_code(line: str, candidate: Candidate) -> bool:
    """Tell `count++;` and `(…; index++)` from `(postgres++)`."""
    if candidate.target.kind != "bare":
        return False
    following = _AFTER_CODE.match(line, candidate.operator.end)
    closed = following[0] if following else ""
    start = candidate.target.start
    opened = line[max(0, start - len(closed)) : start]
    return closed != "".join(BRACKETS.get(c, "") for c in reversed(opened))


def _is_punctuation(line: str, candidate: Candidate) -> bool:
    """Tell a dash between words from one that touches its target or ends the line."""
    operator = candidate.operator
    touches = operator.start == candidate.target.end
    ends = _SPACES.fullmatch(line, operator.end) is not None
    return operator.is_long_dash and not (touches or ends)
