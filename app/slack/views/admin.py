"""What admins are shown: the form before a merge, what became of it, and what was done."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from app.slack.views.leaderboard import Page
from app.words import admin as words
from app.words import audit as audit_words

MERGE: Final = "admin_merge"
"""The callback of the form that merges."""
UNMERGE: Final = "admin_unmerge"
"""The action of the button that takes a merge back; its value stands for the rows it moved."""
OLDER: Final = "admin_audit"
"""The action of the button that shows earlier acts."""
MOST_METADATA: Final = 3000
"""Characters that Slack keeps with a form."""

_SECTION: Final = 3000
_LINE: Final = 1400
_TEXT: Final = 35_000

Block = dict[str, Any]


def render_merge_form(question: Sequence[str], metadata: str) -> dict[str, Any]:
    """Return the modal that asks before a merge; *metadata* comes back with its submission."""
    return _modal(question) | {
        "callback_id": MERGE,
        "submit": _plain(words.MERGE_SUBMIT()),
        "close": _plain(words.MERGE_CLOSE()),
        "private_metadata": metadata,
    }


def render_outcome(text: str, undo: str = "") -> dict[str, Any]:
    """Return the modal that says what became of it; *undo* is the value of a button, if any."""
    view = _modal([text])
    if undo:
        button: Block = {"type": "button", "action_id": UNMERGE, "value": undo}
        button |= {"text": _plain(words.UNDO_MERGE()), "style": "danger"}
        view["blocks"].append({"type": "actions", "elements": [button]})
    return view


def render_audit(heading: str, lines: Sequence[str], older: str = "") -> Page:
    """Return the acts as one message; *older* is the value of the button for earlier ones."""
    cut = [line if len(line) <= _LINE else f"{line[: _LINE - 1]}…" for line in lines]
    blocks = [_section(text) for text in _pack([f"*{heading}*", *cut], _SECTION)]
    if older:
        button: Block = {"type": "button", "action_id": OLDER, "value": older}
        button |= {"text": _plain(audit_words.OLDER())}
        blocks.append({"type": "actions", "elements": [button]})
    return Page(next(_pack([heading, *cut], _TEXT)), blocks)


def add_note(page: Page, text: str) -> Page:
    """Return *page* with a line above it."""
    context = {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}
    blocks = [context, *page.blocks] if page.blocks else []
    return replace(page, text=f"{text}\n{page.text}", blocks=blocks)


def _modal(texts: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": _plain(words.MERGE_TITLE()),
        "close": _plain(words.CLOSE()),
        "blocks": [_section(text) for text in texts],
    }


def _pack(lines: Sequence[str], most: int) -> Iterator[str]:
    """Yield *lines* put together to texts of at most *most* characters; none is torn."""
    text = lines[0]
    for line in lines[1:]:
        if len(text) + 1 + len(line) > most:
            yield text
            text = line
        else:
            text = f"{text}\n{line}"
    yield text


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}
