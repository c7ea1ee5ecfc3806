"""Deliveries that Slack may send about messages, and a model of their effect on the store."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.core.boosts import Boost, BoostTimeline
from app.core.person import derive_key
from app.core.settings.definitions import Settings
from app.devtools.fake_slack import events
from app.devtools.fake_slack.composer import compose
from app.devtools.fake_slack.values import Post
from app.devtools.fake_slack.workspace import Workspace
from app.slack.payloads.events import read_message
from app.store.votes.batcher import VoteBatcher
from app.store.workspace.rulebook import Rulebook
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.vote_context import VoteContext
from app.usecases.votes import hear

IDS = {"ann": "U0ANN00001", "bob": "U0BOB00002", "grace": "W0GRACE007"}
MEMBERS = ("U0BOB00002", "U0CAROL003", "U0DAVE0004")
"""The members of the example workspace's group."""
THINGS = {"postgres": "thing:postgres", '"Foo  Bar"': "thing:foo bar", ":tada:": "thing::tada:"}
WRITERS = tuple(IDS)
CHANNELS = ("C0GENERAL1", "C0RANDOM02", "C0SECRET04")
TIMES = (1793491199, 1793491201, 1796083199, 1798761599, 1798761601)
"""Moments around the ends of a month, of an ISO week and of a year."""
BOOST = Boost(
    1, "", 2, "", datetime.fromtimestamp(TIMES[2], UTC), datetime.fromtimestamp(TIMES[3], UTC)
)
"""Runs at one of these moments: messages written then count double, whenever they are edited."""
DELETED = ("~",)

SECRET = "the secret of tests"


def rules_of(team):
    """Return the rules of a workspace with default settings."""
    return WorkspaceRules(team, key=derive_key(SECRET))


Saying = tuple[str, int]
"""A target as typed (empty for a lone operator), and the points."""


@dataclass(frozen=True)
class Delivery:
    """A payload, the key of its message, and the message's new version and votes."""

    payload: dict
    key: tuple[str, str, str]
    version: tuple[str, ...] | None
    voter: str = ""
    votes: dict[str, int] = field(default_factory=dict)


class MessageWriter:
    """Writes messages in a workspace of its own; builds their deliveries, but sends none."""

    def __init__(self, team: str) -> None:
        self.workspace = Workspace.create_example()
        self.workspace.team_id = team
        self._count = 0

    def write(self, by, channel, moment, saying, thread=None, *, as_text=False):
        """Return a new post and its delivery; *thread* is the post that it replies to."""
        self._count += 1
        ts = f"{TIMES[moment] + self._count}.{self._count:06d}"
        text, blocks = compose(build_text(saying), self.workspace)
        thread_ts = thread.ts if thread else None
        channel = thread.channel if thread else channel
        post = Post(channel, ts, text, IDS[by], [] if as_text else blocks, thread_ts)
        self.workspace.add(post)
        payload = events.build_posted_event(self.workspace, post)
        return post, self._build_delivery(payload, post, ("",), saying, thread)

    def edit(self, post, saying, second, tick, thread=None, *, by_person=True):
        """Return the edited *post* and the delivery; *second* is that of `edited.ts`."""
        text, blocks = compose(build_text(saying), self.workspace)
        after = replace(post, text=text, blocks=blocks if post.blocks else [], edited=by_person)
        at, edited = f"18000{second:05d}.{tick:06d}", f"18000{second:05d}.000000"
        payload = events.build_changed_event(self.workspace, before=post, after=after, event_ts=at)
        if by_person:
            payload["event"]["message"]["edited"]["ts"] = edited
        version = (edited, at) if by_person else None
        return after, self._build_delivery(payload, after, version, saying, thread)

    def delete(self, post):
        payload = events.build_deleted_event(
            self.workspace, post=post, event_ts=self.workspace.next_ts()
        )
        return Delivery(payload, self._key(post), DELETED, post.user)

    def _build_delivery(self, payload, post, version, saying, thread):
        votes = count_points(saying, post.user, thread.user if thread else "")
        return Delivery(payload, self._key(post), version, post.user, votes)

    def _key(self, post):
        return self.workspace.team_id, post.channel, post.ts


def build_text(saying):
    """Return the text of *saying*: one vote a line, so that each minus ends its line."""
    names = {"eng": "@eng"} | {name: f"@{name}" for name in IDS}
    signs = (("+" if n > 0 else "-") * (abs(n) + 1) if n else " thanks" for _, n in saying)
    lines = (names.get(who, who) + sign for (who, _), sign in zip(saying, signs, strict=True))
    return "\n".join(lines) or "nothing of note"


def count_points(saying, author, began):
    """Return the points that count, by target: summed and capped, none for the author."""
    most, points = Settings().max_points, Counter()
    alone = len(saying) == 1 and began
    for who, n in saying:
        named = MEMBERS if who == "eng" else [THINGS.get(who) or IDS.get(who) or alone]
        for target in named:
            if target and not (who == "eng" and target == author):
                points[target] += max(-most, min(most, n))
    held = {target: max(-most, min(most, n)) for target, n in points.items()}
    return {target: n for target, n in held.items() if n and target != author}


