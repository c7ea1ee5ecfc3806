"""Finds votes by words in their reasons, in bounded time however long the ledger is.

The newest rows are searched first, by id: there, a frequent word is found at once. Only a word that
is rare there is looked up in the text index, which would be slow for a frequent one. The index is
asked for whole words first, since a prefix may match a million words.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from psycopg.errors import FeatureNotSupported, QueryCanceled

from app.core.ledger import LedgerEntry, build_entries
from app.store.database import Conn, fetch_as, fetch_column
from app.store.votes.history import SHOWN, UNSEEN, VOTER, HistoryQuery

NEWEST: Final = 20_000
"""Newest rows that are searched without the text index."""
ENOUGH: Final = 50
"""Candidates after which the search stops, if they yield as many votes as are wanted."""
CANDIDATES: Final = 500
"""Maximum matches among the newest rows that are ranked."""
OLDER: Final = 250
"""Maximum matches from the text index that are ranked: reading each costs a disk page."""
_CHECKED: Final = 200
"""The best matches, which are checked for later edits."""
_PATIENCE_MS: Final = 1000

_WANTED: Final = """(CASE WHEN %(prefix)s = '' THEN websearch_to_tsquery('simple', %(words)s)
    WHEN %(words)s = '' THEN to_tsquery('simple', quote_literal(%(prefix)s) || ':*')
    ELSE websearch_to_tsquery('simple', %(words)s)
        && to_tsquery('simple', quote_literal(%(prefix)s) || ':*') END)"""

_AMONG_NEWEST: Final = f"""
SELECT id FROM (
    SELECT id, words, channel_id, target_id FROM vote_history
    WHERE team_id = %(team)s ORDER BY id DESC LIMIT {NEWEST}
) AS h
WHERE words @@ {_WANTED} AND {SHOWN} AND NOT {UNSEEN} ORDER BY id DESC LIMIT {CANDIDATES}
"""  # noqa: S608 (made of constants)

# The team id is an expression, so that the planner uses the text index and not the one on ids.
# Rows come in physical order: to sort by id, all matches would have to be read first.
_AMONG_ALL: Final = f"""
SELECT id FROM vote_history AS h
WHERE words @@ {_WANTED} AND team_id || '' = %(team)s
    AND {SHOWN} AND NOT {UNSEEN} LIMIT {OLDER}
"""  # noqa: S608 (the same)

# A cluster routes the query to a node only by a plain comparison with the team id.
_ON_ITS_NODE: Final = _AMONG_ALL.replace("team_id || '' =", "team_id =")

# A row that an edit replaced isn't a match: a vote's last row has its reason, or none if withdrawn.
_BEST: Final = f"""
WITH best AS (
    SELECT h.*, ts_rank(h.words, {_WANTED})
        / (1 + greatest(extract(epoch FROM now() - h.voted_at), 0) / 7776000) AS worth
    FROM vote_history AS h
    WHERE h.team_id = %(team)s AND h.id = ANY(%(ids)s) AND h.channel_id <> ''
        AND {SHOWN} AND NOT {UNSEEN}
    ORDER BY worth DESC, h.id DESC LIMIT {_CHECKED}
), found AS (
    SELECT h.channel_id, h.message_ts, h.slot, h.target_id, h.id, h.worth
    FROM best AS h CROSS JOIN LATERAL (
        SELECT max(id) AS last FROM vote_history AS v
        WHERE (v.team_id, v.channel_id, v.message_ts, v.slot, v.target_id)
            = (%(team)s, h.channel_id, h.message_ts, h.slot, h.target_id)
    ) AS vote
    WHERE vote.last = h.id
    ORDER BY h.worth DESC, h.id DESC LIMIT %(count)s
)
SELECT h.id, h.channel_id AS channel, h.message_ts AS ts, {VOTER} AS voter, h.target_id AS target,
    h.delta AS points, h.reason, h.kind, h.voted_at AS at, h.slot, h.factor
FROM found JOIN vote_history AS h
ON h.team_id = %(team)s AND (h.channel_id, h.message_ts, h.slot, h.target_id)
    = (found.channel_id, found.message_ts, found.slot, found.target_id)
ORDER BY found.worth DESC, found.id DESC, h.id
"""  # noqa: S608 (the same)


async def search(
    conn: Conn, query: HistoryQuery, terms: tuple[str, str], count: int
) -> list[LedgerEntry]:
    """Return the best *count* votes whose reasons contain *terms*: whole words, and a prefix.

    More frequent and newer matches rank higher. If thousands of old reasons match, not all of them
    are considered.
    """
    words, prefix = terms
    parameters = asdict(query) | {"words": words, "prefix": prefix, "count": count}
    ids: list[int] = []
    for look in (_find_among_newest, _find_whole, _find_among_all):
        ids += await look(conn, parameters)
        if len(ids) >= ENOUGH:
            found = await _read_best(conn, parameters, ids)
            if len(found) == count:  # else edits replaced some of the matches
                return found
    return await _read_best(conn, parameters, ids)


async def _read_best(
    conn: Conn, parameters: dict[str, Any], ids: Sequence[int]
) -> list[LedgerEntry]:
    """Return the best votes among the rows *ids*, best first."""
    if not ids:
        return []
    rows = await fetch_as(conn, LedgerEntry, _BEST, parameters | {"ids": list(set(ids))})
    order = {vote: at for at, vote in enumerate(dict.fromkeys(row.vote for row in rows))}
    return sorted(build_entries(rows), key=lambda entry: order[entry.vote])


async def _find_among_newest(conn: Conn, parameters: dict[str, Any]) -> list[int]:
    return await fetch_column(conn, _AMONG_NEWEST, parameters)


async def _find_whole(conn: Conn, parameters: dict[str, Any]) -> list[int]:
    """Return what the text index finds if the prefix is taken as a whole word."""
    if not parameters["prefix"]:
        return []
    words = f"{parameters['words']} {parameters['prefix']}"
    return await _find_among_all(conn, parameters | {"words": words, "prefix": ""})


async def _find_among_all(
    conn: Conn, parameters: dict[str, Any], query: str = _AMONG_ALL
) -> list[int]:
    """Return what the text index finds; nothing if that takes longer than a second."""
    try:
        async with conn.transaction():
            await conn.execute(f"SET LOCAL statement_timeout = {_PATIENCE_MS}")
            await conn.execute("SET LOCAL enable_seqscan = off")
            return await fetch_column(conn, query, parameters)
    except QueryCanceled:
        return []
    except FeatureNotSupported:
        return await _find_among_all(conn, parameters, _ON_ITS_NODE)
