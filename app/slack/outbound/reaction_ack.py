"""The app's own reaction to a message, in place of words: votes of it count."""

from typing import Final

from slack_sdk.errors import SlackApiError

from app.slack.client import SlackClient
from app.slack.outbound.failures import classify_failure
from app.store.outbox.outbox import ClaimedReply

ACK_EMOJI: Final = "white_check_mark"
# It is there already, or gone already, or so is the whole message.
_AS_WANTED: Final = frozenset({"already_reacted", "no_reaction", "message_not_found"})


def choose_method(*, stands: bool) -> str:
    """Return which of Slack's methods lets the app's reaction stand, or takes it away."""
    return "reactions.add" if stands else "reactions.remove"


async def set_ack_reaction(client: SlackClient, reply: ClaimedReply, *, stands: bool) -> None:
    """Let the app's reaction stand at the message of *reply*, or not; raises as the client does."""
    call = client.reactions_add if stands else client.reactions_remove
    try:
        await call(channel=reply.channel_id, name=ACK_EMOJI, timestamp=reply.message_ts)
    except SlackApiError as error:
        if classify_failure(error).reason not in _AS_WANTED:
            raise