class Model:
    """The expected content of the store after deliveries: each message's latest version."""

    def __init__(self, allowance: int | None = None) -> None:
        self.latest: dict = {}
        self.held: dict = {}
        self.voters: dict = {}
        self.spent: Counter = Counter()
        self._paid: dict = {}
        self._allowance = allowance

    def deliver(self, delivery: Delivery) -> None:
        if delivery.version is None or delivery.version <= self.latest.get(delivery.key, ()):
            return
        self.latest[delivery.key] = delivery.version
        self.voters[delivery.key] = delivery.voter
        before, after = self.held.get(delivery.key, {}), delivery.votes
        paid = self._paid.setdefault(delivery.key, Counter())
        more, day = _size(after) - _size(before), _moment(delivery).date()
        account = (delivery.key[0], rules_of(delivery.key[0]).identify(delivery.voter), day)
        if self._allowance is not None and more > max(0, self._allowance - self.spent[account]):
            after = {}
        elif more > 0:
            paid[account] += more
            self.spent[account] += more
        self.held[delivery.key] = after
        self._give_back(paid, sum(paid.values()) - _size(after))

    def _give_back(self, paid: Counter, over: int) -> None:
        """Refund *over* points to the days that have paid, latest day first."""
        for account in sorted(paid, reverse=True):
            back = max(0, min(over, paid[account]))
            paid[account] -= back
            self.spent[account] -= back
            over -= back

    def ledger(self) -> dict:
        """Return the ledger's sum by message, voter and target."""
        return {
            (*key, self.voters[key], target): n * _factor(key) if n > 0 else n
            for key, votes in self.held.items()
            for target, n in votes.items()
        }

    def boards(self) -> dict:
        """Return every score by team, board and target."""
        scores: Counter = Counter()
        for (team, channel, ts, voter, target), n in self.ledger().items():
            at = _at((team, channel, ts))
            thing = target.startswith("thing:")
            longer, day = ("", f"{at:/%Y-%m}", f"{at:/%G-W%V}"), f"{at:/%Y-%m-%d}"
            for period in (*longer, day):
                scores[team, ("things" if thing else "users") + period, target] += n
            for period in longer:
                scores[team, "givers" + period, voter] += abs(self.held[team, channel, ts][target])
            if not thing:
                scores[team, f"channel/{channel}", target] += n
        return {key: n for key, n in scores.items() if n}


def _at(key):
    return datetime.fromtimestamp(int(key[2].partition(".")[0]), UTC)


def _factor(key):
    return BoostTimeline([BOOST]).find_factor(key[1], _at(key))


def _moment(delivery):
    """Return the time, by Slack's clock, at which the points that a delivery adds are given."""
    edited = delivery.version and delivery.version[0].partition(".")[0]
    written = _at(delivery.key)
    return datetime.fromtimestamp(int(edited), UTC) if edited and edited.isdecimal() else written


def _size(votes):
    return sum(map(abs, votes.values()))


class _Rules(Rulebook):
    """A rulebook of workspaces with default settings and a boost."""

    def get_rules(self, team):
        return replace(super().get_rules(team), boosts=[BOOST])


def vote_context(database, allowance=None):
    """Return a context that knows the example workspace's group.

    Joining is off, since it has its own tests: a lone operator votes for the thread's author.
    """

    directory = Directory({"S0ENG00001": MEMBERS})
    return VoteContext(
        database=database,
        rulebook=_Rules(database, Settings(daily_allowance=allowance, joining=False), SECRET),
        batcher=VoteBatcher(database),
        people=directory,
        members=directory,
        channels=directory,
        newcomers=None,
    )


class Directory:
    """People, groups and channels, as Slack knows them: everybody is a member everywhere."""

    def __init__(self, groups=()):
        self.groups = dict(groups)
        self.zones = {}

    async def list_group_members(self, _team, group):
        return self.groups.get(group)

    async def read_zone(self, _team, user):
        return ZoneInfo(self.zones.get(user, "UTC"))

    async def is_stranger(self, _team, _user):
        return False

    async def has(self, _team, _channel, _user):
        return True

    async def store_new(self, _team, _channel):
        return None


async def deliver(delivery, context):
    """Process *delivery* from the payload to the ledger."""
    message = read_message(delivery.payload)
    return await hear(message, context) if message else None


_LEDGER = """
SELECT team_id, channel_id, message_ts, voter_id, target_id, sum(delta)::int FROM vote_history
WHERE team_id = ANY(%s) GROUP BY 1, 2, 3, 4, 5 HAVING sum(delta) <> 0
"""
_BOARDS = """
SELECT team_id, board, target_id, score FROM leaderboard
WHERE team_id = ANY(%s) AND score <> 0
"""
_SPENT = (
    "SELECT team_id, giver_id, day, spent FROM allowances WHERE team_id = ANY(%s) AND spent > 0"
)


async def read_stored(database, teams):
    """Return ledger, boards and allowances from the database, with the same keys as the model."""

    async def read(conn):
        found = []
        for query in (_LEDGER, _BOARDS, _SPENT):
            rows = await (await conn.execute(query, [list(teams)])).fetchall()
            found.append({row[:-1]: row[-1] for row in rows})
        return found

    return await database.run(read)
