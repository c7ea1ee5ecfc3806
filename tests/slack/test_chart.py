"""Charts: their content, who may see them, and how they reach Slack."""

import asyncio
import itertools
import json
import os
import signal
import struct
import sys
from asyncio.subprocess import PIPE
from dataclasses import replace
from datetime import UTC, date, datetime

import aiohttp
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from app import server
from app.core.boards import chart_series as core
from app.core.boards import periods
from app.core.boards.chart_series import Chart, ChartRow
from app.core.commands.leaderboard import ShowChart
from app.core.timings import PRODUCTION
from app.devtools.fake_slack.blocks import list_pictures, read_content
from app.devtools.fake_slack.values import File
from app.devtools.fake_slack.workspace import Workspace
from app.slack.charts import chart_pool as pool_module
from app.slack.charts import drawing
from app.slack.charts.chart_pool import ChartPool, DrawingError
from app.slack.charts.drawing import draw
from app.slack.charts.lettering import keep_drawable
from app.slack.views.charts import EVERYONE, SWITCH, render_chart
from app.words import charts as words
from tests.logged import logged
from tests.patience import PATIENCE
from tests.slack.test_finished_actions import unreadable
from tests.tables import each
from tests.talk import PATIENT, Talk

ANN, BOB, CAROL, DAVE = "U0ANN00001", "U0BOB00002", "U0CAROL003", "U0DAVE0004"
TEAM = "T0PLAYGRND"
PNG = b"\x89PNG\r\n\x1a\n"
ADD = """
INSERT INTO leaderboard (team_id, board, target_id, score) VALUES (%s, %s, %s, %s)
ON CONFLICT (team_id, board, target_id) DO UPDATE SET score = excluded.score
"""


@pytest.fixture
async def scored_talk(talk):
    """A conversation in which people have points: bob 3, carol 1, and postgres 1."""
    await talk.said("@bob++++ postgres++", by="ann")
    await talk.said("@carol++", by="bob")
    return talk


async def _request_chart(talk, words="", by="ann", **where):
    """Request a chart; return the post with the picture."""
    before = _list_charts(talk)
    answer = await talk.command(f"chart {words}", by=by, **where)
    assert answer["text"] == "I'm drawing the chart. It'll be here in a moment.", answer
    await talk.running.wait_idle()
    return _list_charts(talk)[len(before)]


def _list_charts(talk):
    """Return the posts that show a picture in a block."""
    workspace = talk.slack.workspace
    return [post for post in workspace.posts if list_pictures(workspace, post.blocks)]


def _file(talk, post):
    return list_pictures(talk.slack.workspace, post.blocks)[0]


async def _score(talk, board, target, score):
    async def write(conn):
        await conn.execute(sql.SQL(ADD), (TEAM, board, target, score))

    await talk.running.database.run(write)


def _week(back=0):
    period = periods.find_week(datetime.now(UTC).date())
    for _ in range(back):
        period = period.find_previous()
    return period.name


# Content


async def test_chart_is_acknowledged_then_shown_only_to_requester(scored_talk, log_lines):
    post = await _request_chart(scored_talk)
    file = _file(scored_talk, post)
    assert post.ephemeral_to == ANN
    assert file.content.startswith(PNG)
    assert struct.unpack(">II", file.content[16:24]) == (1600, 1200)
    assert file.channel == ""
    assert scored_talk.files() == []
    assert scored_talk.direct("ann") == []
    (line,) = logged(log_lines, "chart.sent")
    assert (line["team"], line["public"]) == (TEAM, False)


async def test_chart_text_and_alt_text_describe_latest_weeks(scored_talk):
    await _score(scored_talk, f"users/{_week(3)}", CAROL, -7)
    post = await _request_chart(scored_talk)
    first, *_, last = [f"{d:%-d %b}" for d in _mondays(4)]
    assert post.text.startswith(
        "bob leads with 3 points this week, followed by carol (1)."
        f" Week by week from {first} to {last}: bob 0, 0, 0, 3; carol -7, 0, 0, 1."
        " People, points a week, 4 weeks, "
    )
    assert post.blocks[0]["alt_text"] == post.text
    assert _file(scored_talk, post).alt_text == post.text


