"""Lists the workspaces there are: what concerns all of them is done in one after the other."""

from typing import Any, Final

from psycopg import AsyncConnection

KNOW: Final = "INSERT INTO workspaces (team_id) VALUES (%(team)s) ON CONFLICT DO NOTHING"
"""Lets there be a workspace; it comes where the rules are locked (`app.store.votes`)."""
KNOWN: Final = f"known AS ({KNOW})"
"""A part of statements that may be the first of a workspace."""
_LIST: Final = 'SELECT team_id FROM workspaces ORDER BY team_id COLLATE "C"'


async def list_teams(conn: AsyncConnection[Any]) -> list[str]:
    """Return every workspace that had a vote, an event or a decision; '' is yet to be named."""
    return [team for (team,) in await (await conn.execute(_LIST)).fetchall()]
