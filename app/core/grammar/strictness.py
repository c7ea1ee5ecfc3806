"""Decides whether a candidate counts by what stands around it (section 3: the rest of the line).

A sign is punctuation and code as well. Whoever writes a mention is understood generously; after
other targets, and of minus signs, hardly anything else may be meant.
"""

import re
from dataclasses import dataclass
from typing import Final

from app.core.grammar.candidates import Candidate
from app.core.grammar.characters import CLOSING, QUOTATION, QUOTES
from app.core.grammar.code import is_code
from app.core.grammar.line import Line
from app.core.grammar.operators import OperatorKind
from app.core.grammar.targets import TargetKind
from app.core.grammar.tokens import EMOJI

_ONLY_EMOJI: Final = re.compile(rf"[\s{CLOSING}{EMOJI}]*+")
_OPENS_QUOTE: Final = re.compile(rf"\s++[{QUOTATION}](?!\s|$)")
_SPACES: Final = re.compile(r"\s*+")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands after a candidate."""

    joins: bool
    """Whether another vote follows, with nothing but filler between."""
    has_reason: bool
    """Whether it has a reason, maybe that of the votes that it joins."""
    is_filled: bool
    """Whether the rest of the line is nothing but votes and filler."""
    is_filled_below: bool
    """Whether the later lines of the message are."""


def counts(line: Line, candidate: Candidate, rest: Surroundings) -> bool:
    """Tell whether *candidate* is a vote.

    That the whole line of a minus on a bare thing is votes and filler, is for the line to see.
    """
    if candidate.operator.is_plus:
        return _plus_counts(line, candidate, rest)
    return _is_strict(line, candidate, rest) and _minus_counts(line, candidate, rest)


def _is_strict(line: Line, candidate: Candidate, rest: Surroundings) -> bool:
    """Tell whether the rest of the line leaves no doubt: empty, emoji, a vote or a reason."""
    if rest.joins or rest.has_reason:
        return True
    return _ONLY_EMOJI.fullmatch(line.text, candidate.operator.end) is not None


def _plus_counts(line: Line, candidate: Candidate, rest: Surroundings) -> bool:
    match candidate.target.kind:
        case TargetKind.QUOTED if candidate.touches:
            return rest.joins or not _opens_quote(line.text, candidate)
        case TargetKind.BARE | TargetKind.QUOTED:
            return _is_strict(line, candidate, rest) and not is_code(line, candidate)
        case _:
            return True


def _opens_quote(text: str, candidate: Candidate) -> bool:
    """Tell whether a quotation mark opens after `"foo"++`, as in the Haskell of `"a"++ "b"`."""
    end = candidate.operator.end
    own = next(marks for marks in QUOTES if text[candidate.target.end - 1] in marks)
    return text[end : end + 1] in {*own} or _OPENS_QUOTE.match(text, end) is not None


def _minus_counts(line: Line, candidate: Candidate, rest: Surroundings) -> bool:
    is_long = candidate.operator.kind is OperatorKind.LONG_DASH
    match candidate.target.kind:
        case TargetKind.BARE:
            return not is_long and not is_code(line, candidate)
        case TargetKind.QUOTED | TargetKind.EMOJI:
            return not is_long
    if is_long:
        return _long_dash_counts(line.text, candidate, rest)
    if candidate.operator.is_dashes and not candidate.touches:
        return rest.is_filled and rest.is_filled_below
    return True


def _long_dash_counts(text: str, candidate: Candidate, rest: Surroundings) -> bool:
    """Tell whether a long dash touches people or a marked thing, or is the line's last."""
    is_last = _SPACES.fullmatch(text, candidate.operator.end) is not None
    return (candidate.touches or is_last) and (rest.has_reason or rest.is_filled_below)
