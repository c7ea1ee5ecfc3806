"""Replaces or deletes a person's id in the tables other than ledger, boards and replies."""

from typing import Any, Final

from app.core.message import FROZEN
from app.core.reactions import JOINED
from app.store.database import Conn
from app.store.people import members
from app.store.people.opt_outs import TOLD

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
    f"""INSERT INTO messages (team_id, channel_id, message_ts, slot, revision)
    SELECT DISTINCT ON (channel_id COLLATE "C", message_ts COLLATE "C")
        team_id, channel_id, message_ts, %(person)s, '{FROZEN}' FROM messages
    WHERE team_id = %(team)s AND slot = ANY(%(slots)s)
    ORDER BY channel_id COLLATE "C", message_ts COLLATE "C" ON CONFLICT DO NOTHING""",  # noqa: S608 (made of a constant)
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
    ("told", f"{TOLD} AND NOT %(out)s"),
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


async def hide(conn: Conn, parameters: PersonParameters) -> None:
    """Give the pseudonym a neutral name, and hide it from boards."""
    await conn.execute(_HIDE, parameters)


async def rename_slots(conn: Conn, parameters: PersonParameters) -> None:
    """Replace the user with the pseudonym in slots that name the giver."""
    slots = [parameters["user"], parameters["user"] + JOINED]
    for statement in _SLOTS:
        await conn.execute(statement, parameters | {"slots": slots})


async def rename_merges(conn: Conn, parameters: PersonParameters) -> bool:
    """Replace the user with the pseudonym in merges; return whether there were any."""
    return any([(await conn.execute(statement, parameters)).rowcount for statement in _MERGES])


async def erase(conn: Conn, parameters: PersonParameters) -> bool:
    """Remove the user from tables other than ledger and boards; return whether they had opted out.

    An opt-out stays, or the next vote would count for them against their will. So do a ban in force
    and the audit, which no statement can change.
    """
    out = await members.has_opted_out(conn, parameters["team"], parameters["user"])
    for statement in OWN:
        await conn.execute(statement, parameters | {"out": out})
    return out


async def delete_turn(conn: Conn, parameters: PersonParameters) -> None:
    """Delete the turn of the user's direct messages."""
    await conn.execute(_TURN, parameters)
