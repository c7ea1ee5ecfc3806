"""Builders for Block Kit objects, used by all messages, forms and pages."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.core.grammar.tokens import unescape
from app.words.catalog import say
from app.words.text import cut

SECTION: Final = 3000
"""Maximum characters of a section's text."""
MOST_METADATA: Final = 3000
"""Maximum characters of a modal's private metadata."""
_HEADER: Final = 150
_LABEL: Final = 75
LONGEST_VALUE: Final = 2000
"""Maximum characters of a button's value."""

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """The content of one message."""

    text: str
    blocks: list[Block] = field(default_factory=list)
    kind: str = ""
    """The kind of table it contains, if any: Slack may refuse that."""


def mrkdwn(text: str) -> Block:
    """Return *text* as a mrkdwn object; `&`, `<` and `>` in it must be escaped.

    Verbatim: by default, Slack also looks for mentions, channels and addresses in plain words, as
    in a thing or a person called @channel.
    """
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str) -> Block:
    """Return *text* as a plain text object."""
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> Block:
    """Return a section of mrkdwn *text*, cut to Slack's limit, with *more* properties."""
    return {"type": "section", "text": mrkdwn(cut(text, SECTION)), **more}


def fields(texts: Iterable[str]) -> Block:
    """Return a section of up to ten texts in two columns."""
    return {"type": "section", "fields": [mrkdwn(text) for text in texts]}


def header(text: str) -> Block:
    """Return a header of escaped *text*: it's plain text, and Slack accepts no empty one."""
    return {"type": "header", "text": plain(unescape(text)[:_HEADER] or "…")}


def note(text: str) -> Block:
    """Return a context block: small print."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def divider() -> Block:
    """Return a divider."""
    return {"type": "divider"}


def button(action: str, label: str, value: str, *, style: str = "", chosen: bool = False) -> Block:
    """Return a button; *chosen* marks the one whose content is currently shown."""
    # the check mark shows the choice by more than color
    caption = plain(cut(f"✓ {label}" if chosen else label, _LABEL))
    block: Block = {"type": "button", "action_id": action, "text": caption, "value": value}
    style = "primary" if chosen else style
    return block | {"style": style} if style else block


def actions(elements: Sequence[Block], block_id: str = "") -> Block:
    """Return a row of buttons and menus."""
    block: Block = {"type": "actions", "elements": list(elements)}
    return block | {"block_id": block_id} if block_id else block


def fitting_actions(buttons: Iterable[Block]) -> list[Block]:
    """Return a row of the *buttons* whose value isn't too long for Slack; empty if none is left."""
    fitting = [one for one in buttons if len(one["value"]) <= LONGEST_VALUE]
    return [actions(fitting)] if fitting else []


def field_block(name: str, label: str, element: Block, **more: Any) -> Block:
    """Return a form field in a block called *name*, with *more* properties."""
    block = {"type": "input", "block_id": name, "label": plain(label), "element": element}
    return block | more


def form(callback: str, title: str, submit: str, blocks: list[Block]) -> Block:
    """Return a modal with a submit button."""
    buttons = {"submit": plain(submit), "close": plain(say("cancel"))}
    return notice(title, blocks) | {"callback_id": callback, **buttons}


def notice(title: str, blocks: list[Block]) -> Block:
    """Return a modal without a submit button."""
    return {"type": "modal", "title": plain(title), "close": plain(say("close")), "blocks": blocks}


def pack(lines: Iterable[str], most: int = SECTION) -> Iterator[str]:
    """Yield *lines* joined into as few texts of at most *most* characters; no line is split."""
    text = ""
    for line in lines:
        if text and len(text) + 1 + len(line) > most:
            yield text
            text = ""
        text = f"{text}\n{line}" if text else line
    if text:
        yield text


def sections(lines: Iterable[str]) -> list[Block]:
    """Return *lines* in as few sections as possible."""
    return [section(text) for text in pack(lines)]
