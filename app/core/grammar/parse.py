"""Parses messages: what counts as a vote, and what doesn't (docs/use/grammar.md)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from app.core.grammar.candidates import Candidate, find_candidates, find_query
from app.core.grammar.characters import CJK, CLOSING
from app.core.grammar.line import Line
from app.core.grammar.operators import Operator, has_signs, read_operator, replace_currency
from app.core.grammar.reasons import Reason, read_reason
from app.core.grammar.strictness import Surroundings, counts
from app.core.grammar.targets import TargetKind
from app.core.grammar.tokens import EMOJI, Lines
from app.core.grammar.words import GrammarWords
from app.core.settings.definitions import Settings
from app.core.vote import ParsedMessage, Vote

MAX_OPERATORS: Final = 300
"""No person writes more operators than this in one message; the rest aren't parsed."""

_LEFT: Final = re.compile(rf"[\s{CLOSING}{CJK}{EMOJI}]*+")
_WITHOUT_REASON: Final = ("--", "—")
"""The dashes that are a vote even without a reason; `---` is a divider."""


def parse(
    lines: Lines, settings: Settings, words: GrammarWords, thread_author: str | None = None
) -> ParsedMessage:
    """Return the votes of a message in order, or else the score it asks for.

    *words* are those of all languages. *thread_author* wrote the first message of the thread that
    this one replies in; None outside threads.
    """
    if settings.currency:
        lines = replace_currency(lines, settings.currency)
    candidates = _find_candidates(lines, settings, words)
    if votes := _read_votes(lines, candidates, words):
        return ParsedMessage(votes)
    if len(lines.lines) != 1:
        return ParsedMessage()
    line = Line(lines.lines[0].strip(), lines.atoms, settings, words)
    if thread_author and (reply := read_reply(line, thread_author)):
        return ParsedMessage((reply,))
    return _read_query(line)


def _read_query(line: Line) -> ParsedMessage:
    target = find_query(line)
    if target is None:
        return ParsedMessage()
    ((target_id, spelling),) = target.ids
    asks_bare = target.kind is TargetKind.BARE
    return ParsedMessage(query=target_id, spelling=spelling, asks_bare=asks_bare)


def _find_candidates(
    lines: Lines, settings: Settings, words: GrammarWords
) -> Mapping[int, tuple[Line, Sequence[Candidate]]]:
    """Return the candidates by number of line, at most MAX_OPERATORS in the whole message."""
    found: dict[int, tuple[Line, Sequence[Candidate]]] = {}
    left = MAX_OPERATORS
    for number, text in enumerate(lines.lines):
        if has_signs(text):
            line = Line(text, lines.atoms, settings, words)
            candidates = [*islice(find_candidates(line), left)]
            left -= len(candidates)
            if any(candidates):
                found[number] = line, [candidate for candidate in candidates if candidate]
    return found


def _read_votes(
    lines: Lines, candidates: Mapping[int, tuple[Line, Sequence[Candidate]]], words: GrammarWords
) -> tuple[Vote, ...]:
    """Return the votes of the candidates that count, which may depend on later lines."""
    votes: list[Vote] = []
    is_filled = True
    for number, text in reversed([*enumerate(lines.lines)]) if candidates else ():
        if number in candidates:
            line_votes = read_line(*candidates[number], is_filled_below=is_filled)
            votes += line_votes
            is_filled = is_filled and line_votes.is_filled
        elif is_filled:
            is_filled = words.line_filler.fullmatch(text) is not None
    return tuple(reversed(votes))


@dataclass(frozen=True, slots=True)
class PlacedVote:
    """A vote in its place on a line."""

    candidate: Candidate
    reason: Reason | None
    """The vote's own reason, or that of the votes it joins."""
    is_filled: bool
    """Whether only votes and filler come after it on the line."""
    limit: int | None
    """Where a reason before the vote has to end; None for no limit."""

    @property
    def start(self) -> int:
        """Where the vote's target begins."""
        return self.candidate.target.start


