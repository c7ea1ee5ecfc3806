"""Settings, rules, admins' actions and maintenance on a cluster."""

from tests.slack.test_admin_acts import *  # noqa: F403
from tests.slack.test_give import *  # noqa: F403
from tests.slack.test_home import *  # noqa: F403
from tests.store.test_rulebook import *  # noqa: F403
from tests.store.test_upkeep import *  # noqa: F403
from tests.usecases.test_timers import *  # noqa: F403

# On a cluster privileges keep the audit append-only, which doesn't bind the tests' superuser.
del globals()["test_database_refuses_changes_to_audit"]
