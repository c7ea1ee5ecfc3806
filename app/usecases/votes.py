"""What happens when a message arrives: parse, judge, store, and write the replies.

All is judged by one snapshot of the rules (`WorkspaceRules`), which must still be current when the
result is stored; otherwise the message is judged again.
"""

import asyncio
from dataclasses import replace
from functools import partial

from app.core.audience import is_quiet
from app.core.grammar.parse import parse
from app.core.message import FIRST, Message
from app.core.refusals import Ruling
from app.core.replies import OptOutsReply, ScoreReply
from app.core.settings.definitions import BoardAccess
from app.core.vote import THING, ParsedMessage, is_thing
from app.store.boards import standings
from app.store.database import Conn, UnavailableError
from app.store.outbox import outbox
from app.store.outbox.outbox import ReplyToWrite
from app.store.people import members, opt_outs
from app.store.votes.ballot import Ballot, Outcome
from app.store.workspace.workspace_rules import StaleRulesError, WorkspaceRules
from app.usecases import hints, joining, typed_names
from app.usecases.judging import judge_votes, make_ballot, replace_votes
from app.usecases.typed_names import ResolvedVotes
from app.usecases.vote_context import VoteContext, apply_rules, store_by_rules
from app.words.catalog import WORDS


async def hear(message: Message, context: VoteContext) -> Outcome:
    """Count the votes of *message*, once, in its latest version; return what that has changed."""
    work = partial(_hear, message, context)
    return await apply_rules(context.rulebook, message.team, work, message.channel)


async def _hear(message: Message, context: VoteContext, rules: WorkspaceRules) -> Outcome:
    settings = rules.get_settings(message.channel)
    message = replace(message, quiet=is_quiet(settings, message))
    parsed = parse(message.lines, settings, WORDS, message.thread_author)
    if message.revision != FIRST:
        return await _revise(message, parsed, context, rules)
    if not settings.votes:
        parsed = ParsedMessage()
    if parsed.query and not message.quiet:
        return await _answer(message, parsed, context, rules)
    if not parsed.votes:
        return await hints.give_hint(message, context, rules) if settings.votes else Outcome()
    if joined := await joining.find_joined(message, parsed.joining, context, rules):
        return await joining.join_by_reply(joined, message, None, context, rules)
    resolved = await _resolve_names(message, parsed, context, rules)
    outcome = await _count(message, resolved, context, rules)
    if not resolved.waiting:
        return outcome
    # Asked after the rest was stored, since an answer revises it.
    ask = partial(typed_names.ask_first, message=message, resolved=resolved)
    return outcome + Outcome(waiting=await store_by_rules(ask, context, rules))


async def _count(
    message: Message, resolved: ResolvedVotes, context: VoteContext, rules: WorkspaceRules
) -> Outcome:
    """Count the votes of a new message that raise no question, and hint at a typo in them."""
    ruling = await judge_votes(message, resolved.votes, context, rules)
    if not (ruling.counted or ruling.refusals):
        return Outcome()
    replies = await _tell_opted_out(message, ruling, context)
    outcome = await _cast(message, ruling, context, rules)
    if outcome is None:
        return replies
    context.greet_newcomers(message, [vote.target for vote in ruling.counted], outcome)
    if not resolved.waiting:
        outcome += await hints.hint_at_typo(message, ruling.counted, context)
    return outcome + replies


async def _cast(
    message: Message, ruling: Ruling, context: VoteContext, rules: WorkspaceRules
) -> Outcome | None:
    """Store the votes of a new message; return None if it was heard before.

    The metrics count what became of them.
    """
    try:
        ballot = await make_ballot(message, ruling, context, rules)
        outcome = await context.batcher.cast(ballot)
    except (UnavailableError, asyncio.CancelledError):
        context.watch.count_unavailable(len(ruling.counted))
        raise
    context.watch.count_votes(ballot.ruling, outcome)
    return outcome


async def _revise(
    message: Message, parsed: ParsedMessage, context: VoteContext, rules: WorkspaceRules
) -> Outcome:
    """Count a later version, even one without votes: an earlier one may have had some."""
    joined = await joining.find_joined(message, parsed.joining, context, rules)
    if joined and joined.present:
        parsed = ParsedMessage()
    resolved = await _resolve_names(message, parsed, context, rules)
    ruling = await judge_votes(message, resolved.votes, context, rules)
    ballot = await make_ballot(message, ruling, context, rules)
    change = partial(_change, ballot=ballot, resolved=resolved, joins=joined is not None)
    if joined:
        return await joining.join_by_reply(joined, message, change, context, rules)
    outcome = await store_by_rules(change, context, rules)
    context.record_revision(message, [vote.target for vote in ruling.counted], outcome)
    return outcome or Outcome()


