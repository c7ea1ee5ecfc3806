"""Moves one person's or thing's points to another, in the ledger and on the boards.

Two rows are appended for each channel and day: one takes the points, one gives them. The original
rows stay as they are. For archived votes the ledger has only a sum by target, so what they added to
boards is moved separately.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final

from app.core.boards.definitions import GIVERS
from app.core.boards.shares import (
    ScorePart,
    Share,
    compute_difference,
    compute_part_shares,
    transfer_parts,
)
from app.store.database import Conn, fetch_all, gather_columns
from app.store.votes import ledger_entries
from app.store.workspace.workspace_rules import WorkspaceRules

_SUM_PARTS: Final = """
SELECT target_id, sum(delta)::bigint, channel_id, day, season, week_shift FROM vote_history
WHERE team_id = %(team)s AND target_id = %(source)s
GROUP BY target_id, channel_id, day, season, week_shift HAVING sum(delta) <> 0
"""

_MOVED: Final = """
SELECT %(into)s, -sum(delta)::bigint, channel_id, day, season, week_shift FROM vote_history
WHERE team_id = %(team)s AND target_id = %(source)s AND kind = 'merge' AND message_ts = %(ts)s
GROUP BY channel_id, day, season, week_shift HAVING sum(delta) <> 0
"""

_CLEAR: Final = """
DELETE FROM leaderboard
WHERE team_id = %(team)s AND board = ANY(%(boards)s) AND target_id = %(source)s AND score = 0
"""

_ARCHIVED: Final = """
SELECT board, points FROM archived_shares
WHERE (team_id, target_id) = (%(team)s, %(target)s)
    AND board <> %(givers)s AND NOT starts_with(board, %(givers)s || '/')
ORDER BY board COLLATE "C" FOR UPDATE
"""

_ADD_ARCHIVED: Final = """
INSERT INTO archived_shares AS a (team_id, board, target_id, points)
SELECT %(team)s::text, s.board, s.target_id, s.points
FROM unnest(%(boards)s::text[], %(targets)s::text[], %(points)s::numeric[])
    AS s (board, target_id, points)
ORDER BY s.board COLLATE "C", s.target_id COLLATE "C"
ON CONFLICT (team_id, board, target_id) DO UPDATE SET points = a.points + EXCLUDED.points
"""

_CLEAR_ARCHIVED: Final = """
DELETE FROM archived_shares
WHERE team_id = %(team)s AND board = ANY(%(boards)s) AND target_id = ANY(%(targets)s)
    AND points = 0
"""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer of points from *source* to *into*; its ledger rows have the message_ts *ts*."""

    team: str
    source: str
    into: str
    ts: str
    person: str = ""
    """Keyed hash of the person who loses the points; empty for a thing."""
    into_person: str = ""
    """Keyed hash of the person who gets them; empty for a thing."""


async def move_points(
    conn: Conn, transfer: Transfer, archived: Mapping[str, int], *, back: bool
) -> None:
    """Move all of the source's points, or with *back*, return those that were moved.

    *archived* is what archived votes gave of them, by board.
    """
    source, into = transfer.source, transfer.into
    query, sides = (_MOVED, (into, source)) if back else (_SUM_PARTS, (source, into))
    shares = sorted(
        Share(board, target, sign * points)
        for board, points in archived.items()
        for target, sign in zip(sides, (-1, 1), strict=True)
        if points
    )
    await _add_shares(conn, transfer.team, shares)
    rows = await fetch_all(conn, query, asdict(transfer))
    parts = transfer_parts([ScorePart(*row) for row in rows], sides[1])
    if not (parts or shares):
        return
    kept = await ledger_entries.read_kept_boards(conn, transfer.team)
    moved = [share for share in shares if kept.includes(share.board)]
    added = compute_difference([], [*compute_part_shares(parts, kept), *moved])
    origin = ledger_entries.EntryOrigin(transfer.team, transfer.ts, "merge")
    await ledger_entries.append(conn, origin, parts)
    await ledger_entries.add_scores(conn, transfer.team, added)
    await conn.execute(_CLEAR, asdict(transfer) | {"boards": [share.board for share in added]})


async def forward_points(
    conn: Conn, rules: WorkspaceRules, parts: Iterable[ScorePart]
) -> list[Share]:
    """Append the rows that move *parts* of merged targets to where their votes go, by *rules*.

    Returns what that adds to each board. Parts of other targets stay where they are.
    """
    moved: list[ScorePart] = []
    for part in parts:
        target = part.target
        while alias := rules.aliases.get(target):
            pair = transfer_parts([replace(part, target=target)], alias.into)
            origin = ledger_entries.EntryOrigin(rules.team, alias.merge, "merge")
            await ledger_entries.append(conn, origin, pair)
            moved += pair
            target = alias.into
    if not moved:
        return []
    return compute_part_shares(moved, await ledger_entries.read_kept_boards(conn, rules.team))


async def lock_shares(conn: Conn, team: str, target: str) -> dict[str, int]:
    """Lock and return what archived votes for *target* added to each board except givers'."""
    rows = await fetch_all(conn, _ARCHIVED, {"team": team, "target": target, "givers": GIVERS})
    return {board: int(points) for board, points in rows}


async def _add_shares(conn: Conn, team: str, shares: list[Share]) -> None:
    """Add *shares* to the stored shares of archived votes; delete those that are 0 then."""
    if shares:
        columns = gather_columns(shares, boards="board", targets="target", points="points")
        await conn.execute(_ADD_ARCHIVED, {"team": team} | columns)
        await conn.execute(_CLEAR_ARCHIVED, {"team": team} | columns)
