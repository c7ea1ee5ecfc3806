"""What the store is given to keep (a message, its ruling, its day), and what came of it."""

from dataclasses import dataclass, field, replace

from app.core.audience import IN_THREAD, Answering, Audience
from app.core.boards.calendar import GiverDay, VoteTime
from app.core.message import Message
from app.core.refusals import Refusal, Ruling
from app.store.workspace.workspace_rules import WorkspaceRules


@dataclass(frozen=True, slots=True)
class Ballot:
    """A message with what the rules say of its votes."""

    message: Message
    ruling: Ruling
    when: VoteTime
    """Its boards are those of this time."""
    rules: WorkspaceRules = field(default_factory=WorkspaceRules)
    """By what they were judged; where that holds no more, nothing is stored."""
    giver_day: GiverDay | None = None
    """From whose allowance it pays for what it adds; None where there is none."""
    answering: Answering = IN_THREAD
    cooldown: int = 0
    """Seconds that have to lie between two votes of one giver for the same target."""
    allowance: int | None = None
    """Points that the giver may give in a day; None: as many as they like."""

    def without_refusals(self) -> "Ballot":
        """Return it for a form, which shows by itself why votes are refused."""
        return replace(self, answering=replace(self.answering, refusals=Audience.NOBODY))

    @property
    def giver(self) -> str:
        """What limits know its giver by."""
        return self.rules.identify(self.message.author)

    @property
    def is_limited(self) -> bool:
        """Tell whether its votes are held to an allowance or a cooldown."""
        return self.allowance is not None or self.cooldown > 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a message changed."""

    counted: int
    """Rows appended to the ledger."""
    waiting: int
    """Replies in the outbox that were added or changed."""
    refused: tuple[Refusal, ...] = ()
    """Why votes that the rules let pass were refused when they were stored: a reason for each."""
    full: tuple[str, ...] = ()
    """Those of whom votes were refused because no score can hold them."""
