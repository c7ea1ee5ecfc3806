"""Background work that the app's end interrupts: whoever asked for it is told."""

import psycopg
import pytest

from tests.logged import logged


@pytest.fixture
async def ledger_lock(talk, database_url):
    """The ledger, locked so that reading it never finishes."""
    await talk.said("@bob++, postgres++ and redis++")
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        await conn.execute("LOCK TABLE vote_history")
        yield


locked = pytest.mark.usefixtures("ledger_lock")


async def _stop(talk):
    await talk.running.context.tasks.close(patience=0)


@locked
async def test_interrupted_export_is_reported(talk, log_lines):
    await talk.command("export", command="/karma")
    await _stop(talk)
    assert "couldn't put your data together" in talk.updates()[-1]["text"]
    assert [line["reason"] for line in logged(log_lines, "member.not_exported")] == ["stopping"]


@locked
async def test_interrupted_report_is_reported(talk, log_lines):
    await talk.command("report this month", command="/karma")
    await _stop(talk)
    assert "couldn't send the report" in talk.updates()[-1]["text"]
    assert [line["reason"] for line in logged(log_lines, "report.not_sent")] == ["stopping"]


@locked
async def test_interrupted_preview_of_a_recap_is_reported(talk):
    with talk.hurried(work=0):
        await talk.command("recap", command="/karma")
    await _stop(talk)
    assert "please try again" in talk.updates()[-1]["text"]


async def test_interrupted_chart_is_reported(talk, log_lines):
    await talk.said("@bob++")
    talk.slack.fail("files.getUploadURLExternal", delay=3600)
    await talk.command("chart")
    await _stop(talk)
    assert "couldn't draw the chart" in talk.updates()[-1]["text"]
    assert [line["reason"] for line in logged(log_lines, "chart.not_sent")] == ["stopping"]


@locked
async def test_interrupted_merge_is_reported(talk, log_lines):
    await talk.command("merge postgres into redis", command="/karma")
    with talk.hurried(work=0):
        await talk.submit(talk.view())
    await _stop(talk)
    assert "please try again" in str(talk.view())
    assert [line["reason"] for line in logged(log_lines, "admin.not_merged")] == ["stopping"]


@locked
async def test_interrupted_season_is_reported(talk):
    await talk.command('season "Spring"', command="/karma")
    with talk.hurried(work=0):
        await talk.submit(talk.view())
    await _stop(talk)
    assert "please try again" in str(talk.view())
