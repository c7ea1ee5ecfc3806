"""Wording for admins: adjustments, merges, bans and the monthly report."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from app.core.boards.periods import Period
from app.core.commands.admin import MOST_ACTIONS, MOST_POINTS, MisreadCommand, UnfitCommand
from app.core.vote import MOST_SCORE
from app.words.audit import describe_ban_end
from app.words.catalog import Phrase, say
from app.words.entries import describe_time, format_reason
from app.words.text import (
    add_reason,
    format_month,
    format_name,
    format_number,
    format_signed,
    join_first,
)
from app.words.votes import begin_with_target

_MISREAD: Final = {why: Phrase(f"admin-misread-{why}") for why in MisreadCommand}
_UNFIT: Final = {why: Phrase(f"admin-unfit-{why.replace('_', '-')}") for why in UnfitCommand}

Names = Mapping[str, str]
"""Names of people and things, by target."""
_MOST_NAMED: Final = 10
MOST_BANS: Final = 50
"""Bans listed in one response."""


def explain_misread(why: MisreadCommand) -> str:
    """Explain what is wrong with the input, with an example."""
    return _MISREAD[why](most=MOST_ACTIONS if why is MisreadCommand.AUDIT else MOST_POINTS)


def explain_unfit(why: UnfitCommand, name: str = "", into: str = "") -> str:
    """Explain why nothing has changed; *name* and *into* are the targets concerned."""
    return _UNFIT[why](name=format_name(name), into=format_name(into), most=MOST_SCORE)


def report_adjustment(
    target: str, before: int, after: int, reason: str | None, names: Names
) -> str:
    """Report an adjustment: `Bob had 3 points and has 8 now (+5: "the docs").`."""
    given = add_reason(format_signed(after - before), format_reason(reason or "", names))
    name = begin_with_target(target, names[target])
    return say("admin-adjusted", name=name, before=before, after=format_number(after), given=given)


def ask_to_merge(name: str, into: str, score: int, into_score: int) -> list[str]:
    """Describe what a merge would do."""
    both = {"name": format_name(name), "into": format_name(into)}
    scores: dict[str, Any] = {"score": score, "into-score": into_score}
    return [
        say("admin-merge-question", **both),
        say("admin-merge-scores", **both, **scores, sum=format_number(score + into_score)),
        say("admin-merge-what", **both),
    ]


def report_merge(name: str, into: str, before: int, after: int) -> str:
    """Report the result of a merge."""
    return say(
        "admin-merged",
        name=format_name(name),
        into=format_name(into),
        before=before,
        after=format_number(after),
    )


def report_unmerge(name: str, into: str, score: int, into_score: int) -> str:
    """Report the result of taking a merge back."""
    scores: dict[str, Any] = {"score": score, "into-score": format_number(into_score)}
    return say("admin-unmerged", name=format_name(name), into=format_name(into), **scores)


def report_ban(name: str, until: datetime | None) -> str:
    """Report that someone's votes don't count, and until when."""
    if until is None:
        return say("admin-banned", name=format_name(name))
    return say("admin-banned-until", name=format_name(name), until=describe_time(until))


def report_unban(name: str) -> str:
    """Report that someone's votes count again."""
    return say("admin-unbanned", name=format_name(name))


def list_bans(bans: Sequence[tuple[str, datetime | None]], more: int) -> str:
    """List the names and end times of *bans*, and the number of *more* bans."""
    if not bans:
        return say("admin-no-bans")
    lines = [
        say("admin-bans-line", name=format_name(name), ends=describe_ban_end(ends))
        for name, ends in bans
    ]
    return "\n".join(
        [say("admin-bans"), *lines, *([say("admin-bans-more", count=more)] if more else [])]
    )


def describe_merge_target(name: str, into: str) -> str:
    """Note on a card that the requested target is merged into the one shown."""
    return say("admin-is-merged", name=format_name(name), into=format_name(into))


def list_merge_sources(names: Sequence[str]) -> str:
    """Note on a card which targets are merged into it."""
    return say("admin-has-merged", names=join_first([*map(format_name, names)], _MOST_NAMED))


def announce_report(period: Period) -> str:
    """Announce that the report will follow."""
    return say("report-on-its-way", month=format_month(period.first))


def describe_report(period: Period, rows: int) -> str:
    """Describe the content of the report file."""
    return say("report-file", month=format_month(period.first), count=rows)
