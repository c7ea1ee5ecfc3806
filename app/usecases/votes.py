"""What happens when a message is heard: read, judge, store, and note what is to be said."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from app.core.audience import choose_answering, is_quiet
from app.core.grammar.parse import parse
from app.core.message import FIRST, Message
from app.core.replies import OptOutsReply, ScoreReply
from app.core.rules import ActiveBan, Refusal, Ruling, VoteFacts, judge
from app.core.settings.definitions import Settings
from app.core.tally import list_groups, tally
from app.core.vote import ParsedMessage, Vote, is_thing
from app.store.boards import standings
from app.store.database import Conn, UnavailableError
from app.store.outbox import outbox
from app.store.people import opt_outs
from app.store.votes.ballot import Ballot
from app.store.votes.outcome import Outcome
from app.store.votes.revisions import revise
from app.usecases import typed_names
from app.usecases.typed_names import ResolvedVotes
from app.usecases.vote_context import VoteContext


async def hear(message: Message, context: VoteContext) -> Outcome | None:
    """Count the votes of *message*, once, in its latest version; None when nothing changes.

    Raises UnavailableError when they could not be stored; hearing it again is safe.
    """
    settings = _read_settings(message, context)
    message = replace(message, quiet=is_quiet(settings, message))
    heard = parse(message.lines, settings, message.thread_author)
    if message.revision != FIRST:
        return await _revise(message, heard, context)
    if heard.query and not message.quiet:
        return await _answer(message, heard, context)
    if not heard.votes:
        return None
    meant = await _resolve_names(message, heard, context)
    ruling = await _judge(message, meant.votes, context)
    outcome = None
    if ruling.counted or ruling.refusals:
        told = await _tell_opted_out(message, ruling, context)
        outcome = _add_waiting(await _cast(message, ruling, context), told)
    return await _ask_meanings(message, meant, outcome, context) if meant.waiting else outcome


async def weigh(message: Message, votes: Sequence[Vote], context: VoteContext) -> Ballot:
    """Return *votes* of *message*, given in another way than by its words, as they are judged."""
    message = replace(message, quiet=is_quiet(_read_settings(message, context), message))
    return await _make_ballot(message, await _judge(message, votes, context), context)


async def settle(conn: Conn, ballot: Ballot, context: VoteContext) -> Outcome | None:
    """Let *ballot* be all that its message and slot give; None if a later version came before.

    It counts when the transaction of *conn* does.
    """
    message, absent, told = ballot.message, ballot.ruling.opted_out, 0
    if absent and not message.quiet:
        told = await opt_outs.write_opt_out_reply(
            conn, message.key, message.thread, message.author, absent
        )
    outcome = await revise(conn, ballot, _read_settings(message, context).daily_allowance)
    return _add_waiting(outcome, told)


async def _cast(message: Message, ruling: Ruling, context: VoteContext) -> Outcome | None:
    """Store the votes of a new message, and count what became of them."""
    ballot = await _make_ballot(message, ruling, context)
    try:
        outcome = await context.batcher.cast(
            ballot, _read_settings(message, context).daily_allowance
        )
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


async def _revise(message: Message, heard: ParsedMessage, context: VoteContext) -> Outcome | None:
    """Let a later version count; without votes too, for an earlier one may have had some."""
    allowance, answered = _read_settings(message, context).daily_allowance, True
    while answered:  # what typed names mean, while this was read
        meant = await _resolve_names(message, heard, context)
        ballot = await _make_ballot(message, await _judge(message, meant.votes, context), context)
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
        if not await typed_names.is_unchanged(conn, ballot.message, meant):
            return None, True
        outcome = await revise(conn, ballot, allowance)
        if outcome is None:
            return None, False
        asked = await typed_names.ask(conn, ballot.message, meant)
        return _add_waiting(outcome, asked), False


async def _resolve_names(
    message: Message, heard: ParsedMessage, context: VoteContext
) -> ResolvedVotes:
    """Return what typed names mean; where nothing may be said, nobody is asked."""
    asks = not (message.quiet or _is_banned(message, context))
    return await typed_names.resolve_names(
        message, heard.votes, context.database, context.rulebook, may_ask=asks
    )


async def _make_ballot(message: Message, ruling: Ruling, context: VoteContext) -> Ballot:
    settings, giver_day = _read_settings(message, context), await _find_giver_day(message, context)
    when = context.rulebook.locate_time(message.team, message.channel, message.at, giver_day)
    told, absent = choose_answering(settings, message), context.opt_outs.get_users(message.team)
    return Ballot(message, ruling, when, absent, told, settings.cooldown)


async def _find_giver_day(message: Message, context: VoteContext) -> date | None:
    """Return the giver's own day, as far as known, where there is an allowance to spend."""
    settings = _read_settings(message, context)
    if settings.daily_allowance is None or not message.author:
        return None
    zone = await context.zone_of(message.team, message.author)
    return message.at.astimezone(zone).date() if zone else settings.find_day(message.at)


