"""What the app says, as a member sees it: pure functions from posts to what rich can print."""

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.text import Text

from app.ops.local_slack.values import Change, Post
from app.ops.local_slack.workspace import Workspace
from app.ops.playground.blocks import render_blocks
from app.ops.playground.mrkdwn import mrkdwn
from app.ops.playground.names import channel_name, emoji, member_name

QUOTED = 40


def render_change(
    change: Change, workspace: Workspace, *, viewer: str, channel: str
) -> RenderableType:
    """Give what became of a post, for the member *viewer* who looks at *channel*, both ids."""
    post = change.post
    if change.what == "reacted":
        reaction = emoji(f":{change.reaction}:")
        return head("", f"reacted {reaction} to {quote(post, workspace)}")
    if change.what == "deleted":
        return head("", f"deleted: {quote(post, workspace)}")
    return render_post(post, workspace, viewer=viewer, channel=channel)


def render_post(post: Post, workspace: Workspace, *, viewer: str, channel: str) -> RenderableType:
    """Give a post of the app: its head, then its blocks, or its text when it has none."""
    body = render_blocks(post.blocks, workspace) or [mrkdwn(post.text, workspace)]
    where = _where(post, workspace, viewer=viewer, channel=channel)
    return Group(head("APP", where), *(Indented(part) for part in body))


@dataclass(frozen=True, slots=True)
class Indented:
    """*part* two columns to the right, with no spaces after its lines, unlike rich's Padding."""

    part: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        narrower = options.update(width=max(options.max_width - 2, 1))
        for line in console.render_lines(self.part, narrower, pad=False):
            yield Segment("  ")
            yield from line
            yield Segment.line()


def head(badge: str, rest: str) -> Text:
    """Give the line above what the app says or does."""
    shown = Text.assemble(("pptbot", "bold green"))
    if badge:
        shown.append(" ").append(badge, style="black on white")
    return shown.append(f"  {rest}" if rest and badge else f" {rest}".rstrip(), style="dim")


def _where(post: Post, workspace: Workspace, *, viewer: str, channel: str) -> str:
    marks = []
    if post.ephemeral_to:
        other = member_name(workspace, post.ephemeral_to).removeprefix("@")
        marks.append(f"only visible to {'you' if post.ephemeral_to == viewer else other}")
    if post.channel != channel:
        marks.append(f"in {channel_name(workspace, post.channel)}")
    if post.thread_ts:
        parent = workspace.post(post.channel, post.thread_ts)
        marks.append(f"in thread of {quote(parent, workspace)}" if parent else "in a thread")
    if post.edited:
        marks.append("edited")
    return f"({', '.join(marks)})" if marks else ""


def quote(post: Post, workspace: Workspace) -> str:
    """Give who said a post and how it begins, on one line."""
    author = member_name(workspace, post.user).removeprefix("@")
    words = " ".join(mrkdwn(post.text, workspace).plain.split())
    shown = words if len(words) <= QUOTED else f"{words[: QUOTED - 1]}…"
    return f"{author}: “{shown}”"
