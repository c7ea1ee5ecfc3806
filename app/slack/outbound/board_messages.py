"""Boards as messages: checks whether one may be shown, reads it, and picks a table block.

Slack rolls out newer blocks workspace by workspace, so the app learns which kind it accepts.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

import structlog
from cachetools import TTLCache

from app.core.boards.calendar import Calendar
from app.core.boards.definitions import GIVERS, THINGS
from app.core.boards.seasons import SeasonNumbers, index_names
from app.core.commands.leaderboard import HERE, ShowBoard, ShowChart
from app.core.settings.definitions import BoardAccess
from app.slack.render_context import RenderContext
from app.slack.views.blocks import Page
from app.slack.views.leaderboard import KINDS, render_board, render_own_standing
from app.store.boards.computed_boards import TooLargeError
from app.store.boards.rank_index import RankIndexes
from app.usecases.standings import BoardRequest, Leaderboard, read_leaderboard
from app.words import boards as words
from app.words.catalog import say

_log = structlog.get_logger()

REFUSALS: Final = frozenset({"invalid_blocks", "invalid_blocks_format", "invalid_attachments"})
"""Slack's errors for blocks that it doesn't accept."""
_REFUSED: Final = 24 * 3600.0
"""Seconds until a kind of table that was refused is tried again."""
_MOST_TEAMS: Final = 10_000


@dataclass(frozen=True, slots=True)
class BoardQuery:
    """A request for a board, and the channel where it was made."""

    team: str
    reader: str
    channel: str
    show: ShowBoard
    public: bool = False
    """Whether everyone in the channel sees it."""
    shared: bool = False
    """Whether they see it because the reader shared it."""


class Tables:
    """The best kind of table for each workspace: one that Slack hasn't refused there in a day."""

    def __init__(self) -> None:
        self._levels: TTLCache[str, int] = TTLCache(_MOST_TEAMS, _REFUSED)

    def get_kind(self, team: str) -> str:
        """Return the kind to use in *team* now."""
        return KINDS[self._levels.get(team, 0)]

    def note_refusal(self, team: str, kind: str, reason: str) -> bool:
        """Fall back to a kind simpler than *kind* if *reason* says that Slack refused its blocks.

        Return whether to try again with a simpler kind.
        """
        if reason not in REFUSALS or kind not in KINDS[:-1]:
            return False
        level = KINDS.index(kind)
        if self._levels.get(team, 0) <= level:
            self._levels[team] = level + 1
            instead = KINDS[level + 1]
            _log.warning("table.refused", team=team, kind=kind, instead=instead, reason=reason)
        return True


@dataclass(frozen=True, slots=True)
class Boards:
    """Dependencies for reading and rendering boards."""

    context: RenderContext
    rank_indexes: RankIndexes
    tables: Tables = field(default_factory=Tables)

    async def render(self, query: BoardQuery) -> Page:
        """Return the message that answers *query*, or says why the board can't be shown there.

        Raises UnavailableError when the database doesn't answer in time.
        """
        show = query.show
        if show.channel == HERE:
            show = replace(show, channel=query.channel)
        where = (query.team, query.channel)
        if refused := await self.explain_refusal(*where, show, public=query.public):
            return Page(refused)
        try:
            board = await self._read_board(query, show)
        except TooLargeError:
            return Page(say("board-too-large"))
        if board is None:
            return Page(say("board-no-such-group"))
        if (
            show.board != THINGS
            and self.context.rulebook.get_settings(query.team).boards is BoardAccess.OWN
        ):
            return render_own_standing(board)
        targets = [*board.targets, query.reader] if query.public else board.targets
        names = await self.context.people.read_names(query.team, targets)
        reader = query.reader if query.public else None
        return render_board(
            board, names, self.tables.get_kind(query.team), reader, shared=query.shared
        )

    async def explain_refusal(
        self, team: str, channel: str, show: ShowBoard | ShowChart, *, public: bool
    ) -> str:
        """Return why *show* may not be shown in *channel*, or an empty string if it may."""
        if not await self._may_show(team, show.channel, channel):
            return say("board-no-such-channel")
        calendar = self._build_calendar(team)
        period = calendar.resolve_span(show.span or calendar.span)
        unfit = words.explain_unfit_period(period, calendar)
        return unfit or self._explain_closed(team, show, public=public)

    async def _read_board(self, query: BoardQuery, show: ShowBoard) -> Leaderboard | None:
        """Return the board *show*; None if Slack doesn't list the group's members."""
        members = await self._read_members(query.team, show.group) if show.group else None
        if show.group and members is None:
            return None
        # points received belong to the account merged into; points given stay with the giver
        resolve = self.context.rulebook.resolve_alias
        account = query.reader if show.board == GIVERS else resolve(query.team, query.reader)
        calendar = self._build_calendar(query.team)
        request = BoardRequest(query.team, query.reader, account, show, calendar, members)
        return await read_leaderboard(self.rank_indexes, request)

    def _build_calendar(self, team: str) -> Calendar:
        return self.context.rulebook.build_calendar(team, datetime.now(UTC))

    async def _read_members(self, team: str, group: str) -> frozenset[str] | None:
        """Return the members of *group*, aliases resolved; None if Slack doesn't list them."""
        members = await self.context.people.list_group_members(team, group)
        if members is None:
            return None
        rules = self.context.rulebook.get_rules(team)
        return frozenset(map(rules.resolve_alias, members))

    def _explain_closed(self, team: str, show: ShowBoard | ShowChart, *, public: bool) -> str:
        """Return why the workspace's settings forbid *show*, or an empty string if they don't."""
        settings = self.context.rulebook.get_settings(team)
        if settings.boards is BoardAccess.OFF:
            return say("board-off")
        if show.board == THINGS:
            return ""
        is_chart = isinstance(show, ShowChart)
        if settings.boards is BoardAccess.OWN and (public or is_chart):
            return say("board-own-only")
        bottom = isinstance(show, ShowBoard) and show.bottom
        return say("board-bottom-things") if bottom and not settings.people_bottom else ""

    def read_season_names(self, team: str) -> SeasonNumbers:
        """Return the season numbers of *team* by the names that people may type."""
        return index_names(self.context.rulebook.get_rules(team).seasons, say("season-first"))

    async def _may_show(self, team: str, channel: str | None, where: str) -> bool:
        """Return whether the board of *channel* may be shown in *where*.

        None is the board of the whole workspace. A direct message has no board.
        """
        if channel is None:
            return True
        if channel.startswith("D"):
            return False
        return (
            bool(channel)
            if channel == where
            else await self.context.channels.is_public(team, channel)
        )
