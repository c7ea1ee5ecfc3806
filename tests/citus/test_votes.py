"""Votes, edits, reactions, limits, merges, bans and joined votes on a cluster."""

from tests.usecases.test_limits import *  # noqa: F403
from tests.usecases.test_races import *  # noqa: F403
