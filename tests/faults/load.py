"""Votes under load, delivered until they are accepted as Slack does, and their totals."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import psycopg

from app.devtools.fake_slack import events
from app.devtools.fake_slack.composer import compose
from app.devtools.fake_slack.delivery import Delivery
from app.devtools.fake_slack.server import LocalSlack
from app.devtools.fake_slack.values import Post
from tests.patience import PATIENCE
from tests.talk import SIGNING_SECRET

CHANNELS = ("general", "random", "dev", "secret")
MEMBERS = ("ann", "bob", "carol", "dave", "eve", "heidi")
THINGS = ("postgres", "coffee")
RETRIES = (0.0, *[0.15] * 2000)
"""Delays in seconds; Slack retries at once and then after minutes, these go on for 5 minutes."""


@dataclass(frozen=True)
class Vote:
    """A vote: its event, the points it adds, and a unique reason that identifies it."""

    payload: dict[str, Any]
    target: str
    points: int
    reason: str


def votes(slack: LocalSlack, count: int) -> list[Vote]:
    """Post *count* votes by members, for each other and for things, in all channels."""
    return [_vote(slack, number) for number in range(count)]


def _vote(slack: LocalSlack, number: int) -> Vote:
    workspace, reason = slack.workspace, f"r{number:04}"
    author, target = _pair(number)
    minus = number % 7 == 0
    typed = f"{target}{'--' if minus else '++'} for {reason}"
    text, blocks = compose(typed, workspace)
    post = Post(
        channel=workspace.find_channel(CHANNELS[number % len(CHANNELS)]).id,
        ts=workspace.next_ts(),
        text=text,
        blocks=blocks,
        user=workspace.find_member(author).id,
    )
    payload = events.build_posted_event(workspace, workspace.add(post))
    member = workspace.find_member(target)
    key = member.id if member else f"thing:{target}"
    return Vote(payload, key, -1 if minus else 1, reason)


def _pair(number: int) -> tuple[str, str]:
    author = MEMBERS[number % len(MEMBERS)]
    if number % 5 == 0:
        return author, THINGS[number % len(THINGS)]
    return author, "@" + MEMBERS[(number + 1 + number // 6 % 5) % len(MEMBERS)]


class Load:
    """Votes delivered to one or several servers, at most *at_once* at a time.

    Only the first *before* of them are sent until `go` is set.
    """

    def __init__(
        self, cast: Sequence[Vote], *ports: int, at_once: int = 8, before: int | None = None
    ) -> None:
        self.votes = cast
        self.go = asyncio.Event()
        self.accepted: set[str] = set()
        self.statuses: Counter[int] = Counter()
        self._ports = ports
        self._at_once = at_once
        self._before = len(cast) if before is None else before
        self._progress = asyncio.Condition()

    async def run(self) -> None:
        """Deliver every vote, each as many times as needed."""
        left = list(self.votes)
        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as tasks:
            for number in range(self._at_once):
                port = self._ports[number % len(self._ports)]
                url = f"http://127.0.0.1:{port}/slack/events"
                tasks.create_task(
                    self._deliver(Delivery(url, SIGNING_SECRET, session, patience=PATIENCE), left)
                )

    async def _deliver(self, delivery: Delivery, left: list[Vote]) -> None:
        while left:
            vote = left.pop(0)
            if self.votes.index(vote) >= self._before:
                await self.go.wait()
            for delay in RETRIES:
                answer = await delivery.deliver(vote.payload)
                self.statuses[answer.status] += 1
                if answer.is_accepted:
                    break
                await asyncio.sleep(delay)
            assert answer.is_accepted, f"never taken: {vote.reason}, {self.statuses}"
            self.accepted.add(vote.reason)
            async with self._progress:
                self._progress.notify_all()

    async def refused(self) -> bool:
        """Return whether any vote was answered with 503."""
        return self.statuses[503] > 0

    async def until(self, count: int) -> None:
        """Wait until *count* votes have been accepted."""
        async with asyncio.timeout(PATIENCE), self._progress:
            await self._progress.wait_for(lambda: len(self.accepted) >= count)


_RUN_OUT = """
WITH turn AS (UPDATE turns SET free_at = clock_timestamp() RETURNING 1)
UPDATE outbox SET claimed_until = clock_timestamp()
WHERE claimed_until IS NOT NULL AND done_at IS NULL AND (SELECT count(*) FROM turn) >= 0
"""


async def expire_claims(url: str, slack: LocalSlack) -> None:
    """Let a dead process's claims expire, once Slack has finished its calls."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        # Only now, as a call may have been sent but not yet received when the process died.
        await slack.wait_until(lambda: not slack.in_flight)
        await conn.execute(_RUN_OUT)


