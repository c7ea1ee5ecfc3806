"""Reads emoji that a workspace gives like `++`: a run of them right after mentions is an operator.

What they become is read by the rules of `++`, with reasons and all.
"""

import re
from collections.abc import Collection

from app.core.grammar.tokens import GROUP, USER, Lines
from app.core.reactions import normalize_emoji


def replace_currency(lines: Lines, currency: Collection[str]) -> Lines:
    """Return *lines* with the emoji of *currency* right after mentions as what they stand for.

    `@bob :taco:` is `@bob ++` then, and `@bob :taco: :taco:` is `@bob +++`.
    """
    listed = {normalize_emoji(emoji) for emoji in currency}
    marks = "".join(
        mark
        for mark, (kind, value) in lines.atoms.values.items()
        if kind == "emoji" and normalize_emoji(value) in listed
    )
    if not marks:
        return lines
    run = re.compile(rf"([{USER}{GROUP}][)\]]?\s*+)([{marks}](?:\s*+[{marks}])*+)")
    signs = re.compile(f"[{marks}]")

    def write_signs(match: re.Match[str]) -> str:
        return match[1] + "+" * (len(signs.findall(match[2])) + 1)

    return Lines(tuple(run.sub(write_signs, line) for line in lines.lines), lines.atoms)
