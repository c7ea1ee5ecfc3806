"""What people are called and who is in a group: asked of Slack once, then remembered.

Names are kept in memory for minutes, in the database for good, and follow `user_change`; nobody
waits for Slack longer than a board may take.
"""

import asyncio
import time
import zoneinfo
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from app.core.person import Person, PersonKind
from app.slack.events import slack_id
from app.slack.failures import FAILURES, failure
from app.store import members
from app.store.database import Conn, Database, UnavailableError

_log = structlog.get_logger()

PATIENCE: Final = 1.2
"""Seconds that an answer waits for names; who is not named by then is shown by id."""
_MEMORY: Final = 300.0
_MOST_REMEMBERED: Final = 50_000
_MOST_AT_ONCE: Final = 8
_STALE: Final = timedelta(days=7)
_LONGEST: Final = 100


class People:
    """The names of a workspace's people, and the members of its groups."""

    def __init__(self, database: Database, client: AsyncWebClient) -> None:
        self._database = database
        self._client = client
        self._people: OrderedDict[tuple[str, str], tuple[float, Person]] = OrderedDict()
        self._groups: dict[tuple[str, str], tuple[float, list[str]]] = {}
        self._asking: dict[tuple[str, str], asyncio.Task[Person | None]] = {}
        self._at_once = asyncio.Semaphore(_MOST_AT_ONCE)

    async def names(self, team: str, users: Iterable[str]) -> dict[str, str]:
        """Return the names of *users* by id, leaving out those not known in time."""
        return {user: person.name for user, person in (await self.known(team, users)).items()}

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
        return _zone(found.time_zone) if found and found.time_zone else None

    async def is_stranger(self, team: str, user: str) -> bool:
        """Tell whether *user* is of another organisation; not, where it is not known in time."""
        found = (await self.known(team, [user])).get(user)
        return found is not None and found.kind is PersonKind.STRANGER

    async def changed(self, team: str, user: dict[str, Any]) -> None:
        """Take what a `user_change` brings: a name, and whether its person is still there."""
        said = described(user, team)
        if isinstance(user.get("id"), str) and said:
            await self._keep(team, user["id"], said, gone=user.get("deleted") is True)

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
        old = datetime.now(UTC) - _STALE
        for member in found:
            if member.updated_at < old:
                self._ask(team, member.user_id)  # the answer is for the next time
        return people

    async def _asked(self, team: str, users: Sequence[str]) -> dict[str, Person]:
        """Ask Slack for *users*, all at once; those who come too late are there next time."""
        if not users:
            return {}
        tasks = {user: self._ask(team, user) for user in users}
        await asyncio.wait(tasks.values(), timeout=PATIENCE)
        return {u: found for u, t in tasks.items() if t.done() and (found := _result(t))}

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
                answer = await self._client.users_info(user=user)
            except FAILURES as error:
                _log.info("name.unknown", user=user, reason=failure(error).reason)
                return None
        told = answer.get("user")
        told = told if isinstance(told, dict) else {}
        said = described(told, team)
        if said:
            await self._keep(team, user, said, gone=told.get("deleted") is True)
        return said

    async def _keep(self, team: str, user: str, said: Person, *, gone: bool) -> None:
        self._remember(team, {user: said})

        async def store(conn: Conn) -> None:
            await members.remember(conn, team, {user: said})
            await members.deactivated(conn, team, user, gone=gone)

        try:
            await self._database.run(store)
        except UnavailableError:
            _log.info("name.not_stored", users=1)


def name_of(user: dict[str, Any]) -> str | None:
    """Return what Slack shows for *user*: the display name, else the real name."""
    profile = user.get("profile")
    profile = profile if isinstance(profile, dict) else {}
    said = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"))
    named = (word.strip() for word in (*said, user.get("name")) if isinstance(word, str))
    name = next((word for word in named if word), None)
    return name.encode(errors="replace").decode().replace("\x00", "") if name else None


def described(user: dict[str, Any], team: str) -> Person | None:
    """Return *user*, as Slack describes one, seen from *team*; None for a payload without name."""
    name = name_of(user)
    if name is None:
        return None
    home, handle, zone = user.get("team_id"), user.get("name"), user.get("tz")
    elsewhere = isinstance(home, str) and home != team
    return Person(
        name,
        handle.casefold()[:_LONGEST] if isinstance(handle, str) and "\x00" not in handle else None,
        zone[:_LONGEST] if isinstance(zone, str) and _zone(zone) else None,
        slack_id(home) if elsewhere else None,
        _kind(user, elsewhere=elsewhere),
    )


def _kind(user: dict[str, Any], *, elsewhere: bool) -> PersonKind:
    if elsewhere or user.get("is_stranger") is True:
        return PersonKind.STRANGER
    if user.get("is_bot") is True:
        return PersonKind.BOT
    guest = user.get("is_restricted") is True or user.get("is_ultra_restricted") is True
    return PersonKind.GUEST if guest else PersonKind.MEMBER


def _zone(name: str) -> tzinfo | None:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _result(task: asyncio.Task[Person | None]) -> Person | None:
    return None if task.cancelled() or task.exception() else task.result()
