"""What rendering replies and pages needs: Slack, the database, the rules, and who is who."""

from dataclasses import dataclass

from app.slack.client import SlackClient
from app.slack.directory.channels import Channels
from app.slack.directory.identity import Identity
from app.slack.directory.people import People
from app.store.database import Database
from app.store.workspace.rulebook import Rulebook


@dataclass(frozen=True)
class RenderContext:
    """What rendering replies and pages needs; all of it shares one context."""

    client: SlackClient
    database: Database
    rulebook: Rulebook
    identity: Identity
    people: People
    channels: Channels
