"""One typed line: mentions, emoji, links and styles, as Slack's client reads them."""

import re
from collections.abc import Iterator
from typing import Any

from app.devtools.fake_slack.names import Names

Leaf = dict[str, Any]
Style = dict[str, bool]
Piece = tuple[str, Leaf]

STYLES = {"*": "bold", "_": "italic", "~": "strike"}
# Each alternative begins at a character that it cannot meet again before it fails or ends,
# so that a line is read in a time that grows with its length only.
MARKUP = r"""`(?P<code>[^`\n]+)`
    | (?<!\w) (?P<url> https?://[^\s<>`|]*[^\s<>`|.,!?:;)'"*_~] )
    | (?<![\w.+-]) (?P<mail> [\w.+-]*\w@\w[\w-]*(?:\.\w[\w-]*)+ )
    | (?<!\w) (?P<mark>[*_~]) (?=\S) (?P<styled> (?:(?!(?P=mark))[^\n])+ ) (?<=\S) (?P=mark) (?!\w)
    | (?<!\w) (?P<emoji> :[a-z0-9_+'-]+:(?::skin-tone-[2-6]:)? ) (?!\w)
    | """


class Inline:
    """The reading of lines in a workspace whose members, groups and channels are *names*."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._markup = re.compile(MARKUP + names.pattern(), re.VERBOSE | re.IGNORECASE)

    def read(self, line: str) -> tuple[str, list[Leaf]]:
        """Give *line* as Slack's text, and the rich_text leaves that say the same."""
        pieces = list(self._pieces(line, {}))
        return "".join(text for text, _ in pieces), [leaf for _, leaf in pieces]

    def _pieces(self, line: str, style: Style) -> Iterator[Piece]:
        end = 0
        for match in self._markup.finditer(line):
            yield from _words(line[end : match.start()], style)
            yield from self._piece(match, style)
            end = match.end()
        yield from _words(line[end:], style)

    def _piece(self, match: re.Match[str], style: Style) -> Iterator[Piece]:
        kind = match.lastgroup or ""
        if kind == "styled":
            yield from self._styled(match, style)
        elif kind == "code":
            leaf = {"type": "text", "text": match["code"]}
            yield escape(match[0]), _with(leaf, style | {"code": True})
        else:
            found = self._found(kind, match[kind])
            yield (found[0], _with(found[1], style)) if found else _word(match[0], style)

    def _styled(self, match: re.Match[str], style: Style) -> Iterator[Piece]:
        mark = match["mark"]
        pieces = list(self._pieces(match["styled"], style | {STYLES[mark]: True}))
        for index, (text, leaf) in enumerate(pieces):
            opening = mark if index == 0 else ""
            closing = mark if index == len(pieces) - 1 else ""
            yield f"{opening}{text}{closing}", leaf

    def _found(self, kind: str, found: str) -> Piece | None:
        if kind == "at":
            return self._names.mention(found)
        if kind == "hash":
            return self._names.channel(found)
        return {"url": _link, "mail": _mail, "emoji": _emoji}[kind](found)


def escape(text: str) -> str:
    """Write the three characters that Slack keeps for itself as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _words(text: str, style: Style) -> Iterator[Piece]:
    if text:
        yield _word(text, style)


def _word(text: str, style: Style) -> Piece:
    return escape(text), _with({"type": "text", "text": text}, style)


def _with(leaf: Leaf, style: Style) -> Leaf:
    return leaf | {"style": style} if style else leaf


def _link(url: str) -> Piece:
    return f"<{escape(url)}>", {"type": "link", "url": url}


def _mail(address: str) -> Piece:
    link = {"type": "link", "url": f"mailto:{address}", "text": address}
    return f"<mailto:{address}|{address}>", link


def _emoji(code: str) -> Piece:
    name, _, tone = code.strip(":").partition("::skin-tone-")
    leaf: Leaf = {"type": "emoji", "name": name}
    return code, leaf | {"skin_tone": int(tone)} if tone else leaf
