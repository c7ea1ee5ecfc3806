"""What admins did, as it was written down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

TARGETED_ACTS: Final = ("adjust", "merge", "unmerge", "ban", "unban")
"""The acts that are about a person or a thing."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An act as it was written down; *before* and *after* are what it was about, as JSON."""

    id: int
    at: datetime
    by: str
    act: str
    about: str
    """The person, thing, setting or channel that it was done to."""
    before: Any
    after: Any
    note: str | None

    @property
    def targets(self) -> list[str]:
        """Everybody and everything that is named when it is told."""
        into = self.after.get("into") if isinstance(self.after, dict) else None
        about = [self.about] if self.act in TARGETED_ACTS else []
        return [self.by, *about, *([into] if isinstance(into, str) else [])]
