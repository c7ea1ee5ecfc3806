"""Reads the ledger for people: the latest votes of a person or thing, and sums over them.

Each query reads a bounded number of the newest rows by an index, however long the ledger is. A vote
is shown if its channel is public, or is the channel of the request.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from app.core.ledger import LedgerEntry, build_entries
from app.store.database import Conn, fetch_all, fetch_as, split_columns

RECENT_ROWS: Final = 1000
"""The number of newest ledger rows from which recent givers, reasons and receivers are summed."""
_PAGE: Final = 200
_MOST_PAGES: Final = 10

# Imported rows have no channel, so they can't reveal a private one.
SHOWN: Final = """(h.channel_id IN ('', %(here)s) OR EXISTS (
    SELECT FROM channels AS c
    WHERE (c.team_id, c.channel_id) = (%(team)s, h.channel_id) AND NOT c.private))"""

# Hidden members are looked up row by row, as for boards: EXISTS could become a hash of them all.
VOTER: Final = """CASE WHEN h.voter_id <> ALL(%(readers)s) AND (
    SELECT 1 FROM hidden_members AS m WHERE (m.team_id, m.user_id) = (%(team)s, h.voter_id) LIMIT 1
) IS NOT NULL THEN '' ELSE h.voter_id END"""

# The target is hidden, and neither the reader nor what is asked about.
UNSEEN: Final = """(h.target_id <> ALL(%(readers)s::text[] || %(accounts)s::text[]) AND (
    SELECT 1 FROM hidden_members AS m
    WHERE (m.team_id, m.user_id) = (%(team)s, h.target_id) LIMIT 1) IS NOT NULL)"""

# Rows appended by a merge are shown apart from votes: there is one per channel and day.
_NEWEST: Final = f"""
WITH near AS (
    SELECT both_sides.* FROM unnest(%(accounts)s::text[]) AS a (account) CROSS JOIN LATERAL (
        (SELECT * FROM vote_history
         WHERE %(received)s AND team_id = %(team)s AND target_id = a.account AND id < %(before)s
             AND kind <> 'merge'
         ORDER BY id DESC LIMIT %(rows)s)
        UNION ALL
        (SELECT * FROM vote_history
         WHERE %(given)s AND team_id = %(team)s AND voter_id = a.account AND id < %(before)s
         ORDER BY id DESC LIMIT %(rows)s)
    ) AS both_sides
    ORDER BY id DESC LIMIT %(rows)s
)
SELECT h.id, h.channel_id AS channel, h.message_ts AS ts, h.slot, h.target_id AS target,
    {SHOWN} AND NOT {UNSEEN} AS shown
FROM near AS h ORDER BY h.id DESC
"""  # noqa: S608 (made of constants)

# Imported rows are looked up by target, since all rows of an import share one message key.
_WHOLE: Final = f"""
SELECT h.id, h.channel_id AS channel, h.message_ts AS ts, {VOTER} AS voter, h.target_id AS target,
    h.delta AS points, h.reason, h.kind, h.voted_at AS at, h.slot, h.factor
FROM unnest(%(channels)s::text[], %(times)s::text[], %(slots)s::text[], %(targets)s::text[])
    AS v (channel_id, message_ts, slot, target_id)
CROSS JOIN LATERAL (
    SELECT * FROM vote_history
    WHERE (team_id, channel_id, message_ts) = (%(team)s, v.channel_id, v.message_ts)
        AND (slot, target_id) = (v.slot, v.target_id) AND v.channel_id <> ''
    UNION ALL
    (SELECT * FROM vote_history
     WHERE team_id = %(team)s AND target_id = v.target_id AND id = ANY(%(ids)s)
        AND (channel_id, message_ts) = ('', v.message_ts) AND v.channel_id = '')
) AS h
"""  # noqa: S608 (the same)

_GOT: Final = f"""
WITH near AS (
    SELECT got.* FROM unnest(%(accounts)s::text[]) AS a (account) CROSS JOIN LATERAL (
        SELECT * FROM vote_history
        WHERE team_id = %(team)s AND target_id = a.account AND kind <> 'merge'
        ORDER BY id DESC LIMIT {RECENT_ROWS}
    ) AS got
    ORDER BY id DESC LIMIT {RECENT_ROWS}
), seen AS (
    SELECT h.*, {VOTER} AS voter FROM near AS h WHERE h.channel_id <> '' AND {SHOWN}
), said AS (
    SELECT (array_agg(reason ORDER BY id DESC))[1] AS reason, sum(delta) AS points
    FROM seen GROUP BY channel_id, message_ts, slot HAVING sum(delta) > 0
)
(SELECT 'voter', voter, sum(delta)::bigint FROM seen
 WHERE voter <> '' GROUP BY voter HAVING sum(delta) > 0 ORDER BY 3 DESC, 2 LIMIT %(count)s)
