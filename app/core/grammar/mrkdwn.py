"""Parses the `text` of a message (Slack's mrkdwn) into lines and atoms, if it has no rich_text.

The encoding is Slack's ("Formatting text for app surfaces"): `<…>` marks special content and is
parsed first; only `&amp; &lt; &gt;` are escaped, and are unescaped afterwards.
"""

import re
from typing import Final

from app.core.grammar.tokens import OPAQUE, SKIN_TONE, USER, Atoms, Lines, clean, unescape

_ATOM: Final = f"{USER[0]}-{OPAQUE[-1]}"
_URL: Final = rf"(?P<url>(?i:https?)://[^\s<>{_ATOM}]++)"
_MAIL: Final = r"(?P<mail>(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+)"
# A skin tone doesn't change the emoji. There's none in 10:30:00, nor in signs between colons, which
# are an operator.
_EMOJI: Final = rf":(?!(?<=[0-9]:)[0-9]++:)(?P<emoji>[+'-]*+\w[\w+'-]*+):(?:{SKIN_TONE}:)?"
_WRITTEN: Final = re.compile(rf"{_URL}|{_MAIL}|{_EMOJI}")
_FENCED: Final = r"```(?s:.*?)```"
# `>` quotes its line and any code block that begins on it; `>>>` quotes everything after it.
_QUOTED: Final = rf"^(?:>|&gt;)(?:(?:>|&gt;){{2}}(?s:.*)|(?:[^\n`]++|{_FENCED}|`)*)"
_BLOCK: Final = re.compile(f"{_FENCED}|{_QUOTED}", re.MULTILINE)

_LABEL: Final = r"(?:\|[^<>\n]*+)?>"
_SPECIAL: Final = re.compile(
    r"`(?P<code>[^`\n]++)`"
    rf"|<@(?P<user>[UW][A-Z0-9]*+){_LABEL}"
    rf"|<!subteam\^(?P<group>[A-Z0-9]++){_LABEL}"
    rf"|<#(?P<channel>[A-Z0-9]++){_LABEL}"
    rf"|<!(?P<range>here|channel|everyone){_LABEL}"
    r"|<(?P<link>[^<>\n]++)>"
)


def _compile_pair(sign: str) -> re.Pattern[str]:
    """Compile the pattern of text styled by *sign*, as Slack parses bold, italic and strike."""
    opening = rf"{sign}(?<![^\W_]{sign})(?=[^\s{sign}])"
    return re.compile(rf"{opening}([^{sign}\n]*[^\s{sign}]){sign}(?![^\W_])")


_BOLD, _ITALIC, _STRIKE = _compile_pair(r"\*"), _compile_pair("_"), _compile_pair("~")


def read(text: str) -> Lines:
    """Return the lines of *text*; code, quotes, links and struck text are opaque."""
    atoms = Atoms()
    text = clean(text)
    if _holds(text, "```", ">", "&gt;"):
        # Code blocks and quotes get lines of their own; their text is never needed.
        text = _BLOCK.sub(f"\n{atoms.add('opaque', '')}\n", text)
    if _holds(text, "<", "`"):
        text = _SPECIAL.sub(lambda m: _add_special(m, atoms), text)
    text = unescape(text)
    return Lines.split(_strip_styles(add_atoms(text, atoms), atoms), atoms)


def _holds(text: str, *signs: str) -> bool:
    """Return whether *text* contains one of *signs*: a quick check before running a pattern."""
    return any(sign in text for sign in signs)


def _add_special(match: re.Match[str], atoms: Atoms) -> str:
    kind = match.lastgroup or ""
    value = match[kind]
    if kind in ("user", "group"):
        return atoms.add(kind, value)
    return atoms.add("opaque", _read_opaque_text(kind, value))


def _read_opaque_text(kind: str, value: str) -> str:
    match kind:
        case "channel":
            return f"<#{value}>"
        case "range":
            return f"@{value}"
        case "link":
            address, _, label = value.partition("|")
            return unescape(label or address.removeprefix("mailto:"))
        case _:
            return unescape(value)


def add_atoms(text: str, atoms: Atoms) -> str:
    """Return *text*, already unescaped, with bare links, e-mail addresses and emoji as atoms."""
    if not _holds(text, ":", "@"):
        return text
    return _WRITTEN.sub(lambda m: _add_atom(m, atoms), text)


def _add_atom(match: re.Match[str], atoms: Atoms) -> str:
    if match["emoji"]:
        return atoms.add("emoji", match["emoji"])
    return atoms.add("opaque", match[0])


def _strip_styles(text: str, atoms: Atoms) -> str:
    text = _STRIKE.sub(lambda m: atoms.add_opaque(m[1]), text)
    return _ITALIC.sub(r"\1", _BOLD.sub(r"\1", text))
