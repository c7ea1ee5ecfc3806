"""Help pages: the short help, the full help behind a button, and a channel's welcome."""

from typing import Any, Final

from app.core.settings.definitions import Settings
from app.slack.views.blocks import Page, actions, button, notice, section
from app.words import usage
from app.words.catalog import say

MORE: Final = "help_more"
"""The action of the button for the full help, and also its value."""

WELCOME_HELLO: Final = "welcome_hello"
WELCOME_SETTINGS: Final = "welcome_settings"


def render_help(settings: Settings) -> Page:
    """Return the short help on giving, seeing and undoing under *settings*."""
    text = usage.render_first_help(settings)
    return Page(text, [section(text), actions([button(MORE, say("help-more"), MORE)])])


def render_full_help(settings: Settings, for_admins: str = "") -> Page:
    """Return the full help under *settings*, ending with *for_admins*."""
    boards, commands = usage.render_boards_help(settings), usage.render_help(settings)
    parts = [part for part in (say("leaderboard-help"), boards, commands, for_admins) if part]
    return Page("\n".join(parts), [section(part) for part in parts])


def render_help_form(page: Page) -> dict[str, Any]:
    """Return *page*, a short or full help, as a modal."""
    return notice(say("home-help-title"), page.blocks)


def render_welcome(*, decides: bool) -> Page:
    """Return a channel's welcome, with buttons for a hello and the settings if *decides*."""
    if not decides:
        return Page(say("welcome-member"))
    text = say("welcome")
    buttons = [
        button(WELCOME_HELLO, say("welcome-hello"), "hello", style="primary"),
        button(WELCOME_SETTINGS, say("welcome-settings"), "settings"),
    ]
    return Page(text, [section(text), actions(buttons)])
