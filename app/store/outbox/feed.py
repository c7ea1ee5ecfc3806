"""The feed: posts what was given in public channels to one channel, each message once.

It follows the ledger some seconds behind, so that votes do no work for it. A transaction may commit
after another one that took a later id, so rows of the last 30 seconds are read again.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from app.core.message import EDITED
from app.core.reply_body import ReplyKind
from app.store.database import Conn, fetch_row, fetch_value
from app.store.outbox.notices import SLOT

MOST_MESSAGES: Final = 500
"""Ledger rows read per query."""

_END: Final = "SELECT coalesce(max(id), 0) FROM vote_history WHERE team_id = %(team)s"

# A message is new to the feed if its first points were given lately: also by an edit, unless that
# was missed and read late, or an answer to a question about a name. Later versions only update its
# post, for which all of the message's rows are read. Received under two ids of its channel, it may
# have two factors, one of them without points. Rows from the future were written before the clock
# was set back.
_FOLLOW: Final = f"""
WITH row AS MATERIALIZED (
    SELECT * FROM vote_history WHERE team_id = %(team)s AND id > %(since)s
    ORDER BY id LIMIT {MOST_MESSAGES}
), message AS (
    SELECT channel_id, message_ts, slot, min(id) AS id,
        bool_or(CASE kind WHEN 'vote' THEN voted_at WHEN 'edit' THEN created_at END
            > %(begins_at)s) AS is_recent
    FROM row
    WHERE voter_id <> '' AND starts_with(channel_id, 'C') AND channel_id <> ALL(%(silent)s)
      AND NOT EXISTS (
        SELECT FROM channels AS c
        WHERE (c.team_id, c.channel_id) = (%(team)s, row.channel_id) AND c.private)
    GROUP BY channel_id, message_ts, slot
), standing AS (
    SELECT m.channel_id, m.message_ts, m.slot, m.id,
        m.is_recent AND m.id = min(v.first) AND NOT EXISTS (
            SELECT FROM messages AS e
            WHERE (e.team_id, e.channel_id, e.message_ts, e.slot)
                = (%(team)s, m.channel_id, m.message_ts, m.slot) AND e.revision ~ '^{EDITED}$'
                AND to_timestamp(split_part(e.revision, '/', 1)::float8) <= %(begins_at)s
        ) AS is_new, (
            SELECT o.id FROM outbox AS o
            WHERE (o.team_id, o.channel_id, o.message_ts, o.slot, o.kind, o.only_for)
                = (%(team)s, %(feed)s, m.message_ts, {SLOT.format(row="m")},
                   '{ReplyKind.FEED}', '')
        ) AS post, jsonb_build_object(
        'giver', max(v.voter_id), 'channel', m.channel_id, 'votes', coalesce(jsonb_agg(
            jsonb_build_array(v.target_id, v.points, v.reason) ORDER BY v.first)
            FILTER (WHERE v.points > 0), '[]'),
        'factor', coalesce(max(v.factor) FILTER (WHERE v.points > 0), 1)) AS body
    FROM message AS m CROSS JOIN LATERAL (
        SELECT target_id, max(voter_id) AS voter_id, sum(delta)::bigint AS points,
            (array_agg(reason ORDER BY id DESC))[1] AS reason, min(id) AS first, factor
        FROM vote_history AS h
        WHERE (h.team_id, h.channel_id, h.message_ts, h.slot)
            = (%(team)s, m.channel_id, m.message_ts, m.slot) AND h.voter_id <> ''
        GROUP BY target_id, factor
    ) AS v
    GROUP BY m.channel_id, m.message_ts, m.slot, m.id, m.is_recent
), changed AS (
    INSERT INTO outbox AS o (team_id, channel_id, message_ts, slot, kind, body)
    SELECT %(team)s, %(feed)s, message_ts, {SLOT.format(row="standing")}, '{ReplyKind.FEED}', body
    FROM standing WHERE is_new AND body -> 'votes' <> '[]' OR post IS NOT NULL
    ORDER BY post, id
    ON CONFLICT ON CONSTRAINT outbox_once DO UPDATE
    SET body = EXCLUDED.body, version = o.version + 1, done_at = NULL, due_at = EXCLUDED.due_at,
        created_at = CASE WHEN o.done_at IS NULL THEN o.created_at ELSE EXCLUDED.created_at END
    WHERE o.body <> EXCLUDED.body AND o.dropped IS NULL
    RETURNING 1
)
SELECT (SELECT count(*) FROM changed),
    coalesce((SELECT max(id) FROM row WHERE created_at NOT BETWEEN
        now() - interval '30 seconds' AND now() + interval '30 seconds'), %(since)s),
    (SELECT count(*) FROM row) = {MOST_MESSAGES}
"""  # noqa: S608 (made of constants)


@dataclass(frozen=True, slots=True)
class FeedSource:
    """Where the feed is posted, and what it covers."""

    team: str
    feed: str
    """The channel in which it's posted."""
    silent: Collection[str]
    """Channels that it leaves out."""
    since: int
    """The ledger row after which to continue."""
    begins_at: datetime
    """Messages that first gave points before this are too old to be posted."""


async def read_end(conn: Conn, team: str) -> int:
    """Return the id of the last ledger row of *team*: a new feed begins after it."""
    end: int = await fetch_value(conn, _END, {"team": team}, 0)
    return end


async def follow_ledger(conn: Conn, source: FeedSource) -> tuple[int, int, bool]:
    """Write posts for the next batch of ledger rows of *source*.

    Returns how many are to be made or updated, the row after which to continue, and whether another
    batch can be read at once.
    """
    parameters = asdict(source) | {"silent": [*source.silent, source.feed]}
    waiting, since, is_full = await fetch_row(conn, _FOLLOW, parameters)
    return waiting, since, is_full and since > source.since
