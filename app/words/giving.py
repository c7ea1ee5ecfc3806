"""Wording for giving points with a form or a workflow step."""

from app.words.catalog import say
from app.words.text import escape_line, format_name, format_signed
from app.words.usage import restore_mentions


def ask_who(member: str, command: str) -> str:
    """Ask whether *member* is meant, or the thing in *command*."""
    return say(
        "giving-name", name=format_name(member), command=escape_line(restore_mentions(command))
    )


def ask_whether(member: str) -> str:
    """Ask whether *member* is meant, where only people are possible."""
    return say("giving-person", name=format_name(member))


def describe_author(author: str) -> str:
    """Say whose message it is; *author* is a user id. A mention in a form doesn't notify anyone."""
    return say("giving-about", author=f"<@{author}>")


def describe_given_points(points: int) -> str:
    """Say how many points were given before."""
    return say("giving-stands", points=format_signed(points))
