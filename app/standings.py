"""What the leaderboard shows: its places, and where the person who asks stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.boards import USERS, Place, Standing
from app.store import boards
from app.store.database import Conn, Database


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """The first places of a board, and the reader's own."""

    places: Sequence[Place]
    own: Standing | None
    asked: int
    """How many places were asked for; there may be fewer."""

    @property
    def people(self) -> list[str]:
        """Return everybody whose name is needed to show it."""
        ahead = [self.own.ahead.target] if self.own and self.own.ahead else []
        return [place.target for place in self.places] + ahead


async def leaderboard(database: Database, team: str, reader: str, count: int) -> Leaderboard:
    """Return the first *count* places of all people, and where *reader* stands.

    Raises UnavailableError when the database does not answer in time.
    """

    async def read(conn: Conn) -> Leaderboard:
        places = await boards.top(conn, team, USERS, count)
        own = await boards.standing(conn, team, USERS, reader)
        return Leaderboard(places, own, count)

    return await database.run(read)
