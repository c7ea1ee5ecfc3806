"""What counting a vote needs: the database, the rules, and what Slack knows of people."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from app.store.database import Database
from app.store.people.opt_outs import OptOuts
from app.store.votes.batcher import VoteBatcher
from app.store.workspace.rulebook import Rulebook
from app.usecases.watch import Watch

MembersOf = Callable[[str, str], Awaitable[Sequence[str] | None]]
"""Gives the members of a group of a team; None where it cannot be known."""
ZoneOf = Callable[[str, str], Awaitable[tzinfo | None]]
"""Gives the time zone of somebody in a team; None where it cannot be known."""
IsStranger = Callable[[str, str], Awaitable[bool]]
"""Tells whether somebody whom a team sees is of another organisation."""


async def _know_no_zone(_team: str, _user: str) -> None:
    return None


async def _know_no_stranger(_team: str, _user: str) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteContext:
    """What counting a vote needs; all votes that share a context share its batches."""

    database: Database
    rulebook: Rulebook
    batcher: VoteBatcher
    members_of: MembersOf
    watch: Watch = field(default_factory=Watch)
    opt_outs: OptOuts = field(default_factory=OptOuts)
    zone_of: ZoneOf = _know_no_zone
    is_stranger: IsStranger = _know_no_stranger
