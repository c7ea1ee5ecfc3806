"""Helpers of the store's tests: build a message, its ruling and ballot, and read tables."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC

from app.core.boards.calendar import VoteTime, find_giver_day
from app.core.message import FIRST, NOTHING, Message
from app.core.refusals import RefusedVote, Ruling
from app.core.vote import Vote
from app.store.boards.board_sql import COPY_FIRST_SEASON
from app.store.votes import revisions
from app.store.votes.ballot import Ballot
from app.store.votes.cast import cast_all
from app.store.workspace.rulebook import hold_rules
from app.store.workspace.workspace_rules import StaleRulesError, WorkspaceRules
from tests.patience import PATIENCE

TS = "1763660000.000100"
KEY = b"the key of tests"


def spoken(ts=TS, by="U1", *, team="T1", channel="C1", revision=FIRST):
    """Return a message without text; its votes are in the ruling."""
    return Message(team, channel, ts, by, NOTHING, revision=revision)


def ts_of(number):
    return f"1763660000.{number:06d}"


def ruled(points, refusals=()):
    """Return a ruling that counts *points*, by target, and refuses votes for "U9"."""
    return Ruling(tuple(Vote(t, n, spelling=t.removeprefix("thing:")) for t, n in points.items()),
                  tuple(RefusedVote(why, "U9") for why in refusals))  # fmt: skip


def ballot(message, ruling, allowance=None):
    """Return the ballot of both; the workspace and all givers are in UTC."""
    return Ballot(
        message, ruling, VoteTime(message.at.date()), rules_of(message.team),
        find_giver_day(message.added_at, UTC), allowance=allowance,
    )  # fmt: skip


def rules_of(team="T1"):
    """Return the rules of a workspace with default settings."""
    return WorkspaceRules(team, key=KEY)


def at_season(day, season=1, week_shift=0):
    """Return a vote time in a workspace that has begun seasons."""
    return VoteTime(day, season, week_shift, has_seasons=True)


async def add_seasons(database, last=2, team="T1"):
    """Begin the seasons up to number *last*, without a change of the rules."""
    added = """
        INSERT INTO seasons (team_id, number, name, begun_by)
        SELECT %s, n, 'Season ' || n, 'U1' FROM generate_series(2, %s) AS n
        ON CONFLICT DO NOTHING RETURNING number
    """
    if (2,) in await rows(database, added, team, last):
        await database.run(lambda c: c.execute(COPY_FIRST_SEASON, {"team": team}))


async def cast(conn, one):
    """Store the single ballot *one*; raise StaleRulesError instead of returning it."""
    (outcome,) = await cast_all(conn, [one])
    if isinstance(outcome, StaleRulesError):
        raise outcome
    return outcome


async def revise(conn, one):
    """Revise the ledger by the ballot *one*, in a transaction that holds its rules."""
    async with conn.transaction():
        await hold_rules(conn, one.rules)
        return await revisions.revise(conn, one)


async def store_by_rules(database, store, one):
    """Store the ballot *one* by `cast` or `revise`, as if judged by the rules in effect now."""
    team, version = one.message.team, "SELECT rules FROM workspaces WHERE team_id = %s"
    while True:
        known = await rows(database, version, team)
        rules = replace(one.rules, version=known[0][0] if known else 0)
        judged = replace(one, rules=rules)
        with contextlib.suppress(StaleRulesError):
            return await database.run(lambda c: store(c, judged))  # noqa: B023 (run now)


async def rows(database, query, *parameters):
    """Run *query* in *database*; return its rows."""

    async def read(conn):
        return await (await conn.execute(query, parameters)).fetchall()

    return await database.run(read)


_SESSIONS = "SELECT coalesce(to_regclass('citus_stat_activity'), 'pg_stat_activity')::text"


async def wait_until_blocked(database, task, count=1):
    """Return once *count* sessions wait for locks, on any node; fail if *task* ends instead."""
    ((sessions,),) = await rows(database, _SESSIONS)
    waits = f"SELECT FROM {sessions} WHERE wait_event_type = 'Lock'"
    async with asyncio.timeout(PATIENCE):
        while len(await rows(database, waits)) < count:
            assert not task.done()


async def scores(database, board="users"):
    return dict(await rows(
        database, "SELECT target_id, score FROM leaderboard WHERE board = %s", board
    ))  # fmt: skip
