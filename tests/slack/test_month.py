"""A month in a made-up workspace, played at high speed, since time is an argument.

Four weeks across a clock change, with recaps, digests, a feed, milestones, boosts, edits,
withdrawals, a season's end and two restarts. It checks what was posted, and that the ledger is
exact at the end.
"""

import random
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp

from app import server
from app.core.boosts import BoostState
from app.core.commands.boost import BeginBoost, BoostAction, ChangeBoost
from app.devtools.fake_slack.values import Post
from app.usecases import boosts, seasons
from app.usecases.boosts import BoostOrder
from tests.differences import find_differences_at
from tests.talk import PATIENT, Talk

PEOPLE = ("ann", "bob", "carol", "dave", "eve", "heidi")
FIRST = datetime(2026, 10, 12, 10, tzinfo=UTC)
WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
SETTINGS = {
    "time_zone": "Europe/Berlin", "replies": "channel", "notices": "digest", "recap": "weekly",
    "recap_channel": "C0RANDOM02", "feed_channel": "C0DEVDEV03",
}  # fmt: skip
RECAPS = [
    datetime(2026, 10, 19, 7, tzinfo=UTC), datetime(2026, 10, 26, 8, tzinfo=UTC),
    datetime(2026, 11, 2, 8, tzinfo=UTC), datetime(2026, 11, 9, 8, tzinfo=UTC),
]  # fmt: skip
"""Mondays at nine in Berlin, where clocks are set back on 25 October."""
MINUTE, GENERAL = timedelta(minutes=1), "C0GENERAL1"
RELEASE, FAIR, AFTER_FAIR = FIRST + 3 * DAY, FIRST + 13 * DAY, FIRST + 14 * DAY
"""The days with boosts; the second boost is paused across a restart."""

BOOST_POSTS = [
    "*Release day:* Double points everywhere for 2 hours, until TIME. Every plus counts twice.",
    "*Release day:* 15 minutes of double points left everywhere, until TIME.",
    "*Release day:* 5 minutes of double points left everywhere, until TIME.",
    "*Release day:* Double points have ended everywhere.",
    "Triple points in this channel for 2 hours, until TIME. Every plus counts three times.",
    "Triple points are paused in this channel, with 1 hour 34 minutes left.",
    "Triple points are back in this channel: 1 hour 34 minutes left, until TIME.",
    "15 minutes of triple points left in this channel, until TIME.",
    "5 minutes of triple points left in this channel, until TIME.",
    "Triple points have ended in this channel.",
]


@dataclass
class Kudos:
    """A message in its current version: who gave whom how much, and when."""

    post: Post
    giver: str
    receiver: str
    points: int
    at: datetime
    public: bool = True

    @property
    def received(self) -> int:
        """The points received: more on days with a boost, which may be for one channel."""
        day = self.at.date()
        doubled = day == RELEASE.date()
        tripled = self.public and day in {FAIR.date(), AFTER_FAIR.date()}
        return self.points * (2 if doubled else 3 if tripled else 1)


class Month:
    """The test's own count of what has been given so far."""

    def __init__(self):
        self.random = random.Random(20261012)
        self.kudos: list[Kudos] = []
        self.withdrawn = 0
        self.seconds = 0

    async def give(self, talk, at, channel="general"):
        """Give a random number of points from one random person to another."""
        giver, receiver = self.random.sample(PEOPLE, 2)
        points = self.random.randint(1, 5)
        talk.set_clock(at)
        typed = f"@{receiver} += {points} for job {len(self.kudos)}"
        post = await talk.said(typed, by=giver, channel=channel)
        self.kudos.append(Kudos(post, giver, receiver, points, at, channel != "secret"))

    async def play_day(self, talk, at):
        """Play a day: some votes, one in private, an edit or a withdrawal, and due timers."""
        for minute in range(self.random.randint(1, 3)):
            await self.give(talk, at + timedelta(minutes=minute))
        await self.give(talk, at + timedelta(minutes=9), channel="secret")
        await self.pass_time(talk, at + timedelta(minutes=10))
        await self.change_mind(talk)
        await self.pass_time(talk, at + timedelta(minutes=20))

    async def change_mind(self, talk):
        """Delete one of the last public messages, or reduce it to one point."""
        chosen = self.random.choice([one for one in self.kudos[-3:] if one.public])
        if self.random.random() < 0.5:
            await talk.deleted(chosen.post)
            self.kudos.remove(chosen)
            self.withdrawn += 1
        elif chosen.points > 1:
            after = await talk.edited(chosen.post, f"@{chosen.receiver} ++ for less")
            chosen.post, chosen.points = after, 1

    async def pass_time(self, talk, at):
        """Advance the time to some seconds after *at*, twice: a feed posts at its second look."""
        for _ in range(2):
            self.seconds += 3
            await talk.run_timers(at + timedelta(seconds=self.seconds % 300))

    def count(self, since=FIRST, until=FIRST + 10 * WEEK, *, public=False, by="receiver"):
        """Return everybody's points in a period of time."""
        found = Counter()
        for one in self.kudos:
            if since <= one.at < until and (one.public or not public):
                got = one.received if by == "receiver" else one.points
                found[getattr(one, by)] += got
        return found


def _name(leaders, before):
    """Return the top three as a recap names them."""
    first = sorted(leaders.items(), key=lambda pair: (-pair[1], pair[0]))[:3]
    names = [f"{name} ({points})" for name, points in first]
    led = sorted(before.items(), key=lambda pair: (-pair[1], pair[0]))[:1]
    if led and led[0][0] == first[0][0]:
        names = [*names[1:], f"{first[0][0]} once more ({first[0][1]})"]
    return f"{', '.join(names[:-1])} and {names[-1]}"


