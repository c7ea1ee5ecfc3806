"""What admins do, recorded with what it changed, and reports on whether votes are fair."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.core.commands.admin import UnfitCommand
from app.core.voting_patterns import REFUSALS_DAYS, SPAN, Report
from app.store.database import Conn, Database
from app.store.people import bans, merging
from app.store.people.bans import Ban
from app.store.people.merge_transfer import Transfer
from app.store.people.merging import MergeResult, ScorePair, UnmergeRequest
from app.store.votes import patterns, refusal_notes
from app.store.workspace import audit
from app.store.workspace.rulebook import Rulebook
from app.store.workspace.workspace_rules import WorkspaceRules


async def preview_merge(
    database: Database, rulebook: Rulebook, transfer: Transfer
) -> ScorePair | UnfitCommand:
    """Return the current scores of both, or why they can't be merged."""
    rules = await rulebook.read_rules(transfer.team)
    transfer = _add_people(transfer, rules)

    async def read(conn: Conn) -> ScorePair | UnfitCommand:
        why = await merging.check_merge(conn, transfer, rules)
        return why or await merging.read_scores(conn, transfer)

    return await database.run(read)


async def merge(
    rulebook: Rulebook, transfer: Transfer, by: str, spelling: str
) -> MergeResult | UnfitCommand:
    """Merge one target into another, once."""
    rules = await rulebook.read_rules(transfer.team)
    transfer = _add_people(transfer, rules)
    return await rulebook.change(
        merging.merge, transfer, rules, by, spelling, patience=merging.PATIENCE
    )


async def unmerge(rulebook: Rulebook, request: UnmergeRequest) -> MergeResult | UnfitCommand:
    """Reverse a merge."""
    rules = await rulebook.read_rules(request.team)
    return await rulebook.change(
        merging.unmerge, request, rules.hash_target, patience=merging.PATIENCE
    )


async def find_merged(database: Database, team: str, merge: str) -> str:
    """Return what was merged by the merge with that key; empty if there was none."""
    done = await database.run(lambda conn: audit.find_act(conn, team, "merge", merge=merge))
    return done.about if done else ""


async def unban(rulebook: Rulebook, request: Ban, now: datetime) -> bool:
    """Lift the bans on all accounts of somebody; return whether one was in force at *now*."""
    rules = await rulebook.read_rules(request.team)
    banned = [replace(request, user=user) for user in rules.list_accounts(request.user)]

    async def lift(conn: Conn) -> bool:
        async with conn.transaction():
            return any([await bans.lift_ban(conn, one, now) for one in banned])

    return await rulebook.change(lift)


def _add_people(transfer: Transfer, rules: WorkspaceRules) -> Transfer:
    """Return *transfer* with the keyed hashes of the people in it."""
    return replace(
        transfer,
        person=rules.hash_target(transfer.source),
        into_person=rules.hash_target(transfer.into),
    )


async def read_voting_patterns(database: Database, team: str, now: datetime) -> Report:
    """Return the voting patterns of the last 90 days and the refusals of the last 30."""

    async def read(conn: Conn) -> Report:
        found = await patterns.read_patterns(conn, team, now - SPAN)
        day = (now - timedelta(days=REFUSALS_DAYS)).date()
        return replace(found, refusals=await refusal_notes.count_since(conn, team, day))

    return await database.run(read)


async def count_refusals(database: Database, team: str, now: datetime) -> dict[str, int]:
    """Return how many votes were refused in the last 30 days, by reason."""
    day = (now - timedelta(days=REFUSALS_DAYS)).date()
    return await database.run(refusal_notes.count_since, team, day)
