"""Settings, rules, admins' actions and upkeep on a cluster."""

from tests.slack.test_admin_acts import *  # noqa: F403
from tests.slack.test_give import *  # noqa: F403
from tests.slack.test_home import *  # noqa: F403
from tests.store.test_rulebook import *  # noqa: F403
from tests.store.test_upkeep import *  # noqa: F403
from tests.usecases.test_timers import *  # noqa: F403

# There the audit is append-only by privilege, which does not bind the superuser who runs tests.
del globals()["test_the_database_refuses_to_change_the_audit"]
