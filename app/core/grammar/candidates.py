"""Finds the targets on a line that are followed by an operator, at an allowed distance.

Whether such a candidate counts may depend on the text around it; `strictness.py` decides that.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.core.grammar.line import Line
from app.core.grammar.operators import QUERY, Operator, read_operator
from app.core.grammar.targets import TargetKind, TargetMatch, find_targets, read_target
from app.core.vote import GROUP

_SPACES: Final = re.compile(r"\s*+")
_ADDRESS: Final = re.compile(r"[:,.]?\s*+")
"""Allowed between people and the operator; phones turn two spaces into `@bob. ++`."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A target with its operator, which is a vote if the surrounding text allows it."""

    target: TargetMatch
    operator: Operator

    @property
    def touches(self) -> bool:
        """Whether nothing separates target and operator."""
        return self.operator.start == self.target.end


def find_candidates(line: Line) -> Iterator[Candidate | None]:
    """Yield every target on *line* that an operator follows, from left to right.

    Yield None for an operator after something that turns out not to be a target.
    """
    for match, kind in find_targets(line):
        end, at = match.end(), _find_operator_position(line.text, match, kind)
        operator = read_operator(line.text, at, line.settings.max_points)
        if operator and _may_stand(kind, line.text[end:at], operator):
            target = read_target(match, kind, line)
            yield Candidate(target, operator) if target else None


def find_query(line: Line) -> TargetMatch | None:
    """Return the target whose score the whole *line* asks for (`@bob==`), or None."""
    first = next(find_targets(line), None) if line.text.endswith(QUERY) else None
    if first is None or first[0].start():
        return None
    match, kind = first
    at = _find_operator_position(line.text, match, kind)
    if line.text[at:] != QUERY or line.text.startswith(".", match.end(), at):
        return None
    target = read_target(match, kind, line)
    if target is None or len(target.ids) != 1 or target.ids[0][0].startswith(GROUP):
        return None
    return target


def _find_operator_position(text: str, match: re.Match[str], kind: TargetKind) -> int:
    """Return the position where the operator of *match* would have to begin."""
    if kind in (TargetKind.MARKED, TargetKind.BARE):
        return match.end()
    gap = (_ADDRESS if kind is TargetKind.PEOPLE else _SPACES).match(text, match.end())
    return gap.end() if gap else match.end()


def _may_stand(kind: TargetKind, gap: str, operator: Operator) -> bool:
    """Return whether *operator* may follow a target of *kind* with *gap* between them.

    What may follow a quoted thing is part of its pattern.
    """
    match kind:
        case TargetKind.PEOPLE:
            return operator.is_plus or not gap.startswith(".")
        case TargetKind.EMOJI:
            return operator.is_plus or not gap
        case TargetKind.BARE:
            return not operator.has_number
        case _:
            return True
