"""After a database error other than an outage, what was noted before it is still stored."""

import psycopg
import pytest

from app.slack.catchup.listening import Listening
from app.store.database import Database
from tests.store.casting import rows
from tests.talk import PATIENT_LIMITS

HIDE = "ALTER TABLE channels RENAME TO elsewhere"
SHOW = "ALTER TABLE elsewhere RENAME TO channels"


@pytest.fixture
async def database(own_database_url):
    opened = Database(own_database_url, PATIENT_LIMITS)
    await opened.open()
    yield opened
    await opened.close()


def _hear(second: int) -> dict:
    event = {"type": "message", "channel": "C1", "user": "U1", "text": "x"}
    event["ts"] = event["event_ts"] = f"{1763660000 + second}.000100"
    return {"type": "event_callback", "team_id": "T1", "event": event}


async def _run(database, statement):
    await database.run(lambda conn: conn.execute(statement))


async def test_noted_messages_are_stored_after_an_error(database):
    listening = Listening(database)
    listening.note(_hear(0))
    await _run(database, HIDE)
    with pytest.raises(psycopg.errors.UndefinedTable):
        await listening.flush()
    await _run(database, SHOW)
    await listening.flush()
    assert await rows(database, "SELECT channel_id, heard_ts FROM channels") == [
        ("C1", "1763660000.000100")
    ]


async def test_an_error_of_more_than_five_minutes_starts_a_catch_up(database):
    now, started = [0.0], []
    listening = Listening(database, lambda: started.append(now[0]), clock=lambda: now[0])
    listening.note(_hear(0))
    await listening.flush()
    at_first = [*started]
    await _run(database, HIDE)
    for at in (10, 400):
        now[0] = at
        listening.note(_hear(at))
        with pytest.raises(psycopg.errors.UndefinedTable):
            await listening.flush()
    await _run(database, SHOW)
    now[0] = 401
    listening.note(_hear(401))
    await listening.flush()
    assert started == [*at_first, 401]