async def test_simulated_month_posts_correctly_and_keeps_an_exact_ledger(
    slack, config, database_url
):
    month, days = Month(), [FIRST + n * DAY for n in range(28)]
    async with aiohttp.ClientSession() as session:
        for part in (days[:14], days[14:20], days[20:]):  # with a restart after each part
            async with server.serve(config, database_url, PATIENT) as running:
                talk = Talk(slack, running, session)
                if part[0] == FIRST:
                    await talk.decide(**SETTINGS)
                await _play(month, talk, part)
        async with server.serve(config, database_url, PATIENT) as running:
            talk = Talk(slack, running, session)
            await talk.run_timers(RECAPS[-1])
            await _read_posts(month, talk)
            await _check_boards(month, talk)
    assert find_differences_at(database_url) == []


async def _play(month, talk, days):
    for at in days:
        # Each morning after nine in Berlin; a feed begins at the second look.
        await talk.run_timers(at.replace(hour=8, minute=30))
        if at == days[0]:
            await talk.run_timers(at.replace(hour=9))
        if at == FIRST + 17 * DAY:
            await _begin_season(talk, at)
        await _begin_boosts(talk, at)
        await month.play_day(talk, at)
        await _end_boosts(talk, at)


async def _begin_boosts(talk, at):
    """Begin the day's boost a minute before its first votes."""
    if at == RELEASE:
        await _boost(talk, at - MINUTE, BeginBoost(2 * HOUR, name="Release day"))
    if at == FAIR:
        await _boost(talk, at - MINUTE, BeginBoost(2 * HOUR, 3, here=True))
    if at == AFTER_FAIR:
        await _boost(talk, at - MINUTE, ChangeBoost(BoostAction.RESUME))


async def _end_boosts(talk, at):
    """Pause the day's boost, or advance the time to its end."""
    if at == FAIR:
        await _boost(talk, at + 25 * MINUTE, ChangeBoost(BoostAction.PAUSE))
    end = {RELEASE: at - MINUTE + 2 * HOUR, AFTER_FAIR: at - MINUTE + 94 * MINUTE}.get(at)
    for before in (15, 5, 0) if end else ():
        await talk.run_timers(end - before * MINUTE)
        await talk.run_timers(end - before * MINUTE)


async def _boost(talk, at, wanted):
    """Begin or change a boost as ann, in #general at the time *at*."""
    context, team = talk.running.context, talk.slack.workspace.team_id
    key = f"boost/{at.isoformat()}"
    order = BoostOrder(team, talk.id_of("ann"), GENERAL, key, GENERAL, at)
    assert isinstance(await boosts.change(context.rulebook, order, wanted), BoostState)
    talk.running.sender.wake(team)
    await talk.settled()


async def _begin_season(talk, at):
    """Begin the second season around the time *at*."""
    context, team = talk.running.context, talk.slack.workspace.team_id
    assert await seasons.begin(team, talk.id_of("ann"), 2, "Autumn", context)
    await talk.rows("UPDATE seasons SET begins_at = %s RETURNING 1", at - timedelta(hours=1))
    await context.rulebook.learn()


async def _read_posts(month, talk):
    """Check what a member sees: each recap once and correct, and the current feed."""
    recaps = talk.heard(channel="random")
    assert len(recaps) == len(RECAPS)
    for number, recap in enumerate(recaps):
        since = FIRST.replace(hour=0) + number * WEEK
        lines, until = recap.split("\n"), since + WEEK
        assert lines[0].startswith("Karma, ")
        for line, by in ((1, "receiver"), (2, "giver")):
            now = month.count(since, until, public=True, by=by)
            before = month.count(since - WEEK, since, public=True, by=by)
            assert lines[line].partition("* ")[2] == _name(now, before)
        assert ("First point ever" in recap) is (number == 0)
    feed = "\n".join(talk.heard(channel="dev")).split("\n")
    assert sum(" gave " in line for line in feed) == sum(one.public for one in month.kudos)
    assert sum("took points back" in line for line in feed) == month.withdrawn
    assert not any("C0SECRET04" in line for line in feed)
    said = talk.heard()
    about_boosts = [text for text in said if re.search("(?i)(double|triple) points", text)]
    plain = [re.sub(r"<!date[^>]*>", "TIME", text) for text in about_boosts if "(+" not in text]
    assert plain == BOOST_POSTS
    assert len(about_boosts) > len(plain)
    assert any(" points :tada: (" in line for post in said for line in post.split("\n"))
    assert all(any("You got " in text for text in talk.direct(name)) for name in PEOPLE)


async def _check_boards(month, talk):
    """Compare the boards of all time, of each season and of a month with what was given."""
    begun = FIRST + 17 * DAY - timedelta(hours=1)
    for board, stretch in (
        ("users", {}), ("users/S1", {"until": begun}), ("users/S2", {"since": begun}),
        ("users/2026-10", {"until": datetime(2026, 10, 31, 23, tzinfo=UTC)}),
    ):  # fmt: skip
        scores = {talk.id_of(name): n for name, n in month.count(**stretch).items()}
        assert {who: n for who, n in (await talk.scores(board)).items() if n} == scores
    given = {talk.id_of(name): n for name, n in month.count(by="giver").items()}
    assert {who: n for who, n in (await talk.scores("givers")).items() if n} == given
