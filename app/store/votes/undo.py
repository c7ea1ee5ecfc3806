"""Finds the votes that their giver may take back; `revise` takes them back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from app.core.message import SlotKey
from app.core.vote import Vote
from app.store.database import Conn, fetch_all, fetch_row


@dataclass(frozen=True, slots=True)
class GivenVote:
    """Votes that were given together, as their giver sees them."""

    id: int
    """The id of their first ledger row, the only value that a button carries."""
    channel: str
    ts: str
    slot: str
    """Their slot, which names the giver of a reaction or form; empty for votes in the text."""
    voter: str
    at: datetime
    public: bool
    """Whether the channel is known to be public."""
    votes: Sequence[Vote] = ()
    """Those that still have points."""


# The rows read are bounded: if all votes of a voter's last 200 rows are taken back, none is found.
_LATEST: Final = """
WITH row AS (
    SELECT channel_id, message_ts, slot, voted_at FROM vote_history
    WHERE team_id = %(team)s AND voter_id = %(voter)s
    ORDER BY id DESC LIMIT 200
), message AS (
    SELECT channel_id, message_ts, slot, max(voted_at) AS at FROM row
    GROUP BY channel_id, message_ts, slot
)
SELECT held.id, m.channel_id, m.message_ts, m.slot, %(voter)s, m.at,
    EXISTS (SELECT FROM channels AS c
        WHERE (c.team_id, c.channel_id) = (%(team)s, m.channel_id) AND NOT c.private),
    held.votes
FROM message AS m CROSS JOIN LATERAL (
    SELECT min(first) AS id,
        jsonb_agg(jsonb_build_array(target_id, points, reason) ORDER BY first) AS votes
    FROM (
        SELECT target_id, sum(delta)::bigint AS points, min(id) AS first,
            (array_agg(reason ORDER BY id DESC))[1] AS reason
        FROM vote_history
        WHERE (team_id, channel_id, message_ts, slot)
            = (%(team)s, m.channel_id, m.message_ts, m.slot)
        GROUP BY target_id HAVING sum(delta) <> 0
    ) AS vote
) AS held
WHERE held.id IS NOT NULL
ORDER BY m.at DESC, m.message_ts DESC, held.id DESC LIMIT 1
"""

_FIND_BY_ROW: Final = """
SELECT h.id, h.channel_id, h.message_ts, h.slot, h.voter_id, (
        SELECT max(v.voted_at) FROM vote_history AS v
        WHERE (v.team_id, v.channel_id, v.message_ts, v.slot)
            = (h.team_id, h.channel_id, h.message_ts, h.slot)
    ), c.private IS false
FROM vote_history AS h LEFT JOIN channels AS c USING (team_id, channel_id)
WHERE (h.team_id, h.id) = (%(team)s, %(id)s)
"""

_READ_TAKEN_BACK: Final = """
SELECT target_id, (-sum(delta) FILTER (WHERE kind = 'undo'))::bigint,
    (array_agg(reason ORDER BY id DESC) FILTER (WHERE kind <> 'undo'))[1]
FROM vote_history
WHERE (team_id, channel_id, message_ts, slot) = (%(team)s, %(channel)s, %(ts)s, %(slot)s)
GROUP BY target_id HAVING bool_or(kind = 'undo') ORDER BY min(id)
"""


async def read_latest(conn: Conn, team: str, voter: str) -> GivenVote | None:
    """Return the last votes that *voter* gave together and that still have points, or None."""
    row = await fetch_row(conn, _LATEST, {"team": team, "voter": voter})
    return replace(GivenVote(*row[:-1]), votes=[Vote(*one) for one in row[-1]]) if row else None


async def read_given(conn: Conn, team: str, row: int) -> GivenVote | None:
    """Return what was given together with the ledger row *row*, without its votes; or None."""
    found = await fetch_row(conn, _FIND_BY_ROW, {"team": team, "id": row})
    return GivenVote(*found) if found else None


async def read_taken_back(conn: Conn, team: str, given: GivenVote) -> list[Vote]:
    """Return the votes of *given* that were taken back, with the reasons they had."""
    key = SlotKey(team, given.channel, given.ts, given.slot)._asdict()
    return [Vote(*row) for row in await fetch_all(conn, _READ_TAKEN_BACK, key)]
