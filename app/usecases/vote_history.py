"""The ledger for people: the last votes of somebody, and votes by the words of their reasons."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.core.commands.karma import Search
from app.core.ledger import Entry
from app.core.vote import is_thing
from app.store.database import Conn, Database
from app.store.votes import history as store
from app.store.votes import search as searching
from app.store.votes.history import Asked


@dataclass(frozen=True, slots=True)
class Past:
    """The last votes of somebody or something, or those that a search has found."""

    target: str
    """Whose they are; empty for a search."""
    own: bool
    entries: Sequence[Entry] = ()
    hidden: Collection[str] = ()
    """Why the target is shown on no board; then nothing is told to others."""
    spellings: Sequence[tuple[str, str]] = ()

    @property
    def people(self) -> list[str]:
        """Return everybody whose name may be needed to show it."""
        ids = [who for entry in self.entries for who in (entry.voter, entry.target)]
        return [w for w in dict.fromkeys([self.target, *ids]) if w and not is_thing(w)]


async def history(database: Database, asked: Asked, count: int) -> Past:
    """Return the last *count* votes that the target of *asked* got, and gave.

    Raises UnavailableError when the database does not answer in time.
    """
    own = asked.target == asked.reader

    async def read(conn: Conn) -> Past:
        hidden = await store.hidden(conn, asked.team, asked.target)
        if hidden and not own:
            return Past(asked.target, own, hidden=hidden)
        given = not is_thing(asked.target)
        found = await store.history(conn, asked, count, given=given)
        spelled = await store.spellings(conn, asked, [entry.target for entry in found])
        return Past(asked.target, own, found, hidden, spelled)

    return await database.run(read)


async def search(database: Database, asked: Asked, wanted: Search, count: int) -> Past:
    """Return the best *count* votes whose reasons have the words that are *wanted*.

    Raises UnavailableError when the database does not answer in time.
    """

    async def read(conn: Conn) -> Past:
        found = await searching.search(conn, asked, wanted.parts, count)
        spelled = await store.spellings(conn, asked, [entry.target for entry in found])
        return Past("", own=False, entries=found, spellings=spelled)

    return await database.run(read)
