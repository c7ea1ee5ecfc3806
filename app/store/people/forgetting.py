"""Replaces a person with a pseudonym in every table, in one transaction.

The ledger comes first: it's most of the work, and locks nothing that new votes need. The rest is
done under an exclusive lock on the rules (`app.store.votes`), with which no vote can commit,
beginning with the votes that were stored in the meantime. A change of one of the person's messages
waits for the first part. If it already holds the rules, for which this waits next, PostgreSQL
aborts one of the two, and that one is retried.
"""

from dataclasses import dataclass
from typing import Final

from app.core.boards.definitions import CHANNEL, GIVERS, ROWS, USERS
from app.core.message import FROZEN
from app.core.reply_body import ReplyKind
from app.store.boards.board_sql import EVERY_TIME, OF_NO_SEASON, SEASONS, select_shares
from app.store.database import Conn, fetch_all, fetch_column, split_columns
from app.store.people import erasure
from app.store.people.erasure import PersonParameters
from app.store.people.merging import lock_renames
from app.store.people.opt_outs import ABOUT
from app.store.workspace.rulebook import change_rules

PATIENCE: Final = 60.0
"""Seconds that forgetting may take; 100,000 votes take a few."""

_KEY: Final = ("channels", "times", "slots")
"""Names of the arrays that hold message keys."""

SOMEONE: Final = "someone"
"""What replaces a mention of the person."""


# Later than every edit, which would bring the id and the reasons back; earlier than a deletion,
# which still withdraws the votes. The lock waits for changes in flight, also on messages that were
# frozen before.
_FREEZE: Final = f"""
WITH locked AS (
    SELECT m.channel_id, m.message_ts, m.slot
    FROM messages AS m JOIN ({{messages}}) AS n (channel_id, message_ts, slot)
        USING (channel_id, message_ts, slot)
    WHERE m.team_id = %(team)s
    ORDER BY m.channel_id COLLATE "C", m.message_ts COLLATE "C", m.slot COLLATE "C"
    FOR UPDATE OF m
)
UPDATE messages AS m SET revision = greatest(m.revision, '{FROZEN}') FROM locked
WHERE (m.team_id, m.channel_id, m.message_ts, m.slot)
    = (%(team)s, locked.channel_id, locked.message_ts, locked.slot)
RETURNING m.channel_id, m.message_ts, m.slot
"""  # noqa: S608 (made of a constant)

_FREEZE_CONCERNED: Final = _FREEZE.format(
    messages="""
    SELECT channel_id, message_ts, slot FROM vote_history
    WHERE team_id = %(team)s AND target_id = %(user)s
    UNION
    SELECT channel_id, message_ts, slot FROM vote_history
    WHERE team_id = %(team)s AND voter_id = %(user)s
    UNION
    SELECT channel_id, message_ts, slot FROM vote_history
    WHERE team_id = %(team)s AND words @@ plainto_tsquery('simple', %(user)s)
"""
)

_FREEZE_NAMED: Final = _FREEZE.format(
    messages="SELECT * FROM unnest(%(channels)s::text[], %(times)s::text[], %(slots)s::text[])"
)

_STRIP_REASONS: Final = f"""
UPDATE outbox AS o SET body = coalesce((
    SELECT jsonb_agg(line - 'reason' - 'because' ORDER BY nr)
    FROM jsonb_array_elements(o.body) WITH ORDINALITY AS l (line, nr)), '[]')
FROM unnest(%(channels)s::text[], %(times)s::text[], %(slots)s::text[])
    AS n (channel_id, message_ts, slot)
WHERE (o.team_id, o.channel_id, o.message_ts, o.slot)
    = (%(team)s, n.channel_id, n.message_ts, n.slot)
  AND o.kind = '{ReplyKind.VOTES}'
"""  # noqa: S608 (the same)

_RENAME_IN_REPLIES: Final = """
UPDATE outbox AS o
SET body = regexp_replace(regexp_replace(o.body::text, %(mention)s, %(someone)s, 'g'),
    %(word)s, %(pseudonym)s, 'g')::jsonb
FROM unnest(%(channels)s::text[], %(times)s::text[], %(slots)s::text[])
    AS n (channel_id, message_ts, slot)
WHERE (o.team_id, o.channel_id, o.message_ts, o.slot)
    = (%(team)s, n.channel_id, n.message_ts, n.slot)
  AND o.body::text ~ %(word)s
"""

_DELETE_REPLIES: Final = f"""
DELETE FROM outbox
WHERE team_id = %(team)s AND (%(user)s IN (only_for, channel_id)
    OR kind <> '{ReplyKind.VOTES}' AND body::text ~ %(word)s)
"""  # noqa: S608 (the same)

_RENAME_RECEIVED: Final = """
UPDATE vote_history SET target_id = %(pseudonym)s
WHERE team_id = %(team)s AND target_id = %(user)s
RETURNING channel_id, message_ts, slot
"""

_RENAME_GIVEN: Final = """
UPDATE vote_history SET voter_id = %(pseudonym)s, reason = NULL
WHERE team_id = %(team)s AND voter_id = %(user)s
RETURNING channel_id, message_ts, slot
"""

