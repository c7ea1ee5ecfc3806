"""How the app is used: said to whoever invites it or asks, with the rest behind a button."""

from typing import Any, Final

from app.core.settings.definitions import Settings
from app.slack.views.blocks import Page, actions, button, notice, section
from app.words import home as home_words
from app.words import usage
from app.words import usage as words

MORE: Final = "help_more"
"""The action, and the value, of the button that shows the rest."""

WELCOME_HELLO: Final = "welcome_hello"
WELCOME_SETTINGS: Final = "welcome_settings"


def render_help(settings: Settings) -> Page:
    """Return how to give, see and undo where *settings* hold."""
    text = usage.render_first_help(settings)
    return Page(text, [section(text), actions([button(MORE, usage.HELP_MORE(), MORE)])])


def render_full_help(undo_window: int, for_admins: str = "") -> Page:
    """Return all that can be asked, with what *for_admins* says."""
    parts = [usage.HELP(), usage.render_help(undo_window), *filter(None, [for_admins])]
    return Page("\n".join(parts), [section(part) for part in parts])


def render_help_form(page: Page) -> dict[str, Any]:
    """Return the modal that shows *page*, one of the two above."""
    return notice(home_words.HELP_TITLE(), home_words.HELP_CLOSE(), page.blocks)


def render_welcome(*, decides: bool) -> Page:
    """Return how the app works here, for whoever *decides* with a hello and the settings."""
    if not decides:
        return Page(words.WELCOME_MEMBER())
    text = words.WELCOME()
    buttons = [
        button(WELCOME_HELLO, words.WELCOME_HELLO(), "hello", style="primary"),
        button(WELCOME_SETTINGS, words.WELCOME_SETTINGS(), "settings"),
    ]
    return Page(text, [section(text), actions(buttons)])
