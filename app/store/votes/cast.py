"""Stores the votes of messages by one call of a database function: completely, or not at all.

The function is `record_votes` (migrations/0018.boosts.sql). This module builds its argument.
"""

from collections.abc import Sequence
from typing import Any, Final

from psycopg.types.json import Jsonb

from app.core.audience import Audience
from app.core.boards.shares import compute_shares
from app.core.refusals import Refusal
from app.core.reply_body import encode
from app.core.vote import Vote, is_thing
from app.store.database import Conn, fetch_value
from app.store.votes.ballot import Ballot, Outcome
from app.store.votes.limits import identify_target, identify_vote
from app.store.votes.refusal_notes import build_note, list_refused
from app.store.workspace.workspace_rules import StaleRulesError

_RECORD: Final = "SELECT record_votes(%(team)s, %(batch)s)"

Document = dict[str, Any]


async def cast_all(conn: Conn, ballots: Sequence[Ballot]) -> list[Outcome | StaleRulesError | None]:
    """Store each of *ballots* once; the outcome is None if its message was heard before.

    If the allowance doesn't suffice, none of a ballot's votes count. Voters are told why votes
    don't count. A ballot judged by outdated rules isn't stored, and gets a StaleRulesError as its
    outcome. All ballots must be of one workspace and have the same limits. If there are limits, no
    two ballots may have the same giver.
    """
    batch = {
        "messages": _build_messages(ballots),
        "limits": _build_limits(ballots[0]),
        "has": _list_rarities(ballots),
    }
    parameters = {"team": ballots[0].message.team, "batch": Jsonb(batch)}
    result: Document = await fetch_value(conn, _RECORD, parameters)
    counts = {nr: of for nr, *of in result["heard"]}
    return [
        (_build_outcome(ballot, *counts[nr]) if nr in counts else None)
        if ballot.rules.version == result["version"]
        else StaleRulesError()
        for nr, ballot in enumerate(ballots)
    ]


def _list_rarities(ballots: Sequence[Ballot]) -> list[str]:
    """Return which rare parts *ballots* have; the database skips the steps of the others."""
    has = {
        "things": any(is_thing(vote.target) for one in ballots for vote in one.ruling.counted),
        "refusals": any(one.ruling.refused for one in ballots),
        "notices": any(one.answering.notices for one in ballots),
    }
    return [what for what, is_there in has.items() if is_there]


def _build_outcome(ballot: Ballot, counted: int, waiting: int, ready: int) -> Outcome:
    cooled, exhausted = len(ballot.ruling.counted) - ready, ready - counted
    refused = (Refusal.COOLDOWN,) * cooled + (Refusal.ALLOWANCE,) * exhausted
    return Outcome(counted, waiting, refused)


def _build_messages(ballots: Sequence[Ballot]) -> list[Document]:
    """Return one document per message and version of the rules, in key order.

    Of equal ballots, the first counts. Only one version is the current one, so the database stores
    each message once.
    """
    numbers: dict[tuple[tuple[str, ...], int], int] = {}
    for nr, ballot in enumerate(ballots):
        numbers.setdefault((ballot.message.key, ballot.rules.version), nr)
    return [_build_message(numbers[key], ballots[numbers[key]]) for key in sorted(numbers)]


def _build_message(nr: int, ballot: Ballot) -> Document:
    message, when, answering = ballot.message, ballot.when, ballot.answering
    giver_day = ballot.giver_day
    return {
        "nr": nr,
        "version": ballot.rules.version,
        "channel": message.channel,
        "ts": message.ts,
        "slot": message.slot,
        "voter": message.author,
        "thread": answering.choose_thread(message),
        "at": message.at.isoformat(),
        "day": when.day.isoformat(),
        "season": when.season,
        "shift": when.week_shift,
        "way": answering.way,
        "audience": answering.scores,
        "notices": answering.notices,
        "by_workflow": message.by_workflow,
        "tells": answering.refusals is Audience.VOTER,
        "giver": ballot.giver,
        "key": identify_vote(ballot),
        "giver_day": giver_day and giver_day.day.isoformat(),
        "giver_since": giver_day and giver_day.since.isoformat(),
        "votes": [_build_vote(ballot, vote) for vote in ballot.ruling.counted],
        "refused": list_refused(ballot, ballot.ruling.refused, {}),
    } | ({"factor": when.factor} if when.factor > 1 else {})


def _build_vote(ballot: Ballot, vote: Vote) -> Document:
    message, when = ballot.message, ballot.when
    shares = compute_shares([vote], message.author, message.channel, when)
    return {
        "target": vote.target,
        "key": identify_target(ballot, vote.target),
        "points": vote.points,
        "reason": vote.reason,
        "because": vote.because,
        "is_cut": vote.is_cut,
        "spelling": vote.spelling,
        "shares": [(share.board, share.target, share.points) for share in shares],
    } | ({"delta": when.multiply(vote.points)} if when.factor > 1 else {})


def _build_limits(ballot: Ballot) -> Document | None:
    """Return the limits that all ballots share, with their notes; None without limits."""
    if not ballot.is_limited:
        return None
    cooldown_note = build_note(Refusal.COOLDOWN, ballot, ballot.cooldown // 60)
    return {
        "cooldown": ballot.cooldown,
        "allowance": ballot.allowance,
        "cooldown_note": encode(cooldown_note),
        "allowance_note": encode(build_note(Refusal.ALLOWANCE, ballot, ballot.allowance)),
    }
