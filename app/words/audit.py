"""Wording of the audit log: one line per entry, with the values before and after."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.core.audit_record import AuditEntry
from app.core.boards import periods
from app.core.boards.seasons import FIRST
from app.core.settings.definitions import DECLARED
from app.words import boosts, seasons, settings
from app.words.catalog import say
from app.words.entries import describe_time, format_reason
from app.words.text import escape_line, format_name, format_number, format_signed, name_person

Names = Mapping[str, str]


def format_heading(count: int, about: str, *, older: bool) -> str:
    """Return the heading of the entries; *about* is the name of the target they concern, if any."""
    title = say("admin-audit-older-title") if older else say("admin-audit-title", count=count)
    return say("admin-audit-about", title=title, name=format_name(about)) if about else title


def explain_no_actions(about: str, *, older: bool) -> str:
    """Explain that there are no entries to show; *about* is as in `format_heading`."""
    if older:
        return say("admin-no-acts-older")
    return say("admin-no-acts-about", name=format_name(about)) if about else say("admin-no-acts")


def format_line(entry: AuditEntry, names: Names) -> str:
    """Return who did what and when: `20 November at 14:30 · ann: bob +5 "the docs": 3 → 8`."""
    by = name_person(entry.by, names)
    return say(
        "admin-act-line", when=describe_time(entry.at), by=by, what=_describe_action(entry, names)
    )


def _describe_action(entry: AuditEntry, names: Names) -> str:
    match entry.act:
        case "adjust":
            return _describe_adjustment(entry, names)
        case "merge" | "unmerge":
            return _describe_merge(entry, names)
        case "ban" | "unban":
            name, change = name_person(entry.about, names), _format_change(entry, _describe_ban)
            return say("admin-act-ban", name=name, **change)
        case "setting":
            return _describe_setting(entry)
        case "season" | "boost":
            of_season = entry.act == "season"
            change = _format_change(entry, _describe_season if of_season else _describe_boost)
            return say("admin-act-season" if of_season else "admin-act-boost", **change)
        case _:
            act, name = escape_line(entry.act), name_person(entry.about, names)
            return say(
                "admin-act-other", act=act, name=name, **_format_change(entry, settings.format_json)
            )


def _describe_adjustment(entry: AuditEntry, names: Names) -> str:
    before, after = _read_points(entry.before), _read_points(entry.after)
    given = f"{format_signed(after - before)} {format_reason(entry.note or '', names)}".strip()
    scores = {"before": format_number(before), "after": format_number(after)}
    return say("admin-act-adjust", name=name_person(entry.about, names), given=given, **scores)


def _describe_merge(entry: AuditEntry, names: Names) -> str:
    before, after = _read_fields(entry.before), _read_fields(entry.after)
    into = name_person(str(after.get("into", "")), names)
    arguments = {"name": name_person(entry.about, names), "into": into}
    arguments |= {
        "before": format_number(_read_points(before.get("into_score"))),
        "after": format_number(_read_points(after.get("into_score"))),
    }
    if entry.act == "merge":
        return say(
            "admin-act-merge", **arguments, score=format_number(_read_points(before.get("score")))
        )
    return say("admin-act-unmerge", **arguments)


def _describe_setting(entry: AuditEntry) -> str:
    name, _, channel = entry.about.partition("@")

    def format_value(raw: Any) -> str:
        if raw is None and channel:
            return say("settings-inherited")
        return settings.format_value(name, raw)

    label = settings.name_setting(name) if name in DECLARED else format_name(name)
    if channel:
        return say(
            "admin-act-setting-in",
            name=label,
            channel=f"<#{channel}>",
            **_format_change(entry, format_value),
        )
    return say("admin-act-setting", name=label, **_format_change(entry, format_value))


def _format_change(entry: AuditEntry, format_value: Callable[[Any], str]) -> dict[str, str]:
    return {"before": format_value(entry.before), "after": format_value(entry.after)}


def _describe_ban(ban: Any) -> str:
    if not isinstance(ban, dict):
        return say("admin-not-banned")
    until = ban.get("until")
    return describe_ban_end(datetime.fromisoformat(until) if until else None)


def describe_ban_end(until: datetime | None) -> str:
    """Return when a ban ends; None means that it lasts until lifted."""
    if until:
        return say("admin-banned-up-to", until=describe_time(until))
    return say("admin-banned-for-good")


def _describe_season(raw: Any) -> str:
    fields = _read_fields(raw)
    name = fields.get("name")
    period = periods.build_season(_read_points(fields.get("season")) or FIRST.number)
    return seasons.name_season(replace(period, title=name if isinstance(name, str) else ""))


def _describe_boost(raw: Any) -> str:
    return boosts.describe_audited(raw) if isinstance(raw, dict) else say("admin-nothing")


def _read_points(raw: Any) -> int:
    return raw if isinstance(raw, int) else 0


def _read_fields(raw: Any) -> dict[str, Any]:
    return raw if isinstance(raw, dict) else {}
