"""How numbers and the words of people are shown; what is returned is mrkdwn.

Names, things and reasons come from people: they are escaped here, so that nothing they hold can
mention anybody ("Formatting text for app surfaces": only `&`, `<` and `>` need it).
"""

import re
from typing import Final

MAX_NAME: Final = 80

# Line ends and control characters, and those that turn the direction of the text around them.
_UNSHOWN: Final = re.compile("[\\s\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd"}


def shown(name: str) -> str:
    """Return *name* on one line, at most 80 characters, escaped."""
    folded = _UNSHOWN.sub(" ", name).strip()
    return escaped(folded if len(folded) <= MAX_NAME else folded[: MAX_NAME - 1] + "…")


def escaped(text: str) -> str:
    """Return *text* so that Slack shows it as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """Return *text* of any length on one line, escaped."""
    return escaped(_UNSHOWN.sub(" ", text))


def points(count: int) -> str:
    """Return `1 point`, `3 points` or `-1 point`."""
    return f"{count:,} point{'' if abs(count) == 1 else 's'}"


def ordinal(number: int) -> str:
    """Return `1st`, `2nd`, `3rd`, `4th`, `11th`, `112th`."""
    ending = "th" if 10 <= number % 100 <= 20 else _ENDINGS.get(number % 10, "th")
    return f"{number:,}{ending}"
