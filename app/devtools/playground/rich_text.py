"""Slack's rich_text as styled text for a terminal."""

from typing import Any

from rich.text import Text

from app.devtools.fake_slack.emoji import render_emoji
from app.devtools.fake_slack.workspace import Workspace
from app.devtools.playground.mrkdwn import CODE, LINK, NAME
from app.devtools.playground.names import name_channel, name_group, name_member


def render_rich_text(element: Any, workspace: Workspace) -> Text:
    """Give a rich_text block, or any element inside one, as Slack shows it."""
    kind, children = element.get("type"), element.get("elements")
    if children is None:
        return _render_leaf(element, workspace)
    parts = [render_rich_text(child, workspace) for child in children]
    if kind == "rich_text_list":
        parts = [
            Text(f"{_render_bullet(element, n)} ") + part for n, part in enumerate(parts, start=1)
        ]
    if kind == "rich_text_preformatted":
        return Text("".join(part.plain for part in parts), style=CODE)
    shown = Text("\n" if kind in {"rich_text", "rich_text_list"} else "").join(parts)
    return Text("> ") + shown if kind == "rich_text_quote" else shown


def _render_bullet(element: Any, number: int) -> str:
    return f"{number}." if element.get("style") == "ordered" else "-"


def _render_leaf(leaf: Any, workspace: Workspace) -> Text:
    style = leaf.get("style") or {}
    words = [name if name != "code" else CODE for name, on in style.items() if on]
    known = [word for word in words if word in {"bold", "italic", "strike", CODE}]
    shown, color = _read_leaf_text(leaf, workspace)
    return Text(shown, style=" ".join([*color.split(), *known]))


def _read_leaf_text(leaf: Any, workspace: Workspace) -> tuple[str, str]:
    named = {"user": name_member, "usergroup": name_group, "channel": name_channel}
    kind = str(leaf.get("type"))
    if kind in named:
        return named[kind](workspace, str(leaf.get(f"{kind}_id"))), NAME
    if kind == "broadcast":
        return f"@{leaf.get('range')}", NAME
    if kind == "emoji":
        return render_emoji(f":{leaf.get('name')}:"), ""
    words = str(leaf.get("text") or leaf.get("url") or leaf.get("fallback") or "")
    return words, LINK if kind == "link" else ""
