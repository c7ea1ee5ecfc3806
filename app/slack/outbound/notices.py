"""Puts notices and digests into words: who is told, of what, and nothing where that is nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.core.person import PersonKind
from app.core.settings.definitions import Notices
from app.slack.directory.channels import Places
from app.slack.directory.identity import Identity
from app.slack.directory.people import People
from app.store.database import Database
from app.store.outbox import notices
from app.store.outbox.notices import Got
from app.store.outbox.outbox import Reply
from app.store.workspace.rulebook import Rulebook
from app.words import notices as words
from app.words.notices import Gift

_TRIES: Final = 4


@dataclass(frozen=True, slots=True)
class Noticing:
    """What is needed to tell people of the points they got."""

    database: Database
    people: People
    places: Places
    rulebook: Rulebook
    identity: Identity

    async def told(self, together: Sequence[Reply]) -> list[str]:
        """Return what each of *together*, notices to one person, says; empty for nobody."""
        first = together[0]
        if not await self._wanted(first, Notices.DIRECT):
            return []
        gifts = await self._gifts(first.team_id, [Got(**reply.body) for reply in together])
        names = await self.people.names(first.team_id, words.named(gifts))
        return [words.notice(gift, names) for gift in gifts]

    async def digest(self, reply: Reply, room: int) -> str:
        """Return what a digest says, in at most *room* characters; empty where it says nothing."""
        if not await self._wanted(reply, Notices.DIGEST):
            return ""
        team, user, day = reply.team_id, reply.channel_id, date.fromisoformat(reply.message_ts)
        quiet = self.rulebook.of(team).quiet_channels
        got = await self.database.run(lambda c: notices.of_day(c, team, user, day, quiet))
        gifts = await self._gifts(team, got)
        names = await self.people.names(team, words.named(gifts))
        return words.digest(day, gifts, names, room) if gifts else ""

    async def _wanted(self, reply: Reply, by: Notices) -> bool:
        """Tell whether the person of *reply* is one to be told, in a way that still holds.

        Raises TimeoutError while Slack does not tell what they are; in the end they are told.
        """
        team, user = reply.team_id, reply.channel_id
        if self.rulebook.of(team).notices is not by or user == self.identity.bot_user:
            return False
        if await self.database.run(lambda conn: notices.hidden(conn, team, [user])):
            return False
        person = (await self.people.known(team, [user])).get(user)
        if person is None and reply.attempts < _TRIES:
            raise TimeoutError("who that is")
        return person is None or person.kind in {PersonKind.MEMBER, PersonKind.GUEST}

    async def _gifts(self, team: str, got: Sequence[Got]) -> list[Gift]:
        """Return what may be told of *got*: of a private channel neither its name nor its words."""
        voters = {one.voter for one in got}
        hidden = await self.database.run(lambda conn: notices.hidden(conn, team, voters))
        public = {at for at in {g.channel for g in got} if await self.places.public(team, at)}
        return [
            Gift("" if one.voter in hidden else one.voter, one.points, one.channel, one.reason,
                 one.because)
            if one.channel in public
            else Gift("" if one.voter in hidden else one.voter, one.points, "")
            for one in got
        ]  # fmt: skip
