"""Reads all members of each workspace daily, so that typed names are known and names are current.

A workspace without known members, as at the first startup, is read at once: until then, a typed
`@bob` counts as a thing.
"""

import asyncio
import random
from collections.abc import Iterable
from functools import partial
from typing import Any, Final

import structlog

from app.core.grammar.richtext import list_dicts
from app.slack.client import (
    FAILURES,
    Failure,
    SlackClient,
    classify_failure,
    read_cursor,
    read_pages,
    try_call,
)
from app.slack.directory.identity import Identity
from app.slack.directory.people import People
from app.slack.directory.roles import Roles
from app.slack.payloads.identifiers import parse_slack_id
from app.store.database import UnavailableError

_log = structlog.get_logger()

PAGE: Final = 200
"""Members per page, as Slack recommends."""
PACE: Final = 3.2
"""Seconds between two pages: Slack allows 20 a minute."""
_BURST: Final = 15
"""Pages read without a pause when nobody is known: Slack's limit is per minute."""
_FIRST_READ_AFTER: Final = 20.0
"""Minimum seconds from startup to the first regular read, so that people's lookups come first."""
_DAY: Final = 24 * 3600.0
_RETRY_AFTER: Final = 300.0
_TEAMS_PAGE: Final = 100
"""Workspaces per page of an organization's list."""
_TEAMS_AT_ONCE: Final = 10
"""Workspaces read at the same time: a large one takes half an hour, at the pace that Slack allows
in each."""


class MemberSync:
    """Keeps the members of each workspace up to date from Slack's list."""

    def __init__(
        self,
        client: SlackClient,
        identity: Identity,
        people: People,
        roles: Roles,
        pace: float = PACE,
    ) -> None:
        self._client = client
        self._identity = identity
        self._people = people
        self._roles = roles
        self._pace = pace

    async def run(self) -> None:
        """Read all members soon after startup, then daily, at a different time in each process."""
        await asyncio.sleep(self._client.timings.members)
        await self._identity.known.wait()
        complete = await self.read_unknown()
        pause = _vary(_DAY) if complete else _FIRST_READ_AFTER * random.uniform(1, 2)
        while True:
            await asyncio.sleep(pause)
            pause = _vary(_DAY if await self.read() else _RETRY_AFTER)

    async def read_first(self) -> bool:
        """Read all members once the app's identity is known; return whether all were read."""
        await self._identity.known.wait()
        return await self.read()

    async def read(self) -> bool:
        """Read all members now, page by page; return whether all were read."""
        return await self._read_teams(await self._list_teams())

    async def read_unknown(self) -> bool:
        """Read the workspaces without known members now, at first without pauses.

        Return whether that was everyone: no workspace had known members, and all were read.
        """
        teams = await self._list_teams()
        unknown = list[str]()
        for team in teams:
            try:
                if not await self._people.knows_somebody(team):
                    unknown.append(team)
            except UnavailableError as error:
                _log.info("directory.failed", team=team, reason=_describe_failure(error), people=0)
                return False
        return await self._read_teams(unknown, burst=_BURST) and unknown == teams

    async def _list_teams(self) -> list[str]:
        """Return the app's workspace, or all workspaces of the organization that installed it."""
        if self._identity.team:
            return [self._identity.team]
        found = await try_call(self._ask_teams(), self._client.timings.call)
        if isinstance(found, Failure):
            _log.info("directory.failed", team=None, reason=found.reason, people=0)
            return []
        return found

    async def _ask_teams(self) -> list[str]:
        ask = partial(self._client.auth_teams_list, limit=_TEAMS_PAGE)
        pages = [list_dicts(answer.get("teams")) async for answer in read_pages(ask)]
        return [team for page in pages for one in page if (team := parse_slack_id(one.get("id")))]

    async def _read_teams(self, teams: Iterable[str], *, burst: int = 1) -> bool:
        """Read the members of *teams*, some at a time; return whether there are any, and all read.

        Each workspace has *burst* pages before its first pause.
        """
        at_once = asyncio.Semaphore(_TEAMS_AT_ONCE)

        async def read(team: str) -> bool:
            async with at_once:
                return await self._read_team(team, burst=burst)

        results = await asyncio.gather(*map(read, teams))
        return bool(results) and all(results)

    async def _read_team(self, team: str, *, burst: int) -> bool:
        """Read the members of *team*, with *burst* pages before the first pause."""
        cursor, count, pages = "", 0, 0
        while True:
            try:
                answer = await self._read_page(team, cursor)
                users = list_dicts(answer.get("members"))
                self._roles.update(team, users)
                count += await self._people.update_from_list(team, users)
            except (*FAILURES, UnavailableError) as error:
                _log.info(
                    "directory.failed", team=team, reason=_describe_failure(error), people=count
                )
                return False
            cursor = read_cursor(answer)
            if not cursor:
                _log.info("directory.read", team=team, people=count)
                return True
            pages += 1
            await asyncio.sleep(self._choose_pause(pages, burst))

    def _choose_pause(self, pages: int, burst: int) -> float:
        """Return the pause after *pages* pages, of which the first *burst* come without one."""
        if pages < burst:
            return 0.0
        # The burst counts toward Slack's limit of 20 for the following minute, so the pauses it
        # skipped are made up for here.
        return self._pace * (burst if pages == burst else 1)

    async def _read_page(self, team: str, cursor: str) -> Any:
        """Return one page, waiting as long as Slack asks."""
        while True:
            try:
                async with asyncio.timeout(self._client.timings.call):
                    return await self._client.users_list(
                        limit=PAGE, cursor=cursor or None, team_id=team
                    )
            except FAILURES as error:
                wait = classify_failure(error).wait
                if wait is None:
                    raise
                await asyncio.sleep(wait)


def _vary(pause: float) -> float:
    """Return *pause* varied by up to 10 %, so that processes don't read at the same time."""
    return pause * random.uniform(0.9, 1.1)


def _describe_failure(error: Exception) -> str:
    return (
        "database away" if isinstance(error, UnavailableError) else classify_failure(error).reason
    )