async def test_line_chart_shows_all_time_top_five(scored_talk):
    for nr in range(6):
        await _score(scored_talk, "things", f"thing:t{nr}", 100 - nr)
    await _score(scored_talk, f"things/{_week()}", "thing:t5", 50)
    await _score(scored_talk, f"things/{_week()}", "thing:t0", 2)
    post = await _request_chart(scored_talk, "things")
    assert "t0 leads with 2 points. Things, points, 1 week, " in post.text
    assert "t5" not in post.text


async def test_period_chart_shows_top_ten_as_bars(scored_talk):
    month = f"users/{datetime.now(UTC):%Y-%m}"
    for nr in range(12):
        await _score(scored_talk, month, f"U0NOBODY{nr:02}", 50 - nr)
    post = await _request_chart(scored_talk, "month")
    assert "Top 10 people, points, 1–" in post.text
    assert " and somebody (41). " in post.text
    assert "U0NOBODY10" not in post.text
    givers = await _request_chart(scored_talk, "givers today", by="bob")
    assert "ann leads with 4 points given, followed by bob (1)." in givers.text


async def test_opted_out_person_is_not_drawn(scored_talk):
    await scored_talk.command("opt-out", by="bob", command="/karma")
    for typed in ("", "month"):
        post = await _request_chart(scored_talk, typed, by="carol" if typed else "ann")
        assert "bob" not in post.text
        assert "carol" in post.text


@pytest.mark.parametrize("typed", ["", "month", "things 2020-01", "givers 2019-W07"])
async def test_empty_chart_is_explained_instead_of_drawn(talk, typed):
    answer = await talk.command(f"chart {typed}")
    assert answer["text"].startswith("There's nothing to draw yet")
    assert talk.slack.list_calls("files.getUploadURLExternal") == []
    await talk.said("@bob++ postgres++")
    await talk.click(answer, f"{SWITCH}_month")
    await talk.running.wait_idle()
    assert len(_list_charts(talk)) == 1


async def test_points_older_than_charted_weeks_are_not_drawn(talk):
    await _score(talk, "users", BOB, 900)
    answer = await talk.command("chart")
    assert "no points for those who lead (12 weeks, " in answer["text"]
    assert "bob leads with 900 points." in (await _request_chart(talk, "all")).text


# Permissions


async def test_private_channels_chart_is_shown_only_in_that_channel(talk):
    await talk.said("@bob++", channel="secret")
    secret = talk.id_of("secret")
    elsewhere = await talk.command(f"chart <#{secret}>")
    assert elsewhere["text"].startswith("I can show the board of a public channel")
    there = await _request_chart(talk, "here", channel="secret")
    assert f"(<#{secret}>)" in there.text
    content = _file(talk, there)
    assert "secret" not in f"{content.title} {content.alt_text} {content.name}"


async def test_show_to_everyone_posts_chart_with_presenters_name(scored_talk):
    post = await _request_chart(scored_talk, "month", by="carol")
    await scored_talk.click(post, EVERYONE, by="carol")
    await scored_talk.running.wait_idle()
    public = [p for p in _list_charts(scored_talk) if p.ephemeral_to is None]
    assert public[0].text.startswith("bob leads with 3 points, followed by carol (1).")
    assert public[0].text.endswith("Shown by carol.")
    assert [block["type"] for block in public[0].blocks] == ["image", "context"]
    assert "<@" not in json.dumps(public[0].blocks)
    assert scored_talk.slack.workspace.find_post(post.channel, post.ts).ephemeral_to == CAROL


async def test_switch_button_replaces_chart_in_place(scored_talk):
    post = await _request_chart(scored_talk)
    await scored_talk.click(post, f"{SWITCH}_things")
    await scored_talk.running.wait_idle()
    there = scored_talk.slack.workspace.find_post(post.channel, post.ts)
    assert there.edited
    assert "postgres leads with " in there.text
    marked = [
        e["text"]["text"] for b in there.blocks[1:] for e in b["elements"] if "style" in e
    ]  # fmt: skip
    assert marked == ["✓ 12 weeks", "✓ Things"]


