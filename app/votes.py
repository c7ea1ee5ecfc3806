"""What happens when a message is heard: read, judge, store, and note what is to be said."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.core.message import FIRST, Message
from app.core.parse import parse
from app.core.rules import Refusal, Ruling, judge
from app.core.settings import Settings
from app.core.tally import groups, tally
from app.core.vote import Heard
from app.store import boards, outbox, privacy
from app.store.ballot import Ballot
from app.store.database import Conn, Database, UnavailableError
from app.store.outcome import Outcome
from app.store.privacy import Absent
from app.store.revisions import revise
from app.store.rulebook import Rulebook
from app.store.scribe import Scribe
from app.watch import Watch

MembersOf = Callable[[str, str], Awaitable[Sequence[str] | None]]
"""Gives the members of a group of a team; None where it cannot be known."""


@dataclass(frozen=True, slots=True)
class Ears:
    """What hearing needs: where votes are kept, the rules, and who is in a group."""

    database: Database
    rulebook: Rulebook
    members_of: MembersOf
    watch: Watch = field(default_factory=Watch)
    absent: Absent = field(default_factory=Absent)
    scribe: Scribe = field(init=False)

    def __post_init__(self) -> None:
        """Let all that these ears hear be written by one hand."""
        object.__setattr__(self, "scribe", Scribe(self.database))


async def hear(message: Message, ears: Ears) -> Outcome | None:
    """Count the votes of *message*, once, in its latest version; None when nothing changes.

    Raises UnavailableError when they could not be stored; hearing it again is safe.
    """
    heard = parse(message.lines, _settings(message, ears), message.thread_author)
    if message.revision != FIRST:
        return await _revise(message, heard, ears)
    if heard.query and not message.quiet:
        return await _answer(message, heard, ears)
    if not heard.votes:
        return None
    ruling = await _judged(message, heard, ears)
    if not (ruling.counted or ruling.refusals):
        return None
    told = await _tell_absent(message, ruling, ears)
    return _with(await _cast(message, ruling, ears), told)


async def _cast(message: Message, ruling: Ruling, ears: Ears) -> Outcome | None:
    """Store the votes of a new message, and count what became of them."""
    ballot = _ballot(message, ruling, ears)
    try:
        outcome = await ears.scribe.cast(ballot, _settings(message, ears).daily_allowance)
    except UnavailableError:
        ears.watch.unavailable(len(ruling.counted))
        raise
    ears.watch.voted(ruling, outcome)
    return outcome


async def _revise(message: Message, heard: Heard, ears: Ears) -> Outcome | None:
    """Let a later version count; without votes too, for an earlier one may have had some."""
    ballot = _ballot(message, await _judged(message, heard, ears), ears)
    allowance = _settings(message, ears).daily_allowance
    told = await _tell_absent(message, ballot.ruling, ears)
    outcome = await ears.database.run(lambda conn: revise(conn, ballot, allowance))
    ears.watch.revised(outcome)
    return _with(outcome, told)


def _ballot(message: Message, ruling: Ruling, ears: Ears) -> Ballot:
    when = ears.rulebook.when(message.team, message.channel, message.at)
    return Ballot(message, ruling, when, ears.absent.of(message.team))


def _settings(message: Message, ears: Ears) -> Settings:
    return ears.rulebook.of(message.team, message.channel)


async def _tell_absent(message: Message, ruling: Ruling, ears: Ears) -> int:
    """Tell the voter, once for each, who has opted out; return how many replies wait now.

    This comes before the votes are stored, so that a message sent again is not silent about it.
    """
    if message.quiet or not ruling.absent:
        return 0
    return await ears.database.run(
        lambda conn: privacy.tell(conn, message.key, message.thread, message.author, ruling.absent)
    )


def _with(outcome: Outcome | None, told: int) -> Outcome | None:
    return replace(outcome, waiting=outcome.waiting + told) if outcome else None


async def _judged(message: Message, heard: Heard, ears: Ears) -> Ruling:
    named, settings = groups(heard.votes), _settings(message, ears)
    if len(named) > settings.max_targets:  # Slack is not asked about each of hundreds
        return Ruling(refusals=(Refusal.TOO_MANY,))
    members = {group: await ears.members_of(message.team, group) for group in named}
    out = ears.absent.of(message.team)
    silent = out | {message.author}
    others = {g: [u for u in us or () if u not in silent] for g, us in members.items()}
    votes = tally(heard.votes, others, settings.max_points)
    ruling = judge(votes, message.author, settings, out)
    if None in members.values():
        return replace(ruling, refusals=(*ruling.refusals, Refusal.GROUP))
    return ruling


async def _answer(message: Message, heard: Heard, ears: Ears) -> Outcome:
    """Put the score that *message* asks for into the outbox; of who is out, only that."""
    target = heard.query or ""

    async def answer(conn: Conn) -> None:
        if target in ears.absent.of(message.team):
            body: dict[str, Any] = {"people": [target]}
            await outbox.write(conn, message.key, message.thread, "absent", body, message.author)
            return
        scores = await boards.scores(conn, message.team, [target])
        body = {"target": target, "score": scores.get(target, 0), "spelling": heard.spelling}
        await outbox.write(conn, message.key, message.thread, "score", body)

    await ears.database.run(answer)
    return Outcome(counted=0, waiting=1)
