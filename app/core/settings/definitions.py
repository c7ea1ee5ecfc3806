"""What a workspace may decide, each setting declared once; passed to every rule as an argument.

The form, docs/admin/settings.md and the checks are made from this declaration; what a setting is
called and what it does is said in the catalogs, as `setting-NAME` and `setting-NAME-help`.
"""

# ruff: noqa: RUF009 (each call declares a field)
from collections.abc import Mapping
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
"""What the app speaks, by the codes of ISO 639; each has a folder of catalogs."""


class Replies(StrEnum):
    """How counted votes are answered."""

    THREAD = "thread"
    CHANNEL = "channel"
    REACTION = "reaction"
    EPHEMERAL = "ephemeral"
    SILENT = "silent"


class Notices(StrEnum):
    """How those are told who got points."""

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
    """Whose standing people see, beside their own card."""

    EVERYONE = "everyone"
    OWN = "own"
    OFF = "off"


class Weekday(StrEnum):
    """The day that a week begins with; its value tells the days before Monday."""

    MONDAY = "monday"
    SUNDAY = "sunday"
    SATURDAY = "saturday"


class RecapPace(StrEnum):
    """How often a recap is posted."""

    OFF = "off"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class RecapDay(StrEnum):
    """The day of the week of a recap; a monthly one comes on the first such day."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """The days after Monday."""
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
    """The rules of one workspace, or of one of its channels, at their defaults."""

    language: str = _declare(SettingGroup.BASICS, Language(LANGUAGES), ENGLISH)
    """What the app speaks, as one of the catalogs."""
    time_zone: tzinfo = _declare(SettingGroup.BASICS, Zone(), UTC)
    """Where a day, a week and a month begin and end."""
    first_weekday: Weekday = _choose(SettingGroup.BASICS, Weekday.MONDAY)
    """The day that a week begins with."""
    managers: tuple[str, ...] = _declare(
        SettingGroup.BASICS, Ids("people"), (), who=RequiredRole.ADMINS
    )
    """People who may do what Slack's admins and owners may do here, but for naming managers."""
    replies: Replies = _choose(SettingGroup.REPLIES, Replies.THREAD, SettingScope.CHANNEL)
    """How counted votes are answered."""
    quiet_channels: tuple[str, ...] = _declare(SettingGroup.REPLIES, Ids("channels"), ())
    """Channels in which votes count and nothing at all is said."""
    scores: bool = _declare(SettingGroup.REPLIES, Flag(), default=True)
    """Whether answers to votes tell the score; else they only say that it is noted."""
    milestones: bool = _declare(SettingGroup.REPLIES, Flag(), default=True)
    """Whether answers to votes celebrate a score that reaches a round number."""
    notices: Notices = _choose(SettingGroup.REPLIES, Notices.NEVER)
    """How those are told who got points."""
    first_points: bool = _declare(SettingGroup.REPLIES, Flag(), default=True)
    """Whether people are told directly of the first point they ever get."""
    thanks: bool = _declare(SettingGroup.REPLIES, Flag(), default=True)
    """Whether the app says something nice when it is thanked itself."""
    minus: Minus = _choose(SettingGroup.COUNTING, Minus.ON, SettingScope.CHANNEL)
    """Which minus votes count."""
    votes: bool = _declare(SettingGroup.COUNTING, Flag(), default=True, where=SettingScope.CHANNEL)
    """Whether votes count at all."""
    things: bool = _declare(SettingGroup.COUNTING, Flag(), default=True, where=SettingScope.CHANNEL)
    """Whether things can have points, beside people."""
    plus_reactions: tuple[str, ...] = _declare(
        SettingGroup.COUNTING, Emoji(), ("heavy_plus_sign",), SettingScope.CHANNEL
    )
    """Reactions that give whoever wrote the message a point."""
    minus_reactions: tuple[str, ...] = _declare(
        SettingGroup.COUNTING, Emoji(), ("heavy_minus_sign",), SettingScope.CHANNEL
    )
    """Reactions that take a point from whoever wrote the message."""
    joining: bool = _declare(
        SettingGroup.COUNTING, Flag(), default=True, where=SettingScope.CHANNEL
    )
    """Whether a reply or reaction to a thank-you counts for those who were thanked."""
    currency: tuple[str, ...] = _declare(SettingGroup.COUNTING, Emoji(), (), SettingScope.CHANNEL)
    """Emoji that are read like `++` where they stand right after mentions."""
    strangers: bool = _declare(SettingGroup.COUNTING, Flag(), default=True)
    """Whether votes by and for people of other organizations (Slack Connect) count."""
    max_points: int = _declare(SettingGroup.LIMITS, Number(1, 999), 5, SettingScope.CHANNEL)
    """The most points one message gives or takes from one target."""
    max_targets: int = _declare(SettingGroup.LIMITS, Number(1, 100), 25, SettingScope.CHANNEL)
    """The most targets one message may have; a group counts by its members."""
    daily_allowance: int | None = _declare(
        SettingGroup.LIMITS, Number(1, 100_000, optional=True), None
    )
    """The points a giver may spend in their own day, plus and minus alike; None: no limit."""
    cooldown: int = _declare(SettingGroup.LIMITS, Number(0, 10_080, scale=60), 0)
    """Seconds in which the same giver's next votes for the same target do not count."""
    undo_window: int = _declare(SettingGroup.LIMITS, Number(0, 1440, scale=60), 600)
    """Seconds after a message in which its votes can be taken back by command or button."""
    recap: RecapPace = _choose(SettingGroup.POSTS, RecapPace.OFF)
    """How often a recap is posted: who got and gave most, what for, and who for the first time."""
    recap_channel: str | None = _declare(SettingGroup.POSTS, ChannelId(), None)
    """Where recaps are posted; None: nowhere."""
    recap_day: RecapDay = _choose(SettingGroup.POSTS, RecapDay.MONDAY)
    """The day on which a recap is posted."""
    recap_hour: int = _declare(SettingGroup.POSTS, Number(0, 23), 9)
    """The hour of that day."""
    feed_channel: str | None = _declare(SettingGroup.POSTS, ChannelId(), None)
    """Where it is told what was given in public channels; None: nowhere."""
    boards: BoardAccess = _choose(SettingGroup.MORE, BoardAccess.EVERYONE)
    """Whose standing people see, on boards, charts and Home, on cards and where they ask."""
    people_bottom: bool = _declare(SettingGroup.MORE, Flag(), default=False)
    """Whether the last places of people are shown, and not only those of things."""
    stop_list: frozenset[str] = _declare(SettingGroup.MORE, Words(), STOP_LIST)
    """Keys of bare things that are names with a `++` of their own, not votes."""

    @property
    def zone_name(self) -> str:
        """What the time zone is called, as the database calls it as well."""
        return getattr(self.time_zone, "key", "UTC")

    @property
    def counted_minus(self) -> Minus:
        """Which minus votes count in the end: none, where only those of things may but no thing."""
        return Minus.OFF if self.minus is Minus.THINGS and not self.things else self.minus

    def find_day(self, at: datetime) -> date:
        """Return the workspace's day that the moment *at* is in."""
        return at.astimezone(self.time_zone).date()

    @property
    def week_shift(self) -> int:
        """The days before Monday with which a week begins."""
        return {Weekday.MONDAY: 0, Weekday.SUNDAY: 1, Weekday.SATURDAY: 2}[self.first_weekday]


DECLARED: Final[Mapping[str, Setting]] = {
    one.name: Setting(one.name, default=one.default, **one.metadata) for one in fields(Settings)
}
"""All settings by name, in the order of the form."""


def apply_stored(base: Settings, stored: Mapping[str, Any], where: SettingScope) -> Settings:
    """Return *base* with the values *stored* (as JSON, by name) in its place.

    What is stored but isn't a value of a setting that applies *where* changes nothing.
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
