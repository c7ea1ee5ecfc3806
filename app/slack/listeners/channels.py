"""What Slack tells of channels: that one has another id from now on."""

import time
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from app.core.timings import to_ms
from app.slack.listeners.context import Context
from app.slack.payloads import events
from app.usecases.channel_ids import follow_channel_id

_log = structlog.get_logger()


def register(app: AsyncApp, context: Context) -> None:
    """Follow channels to the ids that they get."""

    async def handle_id_change(body: dict[str, Any]) -> None:
        change = events.read_channel_id_change(body)
        started = time.perf_counter()
        followed = await follow_channel_id(change, context) if change else None
        if not (change and followed):
            return
        context.sender.wake(change.team)
        _log.info(
            "channel.followed",
            team=change.team,
            former=change.former,
            channel=change.channel,
            votes=followed.votes,
            heard_twice=followed.heard_twice,
            ms=to_ms(time.perf_counter() - started),
        )

    app.event("channel_id_changed")(handle_id_change)
