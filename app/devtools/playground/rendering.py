"""What the app says, as a member sees it: pure functions from posts to what rich can print."""

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
REACTIONS = {"reacted": ("reacted", "to"), "unreacted": ("took back", "from")}


def render_change(
    change: Change, workspace: Workspace, *, viewer: str, channel: str
) -> RenderableType:
    """Give what became of a post, for the member *viewer* who looks at *channel*, both ids."""
    post = change.post
    if change.what in REACTIONS:
        did, whose = REACTIONS[change.what]
        reaction = render_emoji(f":{change.reaction}:")
        return render_head("", f"{did} {reaction} {whose} {quote(post, workspace)}")
    if change.what == "deleted":
        return render_head("", f"deleted: {quote(post, workspace)}")
    return render_post(post, workspace, viewer=viewer, channel=channel)


def render_post(post: Post, workspace: Workspace, *, viewer: str, channel: str) -> RenderableType:
    """Give a post of the app: its head, then its blocks, or its text when it has none."""
    body = render_blocks(number_blocks(Surface(post, {})), workspace)
    if not body and (post.text or not post.files):
        body = [render_mrkdwn(post.text, workspace)]
    where = _describe_place(post, workspace, viewer=viewer, channel=channel)
    return Group(render_head("APP", where), *(Indent(part) for part in body))


def render_home(view: View, workspace: Workspace) -> RenderableType:
    """Give what the app's own page shows to a member."""
    return _render_page(render_head("HOME", ""), view, workspace)


def render_modal(view: View, workspace: Workspace) -> RenderableType:
    """Give a modal: its title, what it shows, and how it is answered."""
    title = str(view["title"]["text"])
    return _render_page(render_head("MODAL", title), view, workspace)


def _render_page(heading: Text, view: View, workspace: Workspace) -> RenderableType:
    parts = render_blocks(number_blocks(Surface(view, {})), workspace)
    return Group(heading, *(Indent(part) for part in parts))


def render_files(saved: Iterable[tuple[File, str]]) -> RenderableType:
    """Give the files of a post, each with the path at which it was saved."""
    lines = [f"{f.title or f.name} ({f.alt_text or 'no description'}): {at}" for f, at in saved]
    return Group(*(Indent(Text(line)) for line in lines))


def render_head(badge: str, rest: str) -> Text:
    """Give the line above what the app says or does."""
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
    """Give who said a post and how it begins, on one line."""
    author = name_member(workspace, post.user).removeprefix("@")
    words = " ".join(render_mrkdwn(post.text, workspace).plain.split())
    shown = words if len(words) <= QUOTED else f"{words[: QUOTED - 1]}…"
    return f"{author}: “{shown}”"
