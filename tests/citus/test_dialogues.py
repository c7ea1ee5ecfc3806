"""What members do and read, with the whole app in front of a cluster."""

from tests.slack.test_joining import *  # noqa: F403
from tests.slack.test_reactions import *  # noqa: F403
from tests.slack.test_revisions import *  # noqa: F403
from tests.slack.test_votes import *  # noqa: F403
