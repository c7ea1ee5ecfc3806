"""The rules of each workspace, cached in every process.

A process learns of its own changes when it calls `follow` after them, of others' within 2 s
(`app.usecases.upkeep`), and of changes made by hand, without a new version of the rules, within a
minute. A vote judged by rules that have changed since isn't stored, but judged again.
"""

import contextlib
import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple, TypeVar, TypeVarTuple

from app.core.boards.calendar import Calendar
from app.core.boards.seasons import Season
from app.core.boosts import Boost
from app.core.person import derive_key
from app.core.refusals import ActiveBan
from app.core.settings.definitions import Settings, apply_stored
from app.core.settings.setting import SettingScope
from app.store.database import (
    Conn,
    Database,
    UnavailableError,
    fetch_all,
    fetch_dicts,
    fetch_value,
)
from app.store.shared_tasks import SharedTasks
from app.store.votes import HOLD_RULES
from app.store.workspace.workspace_rules import EVERYWHERE, Alias, StaleRulesError, WorkspaceRules

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_Rows = dict[str, dict[str, list[dict[str, Any]]]]
"""Stored rows, by workspace and kind."""


class _Version(NamedTuple):
    rules: int
    person_key: str | None


_NO_VERSION: Final = _Version(0, None)

_VERSIONS: Final = "SELECT team_id, rules, person_key FROM workspaces"
_VERSION_OF: Final = _VERSIONS + " WHERE team_id = %(team)s"

# Read after the version, so as new or newer. If newer, votes judged by it are found to be stale.
_QUERIES: Final = {
    "settings": "SELECT team_id, channel_id, name, value FROM settings WHERE {which}",
    "seasons": "SELECT team_id, number, name, begins_at FROM seasons WHERE {which} ORDER BY number",
    # Bans that have ended too: a vote given during one may arrive late.
    "bans": "SELECT team_id, user_id, until, CASE WHEN until <= now() THEN banned_at END AS since"
    " FROM bans WHERE {which}",
    "aliases": "SELECT team_id, target_id, into_id, merge, person, into_person FROM aliases"
    " WHERE {which}",
    "opted_out": "SELECT team_id, user_id FROM hidden_members WHERE {which} AND why = 'opted_out'",
    "boosts": "SELECT team_id, number, channel_id, factor, name, begins_at, ends_at, paused_at,"
    " pauses, told_in FROM boosts WHERE {which} ORDER BY number",
    "former_channels": "SELECT team_id, former_id, channel_id FROM former_channels WHERE {which}",
}
_ALL: Final = {kind: query.format(which="true") for kind, query in _QUERIES.items()}
_OF_TEAMS: Final = {
    kind: query.format(which="team_id = ANY(%(teams)s)") for kind, query in _QUERIES.items()
}
_ALL_AGAIN: Final = 60.0
"""Seconds after which everything is read, whatever the versions are."""

_BOOST: Final = [field.name for field in fields(Boost)]

_CHANGE: Final = "SELECT change_rules(%(team)s)"

_MAKE_KEY: Final = """
INSERT INTO workspaces AS w (team_id, person_key) VALUES (%(team)s, %(key)s)
ON CONFLICT (team_id) DO UPDATE SET person_key = EXCLUDED.person_key WHERE w.person_key IS NULL
"""