def _read_settings(message: Message, context: VoteContext) -> Settings:
    return context.rulebook.get_settings(message.team, message.channel)


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


async def _judge(message: Message, parsed_votes: Sequence[Vote], context: VoteContext) -> Ruling:
    named, settings = list_groups(parsed_votes), _read_settings(message, context)
    if len(named) > settings.max_targets:  # Slack is not asked about each of hundreds
        return Ruling(refusals=(Refusal.TOO_MANY,))
    found = await asyncio.gather(*(context.members_of(message.team, group) for group in named))
    members = dict(zip(named, found, strict=True))
    votes = _tally_votes(message, parsed_votes, members, context)
    known = await _gather_facts(message, votes, context)
    ruling = judge(
        votes, context.rulebook.resolve_alias(message.team, message.author), settings, known
    )
    unknown = (Refusal.GROUP,) * list(members.values()).count(None)
    return replace(ruling, refusals=(*ruling.refusals, *unknown))


def _tally_votes(
    message: Message,
    parsed_votes: Sequence[Vote],
    members: Mapping[str, Sequence[str] | None],
    context: VoteContext,
) -> Sequence[Vote]:
    """Return one vote for each whom the votes are meant for, whatever they are called."""
    meant = partial(context.rulebook.resolve_alias, message.team)
    silent = context.opt_outs.get_users(message.team) | {meant(message.author)}
    others = {
        group: [user for user in dict.fromkeys(map(meant, users or ())) if user not in silent]
        for group, users in members.items()
    }
    votes = [_retarget(vote, meant(vote.target)) for vote in parsed_votes]
    return tally(votes, others, _read_settings(message, context).max_points)


def _retarget(vote: Vote, target: str) -> Vote:
    """Return *vote* for *target*, which is not called what was written if it is another."""
    return vote if target == vote.target else replace(vote, target=target, spelling="")


async def _gather_facts(message: Message, votes: Sequence[Vote], context: VoteContext) -> VoteFacts:
    team, voter = message.team, message.author
    ban = (
        ActiveBan(context.rulebook.find_ban_end(team, voter))
        if _is_banned(message, context)
        else None
    )
    return VoteFacts(
        context.opt_outs.get_users(team), await _find_strangers(message, votes, context), ban
    )


def _is_banned(message: Message, context: VoteContext) -> bool:
    return context.rulebook.is_banned(message.team, message.author, message.at)


async def _find_strangers(
    message: Message, votes: Sequence[Vote], context: VoteContext
) -> Collection[str]:
    """Return who is of another organisation, where that matters; of too many nobody is asked."""
    settings, team = _read_settings(message, context), message.team
    if settings.strangers or len(votes) > settings.max_targets or not votes:
        return ()
    people = [vote.target for vote in votes if not is_thing(vote.target)] + [message.author]
    # All at once: each may have to wait for Slack.
    strange = await asyncio.gather(*(context.is_stranger(team, user) for user in people))
    found = {user for user, is_strange in zip(people, strange, strict=True) if is_strange}
    if message.home or message.author in found:
        found.add(context.rulebook.resolve_alias(team, message.author))
    return found


async def _answer(message: Message, heard: ParsedMessage, context: VoteContext) -> Outcome:
    """Put the score that *message* asks for into the outbox; of who is out, only that."""
    asked = heard.query or ""
    target = context.rulebook.resolve_alias(message.team, asked)
    spelling = heard.spelling if target == asked else ""

    async def answer(conn: Conn) -> None:
        if target in context.opt_outs.get_users(message.team):
            absent = OptOutsReply((target,))
            await outbox.write(conn, message.key, message.thread, absent, message.author)
            return
        scores = await standings.read_scores(conn, message.team, [target])
        reply = ScoreReply(target, scores.get(target, 0), spelling)
        await outbox.write(conn, message.key, message.thread, reply)

    await context.database.run(answer)
    return Outcome(counted=0, waiting=1)
