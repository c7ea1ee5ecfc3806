"""Reads the `text` of a message (Slack's mrkdwn) into lines and atoms, for want of rich_text.

The encoding is Slack's ("Formatting text for app surfaces"): `<…>` holds what is special and is
read first; only `&amp; &lt; &gt;` are escaped, and are unescaped after.
"""

import re
from typing import Final

from app.core.tokens import Atoms, Lines, cleaned, unescaped

_URL: Final = r"(?P<url>https?://[^\s<>]+)"
_MAIL: Final = r"(?P<mail>(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+)"
# A skin tone is the same emoji; a digit before the colon makes it a time of day.
_EMOJI: Final = r"(?<![0-9]):(?P<emoji>[\w+'-]+):(?::skin-tone-[2-6]:)?"
_WRITTEN: Final = re.compile(rf"{_URL}|{_MAIL}|{_EMOJI}")
_SPECIAL: Final = re.compile(r"`(?P<code>[^`\n]+)`|<(?P<angle>[^<>\n]+)>")
# `>` quotes its line, `>>>` all that follows.
_QUOTE: Final = re.compile(r"^(?:(?:&gt;|>){3}(?s:.*)|(?:&gt;|>)[^\r\n]*)", re.MULTILINE)

_USER: Final = re.compile(r"@(?P<id>[UW][A-Z0-9]*)(?:\|.*)?")
_GROUP: Final = re.compile(r"!subteam\^(?P<id>[A-Z0-9]+)(?:\|.*)?")
_CHANNEL: Final = re.compile(r"#(?P<id>[A-Z0-9]+)(?:\|.*)?")
_BROADCAST: Final = re.compile(r"!(?P<range>here|channel|everyone)(?:\|.*)?")


def _pair(sign: str) -> re.Pattern[str]:
    """Match *sign* around words, as Slack reads bold, italic and strike."""
    return re.compile(rf"(?<![^\W_]){sign}(?=[^\s{sign}])([^{sign}\n]*[^\s{sign}]){sign}(?![^\W_])")


_BOLD, _ITALIC, _STRIKE = _pair(r"\*"), _pair("_"), _pair("~")


def read(text: str) -> Lines:
    """Return the lines of *text*; code, quotes, links and struck text are opaque."""
    atoms = Atoms()
    text = _unquoted(_unfenced(cleaned(text), atoms), atoms)
    pieces, end = [], 0
    for match in _SPECIAL.finditer(text):
        pieces.append(unescaped(text[end : match.start()]))
        code = match["code"]
        pieces.append(atoms.add("opaque", unescaped(code)) if code else _angle(match[2], atoms))
        end = match.end()
    pieces.append(unescaped(text[end:]))
    return Lines.split(_unstyled(written("".join(pieces), atoms), atoms), atoms)


def _unfenced(text: str, atoms: Atoms) -> str:
    parts = text.split("```")
    if len(parts) % 2 == 0:  # the last fence is not closed: plain text
        parts[-2:] = ["```".join(parts[-2:])]
    for i in range(1, len(parts), 2):
        parts[i] = f"\n{atoms.add('opaque', unescaped(parts[i]))}\n"
    return "".join(parts)


def _unquoted(text: str, atoms: Atoms) -> str:
    return _QUOTE.sub(lambda m: atoms.add("opaque", unescaped(m[0])), text)


def written(text: str, atoms: Atoms) -> str:
    """Return *text*, no longer escaped, with bare links, e-mail addresses and emoji as atoms."""
    return _WRITTEN.sub(lambda m: _written_atom(m, atoms), text)


def _written_atom(match: re.Match[str], atoms: Atoms) -> str:
    if match["emoji"]:
        return atoms.add("emoji", match["emoji"].casefold())
    return atoms.add("opaque", match[0])


def _angle(inside: str, atoms: Atoms) -> str:
    if user := _USER.fullmatch(inside):
        return atoms.add("user", user["id"])
    if group := _GROUP.fullmatch(inside):
        return atoms.add("group", group["id"])
    return atoms.add("opaque", _angle_text(inside))


def _angle_text(inside: str) -> str:
    if channel := _CHANNEL.fullmatch(inside):
        return f"<#{channel['id']}>"
    if broadcast := _BROADCAST.fullmatch(inside):
        return f"@{broadcast['range']}"
    address, _, label = inside.partition("|")
    return unescaped(label or address.removeprefix("mailto:"))


def _unstyled(line: str, atoms: Atoms) -> str:
    line = _STRIKE.sub(lambda m: atoms.add("opaque", atoms.plain(m[1])), line)
    return _ITALIC.sub(r"\1", _BOLD.sub(r"\1", line))
