"""A snapshot of the rules by which a workspace's votes are judged; it never changes.

Its version tells whether it's current: votes judged by another version aren't stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from app.core.boards.calendar import VoteTime
from app.core.boards.seasons import Season
from app.core.boosts import Boost, BoostTimeline
from app.core.person import hash_person
from app.core.refusals import ActiveBan
from app.core.settings.definitions import Settings
from app.core.vote import is_thing

EVERYWHERE: Final = ""
"""The channel of rules for the whole workspace."""


class StaleRulesError(Exception):
    """The rules have changed since votes were judged by them; nothing was stored."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A merge of one target into another."""

    into: str
    merge: str
    """The message_ts of the ledger rows that moved its points."""
    person: str | None = None
    """Keyed hash of the merged person, if they were forgotten since."""
    into_person: str | None = None
    """Keyed hash of the person they were merged into, if forgotten since."""


@dataclass(frozen=True)
class WorkspaceRules:
    """The settings, seasons, boosts, bans, merges and opt-outs of one workspace."""

    team: str = ""
    version: int = 0
    key: bytes = b""
    """The key of people's hashes; empty until the workspace has one."""
    base: Settings = field(default_factory=Settings)
    stored: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The settings as JSON, by channel and name."""
    settings: Mapping[str, Settings] = field(default_factory=dict)
    seasons: Sequence[Season] = ()
    """Those that were begun, without the first one, which begins by itself."""
    bans: Mapping[str, ActiveBan] = field(default_factory=dict)
    """The latest ban of each account, even if it has ended."""
    aliases: Mapping[str, Alias] = field(default_factory=dict)
    opted_out: frozenset[str] = frozenset()
    boosts: Sequence[Boost] = ()
    """All that ever were, since an old message counts as of its day."""
    former_channels: Mapping[str, str] = field(default_factory=dict)
    """The channels' current ids, by their former ones."""

    def get_settings(self, channel: str = EVERYWHERE) -> Settings:
        """Return the settings in effect in *channel*."""
        return self.settings.get(channel) or self.settings.get(EVERYWHERE) or self.base

    def resolve_channel(self, channel: str) -> str:
        """Return the current id of *channel*."""
        return self.former_channels.get(channel, channel)

    def _find_season(self, at: datetime) -> int:
        for one in reversed(self.seasons):
            if one.begins_at and one.begins_at <= at:
                return one.number
        return 1

    def locate_time(self, channel: str, at: datetime) -> VoteTime:
        """Return the time *at* as boards count it in *channel*."""
        settings = self.get_settings(channel)
        day, season = settings.find_day(at), self._find_season(at)
        factor = self._timeline.find_factor(channel, at)
        return VoteTime(day, season, settings.week_shift, bool(self.seasons), factor)

    def resolve_alias(self, target: str) -> str:
        """Return the target that a vote for *target* counts for, following merges."""
        target = self._find_pseudonym(target)
        for _ in range(len(self.aliases)):  # bounded, even if the rows form a circle
            if target not in self.aliases:
                break
            target = self.aliases[target].into
        return target

    def list_merged(self, target: str) -> list[str]:
        """Return what has been merged into *target*; people who were forgotten by pseudonym."""
        return sorted(one for one in self.aliases if self.resolve_alias(one) == target)

    def list_known_merged(self, target: str) -> list[str]:
        """Return what has been merged into *target*, except people who were forgotten."""
        return [one for one in self.list_merged(target) if one not in self._forgotten]

    def find_merged_into(self, target: str) -> str:
        """Return what *target* itself was merged into; empty if it wasn't."""
        alias = self.aliases.get(self._find_pseudonym(target))
        return alias.into if alias else ""

    @cached_property
    def merged_people(self) -> Mapping[str, str]:
        """The account with the points of each merged person."""
        return {one: self.resolve_alias(one) for one in self.aliases if not is_thing(one)}

    def identify(self, user: str) -> str:
        """Return the keyed hash by which limits know *user*: one for all merged accounts."""
        person = self._hash(user)
        for _ in range(len(self._merged_people)):
            if person not in self._merged_people:
                break
            person = self._merged_people[person]
        return person

    def list_accounts(self, user: str) -> tuple[str, ...]:
        """Return all known accounts merged with *user*, including *user*."""
        if not self.aliases:
            return (user,)
        return tuple(sorted({user, *self._accounts_of_people.get(self.identify(user), ())}))

    def list_person_hashes(self, user: str) -> tuple[str, ...]:
        """Return the keyed hashes of all accounts of *user*, including forgotten ones."""
        merged = self._merged_people
        named = {hash_person(self.key, self.team, user), *merged, *merged.values()}
        person = self.identify(user)
        return tuple(sorted(one for one in named if self.identify(one) == person))

    def hash_target(self, target: str) -> str:
        """Return the keyed hash of the account *target*, or "" for a thing."""
        return "" if is_thing(target) else hash_person(self.key, self.team, target)

    def identify_target(self, target: str) -> str:
        """Return what cooldowns know *target* by: a person's keyed hash, or a thing itself."""
        return target if is_thing(target) else self.identify(target)

    def has_opted_out(self, target: str) -> bool:
        """Return whether *target* is a person who has opted out with any account."""
        if target in self.opted_out:
            return True
        may_differ = self.opted_out and self.aliases and not is_thing(target)
        return bool(may_differ and self.identify(target) in self._opted_out_people)

    def find_ban(self, user: str, at: datetime) -> ActiveBan | None:
        """Return the ban in force at *at* on any account of *user*, or None."""
        bans = self._bans_of_people.get(self.identify(user), ()) if self.bans else ()
        ends = [ban.until for ban in bans if ban.covers(at)]
        if not ends:
            return None
        return ActiveBan(None if None in ends else max(filter(None, ends)))

    def list_bans(self, at: datetime) -> Sequence[tuple[str, datetime | None]]:
        """Return who is banned at *at* and until when, the first to end first."""
        lasting = [(user, ban.until) for user, ban in self.bans.items() if ban.covers(at)]
        return sorted(lasting, key=lambda one: (one[1] is None, one[1] or at, one[0]))

    @cached_property
    def _accounts_of_people(self) -> Mapping[str, Sequence[str]]:
        """Accounts by their person's keyed hash; bans and opt-outs name forgotten ones too."""
        merged = {
            *self.aliases,
            *(one.into for one in self.aliases.values()),
        } - self._forgotten.keys()
        found: dict[str, list[str]] = {}
        for account in merged | self.bans.keys() | self.opted_out:
            found.setdefault(self.identify(account), []).append(account)
        return found

    @cached_property
    def _opted_out_people(self) -> frozenset[str]:
        return frozenset(map(self.identify, self.opted_out))

    @cached_property
    def _bans_of_people(self) -> Mapping[str, Sequence[ActiveBan]]:
        found: dict[str, list[ActiveBan]] = {}
        for user, ban in self.bans.items():
            found.setdefault(self.identify(user), []).append(ban)
        return found

    @cached_property
    def _merged_people(self) -> Mapping[str, str]:
        """Hash of each merged account, mapped to that of the account it was merged into."""
        return {
            self._hash(source): self._hash(one.into)
            for source, one in self.aliases.items()
            if not is_thing(source)
        }

    def _hash(self, user: str) -> str:
        return self._forgotten.get(user) or hash_person(self.key, self.team, user)

    @cached_property
    def _forgotten(self) -> Mapping[str, str]:
        """Hashes of merged people who were forgotten, by their pseudonyms."""
        sides = (
            ((source, one.person), (one.into, one.into_person))
            for source, one in self.aliases.items()
        )
        return {name: person for pair in sides for name, person in pair if person}

    @cached_property
    def _timeline(self) -> BoostTimeline:
        return BoostTimeline(self.boosts)

    @cached_property
    def _pseudonyms(self) -> Mapping[str, str]:
        """Pseudonyms of merged people who were forgotten, by their hash."""
        return {one.person: source for source, one in self.aliases.items() if one.person}

    def _find_pseudonym(self, target: str) -> str:
        if not self._pseudonyms or is_thing(target) or target in self.aliases:
            return target
        return self._pseudonyms.get(hash_person(self.key, self.team, target), target)