@dataclass
class LineVotes:
    """The votes of *line*, from right to left."""

    line: Line
    places: Sequence[PlacedVote]

    @cached_property
    def is_filled(self) -> bool:
        """Whether the line contains only votes and filler."""
        if not self.places:
            return self.line.is_filler(0)
        first = self.places[-1]
        return first.is_filled and self.line.is_filler(0, first.start)

    def __iter__(self) -> Iterator[Vote]:
        """Yield the votes from right to left."""
        for place in self.places:
            yield from reversed(_build_votes(place))


def read_line(line: Line, candidates: Sequence[Candidate], *, is_filled_below: bool) -> LineVotes:
    """Return the *candidates* of *line* that count, with their reasons.

    Whether one counts may depend on the next, so a line is processed from the right. A minus on a
    bare thing counts only if the whole line is nothing but votes and filler.
    """
    votes = LineVotes(line, _find_places(line, candidates, is_filled_below=is_filled_below))
    if votes.is_filled or not any(_is_bare_minus(place.candidate) for place in votes.places):
        return votes
    others = [candidate for candidate in candidates if not _is_bare_minus(candidate)]
    return LineVotes(line, _find_places(line, others, is_filled_below=is_filled_below))


def _is_bare_minus(candidate: Candidate) -> bool:
    return candidate.target.kind is TargetKind.BARE and not candidate.operator.is_plus


def _find_places(
    line: Line, candidates: Sequence[Candidate], *, is_filled_below: bool
) -> Sequence[PlacedVote]:
    places: list[PlacedVote] = []
    for candidate in reversed(candidates):
        following = places[-1] if places else None
        reason, joins = _read_reason(line, candidate, following)
        rest = _is_filled_after(line, candidate.operator.end, following)
        surroundings = Surroundings(joins, reason is not None, rest, is_filled_below)
        if not counts(line, candidate, surroundings):
            continue
        end = candidate.operator.end if joins or reason is None else reason.end
        # A bare word inside a reason isn't a vote; any other target ends the reason.
        while places and places[-1].start < end:
            places.pop()
        filled = _is_filled_after(line, end, places[-1] if places else None)
        limit = _find_limit(line, candidate, following)
        places.append(PlacedVote(candidate, reason, filled, limit))
    return places


def _read_reason(
    line: Line, candidate: Candidate, following: PlacedVote | None
) -> tuple[Reason | None, bool]:
    """Return the reason of *candidate*, and whether it's shared with the *following* vote."""
    operator, target = candidate.operator, candidate.target
    if following and line.is_filler(operator.end, following.start):
        return following.reason, True
    return read_reason(
        line,
        operator,
        people=target.kind is TargetKind.PEOPLE,
        limit=following.limit if following else None,
    ), False


def _is_filled_after(line: Line, end: int, following: PlacedVote | None) -> bool:
    """Return whether only votes and filler follow *end* on *line*."""
    if following is None:
        return line.is_filler(end)
    return following.is_filled and line.is_filler(end, following.start)


def _find_limit(line: Line, candidate: Candidate, following: PlacedVote | None) -> int | None:
    """Return where a reason before *candidate* ends; a bare word ends one only at a sentence."""
    start = candidate.target.start
    if candidate.target.kind is not TargetKind.BARE:
        return start
    return line.sentence_starts.get(start, following.limit if following else None)


def _build_votes(place: PlacedVote) -> list[Vote]:
    target, points, reason = place.candidate.target, place.candidate.operator.points, place.reason
    text = reason.text if reason else None
    word = reason.word if reason and text else None
    handle, has_at = target.name, bool(target.handle)
    return [Vote(id_, points, text, word, spelling, handle, has_at) for id_, spelling in target.ids]


def read_reply(line: Line, author: str) -> Vote | None:
    """Return the vote for *author*, who began the thread, if *line* is just an operator."""
    operator = read_operator(line.text, 0, line.settings.max_points)
    if operator is None:
        return None
    reason = read_reason(line, operator, people=True, limit=None)
    if reason and reason.text:
        return Vote(author, operator.points, reason.text, reason.word, joins_thread=True)
    stands_alone = _LEFT.fullmatch(line.text, operator.end) and not _is_divider(line.text, operator)
    return Vote(author, operator.points, joins_thread=True) if stands_alone else None


def _is_divider(text: str, operator: Operator) -> bool:
    return operator.is_dashes and text[operator.start : operator.end] not in _WITHOUT_REASON
