"""A message as the app knows it, once Slack's payload has been parsed."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

from app.core.grammar.tokens import Atoms, Lines

TIMESTAMP: Final = re.compile(r"[0-9]{1,11}\.[0-9]{1,9}")
"""A Slack message's timestamp; votes given without a message have no such ts."""
FIRST: Final = ""
"""The revision of a message as first written."""
AFTER: Final = "+"
"""The end of a revision by which something other than an edit has changed the one before."""
EDITED: Final = f"[0-9]+[.][^{AFTER}]+"
"""The pattern of revisions of edits (see `build_edit_revision`)."""
# No edit is later than a revision that begins with a letter.
FROZEN: Final = "archived"
"""The revision of a message that was archived, or concerns a forgotten person."""
DELETED: Final = "deleted"
"""The revision of a deletion, which sorts after all edits."""
UNDONE: Final = "undone"
"""The revision of a message whose votes were taken back; it sorts after all others."""
CLOSED: Final = (FROZEN, DELETED, UNDONE)
"""The revisions after which nothing more can be given on a message."""
STEP: Final = "step/"
"""The prefix of a workflow step's ts."""
NOTHING: Final = Lines((), Atoms())
"""The content of a deleted message."""


class SlotKey(NamedTuple):
    """What identifies the votes in one slot of a message, and the replies to them.

    As a dictionary, it's the parameters of queries.
    """

    team: str
    channel: str
    ts: str
    slot: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One person's message, in the version that was delivered."""

    team: str
    channel: str
    ts: str
    """Slack's timestamp, unique in its channel: the message's identity."""
    author: str
    lines: Lines
    thread_ts: str | None = None
    """The ts of the thread's first message, if this is a reply."""
    thread_author: str | None = None
    revision: str = FIRST
    """The version of the message; later versions compare greater, as text."""
    quiet: bool = False
    """Whether its votes count without an answer, because they're old."""
    slot: str = ""
    """Whose vote this is, by reaction, shortcut or joining; empty for the message's own words."""
    given_at: datetime | None = None
    """When the vote was given, if not at the message's own time."""
    changed_at: datetime | None = None
    """When this version of the votes was made, by Slack's clock; None for the first."""
    home: str | None = None
    """The author's own workspace, if it's a different one (Slack Connect)."""

    @property
    def at(self) -> datetime:
        """When the vote was given."""
        return self.given_at or datetime.fromtimestamp(float(self.ts), UTC)

    @property
    def written_at(self) -> datetime:
        """When the message was written: its votes, however given, count on the boards of that time.

        Points given without a message count on the boards of the time they were given.
        """
        if TIMESTAMP.fullmatch(self.ts):
            return datetime.fromtimestamp(float(self.ts), UTC)
        return self.at

    @property
    def added_at(self) -> datetime:
        """When points added by this version were given, for the allowance and the cooldown."""
        return max(self.at, self.changed_at) if self.changed_at else self.at

    @property
    def thread(self) -> str | None:
        """The thread that the app answers in; None if there's no message to answer."""
        is_there = self.revision != DELETED and TIMESTAMP.fullmatch(self.ts)
        return self.thread_ts or (self.ts if is_there else None)

    @property
    def by_workflow(self) -> bool:
        """Whether a workflow gives the votes on their author's behalf."""
        return self.ts.startswith(STEP)

    @property
    def key(self) -> SlotKey:
        """What identifies these votes."""
        return SlotKey(self.team, self.channel, self.ts, self.slot)


def build_edit_revision(edited_at: str, tiebreaker: str = "") -> str:
    """Return the revision of an edit at the timestamp *edited_at*, which has whole seconds.

    The *tiebreaker*, another timestamp, orders edits of the same second.
    """
    return f"{edited_at}/{tiebreaker}"


def build_wordless(
    team: str, channel: str, ts: str, giver: str, at: datetime, thread: str | None = None
) -> Message:
    """Return the message that stands for votes that *giver* gives *at* some time without words.

    *ts* is that of the message on which they give, which may be in a *thread*, or else a key that
    identifies the votes, however often Slack delivers them.
    """
    return Message(
        team, channel, ts, giver, NOTHING,
        thread_ts=thread, slot=giver, given_at=at, changed_at=at,
    )  # fmt: skip
