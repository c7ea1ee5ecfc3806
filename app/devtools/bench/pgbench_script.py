"""A vote's SQL statement as a pgbench script, with variable expressions for its parameters."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from psycopg import AsyncConnection, AsyncCursor
from psycopg.types.json import Jsonb

from app.store.votes.ballot import Ballot
from app.store.votes.cast import cast_all

_PARAMETER: Final = re.compile(r"%\((\w+)\)s")


async def render_script(url: str, ballot: Ballot, varying: Mapping[str, str]) -> str:
    """Return the statement that the app sends for *ballot*, with texts replaced by *varying*.

    *varying* maps texts in the parameters to SQL expressions.
    """
    sent: list[tuple[str, dict[str, Any]]] = []

    class RecordingCursor(AsyncCursor[Any]):
        async def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            sent.append((query, params))
            return await super().execute(query, params, **options)

    async with await AsyncConnection.connect(url) as conn:
        conn.cursor_factory = RecordingCursor
        await cast_all(conn, [ballot])
        await conn.rollback()
    query, parameters = sent[0]
    return _PARAMETER.sub(lambda found: _render_value(parameters[found[1]], varying), query) + ";\n"


def _render_value(value: Any, varying: Mapping[str, str]) -> str:
    """Return *value* as an SQL expression."""
    if isinstance(value, list):
        return f"ARRAY[{', '.join(_render_value(one, varying) for one in value)}]"
    if isinstance(value, datetime):
        return "now()"
    if isinstance(value, str):
        return _render_text(value, varying)
    if value is None or isinstance(value, int):
        return "NULL" if value is None else str(value)
    if isinstance(value, Jsonb):
        return f"({_render_text(json.dumps(value.obj), varying)})::jsonb"
    return _quote(value.isoformat())


def _render_text(value: str, varying: Mapping[str, str]) -> str:
    parts = re.split(f"({'|'.join(map(re.escape, varying))})", value)
    expressions = [f"({varying[p]})" if p in varying else _quote(p) for p in parts if p]
    return " || ".join(expressions) or "''"


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
