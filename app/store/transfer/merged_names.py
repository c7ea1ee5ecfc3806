"""Resolves targets in a score file that were merged, and perhaps forgotten since, as votes do."""

from typing import Final

from app.core.person import derive_key, hash_person
from app.store.database import SyncConn, read_value
from app.store.votes import SHARE_RENAMES
from app.store.workspace.workspaces import ADD_WORKSPACE


def lock_merges(conn: SyncConn, team: str) -> None:
    """Keep merges of *team* from being made or undone until the transaction ends.

    Nor does a season begin; other imports may run in parallel.
    """
    for statement in (SHARE_RENAMES, ADD_WORKSPACE):  # last: a merge in flight would wait for it
        conn.execute(statement, {"team": team})


def delay_adoption(conn: SyncConn) -> None:
    """Keep scores without a workspace from being adopted until the transaction ends."""
    conn.execute(SHARE_RENAMES, {"team": ""})


_FORGOTTEN: Final = """
SELECT person, target_id FROM aliases WHERE team_id = %(team)s AND person IS NOT NULL
"""
_KEY: Final = "SELECT person_key FROM workspaces WHERE team_id = %(team)s"
_PEOPLE: Final = "SELECT DISTINCT target_id FROM entry WHERE board = 'users'"
_RENAME: Final = """
UPDATE entry SET target_id = pseudonym
FROM unnest(%(people)s::text[], %(pseudonyms)s::text[]) AS known (person, pseudonym)
WHERE entry.target_id = known.person
"""


def write_pseudonyms(conn: SyncConn, team: str, secret: str | None) -> None:
    """Replace people among the entries who were merged, and forgotten since, with their pseudonyms.

    *secret* is the SECRET_KEY, if there is one; otherwise the workspace's own key finds them.
    """
    forgotten = dict(conn.execute(_FORGOTTEN, {"team": team}).fetchall())
    if not forgotten:
        return
    own = read_value(conn, _KEY, {"team": team}) or ""
    key = derive_key(secret) if secret else own.encode()
    people = [user for (user,) in conn.execute(_PEOPLE).fetchall()]
    pseudonyms = {user: forgotten.get(hash_person(key, team, user)) for user in people}
    known = {user: pseudonym for user, pseudonym in pseudonyms.items() if pseudonym}
    conn.execute(_RENAME, {"people": list(known), "pseudonyms": list(known.values())})


# A copy, because on a cluster no recursive query can read a distributed table.
_COPY: Final = """
CREATE TEMPORARY TABLE merged ON COMMIT DROP AS
SELECT target_id, into_id, merge FROM aliases WHERE team_id = %(team)s
"""
CHAINS: Final = """
WITH RECURSIVE chain AS (
    SELECT nr, m.*, 1 AS step FROM entry JOIN merged AS m USING (target_id)
    UNION ALL
    SELECT nr, m.*, step + 1 FROM chain JOIN merged AS m ON m.target_id = chain.into_id
)
"""
"""A CTE with each step from a merged target among the entries to what it was merged into."""
_FOLLOW: Final = f"""
{CHAINS}
UPDATE entry SET counts_for = last.into_id
FROM (SELECT DISTINCT ON (nr) nr, into_id FROM chain ORDER BY nr, step DESC) AS last
WHERE last.nr = entry.nr
"""  # noqa: S608 (made of constants)


def follow_merges(conn: SyncConn, team: str) -> None:
    """Set which target each merged entry counts for."""
    for statement in (_COPY, "ANALYZE merged", _FOLLOW):
        conn.execute(statement, {"team": team})
