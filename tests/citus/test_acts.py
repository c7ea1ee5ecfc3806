"""Undo, opting out, personal data and buttons on a cluster."""

from tests.slack.test_acts import *  # noqa: F403
