"""Slack's mrkdwn and rich_text as styled terminal text, with names in place of ids."""

import re
from typing import Any

from rich.text import Text

from app.core.grammar.tokens import unescape
from app.devtools.fake_slack.emoji import render_emoji
from app.devtools.fake_slack.workspace import Workspace

STYLES = {"*": "bold", "_": "italic", "~": "strike"}
CODE, NAME, LINK = "cyan", "bold blue", "underline blue"
MARKUP = re.compile(
    r"""```(?P<block>.+?)```
    | `(?P<code>[^`\n]+)`
    | <(?P<token>[^<>\n]+)>
    | (?<!\w) (?P<mark>[*_~]) (?=\S) (?P<styled> (?:(?!(?P=mark))[^\n])+ ) (?<=\S) (?P=mark) (?!\w)
    | (?P<emoji> :[a-z0-9_+'-]+: )""",
    re.VERBOSE | re.DOTALL,
)


def name_member(workspace: Workspace, ident: str) -> str:
    """Return a member's name as Slack shows a mention, or the id if it's unknown."""
    member = workspace.members.get(ident)
    return f"@{member.display_name or member.real_name}" if member else f"@{ident}"


def name_channel(workspace: Workspace, ident: str) -> str:
    """Return a channel's name with its #, or the other member's for a direct conversation."""
    channel = workspace.channels.get(ident)
    if channel and channel.user:
        return name_member(workspace, channel.user)
    return f"#{channel.name}" if channel else f"#{ident}"


def name_group(workspace: Workspace, ident: str) -> str:
    """Return a user group's handle with its @."""
    group = workspace.groups.get(ident)
    return f"@{group.handle}" if group else f"@{ident}"


def render_mrkdwn(source: str, workspace: Workspace) -> Text:
    """Render *source* as Slack shows it: names for ids, styles for marks, entities unescaped."""
    shown, end = Text(), 0
    for match in MARKUP.finditer(source):
        shown.append(unescape(source[end : match.start()]))
        shown.append_text(_render_mark(match, workspace))
        end = match.end()
    return shown.append(unescape(source[end:]))


def _render_mark(match: re.Match[str], workspace: Workspace) -> Text:
    kind = match.lastgroup
    if kind == "styled":
        inner = render_mrkdwn(match["styled"], workspace)
        inner.stylize(STYLES[match["mark"]])
        return inner
    if kind == "token":
        return _render_token(match["token"], workspace)
    if kind == "emoji":
        return Text(render_emoji(match["emoji"]))
    return Text(unescape(match["block"] or match["code"]).strip("\n"), style=CODE)


def _render_token(token: str, workspace: Workspace) -> Text:
    target, _, label = token.partition("|")
    if target.startswith(("@", "#", "!")):
        return Text(_find_name(target, label, workspace), style=NAME)
    return Text(unescape(label or target), style=LINK)


def _find_name(target: str, label: str, workspace: Workspace) -> str:
    sign, ident = target[0], target[1:]
    if sign == "@":
        return name_member(workspace, ident)
    if sign == "#":
        return name_channel(workspace, ident)
    kind, _, argument = ident.partition("^")
    if kind == "subteam":
        return name_group(workspace, argument)
    return unescape(label) or f"@{kind}"


def render_rich_text(element: Any, workspace: Workspace) -> Text:
    """Render a rich_text block, or any element inside one, as Slack shows it."""
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
