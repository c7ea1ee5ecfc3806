"""With CATCH_UP=on, a start counts the votes written while the app was down."""

import aiohttp

from app.devtools.fake_slack import events
from app.devtools.fake_slack.delivery import Delivery
from app.devtools.fake_slack.values import Post
from app.store.database import Database
from tests.process import PERSISTENT, Server
from tests.talk import PATIENT_LIMITS, SIGNING_SECRET, slack_variables


def _write(slack, text, by="U0ANN00001"):
    post = Post(channel="C0GENERAL1", ts=slack.workspace.next_ts(), text=text, user=by)
    return slack.workspace.add(post)


async def test_the_next_start_counts_missed_votes(tmp_path, slack, database_url):
    variables = slack_variables(slack) | {"DATABASE_URL": database_url, "CATCH_UP": "on"}
    one = await Server.start(tmp_path, **variables)
    heard = _write(slack, "<@U0BOB00002>++ for the first")
    async with aiohttp.ClientSession() as session:
        address = f"http://127.0.0.1:{one.port}/slack/events"
        delivery = Delivery(address, SIGNING_SECRET, session, **PERSISTENT)
        answer = await delivery.deliver(events.build_posted_event(slack.workspace, heard))
        assert answer.status == 200
    assert await one.stop() == 0
    _write(slack, "<@U0BOB00002>++ for the second")
    two = await Server.start(tmp_path, **variables)
    await two.until("catchup.done")
    assert await two.stop() == 0
    database = Database(database_url, PATIENT_LIMITS)
    await database.open()

    async def ledger(conn):
        cursor = await conn.execute("SELECT reason FROM vote_history ORDER BY id")
        return [reason for (reason,) in await cursor.fetchall()]

    assert await database.run(ledger) == ["the first", "the second"]
    await database.close()
