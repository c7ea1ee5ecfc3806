"""What counting a vote needs: the database, the rules, and lookups of people at Slack."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final, Protocol, TypeVar

from psycopg import Rollback

from app.core.message import Message
from app.store.database import Conn, Database, Query, UnavailableError
from app.store.votes.ballot import Outcome
from app.store.votes.batcher import VoteBatcher
from app.store.workspace.rulebook import Rulebook, hold_rules
from app.store.workspace.workspace_rules import StaleRulesError, WorkspaceRules
from app.usecases.newcomers import Newcomers
from app.usecases.watch import Watch

T = TypeVar("T")

_MOST_ATTEMPTS: Final = 20
"""How often votes are judged again because the rules have changed meanwhile."""


class PeopleLookup(Protocol):
    """The people of each team."""

    async def list_group_members(self, team: str, group: str) -> Sequence[str] | None:
        """Return the members of *group*; None if unknown."""

    async def read_zone(self, team: str, user: str) -> tzinfo | None:
        """Return the time zone of *user*; None if unknown."""

    async def is_stranger(self, team: str, user: str) -> bool:
        """Return whether *user*, whom *team* sees, is of another organization."""


class MembersLookup(Protocol):
    """Who is in which channel."""

    async def has(self, team: str, channel: str, user: str) -> bool:
        """Return whether *user* is in *channel*, as far as that can be known."""


class ChannelStore(Protocol):
    """What is known of channels."""

    async def store_new(self, team: str, channel: str) -> None:
        """Store what is known of *channel*, before a vote there is stored."""


@dataclass(frozen=True, kw_only=True)
class VoteContext:
    """What counting a vote needs; all votes that share a context share its batches."""

    database: Database
    rulebook: Rulebook
    batcher: VoteBatcher
    people: PeopleLookup
    members: MembersLookup
    channels: ChannelStore
    newcomers: Newcomers | None
    """Greets people who give or get for the first time; None when catching up on messages."""
    watch: Watch = field(default_factory=Watch)

    async def is_external(self, message: Message) -> bool:
        """Return whether an external person wrote *message*."""
        return bool(message.home) or await self.people.is_stranger(message.team, message.author)

    def record_revision(
        self, message: Message, targets: Sequence[str], outcome: Outcome | None
    ) -> None:
        """Count in the metrics what *message* has changed; greet newcomers among *targets*."""
        self.watch.count_revision(outcome)
        self.greet_newcomers(message, targets, outcome)

    def greet_newcomers(
        self, message: Message, targets: Sequence[str], outcome: Outcome | None
    ) -> None:
        """Greet people who gave or got by *message* for the first time, if any votes counted."""
        if self.newcomers and targets and outcome and outcome.counted:
            settings = self.rulebook.get_settings(message.team, message.channel)
            self.newcomers.greet(message, targets, settings)


async def apply_rules(
    rulebook: Rulebook,
    team: str,
    work: Callable[[WorkspaceRules], Awaitable[T]],
    channel: str = "",
) -> T:
    """Return the result of *work* in *channel*, by rules of *team* in effect when it's stored.

    Raises UnavailableError if the result may not have been stored, or if the channel has a new id,
    for which the event counts when Slack redelivers it.
    """
    for _ in range(_MOST_ATTEMPTS):
        rules = await rulebook.read_rules(team)
        if channel in rules.former_channels:
            raise UnavailableError("the channel has another id by now")
        try:
            return await work(rules)
        except StaleRulesError:
            await rulebook.follow()
    raise UnavailableError("the rules change too often")


async def store_by_rules(
    query: Query[T],
    context: VoteContext,
    rules: WorkspaceRules,
    may_commit: Callable[[T], bool] = lambda _: True,
) -> T:
    """Return the result of *query*, in one transaction in which *rules* are in effect.

    It's rolled back unless *may_commit* accepts the result. Raises StaleRulesError if the rules
    have changed, and UnavailableError.
    """

    async def store(conn: Conn) -> T:
        async with conn.transaction() as whole:
            await hold_rules(conn, rules)
            done = await query(conn)
            if not may_commit(done):
                raise Rollback(whole)
        return done

    return await context.database.run(store)
