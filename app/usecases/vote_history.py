"""The ledger for people: the last votes of somebody, and votes by the words of their reasons."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.core.commands.karma import SearchReasons
from app.core.ledger import LedgerEntry
from app.core.vote import is_thing
from app.store.database import Conn, Database
from app.store.votes import history as store
from app.store.votes import search as searching
from app.store.votes.history import HistoryQuery


@dataclass(frozen=True, slots=True)
class PastVotes:
    """The last votes of somebody or something, or those that a search has found."""

    target: str
    """Whose they are; empty for a search."""
    is_own: bool
    entries: Sequence[LedgerEntry] = ()
    hidden: Collection[str] = ()
    """Why the target is shown on no board; then nothing is told to others."""
    spellings: Sequence[tuple[str, str]] = ()

    @property
    def people(self) -> list[str]:
        """Return everybody whose name may be needed to show it."""
        ids = [who for entry in self.entries for who in (entry.voter, entry.target)]
        return [w for w in dict.fromkeys([self.target, *ids]) if w and not is_thing(w)]


async def read_history(database: Database, query: HistoryQuery, count: int) -> PastVotes:
    """Return the last *count* votes that the target of *query* got, and gave.

    Raises UnavailableError when the database does not answer in time.
    """
    own = query.target == query.reader

    async def read(conn: Conn) -> PastVotes:
        hidden = await store.read_hidden_reasons(conn, query.team, query.target)
        if hidden and not own:
            return PastVotes(query.target, own, hidden=hidden)
        given = not is_thing(query.target)
        found = await store.read_history(conn, query, count, given=given)
        spelled = await store.read_spellings(conn, query, [entry.target for entry in found])
        return PastVotes(query.target, own, found, hidden, spelled)

    return await database.run(read)


async def search(
    database: Database, query: HistoryQuery, terms: SearchReasons, count: int
) -> PastVotes:
    """Return the best *count* votes whose reasons have the words that are *terms*.

    Raises UnavailableError when the database does not answer in time.
    """

    async def read(conn: Conn) -> PastVotes:
        found = await searching.search(conn, query, terms.parts, count)
        spelled = await store.read_spellings(conn, query, [entry.target for entry in found])
        return PastVotes("", is_own=False, entries=found, spellings=spelled)

    return await database.run(read)
