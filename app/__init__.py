"""pptbot counts ++ and -- in Slack and shows who leads."""

__version__ = "0.1.0"


class CommandError(Exception):
    """A failure that ends a command; the message has one line for each reason."""
