"""Scheduled jobs: timers are planned from the settings, and run once when they're due.

Due timers are deleted and run in one transaction, so their messages reach the outbox even if this
process dies afterward. Timers that are too late for their kind are skipped
(`app.core.timers.LATEST`).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

import psycopg
import structlog
from psycopg.errors import QueryCanceled

from app.core.settings.definitions import Settings
from app.core.timers import LATEST, Timer, TimerKind
from app.store.database import Conn, Database, Query, UnavailableError
from app.store.workspace import timers as store
from app.store.workspace.rulebook import Rulebook
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.upkeep import run_side_by_side

_log = structlog.get_logger()

_RETRIED_AFTER: Final = timedelta(minutes=1)
_PATIENCE: Final = 90.0
"""Seconds for the due timers of a workspace; nobody waits."""


_KIND: Final = attrgetter("kind")


@dataclass(frozen=True, slots=True)
class JobResult:
    """The result of due timers."""

    waiting: int = 0
    """How many replies wait to be posted now."""
    body: Mapping[str, Any] = field(default_factory=dict)
    """The body of the timer that follows."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to do when timers of one kind are due in a workspace, and how to plan the next one."""

    run: Callable[[Conn, WorkspaceRules, Sequence[Timer], datetime], Awaitable[JobResult]]
    plan: Callable[[Settings, datetime], Timer | None] = lambda _settings, _now: None
    """Returns the next timer that the settings ask for, or None."""


Jobs = Mapping[TimerKind, Job]


class Scheduler:
    """Runs due timers in every workspace; any number of schedulers may run at the same time."""

    def __init__(
        self,
        database: Database,
        rulebook: Rulebook,
        jobs: Jobs,
        on_replies: Callable[[str], None] = lambda _team: None,
        patience: float = _PATIENCE,
        on_time: Callable[[float], None] = lambda _at: None,
    ) -> None:
        self._database = database
        self._rulebook = rulebook
        self._jobs = jobs
        self._on_replies = on_replies
        self._patience = patience
        self._on_time = on_time
        self._planned: dict[str, object] = {}
        self._planned_at = datetime.min.replace(tzinfo=UTC)

    async def run_due(self, now: datetime | None = None) -> int:
        """Plan the timers that the settings ask for, and run those due; return how many were due.

        *now* is the time, by default the database's. Raises UnavailableError if the database is
        away; after all other workspaces are done, also if the timers of one couldn't be planned or
        run.
        """
        read_due = partial(store.read_due_teams, now=now)
        at, due = await self._database.run(read_due)
        if now is None:
            self._on_time(at.timestamp())
        late = await self._plan_all(at, read_due)
        count, failed = await run_side_by_side(
            self._database, due, lambda team: self._run_team(team, at), read_due
        )
        late += failed.values()
        if late:
            raise late[0]
        return count

    async def _plan_all(self, now: datetime, check: Query[Any]) -> list[UnavailableError]:
        """Plan the timers of every workspace; return the errors of those where it failed."""
        if now < self._planned_at:  # the clock was set back, so timers are too late
            self._planned.clear()
        self._planned_at = now
        errors = list[UnavailableError]()
        for team in self._rulebook.list_teams():
            try:
                await self._plan(team, now)
            except UnavailableError as error:  # or another process is at work there
                errors.append(error)
                await self._database.run(check)
        return errors

    async def _plan(self, team: str, now: datetime) -> None:
        """Store the plans of *team* if they have changed, or the clock has, and once an hour."""
        settings = self._rulebook.get_settings(team)
        plans = [plan for job in self._jobs.values() if (plan := job.plan(settings, now))]
        known = (now.replace(minute=0, second=0, microsecond=0), [one.plan for one in plans])
        if self._planned.get(team) != known:
            await self._database.run(store.store_plans, team, plans)
            self._planned[team] = known

    async def _run_team(self, team: str, now: datetime) -> int:
        """Run the due timers of *team*; return how many."""
        rules = await self._rulebook.read_rules(team)
        count, full = 0, True
        while full:
            done, waiting = await self._database.run(
                self._take_and_run, rules, now, patience=self._patience
            )
            if waiting:
                self._on_replies(team)
            count, full = count + done, done == store.MOST_AT_ONCE
        return count

    async def _take_and_run(
        self, conn: Conn, rules: WorkspaceRules, now: datetime
    ) -> tuple[int, int]:
        """Run due timers; return how many there were, and how many replies they have written."""
        following, waiting = list[Timer](), 0
        async with conn.transaction():
            taken = await store.take_due(conn, rules.team, now)
            for kind, same in groupby(sorted(taken, key=_KIND), _KIND):
                timers = list(same)
                result = await self._run_kind(conn, rules, timers, now)
                if result is None:
                    again = now + _RETRIED_AFTER
                    following += [timer.postpone(again) for timer in timers]
                    continue
                waiting += result.waiting
                following += self._plan_next(self._jobs[kind], rules, timers, result.body, now)
            await store.store_timers(conn, rules.team, following)
        return len(taken), waiting

    async def _run_kind(
        self, conn: Conn, rules: WorkspaceRules, timers: Sequence[Timer], now: datetime
    ) -> JobResult | None:
        """Return the result of *timers*, all of one kind; None if they failed, to be retried."""
        kind, due = timers[0].kind, [one for one in timers if not one.is_too_late(now)]
        if late := len(timers) - len(due):
            _log.warning("timer.skipped", team=rules.team, kind=kind, timers=late)
        if not due:
            return JobResult()
        try:
            async with conn.transaction():
                return await self._jobs[kind].run(conn, rules, due, now)
        except Exception as error:
            if isinstance(error, psycopg.OperationalError) and not isinstance(error, QueryCanceled):
                raise
            # A failure or a timeout must not keep the rest from being done.
            _log.exception("timer.failed", team=rules.team, kind=kind)
            return None

    def _plan_next(
        self,
        job: Job,
        rules: WorkspaceRules,
        timers: Sequence[Timer],
        body: Mapping[str, Any],
        now: datetime,
    ) -> list[Timer]:
        """Return the timer that follows *timers*, if the settings still ask for it.

        It may be due already, if the app was down then and it isn't too late yet.
        """
        latest = LATEST[timers[0].kind]
        since = now if latest == timedelta.max else now - latest
        after = max(since, *(timer.due_at for timer in timers))
        following = job.plan(rules.get_settings(), after)
        if following is None or all(timer.plan != following.plan for timer in timers):
            return []
        return [replace(following, body=body)]