_RENAME_MENTIONS: Final = """
UPDATE vote_history SET reason = regexp_replace(reason, %(mention)s, %(someone)s, 'g')
WHERE team_id = %(team)s AND words @@ plainto_tsquery('simple', %(user)s) AND reason ~ %(mention)s
RETURNING channel_id, message_ts, slot
"""

# Found from the ledger by index, because the boards have no index by person. If votes were
# archived, the ledger no longer has their days: then every existing board is searched.
_BOARDS: Final = f"""
WITH RECURSIVE named AS (
    (SELECT board FROM leaderboard
     WHERE team_id = %(team)s
       AND EXISTS (SELECT FROM horizons WHERE (team_id, what) = (%(team)s, 'ledger'))
     ORDER BY board LIMIT 1)
    UNION ALL
    SELECT (SELECT l.board FROM leaderboard AS l
            WHERE l.team_id = %(team)s AND l.board > named.board ORDER BY l.board LIMIT 1)
    FROM named WHERE named.board IS NOT NULL
), part AS (
    SELECT DISTINCT channel_id, %(pseudonym)s AS target_id, '' AS voter_id,
        coalesce(day, '-infinity') AS day, season, week_shift, 0 AS points
    FROM vote_history WHERE team_id = %(team)s AND target_id = %(pseudonym)s
    UNION ALL
    SELECT DISTINCT '', '', %(pseudonym)s, coalesce(day, '-infinity'), season, week_shift, 0
    FROM vote_history WHERE team_id = %(team)s AND voter_id = %(pseudonym)s
), {EVERY_TIME}, share AS ({select_shares(USERS, CHANNEL, GIVERS, periods=ROWS)})
SELECT board FROM share WHERE {SEASONS} OR {OF_NO_SEASON}
UNION VALUES ('{USERS}'), ('{GIVERS}')
UNION SELECT board FROM archived_shares WHERE team_id = %(team)s AND target_id = %(user)s
UNION SELECT board FROM named WHERE EXISTS (
    SELECT FROM leaderboard AS l
    WHERE (l.team_id, l.board, l.target_id) = (%(team)s, named.board, %(user)s))
"""  # noqa: S608 (made of constants)

_RENAME_SCORES: Final = """
UPDATE leaderboard SET target_id = %(pseudonym)s
WHERE team_id = %(team)s AND board = ANY(%(boards)s::text[]) AND target_id = %(user)s
"""

_RENAME_SHARES: Final = """
UPDATE archived_shares SET target_id = %(pseudonym)s
WHERE team_id = %(team)s AND target_id = %(user)s
"""


@dataclass(frozen=True, slots=True)
class ForgetResult:
    """The result of forgetting somebody."""

    rows: int
    """Ledger rows that named them."""
    opted_out: bool
    """Whether they had opted out. That stays, and so does a ban."""


async def forget(conn: Conn, team: str, user: str, pseudonym: str, person: str) -> ForgetResult:
    """Replace *user* everywhere with *pseudonym*, an id that nobody has.

    Both ids have Slack's format. *person* is the user's keyed hash, under which limits continue. A
    second call finds nothing left to replace.
    """
    parameters: PersonParameters = {
        "team": team, "user": user, "pseudonym": pseudonym, "someone": SOMEONE,
        "mention": rf"<@{user}(\|[^>]*)?>", "word": rf"\y{user}\y", "about": f"{ABOUT}{user}",
        "person": person,
    }  # fmt: skip
    async with conn.transaction():
        await lock_renames(conn, team, PATIENCE)
        rows = await _rename_votes(conn, parameters)
        await change_rules(conn, team)
        rows += await _rename_votes(conn, parameters)
        await _rename_scores(conn, parameters)
        await conn.execute(_DELETE_REPLIES, parameters)
        if await erasure.rename_merges(conn, parameters) or rows:
            await erasure.hide(conn, parameters)
        out = await erasure.erase(conn, parameters)
    # In a transaction of its own: turns are locked before the outbox, and a sender would wait.
    await erasure.delete_turn(conn, parameters)
    return ForgetResult(rows, out)


async def _rename_votes(conn: Conn, parameters: PersonParameters) -> int:
    """Rename the person in the ledger and its replies; return how many ledger rows named them."""
    frozen = await fetch_all(conn, _FREEZE_CONCERNED, parameters)
    gave = await fetch_all(conn, _RENAME_GIVEN, parameters)
    got = await fetch_all(conn, _RENAME_RECEIVED, parameters)
    named = {*gave, *got, *await fetch_all(conn, _RENAME_MENTIONS, parameters)}
    # Messages that arrived since the first statement. Rows added by a change in flight are found
    # the next time.
    await conn.execute(_FREEZE_NAMED, parameters | split_columns(named - {*frozen}, *_KEY))
    await conn.execute(_STRIP_REASONS, parameters | split_columns({*gave}, *_KEY))
    await conn.execute(_RENAME_IN_REPLIES, parameters | split_columns(named | {*frozen}, *_KEY))
    await erasure.rename_slots(conn, parameters)
    return len(gave) + len(got)


async def _rename_scores(conn: Conn, parameters: PersonParameters) -> None:
    boards = await fetch_column(conn, _BOARDS, parameters)
    await conn.execute(_RENAME_SCORES, parameters | {"boards": boards})
    await conn.execute(_RENAME_SHARES, parameters)
