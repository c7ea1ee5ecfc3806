"""What of a command about boards is not understood, and what may have been meant."""

from dataclasses import dataclass
from enum import StrEnum


class UnclearReason(StrEnum):
    """Why a command is not understood."""

    UNKNOWN = "unknown"
    """The word means nothing."""
    TWICE = "twice"
    """The word says what another has said already, or its contrary."""
    COUNT = "count"
    """The number is not one of 1 to 50."""
    NAME = "name"
    """The word is a channel's name, which only Slack can tell the channel of."""
    PEOPLE = "people"
    """A channel's board is of people: there is none of things or givers."""
    CHART = "chart"
    """How many places a chart shows, and which end of the board, is always the same."""
    MENTION = "mention"
    """A chart is drawn for the slash command only."""
    SEASON = "season"
    """No season is called so."""
    FIRST = "first"
    """There was no season before the one that is now."""
    OWN = "own"
    """Whoever asks wants their own points."""
    PERSON = "person"
    """One person's points are asked for."""
    GROUP = "group"
    """A group's board is of people: it has no things."""
    SINCE = "since"
    """It isn't a day from which on a board could be shown."""
    COMMAND = "command"
    """The word is one that follows `/karma`."""
    THANKS = "thanks"
    """The app is thanked."""
    TALK = "talk"
    """Nothing is asked for: how the app is used may help."""


@dataclass(frozen=True, slots=True)
class UnclearQuery:
    """Say what of the command is not understood."""

    word: str = ""
    why: UnclearReason = UnclearReason.UNKNOWN
    nearest: str = ""
    """What may have been meant; after TWICE the word that stands against this one."""
