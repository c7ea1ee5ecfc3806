"""A channel that gets another id, on a cluster."""

from tests.slack.test_channel_ids import *  # noqa: F403
