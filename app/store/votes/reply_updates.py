"""Updates the replies to a message when its votes change, whether or not they were posted yet."""

from collections.abc import Sequence
from typing import Any, Final

from psycopg.types.json import Jsonb

from app.core.audience import Audience, Way
from app.core.reactions import JOINED
from app.core.replies import CountedVote, VotesReply
from app.store.database import Conn, fetch_row
from app.store.outbox import notices, outbox
from app.store.outbox.outbox import ReplyToWrite
from app.store.votes.ballot import Ballot

_READ_REPLY: Final = f"""
SELECT id, body, only_for, way,
    done_at IS NULL AND posted_ts IS NULL AND claimed_until IS NULL AS unsaid, dropped
FROM outbox
WHERE (team_id, channel_id, message_ts, slot) = (%(team)s, %(channel)s, %(ts)s, %(slot)s)
  AND kind = '{VotesReply.kind}'
FOR UPDATE
"""  # noqa: S608 (made of a constant)

_DELETE: Final = "DELETE FROM outbox WHERE (team_id, id) = (%(team)s, %(id)s)"

# A posted reply becomes due again, as an update; one in flight is updated once it has been posted.
# An ephemeral reply can't be edited, so a new one is posted, dated now. A cluster allows no now()
# inside of CASE.
_CHANGE: Final = """
UPDATE outbox AS o SET body = %(body)s, version = version + 1, done_at = NULL, due_at = asked.at,
    created_at = CASE WHEN o.done_at IS NULL THEN o.created_at ELSE asked.at END
FROM (SELECT now() AS at) AS asked
WHERE (o.team_id, o.id) = (%(team)s, %(id)s)
"""

_STORE: Final = "UPDATE outbox SET body = %(body)s WHERE (team_id, id) = (%(team)s, %(id)s)"


async def update_replies(
    conn: Conn, ballot: Ballot, votes: Sequence[CountedVote], *, changed: bool
) -> bool:
    """Make the reply to *ballot* and its unsent notices show *votes*; return whether to send any.

    If there is no reply, one is written only if votes have *changed*: the first may have been
    deleted as old, or the votes may have counted silently.
    """
    # The reply comes first, since it was written first: claims lock rows by id.
    replied = await _update_reply(conn, ballot, votes, changed=changed)
    return await _update_notices(conn, ballot, votes) or replied


async def _update_notices(conn: Conn, ballot: Ballot, votes: Sequence[CountedVote]) -> bool:
    """Update unsent notices; for votes by reaction or form, write the first ones too."""
    await notices.update_unsent(conn, ballot.message, votes)
    if not (ballot.message.slot and ballot.answering.notices):
        return False  # an edited message sends no new notices
    return await notices.write_notices(conn, ballot.message, votes) > 0


async def _update_reply(
    conn: Conn, ballot: Ballot, votes: Sequence[CountedVote], *, changed: bool
) -> bool:
    team, *_, slot = ballot.message.key
    row = await fetch_row(conn, _READ_REPLY, ballot.message.key._asdict())
    counting = [vote for vote in votes if vote.points]
    if row is None:
        return changed and await _write_reply(conn, ballot, counting)
    reply_id, before, only_for, way, is_unsent, dropped = row
    # A joined vote may now come from another message, to which the app's reaction must move.
    may_move = way == Way.REACTION and slot.endswith(JOINED)
    shown = VotesReply.from_json(before).votes
    if dropped or (_list_standing(shown) == _list_standing(votes) and not may_move):
        return False
    if is_unsent and not counting:
        await conn.execute(_DELETE, {"team": team, "id": reply_id})
        return False
    if only_for and not is_unsent and ballot.answering.scores is Audience.NOBODY:
        return False
    body = Jsonb(VotesReply(tuple(counting if is_unsent else votes)).to_json())
    # A reaction shows neither points nor reasons.
    is_current = way == Way.REACTION and not may_move and _read_signs(shown) == _read_signs(votes)
    statement = _STORE if is_current else _CHANGE
    await conn.execute(statement, {"team": team, "id": reply_id, "body": body})
    return not is_current


async def _write_reply(conn: Conn, ballot: Ballot, counting: Sequence[CountedVote]) -> bool:
    answering, message = ballot.answering, ballot.message
    if answering.scores is Audience.NOBODY or not counting:
        return False
    reply = VotesReply(tuple(counting))
    only_for = message.author if answering.scores is Audience.VOTER else outbox.EVERYONE
    thread = None if answering.way is Way.REACTION else answering.choose_thread(message)
    await outbox.write(conn, ReplyToWrite(message.key, reply, only_for, thread, answering.way))
    return True


def _read_signs(votes: Sequence[CountedVote]) -> tuple[bool, bool]:
    """Return whether any of *votes* has points, and whether any has plus points."""
    return any(vote.points for vote in votes), any(vote.points > 0 for vote in votes)


def _list_standing(votes: Sequence[CountedVote]) -> list[tuple[Any, ...]]:
    return [(vote.target, vote.points, vote.reason) for vote in votes if vote.points]
