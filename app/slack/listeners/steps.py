"""The "Give karma" step of workflows: counted once per run, then reported to Slack as ended.

Slack waits days for the end of a step. If the report fails temporarily, Slack redelivers the event,
and the run is ended then.
"""

import re
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from app.core.grammar.reasons import MAX_REASON
from app.core.message import STEP
from app.slack.client import Failure, try_call
from app.slack.directory.membership import Membership, is_active_member
from app.slack.listeners import permissions
from app.slack.listeners.context import Context
from app.slack.payloads import forms
from app.slack.payloads.forms import WorkflowStep
from app.store.database import UnavailableError
from app.usecases.giving import Gift, explain_gift, give, read_score
from app.words.catalog import say
from app.words.text import strip_marks

_log = structlog.get_logger()

GIVE: Final = "give_karma"
"""The callback id of the app's only step."""
_LAST_RETRY: Final = 3


def register(app: AsyncApp, context: Context) -> None:
    """Register the workflow step."""

    async def handle_step(body: dict[str, Any], request: AsyncBoltRequest) -> None:
        step = forms.read_step(body)
        if step is None:  # without an id, the run can't be ended
            permissions.log_refusal(None, "give_karma step", "misshapen")
            return
        last = _read_retry(request) >= _LAST_RETRY
        try:
            result = await _run(step, context, last=last)
        except UnavailableError:
            if not last:
                raise  # Slack redelivers the event
            result = say("giving-step-away")
        # not inside the try: a step whose points are stored hasn't failed, and might be rerun
        await _end_step(step, result, context)

    # Listen to all steps, so that one unknown to this version is ended too.
    app.function(re.compile("."))(handle_step)


def _read_retry(request: AsyncBoltRequest) -> int:
    """Return the number of this retry, 0 for the first delivery."""
    number = request.headers.get("x-slack-retry-num", [""])[0]
    return int(number) if number.isdecimal() and len(number) < 4 else 0


async def _run(step: WorkflowStep, context: Context, *, last: bool) -> int | str:
    """Return the receiver's score, or why the step gives nothing."""
    if step.name != GIVE or not context.identity.serves(step.team):
        permissions.log_refusal(None, f"{step.name} step", "stranger")
        return say("giving-step-unknown")
    gift = await _build_gift(step, context)
    if isinstance(gift, str):
        return gift
    result = await give(gift, context)
    if result.refusals:
        return strip_marks(explain_gift(result, gift.team, gift.channel, context))
    context.record_votes("vote.given", gift.team, gift.channel, result.outcome)
    return await _read_score(gift, context, last=last)


async def _build_gift(step: WorkflowStep, context: Context) -> Gift | str:
    """Return the step's gift, or why it gives nothing.

    Raises UnavailableError if Slack doesn't answer in time.
    """
    if not (step.giver and step.receiver and step.channel and step.points):
        return say("giving-step-incomplete")
    membership = await context.check_membership(step.team, step.channel, step.giver)
    if membership is Membership.UNKNOWN:
        raise UnavailableError("channel membership unknown")
    if membership is Membership.NOT_BOTH:
        return say("giving-step-not-there")
    enterprise = context.identity.enterprise
    if not await is_active_member(context.client, step.team, step.giver, enterprise):
        return say("giving-step-no-member")
    reason = step.reason and step.reason[:MAX_REASON].strip()
    return Gift(
        step.team, step.channel, step.giver, step.receiver, step.points, reason or None,
        f"{STEP}{step.execution}", step.at or datetime.now(UTC),
    )  # fmt: skip


async def _read_score(gift: Gift, context: Context, *, last: bool) -> int:
    """Return the receiver's score; 0 if it can't be read on the *last* delivery."""
    try:
        return await read_score(gift, context)
    except UnavailableError:
        if not last:
            raise
        return 0  # the points are stored, and somebody may rerun a failed step


async def _end_step(step: WorkflowStep, result: int | str, context: Context) -> None:
    """Report the score or the failure; raise UnavailableError if Slack should redeliver."""
    client, of_run = context.client, {"function_execution_id": step.execution}
    if step.token:  # the run's own token authorizes ending it
        of_run["token"] = step.token
    if isinstance(result, str):
        call = client.functions_completeError(error=result, **of_run)
    else:
        call = client.functions_completeSuccess(outputs={"score": result}, **of_run)
    ended = await try_call(call, client.timings.answer)
    if isinstance(ended, Failure):
        _log.info("step.not_ended", team=step.team, reason=ended.reason)
        if not ended.permanent:
            raise UnavailableError("step result not delivered")
