"""What is stored of a person beside the ledger and the boards, and what of it can go.

What admins did is not among it: the audit cannot be changed, and says so where one is asked.
"""

from typing import Any, Final

from psycopg import AsyncConnection

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

_OWN: Final = (
    "DELETE FROM allowances WHERE team_id = %(team)s AND giver_id = %(user)s",
    "DELETE FROM homes WHERE team_id = %(team)s AND user_id = %(user)s",
    "DELETE FROM members WHERE team_id = %(team)s AND user_id = %(user)s",
    "DELETE FROM told WHERE team_id = %(team)s AND user_id = %(user)s",
    "DELETE FROM told WHERE team_id = %(team)s AND about = %(about)s AND NOT %(out)s",
    """DELETE FROM hidden_members
    WHERE team_id = %(team)s AND user_id = %(user)s AND why <> 'opted_out'""",
    "DELETE FROM reactions WHERE team_id = %(team)s AND voter_id = %(user)s",
    """UPDATE reactions SET target_id = %(pseudonym)s
    WHERE team_id = %(team)s AND target_id = %(user)s""",
    """DELETE FROM offers WHERE team_id = %(team)s
    AND (%(user)s IN (voter_id, user_id) OR reason ~ %(word)s)""",
    "DELETE FROM cooldowns WHERE team_id = %(team)s AND %(user)s IN (giver_id, target_id)",
    "DELETE FROM aliases WHERE team_id = %(team)s AND %(user)s IN (target_id, into_id)",
)

# A ban is not to be escaped from so; one that is over is nobody's business any more.
_BANS: Final = """
DELETE FROM bans WHERE team_id = %(team)s AND user_id = %(user)s AND until <= now()
"""

_MANAGERS: Final = """
UPDATE settings SET value = value - %(user)s::text
WHERE team_id = %(team)s AND name = 'managers' AND jsonb_typeof(value) = 'array'
"""

# What somebody did for the workspace stays done.
_DONE: Final = (
    """UPDATE aliases SET merged_by = %(pseudonym)s
    WHERE team_id = %(team)s AND merged_by = %(user)s""",
    "UPDATE bans SET banned_by = %(pseudonym)s WHERE team_id = %(team)s AND banned_by = %(user)s",
    "UPDATE seasons SET begun_by = %(pseudonym)s WHERE team_id = %(team)s AND begun_by = %(user)s",
    """UPDATE settings SET changed_by = %(pseudonym)s
    WHERE team_id = %(team)s AND changed_by = %(user)s""",
)


async def hide(conn: AsyncConnection[Any], key: PersonParameters) -> None:
    """Let the pseudonym have a name that says nothing, and be shown nowhere."""
    await conn.execute(_HIDE, key)


async def erase(conn: AsyncConnection[Any], key: PersonParameters) -> bool:
    """Let nothing but the ledger and the boards name the user; return whether they opted out."""
    out = await (await conn.execute(_OUT, key)).fetchone() is not None
    for statement in (*_OWN, _BANS, _MANAGERS, *_DONE):
        await conn.execute(statement, key | {"out": out})
    return out
