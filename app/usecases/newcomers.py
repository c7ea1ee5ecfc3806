"""What happens at somebody's first vote and first point: they are told how it goes on, once.

Most people are no newcomers: who is known not to be one costs no query.
"""

from collections.abc import Iterable
from typing import Final

from cachetools import LRUCache

from app.core.grammar.hints import HintKind
from app.core.message import Message
from app.core.replies import HintReply
from app.core.settings.definitions import Replies, Settings
from app.core.vote import is_thing
from app.store.database import Conn, Database, UnavailableError
from app.store.people import newcomers

_MOST_KNOWN: Final = 100_000


class Newcomers:
    """Greets those who give or get for the first time; the others it remembers."""

    greets = True

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: LRUCache[tuple[str, str, str], bool] = LRUCache(_MOST_KNOWN)

    async def greet(self, message: Message, targets: Iterable[str], settings: Settings) -> int:
        """Let whoever gave, and those of *targets* who got points, be told if it was their first.

        It comes after the votes of *message* were stored, and nothing is lost where it fails.
        Returns how many replies wait now.
        """
        if message.quiet or not self.greets:
            return 0
        voter = message.author
        people = {target for target in targets if not is_thing(target)}
        gives = settings.replies is not Replies.SILENT and self._is_new(message.team, voter, "gave")
        got = [user for user in people if self._is_new(message.team, user, "got")]
        if not settings.first_points:
            got = []
        if not (gives or got):
            return 0
        try:
            waiting = await self._database.run(lambda conn: _write(conn, message, got, gives=gives))
        except UnavailableError:
            return 0
        self._known.update({(message.team, user, "got"): True for user in got})
        if gives:
            self._known[message.team, voter, "gave"] = True
        return waiting

    def _is_new(self, team: str, user: str, what: str) -> bool:
        return (team, user, what) not in self._known


async def _write(conn: Conn, message: Message, got: list[str], *, gives: bool) -> int:
    waiting = 0
    if gives:
        hint = HintReply(HintKind.FIRST_VOTE)
        waiting += await newcomers.write_first_vote(conn, message, hint)
    if got:
        waiting += await newcomers.write_first_points(conn, message, got)
    return waiting
