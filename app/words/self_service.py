"""Wording for people's own data: undoing votes, opting out, exporting, being forgotten."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.core.vote import Vote
from app.words.catalog import say
from app.words.text import find_name, format_name, format_signed, join_words, name_person, quote
from app.words.votes import replace_mentions

MOST_NAMED: Final = 25
"""Maximum number of votes listed one by one; few messages have more."""
FILE_NAME: Final = "my-karma-data.json"
FORGET_WORDS: Final = "forget me"
"""The phrase to type for being forgotten, the same in every language."""


def explain_opt_outs(people: Sequence[str], names: Mapping[str, str]) -> str:
    """Tell a voter, kindly, that *people* have opted out."""
    listed = join_words([name_person(user, names) for user in people])
    return say("self-service-absent", people=listed, count=len(people))


def report_undo(votes: Sequence[Vote], names: Mapping[str, str], where: str, age: float) -> str:
    """Report undone votes: `Undone: bob +2 "the docs" (here, 3 minutes ago)`."""
    return say("self-service-undone", votes=list_undoable_votes(votes, names, where, age))


def list_undoable_votes(
    votes: Sequence[Vote], names: Mapping[str, str], where: str, age: float
) -> str:
    """Return votes with their place and time: `bob +2 "the docs" (here, 3 minutes ago)`."""
    return say(
        "self-service-votes-when", votes=list_votes(votes, names), when=_describe_time(where, age)
    )


def list_votes(votes: Sequence[Vote], names: Mapping[str, str]) -> str:
    """Return votes as a list: `bob +2 "the docs", carol +1`."""
    listed = ", ".join(_format_vote(vote, names) for vote in votes[:MOST_NAMED])
    more = len(votes) - MOST_NAMED
    return say("listed-more", listed=listed, count=more) if more > 0 else listed


def describe_file(received: int, given: int, most: int, *, cut: bool) -> str:
    """Describe the content of a personal data file."""
    comment = say("self-service-file-comment", received=received, given=given)
    return f"{comment} {say('self-service-file-cut', most=most)}" if cut else comment


def _format_vote(vote: Vote, names: Mapping[str, str]) -> str:
    vote_text = f"{format_name(find_name(vote.target, names))} {format_signed(vote.points)}"
    why = replace_mentions(vote.reason, names) if vote.reason else ""
    return f"{vote_text} {quote(why)}".strip()


def _describe_time(where: str, age: float) -> str:
    minutes = int(max(age, 0.0) // 60)
    when = say("self-service-ago", minutes=minutes) if minutes else say("self-service-just-now")
    return say("self-service-where-when", where=where, when=when) if where else when
