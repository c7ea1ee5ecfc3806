"""A workspace that floods the app with messages delays only its own."""

import asyncio
import contextlib

import pytest

from app.devtools.fake_slack import events
from app.slack.inbound.bolt_app import MOST_AT_ONCE, Admission, create_bolt_app, dispatch
from app.store.database import UnavailableError
from tests.logged import logged
from tests.patience import PATIENCE


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
    app._patience, workspace, post = 0, talk.slack.workspace, await talk.said("@bob++")
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


async def test_failure_releases_admission_slot():
    admission, entered = Admission(limit=1), 0
    for _ in range(3):
        with contextlib.suppress(ZeroDivisionError):
            async with admission.enter(("T1", "message"), PATIENCE):
                entered += 1
                raise ZeroDivisionError
    assert entered == 3
