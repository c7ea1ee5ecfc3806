"""A process killed in the middle of a recap: the next one posts it, and never twice."""

import signal
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from app.core.settings.definitions import RecapPace, Settings
from app.devtools.fake_slack.values import Change
from app.store.workspace.timers import store_plans
from app.usecases.recaps import plan_recaps
from tests.faults.load import eventually, expire_claims
from tests.store.casting import ballot, cast, ruled, spoken

GENERAL = "C0GENERAL1"

_DECIDE = """
INSERT INTO settings (team_id, channel_id, name, value, changed_by) VALUES
    (%(team)s, '', 'recap', '"weekly"', 'U0ANN00001'),
    (%(team)s, '', 'recap_channel', to_jsonb(%(channel)s::text), 'U0ANN00001')
"""
_CLAIMED = """
SELECT count(*) FROM outbox
WHERE kind = 'recap' AND done_at IS NULL AND claimed_until > clock_timestamp()
"""
_READING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%vote_history%'
"""
_DONE = "SELECT count(*) FROM outbox WHERE kind = 'recap' AND done_at IS NOT NULL"


@pytest.fixture
async def conn(database_url, slack):
    """A connection to a database with votes from last week, whose recap is due."""
    team, week_ago = slack.workspace.team_id, datetime.now(UTC) - timedelta(days=7)
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as opened:
        await opened.execute(_DECIDE, {"team": team, "channel": GENERAL})
        given = spoken(
            f"{week_ago.timestamp():.6f}", "U0ANN00001", team=team, channel=GENERAL
        )  # fmt: skip
        async with opened.transaction():
            await cast(opened, ballot(given, ruled({"U0BOB00002": 3})))
        # As planned by an earlier process, so that it's due when the server first checks.
        plan = plan_recaps(Settings(recap=RecapPace.WEEKLY, recap_channel=GENERAL), week_ago)
        await store_plans(opened, team, [replace(plan, due_at=datetime.now(UTC))])
        yield opened


async def _counts(conn, query):
    return (await (await conn.execute(query)).fetchone())[0]


def _recaps(slack):
    return [post.text for post in slack.list_posts("general") if post.text.startswith("Karma, ")]


async def test_a_recap_claimed_but_not_posted_is_posted_once(begin, slack, conn, database_url):
    server = await begin(database_url)
    async with await psycopg.AsyncConnection.connect(database_url) as holding:
        await holding.execute("LOCK TABLE vote_history IN ACCESS EXCLUSIVE MODE")
        await eventually(lambda: _counts(conn, _CLAIMED))
        await eventually(lambda: _counts(conn, _READING))
        await server.stop(signal.SIGKILL)
        await expire_claims(database_url, slack)
        await holding.rollback()
    assert _recaps(slack) == []
    await begin(database_url)
    await eventually(lambda: _counts(conn, _DONE))
    (recap,) = _recaps(slack)
    assert "*Most points:* bob (3)" in recap


async def test_a_recap_posted_but_not_recorded_is_not_posted_again(
    begin, slack, conn, database_url
):
    server = await begin(database_url)

    def kill(change: Change) -> None:
        if change.post.text.startswith("Karma, ") and server.process.returncode is None:
            server.process.send_signal(signal.SIGKILL)

    end = slack.subscribe(kill)
    await slack.wait_until(lambda: bool(_recaps(slack)))
    await server.stop(signal.SIGKILL)
    end()
    await expire_claims(database_url, slack)
    assert await _counts(conn, _DONE) == 0
    again = await begin(database_url)
    await eventually(lambda: _counts(conn, _DONE))
    assert len(_recaps(slack)) == 1
    assert again.logged("server.ready")
