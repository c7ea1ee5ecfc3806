"""A synthetic ledger: years of votes for a workspace size, reproducible for a given end time.

Points follow a power law by rank, as in real workspaces, both given and received. The newest vote
has the highest id. Of every five rows the last two share a message, the others have their own.
"""

import functools
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from app.devtools.bench.growth.sizes import (
    CHANNELS,
    TEAM,
    YEARS,
    Size,
    name_channel,
    name_member,
    name_thing,
)

COLUMNS: Final = (
    "id", "team_id", "channel_id", "message_ts", "voter_id", "target_id", "delta", "reason",
    "kind", "voted_at", "created_at", "day",
)  # fmt: skip
TOGETHER: Final = 5_000
"""Rows per piece; a multiple of five, so that no message spans two pieces."""

_SPREAD: Final = 982_451_653
"""A prime, so that top members' numbers are spread over the range, not the lowest ones."""
_REASONS: Final = 50_000
_SYLLABLES: Final = ("ba", "ti", "ro", "me", "lu", "ka", "den", "sor", "vi", "pol", "gan", "esh")
COMMON: Final = (
    "the", "for", "help", "with", "review", "build", "a", "on", "fixing", "quick", "release",
    "test", "deploy", "great", "talk", "customer", "bug", "database", "docs", "friday",
)  # fmt: skip
"""The most frequent words of reasons, in descending order."""
_HOURS: Final = tuple(f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}+00" for s in range(86_400))


def generate_pieces(size: Size, until: datetime, first: int, last: int) -> Iterator[str]:
    """Yield rows *first* to *last* in COPY's text format, one piece at a time.

    *first* must be one more than a multiple of TOGETHER.
    """
    reasons = make_vocabulary()
    for begin in range(first, last + 1, TOGETHER):
        draw = Random(begin)
        yield "".join(
            _generate_rows(
                size, until, range(begin, min(begin + TOGETHER, last + 1)), draw, reasons
            )
        )


def make_vocabulary() -> list[str]:
    """Return the reasons in use, made of a few frequent words and many rare ones."""
    draw = Random(7)
    rare = ["".join(draw.choices(_SYLLABLES, k=draw.randint(2, 4))) for _ in range(20_000)]
    words = [*COMMON, *rare]
    return [
        " ".join(words[int(len(words) ** draw.random()) - 1] for _ in range(draw.randint(3, 9)))
        for _ in range(_REASONS)
    ]


def _generate_rows(
    size: Size, until: datetime, numbers: range, draw: Random, reasons: list[str]
) -> Iterator[str]:
    """Yield the lines for *numbers*, message by message."""
    span = 365 * 86_400 * YEARS
    start = int(until.timestamp()) - span
    for number in numbers:
        if number % 5 == 0:
            continue  # written together with the row before
        at = start + span * number // size.rows
        yield _make_message(size, (number, at), 2 if number % 5 == 4 else 1, draw, reasons)


def _make_message(
    size: Size, numbered: tuple[int, int], many: int, draw: Random, reasons: list[str]
) -> str:
    """Return the lines of one message; *numbered* is its first row's number and Unix time."""
    number, at = numbered
    random, people = draw.random, size.members
    target = choose_popular(people, random() ** 3)
    voter = choose_popular(people, random() ** 2)
    place = name_channel((target + int(3 * random())) % CHANNELS)
    day = _format_day(at // 86_400)
    moment = f"{day} {_HOURS[at % 86_400]}"
    text = ""
    for nth in range(many):
        row = number + nth
        who = (target + nth) % people
        if who == voter:
            who = (who + 2) % people
        of = name_thing(who % size.things) if random() < 0.1 else name_member(who)
        reason = reasons[int(_REASONS * random())] if random() < 1 / 3 else "\\N"
        text += (
            f"{row}\t{TEAM}\t{place}\t{at}.{number % 1_000_000:06d}\t{name_member(voter)}\t{of}"
            f"\t{_choose_points(random())}\t{reason}\tvote\t{moment}\t{moment}\t{day}\n"
        )
    return text


def choose_popular(many: int, luck: float) -> int:
    """Return the number of rank *many* × *luck*; top ranks are spread over all *many* numbers."""
    return int(many * luck) * _SPREAD % many


def _choose_points(luck: float) -> int:
    if luck < 0.92:
        return 1
    return -1 if luck < 0.96 else 2 + int(100 * luck) % 4


@functools.lru_cache
def _format_day(number: int) -> str:
    """Return the ISO date *number* days after 1970-01-01."""
    return (date(1970, 1, 1) + timedelta(days=number)).isoformat()
