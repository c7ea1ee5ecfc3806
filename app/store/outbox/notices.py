"""Notices: direct messages to people who got points, for each vote or once a day.

They're outbox rows whose channel is the person's user id, which Slack takes as their conversation
with the app.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

from psycopg.types.json import Jsonb

from app.core.message import STEP, Message
from app.core.replies import CountedVote, DigestReply, NoticeReply
from app.core.reply_body import ReplyKind
from app.store.database import Conn, allow_seconds, fetch_all, fetch_as, split_columns

SLOT: Final = "{row}.channel_id || '/' || {row}.slot"
"""What `build_slot` returns, in SQL, for the message of a *row* of votes."""
_PATIENCE: Final = 60.0
"""Seconds for finding who gets a digest. Nobody waits for it, and it takes long for thousands."""
_LATELY: Final = 1000
"""How many of somebody's newest ledger rows are searched for those of a day."""

# A notice that is being sent may be out already; if it isn't, the update still takes effect.
_FOLLOW: Final = f"""
WITH unsaid AS MATERIALIZED (
    SELECT o.id, s.points, o.body || jsonb_build_object(
        'points', s.points, 'reason', s.reason, 'because', s.because) AS body
    FROM outbox AS o JOIN jsonb_to_recordset(%(said)s) AS s
        (target text, points bigint, reason text, because text) ON o.channel_id = s.target
    WHERE (o.team_id, o.message_ts, o.slot) = (%(team)s, %(ts)s, %(slot)s)
      AND o.kind IN ('{ReplyKind.NOTICE}', '{ReplyKind.FIRST_POINT}') AND o.done_at IS NULL
    ORDER BY o.id FOR UPDATE OF o
), gone AS (
    DELETE FROM outbox USING unsaid
    WHERE team_id = %(team)s AND outbox.id = unsaid.id AND unsaid.points <= 0
)
UPDATE outbox SET body = unsaid.body FROM unsaid
WHERE team_id = %(team)s AND outbox.id = unsaid.id AND unsaid.points > 0
"""  # noqa: S608 (the same)

_GIVE: Final = f"""
INSERT INTO outbox (team_id, channel_id, message_ts, slot, kind, body)
SELECT %(team)s::text, s.target, %(ts)s, %(slot)s, '{ReplyKind.NOTICE}', jsonb_build_object(
    'voter', %(voter)s::text, 'channel', %(channel)s::text, 'points', s.points,
    'reason', s.reason, 'because', s.because, 'by_workflow', starts_with(%(ts)s, '{STEP}'))
FROM jsonb_to_recordset(%(said)s) AS s (target text, points bigint, reason text, because text)
WHERE s.points > 0 AND s.target NOT LIKE 'thing:%%'
ON CONFLICT DO NOTHING
"""  # noqa: S608 (the same)

# What was given on a day. Points added by a change count for the day of the change, whatever the
# message. A digest shows the points that are left, but never more than were given on its day. A
# message received under two ids of its channel may have two factors, one of them without points.
# The day's bounds are parameters: PostgreSQL's time zones may be older than Python's, and it takes
# names such as CET for abbreviations, without summer time.
_ON_DAY: Final = """
    tstzrange(%(begins_at)s, %(ends_at)s)
        @> CASE WHEN kind = 'edit' THEN created_at ELSE voted_at END
"""
_OF_DAY: Final = f"""
SELECT voter_id AS voter, channel_id AS channel,
    least(sum(delta), sum(delta) FILTER (WHERE delta > 0 AND on_day))::bigint AS points,
    (array_agg(reason ORDER BY id DESC))[1] AS reason,
    starts_with(message_ts, '{STEP}') AS by_workflow, factor
FROM (SELECT *, {_ON_DAY} AS on_day FROM vote_history
    WHERE team_id = %(team)s AND target_id = {{target}}
    ORDER BY id DESC LIMIT {_LATELY}) AS near
WHERE voter_id <> '' AND channel_id <> ALL(%(quiet)s)
GROUP BY channel_id, message_ts, slot, voter_id, factor
HAVING sum(delta) > 0 AND bool_or(delta > 0 AND on_day)
ORDER BY min(id)
"""  # noqa: S608 (the same)

_AT_ONCE: Final = 20
_APART: Final = 0.2
"""Seconds between a workspace's digests after the first _AT_ONCE. Slack takes "several hundred
messages per minute", and answers would otherwise queue behind all digests.
"""

