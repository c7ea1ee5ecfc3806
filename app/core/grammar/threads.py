"""Reads a reply in a thread that is only an operator (section 3: in a thread)."""

import re
from typing import Final

from app.core.grammar.characters import CLOSING
from app.core.grammar.line import Line
from app.core.grammar.operators import Operator, read_operator
from app.core.grammar.reasons import read_reason
from app.core.grammar.tokens import EMOJI
from app.core.vote import Vote

_LEFT: Final = re.compile(rf"[\s{CLOSING}{EMOJI}]*+")
_WITHOUT_REASON: Final = ("--", "—")
"""The dashes that are a vote of their own: `---` divides."""


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
