"""What the listeners share: each gets it when it registers."""

from dataclasses import dataclass

from app.slack.identity import Identity
from app.slack.listening import Listening
from app.slack.outbox import Sender
from app.slack.people import People
from app.votes import Ears


@dataclass(frozen=True, slots=True)
class Context:
    """The app's parts that listeners use."""

    ears: Ears
    people: People
    identity: Identity
    sender: Sender
    listening: Listening | None = None