@each(
    "forged",
    [
        {"user": {"id": "UELSEWHERE", "team_id": "TELSEWHERE"}},
        {"user": {}},
        {"actions": [{"action_id": EVERYONE, "type": "button", "value": "month"}]},
        {"actions": [{"action_id": EVERYONE, "type": "button", "value": "chart chart 9"}]},
        {"actions": [{"action_id": EVERYONE, "type": "button", "value": 7}]},
        {"actions": [{"action_id": EVERYONE, "type": "button"}]},
    ],
)
async def test_forged_chart_presses_draw_nothing(scored_talk, forged):
    payload = scored_talk.press(await _request_chart(scored_talk), EVERYONE) | forged
    before = len(scored_talk.slack.list_calls("files.getUploadURLExternal"))
    assert (await scored_talk.deliver_interaction(payload)).status in (200, 400)
    await scored_talk.running.wait_idle()
    assert len(scored_talk.slack.list_calls("files.getUploadURLExternal")) == before


async def test_button_naming_private_channel_is_refused_elsewhere(scored_talk):
    payload = scored_talk.press(await _request_chart(scored_talk), EVERYONE)
    payload["actions"][0]["value"] = f"chart <#{scored_talk.id_of('secret')}>"
    assert (await scored_talk.deliver_interaction(payload)).status == 200
    assert scored_talk.updates()[-1]["text"].startswith("I can show the board of a public channel")
    assert scored_talk.updates()[-1]["response_type"] == "ephemeral"


async def test_sharing_a_chart_says_when_the_readers_name_is_unreadable(scored_talk):
    post = await _request_chart(scored_talk)
    with unreadable("FROM members"):
        await scored_talk.click(post, EVERYONE, by="eve")
        await scored_talk.running.wait_idle()
    assert scored_talk.heard(to="eve")[-1].startswith("I can't reach my database right now.")


async def test_names_in_chart_cannot_mention_anyone(scored_talk):
    workspace = scored_talk.slack.workspace
    workspace.members[DAVE] = replace(
        workspace.members[DAVE], display_name="<!channel> & $x^2$ \u202egnp.exe"
    )
    await scored_talk.said("@dave += 5", by="ann")
    post = await _request_chart(scored_talk, "all")
    assert "&lt;!channel&gt; &amp; $x^2$ gnp.exe leads with 5 points" in post.text
    assert "<!channel> & $x^2$ gnp.exe leads with 5 points" in _file(scored_talk, post).alt_text


# Delivery in Slack


async def test_chart_is_uploaded_through_the_environments_proxy(scored_talk, monkeypatch):
    client, workspace = scored_talk.running.context.client, scored_talk.slack.workspace
    monkeypatch.setenv("HTTPS_PROXY", workspace.url)
    client.proxy, workspace.url = workspace.url, "http://slack.invalid/"  # only a proxy knows it
    assert await _request_chart(scored_talk)


def test_chart_is_tried_one_three_and_eight_seconds_after_upload():
    """Three tries, about 1, 3 and 8 s after the upload, leave two of five uses for messages."""
    assert tuple(itertools.accumulate(PRODUCTION.charts)) == (1.0, 3.0, 8.0)


async def test_chart_is_retried_while_slack_still_processes_file(scored_talk):
    scored_talk.slack.workspace.failing_file_checks = 2
    post = await _request_chart(scored_talk)
    assert _file(scored_talk, post).content.startswith(PNG)
    assert scored_talk.direct("ann") == []


async def test_chart_is_sent_directly_when_slack_rejects_image_block(scored_talk, log_lines):
    scored_talk.slack.workspace.failing_file_checks = 3
    await scored_talk.command("chart")
    await scored_talk.running.wait_idle()
    assert len(logged(log_lines, "chart.sent")) == 1
    (file,) = scored_talk.files("ann")
    assert file.content.startswith(PNG)
    assert "bob leads with " in file.alt_text
    assert scored_talk.heard(to="ann")[-1].endswith("I've sent it to you directly.")
    assert scored_talk.files("general") == []


async def test_public_chart_is_posted_as_file_when_image_block_is_rejected(scored_talk, log_lines):
    post = await _request_chart(scored_talk)
    scored_talk.slack.fail("response_url", error="invalid_blocks", times=3)
    await scored_talk.click(post, EVERYONE)
    await scored_talk.running.wait_idle()
    assert len(logged(log_lines, "chart.sent")) == 2
    assert "directly" not in scored_talk.heard(to="ann")[-1]
    (file,) = scored_talk.files("general")
    assert file.content.startswith(PNG)
    assert file.comment.endswith("Shown by ann.")


