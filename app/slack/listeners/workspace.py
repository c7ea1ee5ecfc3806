"""Events about people, groups and channels: renames, new members, departures, new channel ids."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from app.slack.listeners.context import Context
from app.slack.payloads import events
from app.slack.payloads.identifiers import parse_slack_id
from app.usecases.channel_ids import follow_channel_id
from app.usecases.watch import measure_ms

_log = structlog.get_logger()


def register(app: AsyncApp, context: Context) -> None:
    """Register changes of people, of groups and of channels' ids."""

    async def handle_user(body: dict[str, Any]) -> None:
        team, user = events.read_team_id(body), body["event"].get("user")
        if team and isinstance(user, dict) and parse_slack_id(user.get("id")):
            context.roles.update(team, [user])
            await context.people.update_from_event(team, user)

    async def handle_group(body: dict[str, Any]) -> None:
        event = body["event"]
        group = event.get("subteam_id")
        if isinstance(event.get("subteam"), dict):
            group = event["subteam"].get("id")
        if (team := events.read_team_id(body)) and isinstance(group, str):
            context.people.forget_group(team, group)

    async def handle_id_change(body: dict[str, Any]) -> None:
        change = events.read_channel_id_change(body)
        if not (change and (followed := await follow_channel_id(change, context))):
            return
        context.sender.wake(change.team)
        _log.info(
            "channel.followed",
            team=change.team,
            former=change.former,
            channel=change.channel,
            votes=followed.votes,
            heard_twice=followed.heard_twice,
            ms=measure_ms(),
        )

    app.event("user_change")(handle_user)
    app.event("team_join")(handle_user)
    app.event("subteam_updated")(handle_group)
    app.event("subteam_members_changed")(handle_group)
    app.event("channel_id_changed")(handle_id_change)
