"""Slack's message field: turns what a member types into the text and blocks that Slack sends."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from app.devtools.fake_slack.emoji import PASTED, find_code, write_codes
from app.devtools.fake_slack.workspace import Workspace

Leaf = dict[str, Any]
Style = dict[str, bool]
Piece = tuple[str, Leaf]

STYLES = {"*": "bold", "_": "italic", "~": "strike"}
# Each alternative starts with a character that can't recur before the alternative ends or
# fails, so matching a line takes linear time.
MARKUP = rf"""`(?P<code>[^`\n]+)`
    | (?<!\w) (?P<url> https?://[^\s<>`|]*[^\s<>`|.,!?:;)'"*_~] )
    | (?<![\w.+-]) (?P<mail> [\w.+-]*\w@\w[\w-]*(?:\.\w[\w-]*)+ )
    | (?<!\w) (?P<mark>[*_~]) (?=\S) (?P<styled> (?:(?!(?P=mark))[^\n])+ ) (?<=\S) (?P=mark) (?!\w)
    | (?<!\w) (?P<emoji> :[a-z0-9_+'-]+:(?::skin-tone-[2-6]:)? ) (?!\w)
    | (?P<pasted> {PASTED} )
    | """

Element = dict[str, Any]

FENCE = re.compile(r"```(.+?)```", re.DOTALL)


class Names:
    """The mentions that can be typed in *workspace*, looked up ignoring case."""

    def __init__(self, workspace: Workspace) -> None:
        self._mentions = _list_broadcasts() | _list_groups(workspace) | _list_members(workspace)
        self._channels = {
            channel.name: (f"<#{channel.id}>", {"type": "channel", "channel_id": channel.id})
            for channel in workspace.channels.values()
            if not channel.user
        }

    def make_pattern(self) -> str:
        """Return a pattern with the groups ``at`` and ``hash``, longest names first."""
        at, channels = _match_any(self._mentions), _match_any(self._channels)
        return rf"(?<![\w@/])@(?P<at>{at})(?!\w|[.-]\w)|(?<![\w#/&])\#(?P<hash>{channels})(?![\w-])"

    def find_mention(self, name: str) -> Piece | None:
        """Return the text and the unstyled element of the mention *name*, or None."""
        return self._mentions.get(name.casefold())

    def find_channel(self, name: str) -> Piece | None:
        """Return the text and the element of the channel *name*, or None."""
        return self._channels.get(name.casefold())


def _match_any(names: dict[str, Piece]) -> str:
    longest_first = sorted(names, key=len, reverse=True)
    return "|".join(re.escape(name) for name in longest_first) or "(?!)"


def _list_broadcasts() -> dict[str, Piece]:
    ranges = ("here", "channel", "everyone")
    return {name: (f"<!{name}>", {"type": "broadcast", "range": name}) for name in ranges}


def _list_groups(workspace: Workspace) -> dict[str, Piece]:
    return {
        group.handle.casefold(): (
            f"<!subteam^{group.id}>",
            {"type": "usergroup", "usergroup_id": group.id},
        )
        for group in workspace.groups.values()
    }


def _list_members(workspace: Workspace) -> dict[str, Piece]:
    return {
        name.casefold(): (f"<@{member.id}>", {"type": "user", "user_id": member.id})
        for member in workspace.members.values()
        if not member.deleted
        for name in (member.name, member.display_name)
    }


class Inline:
    """A parser for single lines, which resolves mentions through *names*."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._markup = re.compile(MARKUP + names.make_pattern(), re.VERBOSE | re.IGNORECASE)

    def read(self, line: str) -> tuple[str, list[Leaf]]:
        """Return *line* as Slack's text, and as the equivalent rich_text leaves."""
        pieces = list(self._read_pieces(line, {}))
        return "".join(text for text, _ in pieces), [leaf for _, leaf in pieces]

    def _read_pieces(self, line: str, style: Style) -> Iterator[Piece]:
        end = 0
        for match in self._markup.finditer(line):
            yield from _read_words(line[end : match.start()], style)
            yield from self._read_piece(match, style)
            end = match.end()
        yield from _read_words(line[end:], style)

    def _read_piece(self, match: re.Match[str], style: Style) -> Iterator[Piece]:
        kind = match.lastgroup or ""
        if kind == "styled":
            yield from self._read_styled(match, style)
        elif kind == "code":
            leaf = {"type": "text", "text": match["code"]}
            yield escape(match[0]), _add_style(leaf, style | {"code": True})
        else:
            found = self._find_mention(kind, match[kind])
            yield (found[0], _add_style(found[1], style)) if found else _make_word(match[0], style)

    def _read_styled(self, match: re.Match[str], style: Style) -> Iterator[Piece]:
        mark = match["mark"]
        pieces = list(self._read_pieces(match["styled"], style | {STYLES[mark]: True}))
        for index, (text, leaf) in enumerate(pieces):
            opening = mark if index == 0 else ""
            closing = mark if index == len(pieces) - 1 else ""
            yield f"{opening}{text}{closing}", leaf

    def _find_mention(self, kind: str, found: str) -> Piece | None:
        if kind == "at":
            return self._names.find_mention(found)
        if kind == "hash":
            return self._names.find_channel(found)
        if kind == "pasted":
            code = find_code(found)
            return _make_emoji(code) if code else None
        return {"url": _make_link, "mail": _make_mail, "emoji": _make_emoji}[kind](found)


def escape(text: str) -> str:
    """Escape the three characters that Slack reserves."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _read_words(text: str, style: Style) -> Iterator[Piece]:
    if text:
        yield _make_word(text, style)


def _make_word(text: str, style: Style) -> Piece:
    return escape(text), _add_style({"type": "text", "text": text}, style)


def _add_style(leaf: Leaf, style: Style) -> Leaf:
    return leaf | {"style": style} if style else leaf


def _make_link(url: str) -> Piece:
    return f"<{escape(url)}>", {"type": "link", "url": url}


def _make_mail(address: str) -> Piece:
    link = {"type": "link", "url": f"mailto:{address}", "text": address}
    return f"<mailto:{address}|{address}>", link


def _make_emoji(code: str) -> Piece:
    name, _, tone = code.strip(":").partition("::skin-tone-")
    leaf: Leaf = {"type": "emoji", "name": name}
    return code, leaf | {"skin_tone": int(tone)} if tone else leaf


def compose(typed: str, workspace: Workspace) -> tuple[str, list[Element]]:
    """Return the text and the rich_text block that Slack makes of *typed*; no block if empty."""
    inline = Inline(Names(workspace))
    texts: list[str] = []
    elements: list[Element] = []
    for index, part in enumerate(FENCE.split(typed)):
        text, found = _compose_preformatted(part) if index % 2 else _compose_lines(part, inline)
        texts.append(text)
        elements += found
    return "".join(texts), [{"type": "rich_text", "elements": elements}] if elements else []


def compose_command(typed: str, workspace: Workspace) -> str:
    """Return a slash command's text with mentions escaped and labeled, as Slack sends it."""
    names = Names(workspace)

    def label(match: re.Match[str]) -> str:
        name = match["at"] or match["hash"]
        piece = names.find_mention(name) if match["at"] else names.find_channel(name)
        return f"{piece[0][:-1]}|{name}>" if piece else match[0]

    return re.sub(names.make_pattern(), label, write_codes(typed), flags=re.IGNORECASE)


def _compose_preformatted(code: str) -> tuple[str, list[Element]]:
    leaf = {"type": "text", "text": code.strip("\n")}
    return f"```{escape(code)}```", [{"type": "rich_text_preformatted", "elements": [leaf]}]


def _compose_lines(typed: str, inline: Inline) -> tuple[str, list[Element]]:
    texts: list[str] = []
    elements: list[Element] = []
    for quoted, run in groupby(typed.split("\n"), key=lambda line: line.startswith(">")):
        lines = [_compose_quote(line, inline) if quoted else inline.read(line) for line in run]
        texts += [text for text, _ in lines]
        if leaves := _join_lines([leaves for _, leaves in lines]):
            kind = "rich_text_quote" if quoted else "rich_text_section"
            elements.append({"type": kind, "elements": leaves})
    return "\n".join(texts), elements


def _compose_quote(line: str, inline: Inline) -> tuple[str, list[Element]]:
    text, leaves = inline.read(line.removeprefix(">").lstrip(" "))
    return f"&gt; {text}", leaves


def _join_lines(lines: list[list[Element]]) -> list[Element]:
    """Join *lines* with newlines, none at either end, merging adjacent plain text."""
    while lines and not lines[0]:
        del lines[0]
    while lines and not lines[-1]:
        del lines[-1]
    run: list[Element] = []
    for index, line in enumerate(lines):
        _append(run, [{"type": "text", "text": "\n"}] if index else [])
        _append(run, line)
    return run


def _append(run: list[Element], leaves: list[Element]) -> None:
    for leaf in leaves:
        if run and _is_plain(run[-1]) and _is_plain(leaf):
            run[-1] = {"type": "text", "text": run[-1]["text"] + leaf["text"]}
        else:
            run.append(leaf)


def _is_plain(leaf: Element) -> bool:
    return leaf["type"] == "text" and "style" not in leaf
