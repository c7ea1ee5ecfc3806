"""Wording of the App Home, which only its owner sees."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from app.core.boards.shares import Standing
from app.words.catalog import Phrase
from app.words.entries import describe_time
from app.words.text import format_ordinal, format_points, name_person

TITLE: Final = Phrase("home-title")
WELCOME: Final = Phrase("home-welcome")
FIRST: Final = Phrase("home-first")
SETUP: Final = Phrase("home-setup")
SETUP_BUTTON: Final = Phrase("home-setup-button")
_MISSING: Final = Phrase("home-missing-scopes")
NO_CHANNEL: Final = Phrase("home-no-channel")
OUT_TITLE: Final = Phrase("home-out-title")
OUT: Final = Phrase("home-out")

SPANS: Final = {
    "week": Phrase("home-week"),
    "month": Phrase("home-month"),
    "season": Phrase("home-season"),
    "all": Phrase("home-all"),
}
RECEIVED: Final = Phrase("home-received")
GIVEN: Final = Phrase("home-given")
GAVE: Final = Phrase("home-gave")
NONE_RECEIVED: Final = Phrase("home-none-received")
NONE_GIVEN: Final = Phrase("home-none-given")
PRIVATE: Final = Phrase("home-private")
_STANDING: Final = Phrase("home-standing")
_BEHIND: Final = Phrase("home-behind")
_NOTHING: Final = Phrase("home-nothing")
_GAVE_RANK: Final = Phrase("home-gave-rank")
_GAVE_NONE: Final = Phrase("home-gave-none")
_ALLOWANCE: Final = Phrase("home-allowance")
_ALLOWANCE_SPENT: Final = Phrase("home-allowance-spent")
_AS_OF: Final = Phrase("home-as-of")

GIVE: Final = Phrase("home-give")
HELP: Final = Phrase("home-help")
HELP_TITLE: Final = Phrase("home-help-title")
HELP_CLOSE: Final = Phrase("home-help-close")
OPT_OUT: Final = Phrase("home-opt-out")
OPT_IN: Final = Phrase("home-opt-in")
CONFIRM_TITLE: Final = Phrase("home-confirm-title")
CONFIRM: Final = Phrase("home-confirm")
CONFIRM_YES: Final = Phrase("home-confirm-yes")
CONFIRM_NO: Final = Phrase("home-confirm-no")


def list_missing_scopes(scopes: Sequence[str]) -> str:
    """List the scopes that the app lacks, and explain how to grant them."""
    return _MISSING(count=len(scopes), scopes=", ".join(f"`{scope}`" for scope in scopes))


def describe_standing(
    own: Standing | None, names: Mapping[str, str], *, alone: bool = False
) -> str:
    """Return the owner's standing: `3rd with 12 points`, and, unless *alone*, who is ahead."""
    if own is None:
        return _NOTHING()
    standing = _STANDING(rank=format_ordinal(own.rank), count=own.score)
    if alone or own.ahead is None:
        return standing
    name = name_person(own.ahead.target, names)
    return f"{standing}\n{_BEHIND(count=own.ahead.score - own.score, name=name)}"


def describe_given_points(own: Standing | None) -> str:
    """Return the points that the owner has given: `12 points, 3rd among givers`."""
    if own is None:
        return _GAVE_NONE()
    return f"{format_points(own.score)}\n{_GAVE_RANK(rank=format_ordinal(own.rank))}"


def describe_allowance(left: int, allowance: int) -> str:
    """Return what the owner can still give: `You can still give 7 of your 10 points today.`."""
    return _ALLOWANCE(left=left, of=allowance) if left else _ALLOWANCE_SPENT(of=allowance)


def describe_page_time(at: datetime) -> str:
    """Say when the page was rendered, in the reader's time zone."""
    return _AS_OF(moment=describe_time(at))
