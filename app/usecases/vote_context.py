"""What counting a vote needs: the database, the rules, and what Slack knows of people."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Final, TypeVar

from psycopg import Rollback

from app.core.vote import ScoreLimitError
from app.store.database import Conn, Database, Query, UnavailableError
from app.store.votes.batcher import VoteBatcher
from app.store.workspace.rulebook import Rulebook, hold_rules
from app.store.workspace.workspace_rules import StaleRulesError, WorkspaceRules
from app.usecases.newcomers import Newcomers
from app.usecases.watch import Watch

T = TypeVar("T")

MembersOf = Callable[[str, str], Awaitable[Sequence[str] | None]]
"""Gives the members of a group of a team; None where it cannot be known."""
ZoneOf = Callable[[str, str], Awaitable[tzinfo | None]]
"""Gives the time zone of somebody in a team; None where it cannot be known."""
IsStranger = Callable[[str, str], Awaitable[bool]]
"""Tells whether somebody whom a team sees is of another organization."""
IsInChannel = Callable[[str, str, str], Awaitable[bool]]
"""Tells of a team and a channel whether somebody is there, as far as that can be known."""
StoreChannel = Callable[[str, str], Awaitable[None]]
"""Stores what is known of a team's channel, before a vote there is."""
_MOST_ATTEMPTS: Final = 20
"""How often votes are judged anew because the rules, or full scores, have changed meanwhile."""


async def _know_nobody_away(_team: str, _channel: str, _user: str) -> bool:
    return True


async def _store_no_channel(_team: str, _channel: str) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteContext:
    """What counting a vote needs; all votes that share a context share its batches."""

    database: Database
    rulebook: Rulebook
    batcher: VoteBatcher
    members_of: MembersOf
    zone_of: ZoneOf
    is_stranger: IsStranger
    watch: Watch = field(default_factory=Watch)
    is_in_channel: IsInChannel = _know_nobody_away
    store_channel: StoreChannel = _store_no_channel
    newcomers: Newcomers | None = None
    """Who greets those who give or get for the first time; nobody, where messages were missed."""


async def apply_rules(
    context: VoteContext,
    team: str,
    work: Callable[[WorkspaceRules], Awaitable[T]],
    channel: str = "",
) -> T:
    """Return what *work*, in *channel*, comes to by rules of *team* that hold when it is stored.

    What would take a score over 64 bits is judged anew, by rules that are full. Raises
    UnavailableError when that was not known to be stored in time, or the channel has got another
    id: when Slack sends it again, it is taken for what happens there.
    """
    is_full = False
    for _ in range(_MOST_ATTEMPTS):
        rules = await context.rulebook.read_rules(context.database, team)
        if channel in rules.former_channels:
            raise UnavailableError("the channel has another id by now")
        try:
            return await work(replace(rules, is_full=True) if is_full else rules)
        except StaleRulesError:
            await context.rulebook.follow(context.database)
        except ScoreLimitError:
            is_full = True
    raise UnavailableError("the rules or scores change too often")


async def store_by_rules(
    context: VoteContext,
    rules: WorkspaceRules,
    query: Query[T],
    keeps: Callable[[T], bool] = lambda _: True,
) -> T:
    """Return what *query* comes to, in one transaction in which *rules* hold.

    It leaves nothing behind unless the caller *keeps* what it came to. Raises StaleRulesError
    where the rules hold no more, and UnavailableError.
    """

    async def store(conn: Conn) -> T:
        async with conn.transaction() as whole:
            await hold_rules(conn, rules)
            done = await query(conn)
            if not keeps(done):
                raise Rollback(whole)
        return done

    return await context.database.run(store)
