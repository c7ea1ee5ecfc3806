"""The votes and queries of members in a grown workspace."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random
from typing import Final

from app.core.boards import periods
from app.devtools.bench.growth.ledger import choose_popular, make_vocabulary
from app.devtools.bench.growth.sizes import CHANNELS, PRIVATE, Size, name_channel, name_member
from app.devtools.bench.workload import Request, make_command, make_vote
from app.devtools.fake_slack.values import Channel, SlackMember
from app.devtools.fake_slack.workspace import Workspace

BUSY: Final = 10
"""Number of channels with votes; few, so that the replies are posted soon."""

Words = Callable[[Random, date], str]
"""Returns the text to type, given a random generator and the last day of the ledger."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query that members make; *most* is the target p95 in milliseconds."""

    name: str
    command: str
    words: Words
    most: float


def _repeat(words: str) -> Words:
    return lambda _, __: words


def _choose_channel(draw: Random, _: date) -> str:
    """Return a mention of a random public channel."""
    number = draw.choice([n for n in range(CHANNELS) if n % PRIVATE])
    return f"<#{name_channel(number)}|channel{number}>"


def _choose_words(draw: Random, _: date) -> str:
    """Return one or two words of a random reason, frequent or rare."""
    words = draw.choice(_make_reasons()).split()
    return " ".join(draw.sample(words, draw.randint(1, 2)))


_make_reasons: Final = cache(make_vocabulary)

# Periods are named explicitly, so that a reused database is queried for the days it has.
QUESTIONS: Final = (
    Question("own standing", "/leaderboard", _repeat("1"), 15),
    Question("board, all time", "/leaderboard", _repeat(""), 15),
    Question("board, month", "/leaderboard", lambda _, on: periods.find_month(on).name, 15),
    Question("board, week", "/leaderboard", lambda _, on: periods.find_week(on).name, 15),
    Question("board, day", "/leaderboard", lambda _, on: periods.find_day(on).name, 15),
    Question("board, quarter", "/leaderboard", lambda _, on: periods.find_quarter(on).name, 15),
    Question("board, year", "/leaderboard", lambda _, on: periods.find_year(on).name, 15),
    Question("board, last year", "/leaderboard", lambda _, on: str(on.year - 1), 15),
    Question("board of givers, year", "/leaderboard", lambda _, on: f"givers {on.year}", 15),
    Question("board of things, 7 days", "/leaderboard", _repeat("things last 7 days"), 100),
    Question("board of givers", "/leaderboard", _repeat("givers"), 15),
    Question("board of things", "/leaderboard", _repeat("things"), 15),
    Question("board of a channel", "/leaderboard", _choose_channel, 15),
    Question("board, bottom", "/leaderboard", _repeat("bottom"), 15),
    Question("card", "/karma", _repeat("me"), 30),
    Question("history", "/karma", _repeat("history"), 30),
    Question("search", "/karma", lambda draw, on: f"search {_choose_words(draw, on)}", 100),
)


def make_workspace() -> Workspace:
    """Return a workspace with every channel; members are added when they first ask."""
    channels = (
        Channel(name_channel(n), f"channel{n}", is_private=n % PRIVATE == 0)
        for n in range(CHANNELS)
    )
    return Workspace((), channels)


def make_questions(
    workspace: Workspace, size: Size, question: Question, draw: Random, on: date, count: int
) -> list[Request]:
    """Return *question* *count* times, each by a random member."""
    requests = []
    for _ in range(count):
        who = _add_member(workspace, name_member(draw.randrange(size.members)))
        words = question.words(draw, on)
        requests.append(make_command(workspace, who, name_channel(1), question.command, words))
    return requests


def make_votes(workspace: Workspace, size: Size, draw: Random, count: int) -> list[Request]:
    """Return *count* messages with one vote each; givers and targets as in the ledger."""
    return [_make_vote(workspace, size, draw) for _ in range(count)]


def _make_vote(workspace: Workspace, size: Size, draw: Random) -> Request:
    giver = choose_popular(size.members, draw.random() ** 2)
    target = choose_popular(size.members, draw.random() ** 3)
    if target == giver:
        target = (giver + 1) % size.members
    return make_vote(
        workspace, name_member(giver), name_member(target), name_channel(1 + draw.randrange(BUSY))
    )


def _add_member(workspace: Workspace, user: str) -> str:
    if user not in workspace.members:
        workspace.members[user] = SlackMember(user, user.lower(), user, user)
    return user
