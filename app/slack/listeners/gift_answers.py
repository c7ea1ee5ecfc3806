"""What whoever gives points without a message is told where they do not count."""

import re
from typing import Final

from app.slack.listeners.context import Context
from app.usecases.giving import DeclinedGift, Gift
from app.words import refusals

_DATE: Final = re.compile(r"<!date\^[^|<>]*\|([^<>]*)>")


def describe_refusal(done: DeclinedGift, gift: Gift, context: Context) -> str:
    """Say why *gift* does not count, and what to do instead."""
    settings = context.rulebook.get_settings(gift.team, gift.channel)
    until = done.ban.until.isoformat() if done.ban and done.ban.until else None
    return strip_marks(refusals.explain_refusal(done.reason, settings, until=until))


def strip_marks(text: str) -> str:
    """Return *text* without marks, for where Slack shows text as it is."""
    return _DATE.sub(r"\1", text).replace("`", "")
