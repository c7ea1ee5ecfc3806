"""Checks that the app can do its work: not on a replica, nor with a role that lacks privileges."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from psycopg.errors import ReadOnlySqlTransaction

from app.store.database import Conn, UnavailableError, fetch_all, fetch_value
from app.store.migrations import list_created

_ALL: Final[Sequence[str]] = ("SELECT", "INSERT", "UPDATE", "DELETE")
_FEWER: Final[dict[str, Sequence[str]]] = {
    "_yoyo_migration": ("SELECT",),
    "audit": ("SELECT", "INSERT"),
    "waiting_replies": ("SELECT",),
}
"""The tables and views on which the server doesn't need all of these."""

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
    needed = _list_needed()
    parameters = {
        "rights": [right for right, _ in needed],
        "tables": [table for _, table in needed],
        "functions": list(list_created("FUNCTION")),
    }
    if missing := await fetch_all(conn, _RIGHTS, parameters):
        raise RightsError(f"the role {role} lacks {_list_rights(missing)}")


def _list_needed() -> list[tuple[str, str]]:
    rights: Mapping[str, Sequence[str]] = dict.fromkeys(list_created("TABLE"), _ALL) | _FEWER
    return [(right, name) for name, does in rights.items() for right in does]


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
