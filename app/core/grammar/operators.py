"""Reads operators: what stands after a target and says how many points (GRAMMAR.md, section 3)."""

import re
from dataclasses import dataclass
from typing import Final

from app.core.grammar.tokens import EMOJI, GROUP, USER

SIGN: Final = "[-+—=]"
"""The characters with which an operator, or `==`, begins."""

CLOSING: Final = r""".,!?:;)\]}"'”’…"""
"""Marks that may stand right after an operator."""

_OPERATOR: Final = re.compile(
    r"(?:(?P<plus>\+{2,}+)|(?P<minus>-{2,}+)|(?P<dash>—)"
    r"|(?P<sign>[+-])=\s*+(?P<count>[0-9]{1,3})(?![.,][0-9]))"
    rf"(?=$|[\s{CLOSING}{USER}{GROUP}{EMOJI}])",
)


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator on a line: where it stands and what it gives."""

    start: int
    end: int
    points: int
    sign: str

    @property
    def is_strict(self) -> bool:
        """Tell whether this is made of dashes, which prose also uses."""
        return self.sign in ("minus", "dash")

    @property
    def is_long_dash(self) -> bool:
        """Tell whether this is what phones and macOS make of `--`."""
        return self.sign == "dash"


def read_operator(line: str, at: int) -> Operator | None:
    """Return the operator that stands at *at*, or None."""
    match = _OPERATOR.match(line, at)
    if match is None:
        return None
    sign = match["sign"] or match.lastgroup or ""
    return Operator(at, match.end(), _count_points(match), sign)


def _count_points(match: re.Match[str]) -> int:
    if match["count"]:
        return int(match["sign"] + match["count"])
    return len(match[0]) - 1 if match["plus"] else -max(1, len(match[0]) - 1)
