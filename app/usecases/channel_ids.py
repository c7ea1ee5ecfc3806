"""What happens when Slack gives a channel a new id: everything there continues under it.

It's one transaction, which locks the rules exclusively. Votes judged before it are judged again
after it, and events that still arrive under the former id count for the channel.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from psycopg.errors import UniqueViolation

from app.core.channel_ids import ChannelIdChange
from app.core.message import DELETED, NOTHING, Message, build_wordless
from app.core.refusals import Ruling
from app.store.database import Conn
from app.store.people.merging import lock_renames
from app.store.votes import heard_twice
from app.store.votes.ballot import Ballot
from app.store.votes.heard_twice import HeardTwice, ReactedTwice
from app.store.votes.revisions import revise
from app.store.workspace import channel_ids as store
from app.store.workspace.rulebook import change_rules
from app.store.workspace.workspace_rules import StaleRulesError, WorkspaceRules
from app.usecases.reaction_votes import recount_reactions
from app.usecases.vote_context import VoteContext, apply_rules

PATIENCE: Final = 300.0
"""Seconds that it may take."""


@dataclass(frozen=True, slots=True)
class FollowedChange:
    """The result of following a channel to its new id."""

    votes: int
    """Ledger rows that got the new id."""
    heard_twice: int
    """Messages received under both ids, which now count once."""


async def follow_channel_id(change: ChannelIdChange, context: VoteContext) -> FollowedChange | None:
    """Move all that is known of a channel to its new id; None if it's there already.

    Reactions received under both ids are recounted afterward, each person's in a transaction of its
    own: if one fails, a retry doesn't make up for it.
    """
    work = partial(_follow, change, context)
    done = await apply_rules(context.rulebook, change.team, work)
    if done is None:
        return None
    followed, reacted = done
    for one in reacted:
        if one.author:
            key = change.team, change.channel, one.ts, one.voter
            await recount_reactions(build_wordless(*key, change.at), one.author, context)
    return followed


async def _follow(
    change: ChannelIdChange, context: VoteContext, rules: WorkspaceRules
) -> tuple[FollowedChange, Sequence[ReactedTwice]] | None:
    known = replace(
        change,
        former=rules.resolve_channel(change.former),
        channel=rules.resolve_channel(change.channel),
    )
    if known.former == known.channel:
        return None
    try:
        return await context.rulebook.change(_rename, known, rules, patience=PATIENCE)
    except UniqueViolation as error:  # received under the new id meanwhile too
        raise StaleRulesError from error


async def _rename(
    conn: Conn, change: ChannelIdChange, rules: WorkspaceRules
) -> tuple[FollowedChange, Sequence[ReactedTwice]]:
    """Move everything to the new id; return whose reactions must be recounted."""
    async with conn.transaction():
        await lock_renames(conn, change.team, PATIENCE)
        votes = await store.rename_votes(conn, change)
        if await change_rules(conn, change.team) != rules.version + 1:
            raise StaleRulesError
        await store.lock_turns(conn, change)
        found = await heard_twice.list_heard_twice(conn, change)
        for dropped, is_newer in ((change.former, True), (change.channel, False)):
            outdated = [one for one in found if one.is_newer is is_newer]
            await _drop(conn, change, rules, outdated, dropped)
        reacted = await heard_twice.list_reacted_twice(conn, change)
        await heard_twice.drop_superseded(conn, change)
        votes += await store.rename_votes(conn, change)
        await store.rename_rest(conn, change, rules.key)
    return FollowedChange(votes, len(found)), reacted


async def _drop(
    conn: Conn,
    change: ChannelIdChange,
    rules: WorkspaceRules,
    found: Sequence[HeardTwice],
    dropped: str,
) -> None:
    """Withdraw what *found* gave in the channel *dropped*: the other version stays."""
    if not found:
        return
    await heard_twice.prepare_drop(conn, change, found, dropped)
    settings = rules.get_settings(dropped)
    for one in found:
        if one.at is None:
            continue
        message = Message(
            change.team, dropped, one.ts, "", NOTHING,
            revision=DELETED, slot=one.slot, given_at=one.at,
        )  # fmt: skip
        when = rules.locate_time(dropped, message.written_at)
        ballot = Ballot(
            message, Ruling(), when, rules,
            cooldown=settings.cooldown, allowance=settings.daily_allowance,
        )  # fmt: skip
        await revise(conn, ballot)
    await heard_twice.finish_drop(conn, change, found, dropped)
