"""Stores the votes of messages: one statement, so that there is nothing to tear."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from app.core.audience import Audience, Way
from app.core.boards.shares import Share, compute_shares, name_main_board
from app.core.replies import RefusalsReply, VotesReply
from app.core.rules import Refusal
from app.core.vote import Vote
from app.store.outbox.notices import NOTICED
from app.store.votes.ballot import Ballot, Outcome
from app.store.votes.limits import LIMITED, identify_giver, identify_target, identify_vote
from app.store.votes.refusal_notes import TOLD, build_note, build_refusal_columns
from app.store.workspace.workspace_rules import StaleRulesError

# One row per message in `given`; everything else carries its number, nr. `heard` decides who
# counts, and each other part reads from it, so that a message already heard changes nothing.
# `said` holds the votes that the rules let pass, `vote` those that count: ledger and boards depend
# on it. Rows are locked in key order (in the C collation, as Python sorts), so that no two such
# statements wait for each other in a circle, and table after table in the order that
# `app.store.votes` has.
_HEARD: Final = """
WITH rules AS MATERIALIZED (
    SELECT hold_rules(%(team)s) AS version
), given AS (
    SELECT DISTINCT ON (channel_id, message_ts, slot) %(team)s::text AS team_id, g.*
    FROM rules JOIN unnest(
        %(versions)s::bigint[], %(channels)s::text[], %(times)s::text[], %(voters)s::text[],
        %(slots)s::text[], %(threads)s::text[], %(ats)s::timestamptz[], %(days)s::date[],
        %(seasons)s::integer[], %(shifts)s::smallint[],
        %(ways)s::text[], %(audiences)s::text[], %(notices)s::boolean[], %(tells)s::boolean[],
        %(givers)s::text[], %(messages)s::text[], %(giver_days)s::date[],
        %(giver_since)s::timestamptz[]
    ) WITH ORDINALITY AS g
        (version, channel_id, message_ts, voter_id, slot, thread_ts, at, day, season, week_shift,
         way, audience, notices, tells, giver_id, vote_key, giver_day, giver_since, nr)
    USING (version)
    ORDER BY channel_id, message_ts, slot, nr
), heard AS (
    INSERT INTO messages (team_id, channel_id, message_ts, slot)
    SELECT team_id, channel_id, message_ts, slot FROM given
    ON CONFLICT DO NOTHING
    RETURNING team_id, channel_id, message_ts, slot
), message AS (
    SELECT given.* FROM given JOIN heard USING (team_id, channel_id, message_ts, slot)
)
"""
_SAID: Final = """
    SELECT message.*, v.target_id, v.delta, v.reason, v.because, v.is_cut, v.spelling, v.board,
        v.target_key, v.place{paid_on}
    FROM message JOIN unnest(
        %(of)s::bigint[], %(targets)s::text[], %(deltas)s::bigint[], %(reasons)s::text[],
        %(because)s::text[], %(cuts)s::boolean[], %(spellings)s::text[], %(boards)s::text[],
        %(target_keys)s::text[]
    ) WITH ORDINALITY AS v
        (nr, target_id, delta, reason, because, is_cut, spelling, board, target_key, place)
    USING (nr)
