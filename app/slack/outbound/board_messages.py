"""A board as a message: whether it may be shown there, its places, their names, and its table."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from slack_sdk.web.async_client import AsyncWebClient

from app.core.boards.seasons import Names, names
from app.core.commands.leaderboard import HERE, ShowBoard
from app.core.vote import is_thing
from app.slack.directory.channels import Places
from app.slack.directory.people import People
from app.slack.outbound.table_support import Tables
from app.slack.views.leaderboard import Page, page
from app.store.boards import standings
from app.store.boards.rank_index import Ladders
from app.store.database import Database
from app.store.workspace.rulebook import Rulebook
from app.usecases.standings import leaderboard
from app.words import boards as words
from app.words import seasons as season_words


@dataclass(frozen=True, slots=True)
class Asked:
    """A board that somebody wants to see, and the channel where they ask."""

    team: str
    reader: str
    channel: str
    show: ShowBoard
    public: bool = False
    """Whether everybody in the channel sees it."""
    shown: bool = False
    """Whether they see it because the reader has shown it to them."""


@dataclass(frozen=True, slots=True)
class Boards:
    """What is needed to show a board."""

    ladders: Ladders
    people: People
    places: Places
    tables: Tables
    rulebook: Rulebook

    @classmethod
    def made(
        cls, database: Database, client: AsyncWebClient, people: People, rulebook: Rulebook
    ) -> "Boards":
        """Return what reads boards from *database* and asks Slack with *client*."""
        return cls(Ladders(database), people, Places(database, client), Tables(client), rulebook)

    async def page(self, asked: Asked) -> Page:
        """Return the message that shows what is *asked*, or says that it cannot be shown there.

        Raises UnavailableError when the database does not answer in time.
        """
        show = asked.show
        if show.channel == HERE:
            show = replace(show, channel=asked.channel)
        if not await self.may_show(asked.team, show.channel, asked.channel):
            return Page(words.NO_SUCH_CHANNEL())
        board = await leaderboard(
            self.ladders, asked.team, asked.reader, show,
            self.rulebook.calendar(asked.team, datetime.now(UTC)),
        )  # fmt: skip
        targets = [*board.targets, asked.reader] if asked.public else board.targets
        # Each may wait for Slack; whoever asks waits for both at once.
        names, kind = await asyncio.gather(self.named(asked.team, targets), self.tables.kind())
        reader = asked.reader if asked.public else None
        return page(board, names, kind, reader, shown=asked.shown)

    def seasons(self, team: str) -> Names:
        """Return the numbers of the seasons of *team* by their names, as one may type them."""
        return names(self.rulebook.seasons(team), season_words.FIRST())

    async def may_show(self, team: str, channel: str | None, where: str) -> bool:
        """Tell whether the board of *channel*, None for that of all, may be shown in *where*."""
        if channel is None:
            return True
        return bool(channel) if channel == where else await self.places.public(team, channel)

    async def named(self, team: str, targets: Sequence[str]) -> dict[str, str]:
        """Return what *targets*, people and things, are called."""
        things = [target for target in targets if is_thing(target)]
        people = await self.people.names(team, [t for t in targets if not is_thing(t)])
        if not things:
            return people
        read = self.ladders.database.run
        return people | await read(lambda conn: standings.spellings(conn, team, things))
