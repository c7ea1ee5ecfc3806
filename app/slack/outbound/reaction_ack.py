"""The app's own reactions: they acknowledge votes without words, and invite others to join."""

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


def choose_method(*, present: bool) -> str:
    """Return the Slack method that adds the app's reaction, or removes it."""
    return "reactions.add" if present else "reactions.remove"


async def set_reactions(
    client: SlackClient, reply: ClaimedReply, mark: Mark, settings: Settings
) -> None:
    """Add the app's reactions, or remove them, as *mark* says; raises one of FAILURES.

    The acknowledgment is on the marked message. The first plus emoji on a thank-you lets others
    join with one click; it's also removed if an edit left no thank-you.
    """
    marked, answered = (reply.channel_id, mark.ts), (reply.channel_id, reply.message_ts)
    await _set(client, marked, ACK_EMOJI, _NOTHING_TO_DO, present=mark.present)
    if reply.slot or not (settings.joining and settings.plus_reactions):
        return
    emoji, invites = settings.plus_reactions[0], mark.present and _is_thank_you(reply)
    # if it's the same emoji, the acknowledgment is the invitation
    if emoji != ACK_EMOJI and (invites or not mark.present or reply.version):
        await _set(client, answered, emoji, _NO_INVITATION, present=invites)


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