async def test_public_chart_with_lost_response_is_not_posted_twice(scored_talk, log_lines):
    post = await _request_chart(scored_talk)
    scored_talk.slack.fail("response_url", reset="after")
    await scored_talk.click(post, EVERYONE)
    await scored_talk.running.wait_idle()
    assert len(logged(log_lines, "chart.sent")) == 2
    assert scored_talk.files("general") == []
    assert len([p for p in _list_charts(scored_talk) if p.ephemeral_to is None]) == 1


@each("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
async def test_failed_chart_upload_is_reported_and_logged(scored_talk, method, log_lines):
    scored_talk.slack.fail(method, status=500)
    await scored_talk.command("chart")
    await scored_talk.running.wait_idle()
    assert len(logged(log_lines, "chart.not_sent")) == 1
    assert scored_talk.heard(to="ann")[-1].startswith("Slack didn't accept the picture.")
    assert "bob leads" not in log_lines.read_text()


async def test_chart_that_cannot_be_drawn_is_reported_and_logged(
    scored_talk, chart_workers, monkeypatch, log_lines
):
    monkeypatch.setattr(chart_workers, "spare", [])
    scored_talk.running.context.charts._pool._worker = ("/nonexistent",)
    await scored_talk.command("chart")
    await scored_talk.running.wait_idle()
    assert scored_talk.updates()[-1]["text"].startswith("I couldn't draw the chart.")
    (line,) = logged(log_lines, "chart.not_sent")
    assert line["reason"].startswith("no chart worker")


async def test_second_chart_request_is_told_to_wait_for_first(scored_talk):
    scored_talk.slack.fail("files.getUploadURLExternal", delay=3600)
    first = await scored_talk.command("chart")
    second = await scored_talk.command("chart month")
    scored_talk.slack.heal()
    assert first["text"].startswith("I'm drawing")
    assert second["text"] == "I'm still drawing your last chart. Ask for this one when it's here."
    await scored_talk.running.wait_idle()
    assert len(_list_charts(scored_talk)) == 1


async def test_chart_requests_over_limit_are_told_to_try_again(scored_talk):
    scored_talk.slack.fail("files.getUploadURLExternal", delay=3600, times=4)
    replies = [
        (await scored_talk.command("chart", by=by))["text"]
        for by in ("ann", "bob", "carol", "dave", "eve")
    ]
    scored_talk.slack.heal()
    assert [text.startswith("I'm drawing the") for text in replies] == [True] * 4 + [False]
    assert replies[-1] == "I'm drawing several charts right now. Please try again in a moment."
    await scored_talk.running.wait_idle()
    assert len(_list_charts(scored_talk)) == 4


@each(("typed", "word"), [("7", "7"), ("bottom", "bottom"), ("last", "last")])
async def test_chart_rejects_count_and_bottom(talk, typed, word):
    answer = await talk.command(f"chart {typed}")
    assert answer["text"].startswith(
        f"A chart shows the first places, up to 5 as lines or 10 as bars. Leave out `{word}`."
    )


async def test_mention_asking_for_chart_is_pointed_to_command(scored_talk):
    await scored_talk.said("@pptbot leaderboard chart")
    assert scored_talk.heard(to="ann")[-1].startswith(
        "I draw a `chart` when you type `/leaderboard chart`."
    )


async def test_chart_says_when_database_is_unreachable(scored_talk):
    post = await _request_chart(scored_talk)
    await scored_talk.running.database.close()
    assert "can't reach my database" in (await scored_talk.command("chart"))["text"]
    assert (await scored_talk.deliver_interaction(scored_talk.press(post, EVERYONE))).status == 200
    assert "can't reach my database" in scored_talk.updates()[-1]["text"]
    assert scored_talk.updates()[-1]["replace_original"] is False


# The worker process


BARS = Chart("People, points", "all time", (ChartRow("ann", (3,)), ChartRow("bob", (-2,))))
LINES = Chart("People, points a week", "2 weeks", (ChartRow("ann", (0, 3)),), ("9 Nov", "16 Nov"))


# answers each chart with the same four bytes, and starts fast; the real worker needs a second to
# import its modules
QUICK_CODE = """
import sys
while head := sys.stdin.buffer.read(4):
    sys.stdin.buffer.read(int.from_bytes(head, "big"))
    sys.stdout.buffer.write(bytes([0, 0, 0, 4]) + b"fast")
    sys.stdout.buffer.flush()
"""
QUICK = (sys.executable, "-ISc", QUICK_CODE)


@pytest.fixture
async def pool():
    made = ChartPool(QUICK, patience=PATIENCE)
    yield made
    await made.close()


async def test_real_worker_exits_cleanly_when_idle():
    pool = ChartPool(patience=PATIENCE)
    assert (await pool.draw(BARS)).startswith(PNG)
    process = pool._process
    pool._end_input(process)
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
    await pool.close()


async def test_concurrent_requests_for_same_chart_share_one_drawing(pool):
    pictures = await asyncio.gather(*(pool.draw(replace(BARS)) for _ in range(10)))
    assert len(set(pictures)) == 1
    assert pool.drawn_charts == 1
    await pool.draw(LINES)
    assert pool.drawn_charts == 2


async def test_dead_worker_is_replaced(pool):
    await pool.draw(BARS)
    first = pool._process.pid
    os.kill(first, signal.SIGKILL)
    await pool.draw(LINES)
    assert pool._process.pid != first


async def test_dying_worker_raises_on_every_request():
    pool = ChartPool(("/bin/sh", "-c", "exit 3"), patience=PATIENCE)
    for _ in range(2):
        with pytest.raises(DrawingError, match="died"):
            await pool.draw(BARS)
    await pool.close()


async def test_worker_with_closed_pipe_counts_as_died():
    pool = ChartPool(("/bin/sh", "-c", "exit 3"), patience=PATIENCE)
    process = pool._process = await pool._start_process()
    process.stdin.close()
    await process.wait()
    with pytest.raises(DrawingError, match="died"):
        await pool.draw(BARS)
    await pool.close()


async def test_slow_worker_is_stopped(monkeypatch):
    monkeypatch.setattr(pool_module, "_ENDING", 0.05)
    pool = ChartPool(("/bin/sleep", "3600"), patience=0.1)
    with pytest.raises(DrawingError, match="too long"):
        await pool.draw(BARS)
    assert pool._process is None
    await pool.close()


async def test_missing_worker_executable_raises_drawing_error():
    pool = ChartPool(("/nowhere/worker",))
    with pytest.raises(DrawingError, match="no chart worker"):
        await pool.draw(BARS)
    await pool.close()


async def test_worker_exits_when_idle_and_when_pool_closes():
    pool = ChartPool(QUICK, idle=0.01)
    await pool.draw(BARS)
    process = pool._process
    await asyncio.wait_for(_wait_until_gone(pool, process), PATIENCE)
    await pool.draw(LINES)
    process = pool._process
    await pool.close()
    assert process is None or process.returncode is not None


async def _wait_until_gone(pool, process):
    if process:
        assert await process.wait() == 0
    assert pool._process is None


async def test_worker_exits_when_server_stops(slack, config, database_url, log_lines):
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, database_url, PATIENT) as running,
    ):
        talk = Talk(slack, running, session)
        await talk.said("@bob++")
        await _request_chart(talk)
        (started,) = logged(log_lines, "chart_worker.started")
        assert psutil.pid_exists(started["pid"])
    assert not psutil.pid_exists(started["pid"])


