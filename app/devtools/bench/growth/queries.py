"""What members of a grown workspace do: the votes they cast, and the questions they ask."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from app.core.boards import periods
from app.devtools.bench.growth.ledger import popular, vocabulary
from app.devtools.bench.growth.sizes import CHANNELS, PRIVATE, Size, channel, member
from app.devtools.bench.workload import Request, command, vote
from app.devtools.fake_slack.values import Channel, Member
from app.devtools.fake_slack.workspace import Workspace

BUSY: Final = 10
"""The channels in which votes are cast: few, so that their answers are soon posted."""

Words = Callable[[Random, date], str]
"""What somebody types, by chance and by the last day of the ledger."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something that members ask; *most* is the p95 that is wanted, in milliseconds."""

    name: str
    command: str
    words: Words
    most: float


def _said(words: str) -> Words:
    return lambda _, __: words


def _somewhere(draw: Random, _: date) -> str:
    """Return one of the public channels."""
    number = draw.choice([n for n in range(CHANNELS) if n % PRIVATE])
    return f"<#{channel(number)}|channel{number}>"


def _wanted(draw: Random, _: date) -> str:
    """Return words of some reason: one or two, frequent or rare."""
    words = draw.choice(_REASONS).split()
    return " ".join(draw.sample(words, draw.randint(1, 2)))


_REASONS: Final = vocabulary()

# Periods are asked for by their names, so that a kept database is asked for the days it has.
QUESTIONS: Final = (
    Question("own standing", "/leaderboard", _said("1"), 15),
    Question("board, all time", "/leaderboard", _said(""), 15),
    Question("board, month", "/leaderboard", lambda _, on: periods.month(on).name, 15),
    Question("board, week", "/leaderboard", lambda _, on: periods.week(on).name, 15),
    Question("board, day", "/leaderboard", lambda _, on: periods.day(on).name, 15),
    Question("board of givers", "/leaderboard", _said("givers"), 15),
    Question("board of things", "/leaderboard", _said("things"), 15),
    Question("board of a channel", "/leaderboard", _somewhere, 15),
    Question("board, bottom", "/leaderboard", _said("bottom"), 15),
    Question("card", "/karma", _said("me"), 30),
    Question("history", "/karma", _said("history"), 30),
    Question("search", "/karma", lambda draw, on: f"search {_wanted(draw, on)}", 100),
)


def workspace() -> Workspace:
    """Return a workspace with every channel; members come when they ask."""
    channels = (
        Channel(channel(n), f"channel{n}", is_private=n % PRIVATE == 0) for n in range(CHANNELS)
    )
    return Workspace((), channels)


def questions(
    place: Workspace, size: Size, question: Question, draw: Random, on: date, count: int
) -> list[Request]:
    """Return *count* times the *question*, each of a random member, leading or not."""
    asked = []
    for _ in range(count):
        who = _there(place, member(draw.randrange(size.members)))
        words = question.words(draw, on)
        asked.append(command(place, who, channel(1), question.command, words))
    return asked


def votes(place: Workspace, size: Size, draw: Random, count: int) -> list[Request]:
    """Return *count* messages with a vote each; givers and targets as in the ledger."""
    return [_vote(place, size, draw) for _ in range(count)]


def _vote(place: Workspace, size: Size, draw: Random) -> Request:
    giver = popular(size.members, draw.random() ** 2)
    target = popular(size.members, draw.random() ** 3)
    if target == giver:
        target = (giver + 1) % size.members
    return vote(place, member(giver), member(target), channel(1 + draw.randrange(BUSY)))


def _there(place: Workspace, user: str) -> str:
    if user not in place.members:
        place.members[user] = Member(user, user.lower(), user, user)
    return user
