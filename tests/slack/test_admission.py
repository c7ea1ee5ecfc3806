"""A workspace that floods the app with messages delays only its own."""

import asyncio
import contextlib
from dataclasses import replace

import psycopg
import pytest

from app.devtools.fake_slack import events
from app.slack.inbound.bolt_app import MOST_AT_ONCE, Admission, create_bolt_app, dispatch
from app.store.database import UnavailableError
from tests.faults.load import eventually
from tests.logged import logged
from tests.patience import PATIENCE

_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'vote_history'::regclass"


async def _hold(admission, team, release, admitted):
    async with admission.enter((team, "message"), PATIENCE):
        admitted.append(team)
        await release.wait()


async def test_messages_over_limit_wait_without_delaying_other_workspaces():
    admission, release, admitted = Admission(limit=2), asyncio.Event(), []
    async with asyncio.TaskGroup() as tasks:
        for team in ("T1", "T1", "T1", "T2"):
            tasks.create_task(_hold(admission, team, release, admitted))
        for _ in range(10):
            await asyncio.sleep(0)
        assert admitted == ["T1", "T1", "T2"]
        release.set()
    assert admitted == ["T1", "T1", "T2", "T1"]


async def test_timed_out_waiter_gets_error_and_leaves_queue():
    admission, release = Admission(limit=1), asyncio.Event()
    holding = asyncio.create_task(_hold(admission, "T1", release, []))
    await asyncio.sleep(0)
    with pytest.raises(UnavailableError):
        async with admission.enter(("T1", "message"), 0.0):
            pass
    release.set()
    await holding
    async with admission.enter(("T1", "message"), 0.0):
        pass


async def test_what_waits_too_long_for_others_of_its_kind_gets_503(talk, log_lines):
    app = create_bolt_app(talk.running.context, talk.running.context.client)
    app._timings = replace(app._timings, database=0)
    workspace, post = talk.slack.workspace, await talk.said("@bob++")
    ann = talk.id_of("ann")
    payloads = {
        "message": events.build_posted_event(workspace, post),
        "reaction": events.build_reaction_event(workspace, post=post, emoji="joy", user=ann),
    }
    for kind, payload in payloads.items():
        async with contextlib.AsyncExitStack() as held:
            for _ in range(MOST_AT_ONCE):
                key = workspace.team_id, kind
                await held.enter_async_context(app._admission.enter(key, PATIENCE))
            found = {one: (await dispatch(app, payloads[one], {})).status for one in payloads}
        assert found == dict.fromkeys(payloads, 200) | {kind: 503}
        line = logged(log_lines, "event.unavailable")[-1]
        assert (line["event_id"], line["reason"]) == (payload["event_id"], "too much at once")


async def test_waits_in_sequence_end_before_slack_gives_up(talk, log_lines, database_url):
    app = create_bolt_app(talk.running.context, talk.running.context.client)
    app._timings = replace(app._timings, event=0.1)
    payload = events.build_posted_event(talk.slack.workspace, talk.write("@bob++"))
    async with await psycopg.AsyncConnection.connect(database_url) as holding:
        await holding.execute("LOCK TABLE vote_history")
        assert (await dispatch(app, payload, {})).status == 503
    line = logged(log_lines, "event.unavailable")[-1]
    assert (line["event_id"], line["reason"]) == (payload["event_id"], "no answer in time")
    assert (await talk.deliver(payload)).status == 200
    assert await talk.scores() == {talk.id_of("bob"): 1}


async def test_a_vote_given_up_while_it_is_stored_counts_as_unavailable(talk, database_url):
    post, find = talk.write("@bob++"), talk.running.context.watch.registry.get_sample_value
    async with (
        await psycopg.AsyncConnection.connect(database_url) as holding,
        await psycopg.AsyncConnection.connect(database_url, autocommit=True) as looking,
    ):
        await holding.execute("LOCK TABLE vote_history")
        payload = events.build_posted_event(talk.slack.workspace, post)
        app = create_bolt_app(talk.running.context, talk.running.context.client)
        storing = asyncio.create_task(dispatch(app, payload, {}))

        async def it_waits() -> bool:
            return await (await looking.execute(_WAITING)).fetchone() == (1,)

        await eventually(it_waits)
        storing.cancel()
        await asyncio.wait({storing})
    assert storing.cancelled()
    assert find("pptbot_votes_total", {"result": "unavailable"}) == 1


async def test_failure_releases_admission_slot():
    admission, entered = Admission(limit=1), 0
    for _ in range(3):
        with contextlib.suppress(ZeroDivisionError):
            async with admission.enter(("T1", "message"), PATIENCE):
                entered += 1
                raise ZeroDivisionError
    assert entered == 3