"""
_COUNTED: Final = """
ledger AS (
    INSERT INTO vote_history
        (team_id, channel_id, message_ts, slot, voter_id, target_id, delta, reason, voted_at, day,
         season, week_shift, giver_day)
    SELECT team_id, channel_id, message_ts, slot, voter_id, target_id, delta, reason, at, day,
        season, week_shift, paid_on
    FROM vote ORDER BY place
), scores AS (
    INSERT INTO leaderboard AS l (team_id, board, target_id, score)
    SELECT vote.team_id, s.board, s.target_id, sum(s.points)
    FROM vote JOIN unnest(
        %(share_of)s::bigint[], %(share_boards)s::text[], %(share_targets)s::text[],
        %(share_points)s::bigint[]
    ) AS s (place, board, target_id, points) USING (place)
    GROUP BY vote.team_id, s.board, s.target_id
    ORDER BY vote.team_id COLLATE "C", s.board COLLATE "C", s.target_id COLLATE "C"
    ON CONFLICT (team_id, board, target_id)
    DO UPDATE SET score = l.score + EXCLUDED.score, updated_at = EXCLUDED.updated_at
    RETURNING team_id, board, target_id, score
), spelled AS (
    INSERT INTO things AS t (team_id, target_id, spelling)
    SELECT DISTINCT ON (team_id, target_id) team_id, target_id, spelling
    FROM vote WHERE board = 'things' AND spelling <> ''
    ORDER BY team_id, target_id, place DESC
    ON CONFLICT (team_id, target_id) DO UPDATE SET spelling = EXCLUDED.spelling
    WHERE t.spelling <> EXCLUDED.spelling
    RETURNING target_id
), lines AS (
    -- Each message tells the score that it left, not that of those counted with it.
    SELECT nr, jsonb_agg(jsonb_build_object(
        'target', target_id, 'points', delta, 'score', score - later, 'reason', reason,
        'because', because, 'is_cut', is_cut) ORDER BY place) AS votes
    FROM (
        SELECT vote.*, coalesce(sum(delta) OVER (
            PARTITION BY team_id, target_id ORDER BY place
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING), 0)::bigint AS later
        FROM vote
    ) AS vote JOIN scores USING (team_id, board, target_id)
    GROUP BY nr
)
"""
_REFUSED: Final = """
refused (nr, place, reason, votes, note) AS (
    SELECT r.nr, place, reason, votes, note FROM unnest(
        %(refused_of)s::bigint[], %(refused_reasons)s::text[], %(refused_votes)s::bigint[],
        %(refused_notes)s::jsonb[]
    ) WITH ORDINALITY AS r (nr, reason, votes, note, place)
    UNION ALL
    SELECT nr, min(place), 'cooldown', count(*), %(cooldown_note)s::jsonb
    FROM said WHERE place NOT IN (SELECT place FROM ready) GROUP BY nr
    UNION ALL
    SELECT nr, min(place), 'allowance', count(*), %(allowance_note)s::jsonb
    FROM ready WHERE place NOT IN (SELECT place FROM vote) GROUP BY nr
)
"""
_ANSWERED: Final = f"""
replies (nr, kind, only_for, way, body) AS (
    SELECT nr, '{VotesReply.kind}',
        CASE audience WHEN '{Audience.VOTER}' THEN voter_id ELSE '' END, way, votes
    FROM lines JOIN message USING (nr) WHERE audience <> '{Audience.NOBODY}'
    {{refusals}}
), waiting AS (
    INSERT INTO outbox
        (team_id, channel_id, message_ts, slot, kind, only_for, way, thread_ts, body)
    SELECT team_id, channel_id, message_ts, slot, kind, only_for, replies.way, thread_ts, body
    FROM message JOIN replies USING (nr) ORDER BY nr
    ON CONFLICT DO NOTHING
    RETURNING team_id, channel_id, message_ts, slot
), noticed AS ({NOTICED})
SELECT nr,
    (SELECT count(*) FROM vote WHERE vote.nr = message.nr),
    (SELECT count(*) FROM waiting
     WHERE (waiting.team_id, waiting.channel_id, waiting.message_ts, waiting.slot)
         = (message.team_id, message.channel_id, message.message_ts, message.slot))
    + (SELECT count(*) FROM noticed
       WHERE (noticed.team_id, noticed.message_ts, noticed.slot)
           = (message.team_id, message.message_ts, message.channel_id || '/' || message.slot)),
    (SELECT count(*) FROM {{ready}} AS ready WHERE ready.nr = message.nr)
FROM message
UNION ALL
SELECT 0, version, 0, 0 FROM rules
"""  # noqa: S608 (made of constants)
_REFUSALS: Final = f"""
    UNION ALL
    SELECT nr, '{RefusalsReply.kind}', voter_id, '{Way.POST}', body
    FROM notes JOIN message USING (nr)
