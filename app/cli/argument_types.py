"""Parses single command-line arguments; raises ArgumentTypeError for invalid ones."""

import argparse
import re
from datetime import UTC, datetime
from pathlib import Path


def parse_checkout(word: str) -> Path:
    """Return the absolute path of the checkout *word*."""
    root = Path(word).resolve()
    if not (root / "app" / "__main__.py").is_file():
        raise argparse.ArgumentTypeError(f"{word} is not a checkout of the app")
    return root


def parse_number(word: str, most: int = 1200) -> int:
    """Return *word* as an integer from 1 to *most*."""
    fits = word.isascii() and word.isdecimal() and len(word) <= len(str(most))
    if not fits or not 1 <= int(word) <= most:
        raise argparse.ArgumentTypeError(f"{word!r} is not a whole number from 1 to {most}")
    return int(word)


def parse_team(word: str) -> str:
    """Return *word* if it is a workspace id."""
    if not re.fullmatch(r"[TE][A-Z0-9]{1,63}", word):
        raise argparse.ArgumentTypeError(f"{word!r} isn't the id of a workspace, like T0123ABCD")
    return word


def parse_date(word: str) -> float:
    """Return the ISO date or time *word* in Unix seconds, at least 0; it is UTC by default."""
    try:
        at = datetime.fromisoformat(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{word!r} isn't a date like 2026-01-31") from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if at > datetime.now(UTC):
        raise argparse.ArgumentTypeError(f"{word} is in the future")
    return max(at.timestamp(), 0.0)


def parse_channel(word: str) -> str:
    """Return *word* if it is a channel id."""
    if not re.fullmatch(r"[CG][A-Z0-9]{1,63}", word):
        raise argparse.ArgumentTypeError(f"{word!r} isn't the id of a channel, like C0123ABCD")
    return word
