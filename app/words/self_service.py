"""Wording for people's own data: undoing votes, opting out, exporting, being forgotten."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.core.vote import Vote
from app.words.catalog import Phrase
from app.words.text import find_name, format_name, format_signed, join_words, name_person, quote
from app.words.votes import replace_mentions

MOST_NAMED: Final = 25
"""Maximum number of votes listed one by one; few messages have more."""

OPTED_OUT: Final = Phrase("self-service-opted-out")
WAS_OUT: Final = Phrase("self-service-was-out")
OPTED_IN: Final = Phrase("self-service-opted-in")
WAS_IN: Final = Phrase("self-service-was-in")
_ABSENT: Final = Phrase("self-service-absent")

ON_ITS_WAY: Final = Phrase("self-service-on-its-way")
ALREADY_ON_ITS_WAY: Final = Phrase("self-service-already-on-its-way")
BUSY: Final = Phrase("self-service-busy")
NOT_DELIVERED: Final = Phrase("self-service-not-delivered")
NOT_GATHERED: Final = Phrase("self-service-not-gathered")
FILE_NAME: Final = "my-karma-data.json"
FILE_TITLE: Final = Phrase("self-service-file-title")
_FILE_COMMENT: Final = Phrase("self-service-file-comment")
_FILE_CUT: Final = Phrase("self-service-file-cut")

HERE: Final = Phrase("self-service-here")
UNDO: Final = Phrase("self-service-undo")
UNDO_LAST: Final = Phrase("self-service-undo-last")
REFUSED: Final = Phrase("self-service-refused")
_VOTE_FOR: Final = Phrase("self-service-vote-for")
_VOTES_MORE: Final = Phrase("self-service-votes-more")
_VOTES_WHEN: Final = Phrase("self-service-votes-when")
_WHERE_WHEN: Final = Phrase("self-service-where-when")
_JUST_NOW: Final = Phrase("self-service-just-now")
_AGO: Final = Phrase("self-service-ago")
FULL: Final = Phrase("self-service-full")
_UNDONE: Final = Phrase("self-service-undone")
OFFER: Final = Phrase("self-service-offer")
_NOTHING_TO_UNDO: Final = Phrase("self-service-nothing-to-undo")
_TOO_OLD: Final = Phrase("self-service-too-old")

NO_MODAL: Final = Phrase("self-service-no-modal")
FORGET_WORDS: Final = "forget me"
"""The phrase to type for being forgotten, the same in every language."""
FORGET_TITLE: Final = Phrase("self-service-forget-title")
FORGET_SUBMIT: Final = Phrase("self-service-forget-submit")
FORGET_CLOSE: Final = Phrase("self-service-forget-close")
FORGET_DONE: Final = Phrase("self-service-forget-done")
FORGET_WHAT: Final = Phrase("self-service-forget-what")
FORGET_AFTER: Final = Phrase("self-service-forget-after")
FORGET_WAIT: Final = Phrase("self-service-forget-wait")
FORGOTTEN: Final = Phrase("self-service-forgotten")
FORGOTTEN_OUT: Final = Phrase("self-service-forgotten-out")
NOT_FORGOTTEN: Final = Phrase("self-service-not-forgotten")
_FORGET_LABEL: Final = Phrase("self-service-forget-label")
_FORGET_MISTYPED: Final = Phrase("self-service-forget-mistyped")


def explain_opt_outs(people: Sequence[str], names: Mapping[str, str]) -> str:
    """Tell a voter, kindly, that *people* have opted out."""
    listed = join_words([name_person(user, names) for user in people])
    return _ABSENT(people=listed, count=len(people))


def report_undo(votes: Sequence[Vote], names: Mapping[str, str], where: str, age: float) -> str:
    """Report undone votes: `Undone: bob +2 "the docs" (here, 3 minutes ago)`."""
    return _UNDONE(votes=list_undoable_votes(votes, names, where, age))


def list_undoable_votes(
    votes: Sequence[Vote], names: Mapping[str, str], where: str, age: float
) -> str:
    """Return votes with their place and time: `bob +2 "the docs" (here, 3 minutes ago)`."""
    return _VOTES_WHEN(votes=list_votes(votes, names), when=_describe_time(where, age))


def list_votes(votes: Sequence[Vote], names: Mapping[str, str]) -> str:
    """Return votes as a list: `bob +2 "the docs", carol +1`."""
    listed = ", ".join(_format_vote(vote, names) for vote in votes[:MOST_NAMED])
    more = len(votes) - MOST_NAMED
    return _VOTES_MORE(votes=listed, count=more) if more > 0 else listed


def explain_nothing_to_undo(window: int) -> str:
    """Explain that there are no votes to undo."""
    return _NOTHING_TO_UNDO(minutes=window // 60)


def explain_too_old(window: int) -> str:
    """Explain that it's too late to undo votes, and what to do instead."""
    return _TOO_OLD(minutes=window // 60)


def format_forget_label() -> str:
    """Return the label that says what to type for being forgotten."""
    return _FORGET_LABEL(words=FORGET_WORDS)


def explain_mistyped_forget() -> str:
    """Explain that something else was typed."""
    return _FORGET_MISTYPED(words=FORGET_WORDS)


def describe_file(received: int, given: int, most: int, *, cut: bool) -> str:
    """Describe the content of a personal data file."""
    comment = _FILE_COMMENT(received=received, given=given)
    return f"{comment} {_FILE_CUT(most=most)}" if cut else comment


def _format_vote(vote: Vote, names: Mapping[str, str]) -> str:
    vote_text = f"{format_name(find_name(vote.target, names))} {format_signed(vote.points)}"
    why = replace_mentions(vote.reason, names) if vote.reason else ""
    return _VOTE_FOR(vote=vote_text, reason=quote(why)) if why else vote_text


def _describe_time(where: str, age: float) -> str:
    minutes = int(max(age, 0.0) // 60)
    when = _AGO(minutes=minutes) if minutes else _JUST_NOW()
    return _WHERE_WHEN(where=where, when=when) if where else when