"""  # noqa: S608 (made of constants)
# Things are locked before what is told, as an edit does it.
_AFTER: Final = "(SELECT count(*) FROM scores) + (SELECT count(*) FROM spelled) >= 0"

# Where there are neither limits nor refusals, which is mostly so, nothing is asked of them.
_UNPAID: Final = _SAID.format(paid_on=", NULL::date AS paid_on")
_PAYABLE: Final = _SAID.format(paid_on="")
_PLAIN: Final = f"""{_HEARD}, vote AS ({_UNPAID}), {_COUNTED},
{_ANSWERED.format(refusals="", ready="vote")}"""
_LIMITED: Final = f"""{_HEARD}, said AS ({_PAYABLE}), {LIMITED}, {_COUNTED}, {_REFUSED},
{TOLD.format(after=_AFTER)}, {_ANSWERED.format(refusals=_REFUSALS, ready="ready")}"""


async def cast(conn: AsyncConnection[Any], ballot: Ballot, allowance: int | None) -> Outcome | None:
    """Store *ballot* once; return None if its message was heard before.

    *allowance* is how many points the voter may give in a day, None for no limit; when it does
    not suffice, none of the votes count. Why votes do not count the voter will be told. Raises
    StaleRulesError.
    """
    outcome = (await cast_all(conn, [ballot], allowance))[0]
    if isinstance(outcome, StaleRulesError):
        raise outcome
    return outcome


async def cast_all(
    conn: AsyncConnection[Any], ballots: Sequence[Ballot], allowance: int | None
) -> list[Outcome | StaleRulesError | None]:
    """Store *ballots* as `cast` does; of those judged by rules that hold no more, nothing.

    All are of one workspace and have the same cooldown. Where there is one or an allowance, no two
    are of the same giver.
    """
    cooldown = ballots[0].cooldown
    given = (
        _build_message_columns(ballots)
        | _build_vote_columns(ballots)
        | _build_share_columns(ballots)
    )
    statement = _PLAIN
    if cooldown or allowance is not None or any(ballot.ruling.refusals for ballot in ballots):
        statement = _LIMITED
        given |= _build_limit_parameters(ballots[0], allowance) | build_refusal_columns(ballots)
    rows = await (await conn.execute(statement, given)).fetchall()
    found = {nr: counts for nr, *counts in rows}
    version = found.pop(0)[0]
    return [
        (_build_outcome(ballot, *found[nr]) if nr in found else None)
        if ballot.rules.version == version
        else StaleRulesError()
        for nr, ballot in enumerate(ballots, 1)
    ]


def _build_outcome(ballot: Ballot, counted: int, waiting: int, ready: int) -> Outcome:
    cooled, exhausted = len(ballot.ruling.counted) - ready, ready - counted
    refused = (Refusal.COOLDOWN,) * cooled + (Refusal.ALLOWANCE,) * exhausted
    return Outcome(counted, waiting, refused)


def _build_message_columns(ballots: Sequence[Ballot]) -> dict[str, Any]:
    messages = [ballot.message for ballot in ballots]
    return {
        "team": messages[0].team,
        "versions": [ballot.rules.version for ballot in ballots],
        "channels": [message.channel for message in messages],
        "times": [message.ts for message in messages],
        "voters": [message.author for message in messages],
        "slots": [message.slot for message in messages],
        "threads": [ballot.answering.choose_thread(ballot.message) for ballot in ballots],
        "ats": [message.at for message in messages],
        "days": [ballot.when.day for ballot in ballots],
        "seasons": [ballot.when.season for ballot in ballots],
        "shifts": [ballot.when.week_shift for ballot in ballots],
        "ways": [ballot.answering.way for ballot in ballots],
        "audiences": [ballot.answering.scores for ballot in ballots],
        "notices": [ballot.answering.notices for ballot in ballots],
        "tells": [ballot.answering.refusals is Audience.VOTER for ballot in ballots],
        **_build_giver_columns(ballots),
    }


def _build_giver_columns(ballots: Sequence[Ballot]) -> dict[str, Any]:
    days = [ballot.giver_day for ballot in ballots]
    return {
        "givers": [identify_giver(ballot, ballot.message.author) for ballot in ballots],
        "messages": [identify_vote(ballot) for ballot in ballots],
        "giver_days": [day and day.day for day in days],
        "giver_since": [day and day.since for day in days],
    }


def _number_votes(ballots: Sequence[Ballot]) -> Iterator[tuple[int, Ballot, Vote]]:
    """Give the votes of all *ballots* with the numbers of these, in the order of their places."""
    for nr, ballot in enumerate(ballots, 1):
        for vote in ballot.ruling.counted:
            yield nr, ballot, vote


def _build_vote_columns(ballots: Sequence[Ballot]) -> dict[str, Any]:
    numbered = list(_number_votes(ballots))
    votes = [(nr, vote) for nr, _, vote in numbered]
    return {
        "target_keys": [identify_target(ballot, vote.target) for _, ballot, vote in numbered],
        "of": [nr for nr, _ in votes],
        "targets": [vote.target for _, vote in votes],
        "deltas": [vote.points for _, vote in votes],
        "reasons": [vote.reason for _, vote in votes],
        "because": [vote.because for _, vote in votes],
        "cuts": [vote.is_cut for _, vote in votes],
        "spellings": [vote.spelling for _, vote in votes],
        "boards": [name_main_board(vote.target) for _, vote in votes],
    }


def _build_share_columns(ballots: Sequence[Ballot]) -> dict[str, Any]:
    added = [
        (place, share)
        for place, (_, ballot, vote) in enumerate(_number_votes(ballots), 1)
        for share in _compute_shares(ballot, vote)
    ]
    return {
        "share_of": [place for place, _ in added],
        "share_boards": [share.board for _, share in added],
        "share_targets": [share.target for _, share in added],
        "share_points": [share.points for _, share in added],
    }


def _compute_shares(ballot: Ballot, vote: Vote) -> list[Share]:
    message = ballot.message
    return compute_shares([vote], message.author, message.channel, ballot.when)


def _build_limit_parameters(ballot: Ballot, allowance: int | None) -> dict[str, Any]:
    return {
        "cooldown": ballot.cooldown,
        "allowance": allowance,
        "cooldown_note": Jsonb(
            build_note(Refusal.COOLDOWN, ballot, ballot.cooldown // 60).to_json()
        ),
        "allowance_note": Jsonb(build_note(Refusal.ALLOWANCE, ballot, allowance).to_json()),
    }
