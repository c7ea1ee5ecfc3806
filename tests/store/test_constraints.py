"""Each CHECK of the schema refuses a row that breaks it, whichever statement writes it."""

import psycopg
import pytest
from psycopg import sql

from tests.databases import read_rows
from tests.tables import each

BAD = [
    ("aliases_of_another", "aliases", {"target_id": "U1", "into_id": "U1"}),
    ("allowances_not_negative", "allowances", {"spent": -1}),
    ("boosts_end_after_they_begin", "boosts", {"ends_at": "2026-01-01"}),
    ("boosts_multiply", "boosts", {"factor": 4}),
    ("boosts_multiply", "boosts", {"factor": 1}),
    ("channels_heard_is_a_time", "channels", {"heard_ts": "1.5 "}),
    ("channels_read_is_a_time", "channels", {"read_ts": "yesterday"}),
    ("former_channels_differ", "former_channels", {"former_id": "C1", "channel_id": "C1"}),
    ("hidden_members_for_a_reason", "hidden_members", {"why": "shy"}),
    ("homes_span", "homes", {"span": "decade"}),
    ("horizons_of", "horizons", {"what": "year"}),
    ("leaderboard_board_named", "leaderboard", {"board": ""}),
    ("long_boards_settled", "long_boards", {"settled": -1}),
    ("offers_answered", "offers", {"answer": "both"}),
    ("seasons_after_the_first", "seasons", {"number": 1}),
    ("things_are_things", "things", {"target_id": "U1"}),
    ("vote_history_nobody_for_oneself", "vote_history", {"voter_id": "U1", "target_id": "U1"}),
    ("vote_history_says_something", "vote_history", {"delta": 0}),
    ("vote_history_says_what_was_multiplied", "vote_history", {"factor": 2}),
    ("vote_history_says_what_was_multiplied", "vote_history", {"said": 1}),
    ("vote_history_says_what_was_multiplied", "vote_history", {"factor": 0, "said": 1}),
    ("vote_history_target_named", "vote_history", {"target_id": "thing:"}),
    ("vote_history_target_named", "vote_history", {"target_id": ""}),
]
VALID = {
    "aliases": {"target_id": "U2"},
    "boosts": {"factor": 2},
    "former_channels": {"former_id": "C2"},
    "hidden_members": {"why": "opted_out"},
    "horizons": {"what": "day"},
    "seasons": {"number": 2},
    "things": {"target_id": "thing:x"},
    "vote_history": {"voter_id": "U2"},
}
SAMPLES = {
    "text": "x",
    "smallint": 1,
    "integer": 1,
    "bigint": 1,
    "boolean": True,
    "date": "2026-02-01",
    "timestamp with time zone": "2026-02-01",
    "jsonb": "{}",
}
NEEDED = """
SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND attnotnull AND NOT atthasdef
    AND attidentity = '' AND NOT attisdropped
"""


def _insert(conn, table, chosen):
    needed = {name: SAMPLES[kind] for name, kind in conn.execute(NEEDED, [table])}
    row = needed | VALID.get(table, {}) | chosen
    columns = sql.SQL(", ").join(map(sql.Identifier, row))
    values = sql.SQL(", ").join(map(sql.Literal, row.values()))
    insert = sql.SQL("INSERT INTO {} ({}) VALUES ({})")
    conn.execute(insert.format(sql.Identifier(table), columns, values))


@each(("name", "table", "broken"), BAD)
def test_a_row_that_breaks_a_promise_is_refused(database_url, name, table, broken):
    with psycopg.connect(database_url) as conn:
        with conn.transaction(force_rollback=True):
            _insert(conn, table, {})
        with pytest.raises(psycopg.errors.CheckViolation) as refusal:
            _insert(conn, table, broken)
    assert refusal.value.diag.constraint_name == name


def test_every_check_is_tried(database_url):
    every = read_rows(
        database_url,
        "SELECT conname FROM pg_constraint"
        " WHERE contype = 'c' AND connamespace = 'public'::regnamespace",
    )
    assert {name for (name,) in every} == {name for name, *_ in BAD}
