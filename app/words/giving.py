"""Wording for giving points with a form or a workflow step."""

from typing import Final

from app.words.catalog import Phrase
from app.words.text import escape_line, format_name, format_signed
from app.words.usage import restore_mentions

TITLE: Final = Phrase("giving-title")
SUBMIT: Final = Phrase("giving-submit")
CANCEL: Final = Phrase("giving-cancel")
CLOSE: Final = Phrase("giving-close")
WHOM: Final = Phrase("giving-whom")
CHANNEL: Final = Phrase("giving-channel")
CHANNEL_HINT: Final = Phrase("giving-channel-hint")
POINTS: Final = Phrase("giving-points")
REASON: Final = Phrase("giving-reason")
REASON_HINT: Final = Phrase("giving-reason-hint")
NO_ZERO: Final = Phrase("giving-no-zero")
NOBODY: Final = Phrase("giving-nobody")
NOT_THERE: Final = Phrase("giving-not-there")
UNCHECKED: Final = Phrase("giving-unchecked")
OWN_MESSAGE: Final = Phrase("giving-own-message")
UNKNOWN_AUTHOR: Final = Phrase("giving-unknown-author")
CLOSED: Final = Phrase("giving-closed")
COUNTED: Final = Phrase("giving-counted")
STEP_INCOMPLETE: Final = Phrase("giving-step-incomplete")
STEP_UNKNOWN: Final = Phrase("giving-step-unknown")
STEP_NO_MEMBER: Final = Phrase("giving-step-no-member")
STEP_NOT_THERE: Final = Phrase("giving-step-not-there")
_ABOUT: Final = Phrase("giving-about")
_STANDS: Final = Phrase("giving-stands")
POINTS_HINT: Final = Phrase("giving-points-hint")
WRONG_POINTS: Final = Phrase("giving-wrong-points")
_NAME: Final = Phrase("giving-name")
_PERSON: Final = Phrase("giving-person")
LONG_REASON: Final = Phrase("giving-long-reason")


def ask_who(member: str, command: str) -> str:
    """Ask whether *member* is meant, or the thing in *command*."""
    return _NAME(name=format_name(member), command=escape_line(restore_mentions(command)))


def ask_whether(member: str) -> str:
    """Ask whether *member* is meant, where only people are possible."""
    return _PERSON(name=format_name(member))


def describe_author(author: str) -> str:
    """Say whose message it is; *author* is a user id. A mention in a form doesn't notify anyone."""
    return _ABOUT(author=f"<@{author}>")


def describe_given_points(points: int) -> str:
    """Say how many points were given before."""
    return _STANDS(points=format_signed(points))
