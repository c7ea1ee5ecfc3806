"""Votes, edits, reactions, limits, merges, bans and joined votes on a cluster."""

from tests.usecases.test_limits import *  # noqa: F403
from tests.usecases.test_races import *  # noqa: F403

# It looks for lock waits on its own server, but a cluster has them on another node.
del globals()["test_an_edit_locks_replies_in_the_order_in_which_they_are_claimed"]