class Rulebook:
    """The rules of every workspace; one that decided nothing has the settings *base*."""

    def __init__(
        self,
        database: Database,
        base: Settings | None = None,
        secret: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._clock = clock
        self._all_read_at = float("-inf")
        self.base = base or Settings()
        self._key = derive_key(secret) if secret else b""
        self._teams: dict[str, WorkspaceRules] = {}
        self._versions: dict[str, _Version] = {}
        self._making_keys: SharedTasks[str, None] = SharedTasks()
        self._readings = 0
        self._reading_of: dict[str, int] = {}

    def get_rules(self, team: str) -> WorkspaceRules:
        """Return the rules of *team*, as known now."""
        return self._teams.get(team) or WorkspaceRules(team, key=self._key, base=self.base)

    async def read_rules(self, team: str) -> WorkspaceRules:
        """Return what `get_rules` returns, after making the workspace's key if it has none.

        Raises UnavailableError.
        """
        if not self.get_rules(team).key:
            await self._making_keys.share(team, partial(self._make_key, team))
        return self.get_rules(team)

    async def _make_key(self, team: str) -> None:
        made = {"team": team, "key": secrets.token_hex(32)}
        await self._database.run(lambda conn: conn.execute(_MAKE_KEY, made))
        number = self._count_reading()
        self._apply_reading(number, *await self._database.run(_read_team, team))

    def get_settings(self, team: str, channel: str = EVERYWHERE) -> Settings:
        """Return the settings in effect in *channel* of *team*."""
        return self.get_rules(team).get_settings(channel)

    def list_teams(self) -> list[str]:
        """Return the known workspaces."""
        return list(self._teams)

    def get_stored(self, team: str, channel: str = EVERYWHERE) -> Mapping[str, Any]:
        """Return what was decided for *channel* alone, as JSON by name."""
        return self.get_rules(team).stored.get(channel, {})

    def resolve_alias(self, team: str, target: str) -> str:
        """Return the target that a vote for *target* counts for, following merges."""
        return self.get_rules(team).resolve_alias(target)

    def build_calendar(self, team: str, now: datetime) -> Calendar:
        """Return the calendar of *team* at *now*: its days, weeks and seasons."""
        rules = self.get_rules(team)
        settings = rules.get_settings()
        return Calendar(now, settings.time_zone, settings.week_shift, rules.seasons)

    async def learn(self) -> None:
        """Read all rules again; raises UnavailableError, and then keeps the known ones."""
        now, number = self._clock(), self._count_reading()
        versions, rows = await self._database.run(_read_all)
        self._apply_reading(number, versions, rows)
        for team in self._teams.keys() - versions.keys() - rows.keys():
            if self._reading_of[team] < number:
                del self._teams[team]
                self._versions.pop(team, None)
        self._all_read_at = now

    async def follow(self) -> None:
        """Read the rules of workspaces with a new version, and all rules once a minute.

        Raises UnavailableError, and then keeps the known ones.
        """
        if self._clock() - self._all_read_at >= _ALL_AGAIN:
            await self.learn()
            return
        number = self._count_reading()
        versions, rows = await self._database.run(_read_changed, dict(self._versions))
        self._apply_reading(number, versions, rows)

    async def change(
        self, query: Callable[[Conn, *Ts], Awaitable[T]], *args: *Ts, patience: float | None = None
    ) -> T:
        """Return the result of *query* with *args*, and read the rules that it has changed.

        If that reading fails, a later `follow` makes up for it, and no vote is stored before.
        Raises UnavailableError as `Database.run` does.
        """
        done = await self._database.run(query, *args, patience=patience)
        with contextlib.suppress(UnavailableError):
            await self.follow()
        return done

    def _count_reading(self) -> int:
        self._readings += 1
        return self._readings

    def _apply_reading(self, number: int, versions: Mapping[str, _Version], rows: _Rows) -> None:
        """Apply the results of reading *number*, except for workspaces that were read later."""
        for team in versions.keys() | rows.keys():
            if self._reading_of.get(team, 0) <= number:
                version = versions.get(team, _NO_VERSION)
                self._reading_of[team], self._versions[team] = number, version
                self._teams[team] = self._build_rules(team, version, rows.get(team, {}))

    def _build_rules(
        self, team: str, version: _Version, rows: Mapping[str, Sequence[dict[str, Any]]]
    ) -> WorkspaceRules:
        stored: dict[str, dict[str, Any]] = {}
        for row in rows.get("settings", ()):
            stored.setdefault(row["channel_id"], {})[row["name"]] = row["value"]
        rules = WorkspaceRules(
            team,
            version.rules,
            key=self._key or (version.person_key or "").encode(),
            base=self.base,
            stored=stored,
            settings=self._apply_settings(stored),
            seasons=[
                Season(r["number"], r["name"], r["begins_at"]) for r in rows.get("seasons", ())
            ],
            bans={r["user_id"]: ActiveBan(r["until"], r["since"]) for r in rows.get("bans", ())},
            aliases={
                r["target_id"]: Alias(r["into_id"], r["merge"], r["person"], r["into_person"])
                for r in rows.get("aliases", ())
            },
            opted_out=frozenset(row["user_id"] for row in rows.get("opted_out", ())),
            boosts=[build_boost(row) for row in rows.get("boosts", ())],
            former_channels={
                row["former_id"]: row["channel_id"] for row in rows.get("former_channels", ())
            },
        )
        # A merged account's opt-out applies to the name that gets its votes, even if that is the
        # pseudonym of an account forgotten since.
        resolved = map(rules.resolve_alias, rules.opted_out)
        return replace(rules, opted_out=rules.opted_out.union(resolved))

    def _apply_settings(self, stored: Mapping[str, Mapping[str, Any]]) -> dict[str, Settings]:
        """Build the settings from those *stored*; a channel's are based on the workspace's."""
        own = apply_stored(self.base, stored.get(EVERYWHERE, {}), SettingScope.WORKSPACE)
        return {
            channel: apply_stored(own, values, SettingScope.CHANNEL)
            for channel, values in stored.items()
        } | {EVERYWHERE: own}


def build_boost(row: Mapping[str, Any]) -> Boost:
    """Build a boost from a row of its table."""
    pauses = [(pause.lower, pause.upper) for pause in row["pauses"]]
    kept = {name: row[name] for name in _BOOST if name not in {"channel", "pauses"}}
    return Boost(channel=row["channel_id"], pauses=pauses, **kept)


async def hold_rules(conn: Conn, rules: WorkspaceRules) -> None:
    """Lock *rules* against changes until the transaction ends; raise StaleRulesError if stale."""
    if await fetch_value(conn, HOLD_RULES, {"team": rules.team}) != rules.version:
        raise StaleRulesError


async def change_rules(conn: Conn, team: str) -> int:
    """Lock the rules of *team* exclusively until the transaction ends; return their new version.

    No vote of *team* is stored until then. This lock must precede all others of the transaction
    (see `app.store.votes`).
    """
    return int(await fetch_value(conn, _CHANGE, {"team": team}))


async def _read_all(conn: Conn) -> tuple[dict[str, _Version], _Rows]:
    return await _read_versions(conn), await _read_rows(conn, _ALL)


async def _read_changed(
    conn: Conn, known: Mapping[str, _Version]
) -> tuple[dict[str, _Version], _Rows]:
    """Return the versions that differ from *known*, and the rows of those workspaces."""
    found = await _read_versions(conn)
    changed = {team: version for team, version in found.items() if known.get(team) != version}
    return changed, await _read_rows(conn, _OF_TEAMS, list(changed)) if changed else {}


async def _read_team(conn: Conn, team: str) -> tuple[dict[str, _Version], _Rows]:
    found = await _read_versions(conn, _VERSION_OF, {"team": team})
    return found, await _read_rows(conn, _OF_TEAMS, [team])


async def _read_versions(
    conn: Conn, query: str = _VERSIONS, which: Mapping[str, str] | None = None
) -> dict[str, _Version]:
    rows = await fetch_all(conn, query, which)
    return {team: _Version(rules, key) for team, rules, key in rows}


async def _read_rows(conn: Conn, queries: Mapping[str, str], teams: Collection[str] = ()) -> _Rows:
    """Return the rows of *queries*, by workspace and kind."""
    found: _Rows = {}
    for kind, query in queries.items():
        for row in await fetch_dicts(conn, query, {"teams": teams}):
            found.setdefault(row["team_id"], {}).setdefault(kind, []).append(row)
    return found
