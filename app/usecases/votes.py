"""What happens when a message is heard: read, judge, store, and note what is to be said.

All is judged by one state of the rules (`WorkspaceRules`), which has to hold still when it is
stored; where it does not, the message is judged anew.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from app.core.audience import choose_answering, is_quiet
from app.core.boards.calendar import GiverDay, find_giver_day
from app.core.grammar.parse import parse
from app.core.message import FIRST, Message
from app.core.replies import OptOutsReply, ScoreReply
from app.core.rules import ActiveBan, Refusal, Ruling, VoteFacts, judge
from app.core.settings.definitions import BoardAccess
from app.core.tally import list_groups, tally
from app.core.vote import ParsedMessage, Vote, is_thing
from app.store.boards import standings
from app.store.database import Conn, UnavailableError
from app.store.outbox import outbox
from app.store.people import opt_outs
from app.store.votes.ballot import Ballot
from app.store.votes.outcome import Outcome
from app.store.votes.revisions import revise
from app.store.workspace.rulebook import hold_rules
from app.store.workspace.workspace_rules import WorkspaceRules
from app.usecases import typed_names
from app.usecases.typed_names import ResolvedVotes
from app.usecases.vote_context import VoteContext, apply_rules
from app.words.grammar import WORDS


async def hear(message: Message, context: VoteContext) -> Outcome | None:
    """Count the votes of *message*, once, in its latest version; None when nothing changes.

    Raises UnavailableError when they could not be stored; hearing it again is safe.
    """
    return await apply_rules(context, message.team, partial(_hear, message, context))


async def _hear(message: Message, context: VoteContext, rules: WorkspaceRules) -> Outcome | None:
    settings = rules.get_settings(message.channel)
    message = replace(message, quiet=is_quiet(settings, message))
    heard = parse(message.lines, settings, WORDS, message.thread_author)
    if message.revision != FIRST:
        return await _revise(message, heard, rules, context)
    if heard.query and not message.quiet:
        return await _answer(message, heard, rules, context)
    if not heard.votes:
        return None
    meant = await _resolve_names(message, heard, rules, context)
    ruling = await _judge(message, meant.votes, rules, context)
    outcome = None
    if ruling.counted or ruling.refusals:
        told = await _tell_opted_out(message, ruling, context)
        outcome = _add_waiting(await _cast(message, ruling, rules, context), told)
    return await _ask_meanings(message, meant, outcome, context) if meant.waiting else outcome


async def weigh(
    message: Message, votes: Sequence[Vote], rules: WorkspaceRules, context: VoteContext
) -> Ballot:
    """Return *votes* of *message*, given in another way than by its words, as they are judged."""
    message = replace(message, quiet=is_quiet(rules.get_settings(message.channel), message))
    ruling = await _judge(message, votes, rules, context)
    return await make_ballot(message, ruling, rules, context)


async def settle(conn: Conn, ballot: Ballot) -> Outcome | None:
    """Let *ballot* be all that its message and slot give; None if a later version came before.

    It counts when the transaction of *conn* does, which holds the rules of the ballot.
    """
    message, absent, told = ballot.message, ballot.ruling.opted_out, 0
    if absent and not message.quiet:
        told = await opt_outs.write_opt_out_reply(
            conn, message.key, message.thread, message.author, absent
        )
    allowance = ballot.rules.get_settings(message.channel).daily_allowance
    return _add_waiting(await revise(conn, ballot, allowance, holds_rules=True), told)


async def make_ballot(
    message: Message, ruling: Ruling, rules: WorkspaceRules, context: VoteContext
) -> Ballot:
    """Return what the store is given of *message*, as *ruling* has it."""
    settings = rules.get_settings(message.channel)
    return Ballot(
        message,
        ruling,
        rules.locate_time(message.channel, message.written_at),
        rules,
        await _find_giver_day(message, rules, context),
        choose_answering(settings, message),
        settings.cooldown,
    )


async def _cast(
    message: Message, ruling: Ruling, rules: WorkspaceRules, context: VoteContext
) -> Outcome | None:
    """Store the votes of a new message, and count what became of them."""
    allowance = rules.get_settings(message.channel).daily_allowance
    try:
        ballot = await make_ballot(message, ruling, rules, context)
        outcome = await context.batcher.cast(ballot, allowance)
    except UnavailableError:
        context.watch.count_unavailable(len(ruling.counted))
        raise
    context.watch.count_votes(ruling, outcome)
    return outcome


async def _ask_meanings(
    message: Message, meant: ResolvedVotes, outcome: Outcome | None, context: VoteContext
) -> Outcome | None:
    """Ask what typed names mean, after the rest of the message counts: an answer changes that."""
    asked = await context.database.run(lambda conn: typed_names.ask(conn, message, meant))
    return _add_waiting(outcome or Outcome(0, 0), asked) if outcome or asked else None


async def _revise(
    message: Message, heard: ParsedMessage, rules: WorkspaceRules, context: VoteContext
) -> Outcome | None:
    """Let a later version count; without votes too, for an earlier one may have had some."""
    allowance, answered = rules.get_settings(message.channel).daily_allowance, True
    while answered:  # what typed names mean, while this was read
        meant = await _resolve_names(message, heard, rules, context)
        ruling = await _judge(message, meant.votes, rules, context)
        ballot = await make_ballot(message, ruling, rules, context)
        told = await _tell_opted_out(message, ballot.ruling, context)
        change = partial(_change, ballot=ballot, meant=meant, allowance=allowance)
        outcome, answered = await context.database.run(change)
    context.watch.count_revision(outcome)
    return _add_waiting(outcome, told)


async def _change(
    conn: Conn, ballot: Ballot, meant: ResolvedVotes, allowance: int | None
) -> tuple[Outcome | None, bool]:
    """Return what *ballot* changes, and whether it changes nothing because of a new answer."""
    async with conn.transaction():
        await hold_rules(conn, ballot.rules)
        if not await typed_names.is_unchanged(conn, ballot.message, meant):
            return None, True
        outcome = await revise(conn, ballot, allowance, holds_rules=True)
        if outcome is None:
            return None, False
        asked = await typed_names.ask(conn, ballot.message, meant)
        return _add_waiting(outcome, asked), False


async def _resolve_names(
    message: Message, heard: ParsedMessage, rules: WorkspaceRules, context: VoteContext
) -> ResolvedVotes:
    """Return what typed names mean; where nothing may be said, nobody is asked."""
    asks = not (message.quiet or rules.is_banned(message.author, message.moment))
    return await typed_names.resolve_names(
        message, heard.votes, context.database, rules, may_ask=asks
    )


async def _find_giver_day(
    message: Message, rules: WorkspaceRules, context: VoteContext
) -> GiverDay | None:
    """Return the giver's own day, as far as known, where there is an allowance to spend."""
    settings = rules.get_settings(message.channel)
    if settings.daily_allowance is None or not message.author:
        return None
    zone = await context.zone_of(message.team, message.author)
    return find_giver_day(message.moment, zone or settings.time_zone)


