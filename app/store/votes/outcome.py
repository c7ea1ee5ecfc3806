"""What storing a message came to."""

from dataclasses import dataclass

from app.core.rules import Refusal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a message changed."""

    counted: int
    """Rows appended to the ledger."""
    waiting: int
    """Replies in the outbox that were added or changed."""
    refused: tuple[Refusal, ...] = ()
    """Why votes that the rules let pass were refused when they were stored: a reason for each."""