# Boards that differ from the ledger's totals: all time, month, ISO week and day.
_BOARDS = """
WITH shares AS (
    SELECT team_id, voted_at AT TIME ZONE 'UTC' AS at, board, key, points
    FROM vote_history CROSS JOIN LATERAL (VALUES
        (CASE WHEN target_id LIKE 'thing:%' THEN 'things' ELSE 'users' END, target_id, delta),
        (CASE WHEN target_id NOT LIKE 'thing:%' THEN 'channel/' || channel_id END,
            target_id, delta),
        ('givers', voter_id, abs(delta))
    ) AS s (board, key, points)
    WHERE board IS NOT NULL
), told AS (
    SELECT team_id, board || period AS board, key, sum(points) AS score FROM shares
    CROSS JOIN LATERAL (VALUES
        ('', true),
        (to_char(at, '/YYYY-MM'), board NOT LIKE 'channel/%'),
        (to_char(at, '/IYYY-"W"IW'), board NOT LIKE 'channel/%'),
        (to_char(at, '/YYYY-MM-DD'), board IN ('users', 'things'))
    ) AS p (period, kept)
    WHERE kept
    GROUP BY 1, 2, 3
)
SELECT coalesce(t.board, l.board), coalesce(t.key, l.target_id), t.score, l.score
FROM told AS t FULL JOIN leaderboard AS l
    ON (l.team_id, l.board, l.target_id) = (t.team_id, t.board, t.key)
WHERE coalesce(t.score, 0) <> coalesce(l.score, 0)
"""

_SUMS = "SELECT target_id, sum(delta)::int FROM vote_history GROUP BY target_id"
_TWICE = "SELECT message_ts FROM vote_history GROUP BY message_ts, channel_id HAVING count(*) > 1"
# Greetings that a process may have posted before it died aren't posted again.
_REPLIES = "SELECT count(*) FROM outbox WHERE kind NOT IN ('first_point', 'hint')"
_WAITING = f"{_REPLIES} AND done_at IS NULL"
_DROPPED = f"{_REPLIES} AND dropped IS NOT NULL"


async def exact(
    url: str, slack: LocalSlack, cast: Sequence[Vote], *, dropped: bool = False
) -> None:
    """Assert that exactly *cast* counted, is on every board, and was announced once.

    If its replies were *dropped*, none was announced.
    """
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        assert _nonzero(dict(await _rows(conn, _SUMS))) == expected(cast)
        assert await _rows(conn, _TWICE) == []
        assert await _rows(conn, _BOARDS) == []
        await eventually(lambda: _is_drained(conn))
        assert await _rows(conn, _DROPPED) == [(len(cast) if dropped else 0,)]
    assert announced(slack) == Counter(vote.reason for vote in cast if not dropped)


def expected(cast: Sequence[Vote]) -> dict[str, int]:
    """Return the totals of *cast* by target."""
    sums: Counter[str] = Counter()
    for vote in cast:
        sums[vote.target] += vote.points
    return _nonzero(sums)


def announced(slack: LocalSlack) -> Counter[str]:
    """Return how often the app's posts contain each vote, by its reason."""
    own = [post for post in slack.workspace.posts if post.user == slack.workspace.bot_user_id]
    return Counter(reason for post in own for reason in re.findall(r"for (r\d{4})\)", post.text))


def _nonzero(sums: Mapping[str, int]) -> dict[str, int]:
    return {target: points for target, points in sums.items() if points}


async def _is_drained(conn: psycopg.AsyncConnection[Any]) -> bool:
    """Return whether every reply is marked as done, so that none will be posted again."""
    return await _rows(conn, _WAITING) == [(0,)]


async def eventually(holds: Callable[[], Any], seconds: float = PATIENCE) -> None:
    """Poll *holds* until it returns true; raise TimeoutError after *seconds*."""
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 (the database sends no event)
            await asyncio.sleep(0.05)


async def _rows(conn: psycopg.AsyncConnection[Any], query: str) -> list[Any]:
    return await (await conn.execute(query)).fetchall()
