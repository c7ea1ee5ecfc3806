"""Forgetting a person on every node of a cluster."""

from tests.store.test_forgetting import *  # noqa: F403
