"""A made-up ledger: years of votes of a workspace of that size, the same ones for the same time.

A few get and give most, as everywhere: by rank, with a power law. The newest vote has the highest
id. Of five rows the last two are of one message, the others of one each.
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
"""Rows of one piece, so that no message is in two."""

_SPREAD: Final = 982_451_653
"""A prime, so that those who lead have any number, and not the first ones."""
_REASONS: Final = 50_000
_SYLLABLES: Final = ("ba", "ti", "ro", "me", "lu", "ka", "den", "sor", "vi", "pol", "gan", "esh")
COMMON: Final = (
    "the", "for", "help", "with", "review", "build", "a", "on", "fixing", "quick", "release",
    "test", "deploy", "great", "talk", "customer", "bug", "database", "docs", "friday",
)  # fmt: skip
"""The words that most reasons have, the most frequent first."""
_HOURS: Final = tuple(f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}+00" for s in range(86_400))


def generate_pieces(size: Size, until: datetime, first: int, last: int) -> Iterator[str]:
    """Yield the rows *first* to *last*, as COPY takes them as text, a piece of them at a time.

    *first* is 1 more than a multiple of TOGETHER.
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
    """Return the reasons that are given: of a few frequent words and many rare ones."""
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
    """Yield the lines of *numbers*, message by message."""
    span = 365 * 86_400 * YEARS
    start = int(until.timestamp()) - span
    for number in numbers:
        if number % 5 == 0:
            continue  # is written with the one before
        at = start + span * number // size.rows
        yield _make_message(size, (number, at), 2 if number % 5 == 4 else 1, draw, reasons)


def _make_message(
    size: Size, numbered: tuple[int, int], many: int, draw: Random, reasons: list[str]
) -> str:
    """Return the lines of the message whose first row has that number, written then."""
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
    """Return one of *many* numbers; those for little *luck* are spread over all of them."""
    return int(many * luck) * _SPREAD % many


def _choose_points(luck: float) -> int:
    if luck < 0.92:
        return 1
    return -1 if luck < 0.96 else 2 + int(100 * luck) % 4


@functools.lru_cache
def _format_day(number: int) -> str:
    """Return the day that is *number* days after 1970 began."""
    return (date(1970, 1, 1) + timedelta(days=number)).isoformat()