# Everyone who got points on a day has had a score changed since it began; clocks may differ a
# little. They're found in a separate CTE, because on a cluster no INSERT can query several tables
# by EXISTS. Nor can one add a per-row value to a time.
_BEGIN: Final = f"""
WITH begun AS (
    INSERT INTO digests (team_id, day) VALUES (%(team)s, %(day)s)
    ON CONFLICT DO NOTHING RETURNING team_id
), receiver AS MATERIALIZED (
    SELECT l.team_id, l.target_id FROM leaderboard AS l
    WHERE l.team_id = %(team)s AND l.board = 'users'
      AND l.updated_at >= %(begins_at)s::timestamptz - interval '1 hour'
      AND NOT EXISTS (SELECT FROM hidden_members AS m
                      WHERE (m.team_id, m.user_id) = (%(team)s, l.target_id))
      AND EXISTS ({_OF_DAY.format(target="l.target_id")})
)
INSERT INTO outbox (team_id, channel_id, message_ts, kind, body, due_at, created_at)
SELECT team_id, target_id, %(name)s, '{ReplyKind.DIGEST}', %(body)s, at, at FROM (
    SELECT team_id, target_id, to_timestamp((extract(epoch FROM now()) + %(apart)s * greatest(
        row_number() OVER (ORDER BY target_id COLLATE "C") - %(at_once)s, 0))::float8) AS at
    FROM begun JOIN receiver USING (team_id)
) AS paced
ORDER BY target_id COLLATE "C"
ON CONFLICT DO NOTHING
"""  # noqa: S608 (the same)

_RECEIVED: Final = _OF_DAY.format(target="%(user)s")

_FACTORS: Final = f"""
SELECT DISTINCT v.message_ts, a.slot, v.factor
FROM unnest(%(channels)s::text[], %(times)s::text[], %(slots)s::text[]) AS a (channel, ts, slot)
JOIN vote_history AS v ON (v.team_id, v.channel_id, v.message_ts)
    = (%(team)s, a.channel, a.ts) AND a.slot = {SLOT.format(row="v")}
WHERE v.team_id = %(team)s AND v.factor > 1
GROUP BY v.message_ts, a.slot, v.target_id, v.factor HAVING sum(v.delta) <> 0
"""  # noqa: S608 (the same)


def build_slot(message: Message) -> str:
    """Return the slot of direct messages about *message*: two channels may have the same ts."""
    return f"{message.channel}/{message.slot}"


async def update_unsent(conn: Conn, message: Message, votes: Sequence[CountedVote]) -> None:
    """Update unsent notices and greetings of *message* to *votes*; delete those without points."""
    key = {"team": message.team, "ts": message.ts, "slot": build_slot(message)}
    await conn.execute(_FOLLOW, key | {"said": Jsonb([asdict(vote) for vote in votes])})


async def write_notices(conn: Conn, message: Message, votes: Sequence[CountedVote]) -> int:
    """Write a notice of each of *votes* for a person into the outbox, once; return how many."""
    key = message.key._replace(slot=build_slot(message))._asdict()
    counted = Jsonb([asdict(vote) for vote in votes])
    return (await conn.execute(_GIVE, key | {"voter": message.author, "said": counted})).rowcount


@dataclass(frozen=True, slots=True)
class DigestDay:
    """A day of a workspace, and the channels that its digests leave out."""

    day: date
    begins_at: datetime
    ends_at: datetime
    quiet: list[str]


async def write_digests(conn: Conn, team: str, digest: DigestDay) -> int:
    """Write a digest of the day for everyone who got points, once; return how many.

    They're spaced out, to leave room for answers. Must run inside a transaction.
    """
    await allow_seconds(conn, _PATIENCE)
    parameters = asdict(digest) | {
        "team": team, "name": digest.day.isoformat(), "body": Jsonb(DigestReply().to_json()),
        "at_once": _AT_ONCE, "apart": _APART,
    }  # fmt: skip
    return (await conn.execute(_BEGIN, parameters)).rowcount


async def read_received(conn: Conn, team: str, user: str, digest: DigestDay) -> list[NoticeReply]:
    """Return the votes that gave *user* points on the day, except in quiet channels."""
    parameters = asdict(digest) | {"team": team, "user": user}
    return await fetch_as(conn, NoticeReply, _RECEIVED, parameters)


async def read_factors(
    conn: Conn, team: str, keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """Return the factor of each boosted notice among *keys*, by its ts and slot."""
    named = ((slot.partition("/")[0], ts, slot) for ts, slot in keys)
    columns = split_columns(named, "channels", "times", "slots")
    rows = await fetch_all(conn, _FACTORS, {"team": team} | columns)
    return {(ts, slot): factor for ts, slot, factor in rows}
