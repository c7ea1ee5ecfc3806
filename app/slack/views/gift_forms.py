"""The forms for giving points, and the notice shown when none can be given."""

import json
from typing import Any, Final

from app.core.grammar.reasons import MAX_REASON
from app.core.settings.definitions import Minus, Settings
from app.slack.views.blocks import Block, field_block, form, notice, plain, section
from app.store.votes.reactions import FormVote
from app.words.catalog import say
from app.words.text import format_signed

FOR_MESSAGE: Final = "give_karma_for_message"
"""The callback id of the form for a message's author."""
FREE: Final = "give_karma_form"
"""The callback id of the form for anyone."""
WHOM: Final = "give_karma_whom"
CHANNEL: Final = "give_karma_channel"
POINTS: Final = "give_karma_points"
REASON: Final = "give_karma_reason"
"""The form's fields, each in a block of the same name."""


def find_least_points(settings: Settings, *, zero: bool = False) -> int:
    """Return the least points to give under *settings*; *zero* adds 0, which takes points back."""
    minus = settings.minus in {Minus.ON, Minus.REASON}
    return -settings.max_points if minus else int(not zero)


def render_message_form(
    about: dict[str, str | None], settings: Settings, before: FormVote
) -> dict[str, Any]:
    """Return the form for the author of the message that *about* identifies.

    It's prefilled with what was given *before*.
    """
    # a mention in a form notifies nobody
    notes = [say("giving-about", author=f"<@{about['author']}>")]
    if before.points:
        notes.append(say("giving-stands", points=format_signed(before.points)))
    least = find_least_points(settings, zero=bool(before.points))
    points = max(least, min(settings.max_points, before.points or 1))
    fields = _render_fields(settings, least, points, before.reason or "")
    blocks = [section(text) for text in notes] + fields
    return _build_form(FOR_MESSAGE, blocks) | {"private_metadata": json.dumps(about)}


def render_free_form(settings: Settings) -> dict[str, Any]:
    """Return the form for giving anyone points in any channel."""
    whom = {"type": "users_select", "action_id": WHOM}
    channel = {
        "type": "conversations_select",
        "action_id": CHANNEL,
        "default_to_current_conversation": True,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    blocks = [
        field_block(WHOM, say("giving-whom"), whom),
        *_render_fields(settings, find_least_points(settings), 1, ""),
        field_block(
            CHANNEL, say("giving-channel"), channel, hint=plain(say("giving-channel-hint"))
        ),
    ]
    return _build_form(FREE, blocks)


def render_notice(text: str) -> dict[str, Any]:
    """Return the notice shown instead of a form."""
    return notice(say("giving-title"), [section(text)])


def _render_fields(settings: Settings, least: int, points: int, reason: str) -> list[Block]:
    number = {
        "type": "number_input",
        "action_id": POINTS,
        "is_decimal_allowed": False,
        "min_value": str(least),
        "max_value": str(settings.max_points),
        "initial_value": str(points),
    }
    typed = {"type": "plain_text_input", "action_id": REASON, "max_length": MAX_REASON}
    typed |= {"initial_value": reason} if reason else {}
    why = field_block(REASON, say("giving-reason"), typed, optional=True)
    if settings.minus is Minus.REASON:
        why |= {"hint": plain(say("giving-reason-hint"))}
    hint = plain(say("giving-points-hint", least=least, most=settings.max_points))
    return [field_block(POINTS, say("giving-points"), number, hint=hint), why]


def _build_form(callback: str, blocks: list[Block]) -> Block:
    return form(callback, say("giving-title"), say("giving-submit"), blocks)
