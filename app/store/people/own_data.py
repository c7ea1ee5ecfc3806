"""Reads what is stored of one person, for that person: bounded pages, each by an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.rows import dict_row

DataRow = dict[str, Any]

PAGE: Final = 2_000
"""Rows read at once."""

# A vote cast in a private channel is told without place, giver and reason; so is a giver who is
# shown nowhere.
_RECEIVED: Final = """
SELECT h.id, h.voted_at AS at, h.delta AS points, h.factor, h.kind,
    CASE WHEN seen THEN h.channel_id END AS channel,
    CASE WHEN seen THEN h.message_ts END AS message,
    CASE WHEN seen AND NOT EXISTS (SELECT FROM hidden_members AS m
        WHERE (m.team_id, m.user_id) = (h.team_id, h.voter_id)) THEN h.voter_id END AS giver,
    CASE WHEN seen THEN h.reason END AS reason
FROM (
    SELECT * FROM vote_history
    WHERE team_id = %(team)s AND target_id = %(user)s AND id < %(before)s
    ORDER BY id DESC LIMIT %(count)s
) AS h CROSS JOIN LATERAL (
    SELECT h.channel_id = '' OR EXISTS (SELECT FROM channels AS c
        WHERE (c.team_id, c.channel_id) = (h.team_id, h.channel_id) AND NOT c.private) AS seen
) AS place
ORDER BY h.id DESC
"""

_GIVEN: Final = """
SELECT id, voted_at AS at, delta AS points, factor, kind, channel_id AS channel,
    message_ts AS message, target_id AS target, reason
FROM vote_history
WHERE team_id = %(team)s AND voter_id = %(user)s AND id < %(before)s
ORDER BY id DESC LIMIT %(count)s
"""

_SCORES: Final = """
SELECT b AS board, l.score AS points, (
    SELECT count(*) + 1 FROM leaderboard AS above
    WHERE (above.team_id, above.board) = (%(team)s, b) AND above.score > l.score
      AND above.score <> 0 AND NOT EXISTS (SELECT FROM hidden_members AS m
        WHERE (m.team_id, m.user_id) = (%(team)s, above.target_id))
) AS rank
FROM unnest(%(boards)s::text[]) WITH ORDINALITY AS asked (b, nr)
JOIN leaderboard AS l ON (l.team_id, l.board, l.target_id) = (%(team)s, b, %(user)s)
ORDER BY nr
"""

_NOTES: Final = {
    "name": "SELECT name, handle, nickname, time_zone, home_team, home_name, kind, updated_at"
    " FROM members"
    " WHERE team_id = %(team)s AND user_id = %(user)s",
    "flags": "SELECT why, since FROM hidden_members"
    " WHERE team_id = %(team)s AND user_id = %(user)s ORDER BY why",
    "allowances": "SELECT day, spent FROM allowances"
    " WHERE team_id = %(team)s AND giver_id = %(person)s ORDER BY day DESC LIMIT 1000",
    "home": "SELECT opened_at, published_at FROM homes"
    " WHERE team_id = %(team)s AND user_id = %(user)s",
    "told": "SELECT about, told_at FROM told"
    " WHERE team_id = %(team)s AND user_id = %(user)s ORDER BY about LIMIT 1000",
    "reactions": "SELECT channel_id AS channel, message_ts AS message, emoji, target_id AS target,"
    " points, present FROM reactions"
    " WHERE team_id = %(team)s AND voter_id = %(user)s ORDER BY message_ts DESC LIMIT 1000",
    "joins": "SELECT channel_id AS channel, message_ts AS message, way_ts AS way, emoji, targets,"
    " points, reason, present FROM joins"
    " WHERE team_id = %(team)s AND voter_id = %(user)s ORDER BY message_ts DESC LIMIT 1000",
    "cooldowns": "SELECT target_id AS target, given_at FROM cooldowns"
    " WHERE team_id = %(team)s AND giver_id = %(person)s ORDER BY given_at DESC LIMIT 1000",
    "offers": "SELECT handle, user_id AS person, points, reason, answer, channel_id AS channel,"
    " message_ts AS message, offered_at FROM offers"
    " WHERE team_id = %(team)s AND voter_id = %(user)s ORDER BY id DESC LIMIT 1000",
    "meanings": "SELECT handle, user_id AS person, decided_at FROM meanings"
    " WHERE team_id = %(team)s AND voter_id = %(user)s ORDER BY handle LIMIT 1000",
    # Who has banned or merged them is for the admins to say.
    "bans": "SELECT until, banned_at FROM bans WHERE team_id = %(team)s AND user_id = %(user)s",
    "merged": "SELECT target_id AS target, into_id AS into, merged_at FROM aliases"
    " WHERE team_id = %(team)s AND %(user)s IN (target_id, into_id) ORDER BY merged_at LIMIT 1000",
    "settings": "SELECT name, channel_id AS channel, value, changed_at FROM settings"
    " WHERE team_id = %(team)s AND (changed_by = %(user)s OR value @> to_jsonb(%(user)s::text))"
    " ORDER BY name, channel_id LIMIT 1000",
    "boosts": "SELECT channel_id AS channel, factor, name, begins_at, ends_at FROM boosts"
    " WHERE team_id = %(team)s AND begun_by = %(user)s ORDER BY number LIMIT 1000",
    "audit": "SELECT at, act, about, before, after, note FROM audit"
    " WHERE team_id = %(team)s AND (by_id = %(user)s OR about = %(user)s)"
    " ORDER BY id DESC LIMIT 1000",
}


@dataclass(frozen=True, slots=True)
class DataSubject:
    """Whose data it is."""

    team: str
    user: str
    person: str = ""
    """What limits know them by: a keyed hash."""


async def read_votes(
    conn: AsyncConnection[Any], subject: DataSubject, *, given: bool, before: int
) -> list[DataRow]:
    """Return the last votes that somebody got, or has *given*, of ids below *before*."""
    query = _GIVEN if given else _RECEIVED
    return await _read(conn, query, subject, before=before, count=PAGE)


async def read_scores(
    conn: AsyncConnection[Any], subject: DataSubject, boards: Sequence[str]
) -> list[DataRow]:
    """Return the points and the rank on each of *boards* that has the person."""
    return await _read(conn, _SCORES, subject, boards=list(boards))


async def read_notes(conn: AsyncConnection[Any], subject: DataSubject) -> dict[str, list[DataRow]]:
    """Return what else is stored, by what it is."""
    return {name: await _read(conn, query, subject) for name, query in _NOTES.items()}


async def _read(
    conn: AsyncConnection[Any], query: str, subject: DataSubject, **given: Any
) -> list[DataRow]:
    cursor = conn.cursor(row_factory=dict_row)
    await cursor.execute(query, _to_parameters(subject) | given)
    return await cursor.fetchall()


def _to_parameters(subject: DataSubject) -> dict[str, str]:
    return {"team": subject.team, "user": subject.user, "person": subject.person}
