"""Publishes App Homes when people open them, and again when their content has changed.

Pages to publish are rows of the table `homes`, so none is lost with a process. A claim there lets
one process at a time publish a page, and Slack's hash of the previous version keeps a late publish
from replacing a newer one.
"""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from app.core.settings.setting import RequiredRole
from app.core.timings import to_ms
from app.slack.background_tasks import end_tasks, log_failure, wait_for_event
from app.slack.client import Failure, find_missing_scopes, try_call
from app.slack.directory.membership import Invitations
from app.slack.directory.roles import Roles, allows
from app.slack.outbound.board_messages import Boards
from app.slack.views import home as views
from app.slack.views.home import ManagerNotes
from app.slack.views.karma import CardContext
from app.store.database import UnavailableError
from app.store.outbox import homes
from app.store.outbox.homes import OpenHome
from app.usecases.administration import count_refusals
from app.usecases.allowance import find_limit
from app.usecases.home import Home, read_home
from app.words import fairplay
from app.words.catalog import use_language

PAGES_PER_SECOND: Final = 1.5
"""Refreshes per second and workspace: 90 of the 100 calls a minute that Slack grants."""
BURST: Final = 30

_log = structlog.get_logger()

IDLE: Final = 5.0
"""Seconds between checks for open pages while none is known."""
_KNOWN: Final = 30.0
"""Seconds between database queries for teams with open pages, and for which a result is trusted."""
_MOST_CONCURRENT: Final = 8
"""Pages rendered at a time; up to _MOST_TASKS of those that were opened wait for it."""
_MOST_TASKS: Final = 100
_MOST_REFUSING: Final = 5
"""Channels that refuse replies, of those named on a page."""
_RETRY_AFTER: Final = 5.0
"""Seconds before a page that Slack didn't take is tried again, unless Slack says when."""


@dataclass(slots=True)
class HomeBudget:
    """A token bucket that keeps the calls of one workspace within Slack's rate limit."""

    clock: Callable[[], float] = time.monotonic
    left: float = BURST
    updated_at: float = field(default_factory=time.monotonic)
    held_until: float = float("-inf")

    def count_available(self) -> int:
        """Return how many pages may be refreshed now."""
        now = self.clock()
        self.left = min(BURST, self.left + (now - self.updated_at) * PAGES_PER_SECOND)
        self.updated_at = now
        return 0 if now < self.held_until else int(self.left)

    def spend(self) -> None:
        """Take a token, if one is left; pages that someone waits for are published in any case."""
        self.left = max(self.left - 1, 0.0)

    def pause(self, seconds: float) -> None:
        """Allow no refreshes for *seconds*, as Slack asks."""
        self.held_until = max(self.held_until, self.clock() + seconds)

    @property
    def wait(self) -> float:
        """Seconds left of the pause that Slack asked for."""
        return max(self.held_until - self.clock(), 0.0)


