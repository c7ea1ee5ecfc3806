"""A message's judged votes, as the store's input, and the outcome of storing them."""

from dataclasses import dataclass, field, replace

from app.core.audience import IN_THREAD, Answering, Audience
from app.core.boards.calendar import GiverDay, VoteTime
from app.core.message import Message
from app.core.refusals import Refusal, Ruling
from app.store.workspace.workspace_rules import WorkspaceRules


@dataclass(frozen=True, slots=True)
class Ballot:
    """A message with the ruling on its votes."""

    message: Message
    ruling: Ruling
    when: VoteTime
    """The time that decides on which boards its votes count."""
    rules: WorkspaceRules = field(default_factory=WorkspaceRules)
    """The rules by which the votes were judged; if they have changed, nothing is stored."""
    giver_day: GiverDay | None = None
    """The giver's own day, whose allowance pays for added points; None without one, or a giver."""
    answering: Answering = IN_THREAD
    cooldown: int = 0
    """Minimum seconds between two votes of one giver for the same target; 0 for no cooldown."""
    allowance: int | None = None
    """Points that the giver may give in a day; None for no limit."""

    def without_refusals(self) -> "Ballot":
        """Return the ballot without refusal notes, for a form, which shows refusals itself."""
        return replace(self, answering=replace(self.answering, refusals=Audience.NOBODY))

    @property
    def giver(self) -> str:
        """The keyed hash by which limits identify its giver."""
        return self.rules.identify(self.message.author)

    @property
    def is_limited(self) -> bool:
        """Return whether an allowance or a cooldown applies to its votes."""
        return self.allowance is not None or self.cooldown > 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The effects of storing a ballot."""

    counted: int = 0
    """Rows appended to the ledger."""
    waiting: int = 0
    """Replies added to the outbox or changed there."""
    refused: tuple[Refusal, ...] = ()
    """One reason per vote that passed the rules but was refused when it was stored."""

    def __add__(self, other: "Outcome") -> "Outcome":
        refused = (*self.refused, *other.refused)
        return Outcome(self.counted + other.counted, self.waiting + other.waiting, refused)
