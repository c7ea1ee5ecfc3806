"""Decides how a message's votes are answered: where, visible to whom, or not at all."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.message import TIMESTAMP, Message
from app.core.settings.definitions import Notices, Replies, Settings


class Way(StrEnum):
    """How an answer is given: as a post or as a reaction."""

    POST = "post"
    REACTION = "reaction"


class Audience(StrEnum):
    """Who sees an answer."""

    EVERYONE = "everyone"
    VOTER = "voter"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Answering:
    """How votes are answered; by default in the message's thread, for everyone to see."""

    scores: Audience = Audience.EVERYONE
    refusals: Audience = Audience.VOTER
    """Who sees why votes don't count: never everyone."""
    way: Way = Way.POST
    in_channel: bool = False
    """Whether a message outside any thread is answered in the channel itself."""
    notices: bool = False
    """Whether people who got points get a direct message."""

    def choose_thread(self, message: Message) -> str | None:
        """Return the thread to answer *message* in; None for the channel itself."""
        # An answer to a reaction or form on an older message makes sense only in its thread.
        return message.thread_ts if self.in_channel and not message.slot else message.thread


IN_THREAD: Final = Answering()
UNANSWERED: Final = Answering(Audience.NOBODY, Audience.NOBODY)


def choose_answering(settings: Settings, message: Message) -> Answering:
    """Return how the votes of *message* are answered under *settings*."""
    if is_quiet(settings, message) or not settings.votes:
        return UNANSWERED
    direct = settings.notices is Notices.DIRECT
    match settings.replies:
        case Replies.THREAD:
            return Answering(notices=direct)
        case Replies.CHANNEL:
            return Answering(in_channel=True, notices=direct)
        case Replies.REACTION if TIMESTAMP.fullmatch(message.ts):
            return Answering(way=Way.REACTION, notices=direct)
        case Replies.REACTION | Replies.EPHEMERAL:  # without a message, nothing to react to
            return Answering(Audience.VOTER, notices=direct)
        case Replies.SILENT:
            return Answering(Audience.NOBODY, notices=direct)


def is_quiet(settings: Settings, message: Message) -> bool:
    """Return whether *message* gets no answer at all: it's old, or its channel is quiet."""
    return message.quiet or message.channel in settings.quiet_channels
