"""Recap messages: a heading, a section for each part, and a button for the board."""

from collections.abc import Mapping
from typing import Any, Final

from app.core.commands.leaderboard import ShowBoard
from app.core.recap import Recap
from app.slack.views.blocks import Block, Page, actions, button, header, note, notice, section
from app.slack.views.leaderboard import OPEN
from app.words import recaps as words
from app.words.catalog import say

PREVIEW: Final = "recap_preview"
"""The action of the button that previews a recap."""


def render_recap(recap: Recap, names: Mapping[str, str]) -> Page:
    """Return the recap post, or an empty page if there's nothing to tell."""
    if not recap:
        return Page("")
    title, parts = words.format_title(recap.period), words.describe_recap(recap, names)
    show = ShowBoard(span=recap.period.name)
    board = actions([button(OPEN, say("karma-leaderboard"), show.words)])
    blocks = [header(title), *map(section, parts), note(say("recap-public")), board]
    return Page("\n".join([title, *parts]), blocks)


def render_preview(page: Page, channel: str | None) -> Page:
    """Return the recap *page* as a preview for one person, without its button."""
    if not page.text:
        return Page(say("recap-nothing"))
    intro = words.describe_preview(channel)
    return Page(f"{intro}\n\n{page.text}", [section(intro), *page.blocks[:-1]])


def render_preview_form(page: Page) -> dict[str, Any]:
    """Return the preview *page* as a modal."""
    blocks = page.blocks or [section(page.text)]
    return notice(say("recap-preview-title"), blocks)


def render_preview_button() -> Block:
    """Return the button for a preview."""
    return actions([button(PREVIEW, say("recap-preview"), "recap")])
