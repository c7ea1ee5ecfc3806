"""Reads what is stored about a person, in bounded pages."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from app.store.database import Conn, allow_seconds, fetch_dicts

DataRow = dict[str, Any]

PAGE: Final = 2_000
"""Rows read per query."""
PATIENCE: Final = 10.0
"""Seconds for a query: all ranks on large boards take longer than what people wait for."""

# Votes in private channels come without channel, message, giver and reason. Givers who are hidden
# from boards aren't named either.
_READ_RECEIVED: Final = """
SELECT h.id, h.voted_at AS at, h.delta AS points, h.factor, h.kind,
    CASE WHEN seen THEN h.channel_id END AS channel,
    CASE WHEN seen THEN h.message_ts END AS message,
    CASE WHEN seen AND NOT EXISTS (SELECT FROM hidden_members AS m
        WHERE (m.team_id, m.user_id) = (%(team)s, h.voter_id)) THEN h.voter_id END AS giver,
    CASE WHEN seen THEN h.reason END AS reason
FROM (
    SELECT * FROM vote_history
    WHERE team_id = %(team)s AND target_id = %(user)s AND id < %(before)s
    ORDER BY id DESC LIMIT %(count)s
) AS h CROSS JOIN LATERAL (
    SELECT h.channel_id = '' OR EXISTS (SELECT FROM channels AS c
        WHERE (c.team_id, c.channel_id) = (%(team)s, h.channel_id) AND NOT c.private) AS seen
) AS place
ORDER BY h.id DESC
"""

_READ_GIVEN: Final = """
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
    "giver_day": "SELECT day, since, spent_at FROM giver_days"
    " WHERE team_id = %(team)s AND giver_id = %(person)s",
    "home": "SELECT opened_at, published_at FROM homes"
    " WHERE team_id = %(team)s AND user_id = %(user)s",
    "told": "SELECT about, told_at FROM told"
    " WHERE team_id = %(team)s AND user_id = %(user)s ORDER BY about LIMIT 1000",
    "reactions": "SELECT channel_id AS channel, message_ts AS message, emoji, target_id AS target,"
    " points, present FROM reactions WHERE team_id = %(team)s AND voter_id = %(user)s"
    " AND target_id <> ''"
    " ORDER BY message_ts DESC, channel_id, emoji LIMIT 1000",
    "joins": "SELECT channel_id AS channel, message_ts AS message, way_ts AS way, emoji, targets,"
    " points, reason, present FROM joins WHERE team_id = %(team)s AND voter_id = %(user)s"
    " ORDER BY message_ts DESC, channel_id, way_ts, emoji LIMIT 1000",
    "cooldowns": "SELECT target_id AS target, given_at FROM cooldowns"
    " WHERE team_id = %(team)s AND giver_id = %(person)s"
    " ORDER BY given_at DESC, target_id LIMIT 1000",
    "offers": "SELECT handle, user_id AS person, points, reason, answer, channel_id AS channel,"
    " message_ts AS message, offered_at FROM offers"
    " WHERE team_id = %(team)s AND voter_id = %(user)s ORDER BY id DESC LIMIT 1000",
    "meanings": "SELECT handle, user_id AS person, decided_at FROM meanings"
    " WHERE team_id = %(team)s AND voter_id = %(user)s ORDER BY handle LIMIT 1000",
    # Who banned or merged them is for the admins to tell.
    "bans": "SELECT until, banned_at FROM bans WHERE team_id = %(team)s AND user_id = %(user)s",
    "merged": "SELECT target_id AS target, into_id AS into, merged_at FROM aliases"
    " WHERE team_id = %(team)s AND %(user)s IN (target_id, into_id)"
    " ORDER BY merged_at, target_id LIMIT 1000",
    "settings": "SELECT name, channel_id AS channel, value, changed_at FROM settings"
    " WHERE team_id = %(team)s AND (changed_by = %(user)s OR value @> to_jsonb(%(user)s::text))"
    " ORDER BY name, channel_id LIMIT 1000",
    "seasons": "SELECT number, name, begins_at FROM seasons"
    " WHERE team_id = %(team)s AND begun_by = %(user)s ORDER BY number LIMIT 1000",
    "boosts": "SELECT channel_id AS channel, factor, name, begins_at, ends_at FROM boosts"
    " WHERE team_id = %(team)s AND begun_by = %(user)s ORDER BY number LIMIT 1000",
    "audit": "SELECT at, act, about, before, after, note FROM audit"
    " WHERE team_id = %(team)s AND (by_id = %(user)s OR about = %(user)s)"
    " ORDER BY id DESC LIMIT 1000",
}


@dataclass(frozen=True, slots=True)
class DataSubject:
    """The person whose data is read."""

    team: str
    user: str
    person: str = ""
    """Their keyed hash, by which limits know them."""


async def read_votes(
    conn: Conn, subject: DataSubject, *, given: bool, before: int
) -> list[DataRow]:
    """Return a page of the newest votes the person got, or has *given*, with ids below *before*."""
    query = _READ_GIVEN if given else _READ_RECEIVED
    return await _read(conn, query, subject, before=before, count=PAGE)


async def read_scores(conn: Conn, subject: DataSubject, boards: Sequence[str]) -> list[DataRow]:
    """Return the person's points and rank on each of *boards* where they have a score."""
    async with conn.transaction():
        await allow_seconds(conn, PATIENCE)
        return await _read(conn, _SCORES, subject, boards=list(boards))


async def read_notes(conn: Conn, subject: DataSubject) -> dict[str, list[DataRow]]:
    """Return everything else that is stored, by its kind."""
    return {name: await _read(conn, query, subject) for name, query in _NOTES.items()}


async def _read(conn: Conn, query: str, subject: DataSubject, **given: Any) -> list[DataRow]:
    return await fetch_dicts(conn, query, asdict(subject) | given)
