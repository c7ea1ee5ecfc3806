"""Ledger and boards agree, whatever runs at the same time: a random mix of everything that votes.

`MIX_STEPS=2000 MIX_SEEDS=10` runs it for long.
"""

import asyncio
import contextlib
import os
import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.cli import verify
from app.cli.import_scores import ScoreImport, roll_back_batch
from app.core.commands.boost import BoostAction
from app.store.database import UnavailableError
from app.store.people.merging import MergeResult
from app.store.server import operating
from app.store.transfer import batches
from app.store.transfer.vote_archive import archive_votes
from app.usecases import seasons
from app.usecases.undo import UndoneVotes
from app.usecases.upkeep import follow_votes
from tests.differences import find_differences_at
from tests.store.casting import rows
from tests.store.test_imports import read_scores
from tests.usecases.acting import START, TEAM
from tests.usecases.mix_model import PEOPLE, THINGS, Entry, Model

STEPS = int(os.environ.get("MIX_STEPS", "60"))
SEEDS = int(os.environ.get("MIX_SEEDS", "2"))
CHANGES = (BoostAction.ADD, BoostAction.PAUSE, BoostAction.RESUME, BoostAction.END)
SIGNS = {1: "++", 2: "+++", -1: "--"}
ZONES = ("UTC", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati")

_HELD = """
SELECT target_id, sum(coalesce(said, delta))::int, sum(delta)::int FROM vote_history
WHERE team_id = 'T1' AND (message_ts, slot) = (%s, %s) GROUP BY 1
"""
_ALL = "SELECT coalesce(sum(score), 0)::int FROM leaderboard WHERE board IN ('users', 'things')"
_GIVEN = """
SELECT max(given)::int FROM (
    SELECT voter_id, sum(abs(points)) AS given FROM (
        SELECT voter_id, sum(coalesce(said, delta)) AS points FROM vote_history
        WHERE voter_id <> '' GROUP BY voter_id, channel_id, message_ts, slot, target_id) AS vote
    GROUP BY voter_id) AS giver
"""
_CONCERNED = """
SELECT DISTINCT message_ts, slot FROM vote_history
WHERE team_id = 'T1' AND %s IN (voter_id, target_id)
UNION SELECT message_ts, slot FROM messages WHERE team_id = 'T1' AND slot = %s
"""


class Mix:
    """Performs acts one after the other, each in one of two processes, and checks the results."""

    def __init__(self, processes, chance):
        self.processes, self.chance, self.model = processes, chance, Model()
        self.database = processes[0].database
        self.messages, self.batches, self.number = {}, [], 0
        self.ids = {"C": "C", "D": "D"}

    @property
    def process(self):
        return self.chance.choice(self.processes)

    @property
    def now(self):
        self.number += 1
        return START + timedelta(hours=self.number)

    def choose_votes(self):
        whom = self.chance.sample((*PEOPLE, *THINGS), self.chance.randint(0, 3))
        return [(who, self.chance.choice((1, 2, -1))) for who in whom]

    async def say(self):
        said, by = self.choose_votes(), self.chance.choice(PEOPLE)
        message = await self.process.say(
            _type(said), by, self.now, self.ids[self.chance.choice("CD")]
        )
        self.messages[message.ts] = message
        await self.check((message.ts, ""), Entry(by), self.model.expect(Entry(by), by, said))

    async def edit(self):
        message, said = self.pick(), self.choose_votes()
        entry = self.model.entries[message.ts, ""]
        expected = self.model.expect(entry, entry.author, said) if entry.open else entry.total
        await self.process.edit(message, _type(said), self.now)
        await self.check((message.ts, ""), entry, expected)

    async def delete(self):
        message = self.pick()
        entry = self.model.entries[message.ts, ""]
        await self.process.delete(message)
        entry.open = False
        for (ts, _), other in self.model.entries.items():
            other.open = other.open and ts != message.ts
        await self.check((message.ts, ""), entry, 0)

    async def react(self):
        message, by = self.pick(), self.chance.choice(PEOPLE)
        gone = not self.model.entries[message.ts, ""].open and await self.is_deleted(message)
        entry = self.model.entries.setdefault((message.ts, by), Entry(by, open=not gone))
        added = self.chance.random() < 0.6
        said = [(message.author, 1)] if added else []
        expected = self.model.expect(entry, by, said) if entry.open else entry.total
        await self.process.react(message, by, self.now, added=added)
        if self.model.is_merged(by):  # the model doesn't know which of their accounts gave it
            for key, other in self.model.entries.items():
                await self.read(key, other)
        else:
            await self.check((message.ts, by), entry, expected)

    async def is_deleted(self, message):
        query = "SELECT FROM messages WHERE (message_ts, slot, revision) = (%s, '', 'deleted')"
        return bool(await rows(self.database, query, message.ts))

    async def undo(self):
        done = await self.process.undo(self.chance.choice(PEOPLE), self.now)
        if isinstance(done, UndoneVotes):
            key = done.given.ts, done.given.slot
            entry = self.model.entries[key]
            entry.open = False
            await self.check(key, entry, 0)

    async def merge(self):
        source, into = self.chance.sample(PEOPLE, 2)
        if isinstance(await self.process.merge(source, into), MergeResult):
            self.model.merge(source, into)

    async def unmerge(self):
        source = self.chance.choice(PEOPLE)
        if isinstance(await self.process.unmerge(source), MergeResult):
            self.model.unmerge(source)

    async def forget(self):
        user = self.chance.choice(PEOPLE)
        concerned = await rows(self.database, _CONCERNED, user, user)
        await self.process.forget(user)
        found = await rows(self.database, "SELECT target_id FROM aliases WHERE person IS NOT NULL")
        into = await rows(
            self.database, "SELECT into_id FROM aliases WHERE into_person IS NOT NULL"
        )
        known = {*self.model._aliases, *self.model._aliases.values()}
        new = {name for (name,) in (*found, *into)} - known
        self.model.forget(user, next(iter(new), f"{user} forgotten"))
        for key in concerned:
            self.close(key, user)
        for key, entry in self.model.entries.items():
            await self.read(key, entry)

    def close(self, key, user):
        """Close an entry to changes; what *user* gave on a message is under another slot now."""
        entry = self.model.entries.get(key)
        if entry is None:
            return
        entry.open = False
        if key[1] == user:
            self.model.base += entry.points
            entry.held, entry.points = {}, 0

    async def opt(self):
        user, out = self.chance.choice(PEOPLE), self.chance.random() < 0.5
        await self.process.opt(user, out=out)
        self.model.opt(user, out=out)

    async def change_channel_id(self):
        """Give a channel a new id, under which a message is edited or reacted to before."""
        name = self.chance.choice("CD")
        former, new = self.ids[name], f"{name}{self.number}"
        there = [one for one in self.messages.values() if one.channel == former]
        expected = (
            await self.act_under_new_id(replace(self.chance.choice(there), channel=new))
            if there
            else ()
        )
        await self.process.change_channel_id(former, new, self.now)
        self.ids[name] = new
        for process in self.processes:
            process.boosted = self.ids["C"]
        for one in there:
            self.messages[one.ts] = replace(one, channel=new)
        if expected:
            await self.check(*expected)

    async def act_under_new_id(self, message):
        """Edit or react to *message* under an id that nobody knows yet; return what to expect."""
        entry = self.model.entries[message.ts, ""]
        if entry.open and self.chance.random() < 0.5:
            by = self.chance.choice(
                [who for who in PEOPLE if not self.model.is_merged(who)] or [""]
            )
            if by:
                return await self.react_under_new_id(message, by)
        said = self.choose_votes()
        await self.process.edit(message, _type(said), self.now)
        fresh = self.model.expect(Entry(entry.author), entry.author, said)
        return (message.ts, ""), entry, fresh if entry.open else entry.total

    async def react_under_new_id(self, message, by):
        entry = self.model.entries.setdefault((message.ts, by), Entry(by))
        added = self.chance.random() < 0.6
        said = [(message.author, 1)] if added else []
        expected = self.model.expect(entry, by, said) if entry.open else entry.total
        await self.process.react(message, by, self.now, added=added)
        return (message.ts, by), entry, expected

    async def begin_season(self):
        process = self.process
        await process.context.rulebook.learn()
        number = len(process.context.rulebook.get_rules(TEAM).seasons) + 2
        await seasons.begin(TEAM, "U9", number, f"Season {number}", process.context)

    async def take_over(self):
        scores = {who: self.chance.randint(1, 9) for who in ("U777777", "Postgres", "U888888")}
        name = f"batch{self.number}"
        self.number += 1
        await asyncio.to_thread(_import, self.database.url, scores, name)
        self.batches.append((name, sum(scores.values())))
        self.model.base += sum(scores.values())

    async def roll_back(self):
        if self.batches:
            name, points = self.batches.pop()
            await asyncio.to_thread(_roll_back, self.database.url, name)
            self.model.base -= points

    async def archive(self):
        cutoff = (START + timedelta(hours=self.number) - timedelta(days=2)).date()
        await asyncio.to_thread(_archive, self.database.url, cutoff, str(self.number))
        for key, entry in self.model.entries.items():
            held, points = entry.held, entry.points
            await self.read(key, entry)
            if held and not entry.held:
                self.model.base, entry.open = self.model.base + points, False

    async def boost(self):
        """Begin a boost if none is open, and extend, pause, resume or end it, at random."""
        at, here = self.now, self.chance.random() < 0.5
        span, factor = timedelta(hours=self.chance.randint(1, 60)), self.chance.choice((2, 3))
        await self.process.begin_boost(at, span, factor, here=here)
        await self.process.change_boost(self.chance.choice(CHANGES), at, here=here)

    async def rebuild(self):
        assert await asyncio.to_thread(_rebuild, self.database.url) == 0

    async def follow(self):
        await _update_long_boards(self.database)

    def pick(self):
        return self.chance.choice([*self.messages.values()])

    async def check(self, key, entry, expected):
        self.model.entries[key] = entry
        await self.read(key, entry)
        assert entry.total == expected, (key, entry)

    async def read(self, key, entry):
        """Read the votes of *entry* from the ledger."""
        found = await rows(self.database, _HELD, *key)
        entry.held = {target: said for target, said, _ in found}
        entry.points = sum(points for *_, points in found)

    async def run(self, steps):
        acts = [self.edit] * 5 + [self.react] * 4 + [self.say] * 3 + [self.delete] * 2
        acts += [self.undo, self.merge, self.unmerge, self.forget, self.opt, self.begin_season]
        acts += [self.boost, self.take_over, self.roll_back, self.change_channel_id]
        acts += [self.archive, self.rebuild, self.follow]
        await self.say()
        for step in range(steps):
            act = self.chance.choice(acts)
            await act()
            ((points,),) = await rows(self.database, _ALL)
            total = self.model.base + sum(e.points for e in self.model.entries.values())
            assert points == total, (step, act.__name__)
            if step % 10 == 9:
                assert await asyncio.to_thread(find_differences_at, self.database.url) == []
        await _update_long_boards(self.database)
        assert await asyncio.to_thread(find_differences_at, self.database.url) == []


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_a_mix_of_everything_ends_as_the_model_says(two, seed):
    # Joined votes have tests of their own (test_joining): here a reaction is for the author.
    mix = Mix(two(undo_window=10**9, joining=False), random.Random(seed))
    await mix.run(STEPS)


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_a_concurrent_mix_keeps_ledger_boards_and_limits_consistent(two, seed):
    """Which act wins is unknown, but scores are the sums of their votes, and no limit is broken."""
    here, there = two(daily_allowance=5, cooldown=60, undo_window=10**9)
    chance = random.Random(seed)
    known, ids = [await here.say("hello", by, START) for by in PEOPLE], ["C1"]

    async def change_id(process, number, at):
        """Give the channel a new id; events under the former one are redelivered."""
        ids.append(f"C{number + 2}")
        await process.change_channel_id(ids[-2], ids[-1], at)

    async def act(number):
        process, by = chance.choice((here, there)), chance.choice(PEOPLE)
        at = START + timedelta(minutes=number + 1)  # at START, everybody said hello
        message = replace(chance.choice(known), channel=ids[-1])
        whom = chance.choice((*PEOPLE, *THINGS))
        process.zones[by] = chance.choice(ZONES)
        text = _type([(whom, chance.choice((1, 2)))])
        other = chance.choice([who for who in PEOPLE if who != by])
        acts = {
            "say": lambda: process.say(text, by, at, ids[-1]),
            "edit": lambda: process.edit(message, text, at),
            "react": lambda: process.react(message, by, at, added=chance.random() < 0.7),
            "delete": lambda: process.delete(message),
            "undo": lambda: process.undo(by, at),
            "forget": lambda: process.forget(by),
            "merge": lambda: process.merge(by, other),
            "unmerge": lambda: process.unmerge(by),
            "opt": lambda: process.opt(by, out=chance.random() < 0.5),
            "boost": lambda: process.begin_boost(at, timedelta(minutes=chance.randint(1, 30))),
            "change_id": lambda: change_id(process, number, at),
        }
        often = chance.choices([*acts], (5, 5, 4, 2, 1, 1, 2, 1, 2, 2, 1))
        done = await acts[often[0]]()
        if often == ["say"]:
            known.append(done)

    for begin in range(0, STEPS, 12):
        await asyncio.gather(*(_persist(act, begin + n) for n in range(12)))
        await follow_votes(there.database)
        assert await asyncio.to_thread(find_differences_at, here.database.url) == []
    await _update_long_boards(here.database)
    assert await asyncio.to_thread(find_differences_at, here.database.url) == []
    # More may be recorded as spent: an unmerge counts it for both accounts, and merging them again
    # doubles it. To an allowance, the days of all zones are one, for 20 hours.
    days = 1 + STEPS // (20 * 60)
    assert (await rows(here.database, _GIVEN))[0][0] <= 5 * len(PEOPLE) * days


async def _persist(act, number):
    """Act; Slack would redeliver what couldn't be stored in time."""
    with contextlib.suppress(UnavailableError):
        await act(number)


def _type(said):
    return "\n".join(
        (who.partition(":")[2] if who in THINGS else f"<@{who}>") + SIGNS[n] for who, n in said
    )


async def _update_long_boards(database):
    """Update the boards of quarters and years by all votes, as if these were minutes old."""
    older = "UPDATE vote_history SET created_at = now() - interval '5 minutes' RETURNING 1"
    await rows(database, older)
    await follow_votes(database)
    behind = await rows(database, "SELECT max(id) > min(settled) FROM vote_history, long_boards")
    assert behind in ([], [(None,)], [(False,)])


def _connect(url):
    return contextlib.closing(operating.connect(url, "test"))


def _import(url, scores, batch):
    with _connect(url) as conn, conn.transaction():
        taken = ScoreImport(conn, TEAM, skip_bad=False, report_fault=lambda _: None)
        assert taken.write(batch, batch, taken.read(read_scores(scores)))


def _roll_back(url, name):
    with _connect(url) as conn, conn.transaction():
        roll_back_batch(conn, batches.lock_by_name(conn, name, TEAM))


def _archive(url, cutoff: date, stamp):
    with _connect(url) as conn, archive_votes(conn, TEAM, cutoff, stamp, list):
        pass


def _rebuild(url):
    with _connect(url) as conn, _connect(url) as writer:
        return verify.compare(conn, writer).differences
