"""Old votes and old boards on a cluster."""

from tests.store.test_vote_archive import *  # noqa: F403
