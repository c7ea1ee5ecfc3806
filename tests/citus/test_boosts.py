"""Boosts on a cluster: votes, edits, deletions, undo, recounts, and their life cycle."""

from tests.slack.test_boosts import *  # noqa: F403
from tests.store.test_boosts import *  # noqa: F403
from tests.usecases.test_boost_life import *  # noqa: F403
