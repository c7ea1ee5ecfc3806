"""The app's own reactions: they acknowledge votes without words, and invite others to join."""

from typing import Final

from slack_sdk.errors import SlackApiError

from app.core.replies import VotesReply
from app.core.settings.definitions import Settings
from app.slack.client import SlackClient, classify_failure
from app.store.outbox.outbox import ClaimedReply

ACK_EMOJI: Final = "white_check_mark"
# the reaction is already there or already gone, or the whole message is gone
_NOTHING_TO_DO: Final = frozenset({"already_reacted", "no_reaction", "message_not_found"})
# the workspace's vote emoji may no longer exist, and a message holds only so many reactions
_NO_INVITATION: Final = _NOTHING_TO_DO | {"invalid_name", "too_many_emoji", "too_many_reactions"}


def choose_method(*, present: bool) -> str:
    """Return the Slack method that adds the app's reaction, or removes it."""
    return "reactions.add" if present else "reactions.remove"


async def set_ack_reaction(client: SlackClient, channel: str, ts: str, *, present: bool) -> None:
    """Add the app's reaction to a message, or remove it; raises one of FAILURES."""
    await _set(client, (channel, ts), ACK_EMOJI, _NOTHING_TO_DO, present=present)


async def set_invitation(
    client: SlackClient, reply: ClaimedReply, settings: Settings, *, present: bool
) -> None:
    """Add the first plus emoji to a thank-you, so that joining takes one click.

    Removes it unless *present*, or if an edit left no thank-you. Raises one of FAILURES.
    """
    if reply.slot or not (settings.joining and settings.plus_reactions):
        return
    if settings.plus_reactions[0] == ACK_EMOJI:  # the acknowledgment is the invitation
        return
    invites = present and _is_thank_you(reply)
    if invites or not present or reply.version:
        place = reply.channel_id, reply.message_ts
        await _set(client, place, settings.plus_reactions[0], _NO_INVITATION, present=invites)


def _is_thank_you(reply: ClaimedReply) -> bool:
    content = reply.content
    return isinstance(content, VotesReply) and any(vote.points > 0 for vote in content.votes)


async def _set(
    client: SlackClient,
    place: tuple[str, str],
    emoji: str,
    ignored: frozenset[str],
    *,
    present: bool,
) -> None:
    call = client.reactions_add if present else client.reactions_remove
    channel, ts = place
    try:
        await call(channel=channel, name=emoji, timestamp=ts)
    except SlackApiError as error:
        if classify_failure(error).reason not in ignored:
            raise
