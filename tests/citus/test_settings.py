"""The settings forms on a cluster."""

from tests.slack.test_settings import *  # noqa: F403
