"""The message: what is left of Slack's payload once it has passed the door."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from app.core.grammar.tokens import Atoms, Lines

TIMESTAMP: Final = re.compile(r"[0-9]{1,11}\.[0-9]{1,9}")
"""A message's timestamp in Slack; what came in another way has none."""
FIRST: Final = ""
"""The revision of a message as it was first written; that of an edit begins with its time."""
DELETED: Final = "deleted"
"""The revision of a deletion: after those of all edits."""
UNDONE: Final = "undone"
"""The revision of a message whose votes were taken back: nothing comes after it."""
STEP: Final = "step/"
"""What the ts of a workflow's step begins with."""
NOTHING: Final = Lines((), Atoms())
"""What a deleted message says."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a person, in the version that was delivered."""

    team: str
    channel: str
    ts: str
    """Slack's timestamp, unique in its channel: the message's identity."""
    author: str
    lines: Lines
    thread_ts: str | None = None
    """The message that began the thread, if this is a reply in one."""
    thread_author: str | None = None
    revision: str = FIRST
    """Which version of the message this is; a later one compares greater, as text."""
    quiet: bool = False
    """Whether its votes are counted without a word, because they are old."""
    slot: str = ""
    """Whose vote on the message this is, by reaction or shortcut; empty for what it says."""
    given_at: datetime | None = None
    """When the vote was given, where the message's own time does not say it."""
    changed_at: datetime | None = None
    """When this version of the votes was made, by Slack's clock, where it is not the first."""
    home: str | None = None
    """The author's own workspace, if it is another (Slack Connect)."""

    @property
    def at(self) -> datetime:
        """When the vote was given."""
        return self.given_at or datetime.fromtimestamp(float(self.ts), UTC)

    @property
    def written_at(self) -> datetime:
        """When the message was written: its votes, however given, are on the boards of that time.

        Points that no message holds are on those of the time at which they were given.
        """
        if TIMESTAMP.fullmatch(self.ts):
            return datetime.fromtimestamp(float(self.ts), UTC)
        return self.at

    @property
    def moment(self) -> datetime:
        """When what this version adds is given: then it is paid, and meets the cooldown."""
        return max(self.at, self.changed_at) if self.changed_at else self.at

    @property
    def thread(self) -> str | None:
        """The thread in which the app answers; None where there is no message to answer."""
        is_there = self.revision != DELETED and TIMESTAMP.fullmatch(self.ts)
        return self.thread_ts or (self.ts if is_there else None)

    @property
    def by_workflow(self) -> bool:
        """Tell whether a workflow gives the votes, in the name of their author."""
        return self.ts.startswith(STEP)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells these votes from all others: team, channel, ts, slot."""
        return self.team, self.channel, self.ts, self.slot


def build_key(team: str, channel: str, ts: str, slot: str | None = None) -> dict[str, str]:
    """Return what names a message to the store; with *slot*, one way of giving on it."""
    key = {"team": team, "channel": channel, "ts": ts}
    return key if slot is None else key | {"slot": slot}
