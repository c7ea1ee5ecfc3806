"""Checks that the app can do its work: not on a replica, nor with a role that lacks privileges."""

from collections.abc import Iterable, Mapping
from typing import Final

from psycopg.errors import ReadOnlySqlTransaction

from app.store.database import Conn, UnavailableError, fetch_all, fetch_value

TABLES: Final[Mapping[str, str]] = {
    "_yoyo_migration": "",
    "aliases": "INSERT UPDATE DELETE",
    "allowances": "INSERT UPDATE DELETE",
    "archived_shares": "INSERT UPDATE DELETE",
    "audit": "INSERT",
    "bans": "INSERT UPDATE DELETE",
    "boosts": "INSERT UPDATE",
    "channels": "INSERT UPDATE DELETE",
    "cooldowns": "INSERT UPDATE DELETE",
    "digests": "INSERT DELETE",
    "former_channels": "INSERT UPDATE",
    "giver_days": "INSERT UPDATE DELETE",
    "hidden_members": "INSERT UPDATE DELETE",
    "homes": "INSERT UPDATE DELETE",
    "horizons": "",
    "imports": "INSERT UPDATE DELETE",
    "joins": "INSERT UPDATE DELETE",
    "leaderboard": "INSERT UPDATE DELETE",
    "long_boards": "INSERT UPDATE",
    "meanings": "INSERT UPDATE DELETE",
    "members": "INSERT UPDATE DELETE",
    "messages": "INSERT UPDATE DELETE",
    "offers": "INSERT UPDATE DELETE",
    "outbox": "INSERT UPDATE DELETE",
    "reactions": "INSERT UPDATE DELETE",
    "refusals": "INSERT UPDATE",
    "seasons": "INSERT UPDATE",
    "settings": "INSERT UPDATE DELETE",
    "things": "INSERT UPDATE DELETE",
    "timers": "INSERT UPDATE DELETE",
    "told": "INSERT UPDATE DELETE",
    "turns": "INSERT UPDATE DELETE",
    "vote_history": "INSERT UPDATE DELETE",
    "waiting_replies": "",
    "workspaces": "INSERT UPDATE DELETE",
}
"""What the server does to each table or view, besides reading it."""
FUNCTIONS: Final = (
    "add_scores", "change_rules", "claim_replies", "cool_target", "find_next_reply",
    "find_paying_day", "hold_rules", "limit_votes", "note_refusals", "record_votes",
    "settle_replies", "spend_points",
)  # fmt: skip
"""The functions that the server calls, and those that they call."""

# A missing table or function means missing migrations, which are reported elsewhere.
_RIGHTS: Final = """
SELECT r.what, r.name FROM unnest(%(rights)s::text[], %(tables)s::text[]) AS r (what, name)
WHERE NOT has_table_privilege(to_regclass(r.name), r.what)
UNION ALL
SELECT 'EXECUTE', proname FROM pg_proc
WHERE proname = ANY (%(functions)s) AND pg_function_is_visible(oid)
    AND NOT has_function_privilege(oid, 'EXECUTE')
"""
_READ_ONLY: Final = "SELECT current_setting('transaction_read_only')::boolean"
_SCHEMA: Final = "SELECT current_schema()"
_MOST_NAMED: Final = 5


class RightsError(UnavailableError):
    """The role of DATABASE_URL lacks privileges that the app needs."""


async def require_writes(conn: Conn) -> None:
    """Raise ReadOnlySqlTransaction or RightsError if the app couldn't do all of its work."""
    is_read_only = await fetch_value(conn, _READ_ONLY)
    if is_read_only:
        raise ReadOnlySqlTransaction
    await require_rights(conn)


async def require_rights(conn: Conn) -> None:
    """Raise RightsError if the role lacks a privilege that the app needs."""
    role = conn.info.user
    schema = await fetch_value(conn, _SCHEMA)
    if schema is None:
        raise RightsError(f"the role {role} lacks USAGE on a schema of its search_path")
    needed = [(right, t) for t, does in TABLES.items() for right in ("SELECT", *does.split())]
    parameters = {
        "rights": [right for right, _ in needed],
        "tables": [table for _, table in needed],
        "functions": list(FUNCTIONS),
    }
    if missing := await fetch_all(conn, _RIGHTS, parameters):
        raise RightsError(f"the role {role} lacks {_list_rights(missing)}")


def _list_rights(missing: Iterable[tuple[str, str]]) -> str:
    """Return *missing* as text: `INSERT, UPDATE on boosts, channels; EXECUTE on add_scores`."""
    rights: dict[str, list[str]] = {}
    for right, name in missing:
        rights.setdefault(name, []).append(right)
    names: dict[tuple[str, ...], list[str]] = {}
    for name, lacking in sorted(rights.items()):
        names.setdefault(tuple(lacking), []).append(name)
    return "; ".join(
        f"{', '.join(missing_rights)} on {_shorten(those)}"
        for missing_rights, those in names.items()
    )


def _shorten(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
