"""Views for admins: the merge confirmation, its outcome, and the audit log."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from app.slack.views.blocks import (
    Block,
    Page,
    actions,
    button,
    form,
    note,
    notice,
    pack,
    section,
    sections,
)
from app.words.catalog import say
from app.words.text import cut

MERGE: Final = "admin_merge"
"""The callback id of the merge form."""
UNMERGE: Final = "admin_unmerge"
"""The action of the button that takes a merge back; its value identifies the rows it moved."""
OLDER: Final = "admin_audit"
"""The action of the button that shows earlier entries."""

_LINE: Final = 1400
_TEXT: Final = 35_000


def render_merge_form(question: Sequence[str], metadata: str) -> Block:
    """Return the modal that confirms a merge; *metadata* is returned with its submission."""
    blocks = [section(text) for text in question]
    view = form(MERGE, say("admin-merge-title"), say("admin-merge-title"), blocks)
    return view | {"private_metadata": metadata}


def render_outcome(text: str, undo: str = "") -> Block:
    """Return the modal that reports a merge; a non-empty *undo* adds a button with that value."""
    blocks = [section(text)]
    if undo:
        blocks.append(actions([button(UNMERGE, say("admin-undo-merge"), undo, style="danger")]))
    return notice(say("admin-merge-title"), blocks)


def render_audit(heading: str, lines: Sequence[str], older: str = "") -> Page:
    """Return audit entries as one message; *older* is the value of a button for earlier ones."""
    short = [cut(line, _LINE) for line in lines]
    blocks = sections([f"*{heading}*", *short])
    if older:
        blocks.append(actions([button(OLDER, say("admin-audit-older"), older)]))
    return Page(next(pack([heading, *short], _TEXT)), blocks)


def add_note(page: Page, text: str) -> Page:
    """Return *page* with *text* on a line above it."""
    blocks = [note(text), *page.blocks] if page.blocks else []
    return replace(page, text=f"{text}\n{page.text}", blocks=blocks)
