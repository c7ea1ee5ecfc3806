"""Recaps and the feed on a cluster."""

from tests.slack.test_feed import *  # noqa: F403
from tests.slack.test_recap import *  # noqa: F403
