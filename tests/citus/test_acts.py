"""Undo, opting out, one's own data and buttons on a cluster."""

from tests.slack.test_acts import *  # noqa: F403
