"""Puts into words what the app says by itself: notices and digests, recaps, and the feed."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from app.core.boards.periods import Period
from app.core.own_posts import FeedReply
from app.core.person import PersonKind
from app.core.recap import Recap
from app.core.replies import NoticeReply
from app.core.settings.definitions import Notices
from app.slack.directory.identity import Identity
from app.slack.outbound.board_messages import Boards
from app.slack.views.blocks import Page
from app.slack.views.recaps import render_recap
from app.store.outbox import notices
from app.store.outbox.outbox import ClaimedReply
from app.store.people import members
from app.usecases.notices import find_digest_day
from app.usecases.recaps import read_recap
from app.words import notices as words
from app.words.votes import find_mentioned

_TRIES: Final = 4
"""After so many, whoever Slack does not tell of is taken for a person."""


@dataclass(frozen=True, slots=True)
class NoticeWriter:
    """What is needed to tell people of the points they got."""

    boards: Boards
    identity: Identity

    async def write_notices(
        self, replies: Sequence[ClaimedReply], received: Sequence[NoticeReply]
    ) -> list[str]:
        """Return what each of *replies*, to one person, says of *received*; empty for nobody."""
        team = replies[0].team_id
        if not await self._is_wanted(replies[0], Notices.DIRECT):
            return []
        gifts = await self._read_gifts(team, await self._read_factors(replies, received))
        names = await self.boards.people.read_names(team, words.list_people(gifts))
        return [words.format_notice(gift, names) for gift in gifts]

    async def write_first_point(self, reply: ClaimedReply, gift: NoticeReply) -> str:
        """Return what the person of *reply* is told of their first point; empty for nobody."""
        settings = self.boards.rulebook.get_settings(reply.team_id)
        if not (settings.first_points and await self._is_person(reply)):
            return ""
        if settings.notices is Notices.DIRECT:  # then a notice says who gave it
            return words.FIRST_POINT(count=gift.points)
        gifts = await self._read_gifts(reply.team_id, await self._read_factors([reply], [gift]))
        names = await self.boards.people.read_names(reply.team_id, words.list_people(gifts))
        return words.format_first_point(gifts[0], names)

    async def write_digest(self, reply: ClaimedReply, room: int) -> str:
        """Return what a digest says, in at most *room* characters; empty where it says nothing."""
        if not await self._is_wanted(reply, Notices.DIGEST):
            return ""
        team, user, day = reply.team_id, reply.channel_id, date.fromisoformat(reply.message_ts)
        of = find_digest_day(self.boards.rulebook.get_settings(team), day)
        got = await self.boards.database.run(lambda c: notices.read_received(c, team, user, of))
        gifts = await self._read_gifts(team, got)
        names = await self.boards.people.read_names(team, words.list_people(gifts))
        return words.format_digest(day, gifts, names, room) if gifts else ""

    async def _is_wanted(self, reply: ClaimedReply, by: Notices) -> bool:
        """Tell whether the person of *reply* is one to be told, in a way that still holds."""
        holds = self.boards.rulebook.get_settings(reply.team_id).notices is by
        return holds and await self._is_person(reply)

    async def _is_person(self, reply: ClaimedReply) -> bool:
        """Tell whether *reply* is to somebody who is shown, and no app.

        Raises TimeoutError while Slack does not tell what they are; in the end they are told.
        """
        team, user = reply.team_id, reply.channel_id
        if user == self.identity.bot_user:
            return False
        if await self.boards.database.run(lambda conn: members.read_hidden(conn, team, [user])):
            return False
        person = (await self.boards.people.read_people(team, [user])).get(user)
        if person is None and reply.attempts < _TRIES:
            raise TimeoutError("who that is")
        return person is None or person.kind in {PersonKind.MEMBER, PersonKind.GUEST}

    async def _read_factors(
        self, replies: Sequence[ClaimedReply], received: Sequence[NoticeReply]
    ) -> Sequence[NoticeReply]:
        """Return what each of *replies* tells of *received*, with what a boost made of it."""
        team, keys = replies[0].team_id, [(reply.message_ts, reply.slot) for reply in replies]
        if not self.boards.rulebook.get_rules(team).boosts:
            return received
        factors = await self.boards.database.run(lambda c: notices.read_factors(c, team, keys))
        return [
            replace(one, factor=factors.get(key, 1))
            for key, one in zip(keys, received, strict=True)
        ]

    async def _read_gifts(self, team: str, got: Sequence[NoticeReply]) -> list[NoticeReply]:
        """Return what may be told of *got*: of a private channel neither its name nor its words."""
        voters, run = {one.voter for one in got}, self.boards.database.run
        hidden = await run(lambda conn: members.read_hidden(conn, team, voters))
        public = await _find_public(self.boards, team, {one.channel for one in got})
        shown = [replace(one, voter="") if one.voter in hidden else one for one in got]
        return [
            one if one.channel in public else replace(one, channel="", reason=None, because=None)
            for one in shown
        ]


async def _find_public(boards: Boards, team: str, channels: Collection[str]) -> set[str]:
    public = await asyncio.gather(*(boards.channels.is_public(team, one) for one in channels))
    return {one for one, is_shown in zip(channels, public, strict=True) if is_shown}


async def write_recap(boards: Boards, team: str, period: Period) -> Page:
    """Return the post about *period*, empty where there is nothing to tell."""
    rules = boards.rulebook.get_rules(team)
    recap = await read_recap(boards.database, rules, period, boards.channels.is_public)
    names = await boards.people.read_names(team, _list_people(recap))
    return render_recap(recap, names)


def _list_people(recap: Recap) -> list[str]:
    mentioned = [user for quote in recap.quotes for user in find_mentioned(quote.reason)]
    return list(dict.fromkeys([*recap.people, *mentioned]))


async def write_feed(boards: Boards, team: str, replies: Sequence[FeedReply]) -> list[str]:
    """Return what each of *replies* says, empty where nobody may be told of it any more.

    Each tells a channel what was given in another.
    """
    public = await _find_public(boards, team, {reply.channel for reply in replies})
    told = [await _limit(boards, team, reply) for reply in replies]
    names = await boards.people.name_targets(team, _list_targets(told))
    return [words.format_entry(reply, names) if reply.channel in public else "" for reply in told]


async def _limit(boards: Boards, team: str, reply: FeedReply) -> FeedReply:
    """Return *reply* without those who are shown nowhere, of whom others were merged into."""
    rules = boards.rulebook.get_rules(team)
    reply = reply.rename(rules.resolve_alias)
    people = [reply.giver, *(target for target, _, _ in reply.votes)]
    hidden = await boards.database.run(lambda conn: members.read_hidden(conn, team, people))
    return reply.without(hidden)


def _list_targets(replies: Sequence[FeedReply]) -> list[str]:
    found = [reply.giver for reply in replies if reply.giver]
    for reply in replies:
        for target, _, reason in reply.votes:
            found += [target, *find_mentioned(reason or "")]
    return list(dict.fromkeys(found))
