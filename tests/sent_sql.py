"""Checks in all tests that each statement the app sends is limited to one workspace.

`ACROSS` lists the exceptions, with reasons.
"""

import sys
from pathlib import Path
from typing import Any, Final

from psycopg import _queries
from psycopg_pool import PoolClosed

from tests.one_workspace import find_faults

ACROSS: Final = {
    "outbox.claims.read_waiting_teams": "asks each second where anything waits",
    "outbox.homes.list_open_teams": "asks where a page is open",
    "workspace.workspaces.list_teams": "lists them",
    "boards.long_boards.list_behind": "asks where boards have votes to follow",
    "workspace.rulebook._read_versions": "asks each second where anything was decided",
    "workspace.rulebook._read_rows": "reads what was decided there, or everywhere",
    "server.operating.list_teams": "lists them, by whatever there is",
    "workspace.workspaces.adopt": "moves rows from the unnamed workspace to another",
    "workspace.timers.read_due_teams": "asks where anything is due",
    "server.stats.read_outbox_backlog": "counts what waits, for a page and the metrics",
    "votes.search._find_among_all": "would not use the index of words, where one is named",
    "transfer.dump.count_totals": "counts whole tables, in one snapshot",
    "transfer.dump.stream_pages": "gives whole tables away, in one snapshot",
    "transfer.load._copy": "fills whole tables",
    "transfer.load._check_empty": "asks whether whole tables are empty",
    "transfer.load._count_rows": "counts whole tables",
    "transfer.census.count_disagreements": "compares whole tables",
    "transfer.load._set_timers": "reads the boosts that were just loaded",
    "transfer.load.load": "completes what was just loaded",
}
"""Functions whose statements concern several workspaces, and why."""

_TESTS: Final = str(Path(__file__).parent)
_UNWATCHED: Final = ("app.store.connections", "app.store.database")
_ELSEWHERE: Final = ("app.store.migrations", "app.devtools", "app.cli.backup")

refused: set[str] = set()
"""Parts of statements that fail, as if the database had gone away for good."""
faults: list[str] = []
"""Statements sent since the last check that aren't limited to one workspace."""
_faultless: Final[set[str]] = set()
"""Statements that passed the check, so that their sender doesn't matter."""


def watch() -> None:
    """Check every statement from now on, each text once."""
    convert = _queries.PostgresQuery.convert

    def convert_and_look(self: _queries.PostgresQuery, query: Any, parameters: Any) -> None:
        if isinstance(query, str) and any(part in query for part in refused):
            raise PoolClosed
        convert(self, query, parameters)
        if isinstance(query, str) and query in _faultless:
            return
        sender = _find_sender()
        if sender and sender not in ACROSS:
            text = query if isinstance(query, str | bytes) else query.as_string(None)
            said = text if isinstance(text, str) else text.decode()
            if said not in _faultless:
                found = find_faults(said)
                faults.extend(f"{sender}: {fault}" for fault in found)
                if not found:
                    _faultless.add(said)

    _queries.PostgresQuery.convert = convert_and_look  # type: ignore[method-assign]


def _find_sender() -> str | None:
    """Return the app's function that sends a statement; None for a test or a tool."""
    frame = sys._getframe(2)
    while frame := frame.f_back:  # type: ignore[assignment]
        module = frame.f_globals.get("__name__", "")
        if frame.f_code.co_filename.startswith(_TESTS) or module.startswith(_ELSEWHERE):
            return None
        if module.startswith("app.") and module not in _UNWATCHED:
            return f"{module.removeprefix('app.store.')}.{frame.f_code.co_name}"
    return None
