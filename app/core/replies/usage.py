"""What is said to whoever asks how the app is used, or asks for what it cannot do."""

from typing import Final

from app.core.commands import MOST_PLACES, Unclear, Why
from app.core.replies.text import shown

HELP: Final = """\
*Give points* by writing in a channel that I am in:
• `@bob++ for the release`, `@ann @carol ++`, `postgres++`, `"code review"++`, `:tada:++`
• `+++` gives 2, `++++` gives 3, `+= 5` gives 5; `@bob--` takes one away
• `++ for the write-up` as a reply in a thread thanks whoever began it
*See who leads:* `/leaderboard`, or `@pptbot leaderboard` for everyone. Add, in any order:
• `25` (1 to 50 places); `today`, `week`, `month`, `last week`, `2026-10`, `2026-W47`, `2026-11-20`
• `things` or `givers`; `bottom`; a #channel, or `here` for this one: `/leaderboard 5 givers week`
*See a picture:* `/leaderboard chart` for the last twelve weeks, `/leaderboard chart month` for bars
*Ask for a score:* a message that is only `@bob==` or `postgres==`"""

_TRY: Final = "Try `/leaderboard`, `/leaderboard 25 week` or `/leaderboard help`."
_TROUBLE: Final = {
    Why.UNKNOWN: "I do not know {}.",
    Why.TWICE: "{} is there twice.",
    Why.COUNT: f"{{}} is no number of places: 1 to {MOST_PLACES} can be shown.",
    Why.PEOPLE: "A channel's board is of people: leave out {}, or the channel.",
    Why.CHART: "A chart shows the first places, 5 as lines or 10 as bars: leave out {}.",
    Why.MENTION: (
        "I draw a {} only for `/leaderboard chart`. You alone see it then, and a button below it"
        " shows it to everyone."
    ),
    Why.NAME: "I cannot tell which channel {} is: pick it from Slack's list.",
}
AWAY: Final = "I cannot reach my database right now. Nothing is lost; please try again in a minute."


def unclear(said: Unclear) -> str:
    """Say which word is not understood, and what may have been meant."""
    if not said.word:
        return f"I did not get that. {_TRY}"
    if said.why == Why.TWICE and said.word != said.nearest:
        both = f"{_quoted(said.nearest)} and {_quoted(said.word)}"
        return f"{both} do not go together: keep one. {_TRY}"
    meant = f" Did you mean `{said.nearest}`?" if said.nearest and said.why == Why.UNKNOWN else ""
    return f"{_TROUBLE[said.why].format(_quoted(said.word))}{meant} {_TRY}"


def _quoted(word: str) -> str:
    # A backtick would end the code in which the word is shown.
    return f"`{shown(word.replace('`', chr(0x2019))) or '?'}`"
