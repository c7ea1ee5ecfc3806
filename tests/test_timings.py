"""The production timings."""

from app.core.timings import PRODUCTION
from app.slack.outbound import homes, sender


def test_an_idle_app_polls_at_most_every_five_seconds():
    # Not counting rule versions, which are polled every second.
    paces = [PRODUCTION.timers, PRODUCTION.long_boards, sender.IDLE, homes.IDLE]
    assert min(paces) >= 5


def test_an_event_is_answered_before_slack_gives_up_after_three_seconds():
    assert PRODUCTION.database < PRODUCTION.event < 3
