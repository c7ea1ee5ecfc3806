"""What is stored of a person beside the ledger and the boards, and what of it can go.

What admins did is not among it: the audit cannot be changed, and says so where one is asked.
"""

from typing import Any, Final

from psycopg import AsyncConnection

from app.core.reactions import JOINED

PersonParameters = dict[str, Any]
"""The team, the user and the pseudonym, as queries take them."""

_HIDE: Final = """
WITH named AS (
    INSERT INTO members (team_id, user_id, name)
    VALUES (%(team)s, %(pseudonym)s, %(someone)s) ON CONFLICT DO NOTHING
)
INSERT INTO hidden_members (team_id, user_id, why) VALUES (%(team)s, %(pseudonym)s, 'forgotten')
ON CONFLICT DO NOTHING
"""

# That somebody has opted out stays, or the next vote would count for them against their will.
_OUT: Final = """
SELECT FROM hidden_members WHERE (team_id, user_id, why) = (%(team)s, %(user)s, 'opted_out')
"""

# Votes by reaction are known by who gave them. Last, since what stands above finds them so. That
# the person gave some stays known by their hash, so that they never do again on the same message.
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

_OWN: Final = (
    "DELETE FROM homes WHERE team_id = %(team)s AND user_id = %(user)s",
    "DELETE FROM members WHERE team_id = %(team)s AND user_id = %(user)s",
    "DELETE FROM told WHERE team_id = %(team)s AND user_id = %(user)s",
    """DELETE FROM told WHERE team_id = %(team)s AND about = %(about)s
    AND starts_with(about, 'opted_out/') AND NOT %(out)s""",
    """DELETE FROM hidden_members
    WHERE team_id = %(team)s AND user_id = %(user)s AND why <> 'opted_out'""",
    "DELETE FROM reactions WHERE team_id = %(team)s AND voter_id = %(user)s",
    """UPDATE reactions SET target_id = %(pseudonym)s
    WHERE team_id = %(team)s AND target_id = %(user)s""",
    "DELETE FROM joins WHERE team_id = %(team)s AND voter_id = %(user)s",
    """UPDATE joins SET targets = targets - %(user)s::text || jsonb_build_array(%(pseudonym)s::text)
    WHERE team_id = %(team)s AND targets @> to_jsonb(%(user)s::text)""",
    "DELETE FROM meanings WHERE team_id = %(team)s AND %(user)s IN (voter_id, user_id)",
    """DELETE FROM offers WHERE team_id = %(team)s
    AND (%(user)s IN (voter_id, user_id) OR reason ~ %(word)s)""",
)

# What an admin has merged stays so: the pseudonym has the points, and the hash tells that whoever
# comes back is the same person. Processes know of it as of any change of the rules.
_MERGES: Final = (
    """UPDATE aliases SET target_id = %(pseudonym)s, person = %(person)s
    WHERE (team_id, target_id) = (%(team)s, %(user)s)""",
    """UPDATE aliases SET into_id = %(pseudonym)s, into_person = %(person)s
    WHERE (team_id, into_id) = (%(team)s, %(user)s)""",
)
_RULES_CHANGED: Final = "UPDATE workspaces SET rules = rules + 1 WHERE team_id = %(team)s"

# A ban is not to be escaped from so; one that is over is nobody's business any more.
_BANS: Final = """
DELETE FROM bans WHERE team_id = %(team)s AND user_id = %(user)s AND until <= now()
"""

_MANAGERS: Final = """
UPDATE settings SET value = value - %(user)s::text
WHERE team_id = %(team)s AND name = 'managers' AND jsonb_typeof(value) = 'array'
    AND value ? %(user)s::text
"""

# What somebody did for the workspace stays done.
_DONE: Final = (
    """UPDATE aliases SET merged_by = %(pseudonym)s
    WHERE team_id = %(team)s AND merged_by = %(user)s""",
    "UPDATE bans SET banned_by = %(pseudonym)s WHERE team_id = %(team)s AND banned_by = %(user)s",
    "UPDATE boosts SET begun_by = %(pseudonym)s WHERE team_id = %(team)s AND begun_by = %(user)s",
    "UPDATE seasons SET begun_by = %(pseudonym)s WHERE team_id = %(team)s AND begun_by = %(user)s",
    """UPDATE settings SET changed_by = %(pseudonym)s
    WHERE team_id = %(team)s AND changed_by = %(user)s""",
)


async def hide(conn: AsyncConnection[Any], key: PersonParameters) -> None:
    """Let the pseudonym have a name that says nothing, and be shown nowhere."""
    await conn.execute(_HIDE, key)


async def rename_slots(conn: AsyncConnection[Any], key: PersonParameters) -> None:
    """Let the pseudonym stand in the place of the user where votes are known by who gave them."""
    slots = [key["user"], key["user"] + JOINED]
    for statement in _SLOTS:
        await conn.execute(statement, key | {"slots": slots})


async def rename_merges(conn: AsyncConnection[Any], key: PersonParameters) -> bool:
    """Let the pseudonym stand in the place of the user in merges; tell whether there are some."""
    renamed = [(await conn.execute(statement, key)).rowcount for statement in _MERGES]
    if any(renamed):
        await conn.execute(_RULES_CHANGED, key)
    return any(renamed)


async def erase(conn: AsyncConnection[Any], key: PersonParameters) -> bool:
    """Let nothing but the ledger and the boards name the user; return whether they opted out."""
    out = await (await conn.execute(_OUT, key)).fetchone() is not None
    for statement in (*_OWN, _BANS, *_DONE):
        await conn.execute(statement, key | {"out": out})
    return out


async def dismiss(conn: AsyncConnection[Any], key: PersonParameters) -> bool:
    """Let the user be no karma manager; return whether they were one."""
    return (await conn.execute(_MANAGERS, key)).rowcount > 0
