"""What storing a message came to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a message changed."""

    counted: int
    """Rows appended to the ledger."""
    waiting: int
    """Replies in the outbox that were added or changed."""
