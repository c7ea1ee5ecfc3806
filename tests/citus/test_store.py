"""Boards, search, undo, the outbox, people and settings on a cluster."""

from tests.store.test_boards import *  # noqa: F403
from tests.store.test_history import *  # noqa: F403
from tests.store.test_homes import *  # noqa: F403
from tests.store.test_long_boards import *  # noqa: F403
from tests.store.test_outbox import *  # noqa: F403
from tests.store.test_privacy import *  # noqa: F403
from tests.store.test_revisions import *  # noqa: F403
from tests.store.test_settings import *  # noqa: F403
from tests.store.test_undo import *  # noqa: F403
from tests.store.test_verify import *  # noqa: F403
from tests.store.test_votes import *  # noqa: F403

del globals()["test_workspaces_are_listed_by_index_probes"]  # a cluster does it differently
# PostgreSQL 15 lacks one of the settings.
del globals()["test_settings_of_the_role_do_not_break_commands"]
