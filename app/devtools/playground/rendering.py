"""The app's posts and views as a member sees them: pure functions that return renderables."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.text import Text

from app.devtools.fake_slack.emoji import render_emoji
from app.devtools.fake_slack.values import Change, File, Post
from app.devtools.fake_slack.workspace import View, Workspace
from app.devtools.playground.blocks import Indent, render_blocks
from app.devtools.playground.mrkdwn import name_channel, name_member, render_mrkdwn
from app.devtools.playground.pressing import Surface, number_blocks

QUOTED = 40
REACTIONS = {"reacted": ("reacted with", "to"), "unreacted": ("removed", "from")}


def render_change(
    change: Change, workspace: Workspace, *, viewer: str, channel: str
) -> RenderableType:
    """Render a change to a post, for the member *viewer* looking at *channel* (both ids)."""
    post = change.post
    if change.what in REACTIONS:
        did, whose = REACTIONS[change.what]
        reaction = render_emoji(f":{change.reaction}:")
        return render_head("", f"{did} {reaction} {whose} {quote(post, workspace)}")
    if change.what == "deleted":
        return render_head("", f"deleted: {quote(post, workspace)}")
    return render_post(post, workspace, viewer=viewer, channel=channel)


def render_post(post: Post, workspace: Workspace, *, viewer: str, channel: str) -> RenderableType:
    """Render a post of the app: its heading, then its blocks, or its text if it has none."""
    body = render_blocks(number_blocks(Surface(post, {})), workspace)
    if not body and (post.text or not post.files):
        body = [render_mrkdwn(post.text, workspace)]
    where = _describe_place(post, workspace, viewer=viewer, channel=channel)
    return Group(render_head("APP", where), *(Indent(part) for part in body))


def render_home(view: View, workspace: Workspace) -> RenderableType:
    """Render a member's App Home."""
    return _render_page(render_head("HOME", ""), view, workspace)


def render_modal(view: View, workspace: Workspace) -> RenderableType:
    """Render a modal: its title and its blocks."""
    title = str(view["title"]["text"])
    return _render_page(render_head("MODAL", title), view, workspace)


def _render_page(heading: Text, view: View, workspace: Workspace) -> RenderableType:
    parts = render_blocks(number_blocks(Surface(view, {})), workspace)
    return Group(heading, *(Indent(part) for part in parts))


def render_files(saved: Iterable[tuple[File, str]]) -> RenderableType:
    """Render the files of a post, each with the path that it was saved to."""
    lines = [f"{f.title or f.name} ({f.alt_text or 'no description'}): {at}" for f, at in saved]
    return Group(*(Indent(Text(line)) for line in lines))


def render_head(badge: str, rest: str) -> Text:
    """Render the heading above what the app posts or does."""
    shown = Text.assemble(("pptbot", "bold green"))
    if badge:
        shown.append(" ").append(badge, style="black on white")
    return shown.append(f"  {rest}" if rest and badge else f" {rest}".rstrip(), style="dim")


def _describe_place(post: Post, workspace: Workspace, *, viewer: str, channel: str) -> str:
    marks = []
    if post.ephemeral_to:
        marks.append(f"only visible to {_name_or_you(workspace, post.ephemeral_to, viewer)}")
    if post.channel != channel:
        marks.append(_describe_channel(workspace, post.channel, viewer))
    if post.thread_ts:
        parent = workspace.find_post(post.channel, post.thread_ts)
        marks.append(f"in thread of {quote(parent, workspace)}" if parent else "in a thread")
    if post.edited:
        marks.append("replaced" if post.ephemeral_to else "edited")
    return f"({', '.join(marks)})" if marks else ""


def _describe_channel(workspace: Workspace, channel: str, viewer: str) -> str:
    found = workspace.channels.get(channel)
    if found and found.user:
        return f"direct message to {_name_or_you(workspace, found.user, viewer)}"
    return f"in {name_channel(workspace, channel)}"


def _name_or_you(workspace: Workspace, member: str, viewer: str) -> str:
    return "you" if member == viewer else name_member(workspace, member).removeprefix("@")


def quote(post: Post, workspace: Workspace) -> str:
    """Return the author and the beginning of a post, on one line."""
    author = name_member(workspace, post.user).removeprefix("@")
    words = " ".join(render_mrkdwn(post.text, workspace).plain.split())
    shown = words if len(words) <= QUOTED else f"{words[: QUOTED - 1]}…"
    return f"{author}: “{shown}”"
