"""Knows in a file of scores who was merged and then forgotten: they go where their votes go."""

from typing import Any, Final

from psycopg import Connection

from app.core.person import derive_key, hash_person

_FORGOTTEN: Final = """
SELECT person, target_id FROM aliases WHERE team_id = %(team)s AND person IS NOT NULL
"""
_KEY: Final = "SELECT person_key FROM workspaces WHERE team_id = %(team)s"
_PEOPLE: Final = "SELECT DISTINCT target_id FROM given WHERE board = 'users'"
_RENAME: Final = """
UPDATE given SET target_id = pseudonym
FROM unnest(%(people)s::text[], %(pseudonyms)s::text[]) AS known (person, pseudonym)
WHERE given.target_id = known.person
"""


def write_pseudonyms(conn: Connection[Any], team: str, secret: str | None) -> None:
    """Put the pseudonym in the place of each merged person that is given and was forgotten since.

    *secret* is the SECRET_KEY, if there is one; without it the workspace's own key finds them.
    """
    forgotten = dict(conn.execute(_FORGOTTEN, {"team": team}).fetchall())
    if not forgotten:
        return
    key = derive_key(secret) if secret else _read_key(conn, team)
    people = [user for (user,) in conn.execute(_PEOPLE).fetchall()]
    pseudonyms = {user: forgotten.get(hash_person(key, team, user)) for user in people}
    known = {user: pseudonym for user, pseudonym in pseudonyms.items() if pseudonym}
    conn.execute(_RENAME, {"people": list(known), "pseudonyms": list(known.values())})


def _read_key(conn: Connection[Any], team: str) -> bytes:
    row = conn.execute(_KEY, {"team": team}).fetchone()
    return (row[0] or "").encode() if row else b""