async def _tell_opted_out(message: Message, ruling: Ruling, context: VoteContext) -> int:
    """Tell the voter, once for each, who has opted out; return how many replies wait now.

    This comes before the votes are stored, so that a message sent again is not silent about it.
    """
    if message.quiet or not ruling.opted_out:
        return 0
    return await context.database.run(
        lambda conn: opt_outs.write_opt_out_reply(
            conn, message.key, message.thread, message.author, ruling.opted_out
        )
    )


def _add_waiting(outcome: Outcome | None, replies: int) -> Outcome | None:
    return replace(outcome, waiting=outcome.waiting + replies) if outcome else None


async def _judge(
    message: Message, parsed_votes: Sequence[Vote], rules: WorkspaceRules, context: VoteContext
) -> Ruling:
    named, settings = list_groups(parsed_votes), rules.get_settings(message.channel)
    if len(named) > settings.max_targets:  # Slack is not asked about each of hundreds
        return Ruling(refusals=(Refusal.TOO_MANY,))
    members = await _find_members(message.team, named, context)
    votes = _tally_votes(message, parsed_votes, members, rules)
    known = await _gather_facts(message, votes, rules, context)
    ruling = judge(votes, rules.resolve_alias(message.author), settings, known)
    unknown = (Refusal.GROUP,) * list(members.values()).count(None)
    return replace(ruling, refusals=(*ruling.refusals, *unknown))


