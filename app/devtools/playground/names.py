"""What Slack shows in place of ids, entities and emoji codes."""

from app.devtools.fake_slack.workspace import Workspace


def name_member(workspace: Workspace, ident: str) -> str:
    """Give the name of a member as Slack shows a mention, the id itself when it is unknown."""
    member = workspace.members.get(ident)
    return f"@{member.display_name or member.real_name}" if member else f"@{ident}"


def name_channel(workspace: Workspace, ident: str) -> str:
    """Give the name of a channel with its #."""
    channel = workspace.channels.get(ident)
    if channel and channel.user:
        return name_member(workspace, channel.user)
    return f"#{channel.name}" if channel else f"#{ident}"


def name_group(workspace: Workspace, ident: str) -> str:
    """Give the handle of a user group with its @."""
    group = workspace.groups.get(ident)
    return f"@{group.handle}" if group else f"@{ident}"


def unescape(text: str) -> str:
    """Undo the three entities that Slack writes."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
