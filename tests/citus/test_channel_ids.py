"""A channel whose id changes, on a cluster."""

from tests.slack.test_channel_ids import *  # noqa: F403
