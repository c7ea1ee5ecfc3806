"""Wording of the App Home, which only its owner sees."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.core.boards.shares import Standing
from app.words.catalog import say
from app.words.entries import describe_time
from app.words.text import format_ordinal, format_points, name_person


def list_missing_scopes(scopes: Sequence[str]) -> str:
    """List the scopes that the app lacks, and explain how to grant them."""
    listed = ", ".join(f"`{scope}`" for scope in scopes)
    return say("home-missing-scopes", count=len(scopes), scopes=listed)


def describe_standing(
    own: Standing | None, names: Mapping[str, str], *, alone: bool = False
) -> str:
    """Return the owner's standing: `3rd with 12 points`, and, unless *alone*, who is ahead."""
    if own is None:
        return say("home-nothing")
    standing = say("home-standing", rank=format_ordinal(own.rank), count=own.score)
    if alone or own.ahead is None:
        return standing
    name = name_person(own.ahead.target, names)
    return f"{standing}\n{say('home-behind', count=own.ahead.score - own.score, name=name)}"


def describe_given_points(own: Standing | None) -> str:
    """Return the points that the owner has given: `12 points, 3rd among givers`."""
    if own is None:
        return say("home-gave-none")
    return f"{format_points(own.score)}\n{say('home-gave-rank', rank=format_ordinal(own.rank))}"


def describe_allowance(left: int, allowance: int) -> str:
    """Return what the owner can still give: `You can still give 7 of your 10 points today.`."""
    if left:
        return say("home-allowance", left=left, of=allowance)
    return say("home-allowance-spent", of=allowance)


def describe_page_time(at: datetime) -> str:
    """Say when the page was rendered, in the reader's time zone."""
    return say("home-as-of", moment=describe_time(at))
