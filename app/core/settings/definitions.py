"""The settings of workspaces and channels, each declared once; rules take them as an argument.

The form, docs/admin/settings.md and validation are generated from these declarations; a setting's
title and description are in the catalogs, as `setting-NAME` and `setting-NAME-help`.
"""

# ruff: noqa: RUF009 (each call declares a field)
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from typing import Any, Final

from app.core.settings.kinds import ChannelId, Choice, Flag, Kind, Language, Number, Zone
from app.core.settings.list_kinds import Emoji, Ids, Words
from app.core.settings.setting import RequiredRole, Setting, SettingGroup, SettingScope

STOP_LIST: Final = frozenset({
    "notepad", "libstdc", "objective-c", "vc", "msvc", "clang", "libc", "stdc", "dpc", "nvc", "em",
    "k-means", "dev-c", "obj-c", "objc",
})  # fmt: skip

ENGLISH: Final = "en"
LANGUAGES: Final = ("de", ENGLISH)
"""The languages of the app, as ISO 639 codes; each has a folder of catalogs."""
POSTED_IN: Final = ("recap_channel", "feed_channel")
"""The settings that name a channel in which the app posts of its own accord."""


class Replies(StrEnum):
    """How counted votes are answered."""

    THREAD = "thread"
    CHANNEL = "channel"
    REACTION = "reaction"
    EPHEMERAL = "ephemeral"
    SILENT = "silent"


class Notices(StrEnum):
    """How people are told about points they got."""

    NEVER = "never"
    DIGEST = "digest"
    DIRECT = "direct"


class Minus(StrEnum):
    """Which minus votes count."""

    ON = "on"
    THINGS = "things"
    REASON = "reason"
    OFF = "off"


class BoardAccess(StrEnum):
    """Whose standings people see, apart from their own card."""

    EVERYONE = "everyone"
    OWN = "own"
    OFF = "off"


class Weekday(StrEnum):
    """The day that a week begins with."""

    MONDAY = "monday"
    SUNDAY = "sunday"
    SATURDAY = "saturday"


