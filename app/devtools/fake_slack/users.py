"""The users.*, usergroups.*, bots.*, team.* and auth.teams.* methods."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.devtools.fake_slack.arguments import Args, MethodError, find_member, paginate, read_flag
from app.devtools.fake_slack.values import Group, SlackMember
from app.devtools.fake_slack.workspace import Workspace


def describe_member(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Describe one member."""
    member = find_member(workspace, args)
    locale = {"locale": member.locale} if read_flag(args, "include_locale") else {}
    return {"user": build_user(workspace, member) | locale}


def list_members(workspace: Workspace, args: Args) -> dict[str, Any]:
    """List all members, including the app and deactivated ones."""
    members = [member for member in workspace.members.values() if not member.team_id]
    shown, paging = paginate(members, args, key=lambda member: member.id, default=1000)
    return {"members": [build_user(workspace, member) for member in shown]} | paging


def describe_bot(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Describe one bot, by its bot id."""
    if args.get("bot") != workspace.bot_id:
        raise MethodError("bot_not_found")
    user = workspace.members[workspace.bot_user_id]
    about = {"id": workspace.bot_id, "deleted": False, "name": user.name, "user_id": user.id}
    return {"bot": about | {"app_id": workspace.app_id}}


def describe_team(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Describe the workspace, or another one that shares a channel with it."""
    wanted = str(args.get("team") or workspace.team_id)
    names = workspace.organizations | {workspace.team_id: workspace.team_name}
    if wanted not in names:
        raise MethodError("team_not_found")
    return {"team": {"id": wanted, "name": names[wanted], "domain": names[wanted].lower()}}


def list_teams(workspace: Workspace, args: Args) -> dict[str, Any]:
    """List the workspaces that have the app: this one, and its organization's others."""
    teams = {workspace.team_id: workspace.team_name} | workspace.sibling_teams
    shown, paging = paginate(sorted(teams), args, key=str, default=100)
    return {"teams": [{"id": team, "name": teams[team]} for team in shown]} | paging


def build_user(workspace: Workspace, member: SlackMember) -> dict[str, Any]:
    """Return *member* as users.info and user_change represent them."""
    return {
        "id": member.id,
        "team_id": member.team_id or workspace.team_id,
        "name": member.name,
        "real_name": member.real_name,
        "deleted": member.deleted,
        "is_bot": member.is_bot,
        "is_app_user": False,
        "is_admin": member.is_admin or member.is_owner,
        "is_owner": member.is_owner,
        "is_primary_owner": False,
        "is_restricted": member.is_restricted or member.is_ultra_restricted,
        "is_ultra_restricted": member.is_ultra_restricted,
        "is_stranger": member.team_id not in {"", workspace.enterprise_id},
        "tz": member.tz,
        "tz_offset": _compute_offset(member.tz),
        "profile": {
            "real_name": member.real_name,
            "real_name_normalized": member.real_name,
            "display_name": member.display_name,
            "display_name_normalized": member.display_name,
            "team": member.team_id or workspace.team_id,
        },
    }


def _compute_offset(tz: str) -> int:
    try:
        offset = datetime.now(UTC).astimezone(ZoneInfo(tz)).utcoffset()
    except ZoneInfoNotFoundError:  # a machine without a time zone database
        return 0
    return int(offset.total_seconds()) if offset else 0


def list_groups(workspace: Workspace, args: Args) -> dict[str, Any]:
    """List the user groups, with their members if include_users is set."""
    with_users = read_flag(args, "include_users")
    listed = workspace.groups.values()
    found = [_build_group(workspace, group, with_users=with_users) for group in listed]
    return {"usergroups": found}


def list_group_members(workspace: Workspace, args: Args) -> dict[str, Any]:
    """List the members of one user group."""
    group = workspace.groups.get(str(args.get("usergroup", "")))
    if group is None:
        raise MethodError("no_such_subteam")
    return {"users": list(group.members)}


def _build_group(workspace: Workspace, group: Group, *, with_users: bool) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": group.id,
        "team_id": workspace.team_id,
        "is_usergroup": True,
        "name": group.handle,
        "handle": group.handle,
        "date_delete": 0,
        "user_count": len(group.members),
    }
    return described | ({"users": list(group.members)} if with_users else {})
