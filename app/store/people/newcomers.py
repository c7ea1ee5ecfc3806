"""Detects first votes and first points, and records each greeting so that it's sent once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from psycopg.types.json import Jsonb

from app.core.grammar.hints import HintKind
from app.core.message import Message, SlotKey
from app.core.replies import FirstPointReply, HintReply, NoticeReply
from app.core.timings import GreetingTimings
from app.store.database import Conn, fetch_all, fetch_row
from app.store.outbox import notices, outbox
from app.store.outbox.outbox import ReplyToWrite

FIRST_VOTE: Final = "first_vote"
FIRST_POINT: Final = "first_point"

MOST_AT_ONCE: Final = 200
"""Maximum messages in one batch."""


@dataclass(frozen=True, slots=True)
class PossibleNewcomer:
    """A message that may hold somebody's first vote or first points."""

    message: Message
    gives: bool
    """Whether its author may be a first-time giver."""
    receivers: Sequence[str]


# What each message gave, with the id of its first row: earlier votes have lower ids.
_GIVEN_POINTS: Final = """
SELECT h.nr, v.{who} AS user_id, min(v.id) AS first, sum(v.delta)::bigint AS points,
    (array_agg(v.reason ORDER BY v.id DESC))[1] AS reason
FROM jsonb_to_recordset(%(heard)s) AS h (nr integer, channel text, ts text, slot text, people jsonb)
JOIN vote_history AS v ON (v.team_id, v.channel_id, v.message_ts, v.slot)
    = (%(team)s, h.channel, h.ts, h.slot) AND h.people ? v.{who}
WHERE v.team_id = %(team)s
GROUP BY h.nr, v.{who} {having}
"""

_NOTE: Final = f"""
WITH given AS ({_GIVEN_POINTS}), earliest AS (
    SELECT DISTINCT ON (user_id) * FROM given ORDER BY user_id, first
), news AS (
    INSERT INTO told (team_id, user_id, about)
    SELECT %(team)s, user_id, %(about)s FROM earliest AS e WHERE NOT EXISTS (
        SELECT FROM vote_history AS h
        WHERE (h.team_id, h.{{who}}) = (%(team)s, e.user_id) AND h.id < e.first)
    ORDER BY user_id COLLATE "C"
    ON CONFLICT DO NOTHING RETURNING user_id
)
SELECT nr, user_id, points, reason FROM earliest JOIN news USING (user_id) ORDER BY first
"""  # noqa: S608 (made of constants)

_NOTE_VOTERS: Final = _NOTE.format(who="voter_id", having="")
# People who had points before, also by an import, need no welcome; nor do those who got none.
_NOTE_RECEIVERS: Final = _NOTE.format(who="target_id", having="HAVING sum(v.delta) > 0")

_COUNT_WAITING: Final = f"""
SELECT count(*)::integer, now() FROM outbox
WHERE team_id = %(team)s AND done_at IS NULL
  AND kind IN ('{HintReply.kind}', '{FirstPointReply.kind}')
"""  # noqa: S608 (the same)


async def write(
    conn: Conn, team: str, among: Sequence[PossibleNewcomer], pace: GreetingTimings
) -> int:
    """Write greetings to people who gave or got for the first time in the messages *among*.

    Returns how many. They're spaced out at the pace that Slack allows.
    """
    async with conn.transaction():
        replies = await _find_first_votes(conn, team, among)
        replies += await _find_first_points(conn, team, among)
        if replies:
            waiting, now = await fetch_row(conn, _COUNT_WAITING, {"team": team})
            due = pace.space(now, waiting, len(replies))
            spaced = [replace(one, due=at) for one, at in zip(replies, due, strict=True)]
            await outbox.write(conn, *spaced)
    return len(replies)


async def _find_first_votes(
    conn: Conn, team: str, among: Sequence[PossibleNewcomer]
) -> list[ReplyToWrite]:
    candidates = [(one.message, [one.message.author] if one.gives else []) for one in among]
    return [
        ReplyToWrite(message.key, HintReply(HintKind.FIRST_VOTE), message.author, message.thread_ts)
        for message, *_ in await _record_firsts(conn, _NOTE_VOTERS, team, FIRST_VOTE, candidates)
    ]


async def _find_first_points(
    conn: Conn, team: str, among: Sequence[PossibleNewcomer]
) -> list[ReplyToWrite]:
    candidates = [(one.message, one.receivers) for one in among]
    replies = []
    for message, user, points, reason in await _record_firsts(
        conn, _NOTE_RECEIVERS, team, FIRST_POINT, candidates
    ):
        gift = NoticeReply(
            message.author, message.channel, points, reason, by_workflow=message.by_workflow
        )
        key = SlotKey(team, user, message.ts, notices.build_slot(message))
        replies.append(ReplyToWrite(key, FirstPointReply(gift)))
    return replies


async def _record_firsts(
    conn: Conn,
    statement: str,
    team: str,
    about: str,
    candidates: Sequence[tuple[Message, Sequence[str]]],
) -> list[tuple[Message, str, int, str | None]]:
    """Record first times; return for each the message, the person, their points and the reason."""
    records = [
        {"nr": nr, "channel": m.channel, "ts": m.ts, "slot": m.slot, "people": list(people)}
        for nr, (m, people) in enumerate(candidates)
        if people
    ]
    if not records:
        return []
    rows = await fetch_all(conn, statement, {"team": team, "about": about, "heard": Jsonb(records)})
    return [(candidates[nr][0], *rest) for nr, *rest in rows]
