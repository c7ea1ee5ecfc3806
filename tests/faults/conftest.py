"""Fixtures of the fault tests: servers as processes."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import pytest

from tests.patience import PATIENCE
from tests.process import Server
from tests.talk import slack_variables

QUICK = {"posts": 0.1, "database": 1.0, "timers": 0.2, "start": PATIENCE}
"""Timings of servers whose posts, 503s and timers come sooner than in production."""
Begin = Callable[..., Awaitable[Server]]


@pytest.fixture
async def begin(tmp_path, slack) -> AsyncIterator[Begin]:
    """A function that starts `bin/server` on a database; all are stopped at the end."""
    servers: list[Server] = []

    async def start(url: str, timings: Mapping[str, Any] = QUICK, **variables: str) -> Server:
        own = {"DATABASE_URL": url} | slack_variables(slack)
        servers.append(await Server.start(tmp_path, timings, **(own | variables)))
        return servers[-1]

    yield start
    for server in servers:
        await server.stop()
