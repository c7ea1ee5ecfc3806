"""What the fault tests stand on: servers as processes, and a PostgreSQL that may be mistreated."""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from app.store import migrations
from tests.cluster import Cluster
from tests.process import Server
from tests.talk import SIGNING_SECRET

Begin = Callable[..., Awaitable[Server]]


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server that only this test uses, with every migration."""
    with tempfile.TemporaryDirectory() as folder:
        own = Cluster(Path(folder) / "pg")
        migrations.apply(own.url)
        yield own
        own.thaw()
        own.start()
        own.close()


@pytest.fixture
async def begin(tmp_path, slack) -> AsyncIterator[Begin]:
    """Starts `bin/server` on a database, beside the local Slack; each is stopped at the end."""
    begun: list[Server] = []

    async def start(url: str, **variables: str) -> Server:
        own = {
            "DATABASE_URL": url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": slack.api_url,
        }
        begun.append(await Server.start(tmp_path, **(own | variables)))
        return begun[-1]

    yield start
    for server in begun:
        await server.stop()
