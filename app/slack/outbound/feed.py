"""Puts the feed into words: of public channels, as Slack says now which those are."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.own_posts import FeedReply
from app.slack.directory.channels import Channels
from app.slack.directory.people import People
from app.store.database import Database
from app.store.outbox import notices
from app.store.workspace.rulebook import Rulebook
from app.words import notices as words
from app.words.votes import find_mentioned


@dataclass(frozen=True, slots=True)
class FeedWriter:
    """What is needed to tell a channel what was given in others."""

    database: Database
    people: People
    channels: Channels
    rulebook: Rulebook

    async def write(self, team: str, replies: Sequence[FeedReply]) -> list[str]:
        """Return what each of *replies* says, empty where nobody may be told of it any more."""
        places = {reply.channel for reply in replies}
        public = {place for place in places if await self.channels.is_public(team, place)}
        told = [await self._limit(team, reply) for reply in replies]
        names = await self.people.name_targets(team, _list_targets(told))
        return [
            words.format_entry(reply, names) if reply.channel in public else "" for reply in told
        ]

    async def _limit(self, team: str, reply: FeedReply) -> FeedReply:
        """Return *reply* without those who are shown nowhere, of whom others were merged into."""
        rules = self.rulebook.get_rules(team)
        reply = reply.rename(rules.resolve_alias)
        people = [reply.giver, *(target for target, _, _ in reply.votes)]
        hidden = await self.database.run(lambda conn: notices.read_hidden(conn, team, people))
        return reply.without(hidden)


def _list_targets(replies: Sequence[FeedReply]) -> list[str]:
    found = [reply.giver for reply in replies if reply.giver]
    for reply in replies:
        for target, _, reason in reply.votes:
            found += [target, *find_mentioned(reason or "")]
    return list(dict.fromkeys(found))
