"""Adjusts a score by hand: writes ledger, boards and audit log in one transaction."""

from dataclasses import dataclass, field
from typing import Final

from psycopg.errors import NumericValueOutOfRange

from app.core.boards.calendar import VoteTime
from app.core.boards.definitions import KeptBoards
from app.core.boards.shares import ScorePart, compute_part_shares
from app.core.commands.admin import UnfitCommand
from app.core.vote import ScoreLimitError, is_thing, require_score
from app.store.boards import standings
from app.store.database import Conn
from app.store.votes import ledger_entries
from app.store.workspace import audit
from app.store.workspace.audit import Act
from app.store.workspace.rulebook import hold_rules
from app.store.workspace.workspace_rules import WorkspaceRules

_SPELL: Final = """
INSERT INTO things (team_id, target_id, spelling) VALUES (%(team)s, %(target)s, %(spelling)s)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Points that an admin gives or takes."""

    team: str
    by: str
    ts: str
    """`adjust/` and an id; adjustments with the same one count once."""
    target: str
    spelling: str
    points: int
    reason: str | None
    when: VoteTime
    rules: WorkspaceRules = field(default_factory=WorkspaceRules)
    """The rules from which `target` and `when` were derived."""


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """A score before and after."""

    before: int
    after: int


async def adjust(conn: Conn, adjustment: Adjustment) -> ScoreChange | UnfitCommand:
    """Apply the adjustment once; return the change of the score, or why it can't be applied.

    A repeat changes nothing, and its result differs only by the votes that came in between.
    Raises StaleRulesError if the rules have changed.
    """
    try:
        async with conn.transaction():
            await hold_rules(conn, adjustment.rules)
            if adjustment.rules.has_opted_out(adjustment.target):
                return UnfitCommand.OPTED_OUT
            if not await audit.begin_once(conn, adjustment.team, adjustment.ts):
                return await _read_score_change(conn, adjustment)
            await _append(conn, adjustment)
            change = await _read_score_change(conn, adjustment)
            require_score(change.before, change.after)
            changed = (adjustment.target, change.before, change.after, adjustment.reason)
            await audit.record_act(conn, Act(adjustment.team, adjustment.by, "adjust", *changed))
            return change
    except (NumericValueOutOfRange, ScoreLimitError):
        return UnfitCommand.TOO_MUCH


async def store_spelling(conn: Conn, team: str, target: str, spelling: str) -> None:
    """Store the spelling of *target*, if it is a thing that has none yet."""
    if is_thing(target) and spelling:
        parameters = {"team": team, "target": target, "spelling": spelling}
        await conn.execute(_SPELL, parameters)


async def _read_score_change(conn: Conn, adjustment: Adjustment) -> ScoreChange:
    after = (await standings.read_scores(conn, adjustment.team, [adjustment.target])).get(
        adjustment.target, 0
    )
    return ScoreChange(after - adjustment.points, after)


async def _append(conn: Conn, adjustment: Adjustment) -> None:
    when = adjustment.when
    part = ScorePart(
        adjustment.target, adjustment.points, "", when.day, when.season, when.week_shift
    )
    origin = ledger_entries.EntryOrigin(adjustment.team, adjustment.ts, "adjust", adjustment.reason)
    shares = compute_part_shares([part], KeptBoards(when.has_seasons))
    await ledger_entries.append(conn, origin, [part])
    await ledger_entries.add_scores(conn, adjustment.team, shares)
    await store_spelling(conn, adjustment.team, adjustment.target, adjustment.spelling)
