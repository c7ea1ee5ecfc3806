"""What Slack tells of people and groups: new names, new members, and who has left."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from app.slack.listeners.context import Context
from app.slack.payloads import events


def register(app: AsyncApp, context: Context) -> None:
    """Follow renames, who comes, leaves and comes back, and changes of groups."""

    async def changed(body: dict[str, Any]) -> None:
        team, user = events.team_id(body), body["event"].get("user")
        if team and isinstance(user, dict) and events.slack_id(user.get("id")):
            await context.people.changed(team, user)

    async def regrouped(body: dict[str, Any]) -> None:
        event = body["event"]
        group = event.get("subteam_id")
        if isinstance(event.get("subteam"), dict):
            group = event["subteam"].get("id")
        if (team := events.team_id(body)) and isinstance(group, str):
            context.people.forget_group(team, group)

    app.event("user_change")(changed)
    app.event("team_join")(changed)
    app.event("subteam_updated")(regrouped)
    app.event("subteam_members_changed")(regrouped)
