"""What a workspace may decide about votes; passed to every rule as an argument."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

STOP_LIST = frozenset({"notepad", "libstdc", "objective-c", "vc", "msvc"})


@dataclass(frozen=True, slots=True)
class Settings:
    """The rules of one workspace, at their defaults."""

    max_points: int = 5
    """The most points one message gives or takes from one target."""
    max_targets: int = 25
    """The most targets one message may have; a group counts by its members."""
    daily_allowance: int | None = None
    """The points a giver may spend in a day, plus and minus alike; None: no limit."""
    stop_list: frozenset[str] = STOP_LIST
    """Keys of bare things that are names with a `++` of their own, not votes."""
    undo_window: int = 600
    """Seconds after a message in which its votes can be taken back by command or button."""
    time_zone: tzinfo = UTC
    """Where a day, a week and a month begin and end."""

    def day(self, at: datetime) -> date:
        """Return the workspace's day that the moment *at* is in."""
        return at.astimezone(self.time_zone).date()
