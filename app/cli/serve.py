"""`bin/server`: runs the app against Slack."""

import argparse
import atexit
import gc
import os
from typing import Final

import uvloop

from app import log, server
from app.cli import session

_GARBAGE: Final = 10_000
"""New objects after which Python looks for garbage. After its default, 700, it does so several
times a vote and finds nothing, since reference counts free nearly everything."""


def start(_options: argparse.Namespace) -> int:
    """Run the app until told to stop; return 0."""
    config = session.read_config(slack=True)
    gc.set_threshold(_GARBAGE)
    log.configure(config.log_level, config.log_format)
    embedded = config.database_url is None
    with session.open_database(config, embedded=embedded, migrated=True) as url:
        uvloop.run(server.run(config, url))
    atexit.register(os._exit, 0)  # on a busy machine, freeing all objects takes seconds
    return 0
