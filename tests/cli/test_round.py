"""A full round trip: import, votes, backup, restore, export, import, export as leaderboard.json."""

import asyncio
import json
from collections import Counter
from dataclasses import replace
from random import Random

import aiohttp
import pytest

from app.devtools.bench.workload import make_workspace
from app.devtools.fake_slack import events
from app.devtools.fake_slack.delivery import Delivery
from app.devtools.fake_slack.server import LocalSlack
from app.devtools.fake_slack.values import Post
from tests.process import PERSISTENT, Server, run
from tests.talk import SIGNING_SECRET, slack_variables

MEMBERS, THINGS, MESSAGES = 2_000, 50, 40


def make_old_scores(workspace, draw):
    """Return another bot's leaderboard.json: everyone has points, some of them negative."""
    people = [member for member in workspace.members if member != workspace.bot_user_id]
    scores = {person: draw.randint(-50, 5_000) or 1 for person in people}
    return scores | {f"thing {number}": draw.randint(1, 900) for number in range(THINGS)}


def make_conversation(workspace, count, draw):
    """Return *count* lists of events, one list per message, and the points they add up to."""
    people = [member for member in workspace.members if member != workspace.bot_user_id]
    channels, points, deliveries = list(workspace.channels), Counter(), []
    for number in range(count):
        giver, bob = draw.sample(people, 2)
        thing = f"thing {draw.randrange(THINGS)}"
        text = (
            f'<@{bob}>++ for the docs and "{thing}"++ and <@{giver}>++'  # a self-vote doesn't count
        )
        post = Post(draw.choice(channels), workspace.next_ts(), text, giver)
        deliveries.append([events.build_posted_event(workspace, post)])
        if number % 10 == 3:
            after = replace(post, text=f"<@{bob}>+++", edited=True, edited_ts=workspace.next_ts())
            change = {"before": post, "after": after, "event_ts": workspace.next_ts()}
            deliveries[-1].append(events.build_changed_event(workspace, **change))
            points[bob] += 2
        elif number % 10 == 7:
            at = workspace.next_ts()
            deliveries[-1].append(events.build_deleted_event(workspace, post=post, event_ts=at))
        else:
            points.update([bob, thing])
    return deliveries, points


async def deliver(port, deliveries):
    """Deliver all events, ten messages at a time; every response must be 200."""
    turn = asyncio.Semaphore(10)
    async with aiohttp.ClientSession() as session:
        address = f"http://127.0.0.1:{port}/slack/events"
        slack = Delivery(address, SIGNING_SECRET, session, **PERSISTENT)

        async def deliver_message(payloads):
            async with turn:
                return [(await slack.deliver(payload)).status for payload in payloads]

        answers = await asyncio.gather(*map(deliver_message, deliveries))
    assert {status for statuses in answers for status in statuses} == {200}


def read_without_time(path):
    """Return the document without its export time."""
    return {**json.loads(path.read_text()), "exported_at": None}


@pytest.fixture
def command(tmp_path):
    """Run a command that must succeed; return its last line of output."""

    async def run_command(url, *words):
        status, out, err = await run(*words, folder=tmp_path, DATABASE_URL=url)
        assert (status, err) == (0, "")
        return (out.splitlines() or [""])[-1]

    return run_command


async def test_scores_and_votes_survive_backup_restore_and_export(place, command, tmp_path):
    draw, workspace = Random(5), make_workspace(MEMBERS)
    old = make_old_scores(workspace, draw)
    deliveries, points = make_conversation(workspace, MESSAGES, draw)
    (tmp_path / "leaderboard.json").write_text(json.dumps(old))
    url, other = place.made("round"), place.made("empty")

    assert (await command(url, "import-json", "leaderboard.json")).startswith("batch ")
    async with LocalSlack(workspace) as slack:
        server = await Server.start(tmp_path, DATABASE_URL=url, **slack_variables(slack))
        await server.until("import.adopted")
        await deliver(server.port, deliveries)
        dump = await command(url, "backup", "--dir", "backups", "--verify")
        await deliver(server.port, make_conversation(workspace, 10, draw)[0])  # lost by the restore
        assert "is kept as" in await command(url, "restore", dump, "--force")
        assert await server.stop() == 0
    assert " agree with " in await command(url, "verify")

    await command(url, "export", "--output", "all.json")
    await command(other, "import-json", "all.json")
    await command(other, "export", "--output", "again.json")
    assert read_without_time(tmp_path / "again.json") == read_without_time(tmp_path / "all.json")
    assert " agree with " in await command(other, "verify")

    await command(other, "export", "--leaderboard-json", "--output", "back.json")
    back = json.loads((tmp_path / "back.json").read_text())
    expected = Counter(old)
    expected.update(points)
    assert back == {name: score for name, score in expected.items() if score}
