"""The audit: each act of an admin adds a row in its own transaction, and no row is ever changed.

The database itself refuses UPDATE, DELETE and TRUNCATE on the table.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from psycopg.types.json import Jsonb

from app.core.audit_record import AuditEntry
from app.store.database import Conn, fetch_as, fetch_row

_NOTE: Final = """
INSERT INTO audit (team_id, by_id, act, about, before, after, note)
VALUES (%(team)s, %(by)s, %(act)s, %(about)s, %(before)s, %(after)s, %(note)s)
"""

_LAST: Final = """
SELECT id, at, by_id AS by, act, about, before, after, note FROM audit
WHERE team_id = %(team)s AND id < %(before)s AND (%(about)s = '' OR %(about)s = ANY(ARRAY[
    about, by_id, before ->> 'into', after ->> 'into']))
ORDER BY id DESC LIMIT %(count)s
"""

# Not by `about`: the person may have been forgotten since, which changes no act.
_DETAILED: Final = """
SELECT id, at, by_id AS by, act, about, before, after, note FROM audit
WHERE team_id = %(team)s AND act = %(act)s AND after @> %(details)s
ORDER BY id DESC LIMIT 1
"""

# Decides whether a command ran before, as for messages.
_ONCE: Final = """
INSERT INTO messages (team_id, channel_id, message_ts) VALUES (%(team)s, '', %(ts)s)
ON CONFLICT DO NOTHING RETURNING 1
"""

NEWEST: Final = (1 << 63) - 1
"""An id greater than that of every act."""


@dataclass(frozen=True, slots=True)
class Act:
    """An act of an admin; *before* and *after* are what it changed, as JSON."""

    team: str
    by: str
    act: str
    """`adjust`, `merge`, `unmerge`, `ban`, `unban`, `setting`, `season`, `boost`."""
    about: str = ""
    """The person, thing, setting, channel, season or boost that it concerns."""
    before: Any = None
    after: Any = None
    note: str | None = None


async def record_act(conn: Conn, act: Act) -> None:
    """Record *act*, in the transaction that performs it."""
    changed = {"before": _to_json(act.before), "after": _to_json(act.after)}
    await conn.execute(_NOTE, asdict(act) | changed)


async def begin_once(conn: Conn, team: str, ts: str) -> bool:
    """Record that the command called *ts* has run; return whether it hadn't before."""
    return await fetch_row(conn, _ONCE, {"team": team, "ts": ts}) is not None


async def read_last_acts(
    conn: Conn, team: str, count: int, about: str = "", before: int = NEWEST
) -> Sequence[AuditEntry]:
    """Return the last *count* acts with ids below *before*, newest first.

    With *about*, only acts done to or by that person or thing.
    """
    parameters = {"team": team, "count": count, "about": about, "before": before}
    return await fetch_as(conn, AuditEntry, _LAST, parameters)


async def find_act(conn: Conn, team: str, act: str, **details: str) -> AuditEntry | None:
    """Return the last act of the kind *act* whose `after` has these *details*, or None."""
    parameters = {"team": team, "act": act, "details": Jsonb(details)}
    return next(iter(await fetch_as(conn, AuditEntry, _DETAILED, parameters)), None)


def _to_json(value: Any) -> Jsonb | None:
    return None if value is None else Jsonb(value)
