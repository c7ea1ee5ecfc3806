"""pptbot counts ++ and -- in Slack and shows who leads."""

__version__ = "0.1.0"


class CommandError(Exception):
    """A command cannot go on; the message says why, in one line for each reason."""
