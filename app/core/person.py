"""A person as Slack describes one: what they are called, where they are, and of which kind."""

from dataclasses import dataclass
from enum import StrEnum


class PersonKind(StrEnum):
    """What somebody is in a workspace."""

    MEMBER = "member"
    GUEST = "guest"
    BOT = "bot"
    STRANGER = "stranger"
    """Somebody of another organisation, in a channel that both share (Slack Connect)."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, as Slack last described them."""

    name: str
    handle: str | None = None
    """What is typed after an @, casefolded."""
    nickname: str | None = None
    """The display name, casefolded: it may be typed so as well."""
    time_zone: str | None = None
    """By its name in the IANA database."""
    home_team: str | None = None
    """The workspace of a stranger."""
    home_name: str | None = None
    """What that is called, where Slack has said."""
    kind: PersonKind = PersonKind.MEMBER
