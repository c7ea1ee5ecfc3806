"""Votes, edits, reactions, limits and merges on a cluster."""

from tests.usecases.test_limits import *  # noqa: F403
