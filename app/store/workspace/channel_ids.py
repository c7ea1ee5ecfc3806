"""Replaces a channel's former id with its new one, in every table.

Messages and the ledger come first, which is most of the work and keeps no vote waiting. A change
that arrives for one of these messages under the new id waits for it. If it already holds the rules,
for which this waits next, PostgreSQL aborts one of the two, and that one is retried. Everything
else is renamed under an exclusive lock on the rules (`app.store.votes`), once no message is left
under both ids. The turns of both channels are locked before the outbox, so that no sender gets in
between.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

from psycopg.types.json import Jsonb

from app.core.boards.periods import build_season
from app.core.boards.seasons import FIRST
from app.core.boards.shares import name_channel_board
from app.core.channel_ids import NOT_SEEN, ChannelIdChange
from app.core.person import hash_message
from app.core.reply_body import ReplyKind
from app.store.database import Conn, fetch_all, fetch_column

_CLOCKS_APART: Final = timedelta(minutes=1)
"""How far Slack's clock and this process's may differ."""

_LOCK_TURNS: Final = """
SELECT 1 FROM turns WHERE team_id = %(team)s AND channel_id IN (%(former)s, %(channel)s)
ORDER BY channel_id COLLATE "C" FOR UPDATE
"""


def _rename(table: str) -> str:
    return f"""
UPDATE {table} SET channel_id = %(channel)s
WHERE team_id = %(team)s AND channel_id = %(former)s
"""  # noqa: S608 (a name of ours)


def _rename_once(table: str, key: str) -> str:
    """Return a statement that renames rows, except messages received under both ids.

    NOT IN runs its subquery once. A join would look at the rows that the statement itself has
    written, again and again.
    """
    return f"""{_rename(table)} AND ({key}) NOT IN (
    SELECT {key} FROM {table} WHERE team_id = %(team)s AND channel_id = %(channel)s)
"""  # noqa: S608 (the same)


_MESSAGES: Final = (
    _rename_once("messages", "message_ts, slot"),
    _rename_once("reactions", "message_ts, voter_id"),
    _rename_once("joins", "way_ts, voter_id, emoji"),
)
_LEDGER: Final = f"""{_rename("vote_history")} AND (message_ts, slot) NOT IN (
    SELECT message_ts, slot FROM messages WHERE team_id = %(team)s AND channel_id = %(former)s)
"""  # noqa: S608 (the same)
_LEFT: Final = tuple(map(_rename, ("offers", "reactions", "joins")))

_BOARDS: Final = (
    """
INSERT INTO archived_shares AS a (team_id, board, target_id, points)
SELECT %(team)s::text, b.name, s.target_id, s.points
FROM archived_shares AS s
JOIN unnest(%(boards)s::text[], %(names)s::text[]) AS b (board, name) ON b.board = s.board
WHERE s.team_id = %(team)s
ORDER BY b.name COLLATE "C", s.target_id COLLATE "C"
ON CONFLICT (team_id, board, target_id) DO UPDATE SET points = a.points + EXCLUDED.points
""",
    "DELETE FROM archived_shares WHERE team_id = %(team)s AND board = ANY(%(boards)s::text[])",
    """
INSERT INTO leaderboard AS l (team_id, board, target_id, score, created_at, updated_at)
SELECT %(team)s::text, b.name, s.target_id, s.score, s.created_at, s.updated_at
FROM leaderboard AS s
JOIN unnest(%(boards)s::text[], %(names)s::text[]) AS b (board, name) ON b.board = s.board
WHERE s.team_id = %(team)s
ORDER BY b.name COLLATE "C", s.target_id COLLATE "C"
ON CONFLICT (team_id, board, target_id)
DO UPDATE SET score = l.score + EXCLUDED.score, updated_at = EXCLUDED.updated_at
""",
    "DELETE FROM leaderboard WHERE team_id = %(team)s AND board = ANY(%(boards)s::text[])",
)

# Decisions made under the new id win. Settings of the workspace may name the channel too.
_RULES: Final = (
    """
