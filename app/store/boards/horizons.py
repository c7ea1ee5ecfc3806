"""Keeps from which day on boards and ledger are there in full."""

from datetime import date
from typing import Any, Final

import psycopg

from app.core.boards.retention import Horizons

_READ: Final = "SELECT what, first FROM horizons WHERE team_id = %(team)s"

# A horizon only ever moves on: what is gone does not come back.
_MOVE: Final = """
INSERT INTO horizons AS h (team_id, what, first)
SELECT %(team)s::text, w.* FROM unnest(%(whats)s::text[], %(firsts)s::date[]) AS w ORDER BY 2
ON CONFLICT (team_id, what) DO UPDATE SET first = EXCLUDED.first WHERE h.first < EXCLUDED.first
"""


def read(conn: psycopg.Connection[Any], team: str) -> dict[str, date]:
    """Return the first day that is kept, by what; nothing for what is kept from the start."""
    return dict(conn.execute(_READ, {"team": team}).fetchall())


def move(conn: psycopg.Connection[Any], team: str, horizons: Horizons) -> None:
    """Let *horizons* hold, where they are later than those so far."""
    moved = {"whats": list(horizons), "firsts": list(horizons.values())}
    conn.execute(_MOVE, {"team": team} | moved)
