"""Merging, and stored member data, on a cluster."""

from tests.slack.test_merging import *  # noqa: F403
from tests.store.test_members import *  # noqa: F403
from tests.store.test_merging import *  # noqa: F403
