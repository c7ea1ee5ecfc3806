"""Messages that the app sends on its own, on a cluster: notices, digests, greetings, reports."""

from tests.slack.test_fairplay import *  # noqa: F403
from tests.slack.test_newcomers import *  # noqa: F403
from tests.slack.test_notices import *  # noqa: F403
from tests.slack.test_people import *  # noqa: F403
from tests.slack.test_report import *  # noqa: F403

del globals()["test_fairplay_ignores_old_votes_and_other_workspaces"]  # moves votes to another team
