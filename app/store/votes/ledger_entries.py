"""Appends ledger rows that come from no message, and adds their points to the boards.

Votes are appended by the database function `record_votes` (`cast`), their changes by `revisions`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from psycopg.types.json import Jsonb

from app.core.boards.definitions import KeptBoards
from app.core.boards.shares import ScorePart, Share
from app.store.boards.board_sql import HORIZONS, SEASONS
from app.store.database import Conn, fetch_all, fetch_value, gather_columns

_APPEND: Final = """
INSERT INTO vote_history
    (team_id, channel_id, message_ts, voter_id, target_id, delta, reason, kind, voted_at, day,
     season, week_shift)
SELECT %(team)s::text, p.channel_id, %(ts)s, '', p.target_id, p.delta, %(reason)s, %(kind)s, now(),
    p.day, p.season, p.week_shift
FROM unnest(%(channels)s::text[], %(targets)s::text[], %(deltas)s::bigint[],
    %(days)s::date[], %(seasons)s::integer[], %(shifts)s::smallint[]) WITH ORDINALITY
    AS p (channel_id, target_id, delta, day, season, week_shift, nr)
ORDER BY p.nr
"""

_ADD: Final = "SELECT add_scores(%(team)s, %(shares)s)"

_SEASONS: Final = f"SELECT {SEASONS}"


@dataclass(frozen=True, slots=True)
class EntryOrigin:
    """The columns that appended rows have in common."""

    team: str
    ts: str
    """In place of a message's ts: the kind of act, a slash and a unique id."""
    kind: str
    reason: str | None = None


async def append(conn: Conn, origin: EntryOrigin, parts: Sequence[ScorePart]) -> None:
    """Append *parts* to the ledger; what they add to the boards is up to the caller."""
    shared = {"team": origin.team, "ts": origin.ts, "kind": origin.kind, "reason": origin.reason}
    columns = gather_columns(
        parts, channels="channel", targets="target", deltas="points", days="day",
        seasons="season", shifts="week_shift",
    )  # fmt: skip
    await conn.execute(_APPEND, shared | columns)


async def add_scores(conn: Conn, team: str, shares: Sequence[Share]) -> None:
    """Add *shares* to the boards, in key order; raise NumericValueOutOfRange beyond 64 bits."""
    listed = [(share.board, share.target, share.points) for share in shares]
    await conn.execute(_ADD, {"team": team, "shares": Jsonb(listed)})


async def read_kept_boards(conn: Conn, team: str) -> KeptBoards:
    """Return which boards *team* keeps; this can't change while the rules are held."""
    first = dict(await fetch_all(conn, HORIZONS, {"team": team}))
    return KeptBoards(seasons=await fetch_value(conn, _SEASONS, {"team": team}), horizons=first)