DELETE FROM settings AS s USING settings AS kept
WHERE s.team_id = %(team)s AND kept.team_id = %(team)s
  AND s.channel_id = %(former)s AND kept.channel_id = %(channel)s AND s.name = kept.name
""",
    """
UPDATE settings
SET channel_id = CASE WHEN channel_id = %(former)s THEN %(channel)s ELSE channel_id END,
    value = regexp_replace(value::text, %(word)s, %(channel)s, 'g')::jsonb
WHERE team_id = %(team)s AND (channel_id = %(former)s OR value::text ~ %(word)s)
""",
    """
UPDATE boosts
SET channel_id = CASE WHEN channel_id = %(former)s THEN %(channel)s ELSE channel_id END,
    told_in = CASE WHEN told_in = %(former)s THEN %(channel)s ELSE told_in END
WHERE team_id = %(team)s AND %(former)s IN (channel_id, told_in)
""",
    "UPDATE timers SET plan = %(channel)s WHERE team_id = %(team)s AND plan = %(former)s",
    """
INSERT INTO channels AS c (team_id, channel_id, heard_ts, read_ts, private)
SELECT %(team)s::text, %(channel)s, heard_ts, read_ts, private FROM channels
WHERE team_id = %(team)s AND channel_id = %(former)s
ON CONFLICT (team_id, channel_id) DO UPDATE
SET heard_ts = greatest(c.heard_ts, EXCLUDED.heard_ts),
    read_ts = least(c.read_ts, EXCLUDED.read_ts), private = coalesce(c.private, EXCLUDED.private)
""",
    "DELETE FROM channels WHERE team_id = %(team)s AND channel_id = %(former)s",
)

# A post in flight may have been refused, or not: its claim is ended, so that the post is looked
# for, and its attempt is outdated, so that the outcome no longer counts. Replies that Slack has
# refused since the change because the channel was unknown are posted after all.
_REPLIES: Final = (
    """
DELETE FROM outbox AS o USING outbox AS kept
WHERE o.team_id = %(team)s AND kept.team_id = %(team)s
  AND o.channel_id = %(former)s AND kept.channel_id = %(channel)s
  AND (o.message_ts, o.kind, o.only_for, o.slot)
      = (kept.message_ts, kept.kind, kept.only_for, kept.slot)
""",
    """
DELETE FROM outbox AS o USING outbox AS kept
WHERE o.team_id = %(team)s AND kept.team_id = %(team)s
  AND starts_with(o.slot, %(prefix)s)
  AND kept.slot = %(new_prefix)s || substr(o.slot, %(rest)s)
  AND (o.channel_id, o.message_ts, o.kind, o.only_for)
      = (kept.channel_id, kept.message_ts, kept.kind, kept.only_for)
""",
    """
UPDATE outbox
SET channel_id = %(channel)s, attempts = attempts + 1, claimed_until = 'epoch'
WHERE team_id = %(team)s AND channel_id = %(former)s
  AND done_at IS NULL AND claimed_until IS NOT NULL
""",
    """
UPDATE outbox SET channel_id = %(channel)s, due_at = now(), done_at = NULL, dropped = NULL
WHERE team_id = %(team)s AND channel_id = %(former)s
  AND dropped = %(unknown)s AND done_at >= %(at)s
""",
    _rename("outbox"),
    """
UPDATE outbox
SET slot = CASE WHEN starts_with(slot, %(prefix)s)
        THEN %(new_prefix)s || substr(slot, %(rest)s) ELSE slot END,
    body = regexp_replace(body::text, %(word)s, %(channel)s, 'g')::jsonb
WHERE team_id = %(team)s
  AND (starts_with(slot, %(prefix)s) OR kind <> %(votes)s AND body::text ~ %(word)s)
""",
    "DELETE FROM turns WHERE team_id = %(team)s AND channel_id = %(former)s",
)

_FORMER: Final = (
    """
UPDATE former_channels SET channel_id = %(channel)s
WHERE team_id = %(team)s AND channel_id = %(former)s
""",
    """
