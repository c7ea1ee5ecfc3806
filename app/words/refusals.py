"""What a voter alone is told of what does not count, or is none: why, and what to do instead."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from app.core.grammar.hints import HintKind
from app.core.refusals import ActiveBan, Refusal
from app.core.replies import RefusalNote
from app.core.settings.definitions import Settings
from app.words.catalog import Phrase
from app.words.text import format_name, join_words, name_person

_REST: Final = Phrase("refusal-rest")
_BANNED_UNTIL: Final = Phrase("refusal-banned-until")
_SCORE_OF: Final = Phrase("refusal-score-of")
_REFUSALS: Final = {why: Phrase(f"refusal-{why.replace('_', '-')}") for why in Refusal}
_HINTS: Final = {kind: Phrase(f"hint-{kind.replace('_', '-')}") for kind in HintKind}


def render_refusals(
    notes: Iterable[RefusalNote], settings: Settings, names: Mapping[str, str]
) -> str:
    """Say why votes do not count, a line for each of *notes*; *names* are of those they name."""
    return "\n".join(_render_note(note, settings, names) for note in notes)


def _render_note(note: RefusalNote, settings: Settings, names: Mapping[str, str]) -> str:
    if note.is_rest:
        return _REST()
    if note.targets:
        return explain_full(note.targets, names)
    return explain_refusal(note.reason, settings, limit=note.limit, until=note.until)


def explain_full(targets: Iterable[str], names: Mapping[str, str]) -> str:
    """Say that no score can hold what was for *targets*, as *names* has them."""
    return _SCORE_OF(names=join_words([name_person(target, names) for target in targets]))


def explain_refusal(
    refusal: Refusal, settings: Settings, *, limit: int | None = None, until: str | None = None
) -> str:
    """Say why votes did not count; *limit* is the one in force then, or else that of *settings*.

    *until* is the end of a ban, in ISO 8601.
    """
    say = _REFUSALS[refusal]
    match refusal:
        case Refusal.TOO_MANY:
            return say(most=limit or settings.max_targets)
        case Refusal.ALLOWANCE:
            return say(count=limit or settings.daily_allowance or 0)
        case Refusal.COOLDOWN:
            return say(minutes=limit or settings.cooldown // 60)
        case Refusal.BANNED if until:
            return _BANNED_UNTIL(until=_describe_time(until))
        case _:
            return say()


def explain_refusals(reasons: Iterable[Refusal], ban: ActiveBan | None, settings: Settings) -> str:
    """Say why votes do not count, a line for each of *reasons*."""
    until = ban.until.isoformat() if ban and ban.until else None
    return "\n".join(explain_refusal(one, settings, until=until) for one in reasons)


def _describe_time(until: str) -> str:
    """Return a moment as Slack shows it to each reader, in their own time zone."""
    at = datetime.fromisoformat(until)
    return f"<!date^{int(at.timestamp())}^{{date_long_pretty}}, {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


def render_hint(
    kind: HintKind, name: str, spelling: str, undo_minutes: int, *, by_message: bool
) -> str:
    """Say what to type instead; *name* is that of the person meant, *spelling* what was typed.

    To whoever gives for the first time, *by_message* or not, how to undo that within
    *undo_minutes*.
    """
    shown = {"name": format_name(name).replace("`", "'"), "spelling": format_name(spelling)}
    by = "message" if by_message else "other"
    return _HINTS[kind](**shown, minutes=undo_minutes, by=by)
