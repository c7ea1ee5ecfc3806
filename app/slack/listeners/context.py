"""What the listeners share: each gets it when it registers."""

from dataclasses import dataclass

from app.slack.catchup.listening import Listening
from app.slack.charts.delivery import Charts
from app.slack.directory.identity import Identity
from app.slack.directory.people import People
from app.slack.directory.roles import Roles
from app.slack.outbound.background_tasks import BackgroundTasks
from app.slack.outbound.board_messages import Boards
from app.slack.outbound.homes import Homes
from app.slack.outbound.sender import Sender
from app.usecases.vote_context import VoteContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Context(VoteContext):
    """What listeners use: what a vote needs, and the app's parts that talk to Slack."""

    people: People
    identity: Identity
    sender: Sender
    boards: Boards
    tasks: BackgroundTasks
    roles: Roles
    listening: Listening | None = None
    homes: Homes | None = None
    charts: Charts | None = None
