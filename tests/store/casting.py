"""The words of the store's own tests: a message, what is ruled of it, and looking at tables."""

from datetime import UTC

from app.core.boards.calendar import VoteTime, find_giver_day
from app.core.message import FIRST, NOTHING, Message
from app.core.rules import Ruling
from app.core.vote import Vote
from app.store.votes.ballot import Ballot
from app.store.workspace.workspace_rules import WorkspaceRules

TS = "1763660000.000100"
KEY = b"the key of tests"


def spoken(ts=TS, by="U1", *, team="T1", channel="C1", revision=FIRST):
    """Return a message; what it says is ruled apart."""
    return Message(team, channel, ts, by, NOTHING, revision=revision)


def ts_of(number):
    return f"1763660000.{number:06d}"


def ruled(points, refusals=()):
    """Return a ruling that counts *points*, by target."""
    return Ruling(tuple(Vote(t, n, spelling=t.removeprefix("thing:")) for t, n in points.items()),
                  tuple(refusals))  # fmt: skip


def ballot(message, ruling):
    """Return both as the store takes them, in a workspace whose days are UTC's, as all givers'."""
    return Ballot(
        message, ruling, VoteTime(message.at.date()), rules_of(message.team),
        find_giver_day(message.moment, UTC),
    )  # fmt: skip


def rules_of(team="T1"):
    """Return the rules of a workspace that has decided nothing."""
    return WorkspaceRules(team, key=KEY)


async def rows(database, query, *parameters):
    """Return what the database holds."""

    async def read(conn):
        return await (await conn.execute(query, parameters)).fetchall()

    return await database.run(read)


async def scores(database, board="users"):
    return dict(await rows(
        database, "SELECT target_id, score FROM leaderboard WHERE board = %s", board
    ))  # fmt: skip
