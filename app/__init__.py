"""pptbot counts ++ and -- in Slack and shows who leads."""

__version__ = "0.1.0"
