"""Finds scores that aren't the sum of their votes, as `bin/verify` does."""

import contextlib

from app.store.boards import verify
from app.store.server import operating


def find_differences(conn, *teams):
    """Return every wrong score of *teams*, by default of all workspaces, from one snapshot."""
    with verify.open_snapshot(conn):
        return [
            one
            for team in teams or operating.list_teams(conn)
            for batch in verify.find_differences(conn, team)
            for one in batch
        ]


def find_differences_at(url):
    """Return every wrong score of the database at *url*."""
    with contextlib.closing(operating.connect(url, "test")) as conn:
        return find_differences(conn)
