"""Names of people and members of groups: fetched from Slack once, then cached.

Names are kept in memory for minutes and in the database permanently, and follow `user_change`.
Nobody waits for Slack longer than a board may take.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Any, Final

import structlog
from cachetools import LRUCache, TTLCache

from app.core.person import Person, PersonKind
from app.core.vote import is_thing
from app.slack.client import FAILURES, SlackClient, classify_failure
from app.slack.directory.identity import Identity
from app.slack.directory.lookups import Batches, Lookup, OverBudgetError
from app.slack.directory.organizations import Organizations
from app.slack.payloads.identifiers import parse_slack_id
from app.slack.payloads.user_payload import (
    find_zone,
    has_left,
    read_bot,
    read_person,
    read_updated,
)
from app.store.boards import standings
from app.store.database import Database, UnavailableError
from app.store.people import members
from app.store.shared_tasks import SharedTasks
from app.words import names as words
from app.words.votes import find_mentioned

_log = structlog.get_logger()

_MEMORY: Final = 300.0
"""Seconds for which names and groups are cached."""
_MOST_REMEMBERED: Final = 50_000
_LATE: Final = 3600.0
"""Seconds after which Slack sends nothing older than an event any more."""
MOST_GROUPS_OF_ONE: Final = 10
"""Unknown groups that one person may look up in a minute; Slack's limit is twice as high."""
_STALE: Final = timedelta(days=7)
"""The age at which a stored name is read from Slack again."""
_UNPLACED: Final = timedelta(hours=1)
"""How often Slack is asked again for a stranger's missing organization."""


