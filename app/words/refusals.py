"""Wording for the voter alone: why votes don't count, and hints about what to type instead."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from app.core.grammar.hints import HintKind
from app.core.refusals import ActiveBan, Refusal
from app.core.replies import RefusalNote
from app.core.settings.definitions import Settings
from app.words.catalog import Phrase, say
from app.words.text import format_moment, format_name

_REFUSALS: Final = {why: Phrase(f"refusal-{why.replace('_', '-')}") for why in Refusal}
_HINTS: Final = {kind: Phrase(f"hint-{kind.replace('_', '-')}") for kind in HintKind}


def render_refusals(notes: Iterable[RefusalNote], settings: Settings) -> str:
    """Explain why votes don't count, one line per note."""
    return "\n".join(
        say("refusal-rest")
        if note.is_rest
        else explain_refusal(note.reason, settings, limit=note.limit, until=note.until)
        for note in notes
    )


def explain_refusal(
    refusal: Refusal, settings: Settings, *, limit: int | None = None, until: datetime | None = None
) -> str:
    """Explain why votes didn't count; *limit* is the one in force then, by default the current one.

    *until* is the end of a ban.
    """
    phrase = _REFUSALS[refusal]
    match refusal:
        case Refusal.TOO_MANY:
            return phrase(most=limit or settings.max_targets)
        case Refusal.ALLOWANCE:
            return phrase(count=limit or settings.daily_allowance or 0)
        case Refusal.COOLDOWN:
            return phrase(**_choose_unit(limit or settings.cooldown // 60))
        case Refusal.BANNED if until:
            end = format_moment(until, "{date_long_pretty}, {time}")
            return say("refusal-banned-until", until=end)
        case _:
            return phrase()


def _choose_unit(minutes: int) -> dict[str, str | int]:
    """Return *minutes* as arguments for phrases, in days or hours if those are whole."""
    for unit, size in ("days", 1440), ("hours", 60):
        if not minutes % size:
            return {"unit": unit, "count": minutes // size}
    return {"unit": "minutes", "count": minutes}


def explain_refusals(reasons: Iterable[Refusal], ban: ActiveBan | None, settings: Settings) -> str:
    """Explain why votes don't count, one line for each of *reasons*."""
    until = ban.until if ban else None
    return "\n".join(explain_refusal(one, settings, until=until) for one in reasons)


def render_hint(
    kind: HintKind, name: str, spelling: str, undo_minutes: int, *, by_message: bool
) -> str:
    """Return a hint about what to type; *name* is the person meant, *spelling* the input.

    A first-time giver is told how to undo the vote within *undo_minutes*; *by_message* selects the
    wording.
    """
    shown = {"name": format_name(name).replace("`", "'"), "spelling": format_name(spelling)}
    by = "message" if by_message else "other"
    return _HINTS[kind](**shown, minutes=undo_minutes, by=by)
