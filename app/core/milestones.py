"""The scores that are worth a word: 10, 50, 100, 250, 500, 1,000, 2,500 and so on."""

from typing import Final

_FIRST: Final = (10, 50)
_STEPS: Final = (100, 250, 500)


def find_milestone(before: int, after: int) -> int | None:
    """Return the highest milestone that a score reaches which was *before* and is *after* now."""
    reached = [one for one in _FIRST if before < one <= after]
    scale = 1
    while _STEPS[0] * scale <= after:
        reached += [step * scale for step in _STEPS if before < step * scale <= after]
        scale *= 10
    return reached[-1] if reached else None
