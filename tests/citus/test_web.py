"""Pages for operators on a cluster."""

from tests.web.test_metrics import *  # noqa: F403
