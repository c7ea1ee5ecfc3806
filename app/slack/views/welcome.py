"""What whoever has invited the app into a channel finds there, alone."""

from typing import Final

from app.slack.views.blocks import Page, actions, button, section
from app.words import usage as words

HELLO: Final = "welcome_hello"
SETTINGS: Final = "welcome_settings"


def render_welcome(*, decides: bool) -> Page:
    """Return how the app works here, for whoever *decides* with a hello and the settings."""
    if not decides:
        return Page(words.WELCOME_MEMBER())
    text = words.WELCOME()
    buttons = [
        button(HELLO, words.WELCOME_HELLO(), "hello", style="primary"),
        button(SETTINGS, words.WELCOME_SETTINGS(), "settings"),
    ]
    return Page(text, [section(text), actions(buttons)])
