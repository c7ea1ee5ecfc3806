"""What each workspace has decided, known in every process without asking the database.

What this process changes it knows at once, when it learns after the change; what others change, at
most 2 s later (`following.follow`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from app.core.boards.calendar import Calendar, VoteTime
from app.core.boards.seasons import Season
from app.core.settings.definitions import Settings, apply_stored
from app.core.settings.setting import SettingScope
from app.store.database import Database

EVERYWHERE: Final = ""
"""The channel of what holds in the whole workspace."""

_SETTINGS: Final = "SELECT team_id, channel_id, name, value FROM settings"
_SEASONS: Final = "SELECT team_id, number, name, begins_at FROM seasons ORDER BY team_id, number"
_BANS: Final = "SELECT team_id, user_id, until FROM bans WHERE until IS NULL OR until > now()"
_ALIASES: Final = "SELECT team_id, target_id, into_id FROM aliases"


@dataclass(slots=True)
class _Team:
    """What one workspace has decided."""

    stored: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The settings as JSON, by channel and name."""
    settings: dict[str, Settings] = field(default_factory=dict)
    seasons: list[Season] = field(default_factory=list)
    bans: dict[str, datetime | None] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)


class Rulebook:
    """The rules of every workspace; those that decided nothing have *base*."""

    def __init__(self, base: Settings | None = None) -> None:
        self.base = base or Settings()
        self._teams: dict[str, _Team] = {}
        self._nothing = _Team()
        self._begun = self._known = 0

    def get_settings(self, team: str, channel: str = EVERYWHERE) -> Settings:
        """Return the settings that hold in *channel* of *team*."""
        decided = self._get_team(team).settings
        return decided.get(channel) or decided.get(EVERYWHERE) or self.base

    def list_teams(self) -> list[str]:
        """Return the workspaces that have decided anything."""
        return list(self._teams)

    def get_stored(self, team: str, channel: str = EVERYWHERE) -> Mapping[str, Any]:
        """Return what was decided for *channel* alone, as JSON by name."""
        return self._get_team(team).stored.get(channel, {})

    def find_season(self, team: str, at: datetime | None = None) -> int:
        """Return the number of the season that *at* is in; None: of the one that is now."""
        begun = self._get_team(team).seasons
        for one in reversed(begun):
            if at is None or (one.begins_at and one.begins_at <= at):
                return one.number
        return 1

    def list_seasons(self, team: str) -> list[Season]:
        """Return the seasons that were begun, the first of all apart, which begins by itself."""
        return self._get_team(team).seasons

    def is_banned(self, team: str, user: str, at: datetime) -> bool:
        """Tell whether *user* may not vote at the moment *at*."""
        bans = self._get_team(team).bans
        if user not in bans:
            return False
        until = bans[user]
        return until is None or at < until

    def find_ban_end(self, team: str, user: str) -> datetime | None:
        """Return until when *user* is banned; None: until it is lifted."""
        return self._get_team(team).bans.get(user)

    def resolve_alias(self, team: str, target: str) -> str:
        """Return whom or what a vote for *target* is for: that which it was merged into, if so."""
        aliases = self._get_team(team).aliases
        for _ in range(len(aliases)):  # no circle, whatever stands there
            if target not in aliases:
                break
            target = aliases[target]
        return target

    def get_aliases(self, team: str) -> Mapping[str, str]:
        """Return what was merged into what."""
        return self._get_team(team).aliases

    def locate_time(
        self, team: str, channel: str, at: datetime, giver_day: date | None = None
    ) -> VoteTime:
        """Return the time *at* in the calendar of *team*."""
        settings = self.get_settings(team, channel)
        return VoteTime(
            settings.find_day(at), self.find_season(team, at), settings.week_shift, giver_day
        )

    def build_calendar(self, team: str, now: datetime) -> Calendar:
        """Return the days, weeks and seasons of *team* as they are at the moment *now*."""
        settings = self.get_settings(team)
        return Calendar(now, settings.time_zone, settings.week_shift, self.list_seasons(team))

    async def learn(self, database: Database) -> None:
        """Read all rules anew; raises UnavailableError, and then knows what it knew."""
        self._begun += 1
        begun = self._begun
        read = await database.run(_read_rows)
        if begun < self._known:
            return  # what was read is older than what was learnt meanwhile
        self._known = begun
        teams: dict[str, _Team] = {}
        for kind, rows in read.items():
            for row in rows:
                _add_row(teams.setdefault(row["team_id"], _Team()), kind, row)
        for team in teams.values():
            self._resolve(team)
        self._teams = teams

    def _get_team(self, team: str) -> _Team:
        return self._teams.get(team, self._nothing)

    def _resolve(self, team: _Team) -> None:
        """Make settings of what is stored: a channel's stand on those of the workspace."""
        own = apply_stored(self.base, team.stored.get(EVERYWHERE, {}), SettingScope.WORKSPACE)
        team.settings = {
            channel: apply_stored(own, values, SettingScope.CHANNEL)
            for channel, values in team.stored.items()
        } | {EVERYWHERE: own}


async def _read_rows(conn: AsyncConnection[Any]) -> dict[str, list[dict[str, Any]]]:
    asked = {"settings": _SETTINGS, "seasons": _SEASONS, "bans": _BANS, "aliases": _ALIASES}
    cursor = conn.cursor(row_factory=dict_row)
    return {kind: await (await cursor.execute(query)).fetchall() for kind, query in asked.items()}


def _add_row(team: _Team, kind: str, row: dict[str, Any]) -> None:
    match kind:
        case "settings":
            team.stored.setdefault(row["channel_id"], {})[row["name"]] = row["value"]
        case "seasons":
            team.seasons.append(Season(row["number"], row["name"], row["begins_at"]))
        case "bans":
            team.bans[row["user_id"]] = row["until"]
        case _:
            team.aliases[row["target_id"]] = row["into_id"]
