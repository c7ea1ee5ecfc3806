"""Reads people from Slack's `users.info`, `users.list` and `user_change`."""

import string
import zoneinfo
from datetime import tzinfo
from functools import lru_cache
from typing import Any, Final

from app.core.grammar.characters import JOINERS
from app.core.grammar.tokens import clean
from app.core.person import Person, PersonKind
from app.core.settings.definitions import LANGUAGES
from app.core.vote import THING, build_thing_id
from app.slack.payloads.identifiers import SLACKBOT, as_dict, parse_slack_id

_LONGEST: Final = 100
_BLANK: Final = f"{string.whitespace}\u00a0\u034f\u115f\u1160\u2800\u3000\u3164\uffa0{JOINERS}"
"""Characters of which a name can't consist: it would look empty."""


def read_person(user: dict[str, Any], team: str, enterprise: str | None = None) -> Person | None:
    """Return the person in the payload *user*, as seen from *team*; None if it has no name.

    Its name is the display name, the real name or the handle. *enterprise* is the team's
    organization, whose people aren't strangers.
    """
    profile = as_dict(user.get("profile"))
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"))
    name = next(filter(None, map(_clean, (*names, user.get("name")))), None)
    if name is None:
        return None
    home, elsewhere = user.get("team_id"), not belongs_to(user, team, enterprise)
    return Person(
        name,
        _fold(user.get("name")),
        _fold(name),
        _read_zone_name(user.get("tz")),
        parse_slack_id(home) if elsewhere else None,
        kind=_read_kind(user, elsewhere=elsewhere),
    )


def read_bot(payload: dict[str, Any]) -> Person | None:
    """Return the bot in a `bots.info` *payload*, or None if it has no name."""
    name = _clean(payload.get("name"))
    return Person(name, kind=PersonKind.BOT) if name else None


def is_bot(user: dict[str, Any]) -> bool:
    """Return whether *user* is an app, a workflow or Slackbot, which Slack says isn't a bot."""
    marked = user.get("is_bot") or user.get("is_workflow_bot")
    return bool(marked) or user.get("id") == SLACKBOT


def has_left(user: dict[str, Any]) -> bool:
    """Return whether *user* is deactivated."""
    return user.get("deleted") is True


@lru_cache(512)
def find_zone(name: str) -> tzinfo | None:
    """Return the IANA time zone called *name*, or None if there is none."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def read_updated(user: dict[str, Any]) -> int:
    """Return when *user* was last changed, in Unix seconds; 0 if Slack doesn't say."""
    updated = user.get("updated")
    return updated if isinstance(updated, int) else 0


def read_preferences(user: dict[str, Any]) -> dict[str, str]:
    """Return the language and time zone of *user*, as far as known, by the settings' names."""
    locale, zone = user.get("locale"), _read_zone_name(user.get("tz"))
    language = locale.partition("-")[0].casefold() if isinstance(locale, str) else ""
    found = {"language": language} if language in LANGUAGES else {}
    return found | ({"time_zone": zone} if zone else {})


def _clean(word: object) -> str | None:
    """Return the name *word* as it can be stored, or None if it's none or nobody could see it."""
    if not isinstance(word, str):
        return None
    text = word.strip().encode(errors="replace").decode().replace("\x00", "")
    return text if clean(text).strip(_BLANK) else None


def _fold(word: object) -> str | None:
    """Return the name *word* folded like a thing's key, for matching it with typed names."""
    key = build_thing_id(name) if (name := _clean(word)) else None
    return key.removeprefix(THING) if key and len(key) <= _LONGEST else None


def _read_zone_name(name: object) -> str | None:
    return name if isinstance(name, str) and len(name) <= _LONGEST and find_zone(name) else None


def belongs_to(user: dict[str, Any], team: str, enterprise: str | None = None) -> bool:
    """Return whether *user* belongs to *team*, or to another workspace of *enterprise*."""
    home = user.get("team_id")
    if not isinstance(home, str) or home in (team, enterprise):
        return True
    enterprise_user = as_dict(user.get("enterprise_user"))
    teams = enterprise_user.get("teams")
    inside = team in teams if isinstance(teams, list) else False
    return inside or (enterprise is not None and enterprise_user.get("enterprise_id") == enterprise)


def _read_kind(user: dict[str, Any], *, elsewhere: bool) -> PersonKind:
    if elsewhere or user.get("is_stranger") is True:
        return PersonKind.STRANGER
    if is_bot(user):
        return PersonKind.BOT
    guest = user.get("is_restricted") is True or user.get("is_ultra_restricted") is True
    return PersonKind.GUEST if guest else PersonKind.MEMBER
