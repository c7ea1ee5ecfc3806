"""How the acts of admins are told, one line each, with what was before and after."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from app.core.audit_record import Noted
from app.core.boards import periods
from app.core.boards.seasons import FIRST
from app.core.settings.definitions import DECLARED
from app.core.vote import THING
from app.words import seasons, settings
from app.words.catalogue import Phrase
from app.words.karma import reason, when
from app.words.text import number, plain, shown, signed

OLDER: Final = Phrase("admin-acts-older")
_TITLE: Final = Phrase("admin-acts-title")
_OLDER_TITLE: Final = Phrase("admin-acts-older-title")
_ABOUT: Final = Phrase("admin-acts-about")
_NO_ACTS: Final = Phrase("admin-no-acts")
_NO_ACTS_OLDER: Final = Phrase("admin-no-acts-older")
_LINE: Final = Phrase("admin-act-line")
_ADJUST: Final = Phrase("admin-act-adjust")
_ADJUST_FOR: Final = Phrase("admin-act-adjust-for")
_MERGE: Final = Phrase("admin-act-merge")
_UNMERGE: Final = Phrase("admin-act-unmerge")
_BAN: Final = Phrase("admin-act-ban")
_UNBAN: Final = Phrase("admin-act-unban")
_SETTING: Final = Phrase("admin-act-setting")
_SETTING_IN: Final = Phrase("admin-act-setting-in")
_SEASON: Final = Phrase("admin-act-season")
_OTHER: Final = Phrase("admin-act-other")
_NOT_BANNED: Final = Phrase("admin-not-banned")
_FOR_GOOD: Final = Phrase("admin-banned-for-good")
_UP_TO: Final = Phrase("admin-banned-up-to")
_INHERITED: Final = Phrase("settings-inherited")
_NOTHING: Final = Phrase("admin-nothing")

_LONGEST: Final = 200
"""Characters of something that was changed, as a line shows it."""

Names = Mapping[str, str]
"""What people and things are called, by target."""


def heading(count: int, about: str, *, older: bool) -> str:
    """Return what stands above the acts; *about* is the name of whom or what they concern."""
    title = _OLDER_TITLE() if older else _TITLE(count=count)
    return _ABOUT(title=title, name=shown(about)) if about else title


def nothing(*, older: bool) -> str:
    """Say that there are no acts to show."""
    return _NO_ACTS_OLDER() if older else _NO_ACTS()


def line(noted: Noted, names: Names) -> str:
    """Say who did what and when: `20 November at 14:30 · ann: bob +5 for the docs: 3 → 8`."""
    by = shown(_called(noted.by, names))
    return _LINE(when=when(noted.at), by=by, what=_what(noted, names))


def _what(noted: Noted, names: Names) -> str:
    match noted.act:
        case "adjust":
            return _adjusted(noted, names)
        case "merge" | "unmerge":
            return _merged(noted, names)
        case "ban" | "unban":
            said = _BAN if noted.act == "ban" else _UNBAN
            return said(name=_name(noted.about, names), **_both(noted, _ban))
        case "setting":
            return _setting(noted)
        case "season":
            return _SEASON(**_both(noted, _season))
        case _:
            act, name = plain(noted.act), _name(noted.about, names)
            return _OTHER(act=act, name=name, **_both(noted, _said))


def _adjusted(noted: Noted, names: Names) -> str:
    before, after = _points(noted.before), _points(noted.after)
    told = {"name": _name(noted.about, names), "given": signed(after - before)}
    scores = {"before": number(before), "after": number(after)}
    if not noted.note:
        return _ADJUST(**told, **scores)
    return _ADJUST_FOR(**told, **scores, reason=reason(noted.note, names))


def _merged(noted: Noted, names: Names) -> str:
    before, after = _fields(noted.before), _fields(noted.after)
    into = _name(str(after.get("into", "")), names)
    told = {"name": _name(noted.about, names), "into": into}
    told |= {
        "before": number(_points(before.get("into_score"))),
        "after": number(_points(after.get("into_score"))),
    }
    if noted.act == "merge":
        return _MERGE(**told, score=number(_points(before.get("score"))))
    return _UNMERGE(**told)


def _setting(noted: Noted) -> str:
    name, _, channel = noted.about.partition("@")

    def said(raw: Any) -> str:
        if raw is None and channel:
            return _INHERITED()
        try:
            return settings.value(name, raw)
        except (KeyError, TypeError):  # a setting or a word of another version
            return _said(raw)

    told = settings.label(name) if name in DECLARED else shown(name)
    if channel:
        return _SETTING_IN(name=told, channel=f"<#{channel}>", **_both(noted, said))
    return _SETTING(name=told, **_both(noted, said))


def _both(noted: Noted, said: Any) -> dict[str, str]:
    return {"before": said(noted.before), "after": said(noted.after)}


def _ban(held: Any) -> str:
    if not isinstance(held, dict):
        return _NOT_BANNED()
    until = held.get("until")
    return _UP_TO(until=when(datetime.fromisoformat(until))) if until else _FOR_GOOD()


def _season(raw: Any) -> str:
    held = _fields(raw)
    name = held.get("name")
    period = periods.season(_points(held.get("season")) or FIRST.number)
    return seasons.called(replace(period, called=name if isinstance(name, str) else ""))


def _said(raw: Any) -> str:
    """Return the JSON *raw* in few words."""
    if raw is None:
        return _NOTHING()
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
    return plain(text[:_LONGEST]) or _NOTHING()


def _points(raw: Any) -> int:
    return raw if isinstance(raw, int) else 0


def _fields(raw: Any) -> dict[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _name(target: str, names: Names) -> str:
    return shown(_called(target, names))


def _called(target: str, names: Names) -> str:
    named = names.get(target, "")
    return named if shown(named) else target.removeprefix(THING)
