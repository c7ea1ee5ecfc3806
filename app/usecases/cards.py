"""What /karma shows: a card with points and ranks, the last votes, and votes by their reasons."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.core.boards.calendar import Calendar
from app.core.boards.definitions import GIVERS, USERS
from app.core.boards.periods import Period
from app.core.boards.shares import name_main_board
from app.core.commands.karma import SearchReasons
from app.core.ledger import LedgerEntry
from app.core.vote import is_thing
from app.store.boards import standings
from app.store.boards.rank_index import RankIndexes
from app.store.database import Conn, Database
from app.store.people import members
from app.store.votes import history
from app.store.votes import search as searching
from app.store.votes.history import NO_SUMS, HistoryQuery, Sums
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.allowance import Allowance, Limit, read_allowance

LAST: Final = 5
"""Votes that a card shows."""
_TOP: Final = 3


@dataclass(frozen=True, slots=True)
class Score:
    """Points on a board, and their rank there."""

    board: str
    """The board's name without its period."""
    period: Period
    points: int
    rank: int | None = None
    """None for points without a place on the board."""


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody's card, as far as its reader may see it."""

    accounts: Sequence[str]
    """The target, then what is merged into it."""
    is_own: bool
    hidden: Collection[str] = ()
    """Why the target is hidden from boards; others then see nothing else."""
    scores: Sequence[Score] = ()
    """All time, the season if one was begun, this month, this week; then what a person gave."""
    sums: Sums = NO_SUMS
    last: Sequence[LedgerEntry] = ()
    allowance: Allowance | None = None
    """What the reader may still give, on their own card."""

    @property
    def target(self) -> str:
        """The target that has the points."""
        return self.accounts[0]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was ever given to or by the target."""
        return not (self.last or any(s.points or s.rank for s in self.scores))

    @property
    def targets(self) -> list[str]:
        """Return all ids whose names may be needed to show the card."""
        ids = [self.target, *(entry.voter for entry in self.last)]
        return ids + [which for which, _ in (*self.sums.voters, *self.sums.targets)]


async def build_query(
    database: Database, rules: WorkspaceRules, user: str, here: str, about: str
) -> HistoryQuery:
    """Return a query of *user* for *about* and all that is merged into it.

    An account that has opted out shows its votes to nobody else, not even to those merged with it.
    """
    readers, merged = rules.list_accounts(user), rules.list_known_merged(about)
    others = {*readers, *merged} - {user}
    hidden = await database.run(members.read_hidden, rules.team, others) if others else {}
    out = {one for one, reasons in hidden.items() if "opted_out" in reasons}
    shown = [about, *(one for one in merged if one not in out)]
    return HistoryQuery(rules.team, [one for one in readers if one not in out], here, shown)


async def read_card(
    rank_indexes: RankIndexes, query: HistoryQuery, calendar: Calendar, limit: Limit | None = None
) -> Card:
    """Return the card of *query*'s target, with the current periods and what is left of *limit*."""
    accounts, own = query.accounts, query.is_own

    async def read(conn: Conn) -> Card:
        hidden = await members.read_hidden_reasons(conn, query.team, accounts)
        if hidden and not own:
            return Card(accounts, own, hidden)
        person = not is_thing(query.target)
        scores = await _read_scores(conn, query, calendar)
        sums = await history.sum_recent_votes(conn, query, _TOP, given=person)
        last = await history.read_history(conn, query, LAST, given=False, withdrawn=False)
        allowance = await read_allowance(conn, query.team, limit)
        return Card(accounts, own, hidden, scores, sums, last, allowance)

    shown = await rank_indexes.database.run(read)
    if shown.hidden:
        return shown
    return replace(
        shown, scores=[await _add_rank(rank_indexes, query.team, s) for s in shown.scores]
    )


async def _read_scores(conn: Conn, query: HistoryQuery, calendar: Calendar) -> list[Score]:
    """Return the points on each board that a card shows, without ranks."""
    main = name_main_board(query.target)
    ever, month, week, _ = calendar.list_periods()
    wanted = [(main, period) for period in (ever, calendar.season, month, week) if period]
    wanted += [(GIVERS, ever)] if main == USERS else []
    names = [period.name_board(board) for board, period in wanted]
    points = await standings.read_scores_on_boards(conn, query.team, names, [query.target])
    return [
        Score(board, period, points.get((name, query.target), 0))
        for name, (board, period) in zip(names, wanted, strict=True)
    ]


async def _add_rank(rank_indexes: RankIndexes, team: str, score: Score) -> Score:
    """Return *score* with its rank; a score of 0 has none."""
    if not score.points:
        return score
    ranks = await rank_indexes.find_ranks(
        team, score.period.name_board(score.board), [score.points]
    )
    return replace(score, rank=ranks[score.points])


@dataclass(frozen=True, slots=True)
class PastVotes:
    """The last votes of a target, or those found by a search."""

    accounts: Sequence[str]
    """The target, then what is merged into it; empty for a search."""
    is_own: bool
    entries: Sequence[LedgerEntry] = ()
    hidden: Collection[str] = ()
    """Why the target is hidden from boards; others then see nothing."""

    @property
    def targets(self) -> list[str]:
        """Return all ids whose names may be needed to show the votes."""
        ids = [who for entry in self.entries for who in (entry.voter, entry.target)]
        return [*self.accounts[:1], *ids]


async def read_history(database: Database, query: HistoryQuery, count: int) -> PastVotes:
    """Return the last *count* votes that the target of *query* got and gave."""
    accounts, own = query.accounts, query.is_own

    async def read(conn: Conn) -> PastVotes:
        hidden = await members.read_hidden_reasons(conn, query.team, accounts)
        if hidden and not own:
            return PastVotes(accounts, own, hidden=hidden)
        given = not is_thing(query.target)
        found = await history.read_history(conn, query, count, given=given)
        return PastVotes(accounts, own, found, hidden)

    return await database.run(read)


async def search(
    database: Database, query: HistoryQuery, terms: SearchReasons, count: int
) -> PastVotes:
    """Return the best *count* votes whose reasons match *terms*."""
    found = await database.run(searching.search, query, terms.parts, count)
    return PastVotes((), is_own=False, entries=found)
