"""Where the data of replies and pages comes from."""

from dataclasses import dataclass

from app.slack.client import SlackClient
from app.slack.directory.channels import Channels
from app.slack.directory.identity import Identity
from app.slack.directory.people import People
from app.store.database import Database
from app.store.workspace.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources that all rendering of replies and pages shares."""

    client: SlackClient
    database: Database
    rulebook: Rulebook
    identity: Identity
    people: People
    channels: Channels
