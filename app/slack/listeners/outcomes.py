"""What became of it: told to the log, to whoever acted, and to what posts answers."""

import re
from collections.abc import Iterable
from typing import Any, Final

import structlog

from app.core.refusals import ActiveBan, Refusal
from app.core.settings.definitions import Settings
from app.slack.listeners.context import Context
from app.slack.outbound.answers import answer
from app.slack.payloads.requests import UserRequest
from app.slack.views.blocks import Page
from app.usecases.giving import DeclinedGift, Gift
from app.words import refusals

_log = structlog.get_logger()

_DATE: Final = re.compile(r"<!date\^[^|<>]*\|([^<>]*)>")


async def replace_answer(request: UserRequest, page: Page, context: Context) -> None:
    """Show *page* in place of the answer whose button was pressed."""
    content = {"text": page.text, "blocks": page.blocks, "replace_original": True}
    await send_answer(request, content, context)


async def send_answer(request: UserRequest, content: dict[str, Any], context: Context) -> None:
    """Answer through the response_url; a failure is a line in the log."""
    failed = await answer(context.client, request.url, content)
    if failed:
        _log.warning("answer.failed", team=request.team, reason=failed.reason)


def describe_refusal(done: DeclinedGift, gift: Gift, context: Context) -> str:
    """Say why *gift* does not count, and what to do instead."""
    settings = context.rulebook.get_settings(gift.team, gift.channel)
    return strip_marks(explain_refusals([done.reason], done.ban, settings))


def explain_refusals(reasons: Iterable[Refusal], ban: ActiveBan | None, settings: Settings) -> str:
    """Say why votes do not count, a line for each reason."""
    until = ban.until.isoformat() if ban and ban.until else None
    return "\n".join(refusals.explain_refusal(one, settings, until=until) for one in reasons)


def strip_marks(text: str) -> str:
    """Return *text* without marks, for where Slack shows text as it is."""
    return _DATE.sub(r"\1", text).replace("`", "")