async def test_worker_exits_when_its_parent_is_killed():
    code = (
        "import asyncio\n"
        "from app.core.boards.chart_series import *\n"
        "from app.slack.charts.chart_pool import ChartPool\n"
        "async def main():\n"
        "    pool = ChartPool()\n"
        "    await pool.draw(Chart('', '', (ChartRow('a', (1,)),)))\n"
        "    print(pool._process.pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=PIPE)
    lines = [await process.stdout.readline() for _ in range(2)]
    worker = psutil.Process(int(next(line for line in lines if line.strip().isdigit())))
    process.kill()
    await process.communicate()
    await asyncio.to_thread(psutil.wait_procs, [worker], PATIENCE)
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE


async def test_worker_environment_has_no_secrets(pool, monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    await pool.draw(BARS)
    process = psutil.Process(pool._process.pid)
    assert "SLACK_BOT_TOKEN" not in process.environ()
    assert "PATH" in process.environ()


@pytest.mark.parametrize(
    "chart",
    [
        BARS,
        LINES,
        Chart("none", "", ()),
        Chart("none", "", (), ("W1",)),
        Chart("flat", "-", tuple(ChartRow(n, (0, 0)) for n in "abcde"), ("W1", "W2")),
        Chart(
            "far",
            "-",
            tuple(ChartRow(n, (s,)) for n, s in (("a", 2**63 - 1), ("b", -(2**63)), ("c", 10**12))),
        ),
        Chart("far", "-", (ChartRow("a", (-(2**63), 2**63 - 1)),), ("W1", "W2")),
        Chart(
            "names",
            "-",
            tuple(ChartRow(n, (1,)) for n in ("W" * 80, "田中太郎", "🎉", "$x^2$", "", "\\")),
        ),
        Chart("שלום", "مرحبا", (ChartRow("مرحبا 田中 🎉", (1,)), ChartRow("\t\n", (2,))), ("W1",)),
    ],
)
def test_extreme_charts_can_be_drawn_encoded_and_described(chart):
    assert draw(chart).startswith(PNG)
    assert core.decode_chart(core.encode_chart(chart)) == chart
    assert 0 < len(words.describe_chart(chart)) <= 1000


NAMES = st.text(max_size=90) | st.sampled_from(["<!channel>", "&" * 80, "\u202e" * 80, ""])
SCORES = st.integers(-(2**63), 2**63 - 1)
CHARTS = st.builds(
    Chart, st.just("Top 10 people, points"), NAMES,
    st.lists(st.builds(ChartRow, NAMES, st.tuples(SCORES)), max_size=10).map(tuple),
) | st.builds(
    Chart, st.just("Top 5 people, points a week"), NAMES,
    st.lists(
        st.builds(ChartRow, NAMES, st.lists(SCORES, min_size=12, max_size=12).map(tuple)),
        max_size=5,
    ).map(tuple),
    st.just(tuple("ABCDEFGHIJKL")),
)  # fmt: skip


@given(CHARTS, st.sampled_from([None, "ann", "<!channel>", "M" * 500]))
def test_any_chart_stays_within_slacks_limits(chart, by):
    workspace = Workspace.create_example()
    workspace.files["F1"] = File("F1", "x.png", content=PNG, completed=True)
    page = render_chart(chart, ShowChart(channel="C0GENERAL1"), "F1", by)
    text, blocks = read_content(workspace, {"text": page.text, "blocks": page.blocks})
    assert len(blocks) == (2 if by else 4)
    assert "<!" not in text
    assert len(text) < 4_000 + 500


@each(
    ("name", "drawn"),
    [
        ("👩\u200d👧🚀 Rocket", "Rocket"),
        ("❤\ufe0f love", "❤ love"),
        ("\u2068שלום\u2069", "שלום"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("م\u064e\u200cن", "م\u064e\u200cن"),
        ("Z" + "\u0301" * 30 + "ann", "Z\u0301\u0301\u0301ann"),
        ("e\u0301\u0323 e\u0301", "e\u0301\u0323 e\u0301"),
    ],
)
def test_name_in_chart_has_no_gaps_nor_marks_over_its_neighbors(name, drawn):
    assert keep_drawable(name) == drawn


def _mondays(weeks):
    return [week.first for week in core.list_weeks(datetime.now(UTC).date())[-weeks:]]


def test_chart_starts_at_first_points_and_uses_bars_for_two_weeks():
    weeks = core.list_weeks(date(2026, 11, 20))
    early = {"U1": (0,) * 8 + (1, 0, 0, 2), "U2": (0,) * 11 + (1,)}
    lines = words.build_chart(ShowChart(), weeks, "UTC", early, {"U1": "Ann", "U2": "Bob"})
    assert lines.ticks == ("26 Oct", "2 Nov", "9 Nov", "16 Nov")
    assert lines.rows == (ChartRow("Ann", (1, 0, 0, 2)), ChartRow("Bob", (0, 0, 0, 1)))
    late = {"U1": (0,) * 10 + (1, 1), "U2": (0,) * 11 + (3,), "U3": (0,) * 12}
    bars = words.build_chart(ShowChart(), weeks, "UTC", late, {"U1": "Ann", "U2": "Bob"})
    assert bars.ticks == ()
    assert bars.rows == (ChartRow("Bob", (3,)), ChartRow("Ann", (2,)))
    assert bars.span == "2 weeks, 9–22 November 2026, UTC"


@pytest.mark.parametrize(
    ("scores", "given", "expected"),
    [
        ((3, 2, 0), False, "a leads with 3 points this week, followed by b (2)."),
        ((3, 2, 0), True, "a leads with 3 points given this week, followed by b (2)."),
        ((1, 1, -2), False, "a and b lead with 1 point each this week, followed by c (-2)."),
        ((1, 1, -2), True, "a and b lead with 1 point each given this week, followed by c (-2)."),
        ((0, 0, 0), False, "No points this week yet."),
        ((0, 0, 0), True, "Nobody has given points this week yet."),
        ((-1, 0, 0), False, "a (-1)."),
    ],
)
def test_chart_description_begins_with_this_weeks_leaders(scores, given, expected):
    lines = tuple(ChartRow(n, (0, 0, s)) for n, s in zip("abc", scores, strict=True))
    chart = Chart("People", "3 weeks", lines, ("2 Nov", "9 Nov", "16 Nov"), given=given)
    beginning = f"{expected} Week by week from 2 Nov to 16 Nov: a"
    assert words.describe_chart(chart).startswith(beginning)


def test_coinciding_lines_are_drawn_side_by_side():
    first, second, third = drawing._separate([(1, 3, 5), (1, 3, 4), (1, 2, 3)], 0.5)
    assert first == [1.5, 3.25, 5]
    assert second == [1, 2.75, 4]
    assert third == [0.5, 2, 3]


def test_lines_are_distinguishable_without_color():
    styles = list(zip(drawing._DASHES, drawing._MARKERS, strict=True))
    assert len(set(drawing._DASHES)) == len(set(drawing._MARKERS)) == len(styles)
    assert len(styles) == core.MOST_LINES


# Colors as seen without green cones (Machado, Oliveira and Fernandes 2009, severity 1.0).
DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)  # fmt: skip


def _see(color):
    linear = _linearize(color)
    return [sum(f * c for f, c in zip(row, linear, strict=True)) for row in DEUTERANOPIA]


def test_line_colors_differ_under_deuteranopia():
    colors = list(dict.fromkeys(drawing._COLORS))
    for at, one in enumerate(colors):
        for other in colors[at + 1 :]:
            for see in (_linearize, _see):
                apart = sum((a - b) ** 2 for a, b in zip(see(one), see(other), strict=True)) ** 0.5
                assert apart > 0.1, (one, other, see)


@pytest.mark.parametrize("size", [drawing._NAME, drawing._TICK, drawing._SPAN, drawing._BAR])
def test_text_is_at_least_nine_pixels_high_on_a_phone(size):
    assert size * 100 / 72 * 360 / drawing.WIDTH >= 9


def _linearize(color):
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def _luminance(color):
    linear = _linearize(color)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("color", [*drawing._COLORS, drawing._INK, drawing._FAINT])
def test_text_colors_have_sufficient_contrast(color):
    assert (_luminance(drawing._CARD) + 0.05) / (_luminance(color) + 0.05) >= 4.5


def test_chart_description_truncates_names_and_stays_within_limit():
    lines = tuple(ChartRow("M" * 80, (2**63 - 1,) * 12) for _ in range(5))
    chart = Chart("Top 5 people, points a week", "12 weeks", lines, tuple("ABCDEFGHIJKL"))
    assert words.describe_chart(chart).count("MMM…") >= 5
    assert len(words.describe_chart(chart)) <= 1000
    bars = Chart(
        "Top 10 people", "all time", tuple(ChartRow("M" * 80, (-(2**63),)) for _ in range(10))
    )
    assert words.describe_chart(bars).count("MMM…") == 10
    assert len(words.describe_chart(bars)) <= 1000
