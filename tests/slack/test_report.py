"""`/karma report`: a month as a CSV file, for admins only."""

import csv
import io
from datetime import UTC, datetime

import pytest

from app.core.commands.admin import read_report
from tests.tables import each

OCTOBER = datetime(2025, 10, 14, 12, tzinfo=UTC)


async def report(talk, typed="2025-10", by="ann"):
    """Ask for the report; return the reply, and the rows of the file that is sent."""
    answer = await talk.command(f"report {typed}", by=by, command="/karma")
    await talk.running.wait_idle()
    files = talk.files(by)
    rows = list(csv.DictReader(io.StringIO(files[-1].content.decode("utf-8-sig")))) if files else []
    return answer["text"], rows


async def test_report_lists_points_got_and_given_in_the_month(talk):
    talk.set_clock(OCTOBER)
    post = await talk.said("@bob++ for the docs, @carol++", by="ann")
    await talk.edited(post, "@bob+++ for the docs, @carol++")
    await talk.said("@bob--, postgres++", by="carol")
    await talk.rows("""
        INSERT INTO vote_history
            (team_id, channel_id, message_ts, voter_id, target_id, delta, kind, voted_at, day)
        VALUES (%s, '', 'adjust/1', '', 'U0DAVE0004', 5, 'adjust', now(), %s) RETURNING 1
    """, talk.slack.workspace.team_id, OCTOBER)  # fmt: skip
    talk.set_clock(OCTOBER.replace(month=11))
    await talk.said("@bob+++++", by="dave")
    text, rows = await report(talk)
    assert text == "The report for October 2025 is on its way: a file, in a direct message."
    assert [tuple(row.values()) for row in rows] == [
        ("U0DAVE0004", "dave", "person", "5", "1", "0", "0"),
        ("U0CAROL003", "carol", "person", "1", "1", "2", "2"),
        ("U0BOB00002", "bob", "person", "1", "2", "0", "0"),
        ("thing:postgres", "postgres", "thing", "1", "1", "0", "0"),
        ("U0ANN00001", "ann", "person", "0", "0", "3", "2"),
    ]
    (file,) = talk.files("ann")
    assert file.name == "karma-2025-10.csv"
    (told,) = talk.direct("ann")
    assert told.startswith("Karma in October 2025: what 5 people and things got and gave.")


async def test_report_escapes_names_that_look_like_formulas(talk):
    talk.set_clock(OCTOBER)
    await talk.said('"=1+1"++')
    _, rows = await report(talk)
    assert rows[0]["name"] == "'=1+1"


async def test_report_omits_opted_out_people(talk):
    talk.set_clock(OCTOBER)
    await talk.said("@bob++ and @carol++", by="ann")
    await talk.command("opt-out", by="bob", command="/karma")
    _, rows = await report(talk)
    assert {row["name"] for row in rows} == {"ann", "carol"}


async def test_report_is_only_for_admins(talk):
    text, rows = await report(talk, by="bob")
    assert text.startswith("Only admins and karma managers can do that")
    assert rows == []


async def test_second_report_is_refused_while_the_first_is_pending(talk):
    talk.slack.fail("conversations.open", delay=3600)
    await talk.command("report", command="/karma")
    again = await talk.command("report", command="/karma")
    talk.slack.heal()
    assert again["text"] == "The last report you asked for is still on its way. Give it a minute."


async def test_report_of_an_empty_month_is_a_file_with_only_a_header(talk):
    assert await report(talk, "1999-01") == (
        "The report for January 1999 is on its way: a file, in a direct message.", [],
    )  # fmt: skip
    (file,) = talk.files("ann")
    assert file.content.decode("utf-8-sig").splitlines() == [
        "id,name,kind,points_received,times_received,points_given,times_given"
    ]


@pytest.mark.parametrize("typed", ["November 2025", "nov 2025", "2025-11", "2025 november"])
def test_report_parses_a_month_in_common_spellings(typed):
    assert read_report(typed) == "2025-11"


@each("typed", ["November", "nov"])
def test_report_parses_the_latest_month_of_a_name(typed):
    assert read_report(typed) == "month-11"


@pytest.mark.parametrize("typed", ["last month", "letzter Monat", "previous month", ""])
def test_report_parses_the_previous_month_in_common_wordings(typed):
    assert read_report(typed) == "last-month"


async def test_report_of_a_future_month_is_refused(talk):
    assert await report(talk, "2999-01") == ("That's still to come: 1–31 January 2999, UTC.", [])


@each("typed", ["2026", "2026-13", "yesterday", "@bob"])
async def test_report_of_an_invalid_month_gets_an_example(talk, typed):
    answer = await talk.command(f"report {typed}", command="/karma")
    assert "/karma report 2026-10" in answer["text"]


async def test_failed_report_upload_is_reported(talk):
    talk.slack.fail("files.getUploadURLExternal", error="internal_error", times=None)
    await report(talk)
    assert talk.updates()[-1]["text"].startswith("I couldn't send the report.")
