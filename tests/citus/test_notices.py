"""Messages that the app sends on its own, on a cluster: notices, digests, greetings, reports."""

from tests.slack.test_fairplay import *  # noqa: F403
from tests.slack.test_newcomers import *  # noqa: F403
from tests.slack.test_notices import *  # noqa: F403
from tests.slack.test_people import *  # noqa: F403
from tests.slack.test_report import *  # noqa: F403

del globals()["test_older_votes_and_other_teams_are_not_read"]  # moves a vote to another workspace
