"""The playground's own texts: its banner, its help, and the names in the workspace."""

from rich.console import Console
from rich.text import Text

from app.devtools.fake_slack.values import Channel, SlackMember
from app.devtools.fake_slack.workspace import Workspace

HELP = """\
  @bob++ for the docs   post a message; the app receives it as from Slack
  /reply thanks @bob++  reply in the thread of the last message here
  /edit @eve++          edit your last message
  /delete               delete it
  /react :tada:         react to the last message here; /unreact removes it
                        (:heavy_plus_sign: gives its author a point)
  /leaderboard          any other /word is a slash command of the app
  press 2               press the element with that number; press 2 week
                        chooses from a menu
  /home                 open the App Home
  /shortcut give_karma  use a shortcut; the one for the last message is
                        /menu give_karma_to_author
  as carol, in #dev     switch to another member, or another channel
  in @pptbot            see the app's messages to you alone
  who                   list the members, channels and groups
  clear                 clear the screen; a --picture starts there
  exit                  leave; so do Ctrl-D, and Ctrl-C twice
A form asks for one field at a time: an empty line, or keep, leaves it as it
is; yes submits at the end, an empty line doesn't; cancel closes the form."""


def print_banner(console: Console, member: SlackMember, channel: Channel) -> None:
    """Print the playground's title, the current member and channel, and examples to try."""
    console.print(Text("pptbot playground: the real app with a workspace of its own", style="bold"))
    here = f"You are @{member.name} in #{channel.name}."
    console.print(f"{here} Nothing leaves this machine.", highlight=False)
    console.print("Try:  @bob++ for the docs    postgres++    @eng++    @eve--", highlight=False)
    console.print("      /leaderboard    press 1    /home    as carol    in #dev", highlight=False)
    console.print("Type help for more, exit to leave.", highlight=False)


def render_help() -> Text:
    """Return the help: every kind of line that can be typed, with an example."""
    return Text(HELP)


def list_names(workspace: Workspace) -> Text:
    """Return the usable names of members, channels and groups, on three lines."""
    return Text(
        f"members   {list_members(workspace)}\n"
        f"channels  {list_channels(workspace)}\n"
        f"groups    {list_groups(workspace)}"
    )


def list_members(workspace: Workspace) -> str:
    """Return the members one can act as or mention, on one line."""
    return " ".join(f"@{name}" for name in find_member_names(workspace))


def find_member_names(workspace: Workspace) -> list[str]:
    """Return the handles of all active members."""
    return [member.name for member in workspace.members.values() if not member.deleted]


def list_channels(workspace: Workspace) -> str:
    """Return the channels, on one line."""
    return " ".join(find_channel_names(workspace))


def find_channel_names(workspace: Workspace) -> list[str]:
    """Return the name of every channel with its #, without direct conversations."""
    return [f"#{channel.name}" for channel in workspace.channels.values() if not channel.user]


def list_groups(workspace: Workspace) -> str:
    """Return the groups with their members' handles, on one line."""
    return "  ".join(
        f"@{group.handle} ({', '.join(workspace.members[m].name for m in group.members)})"
        for group in workspace.groups.values()
    )
