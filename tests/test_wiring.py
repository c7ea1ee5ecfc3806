"""Everything that runs in the background is started with the app."""

from dataclasses import replace

import aiohttp
import psycopg

from app import server
from tests.faults.load import eventually
from tests.logged import logged
from tests.talk import PATIENT, Talk

OFTEN = replace(PATIENT, timers=0.01, long_boards=0.01, statistics=0.01)
DUE = """
INSERT INTO workspaces (team_id) VALUES (%(team)s);
INSERT INTO turns (team_id, channel_id, free_at) VALUES (%(team)s, 'C1', now() - interval '2 days');
INSERT INTO timers (team_id, kind, about, due_at) VALUES (%(team)s, 'boost_end', '1', now())
"""


async def test_background_jobs_run_in_the_app(slack, config, database_url, monkeypatch, log_lines):
    monkeypatch.setattr("app.usecases.upkeep._GROWN", (1,))
    with psycopg.connect(database_url) as conn:
        psycopg.ClientCursor(conn).execute(DUE, {"team": slack.workspace.team_id})
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, database_url, OFTEN) as running,
    ):
        talk = Talk(slack, running, session)
        await talk.said("@bob++")

        async def have_run() -> bool:
            boards = await talk.rows("SELECT board FROM leaderboard WHERE board ~ '-Q'")
            timers = await talk.rows("SELECT kind FROM timers WHERE about = '1'")
            done = [logged(log_lines, f"{job}.done") for job in ("upkeep", "statistics")]
            return bool(boards) and not timers and all(done)

        await eventually(have_run)
    assert [line["removed"] for line in logged(log_lines, "upkeep.done")] == [1]
