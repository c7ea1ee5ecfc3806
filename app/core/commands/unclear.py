"""Why a command about boards isn't understood, and what may have been meant."""

from dataclasses import dataclass
from enum import StrEnum


class UnclearReason(StrEnum):
    """Why a command isn't understood."""

    UNKNOWN = "unknown"
    TWICE = "twice"
    """The word repeats or contradicts an earlier one."""
    COUNT = "count"
    """The number isn't between 1 and 50."""
    NAME = "name"
    """The word is a channel's name, which Slack hasn't turned into a link."""
    PEOPLE = "people"
    """A channel has no board of things or givers."""
    CHART = "chart"
    """A chart always shows the same number of places, from the top, and no group."""
    MENTION = "mention"
    """Charts are drawn for the slash command only."""
    SEASON = "season"
    """There's no such season."""
    FIRST = "first"
    """There was no season before the current one."""
    OWN = "own"
    """The asker wants their own points."""
    PERSON = "person"
    """The request is for one person's points."""
    GROUP = "group"
    """A group has no board of things."""
    PERIOD = "period"
    """The calendar has no such week, month or day."""
    SINCE = "since"
    """The word after `since` isn't a date that a board could begin on."""
    COMMAND = "command"
    """The word is a subcommand of `/karma`."""
    THANKS = "thanks"
    TALK = "talk"
    """Nothing is asked for; an explanation of the app may help."""


@dataclass(frozen=True, slots=True)
class UnclearQuery:
    """The part of a command that isn't understood."""

    word: str = ""
    why: UnclearReason = UnclearReason.UNKNOWN
    nearest: str = ""
    """What may have been meant; for TWICE, the earlier word that conflicts."""