async def _change(
    conn: Conn, ballot: Ballot, resolved: ResolvedVotes, *, joins: bool
) -> Outcome | None:
    """Count *ballot*; return None if this or a later version was stored before.

    *joins* says whether its message joins a thank-you, or did.
    Raises StaleRulesError if that has changed since, or if typed names were answered.
    """
    if not await typed_names.is_unchanged(conn, ballot.message, resolved):
        raise StaleRulesError
    outcome = await replace_votes(conn, ballot)
    if outcome is None:
        return None
    # The message is locked only now: an earlier version may have joined at the same time.
    if not joins and await joining.has_joined(conn, ballot.message):
        raise StaleRulesError
    return outcome + Outcome(waiting=await typed_names.ask(conn, ballot.message, resolved))


async def _resolve_names(
    message: Message, parsed: ParsedMessage, context: VoteContext, rules: WorkspaceRules
) -> ResolvedVotes:
    """Resolve typed names; if the app may not reply, ask nobody."""
    asks = not (message.quiet or rules.find_ban(message.author, message.added_at))
    return await typed_names.resolve_names(message, parsed.votes, context, rules, may_ask=asks)


async def _tell_opted_out(message: Message, ruling: Ruling, context: VoteContext) -> Outcome:
    """Tell the voter who has opted out, once for each person.

    This precedes storing the votes, so that a redelivered message isn't silent about it.
    """
    if message.quiet or not ruling.opted_out:
        return Outcome()
    write = opt_outs.write_opt_out_reply
    return Outcome(waiting=await context.database.run(write, message, ruling.opted_out))


async def _answer(
    message: Message, parsed: ParsedMessage, context: VoteContext, rules: WorkspaceRules
) -> Outcome:
    """Write the score that *message* asks for into the outbox, or that its owner has opted out.

    A bare word without points isn't answered: `Zm9vOmJhcg==` asks for nothing. Nor are external
    people where their votes don't count.
    """
    settings = rules.get_settings(message.channel)
    if not settings.strangers and await context.is_external(message):
        return Outcome()
    requested = parsed.query or ""
    target = await _resolve_query(message, parsed, context, rules)
    spelling = parsed.spelling if target == requested else ""
    # Where people see only their own points, the reply about a person is for its asker alone.
    open_to_all = is_thing(target) or settings.boards is BoardAccess.EVERYONE
    only_for = outbox.EVERYONE if open_to_all else message.author

    async def answer(conn: Conn) -> int:
        if rules.has_opted_out(target):
            absent = OptOutsReply((target,))
            refusal = ReplyToWrite(message.key, absent, message.author, message.thread)
            await outbox.write(conn, refusal)
            return 1
        scores = await standings.read_scores(conn, message.team, [target])
        if parsed.asks_bare and not scores.get(target):
            return 0
        reply = ScoreReply(target, scores.get(target, 0), spelling)
        await outbox.write(conn, ReplyToWrite(message.key, reply, only_for, message.thread))
        return 1

    return Outcome(waiting=await context.database.run(answer))


async def _resolve_query(
    message: Message, parsed: ParsedMessage, context: VoteContext, rules: WorkspaceRules
) -> str:
    """Return whose score is asked for; the name of a thing without points may be a person's."""
    requested = parsed.query or ""
    target = rules.resolve_alias(requested)
    if parsed.asks_bare or target != requested or not is_thing(requested):
        return target

    async def find_bearer(conn: Conn) -> str:
        if await standings.read_scores(conn, message.team, [requested]):
            return requested
        handle = requested.removeprefix(THING)
        people = await members.find_by_handle(conn, message.team, [handle])
        return people[handle][0] if len(people.get(handle, ())) == 1 else requested

    bearer = await context.database.run(find_bearer)
    if bearer != requested and not await _may_learn_of(bearer, message, context):
        return target
    return rules.resolve_alias(bearer)


async def _may_learn_of(person: str, message: Message, context: VoteContext) -> bool:
    """Return whether the author may learn that *person* exists: external people only see some."""
    where = message.team, message.channel
    return not await context.is_external(message) or await context.members.has(*where, person)