class People:
    """The names of a workspace's people, and the members of its groups."""

    def __init__(self, database: Database, client: SlackClient, identity: Identity) -> None:
        self._identity = identity
        self._database = database
        self._client = client
        self._organizations = Organizations(client)
        self._people: TTLCache[tuple[str, str], Person] = TTLCache(_MOST_REMEMBERED, _MEMORY)
        self._reads = Batches(self._read_batch)
        self._writes = Batches(self._store_batch)
        self._groups: LRUCache[tuple[str, str], tuple[float, list[str] | None]] = LRUCache(
            _MOST_REMEMBERED
        )
        self._group_changes = 0
        self._profiles, self._group_members = Lookup(client), Lookup(client, MOST_GROUPS_OF_ONE)
        self._unknown: TTLCache[tuple[str, str], bool] = TTLCache(_MOST_REMEMBERED, _MEMORY)
        self._fetches: SharedTasks[tuple[str, str], Person | None] = SharedTasks(client.start)
        self._changes: TTLCache[tuple[str, str], int] = TTLCache(_MOST_REMEMBERED, _LATE)

    async def read_names(
        self, team: str, targets: Iterable[str], reasons: Iterable[str | None] = ()
    ) -> dict[str, str]:
        """Return the names of *targets* and of people mentioned in *reasons*, as far as known.

        People of other organizations are named with them, in the current language, and things by
        their latest spelling. Anyone not known in time is left out.
        """
        wanted = dict.fromkeys(filter(None, targets))
        wanted |= dict.fromkeys(user for reason in reasons for user in find_mentioned(reason or ""))
        things = [target for target in wanted if is_thing(target)]
        people = await self.read_people(team, [one for one in wanted if not is_thing(one)])
        names = {user: words.describe_person(person) for user, person in people.items()}
        if not things:
            return names
        return names | await self._database.run(standings.read_spellings, team, things)

    async def read_people(self, team: str, users: Iterable[str]) -> dict[str, Person]:
        """Return *users* by id, leaving out those not known in time."""
        wanted = dict.fromkeys(users)
        known = {u: found for u in wanted if (found := self._people.get((team, u))) is not None}
        missing = [user for user in wanted if user not in known]
        if missing:
            stored = await self._reads.add(team, missing)
            known |= {user: stored[user] for user in missing if user in stored}
            known |= await self._fetch_many(team, [u for u in missing if u not in known])
        return known

    async def read_zone(self, team: str, user: str) -> tzinfo | None:
        """Return the time zone of *user*; None if it isn't known in time."""
        found = (await self.read_people(team, [user])).get(user)
        return find_zone(found.time_zone) if found and found.time_zone else None

    async def is_stranger(self, team: str, user: str) -> bool:
        """Return whether *user* belongs to another organization; False if not known in time."""
        found = (await self.read_people(team, [user])).get(user)
        return found is not None and found.kind is PersonKind.STRANGER

    async def update_from_event(self, team: str, user: dict[str, Any]) -> None:
        """Apply a `user_change` event: a new profile, and whether the person has left."""
        person = self._read_person(user, team)
        if parse_slack_id(user.get("id")) and person and self._is_latest(team, user):
            self._changes[team, user["id"]] = read_updated(user)
            left = [user["id"]] if has_left(user) else []
            await self._store(team, {user["id"]: await self._add_organization(person)}, left)

    async def update_from_list(self, team: str, users: Iterable[dict[str, Any]]) -> int:
        """Apply members from `users.list`; return how many there are.

        Raises UnavailableError if they couldn't be stored.
        """
        payloads = {
            user["id"]: user
            for user in users
            if parse_slack_id(user.get("id")) and self._is_latest(team, user)
        }
        found = {
            i: person for i, user in payloads.items() if (person := self._read_person(user, team))
        }
        self._remember(team, {i: p for i, p in found.items() if (team, i) in self._people})
        await self._writes.add(team, (found, [i for i in found if has_left(payloads[i])]))
        return len(found)

    async def knows_somebody(self, team: str) -> bool:
        """Return whether any member of *team* is known; raises UnavailableError."""
        return await self._database.run(members.has_members, team)

    async def list_group_members(self, team: str, group: str) -> Sequence[str] | None:
        """Return the members of *group*, as listed by Slack or, if it doesn't, as last known.

        None if none are known after Slack has refused, or the current person has used up their
        lookups. Raises UnavailableError if none are known and Slack can't list them now.
        """
        until, remembered = self._groups.get((team, group), (0.0, None))
        if until > time.monotonic():
            return remembered
        try:
            async with asyncio.timeout(self._client.timings.lookup):
                found: list[str] | None = await self._group_members.ask(
                    (team, group, str(self._group_changes)),
                    partial(self._read_group, team, group),
                )
        except OverBudgetError:
            _log.info("group.unasked", group=group)
            return remembered
        except FAILURES as error:
            return self._fall_back((team, group), remembered, error)
        return found

    def forget_group(self, team: str, group: str) -> None:
        """Drop *group* from the cache, because its members have changed.

        What Slack answers to earlier calls isn't cached either.
        """
        self._group_changes += 1
        self._groups.pop((team, group), None)

    async def _read_group(self, team: str, group: str) -> list[str] | None:
        changes = self._group_changes
        answer = await self._client.usergroups_users_list(usergroup=group, team_id=team)
        users = answer.get("users")
        found = list(filter(parse_slack_id, users)) if isinstance(users, list) else None
        if changes == self._group_changes:
            self._groups[team, group] = (time.monotonic() + _MEMORY, found)
        return found

    def _fall_back(
        self, group: tuple[str, str], remembered: list[str] | None, error: Exception
    ) -> list[str] | None:
        failed = classify_failure(error)
        _log.warning("group.unknown", reason=failed.reason, permanent=failed.permanent)
        if failed.final:  # no such group
            self._groups[group] = (time.monotonic() + _MEMORY, remembered)
        elif remembered is None:
            raise UnavailableError("the members of a group") from error
        return remembered

    def _is_latest(self, team: str, user: dict[str, Any]) -> bool:
        """Return whether no event has told of a later change than the payload *user*."""
        return not 0 < read_updated(user) < self._changes.get((team, str(user.get("id"))), 0)

    def _read_person(self, user: dict[str, Any], team: str) -> Person | None:
        return read_person(user, team, self._identity.enterprise)

    def _remember(self, team: str, people: Mapping[str, Person]) -> None:
        for user, person in people.items():
            self._people[team, user] = person

    async def _read_batch(self, team: str, requests: Sequence[Sequence[str]]) -> dict[str, Person]:
        users = list(dict.fromkeys(user for users in requests for user in users))
        found = await self._database.run(members.read_members, team, users)
        people = {user: person for user, (person, _) in found.items()}
        self._remember(team, people)
        now = datetime.now(UTC)
        for user, (person, updated_at) in found.items():
            placed = not person.home_team or person.home_name
            if updated_at < now - (_STALE if placed else _UNPLACED):
                self._start_fetch(team, user)  # the answer is for the next call
        return people

    async def _fetch_many(self, team: str, users: Sequence[str]) -> dict[str, Person]:
        """Fetch *users* from Slack concurrently; answers that are late serve the next call."""
        if not users:
            return {}
        tasks = {u: self._start_fetch(team, u) for u in users if (team, u) not in self._unknown}
        if not tasks:
            return {}
        await asyncio.wait(tasks.values(), timeout=self._client.timings.lookup)
        # a stranger may be known before their organization
        known = {
            u: _read_result(t) if t.done() else self._people.get((team, u))
            for u, t in tasks.items()
        }
        return {user: found for user, found in known.items() if found}

    def _start_fetch(self, team: str, user: str) -> asyncio.Task[Person | None]:
        return self._fetches.start((team, user), partial(self._fetch, team, user))

    async def _fetch(self, team: str, user: str) -> Person | None:
        try:
            payload = await self._profiles.ask(
                (team, user), partial(self._read_profile, team, user)
            )
        except FAILURES as error:
            failed = classify_failure(error)
            _log.info("name.unknown", user=user, reason=failed.reason)
            if failed.final:
                self._unknown[team, user] = True
            return None
        if not self._is_latest(team, payload):
            return self._people.get((team, user))
        person = read_bot(payload) if _is_bot_id(user) else self._read_person(payload, team)
        if person is None:
            self._unknown[team, user] = True
            return None
        self._remember(team, {user: person})
        person = await self._add_organization(person)
        await self._store(team, {user: person}, [user] if has_left(payload) else [])
        return person

    async def _read_profile(self, team: str, user: str) -> dict[str, Any]:
        """Return Slack's data on *user*, which may also be a bot's own id."""
        if _is_bot_id(user):
            payload = (await self._client.bots_info(bot=user, team_id=team)).get("bot")
        else:
            payload = (await self._client.users_info(user=user)).get("user")
        return payload if isinstance(payload, dict) else {}

    async def _add_organization(self, person: Person) -> Person:
        """Return *person*, with the organization's name if they belong to another one."""
        if person.kind is not PersonKind.STRANGER or not person.home_team:
            return person
        return replace(person, home_name=await self._organizations.read_name(person.home_team))

    async def _store(self, team: str, people: Mapping[str, Person], left: Sequence[str]) -> None:
        self._remember(team, people)
        for user in people:
            self._unknown.pop((team, user), None)
        try:
            await self._writes.add(team, (people, left))
        except UnavailableError:
            _log.info("name.not_stored", users=len(people))

    async def _store_batch(
        self, team: str, updates: Sequence[tuple[Mapping[str, Person], Sequence[str]]]
    ) -> None:
        people = {user: person for found, _ in updates for user, person in found.items()}
        gone = {user: user in left for found, left in updates for user in found}
        left = [user for user, is_gone in gone.items() if is_gone]

        await self._database.run(members.remember, team, people, left)


def _is_bot_id(user: str) -> bool:
    return user.startswith("B")


def _read_result(task: asyncio.Task[Person | None]) -> Person | None:
    return None if task.cancelled() or task.exception() else task.result()
