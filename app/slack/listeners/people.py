"""What Slack tells of people and groups: new names, new members, and who has left."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from app.slack.listeners.context import Context
from app.slack.payloads import events


def register(app: AsyncApp, context: Context) -> None:
    """Follow renames, who comes, leaves and comes back, and changes of groups."""

    async def handle_user(body: dict[str, Any]) -> None:
        team, user = events.read_team_id(body), body["event"].get("user")
        if team and isinstance(user, dict) and events.parse_slack_id(user.get("id")):
            await context.people.update_from_event(team, user)

    async def handle_group(body: dict[str, Any]) -> None:
        event = body["event"]
        group = event.get("subteam_id")
        if isinstance(event.get("subteam"), dict):
            group = event["subteam"].get("id")
        if (team := events.read_team_id(body)) and isinstance(group, str):
            context.people.forget_group(team, group)

    app.event("user_change")(handle_user)
    app.event("team_join")(handle_user)
    app.event("subteam_updated")(handle_group)
    app.event("subteam_members_changed")(handle_group)
