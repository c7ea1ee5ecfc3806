"""A board as a message: whether it may be shown there, its places, their names, and its table."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from slack_sdk.web.async_client import AsyncWebClient

from app.core.boards.seasons import SeasonNumbers, index_names
from app.core.commands.leaderboard import HERE, ShowBoard
from app.slack.directory.channels import Channels
from app.slack.directory.people import People
from app.slack.outbound.table_support import Tables
from app.slack.views.blocks import Page
from app.slack.views.leaderboard import render_board
from app.store.boards.rank_index import RankIndexes
from app.store.database import Database
from app.store.workspace.rulebook import Rulebook
from app.usecases.standings import read_leaderboard
from app.words import boards as words
from app.words import seasons as season_words


@dataclass(frozen=True, slots=True)
class BoardQuery:
    """A board that somebody wants to see, and the channel where they ask."""

    team: str
    reader: str
    channel: str
    show: ShowBoard
    public: bool = False
    """Whether everybody in the channel sees it."""
    shared: bool = False
    """Whether they see it because the reader has shown it to them."""


@dataclass(frozen=True, slots=True)
class Boards:
    """What is needed to show a board."""

    ladders: RankIndexes
    people: People
    channels: Channels
    tables: Tables
    rulebook: Rulebook

    @classmethod
    def create(
        cls, database: Database, client: AsyncWebClient, people: People, rulebook: Rulebook
    ) -> "Boards":
        """Return what reads boards from *database* and asks Slack with *client*."""
        return cls(
            RankIndexes(database), people, Channels(database, client), Tables(client), rulebook
        )

    async def render(self, query: BoardQuery) -> Page:
        """Return the message that shows what is *query*, or says that it cannot be shown there.

        Raises UnavailableError when the database does not answer in time.
        """
        show = query.show
        if show.channel == HERE:
            show = replace(show, channel=query.channel)
        if not await self.may_show(query.team, show.channel, query.channel):
            return Page(words.NO_SUCH_CHANNEL())
        board = await read_leaderboard(
            self.ladders, query.team, query.reader, show,
            self.rulebook.build_calendar(query.team, datetime.now(UTC)),
        )  # fmt: skip
        targets = [*board.targets, query.reader] if query.public else board.targets
        # Each may wait for Slack; whoever asks waits for both at once.
        names, kind = await asyncio.gather(
            self.people.name_targets(query.team, targets), self.tables.choose_kind()
        )
        reader = query.reader if query.public else None
        return render_board(board, names, kind, reader, shared=query.shared)

    def read_season_names(self, team: str) -> SeasonNumbers:
        """Return the numbers of the seasons of *team* by their names, as one may type them."""
        return index_names(self.rulebook.list_seasons(team), season_words.FIRST())

    async def may_show(self, team: str, channel: str | None, where: str) -> bool:
        """Tell whether the board of *channel*, None for that of all, may be shown in *where*."""
        if channel is None:
            return True
        return bool(channel) if channel == where else await self.channels.is_public(team, channel)
