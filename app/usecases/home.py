"""What somebody's App Home shows: their standings, the leaders, and their last votes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from app.core.boards.calendar import Calendar
from app.core.boards.definitions import GIVERS, USERS
from app.core.boards.shares import Standing
from app.core.commands.leaderboard import ShowBoard
from app.core.ledger import LedgerEntry
from app.core.settings.definitions import BoardAccess
from app.store.boards.rank_index import RankIndexes
from app.store.database import Conn
from app.store.outbox.homes import OpenHome
from app.store.people import members
from app.store.votes import history
from app.store.votes.history import HistoryQuery
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.allowance import Allowance, Limit, read_allowance
from app.usecases.standings import BoardRequest, Leaderboard, read_leaderboard

LAST: Final = 5
"""Votes of each kind that it shows."""


@dataclass(frozen=True, slots=True)
class Home:
    """One person's page; nobody else sees it."""

    accounts: Sequence[str]
    """All of their accounts; the first has their points."""
    board: Leaderboard
    spans: Sequence[str] = ("week", "month", "all")
    """Periods whose board it can show, including `season` once one was begun."""
    standings: Sequence[Standing | None] = ()
    giver_standing: Standing | None = None
    received: Sequence[LedgerEntry] = ()
    given: Sequence[LedgerEntry] = ()
    allowance: Allowance | None = None
    boards: BoardAccess = BoardAccess.EVERYONE
    """Whose standings it shows."""
    opted_out: bool = False
    """Whether the person has opted out; then it shows neither standings nor votes."""

    @property
    def is_new(self) -> bool:
        """Return whether nothing was ever given to or by the person."""
        stands = any(self.standings) or self.giver_standing
        return not (stands or self.received or self.given)

    @property
    def targets(self) -> list[str]:
        """Return all ids whose names may be needed to show the page."""
        ids = [self.accounts[0], *self.board.targets]
        ids += [own.ahead.target for own in self.standings if own and own.ahead]
        votes = (*self.received, *self.given)
        return ids + [who for vote in votes for who in (vote.voter, vote.target)]


async def read_home(
    rank_indexes: RankIndexes,
    page: OpenHome,
    calendar: Calendar,
    limit: Limit | None,
    rules: WorkspaceRules,
) -> Home:
    """Return what *page* shows now, with all accounts of a person merged as *rules* say.

    Votes of private channels are left out: the reader may have left them.
    """
    team, user, show = page.team, page.user, ShowBoard(span=page.span)
    account = rules.resolve_alias(user)
    accounts = sorted(rules.list_accounts(user), key=lambda one: one != account)
    board = await read_leaderboard(rank_indexes, BoardRequest(team, user, account, show, calendar))
    run = rank_indexes.database.run
    spans = ("week", "month", "season", "all") if calendar.seasons else ("week", "month", "all")
    if await run(members.has_opted_out, team, *accounts):
        return Home(accounts, board, spans, opted_out=True)
    standings = [
        await rank_indexes.find_standing(
            team, calendar.resolve_span(span).name_board(USERS), account
        )
        for span in spans  # a season only if one was begun
    ]
    gave = await rank_indexes.find_standing(team, GIVERS, user)
    query = HistoryQuery(team, accounts, here="", accounts=accounts)

    async def read(conn: Conn) -> Home:
        last = partial(history.read_history, conn, query, LAST, withdrawn=False)
        return Home(
            accounts,
            board,
            spans,
            standings,
            giver_standing=gave,
            received=await last(given=False),
            given=await last(given=True, received=False),
            allowance=await read_allowance(conn, team, limit),
        )

    return await run(read)
