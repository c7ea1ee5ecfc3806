"""Boards of every kind on a cluster, as members read them: periods, custom spans, seasons."""

from tests.slack.test_leaderboard import *  # noqa: F403
from tests.slack.test_long_boards import *  # noqa: F403
from tests.slack.test_month import *  # noqa: F403
from tests.slack.test_season_boards import *  # noqa: F403
from tests.store.test_computed_boards import *  # noqa: F403
from tests.store.test_rank_index import *  # noqa: F403
from tests.store.test_seasons import *  # noqa: F403
