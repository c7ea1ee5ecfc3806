"""How a message's votes are answered: where, to whom, or not at all."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.message import TIMESTAMP, Message
from app.core.settings.definitions import Notices, Replies, Settings


class Way(StrEnum):
    """What the app does to answer."""

    POST = "post"
    REACTION = "reaction"


class Audience(StrEnum):
    """Who hears something."""

    EVERYONE = "everyone"
    VOTER = "voter"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Answering:
    """How votes are answered; by default to everyone, in the thread of the message."""

    scores: Audience = Audience.EVERYONE
    refusals: Audience = Audience.VOTER
    """Who hears why votes don't count: never everyone."""
    way: Way = Way.POST
    in_channel: bool = False
    """Whether it stands in the channel itself, if the message does."""
    notices: bool = False
    """Whether those who got points are told directly."""

    def choose_thread(self, message: Message) -> str | None:
        """Return the thread that the answer to *message* goes to."""
        # A vote on an older message makes sense only beside it.
        return message.thread_ts if self.in_channel and not message.slot else message.thread


IN_THREAD: Final = Answering()
UNANSWERED: Final = Answering(Audience.NOBODY, Audience.NOBODY)


def choose_answering(settings: Settings, message: Message) -> Answering:
    """Return how the votes of *message* are answered where *settings* hold."""
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
        case Replies.REACTION | Replies.EPHEMERAL:  # there may be no message to react to
            return Answering(Audience.VOTER, notices=direct)
        case Replies.SILENT:
            return Answering(Audience.NOBODY, notices=direct)


def is_quiet(settings: Settings, message: Message) -> bool:
    """Tell whether nothing at all is said of *message*: it is old, or its channel is quiet."""
    return message.quiet or message.channel in settings.quiet_channels
