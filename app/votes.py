"""What happens when a message is heard: read, judge, store, and note what is to be said."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from app.core.message import FIRST, Message
from app.core.parse import parse
from app.core.rules import Refusal, Ruling, judge
from app.core.settings import Settings
from app.core.tally import groups, tally
from app.core.vote import Heard
from app.store import boards, outbox
from app.store.ballot import Ballot
from app.store.database import Conn, Database
from app.store.outcome import Outcome
from app.store.revisions import revise
from app.store.scribe import Scribe

MembersOf = Callable[[str, str], Awaitable[Sequence[str] | None]]
"""Gives the members of a group of a team; None where it cannot be known."""


@dataclass(frozen=True, slots=True)
class Ears:
    """What hearing needs: where votes are kept, the rules, and who is in a group."""

    database: Database
    settings: Settings
    members_of: MembersOf
    scribe: Scribe = field(init=False)

    def __post_init__(self) -> None:
        """Let all that these ears hear be written by one hand."""
        object.__setattr__(self, "scribe", Scribe(self.database))


async def hear(message: Message, ears: Ears) -> Outcome | None:
    """Count the votes of *message*, once, in its latest version; None when nothing changes.

    Raises UnavailableError when they could not be stored; hearing it again is safe.
    """
    heard = parse(message.lines, ears.settings, message.thread_author)
    if message.revision != FIRST:
        return await _revise(message, heard, ears)
    if heard.query and not message.quiet:
        return await _answer(message, heard, ears.database)
    if not heard.votes:
        return None
    ruling = await _judged(message, heard, ears)
    if not (ruling.counted or ruling.refusals):
        return None
    return await ears.scribe.cast(_ballot(message, ruling, ears), ears.settings.daily_allowance)


async def _revise(message: Message, heard: Heard, ears: Ears) -> Outcome | None:
    """Let a later version count; without votes too, for an earlier one may have had some."""
    ballot = _ballot(message, await _judged(message, heard, ears), ears)
    allowance = ears.settings.daily_allowance
    return await ears.database.run(lambda conn: revise(conn, ballot, allowance))


def _ballot(message: Message, ruling: Ruling, ears: Ears) -> Ballot:
    return Ballot(message, ruling, ears.settings.day(message.at))


async def _judged(message: Message, heard: Heard, ears: Ears) -> Ruling:
    named = groups(heard.votes)
    if len(named) > ears.settings.max_targets:  # Slack is not asked about each of hundreds
        return Ruling(refusals=(Refusal.TOO_MANY,))
    members = {group: await ears.members_of(message.team, group) for group in named}
    others = {g: [u for u in us or () if u != message.author] for g, us in members.items()}
    votes = tally(heard.votes, others, ears.settings.max_points)
    ruling = judge(votes, message.author, ears.settings)
    if None in members.values():
        return replace(ruling, refusals=(*ruling.refusals, Refusal.GROUP))
    return ruling


async def _answer(message: Message, heard: Heard, database: Database) -> Outcome:
    """Put the score that *message* asks for into the outbox."""
    target = heard.query or ""

    async def answer(conn: Conn) -> None:
        scores = await boards.scores(conn, message.team, [target])
        body = {"target": target, "score": scores.get(target, 0), "spelling": heard.spelling}
        await outbox.write(conn, _key(message), message.thread, "score", body)

    await database.run(answer)
    return Outcome(counted=0, waiting=1)


def _key(message: Message) -> tuple[str, str, str]:
    return message.team, message.channel, message.ts
