"""What whoever has invited the app into a channel finds there, alone."""

from typing import Final

from app.slack.views.blocks import Page, actions, button, section
from app.words import welcome as words

HELLO: Final = "welcome_hello"
SETTINGS: Final = "welcome_settings"


def render_welcome() -> Page:
    """Return how the app works here, with a button for a hello and one for the settings."""
    text = words.WELCOME()
    buttons = [
        button(HELLO, words.HELLO(), "hello", style="primary"),
        button(SETTINGS, words.SETTINGS(), "settings"),
    ]
    return Page(text, [section(text), actions(buttons)])
