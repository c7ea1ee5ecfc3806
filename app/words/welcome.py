"""What the app says when it is invited into a channel."""

from typing import Final

from app.core.settings.definitions import Minus, Settings
from app.words.catalogue import Phrase

WELCOME: Final = Phrase("welcome")
WELCOME_MEMBER: Final = Phrase("welcome-member")
HELLO: Final = Phrase("welcome-hello")
SETTINGS: Final = Phrase("welcome-settings")
SAID: Final = Phrase("welcome-said")
_HELLO: Final = Phrase("hello")
_MINUS: Final = {minus: Phrase(f"hello-minus-{minus}") for minus in Minus}


def say_hello(settings: Settings) -> str:
    """Say to everybody in a channel how the app works where *settings* hold."""
    return _HELLO(minutes=settings.undo_window // 60, minus=_MINUS[settings.minus]())
