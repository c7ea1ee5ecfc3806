"""Slack's mrkdwn as styled text for a terminal."""

import re

from rich.text import Text

from app.devtools.fake_slack.emoji import render_emoji
from app.devtools.fake_slack.workspace import Workspace
from app.devtools.playground.names import name_channel, name_group, name_member, unescape

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


def render_mrkdwn(source: str, workspace: Workspace) -> Text:
    """Give *source* as Slack shows it: names for ids, styles for marks, no entities."""
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