INSERT INTO former_channels (team_id, former_id, channel_id)
VALUES (%(team)s, %(former)s, %(channel)s)
""",
)

_SEASONS: Final = "SELECT number FROM seasons WHERE team_id = %(team)s"

# No cooldown is longer than a week.
_COOLED: Final = """
SELECT DISTINCT message_ts, slot FROM vote_history
WHERE team_id = %(team)s AND channel_id = %(channel)s AND created_at > now() - interval '8 days'
  AND EXISTS (SELECT FROM cooldowns WHERE team_id = %(team)s)
"""
_COOLDOWNS: Final = """
UPDATE cooldowns SET votes = (
    SELECT jsonb_object_agg(coalesce(%(keys)s::jsonb ->> v.key, v.key), v.value)
    FROM jsonb_each(votes) AS v)
WHERE team_id = %(team)s AND votes ?| %(former_keys)s::text[]
"""


async def rename_votes(conn: Conn, change: ChannelIdChange) -> int:
    """Rename messages and their votes, except those received under both ids.

    Returns how many ledger rows had the former id.
    """
    await _execute_all(conn, _MESSAGES, asdict(change))
    return (await conn.execute(_LEDGER, asdict(change))).rowcount


async def lock_turns(conn: Conn, change: ChannelIdChange) -> None:
    """Lock the turns of both channels, before any of their replies, as senders do."""
    await conn.execute(_LOCK_TURNS, asdict(change))


async def rename_rest(conn: Conn, change: ChannelIdChange, key: bytes) -> None:
    """Rename everything else; *key* is the key of the workspace's hashes.

    The turns of both channels must be locked.
    """
    parameters = asdict(change) | {"word": rf"\y{change.former}\y"}
    await _rename_cooldowns(conn, change, key)
    await _execute_all(conn, _LEFT, parameters)
    await _execute_all(conn, _BOARDS, parameters | await _list_boards(conn, change))
    await _execute_all(conn, _RULES, parameters)
    await _execute_all(conn, _REPLIES, parameters | _build_reply_parameters(change))
    await _execute_all(conn, _FORMER, parameters)


async def _execute_all(
    conn: Conn, statements: tuple[str, ...], parameters: Mapping[str, Any]
) -> None:
    for statement in statements:
        await conn.execute(statement, parameters)


def _build_reply_parameters(change: ChannelIdChange) -> dict[str, Any]:
    """Return parameters for renaming replies: a notice's slot begins with the vote's channel."""
    prefix, new_prefix = f"{change.former}/", f"{change.channel}/"
    slots = {"prefix": prefix, "new_prefix": new_prefix, "rest": len(prefix) + 1}
    constants = {"votes": ReplyKind.VOTES, "unknown": NOT_SEEN}
    return slots | constants | {"at": change.at - _CLOCKS_APART}


async def _list_boards(conn: Conn, change: ChannelIdChange) -> dict[str, list[str]]:
    numbers = await fetch_column(conn, _SEASONS, asdict(change))
    seasons = [build_season(number) for number in (FIRST.number, *numbers)]
    former, new = name_channel_board(change.former), name_channel_board(change.channel)
    return {
        "boards": [former, *(season.name_board(former) for season in seasons)],
        "names": [new, *(season.name_board(new) for season in seasons)],
    }


async def _rename_cooldowns(conn: Conn, change: ChannelIdChange, key: bytes) -> None:
    """Replace hashes of votes in cooldowns, so that withdrawing a vote still ends its cooldown."""
    rows = await fetch_all(conn, _COOLED, asdict(change))
    if not rows:
        return

    def hash_votes(channel: str, ts: str, slot: str) -> str:
        return hash_message(key, (change.team, channel, ts, slot))

    keys = {hash_votes(change.former, *row): hash_votes(change.channel, *row) for row in rows}
    parameters = {"team": change.team, "keys": Jsonb(keys), "former_keys": list(keys)}
    await conn.execute(_COOLDOWNS, parameters)
