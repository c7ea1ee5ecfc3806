"""pptbot counts ++ and -- in Slack and shows who leads."""

__version__ = "0.1.0"


class CommandError(Exception):
    """A failure that ends a command; the message has one line for each reason."""


def make_printable(text: str) -> str:
    """Return *text* with the characters escaped that a terminal might obey instead of showing."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
