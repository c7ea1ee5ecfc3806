"""Cards, /karma and the buttons under boards on a cluster."""

from tests.slack.test_karma import *  # noqa: F403
from tests.slack.test_leaderboard_buttons import *  # noqa: F403