UNION ALL
(SELECT 'reason', min(reason), sum(points)::bigint FROM said
 WHERE reason IS NOT NULL GROUP BY lower(reason) ORDER BY 3 DESC, 2 LIMIT %(count)s)
"""  # noqa: S608 (the same)

_GAVE: Final = f"""
WITH near AS (
    SELECT gave.* FROM unnest(%(accounts)s::text[]) AS a (account) CROSS JOIN LATERAL (
        SELECT * FROM vote_history
        WHERE team_id = %(team)s AND voter_id = a.account ORDER BY id DESC LIMIT {RECENT_ROWS}
    ) AS gave
    ORDER BY id DESC LIMIT {RECENT_ROWS}
)
SELECT 'target', h.target_id, sum(coalesce(h.said, h.delta))::bigint FROM near AS h
WHERE {SHOWN} AND NOT {UNSEEN}
GROUP BY h.target_id HAVING sum(h.delta) > 0 ORDER BY 3 DESC, 2 LIMIT %(count)s
"""  # noqa: S608 (the same)


_Vote = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """A target, and who asks about it where: what may be shown depends on both."""

    team: str
    readers: list[str]
    """All accounts of the person who asks."""
    here: str
    """The channel of the request; empty outside of one."""
    accounts: list[str]
    """The target, then what is merged into it."""

    @property
    def target(self) -> str:
        """The target that has the points of all accounts."""
        return self.accounts[0]

    @property
    def is_own(self) -> bool:
        """Whether somebody asks about themselves."""
        return self.target in self.readers


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of points over the newest rows, most points first."""

    voters: Sequence[tuple[str, int]] = ()
    reasons: Sequence[tuple[str, int]] = ()
    targets: Sequence[tuple[str, int]] = ()


NO_SUMS: Final = Sums()


@dataclass(frozen=True, slots=True)
class _NewestRow:
    id: int
    channel: str
    ts: str
    slot: str
    target: str
    shown: bool

    @property
    def vote(self) -> _Vote:
        return self.channel, self.ts, self.slot, self.target


async def read_history(
    conn: Conn,
    query: HistoryQuery,
    count: int,
    *,
    given: bool,
    received: bool = True,
    withdrawn: bool = True,
) -> list[LedgerEntry]:
    """Return the last *count* entries that the target has *received* or *given*.

    *withdrawn* includes votes that were taken back. At most 2,000 rows are read, so there may be
    fewer entries if most rows may not be shown.
    """
    found: list[LedgerEntry] = []
    seen: set[_Vote] = set()
    before = 1 << 62
    for _ in range(_MOST_PAGES):
        rows = await _read_newest(conn, query, before, given=given, received=received)
        shown = [row for row in rows if row.shown and row.vote not in seen]
        seen.update(row.vote for row in shown)
        ledger_rows = await _read_whole_votes(conn, query, shown)
        found += [entry for entry in build_entries(ledger_rows) if withdrawn or entry.points]
        if len(found) >= count or len(rows) < _PAGE:
            break
        before = rows[-1].id
    return found[:count]


async def _read_newest(
    conn: Conn, query: HistoryQuery, before: int, *, given: bool, received: bool
) -> list[_NewestRow]:
    page = {"received": received, "given": given, "before": before, "rows": _PAGE}
    return await fetch_as(conn, _NewestRow, _NEWEST, asdict(query) | page)


async def _read_whole_votes(
    conn: Conn, query: HistoryQuery, rows: Sequence[_NewestRow]
) -> list[LedgerEntry]:
    """Return all rows of the votes in *rows*: an edit may lie on another page than its vote."""
    votes = dict.fromkeys(row.vote for row in rows)
    keys = split_columns(votes, "channels", "times", "slots", "targets")
    ids = {"ids": [row.id for row in rows if not row.channel]}
    return await fetch_as(conn, LedgerEntry, _WHOLE, asdict(query) | keys | ids)


async def sum_recent_votes(conn: Conn, query: HistoryQuery, count: int, *, given: bool) -> Sums:
    """Return the top *count* recent givers and reasons and, if *given*, receivers."""
    parameters = asdict(query) | {"count": count}
    rows = await fetch_all(conn, _GOT, parameters)
    if given:
        rows += await fetch_all(conn, _GAVE, parameters)
    sums: dict[str, list[tuple[str, int]]] = {"voter": [], "reason": [], "target": []}
    for what, which, points in rows:
        sums[what].append((which, points))
    return Sums(sums["voter"], sums["reason"], sums["target"])
