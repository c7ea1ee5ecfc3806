"""The vote grammar: what counts as a vote in a message, and what does not (docs/use/grammar.md)."""

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

from app.core.grammar.candidates import Candidate, find_candidates, find_query
from app.core.grammar.characters import CLOSING
from app.core.grammar.line import Line
from app.core.grammar.line_votes import read_line
from app.core.grammar.operators import Operator, has_signs, read_operator, replace_currency
from app.core.grammar.reasons import read_reason
from app.core.grammar.targets import TargetKind
from app.core.grammar.tokens import EMOJI, Lines
from app.core.grammar.words import GrammarWords
from app.core.settings.definitions import Settings
from app.core.vote import ParsedMessage, Vote

MAX_OPERATORS: Final = 300
"""No person writes more operators than this in one message; the rest is not read."""

_LEFT: Final = re.compile(rf"[\s{CLOSING}{EMOJI}]*+")
_WITHOUT_REASON: Final = ("--", "—")
"""The dashes that are a vote of their own: `---` divides."""


def parse(
    lines: Lines, settings: Settings, words: GrammarWords, thread_author: str | None = None
) -> ParsedMessage:
    """Return the votes of a message in the order they stand, or the score it asks for.

    *words* are those of all languages. *thread_author* began the thread that the message replies
    to; None outside of threads.
    """
    if settings.currency:
        lines = replace_currency(lines, settings.currency)
    found = _find_candidates(lines, settings, words)
    if votes := _read_votes(lines, found, words):
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
    ((asked, spelling),) = target.ids
    asks_bare = target.kind is TargetKind.BARE
    return ParsedMessage(query=asked, spelling=spelling, asks_bare=asks_bare)


def _find_candidates(
    lines: Lines, settings: Settings, words: GrammarWords
) -> Mapping[int, tuple[Line, Sequence[Candidate]]]:
    """Return the candidates of the lines that have some, of the whole message only so many."""
    found: dict[int, tuple[Line, Sequence[Candidate]]] = {}
    left = MAX_OPERATORS
    for number, text in enumerate(lines.lines):
        if not left:
            break
        if has_signs(text):
            line = Line(text, lines.atoms, settings, words)
            candidates = [*islice(find_candidates(line), left)]
            left -= len(candidates)
            if any(candidates):
                found[number] = line, [candidate for candidate in candidates if candidate]
    return found


def _read_votes(
    lines: Lines, found: Mapping[int, tuple[Line, Sequence[Candidate]]], words: GrammarWords
) -> tuple[Vote, ...]:
    """Return the votes among the candidates; whether one counts may depend on later lines."""
    votes: list[Vote] = []
    is_filled = True
    for number, text in reversed([*enumerate(lines.lines)]) if found else ():
        if number in found:
            read = read_line(*found[number], is_filled_below=is_filled)
            votes += read
            is_filled = is_filled and read.is_filled
        elif is_filled:
            is_filled = words.line_filler.fullmatch(text) is not None
    return tuple(reversed(votes))


def read_reply(line: Line, author: str) -> Vote | None:
    """Return the vote for *author*, who began the thread, that the whole message *line* is."""
    operator = read_operator(line.text, 0, line.settings.max_points)
    if operator is None:
        return None
    reason = read_reason(line, operator, people=True, near=True, limit=None)
    if reason and reason.text:
        return Vote(author, operator.points, reason.text, reason.word, joins_thread=True)
    stands_alone = _LEFT.fullmatch(line.text, operator.end) and not _is_divider(line.text, operator)
    return Vote(author, operator.points, joins_thread=True) if stands_alone else None


def _is_divider(text: str, operator: Operator) -> bool:
    return operator.is_dashes and text[operator.start : operator.end] not in _WITHOUT_REASON
