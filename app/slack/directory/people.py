"""What people are called and who is in a group: asked of Slack once, then remembered.

Names are kept in memory for minutes, in the database for good, and follow `user_change`; nobody
waits for Slack longer than a board may take.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from app.core.person import Person, PersonKind
from app.slack.directory.organisations import Organisations
from app.slack.outbound.failures import FAILURES, failure
from app.slack.payloads.events import slack_id
from app.slack.payloads.user_payload import bot, described, has_left, zone
from app.store.database import Conn, Database, UnavailableError
from app.store.people import members
from app.words import names as words

_log = structlog.get_logger()

PATIENCE: Final = 1.2
"""Seconds that an answer waits for names; who is not named by then is shown by id."""
_MEMORY: Final = 300.0
_MOST_REMEMBERED: Final = 50_000
_MOST_AT_ONCE: Final = 8
_STALE: Final = timedelta(days=7)
_UNPLACED: Final = timedelta(hours=1)
"""After which Slack is asked again where a stranger comes from."""


class People:
    """The names of a workspace's people, and the members of its groups."""

    def __init__(self, database: Database, client: AsyncWebClient) -> None:
        self._database = database
        self._client = client
        self._organisations = Organisations(client)
        self._people: OrderedDict[tuple[str, str], tuple[float, Person]] = OrderedDict()
        self._groups: dict[tuple[str, str], tuple[float, list[str]]] = {}
        self._asking: dict[tuple[str, str], asyncio.Task[Person | None]] = {}
        self._at_once = asyncio.Semaphore(_MOST_AT_ONCE)

    async def names(self, team: str, users: Iterable[str]) -> dict[str, str]:
        """Return the names of *users* by id, leaving out those not known in time.

        Strangers are named with their organisation, in the language now spoken.
        """
        known = await self.known(team, users)
        return {user: words.named(person) for user, person in known.items()}

    async def known(self, team: str, users: Iterable[str]) -> dict[str, Person]:
        """Return *users* by id as they are, leaving out those not known in time."""
        wanted = dict.fromkeys(users)
        known = {u: found for u in wanted if (found := self._remembered(team, u)) is not None}
        missing = [user for user in wanted if user not in known]
        if missing:
            known |= await self._stored(team, missing)
            known |= await self._asked(team, [u for u in missing if u not in known])
        return known

    async def zone(self, team: str, user: str) -> tzinfo | None:
        """Return the time zone of *user*; None where it is not known in time."""
        found = (await self.known(team, [user])).get(user)
        return zone(found.time_zone) if found and found.time_zone else None

    async def is_stranger(self, team: str, user: str) -> bool:
        """Tell whether *user* is of another organisation; not, where it is not known in time."""
        found = (await self.known(team, [user])).get(user)
        return found is not None and found.kind is PersonKind.STRANGER

    async def changed(self, team: str, user: dict[str, Any]) -> None:
        """Take what a `user_change` brings: a name, and whether its person is still there."""
        said = described(user, team)
        if slack_id(user.get("id")) and said:
            left = [user["id"]] if has_left(user) else []
            await self._keep(team, {user["id"]: await self._placed(said)}, left)

    async def listed(self, team: str, users: Iterable[dict[str, Any]]) -> int:
        """Take what `users.list` tells of many; return how many these are.

        Raises UnavailableError when they could not be stored.
        """
        told = {user["id"]: user for user in users if slack_id(user.get("id"))}
        found = {i: said for i, user in told.items() if (said := described(user, team))}
        now = time.monotonic()
        fresh = {i: p for i, p in found.items() if self._people.get((team, i), (0.0,))[0] > now}
        self._remember(team, fresh)
        await self._store(team, found, [i for i in found if has_left(told[i])])
        return len(found)

    async def members_of(self, team: str, group: str) -> Sequence[str] | None:
        """Return who is in *group*, or None where Slack will not say.

        Raises UnavailableError when Slack cannot say now and it is not remembered either.
        """
        until, remembered = self._groups.get((team, group), (0.0, None))
        if remembered is not None and until > time.monotonic():
            return remembered
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._client.usergroups_users_list(usergroup=group)
        except FAILURES as error:
            return self._without_slack(remembered, error)
        users = answer.get("users")
        if not isinstance(users, list):
            return None
        said = [user for user in users if isinstance(user, str)]
        self._groups[team, group] = (time.monotonic() + _MEMORY, said)
        return said

    def forget_group(self, team: str, group: str) -> None:
        """Ask anew next time: its members have changed."""
        self._groups.pop((team, group), None)

    async def close(self) -> None:
        """Stop asking."""
        for task in self._asking.values():
            task.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)

    def _without_slack(self, remembered: list[str] | None, error: Exception) -> list[str] | None:
        failed = failure(error)
        _log.warning("group.unknown", reason=failed.reason, permanent=failed.permanent)
        if remembered is None and not failed.permanent:
            raise UnavailableError("the members of a group") from error
        return remembered

    def _remembered(self, team: str, user: str) -> Person | None:
        until, found = self._people.get((team, user), (0.0, None))
        return found if until > time.monotonic() else None

    def _remember(self, team: str, people: Mapping[str, Person]) -> None:
        for user, person in people.items():
            self._people[team, user] = (time.monotonic() + _MEMORY, person)
            self._people.move_to_end((team, user))
        while len(self._people) > _MOST_REMEMBERED:
            self._people.popitem(last=False)

    async def _stored(self, team: str, users: Sequence[str]) -> dict[str, Person]:
        found = await self._database.run(lambda conn: members.named(conn, team, users))
        people = {member.user_id: member.person for member in found}
        self._remember(team, people)
        now = datetime.now(UTC)
        for member in found:
            if member.updated_at < now - _lasts(member.person):
                self._ask(team, member.user_id)  # the answer is for the next time
        return people

    async def _asked(self, team: str, users: Sequence[str]) -> dict[str, Person]:
        """Ask Slack for *users*, all at once; those who come too late are there next time."""
        if not users:
            return {}
        tasks = {user: self._ask(team, user) for user in users}
        await asyncio.wait(tasks.values(), timeout=PATIENCE)
        # A stranger may be known whose organisation is not yet.
        known = {u: _result(t) if t.done() else self._remembered(team, u) for u, t in tasks.items()}
        return {user: found for user, found in known.items() if found}

    def _ask(self, team: str, user: str) -> asyncio.Task[Person | None]:
        task = self._asking.get((team, user))
        if task is None:
            task = asyncio.create_task(self._ask_slack(team, user))
            self._asking[team, user] = task
            task.add_done_callback(lambda _: self._asking.pop((team, user), None))
        return task

    async def _ask_slack(self, team: str, user: str) -> Person | None:
        async with self._at_once:
            try:
                told = await self._told(user)
            except FAILURES as error:
                _log.info("name.unknown", user=user, reason=failure(error).reason)
                return None
            said = bot(told) if _is_bot_id(user) else described(told, team)
            if said is None:
                return None
            self._remember(team, {user: said})
            said = await self._placed(said)
        await self._keep(team, {user: said}, [user] if has_left(told) else [])
        return said

    async def _told(self, user: str) -> dict[str, Any]:
        """Return what Slack says of *user*, or of a bot that is named by its own id."""
        if _is_bot_id(user):
            told = (await self._client.bots_info(bot=user)).get("bot")
        else:
            told = (await self._client.users_info(user=user)).get("user")
        return told if isinstance(told, dict) else {}

    async def _placed(self, said: Person) -> Person:
        """Return *said* with the name of the organisation, for somebody of another."""
        if said.kind is not PersonKind.STRANGER or not said.home_team:
            return said
        return replace(said, home_name=await self._organisations.name(said.home_team))

    async def _keep(self, team: str, people: Mapping[str, Person], left: Sequence[str]) -> None:
        self._remember(team, people)
        try:
            await self._store(team, people, left)
        except UnavailableError:
            _log.info("name.not_stored", users=len(people))

    async def _store(self, team: str, people: Mapping[str, Person], left: Sequence[str]) -> None:
        async def store(conn: Conn) -> None:
            async with conn.transaction():
                await members.remember(conn, team, people)
                await members.gone(conn, team, left)
                await members.back(conn, team, people.keys() - {*left})

        await self._database.run(store)


def _lasts(person: Person) -> timedelta:
    return _UNPLACED if person.home_team and not person.home_name else _STALE


def _is_bot_id(user: str) -> bool:
    return user.startswith("B")


def _result(task: asyncio.Task[Person | None]) -> Person | None:
    return None if task.cancelled() or task.exception() else task.result()