async def _find_members(
    team: str, groups: Collection[str], context: VoteContext
) -> dict[str, Sequence[str] | None]:
    """Return who is in each of *groups*, asked for all at once."""
    found = await asyncio.gather(*(context.members_of(team, group) for group in groups))
    return dict(zip(groups, found, strict=True))


def _tally_votes(
    message: Message,
    parsed_votes: Sequence[Vote],
    members: Mapping[str, Sequence[str] | None],
    rules: WorkspaceRules,
) -> Sequence[Vote]:
    """Return one vote for each whom the votes are meant for, whatever they are called."""
    meant = partial(_resolve_target, voter=message.author, rules=rules)
    silent = rules.opted_out | {meant(message.author)}
    others = {
        group: [user for user in dict.fromkeys(map(meant, users or ())) if user not in silent]
        for group, users in members.items()
    }
    votes = [_retarget(vote, meant(vote.target)) for vote in parsed_votes]
    return tally(votes, others, rules.get_settings(message.channel).max_points)


def _resolve_target(target: str, voter: str, rules: WorkspaceRules) -> str:
    """Return whom *target* is; each account of the *voter* is the voter."""
    if rules.aliases and rules.identify_target(target) == rules.identify(voter):
        return rules.resolve_alias(voter)
    return rules.resolve_alias(target)


def _retarget(vote: Vote, target: str) -> Vote:
    """Return *vote* for *target*, which is not called what was written if it is another."""
    return vote if target == vote.target else replace(vote, target=target, spelling="")


async def _gather_facts(
    message: Message, votes: Sequence[Vote], rules: WorkspaceRules, context: VoteContext
) -> VoteFacts:
    banned = rules.is_banned(message.author, message.moment)
    ban = ActiveBan(rules.find_ban_end(message.author)) if banned else None
    strangers = await _find_strangers(message, votes, rules, context)
    return VoteFacts(rules.opted_out, strangers, ban)


async def _find_strangers(
    message: Message, votes: Sequence[Vote], rules: WorkspaceRules, context: VoteContext
) -> Collection[str]:
    """Return who is of another organisation, where that matters; of too many nobody is asked."""
    settings, team = rules.get_settings(message.channel), message.team
    if settings.strangers or len(votes) > settings.max_targets or not votes:
        return ()
    people = [vote.target for vote in votes if not is_thing(vote.target)] + [message.author]
    # All at once: each may have to wait for Slack.
    strange = await asyncio.gather(*(context.is_stranger(team, user) for user in people))
    found = {user for user, is_strange in zip(people, strange, strict=True) if is_strange}
    if message.home or message.author in found:
        found.add(rules.resolve_alias(message.author))
    return found


async def _answer(
    message: Message, heard: ParsedMessage, rules: WorkspaceRules, context: VoteContext
) -> Outcome:
    """Put the score that *message* asks for into the outbox; of who is out, only that.

    A bare word without points is not answered: `Zm9vOmJhcg==` asks for nothing.
    """
    asked = heard.query or ""
    target = rules.resolve_alias(asked)
    spelling = heard.spelling if target == asked else ""
    settings = rules.get_settings(message.channel)
    # Where people see their own points alone, whoever asks for somebody's is told so, alone.
    open_to_all = is_thing(target) or settings.boards is BoardAccess.EVERYONE
    only_for = outbox.EVERYONE if open_to_all else message.author

    async def answer(conn: Conn) -> int:
        if target in rules.opted_out:
            absent = OptOutsReply((target,))
            await outbox.write(conn, message.key, message.thread, absent, message.author)
            return 1
        scores = await standings.read_scores(conn, message.team, [target])
        if heard.asks_bare and not scores.get(target):
            return 0
        reply = ScoreReply(target, scores.get(target, 0), spelling)
        await outbox.write(conn, message.key, message.thread, reply, only_for)
        return 1

    return Outcome(counted=0, waiting=await context.database.run(answer))
