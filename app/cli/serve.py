"""`bin/server`: runs the app against Slack."""

import argparse

import uvloop

from app import log, server
from app.cli import session


def start(_options: argparse.Namespace) -> int:
    """Run the app until SIGTERM or SIGINT; return 0."""
    given = session.read_config(slack=True)
    log.configure(given.log_level, given.log_format)
    embedded = given.database_url is None
    with session.open_database(given, embedded=embedded, migrated=True) as url:
        uvloop.run(server.run(given, url))
    return 0
