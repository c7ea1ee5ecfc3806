"""Block Kit's atoms, each made once: what a message, a form or a page is built of."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.core.grammar.tokens import unescape
from app.words.text import cut

SECTION: Final = 3000
"""Characters of a section's text."""
MOST_METADATA: Final = 3000
"""Characters that Slack keeps with a form."""
_HEADER: Final = 150
_LABEL: Final = 75
_LONGEST_VALUE: Final = 2000

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """What one message holds."""

    text: str
    blocks: list[Block] = field(default_factory=list)
    kind: str = ""
    """The kind of table in it, if there is one: Slack may refuse it."""


def mrkdwn(text: str) -> Block:
    """Return *text* as one with marks and links, whose `&`, `<` and `>` are escaped."""
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> Block:
    """Return *text* as Slack shows it as it is."""
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> Block:
    """Return a paragraph, with *more* of what a section may have."""
    return {"type": "section", "text": mrkdwn(cut(text, SECTION)), **more}


def fields(texts: Iterable[str]) -> Block:
    """Return up to ten texts in two columns."""
    return {"type": "section", "fields": [mrkdwn(text) for text in texts]}


def header(text: str) -> Block:
    """Return a title of what is escaped elsewhere: it is plain, and Slack takes no empty one."""
    return {"type": "header", "text": plain(unescape(text)[:_HEADER] or "…")}


def note(text: str) -> Block:
    """Return a line in small print."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def divider() -> Block:
    """Return a line between two parts."""
    return {"type": "divider"}


def button(action: str, label: str, value: str, *, style: str = "", chosen: bool = False) -> Block:
    """Return a button; the one whose choice is shown now is *chosen*."""
    # The mark says by more than a color which one is shown.
    caption = plain(cut(f"✓ {label}" if chosen else label, _LABEL))
    made: Block = {"type": "button", "action_id": action, "text": caption, "value": value}
    style = "primary" if chosen else style
    return made | {"style": style} if style else made


def actions(elements: Sequence[Block], block_id: str = "") -> Block:
    """Return a row of buttons and menus."""
    made: Block = {"type": "actions", "elements": list(elements)}
    return made | {"block_id": block_id} if block_id else made


def fitting_actions(buttons: Iterable[Block]) -> list[Block]:
    """Return a row of those *buttons* whose value is not longer than Slack takes, if any."""
    fit = [one for one in buttons if len(one["value"]) <= _LONGEST_VALUE]
    return [actions(fit)] if fit else []


def field_block(name: str, label: str, element: Block, **more: Any) -> Block:
    """Return a field of a form, with *more* of what one may have, in a block of that *name*."""
    made = {"type": "input", "block_id": name, "label": plain(label), "element": element}
    return made | more


def form(callback: str, title: str, submit: str, close: str, blocks: list[Block]) -> Block:
    """Return a modal that is submitted."""
    return notice(title, close, blocks) | {"callback_id": callback, "submit": plain(submit)}


def notice(title: str, close: str, blocks: list[Block]) -> Block:
    """Return a modal that is only read."""
    return {"type": "modal", "title": plain(title), "close": plain(close), "blocks": blocks}


def pack(lines: Iterable[str], most: int = SECTION) -> Iterator[str]:
    """Yield *lines* put together to as few texts of at most *most* characters; none is torn."""
    text = ""
    for line in lines:
        if text and len(text) + 1 + len(line) > most:
            yield text
            text = ""
        text = f"{text}\n{line}" if text else line
    if text:
        yield text


def sections(lines: Iterable[str]) -> list[Block]:
    """Return *lines* in as few sections as their length allows."""
    return [section(text) for text in pack(lines)]
