"""What is said to whoever asks how the app is used, or asks for what it cannot do."""

from typing import Final

HELP: Final = """\
*Give points* by writing in a channel that I am in:
• `@bob++ for the release`, `@ann @carol ++`, `postgres++`, `"code review"++`, `:tada:++`
• `+++` gives 2, `++++` gives 3, `+= 5` gives 5; `@bob--` takes one away
• `++ for the write-up` as a reply in a thread thanks whoever began it
*See who leads:* `/leaderboard`, `/leaderboard 25` (1 to 50), or `@pptbot leaderboard`
*Ask for a score:* a message that is only `@bob==` or `postgres==`"""

USAGE: Final = (
    "I did not get that. Try `/leaderboard`, `/leaderboard 25` (1 to 50) or `/leaderboard help`."
)
AWAY: Final = "I cannot reach my database right now. Nothing is lost; please try again in a minute."
