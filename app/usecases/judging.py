"""Judges votes by the rules, and stores the result as all votes of a message and slot."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from app.core.audience import choose_answering, is_quiet
from app.core.boards.calendar import GiverDay, find_giver_day
from app.core.message import Message
from app.core.refusals import Refusal, RefusedVote, Ruling, VoteFacts, judge
from app.core.vote import Vote, is_thing, list_groups, tally
from app.store.database import Conn
from app.store.people import opt_outs
from app.store.votes.ballot import Ballot, Outcome
from app.store.votes.reactions import Giver, LockedSlot
from app.store.votes.revisions import revise
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases.vote_context import VoteContext


async def prepare_ballot(
    message: Message, votes: Sequence[Vote], context: VoteContext, rules: WorkspaceRules
) -> Ballot:
    """Judge *votes* on *message*, given in another way than by its words; return their ballot."""
    message = replace(message, quiet=is_quiet(rules.get_settings(message.channel), message))
    ruling = await judge_votes(message, votes, context, rules)
    return await make_ballot(message, ruling, context, rules)


async def replace_votes(conn: Conn, ballot: Ballot) -> Outcome | None:
    """Replace all votes of the message and slot with *ballot*.

    It takes effect with the transaction of *conn*, which must hold the rules of the ballot. Returns
    None if this or a later version was stored before.
    """
    message, absent, replies = ballot.message, ballot.ruling.opted_out, 0
    if absent and not message.quiet:
        replies = await opt_outs.write_opt_out_reply(conn, message, absent)
    outcome = await revise(conn, ballot)
    return outcome + Outcome(waiting=replies) if outcome else None


def find_giver(rules: WorkspaceRules, user: str, suffix: str = "") -> Giver:
    """Return *user* with all merged accounts as a giver, in slots that end with *suffix*."""
    slots = [account + suffix for account in rules.list_accounts(user)]
    return Giver(slots, list(rules.list_person_hashes(user)))


def advance_ballot(ballot: Ballot, locked: LockedSlot, suffix: str = "") -> Ballot:
    """Return *ballot* as the next revision of the slot's votes, dated like the first of them."""
    message = replace(
        ballot.message,
        author=locked.slot.removesuffix(suffix),
        slot=locked.slot,
        revision=locked.revision,
        given_at=locked.first_at or ballot.message.given_at,
    )
    return replace(ballot, message=message)


async def make_ballot(
    message: Message, ruling: Ruling, context: VoteContext, rules: WorkspaceRules
) -> Ballot:
    """Return the ballot for *ruling* on *message*; first store the channel if any votes count."""
    settings = rules.get_settings(message.channel)
    if ruling.counted:
        await context.channels.store_new(message.team, message.channel)
    return Ballot(
        message,
        ruling,
        rules.locate_time(message.channel, message.written_at),
        rules,
        giver_day=await _find_giver_day(message, context, rules),
        answering=choose_answering(settings, message),
        cooldown=settings.cooldown,
        allowance=settings.daily_allowance,
    )


async def _find_giver_day(
    message: Message, context: VoteContext, rules: WorkspaceRules
) -> GiverDay | None:
    """Return the giver's current day, or None without an allowance or an author.

    It's that of their own time zone if known, otherwise of the workspace's.
    """
    settings = rules.get_settings(message.channel)
    if settings.daily_allowance is None or not message.author:
        return None
    zone = await context.people.read_zone(message.team, message.author)
    return find_giver_day(message.added_at, zone or settings.time_zone)


async def judge_votes(
    message: Message, parsed_votes: Sequence[Vote], context: VoteContext, rules: WorkspaceRules
) -> Ruling:
    """Return which of *parsed_votes* count in *message*, whatever names they use."""
    named, settings = list_groups(parsed_votes), rules.get_settings(message.channel)
    if len(named) > settings.max_targets:  # don't ask Slack about hundreds of groups
        return Ruling(refused=(RefusedVote(Refusal.TOO_MANY),))
    list_members = context.people.list_group_members
    found = await asyncio.gather(*(list_members(message.team, group) for group in named))
    members = dict(zip(named, found, strict=True))
    votes = _tally_votes(message, parsed_votes, members, rules)
    known = await _gather_facts(message, votes, context, rules)
    ruling = judge(votes, rules.resolve_alias(message.author), settings, known)
    unknown = (RefusedVote(Refusal.GROUP, group) for group in members if members[group] is None)
    return replace(ruling, refused=(*ruling.refused, *unknown))


def _tally_votes(
    message: Message,
    parsed_votes: Sequence[Vote],
    members: Mapping[str, Sequence[str] | None],
    rules: WorkspaceRules,
) -> Sequence[Vote]:
    """Return one vote for each target that the votes resolve to, whatever names they use."""
    resolve = partial(_resolve_target, voter=message.author, rules=rules)
    own = resolve(message.author)
    others = {
        group: [
            user
            for user in dict.fromkeys(map(resolve, users or ()))
            if user != own and not rules.has_opted_out(user)
        ]
        for group, users in members.items()
    }
    votes = [_retarget(vote, resolve(vote.target)) for vote in parsed_votes]
    return tally(votes, others, rules.get_settings(message.channel).max_points)


def _resolve_target(target: str, voter: str, rules: WorkspaceRules) -> str:
    """Return what *target* resolves to; every account of *voter* is the voter."""
    if rules.aliases and rules.identify_target(target) == rules.identify(voter):
        return rules.resolve_alias(voter)
    return rules.resolve_alias(target)


def _retarget(vote: Vote, target: str) -> Vote:
    """Return *vote* for *target*; without the spelling if that is another target."""
    return vote if target == vote.target else replace(vote, target=target, spelling="")


async def _gather_facts(
    message: Message, votes: Sequence[Vote], context: VoteContext, rules: WorkspaceRules
) -> VoteFacts:
    ban = rules.find_ban(message.author, message.added_at)
    strangers = await _find_strangers(message, votes, context, rules)
    absent = {vote.target for vote in votes if rules.has_opted_out(vote.target)}
    return VoteFacts(absent, strangers, ban)


async def _find_strangers(
    message: Message, votes: Sequence[Vote], context: VoteContext, rules: WorkspaceRules
) -> Collection[str]:
    """Return who belongs to another organization, if that matters; skipped for too many targets."""
    settings, team = rules.get_settings(message.channel), message.team
    if settings.strangers or len(votes) > settings.max_targets or not votes:
        return ()
    people = [vote.target for vote in votes if not is_thing(vote.target)] + [message.author]
    # Concurrently, because each may wait for Slack.
    strange = await asyncio.gather(*(context.people.is_stranger(team, user) for user in people))
    found = {user for user, is_strange in zip(people, strange, strict=True) if is_strange}
    if message.home or message.author in found:
        found.add(rules.resolve_alias(message.author))
    return found