class RecapPace(StrEnum):
    """How often a recap is posted."""

    OFF = "off"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class RecapDay(StrEnum):
    """The weekday of a recap; a monthly one is posted on the month's first such day."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """Days after Monday."""
        return list(RecapDay).index(self)


def _declare(
    group: SettingGroup,
    kind: Kind,
    default: Any,
    where: SettingScope = SettingScope.WORKSPACE,
    who: RequiredRole = RequiredRole.MANAGERS,
) -> Any:
    metadata = {"group": group, "kind": kind, "where": where, "who": who}
    return field(default=default, metadata=metadata)


def _choose(
    group: SettingGroup, default: StrEnum, where: SettingScope = SettingScope.WORKSPACE
) -> Any:
    words = type(default)
    return _declare(group, Choice(tuple(words), words), default, where)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a workspace, or of one of its channels, with their defaults."""

    language: str = _declare(SettingGroup.BASICS, Language(LANGUAGES), ENGLISH)
    time_zone: tzinfo = _declare(SettingGroup.BASICS, Zone(), UTC)
    """The time zone in which days, weeks and months begin and end."""
    first_weekday: Weekday = _choose(SettingGroup.BASICS, Weekday.MONDAY)
    managers: tuple[str, ...] = _declare(
        SettingGroup.BASICS, Ids("people"), (), who=RequiredRole.ADMINS
    )
    """People who may do what Slack's admins and owners may do here, except naming managers."""
    replies: Replies = _choose(SettingGroup.REPLIES, Replies.THREAD, SettingScope.CHANNEL)
    quiet_channels: tuple[str, ...] = _declare(SettingGroup.REPLIES, Ids("channels"), ())
    """Channels in which votes count, but the app says nothing at all."""
    scores: bool = _declare(SettingGroup.REPLIES, Flag(), default=True)
    """Whether answers to votes give the score; otherwise they only confirm the vote."""
    milestones: bool = _declare(SettingGroup.REPLIES, Flag(), default=True)
    """Whether answers to votes celebrate a score that reaches a round number."""
    notices: Notices = _choose(SettingGroup.REPLIES, Notices.NEVER)
    first_points: bool = _declare(SettingGroup.REPLIES, Flag(), default=True)
    """Whether people get a direct message about the first point they ever get."""
    thanks: bool = _declare(SettingGroup.REPLIES, Flag(), default=True)
    """Whether the reply to a vote for the app itself says more than the score."""
    minus: Minus = _choose(SettingGroup.COUNTING, Minus.ON, SettingScope.CHANNEL)
    votes: bool = _declare(SettingGroup.COUNTING, Flag(), default=True, where=SettingScope.CHANNEL)
    """Whether votes count at all."""
    things: bool = _declare(SettingGroup.COUNTING, Flag(), default=True, where=SettingScope.CHANNEL)
    """Whether things can get points, as well as people."""
    plus_reactions: tuple[str, ...] = _declare(
        SettingGroup.COUNTING, Emoji(), ("heavy_plus_sign",), SettingScope.CHANNEL
    )
    """Reactions that give the message's author a point."""
    minus_reactions: tuple[str, ...] = _declare(
        SettingGroup.COUNTING, Emoji(), ("heavy_minus_sign",), SettingScope.CHANNEL
    )
    """Reactions that take a point from the message's author."""
    joining: bool = _declare(
        SettingGroup.COUNTING, Flag(), default=True, where=SettingScope.CHANNEL
    )
    """Whether a reply or reaction to a thank-you gives points to the people thanked."""
    currency: tuple[str, ...] = _declare(SettingGroup.COUNTING, Emoji(), (), SettingScope.CHANNEL)
    """Emoji that count like `++` right after mentions."""
    strangers: bool = _declare(SettingGroup.COUNTING, Flag(), default=True)
    """Whether votes by and for people from other organizations (Slack Connect) count."""
    max_points: int = _declare(SettingGroup.LIMITS, Number(1, 999), 5, SettingScope.CHANNEL)
    """The most points one message gives or takes from one target."""
    max_targets: int = _declare(SettingGroup.LIMITS, Number(1, 100), 25, SettingScope.CHANNEL)
    """The most targets one message may have; each member of a group counts."""
    daily_allowance: int | None = _declare(
        SettingGroup.LIMITS, Number(1, 100_000, optional=True), None
    )
    """Points a giver may spend per day (in their own time zone), plus and minus; None: no limit."""
    cooldown: int = _declare(SettingGroup.LIMITS, Number(0, 10_080, scale=60), 0)
    """Seconds during which the same giver's next votes for the same target don't count."""
    undo_window: int = _declare(SettingGroup.LIMITS, Number(0, 1440, scale=60), 600)
    """Seconds after a message during which its votes can be taken back by command or button."""
    recap: RecapPace = _choose(SettingGroup.POSTS, RecapPace.OFF)
    recap_channel: str | None = _declare(SettingGroup.POSTS, ChannelId(), None)
    """The channel for recaps; None: nowhere."""
    recap_day: RecapDay = _choose(SettingGroup.POSTS, RecapDay.MONDAY)
    recap_hour: int = _declare(SettingGroup.POSTS, Number(0, 23), 9)
    feed_channel: str | None = _declare(SettingGroup.POSTS, ChannelId(), None)
    """The channel for the feed of votes in public channels; None: nowhere."""
    boards: BoardAccess = _choose(SettingGroup.MORE, BoardAccess.EVERYONE)
    """Whose standings people see on boards, charts, cards, App Homes, recaps, and by `@bob==`."""
    people_bottom: bool = _declare(SettingGroup.MORE, Flag(), default=False)
    """Whether the last places are shown for people too, not only for things."""
    stop_list: frozenset[str] = _declare(SettingGroup.MORE, Words(), STOP_LIST)
    """Keys of bare things whose names end in `++` themselves, and so aren't votes."""

    @property
    def counted_minus(self) -> Minus:
        """The effective `minus`: OFF if only votes for things may be minus, but things are off."""
        return Minus.OFF if self.minus is Minus.THINGS and not self.things else self.minus

    def find_day(self, at: datetime) -> date:
        """Return the day that the moment *at* falls on in the workspace's time zone."""
        return at.astimezone(self.time_zone).date()

    @property
    def posted_in(self) -> Sequence[str]:
        """The channels of the recap, which boosts are announced in too, and of the feed."""
        chosen = (getattr(self, name) for name in POSTED_IN)
        return list(dict.fromkeys(filter(None, chosen)))

    @property
    def week_shift(self) -> int:
        """How many days before Monday a week begins."""
        return {Weekday.MONDAY: 0, Weekday.SUNDAY: 1, Weekday.SATURDAY: 2}[self.first_weekday]


DECLARED: Final[Mapping[str, Setting]] = {
    one.name: Setting(one.name, default=one.default, **one.metadata) for one in fields(Settings)
}
"""All settings by name, in the form's order."""


def apply_stored(base: Settings, stored: Mapping[str, Any], where: SettingScope) -> Settings:
    """Return *base* updated with the values *stored*, which are JSON by name.

    Unknown names, invalid values, and settings that don't apply *where* are ignored.
    """
    values: dict[str, Any] = {}
    for name, raw in stored.items():
        setting = DECLARED.get(name)
        if setting is None or (
            where is SettingScope.CHANNEL and setting.where is not SettingScope.CHANNEL
        ):
            continue
        try:
            values[name] = setting.kind.read(raw)
        except ValueError:
            continue
    return replace(base, **values)
