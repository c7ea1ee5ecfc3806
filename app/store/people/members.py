"""Stores members' profiles, so that boards can name them without asking Slack."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from app.core.person import Person, PersonKind
from app.store.database import Conn, fetch_all, fetch_row, gather_columns

_READ_MEMBERS: Final = """
SELECT user_id, updated_at, name, handle, nickname, time_zone, home_team, home_name, kind
FROM members WHERE team_id = %(team)s AND user_id = ANY(%(users)s)
"""

# In key order, so that two such statements don't deadlock. Active members are shown on boards
# again; departed ones are hidden.
_REMEMBER: Final = """
WITH back AS MATERIALIZED (
    SELECT user_id FROM hidden_members
    WHERE team_id = %(team)s AND user_id = ANY(%(users)s) AND user_id <> ALL(%(gone)s)
      AND why = 'deactivated'
    ORDER BY user_id COLLATE "C" FOR UPDATE
), shown AS (
    DELETE FROM hidden_members WHERE team_id = %(team)s AND why = 'deactivated'
      AND user_id IN (SELECT user_id FROM back)
), hidden AS (
    INSERT INTO hidden_members (team_id, user_id, why)
    SELECT %(team)s::text, u, 'deactivated' FROM unnest(%(gone)s::text[]) AS u
    ORDER BY u COLLATE "C"
    ON CONFLICT DO NOTHING
)
INSERT INTO members AS m
    (team_id, user_id, name, handle, nickname, time_zone, home_team, home_name, kind)
SELECT %(team)s::text, u.* FROM unnest(
    %(users)s::text[], %(names)s::text[], %(handles)s::text[], %(nicknames)s::text[],
    %(zones)s::text[], %(homes)s::text[], %(home_names)s::text[], %(kinds)s::text[]
) AS u (user_id, name, handle, nickname, time_zone, home_team, home_name, kind)
ORDER BY u.user_id COLLATE "C"
ON CONFLICT (team_id, user_id) DO UPDATE SET
    name = EXCLUDED.name, handle = EXCLUDED.handle, nickname = EXCLUDED.nickname,
    time_zone = EXCLUDED.time_zone, home_team = EXCLUDED.home_team,
    home_name = coalesce(EXCLUDED.home_name,
        CASE WHEN m.home_team = EXCLUDED.home_team THEN m.home_name END),
    kind = EXCLUDED.kind, updated_at = EXCLUDED.updated_at
"""

# Strangers are never typed by handle, only picked from Slack's list.
_FIND_BY_HANDLE: Final = """
SELECT typed, user_id, has_left FROM (
    SELECT m.*, EXISTS (
        SELECT FROM hidden_members AS h
        WHERE (h.team_id, h.user_id, h.why) = (%(team)s, m.user_id, 'deactivated')) AS has_left
    FROM (
        SELECT handle AS typed, user_id, kind FROM members
        WHERE team_id = %(team)s AND handle = ANY(%(handles)s)
        UNION
        SELECT nickname, user_id, kind FROM members
        WHERE team_id = %(team)s AND nickname = ANY(%(handles)s)
    ) AS m WHERE kind <> 'stranger'
) AS n
WHERE NOT has_left OR typed = ANY(%(former)s)
ORDER BY typed, user_id
"""

_FIND_SIMILAR: Final = """
SELECT named, user_id
FROM members AS m CROSS JOIN LATERAL (VALUES (handle), (nickname)) AS n (named)
WHERE team_id = %(team)s AND kind <> 'stranger' AND left(named, 1) = left(%(handle)s, 1)
  AND abs(length(named) - length(%(handle)s)) <= 2 AND NOT EXISTS (
    SELECT FROM hidden_members AS h
    WHERE (h.team_id, h.user_id, h.why) = (%(team)s, m.user_id, 'deactivated'))
ORDER BY abs(length(named) - length(%(handle)s)), named, user_id LIMIT 1000
"""

_READ_HIDDEN: Final = """
SELECT user_id, array_agg(why) FROM hidden_members
WHERE team_id = %(team)s AND user_id = ANY(%(users)s) GROUP BY user_id
"""


async def read_members(
    conn: Conn, team: str, users: Sequence[str]
) -> dict[str, tuple[Person, datetime]]:
    """Return the stored members among *users*, and when Slack last described each."""
    rows = await fetch_all(conn, _READ_MEMBERS, {"team": team, "users": list(users)})
    return {
        user: (Person(name, handle, nickname, zone, home, home_name, PersonKind(kind)), at)
        for user, at, name, handle, nickname, zone, home, home_name, kind in rows
    }


async def has_members(conn: Conn, team: str) -> bool:
    """Return whether any member of *team* is stored."""
    row = await fetch_row(conn, "SELECT FROM members WHERE team_id = %s LIMIT 1", (team,))
    return row is not None


async def find_by_handle(
    conn: Conn, team: str, handles: Collection[str], former: Collection[str] = ()
) -> dict[str, list[str]]:
    """Return, for each of *handles* (casefolded), the ids of this workspace's people it may mean.

    People who have left are found only by handles that are also in *former*, and that nobody else
    has.
    """
    names = {"handles": list(handles), "former": list(former)}
    rows = await fetch_all(conn, _FIND_BY_HANDLE, {"team": team} | names)
    found: dict[str, list[str]] = {}
    gone: dict[str, list[str]] = {}
    for typed, user, has_left in rows:
        (gone if has_left else found).setdefault(typed, []).append(user)
    return gone | found


async def find_similar(conn: Conn, team: str, handle: str) -> dict[str, str]:
    """Return up to 1,000 user ids by name, of people whose name *handle* may be a typo of.

    If there are more, those whose names have nearly as many letters are returned.
    """
    return dict(await fetch_all(conn, _FIND_SIMILAR, {"team": team, "handle": handle}))


async def read_hidden(conn: Conn, team: str, users: Collection[str]) -> dict[str, list[str]]:
    """Return why each of *users* is hidden from boards; others are left out.

    Reasons are `opted_out`, `deactivated` and `forgotten`.
    """
    return dict(await fetch_all(conn, _READ_HIDDEN, {"team": team, "users": list(users)}))


async def read_hidden_reasons(conn: Conn, team: str, accounts: Collection[str]) -> Collection[str]:
    """Return why the person with *accounts* is hidden; they haven't left while one is active."""
    hidden = await read_hidden(conn, team, accounts)
    gone = {user for user, reasons in hidden.items() if "deactivated" in reasons}
    reasons = {why for found in hidden.values() for why in found}
    return reasons if gone.issuperset(accounts) else reasons - {"deactivated"}


async def is_hidden(conn: Conn, team: str, user: str) -> bool:
    """Return whether *user* is hidden from boards."""
    return bool(await read_hidden(conn, team, [user]))


async def has_opted_out(conn: Conn, team: str, *users: str) -> bool:
    """Return whether any of *users* has opted out."""
    hidden = await read_hidden(conn, team, users)
    return any("opted_out" in reasons for reasons in hidden.values())


async def remember(
    conn: Conn, team: str, people: Mapping[str, Person], gone: Collection[str] = ()
) -> None:
    """Store *people* by user id; hide those in *gone* from boards, and show the others again."""
    columns = gather_columns(
        people.values(), names="name", handles="handle", nicknames="nickname", zones="time_zone",
        homes="home_team", home_names="home_name", kinds="kind",
    )  # fmt: skip
    ids = {"users": list(people), "gone": list(gone)}
    await conn.execute(_REMEMBER, {"team": team} | ids | columns)
