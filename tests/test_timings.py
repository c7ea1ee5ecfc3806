"""The production timings."""

from app.core.timings import PRODUCTION
from app.slack.outbound import homes, sender


def test_an_idle_app_polls_at_most_every_five_seconds():
    # Not counting rule versions, which are polled every second.
    paces = [PRODUCTION.timers, PRODUCTION.long_boards, sender.IDLE, homes.IDLE]
    assert min(paces) >= 5
