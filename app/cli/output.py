"""What commands print alike: lines, and how many there are of something."""

import sys


def pluralize(number: int, noun: str, nouns: str = "") -> str:
    """Return *number* with what it counts."""
    return f"{number:,} {noun if abs(number) == 1 else nouns or noun + 's'}"


def print_lines(*lines: str) -> None:
    """Write *lines* to standard output."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
