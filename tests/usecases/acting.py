"""What people do to votes, in one or two processes on one database, without Slack."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.core.channel_ids import ChannelIdChange
from app.core.commands.boost import BeginBoost, ChangeBoost
from app.core.grammar import mrkdwn
from app.core.message import DELETED, NOTHING, Message
from app.core.reactions import Reaction
from app.core.settings.definitions import Settings
from app.store.people.bans import Ban, store_ban
from app.store.people.merge_transfer import Transfer
from app.store.votes.batcher import VoteBatcher
from app.store.votes.joins import ThankYou
from app.store.workspace.rulebook import Rulebook
from app.usecases import administration, boosts, channel_ids, privacy, undo
from app.usecases.boosts import BoostOrder
from app.usecases.giving import Gift, give, read_form_gift
from app.usecases.joining import find_thank_you, join_by_reaction
from app.usecases.reaction_votes import react
from app.usecases.vote_context import VoteContext
from app.usecases.votes import hear
from tests.store.model import Directory

TEAM, SECRET, START = "T1", "a secret", datetime(2026, 11, 20, 12, tzinfo=UTC)


class Process:
    """One process of the app; the rules that it knows may be out of date."""

    def __init__(self, database, numbers=None, **settings):
        directory = Directory()
        self.zones = directory.zones
        self.database = database
        self.boosted = "C"
        """The channel of boosts that aren't for the whole workspace."""
        self.context = VoteContext(
            database=database,
            rulebook=Rulebook(database, replace(Settings(), **settings), SECRET),
            batcher=VoteBatcher(database),
            people=directory,
            members=directory,
            channels=directory,
            newcomers=None,
        )
        self._numbers = numbers or itertools.count(1)

    def build_message(self, text, by="U1", at=START, channel="C1"):
        """Return a message that no process has received yet."""
        ts = f"{at.timestamp():.0f}.{next(self._numbers):06d}"
        return Message(TEAM, channel, ts, by, mrkdwn.read(text))

    async def say(self, text, by="U1", at=START, channel="C1"):
        message = self.build_message(text, by, at, channel)
        await self.hear(message)
        return message

    def build_reply(self, to, text="++", by="U1", at=START):
        """Return a reply in the thread of the message *to* that no process has received yet."""
        message = self.build_message(text, by, at, to.channel)
        return replace(message, thread_ts=to.ts, thread_author=to.author)

    async def hear(self, message):
        return await hear(message, self.context)

    async def edit(self, message, text, at):
        """Edit a message, as reported by an event or found in the history."""
        return await self.hear(build_edit(message, text, at))

    async def delete(self, message):
        gone = replace(message, author="", lines=NOTHING, revision=DELETED)
        return await self.hear(gone)

    async def react(self, message, by="U1", at=START, *, added=True, emoji="heavy_plus_sign"):
        changed = f"{at.timestamp():.6f}"
        reaction = Reaction(
            TEAM, message.channel, message.ts, by, message.author, emoji, added, changed
        )
        joined = await find_thank_you(reaction, None, self.context)
        if isinstance(joined, ThankYou):
            return await join_by_reaction(reaction, joined, self.context)
        return await react(reaction, message.author, self.context)

    async def fill(self, message, points, by="U1", at=START):
        """Give points by the form on a message."""
        return await give(self._gift(message, points, by, at), self.context)

    async def read_form(self, message, by="U1"):
        """Return what the form on a message shows somebody."""
        return await read_form_gift(self._gift(message, 0, by, START), self.context)

    def _gift(self, message, points, by, at):
        return Gift(TEAM, message.channel, by, message.author, points, None, message.ts, at)

    async def undo(self, user, at):
        return await undo.undo_last(TEAM, user, at, self.context)

    async def forget(self, user):
        return await privacy.forget(self.context.rulebook, TEAM, user)

    async def opt(self, user, *, out):
        return await privacy.opt(self.context.rulebook, TEAM, user, out=out)

    async def merge(self, source, into):
        way = Transfer(TEAM, source, into, f"merge/{id(self)}/{next(self._numbers)}")
        return await administration.merge(self.context.rulebook, way, "U9", "")

    async def unmerge(self, source):
        wanted = administration.UnmergeRequest(TEAM, "U9", source)
        return await administration.unmerge(self.context.rulebook, wanted)

    async def begin_boost(self, at, span, factor=2, *, here=False):
        """Begin a boost at *at*, in the workspace or in a channel."""
        wanted = BeginBoost(span, factor, here=here)
        return await boosts.change(*self._order_boost(at), wanted)

    async def change_boost(self, action, at, *, here=False):
        return await boosts.change(*self._order_boost(at), ChangeBoost(action, here))

    def _order_boost(self, at):
        key = f"boost/{id(self)}/{next(self._numbers)}"
        order = BoostOrder(TEAM, "U9", self.boosted, key, at=at)
        return self.context.rulebook, order

    async def change_channel_id(self, former, new, at):
        """Tell the process that a channel has a new id."""
        change = ChannelIdChange(TEAM, former, new, at)
        return await channel_ids.follow_channel_id(change, self.context)

    async def ban(self, user):
        wanted = Ban(TEAM, "U9", user)
        await self.context.rulebook.change(store_ban, wanted)

    async def unban(self, user, at):
        wanted = Ban(TEAM, "U9", user)
        return await administration.unban(self.context.rulebook, wanted, at)


def build_edit(message, text, at):
    """Return *message* as edited at *at*."""
    ts = f"{at.timestamp():.6f}"
    revision = f"{ts}/{ts}"
    return replace(message, lines=mrkdwn.read(text), revision=revision, changed_at=at)


def later(minutes=0.0, *, hours=0, days=0):
    return START + timedelta(minutes=minutes, hours=hours, days=days)
