"""Reads what is stored about a person, in bounded pages, and erases what can go."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.core.reactions import JOINED
from app.store.database import Conn, allow_seconds, fetch_dicts
from app.store.people import members

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
    "boosts": "SELECT channel_id AS channel, factor, name, begins_at, ends_at FROM boosts"
    " WHERE team_id = %(team)s AND begun_by = %(user)s ORDER BY number LIMIT 1000",
    "audit": "SELECT at, act, about, before, after, note FROM audit"
    " WHERE team_id = %(team)s AND (by_id = %(user)s OR about = %(user)s)"
    " ORDER BY id DESC LIMIT 1000",
}

PersonParameters = dict[str, Any]
"""The person's ids and what depends on them, as query parameters."""

_HIDE: Final = """
WITH named AS (
    INSERT INTO members (team_id, user_id, name)
    VALUES (%(team)s, %(pseudonym)s, %(someone)s) ON CONFLICT DO NOTHING
)
INSERT INTO hidden_members (team_id, user_id, why) VALUES (%(team)s, %(pseudonym)s, 'forgotten')
ON CONFLICT DO NOTHING
"""

# The slot of a vote by reaction names its giver. `messages` is renamed last, because the other
# statements look up its old slots. That the person gave stays on record under their hash, so that
# they can't give on the same message again.
_SLOTS: Final = (
    """INSERT INTO messages (team_id, channel_id, message_ts, slot, revision)
    SELECT DISTINCT ON (channel_id COLLATE "C", message_ts COLLATE "C")
        team_id, channel_id, message_ts, %(person)s, 'archived' FROM messages
    WHERE team_id = %(team)s AND slot = ANY(%(slots)s)
    ORDER BY channel_id COLLATE "C", message_ts COLLATE "C" ON CONFLICT DO NOTHING""",
    """UPDATE outbox AS o
    SET slot = replace(o.slot, %(user)s, %(pseudonym)s) FROM messages AS m
    WHERE m.team_id = %(team)s AND m.slot = ANY(%(slots)s) AND o.slot = m.slot
        AND (o.team_id, o.channel_id, o.message_ts) = (m.team_id, m.channel_id, m.message_ts)""",
    """UPDATE vote_history SET slot = replace(slot, %(user)s, %(pseudonym)s)
    WHERE (team_id, voter_id) = (%(team)s, %(pseudonym)s) AND slot = ANY(%(slots)s)""",
    """UPDATE messages SET slot = replace(slot, %(user)s, %(pseudonym)s)
    WHERE team_id = %(team)s AND slot = ANY(%(slots)s)""",
)

_DELETED: Final = (
    ("homes", "user_id = %(user)s"),
    ("members", "user_id = %(user)s"),
    ("told", "user_id = %(user)s"),
    ("told", "about = %(about)s AND starts_with(about, 'opted_out/') AND NOT %(out)s"),
    ("hidden_members", "user_id = %(user)s AND why <> 'opted_out'"),
    ("reactions", "voter_id = %(user)s"),
    ("joins", "voter_id = %(user)s"),
    ("meanings", "%(user)s IN (voter_id, user_id)"),
    ("offers", "(%(user)s IN (voter_id, user_id) OR reason ~ %(word)s)"),
    ("bans", "user_id = %(user)s AND until <= now()"),  # nobody escapes a ban this way
)
"""What is deleted: a table, and which of its rows."""
_RENAMED: Final = (
    ("reactions", "target_id"), ("aliases", "merged_by"), ("bans", "banned_by"),
    ("boosts", "begun_by"), ("seasons", "begun_by"), ("settings", "changed_by"),
)  # fmt: skip
"""Where the pseudonym replaces the person: what they got, and did for the workspace, stays."""
OWN: Final = (
    *(f"DELETE FROM {table} WHERE team_id = %(team)s AND {which}" for table, which in _DELETED),  # noqa: S608 (made of constants)
    *(
        f"UPDATE {table} SET {column} = %(pseudonym)s"  # noqa: S608 (the same)
        f" WHERE team_id = %(team)s AND {column} = %(user)s"
        for table, column in _RENAMED
    ),
    """UPDATE joins SET targets = targets - %(user)s::text || jsonb_build_array(%(pseudonym)s::text)
    WHERE team_id = %(team)s AND targets @> to_jsonb(%(user)s::text)""",
    """UPDATE joins SET reason = regexp_replace(reason, %(mention)s, %(someone)s, 'g')
    WHERE team_id = %(team)s AND reason ~ %(mention)s""",
    """UPDATE settings SET value = value - %(user)s::text
    WHERE team_id = %(team)s AND name = 'managers' AND jsonb_typeof(value) = 'array'
        AND value ? %(user)s::text""",
)

# An admin's merges stay: the pseudonym has the points, and the hash identifies the person if they
# come back.
_MERGES: Final = (
    """UPDATE aliases SET target_id = %(pseudonym)s, person = %(person)s
    WHERE (team_id, target_id) = (%(team)s, %(user)s)""",
    """UPDATE aliases SET into_id = %(pseudonym)s, into_person = %(person)s
    WHERE (team_id, into_id) = (%(team)s, %(user)s)""",
)

# The channel of direct messages to a person has their user id as its id.
_TURN: Final = "DELETE FROM turns WHERE (team_id, channel_id) = (%(team)s, %(user)s)"


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
    parameters = {"team": subject.team, "user": subject.user, "person": subject.person}
    return await fetch_dicts(conn, query, parameters | given)


async def hide(conn: Conn, key: PersonParameters) -> None:
    """Give the pseudonym a neutral name, and hide it from boards."""
    await conn.execute(_HIDE, key)


async def rename_slots(conn: Conn, key: PersonParameters) -> None:
    """Replace the user with the pseudonym in slots that name the giver."""
    slots = [key["user"], key["user"] + JOINED]
    for statement in _SLOTS:
        await conn.execute(statement, key | {"slots": slots})


async def rename_merges(conn: Conn, key: PersonParameters) -> bool:
    """Replace the user with the pseudonym in merges; return whether there were any."""
    return any([(await conn.execute(statement, key)).rowcount for statement in _MERGES])


async def erase(conn: Conn, key: PersonParameters) -> bool:
    """Remove the user from tables other than ledger and boards; return whether they had opted out.

    An opt-out stays, or the next vote would count for them against their will. So do a ban in force
    and the audit, which no statement can change.
    """
    out = await members.has_opted_out(conn, key["team"], key["user"])
    for statement in OWN:
        await conn.execute(statement, key | {"out": out})
    return out


async def delete_turn(conn: Conn, key: PersonParameters) -> None:
    """Delete the turn of the user's direct messages."""
    await conn.execute(_TURN, key)
