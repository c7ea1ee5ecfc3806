"""What the App Home says to the one person who sees it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from app.core.boards import Standing
from app.core.replies.text import ordinal, points, shown

TITLE: Final = "Your karma"
WELCOME: Final = "Welcome to pptbot"
FIRST: Final = """\
Here you will find your points, your last votes, and who leads. You have none yet, so begin with \
others: in a channel that I am in, write

• `@someone++ for the release` to give a point, `@someone+++` to give two
• `postgres++` to thank a thing, `"code review"++` where its name has several words
• `++ for the write-up` as a reply in a thread, to thank whoever began it"""
NO_CHANNEL: Final = """\
*I am in no channel yet, so nobody can vote.* To invite me, open a channel and write there:
```/invite @pptbot```
In private channels it works the same way. I hear only the channels that I am in."""
OUT_TITLE: Final = "You have opted out"
OUT: Final = """\
Votes for you do not count, and no board, card or search shows you. Your points are kept: with the \
button below, or with `/karma opt-in`, you come back, and they are there as they were."""

SPANS: Final = {"week": "This week", "month": "This month", "all": "All time"}
RECEIVED: Final = "The last votes for you"
GIVEN: Final = "The last votes that you gave"
GAVE: Final = "Points you gave"
NONE_RECEIVED: Final = "None that can be shown here."
NONE_GIVEN: Final = "None yet: `@someone++ for the release` gives a point."
PRIVATE: Final = "Votes that were given in a private channel are shown only there."
LEADS: Final = "Nobody is ahead of you"
NOTHING: Final = "No points yet"

HELP: Final = "Help"
HELP_TITLE: Final = "How pptbot works"
HELP_CLOSE: Final = "Close"
OPT_OUT: Final = "Opt out"
OPT_IN: Final = "Opt in again"
CONFIRM_TITLE: Final = "Opt out of karma?"
CONFIRM: Final = (
    "Votes for you will no longer count, and no board, card or search will show you. Your points"
    " are kept, and you can come back at any time."
)
CONFIRM_YES: Final = "Opt out"
CONFIRM_NO: Final = "Stay"


def standing(own: Standing | None, names: Mapping[str, str]) -> str:
    """Say where its person stands: `3rd with 12 points`, and how far the next place is."""
    if own is None:
        return NOTHING
    said = f"{ordinal(own.rank)} with {points(own.score)}"
    if own.ahead is None:
        return f"{said}\n{LEADS}"
    name = shown(names.get(own.ahead.target, own.ahead.target))
    return f"{said}\n{own.ahead.score - own.score:,} behind {name}"


def gave(own: Standing | None) -> str:
    """Say what its person gave: `12 points, 3rd among givers`."""
    return f"{points(own.score)}\n{ordinal(own.rank)} among givers" if own else "None yet"


def allowance(left: int, of: int) -> str:
    """Say how much its person can still give: `You can still give 7 of your 10 points today.`."""
    if not left:
        return f"You have given all your {points(of)} of today. Tomorrow there is more."
    return f"You can still give {left:,} of your {points(of)} today."


def as_of(at: datetime) -> str:
    """Say when the page was made, in the time of whoever reads it."""
    fallback = f"{at:%Y-%m-%d %H:%M} UTC"
    return (
        f"As of <!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time_secs}}|{fallback}>."
        " After you open it, this page follows your votes for ten minutes."
    )
