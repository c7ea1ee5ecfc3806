"""The audit log's entries: what admins did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

TARGETED_ACTIONS: Final = ("adjust", "merge", "unmerge", "ban", "unban")
"""The actions that concern a person or a thing."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A recorded action; *before* and *after* are the JSON state of what it changed."""

    id: int
    at: datetime
    by: str
    act: str
    about: str
    """The person, thing, setting, season, boost or channel that was changed."""
    before: Any
    after: Any
    note: str | None

    @property
    def targets(self) -> list[str]:
        """The people and things that are named when the entry is shown."""
        into = self.after.get("into") if isinstance(self.after, dict) else None
        about = [self.about] if self.act in TARGETED_ACTIONS else []
        return [self.by, *about, *([into] if isinstance(into, str) else [])]