class Homes:
    """The App Homes that this process publishes, alongside any number of other processes."""

    def __init__(self, boards: Boards, roles: Roles, invitations: Invitations) -> None:
        self._context = boards.context
        self._client = boards.context.client
        self._database = boards.context.database
        self._rank_indexes = boards.rank_indexes
        self._roles = roles
        self._invitations = invitations
        self._budgets: defaultdict[str, HomeBudget] = defaultdict(HomeBudget)
        self._at_once = asyncio.Semaphore(_MOST_CONCURRENT)
        self._tasks: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()
        self._trouble, self._troubled_at = "", 0.0
        self._open: dict[str, float] = {}
        self._queried_at = float("-inf")
        self._stopping = False

    async def open_page(self, team: str, user: str, span: str | None = None) -> None:
        """Publish the App Home that *user* has opened, with the board of *span* if one was chosen.

        A page that can't be published in time follows later. Raises UnavailableError if the
        database can't record the request.
        """
        rules = self._context.rulebook.get_rules(team)
        page = await self._database.run(homes.open_home, rules, user, span)
        if not self._open:
            self._woken.set()  # end the long pause
        self._open[team] = time.monotonic() + homes.OPEN
        wait = self._budgets[team].wait
        if page.ours and len(self._tasks) < _MOST_TASKS and not wait:
            await asyncio.wait({self._start_publishing(page)}, timeout=self._client.timings.form)
        elif page.ours:
            await self._database.run(homes.postpone, page, wait)

    async def run(self) -> None:
        """Republish open pages when their content changes, until stopped."""
        while not self._stopping:
            self._woken.clear()
            started, pause = time.monotonic(), IDLE
            try:
                teams = await self._list_open_teams()
                pause = self._client.timings.home_poll if teams else IDLE
                for team in random.sample(teams, len(teams)):  # or the first would use all slots
                    await self._publish_changed(team)
            except UnavailableError:
                self.log_trouble("database away")
            # spend at most a sixth of the time on queries, however many pages are open
            await wait_for_event(self._woken, max(pause, 5 * (time.monotonic() - started)))
        await end_tasks(self._tasks, self._client.timings.form)

    def stop(self) -> None:
        """Stop `run` once in-flight pages are published."""
        self._stopping = True
        self._woken.set()

    def log_trouble(self, reason: str) -> None:
        """Log why pages aren't published: once, until it works again or the reason changes."""
        if reason != self._trouble:
            _log.warning("home.waits", reason=reason)
        self._trouble, self._troubled_at = reason, time.perf_counter()

    async def _list_open_teams(self) -> list[str]:
        """Return the teams with open pages, querying the database only now and then."""
        now = time.monotonic()
        self._open = {team: until for team, until in self._open.items() if until > now}
        if not self._open or now >= self._queried_at + _KNOWN:
            for team in await self._database.run(homes.list_open_teams):
                self._open[team] = max(self._open.get(team, 0), now + _KNOWN)
            self._queried_at = now
        return list(self._open)

    async def _publish_changed(self, team: str) -> None:
        room = min(_MOST_CONCURRENT - len(self._tasks), self._budgets[team].count_available())
        if room > 0:
            rules = self._context.rulebook.get_rules(team)
            apart = self._client.timings.homes_apart
            for page in await self._database.run(homes.claim_changed, rules, room, apart):
                self._start_publishing(page)

    def _start_publishing(self, page: OpenHome) -> asyncio.Task[None]:
        task = asyncio.create_task(self._publish(page))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(log_failure)
        return task

    async def _publish(self, page: OpenHome) -> None:
        async with self._at_once:
            started = time.perf_counter()
            try:
                published = await self._show(page)
            except UnavailableError:  # the claim expires, then it's retried
                self.log_trouble("database away")
                return
        if published:
            ms = to_ms(time.perf_counter() - started)
            _log.info("home.published", team=page.team, ms=ms)
            if started > self._troubled_at:  # a page begun before doesn't end the trouble
                self._trouble = ""

    async def _show(self, page: OpenHome) -> bool:
        """Publish *page* from current data; return whether Slack accepted it."""
        while True:
            language = self._context.rulebook.get_settings(page.team).language
            with use_language(language, self._context.identity.name):
                view = await self._render_view(page)
            self._budgets[page.team].spend()
            published = self._client.views_publish(
                user_id=page.user, view=view, hash=page.hash or None
            )
            answer = await try_call(published, self._client.timings.call)
            if not isinstance(answer, Failure):
                await self._record_published(page, answer.get("view"))
                return True
            newer = await self._resolve_conflict(page, answer)
            if newer is None:
                return False
            page = newer

    async def _resolve_conflict(self, page: OpenHome, failed: Failure) -> OpenHome | None:
        """Return what to publish after Slack refused *page*, or None.

        On a hash conflict, Slack shows a version that this process doesn't know. The page of this
        process is newer if its claim can still be extended.
        """
        if failed.reason != "hash_conflict" or not page.hash:
            await self._handle_failure(page, failed)
            return None
        until = await self._database.run(homes.extend_claim, page)
        return replace(page, hash="", until=until) if until else None

    async def _record_published(self, page: OpenHome, view: Any) -> None:
        name = view.get("hash") if isinstance(view, dict) else None
        name = name if isinstance(name, str) else ""
        if await self._database.run(homes.record_published, page, name):
            self._woken.set()

    async def _handle_failure(self, page: OpenHome, failed: Failure) -> None:
        self.log_trouble(failed.reason)
        if failed.permanent:
            await self._database.run(homes.record_refused, page)
            return
        if failed.wait is not None:
            self._budgets[page.team].pause(failed.wait)
        wait = _RETRY_AFTER if failed.wait is None else failed.wait
        await self._database.run(homes.postpone, page, wait)

    async def _render_view(self, page: OpenHome) -> dict[str, Any]:
        now, context = datetime.now(UTC), self._context
        settings = context.rulebook.get_settings(page.team)
        calendar = context.rulebook.build_calendar(page.team, now)
        # store new channels first, so that votes there are shown as well
        await context.channels.flush(page.team)
        limit = await find_limit(context.rulebook, context.people, page.team, page.user, now)
        rules = context.rulebook.get_rules(page.team)
        home, invited, role = await asyncio.gather(
            read_home(self._rank_indexes, page, calendar, limit, rules),
            self._invitations.is_invited(page.team),
            self._roles.read_recent_role(page.team, page.user),
        )
        home = replace(home, boards=settings.boards)
        card = await self._read_context(page, home)
        manages = allows(role, RequiredRole.MANAGERS)
        notes = await self._read_notes(page.team, now) if manages else None
        return views.render_home(home, card, now, invited=invited, notes=notes)

    async def _read_notes(self, team: str, now: datetime) -> ManagerNotes:
        decided = self._context.rulebook.get_stored(team)
        posted_in = self._context.rulebook.get_settings(team).posted_in
        counted = await count_refusals(self._context.database, team, now)
        is_invited = self._invitations.is_invited
        refusing = [
            (one, why)
            for one, why in self._context.channels.list_refusals(team)
            if await is_invited(team, one)
        ]
        return ManagerNotes(
            fairplay.describe_refusals(counted) if counted else "",
            find_missing_scopes(self._client.granted_scopes),
            [one for one in posted_in if not await is_invited(team, one)],
            refusing[:_MOST_REFUSING],
            not {"language", "time_zone"} & decided.keys(),
        )

    async def _read_context(self, page: OpenHome, home: Home) -> CardContext:
        reasons = [vote.reason for vote in (*home.received, *home.given)]
        names = await self._context.people.read_names(page.team, home.targets, reasons)
        return CardContext(names, self._context.identity.address, home.accounts)
