"""What is told of points that were given without a message: to the log, and to whoever gave."""

import re
import time
from typing import Final

import structlog

from app.slack.listeners.context import Context
from app.usecases.giving import CountedGift, DeclinedGift, Gift
from app.words import refusals

_log = structlog.get_logger()

_DATE: Final = re.compile(r"<!date\^[^|<>]*\|([^<>]*)>")


def record_gift(gift: Gift, done: CountedGift, context: Context, started: float) -> None:
    """Write down that *gift* counts, and let what it has to say be said."""
    if done.outcome and done.outcome.waiting:
        context.sender.wake()
    if done.outcome and done.outcome.counted:
        ms = round((time.perf_counter() - started) * 1000, 1)
        where = {"team": gift.team, "channel": gift.channel}
        _log.info("vote.given", **where, votes=done.outcome.counted, ms=ms)


def describe_refusal(done: DeclinedGift, gift: Gift, context: Context) -> str:
    """Say why *gift* does not count, and what to do instead."""
    settings = context.rulebook.get_settings(gift.team, gift.channel)
    until = done.ban.until.isoformat() if done.ban and done.ban.until else None
    return strip_marks(refusals.explain_refusal(done.reason, settings, until=until))


def strip_marks(text: str) -> str:
    """Return *text* without marks, for where Slack shows text as it is."""
    return _DATE.sub(r"\1", text).replace("`", "")
