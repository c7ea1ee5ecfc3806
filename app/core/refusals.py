"""The rules: which votes of a message count, and which are refused and why (docs/use/grammar.md).

The database function `limit_votes` applies cooldown and allowance when votes are stored.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from app.core.settings.definitions import Minus, Settings
from app.core.vote import Vote, is_thing


class Refusal(StrEnum):
    """Why a vote doesn't count; only its voter is told."""

    SELF = "self"
    TOO_MANY = "too_many"
    ALLOWANCE = "allowance"
    COOLDOWN = "cooldown"
    GROUP = "group"
    OPTED_OUT = "opted_out"
    MINUS_OFF = "minus_off"
    MINUS_THINGS = "minus_things"
    MINUS_REASON = "minus_reason"
    THINGS = "things"
    BANNED = "banned"
    STRANGER = "stranger"
    CLOSED = "closed"
    """No votes count in the channel."""


WITHHOLDING: Final = (Refusal.BANNED, Refusal.CLOSED)
"""The reasons to count nothing more while earlier points stay as they are."""


@dataclass(frozen=True, slots=True)
class ActiveBan:
    """A ban on a person's votes."""

    until: datetime | None = None
    """None: until the ban is lifted."""
    since: datetime | None = None
    """None: whenever a vote was given, it doesn't count."""

    def covers(self, at: datetime) -> bool:
        """Return whether a vote given *at* doesn't count."""
        begun = self.since is None or self.since <= at
        return begun and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class VoteFacts:
    """What is known about the people that a message concerns, apart from settings."""

    opted_out: Collection[str] = ()
    strangers: Collection[str] = ()
    """People from other organizations, maybe the voter too; looked up only where it matters."""
    ban: ActiveBan | None = None


@dataclass(frozen=True, slots=True)
class RefusedVote:
    """A vote that doesn't count."""

    reason: Refusal
    target: str = ""
    """Whom or what it was for; empty if the refusal isn't about a single target."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """Which of a message's votes count, and which are refused."""

    counted: tuple[Vote, ...] = ()
    refused: tuple[RefusedVote, ...] = ()
    opted_out: tuple[str, ...] = ()
    """Targets who have opted out, so that votes for them were refused."""
    withheld: tuple[Vote, ...] = ()
    """Votes refused by one of WITHHOLDING: an edit keeps their earlier points and adds none."""
    ban: ActiveBan | None = None

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """The reason of each refused vote."""
        return tuple(vote.reason for vote in self.refused)


_NOBODY: Final = VoteFacts()


def judge(
    votes: Sequence[Vote], voter: str, settings: Settings, facts: VoteFacts = _NOBODY
) -> Ruling:
    """Return the ruling on *votes* (one per target) cast by *voter*."""
    if refused := _find_common_refusal(votes, voter, settings, facts):
        ruling = Ruling((), tuple(RefusedVote(refused, v.target) for v in votes), ban=facts.ban)
        return replace(ruling, withheld=tuple(votes)) if refused in WITHHOLDING else ruling
    judged = [(vote, _find_refusal(vote, voter, settings, facts)) for vote in votes]
    return Ruling(
        tuple(vote for vote, refused in judged if refused is None),
        tuple(RefusedVote(refused, vote.target) for vote, refused in judged if refused),
        tuple(vote.target for vote, refused in judged if refused is Refusal.OPTED_OUT),
    )


def _find_common_refusal(
    votes: Sequence[Vote], voter: str, settings: Settings, facts: VoteFacts
) -> Refusal | None:
    """Return why none of the message's votes count, or None."""
    if not settings.votes:
        return Refusal.CLOSED
    if facts.ban:
        return Refusal.BANNED
    if voter in facts.strangers:
        return Refusal.STRANGER
    return Refusal.TOO_MANY if len(votes) > settings.max_targets else None


def _find_refusal(vote: Vote, voter: str, settings: Settings, facts: VoteFacts) -> Refusal | None:
    if vote.target == voter:
        return Refusal.SELF
    if vote.target in facts.opted_out:
        return Refusal.OPTED_OUT
    if vote.target in facts.strangers:
        return Refusal.STRANGER
    if is_thing(vote.target) and not settings.things:
        return Refusal.THINGS
    return _find_minus_refusal(vote, settings.counted_minus) if vote.points < 0 else None


def _find_minus_refusal(vote: Vote, allowed: Minus) -> Refusal | None:
    match allowed:
        case Minus.OFF:
            return Refusal.MINUS_OFF
        case Minus.THINGS if not is_thing(vote.target):
            return Refusal.MINUS_THINGS
        case Minus.REASON if not vote.reason:
            return Refusal.MINUS_REASON
        case _:
            return None


def cap_votes(votes: Sequence[Vote], held_votes: Collection[Vote]) -> tuple[Vote, ...]:
    """Return *votes* with no more points than in *held_votes*, and none with the opposite sign."""
    before = {vote.target: vote.points for vote in held_votes}
    left = (replace(v, points=_limit_points(v.points, before.get(v.target, 0))) for v in votes)
    return tuple(vote for vote in left if vote.points)


def _limit_points(points: int, held_points: int) -> int:
    return max(0, min(points, held_points)) if held_points > 0 else min(0, max(points, held_points))
