"""Renders the posts that nobody asked for: notices, digests, first points, recaps and the feed."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from app.core.boards.periods import Period
from app.core.own_posts import FeedReply
from app.core.person import PersonKind
from app.core.replies import NoticeReply
from app.core.settings.definitions import Notices
from app.slack.render_context import RenderContext
from app.slack.views import recaps as views
from app.slack.views.blocks import Page
from app.store.outbox import notices
from app.store.outbox.outbox import ClaimedReply
from app.store.people import members
from app.usecases.notices import find_digest_day
from app.usecases.recaps import read_recap
from app.words import notices as words
from app.words.catalog import say

_LAST_ATTEMPT: Final = 4
"""The attempt at which someone whose kind Slack hasn't reported counts as a person."""


class UnknownRecipientError(Exception):
    """Slack hasn't said yet whether the recipient of a direct message is a person."""


@dataclass(frozen=True, slots=True)
class NoticeRenderer:
    """Renders direct messages about received points."""

    context: RenderContext

    async def render_notices(
        self, replies: Sequence[ClaimedReply], received: Sequence[NoticeReply]
    ) -> list[str]:
        """Return the text of each of *replies*, to one person; none if they shouldn't be told."""
        team = replies[0].team_id
        if not await self._is_wanted(replies[0], Notices.DIRECT):
            return []
        gifts = await self._read_gifts(team, await self._read_factors(replies, received))
        names = await self._read_names(team, gifts)
        return [words.format_notice(gift, names) for gift in gifts]

    async def render_first_point(self, reply: ClaimedReply, gift: NoticeReply) -> str:
        """Return the text for someone's first point; empty if they shouldn't be told."""
        settings = self.context.rulebook.get_settings(reply.team_id)
        if not (settings.first_points and await self._is_person(reply)):
            return ""
        if settings.notices is Notices.DIRECT:  # a notice names the giver
            return say("notice-first-point", count=gift.points)
        gifts = await self._read_gifts(reply.team_id, await self._read_factors([reply], [gift]))
        names = await self._read_names(reply.team_id, gifts)
        return words.format_first_point(gifts[0], names)

    async def render_digest(self, reply: ClaimedReply, room: int) -> str:
        """Return a digest of at most *room* characters; empty if there's nothing to tell."""
        if not await self._is_wanted(reply, Notices.DIGEST):
            return ""
        team, user, day = reply.team_id, reply.channel_id, date.fromisoformat(reply.message_ts)
        received_on = find_digest_day(self.context.rulebook.get_settings(team), day)
        received = await self.context.database.run(notices.read_received, team, user, received_on)
        gifts = await self._read_gifts(team, received)
        names = await self._read_names(team, gifts)
        return words.format_digest(day, gifts, names, room) if gifts else ""

    async def _is_wanted(self, reply: ClaimedReply, kind: Notices) -> bool:
        """Return whether *reply* goes to a person whose workspace still sends that *kind*."""
        is_current = self.context.rulebook.get_settings(reply.team_id).notices is kind
        return is_current and await self._is_person(reply)

    async def _is_person(self, reply: ClaimedReply) -> bool:
        """Return whether *reply* goes to a member or guest whom boards show.

        Apps and external people aren't told of points. Raises UnknownRecipientError while Slack
        hasn't said what they are, until _LAST_ATTEMPT.
        """
        team, user = reply.team_id, reply.channel_id
        if user == self.context.identity.bot_user:
            return False
        if await self.context.database.run(members.read_hidden, team, [user]):
            return False
        person = (await self.context.people.read_people(team, [user])).get(user)
        if person is None and reply.attempts < _LAST_ATTEMPT:
            raise UnknownRecipientError
        return person is None or person.kind in {PersonKind.MEMBER, PersonKind.GUEST}

    async def _read_factors(
        self, replies: Sequence[ClaimedReply], received: Sequence[NoticeReply]
    ) -> Sequence[NoticeReply]:
        """Return *received* with each vote's boost factor, found by the message of its reply."""
        team, keys = replies[0].team_id, [(reply.message_ts, reply.slot) for reply in replies]
        if not self.context.rulebook.get_rules(team).boosts:
            return received
        factors = await self.context.database.run(notices.read_factors, team, keys)
        return [
            replace(one, factor=factors.get(key, 1))
            for key, one in zip(keys, received, strict=True)
        ]

    async def _read_gifts(self, team: str, received: Sequence[NoticeReply]) -> list[NoticeReply]:
        """Return *received* without hidden givers, private channels and the reasons given there."""
        voters, run = {one.voter for one in received}, self.context.database.run
        hidden = await run(members.read_hidden, team, voters)
        public = await _find_public(self.context, team, {one.channel for one in received})
        shown = [replace(one, voter="") if one.voter in hidden else one for one in received]
        return [
            one if one.channel in public else replace(one, channel="", reason=None, because=None)
            for one in shown
        ]

    async def _read_names(self, team: str, gifts: Sequence[NoticeReply]) -> Mapping[str, str]:
        voters, reasons = [gift.voter for gift in gifts], [gift.reason for gift in gifts]
        return await self.context.people.read_names(team, voters, reasons)


async def _find_public(context: RenderContext, team: str, channels: Collection[str]) -> set[str]:
    public = await asyncio.gather(*(context.channels.is_public(team, one) for one in channels))
    return {one for one, is_shown in zip(channels, public, strict=True) if is_shown}


async def render_recap(context: RenderContext, team: str, period: Period, patience: float) -> Page:
    """Return the recap of *period*, or an empty page if there's nothing to tell.

    Raises UnavailableError as `read_recap` does.
    """
    rules, is_public = context.rulebook.get_rules(team), context.channels.is_public
    recap = await read_recap(context.database, rules, period, is_public, patience)
    reasons = [quote.reason for quote in recap.quotes]
    return views.render_recap(recap, await context.people.read_names(team, recap.people, reasons))


async def render_feed(
    context: RenderContext, team: str, replies: Sequence[FeedReply], room: int
) -> list[str]:
    """Return the feed entry for each of *replies*; empty if nobody is to know of it any more.

    Each has at most *room* characters. It reports in one channel what was given in another, which
    may be private by now.
    """
    public = await _find_public(context, team, {reply.channel for reply in replies})
    entries = [await _filter_entry(context, team, reply) for reply in replies]
    votes = [vote for entry in entries for vote in entry.votes]
    targets = [*(entry.giver for entry in entries), *(target for target, _, _ in votes)]
    names = await context.people.read_names(team, targets, [reason for _, _, reason in votes])
    return [
        words.format_entry(entry, names, room)
        if entry.channel in public and _has_votes(entry, of)
        else ""
        for entry, of in zip(entries, replies, strict=True)
    ]


def _has_votes(entry: FeedReply, of: FeedReply) -> bool:
    """Return whether *entry* shows any votes of the reply *of*, or that reply has none."""
    return bool(entry.votes) or not of.votes


async def _filter_entry(context: RenderContext, team: str, reply: FeedReply) -> FeedReply:
    """Return *reply* with aliases resolved and without hidden people."""
    rules = context.rulebook.get_rules(team)
    reply = reply.rename(rules.resolve_alias)
    people = [reply.giver, *(target for target, _, _ in reply.votes)]
    hidden = await context.database.run(members.read_hidden, team, people)
    return reply.without(hidden)
