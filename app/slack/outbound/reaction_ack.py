"""The app's own reactions: they acknowledge votes without words, and invite others to join."""

from dataclasses import dataclass
from typing import Final

from slack_sdk.errors import SlackApiError

from app.core.replies import VotesReply
from app.core.settings.definitions import Settings
from app.slack.client import SlackClient, classify_failure
from app.store.outbox.outbox import ClaimedReply
from app.store.votes.joins import Mark

ACK_EMOJI: Final = "white_check_mark"
# the reaction is already there or already gone, or the whole message is gone
_NOTHING_TO_DO: Final = frozenset({"already_reacted", "no_reaction", "message_not_found"})
# the workspace's vote emoji may no longer exist, and a message holds only so many reactions
_NO_INVITATION: Final = _NOTHING_TO_DO | {"invalid_name", "too_many_emoji", "too_many_reactions"}


@dataclass(frozen=True, slots=True)
class ReactionChange:
    """A reaction of the app to be added to the message *ts*, or removed from it."""

    ts: str
    emoji: str
    present: bool
    ignored: frozenset[str]
    """Errors that leave nothing to do."""

    @property
    def method(self) -> str:
        """The Slack method that makes the change."""
        return "reactions.add" if self.present else "reactions.remove"

    async def make(self, client: SlackClient, channel: str) -> None:
        """Make the change; raises one of FAILURES."""
        call = client.reactions_add if self.present else client.reactions_remove
        try:
            await call(channel=channel, name=self.emoji, timestamp=self.ts)
        except SlackApiError as error:
            if classify_failure(error).reason not in self.ignored:
                raise


def list_changes(reply: ClaimedReply, mark: Mark, settings: Settings) -> list[ReactionChange]:
    """Return the changes that bring the app's reactions in line with *mark*.

    The acknowledgment is on the marked message. The first plus emoji on a thank-you lets others
    join with one click; it's also removed if an edit left no thank-you.
    """
    changes = [ReactionChange(mark.ts, ACK_EMOJI, mark.present, _NOTHING_TO_DO)]
    if reply.slot or not (settings.joining and settings.plus_reactions):
        return changes
    emoji, invites = settings.plus_reactions[0], mark.present and _is_thank_you(reply)
    # if it's the same emoji, the acknowledgment is the invitation
    if emoji != ACK_EMOJI and (invites or not mark.present or reply.version):
        changes.append(ReactionChange(reply.message_ts, emoji, invites, _NO_INVITATION))
    return changes


def _is_thank_you(reply: ClaimedReply) -> bool:
    content = reply.content
    return isinstance(content, VotesReply) and any(vote.points > 0 for vote in content.votes)
