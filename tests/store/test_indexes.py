"""Each index is used in the plan of some statement of the app."""

import psycopg
import pytest

from app.store.boards import computed_boards, recaps
from app.store.people import erasure, opt_outs
from app.store.server import upkeep
from app.store.votes import joins
from app.store.workspace import timers
from tests.databases import copied
from tests.one_workspace import number_placeholders
from tests.tables import each

SOME = """
INSERT INTO told (team_id, user_id, about) SELECT 'T' || n % 3, 'U' || n % 97,
    (ARRAY['hint/', 'refusal/cooldown/C1/', 'opted_out/U'])[1 + n % 3] || n
    FROM generate_series(1, 9000) AS n;
INSERT INTO joins (team_id, channel_id, way_ts, voter_id, emoji, message_ts, targets, points,
    present, since, changed_ts) SELECT 'T' || n % 3, 'C' || n % 7, n::text, 'U' || n % 97, '',
    (n / 2)::text, '[]', 1, true, now(), '1' FROM generate_series(1, 9000) AS n;
INSERT INTO meanings (team_id, voter_id, handle, user_id) SELECT 'T' || n % 3, 'U' || n % 97,
    'name' || n, 'U' || n % 89 FROM generate_series(1, 9000) AS n;
INSERT INTO timers (team_id, kind, about, due_at) SELECT 'T' || n % 3, 'feed', n::text,
    now() + n * interval '1 minute' FROM generate_series(1, 9000) AS n;
INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta, voted_at,
    day) SELECT 'T' || n % 3, 'C' || n % 7, n::text, 'W1', 'U' || n % 97, 1, now(),
    date '2025-01-01' + n / 30 FROM generate_series(1, 9000) AS n;
INSERT INTO messages (team_id, channel_id, message_ts, voted, heard_at) SELECT 'T' || n % 3,
    'C' || n % 7, n::text, n % 50 > 0, now() - n * interval '1 hour'
    FROM generate_series(1, 9000) AS n;
INSERT INTO cooldowns (team_id, giver_id, target_id, given_at) SELECT 'T' || n % 3, 'U' || n % 97,
    'U' || n, now() - n * interval '1 minute' FROM generate_series(1, 9000) AS n;
ANALYZE told, joins, meanings, timers, vote_history, messages, cooldowns
"""


def _find(statements, *parts):
    (found,) = [one for one in statements if all(part in one for part in parts)]
    return found


_OPTED = _find(erasure.OWN, "FROM told", "about")
QUESTIONS = [
    ("told_about", opt_outs._OPT_IN),
    ("told_about", _OPTED),
    ("joins_by_message", joins._READ_STANDING),
    ("joins_by_voter", _find(erasure.OWN, "DELETE FROM joins")),
    ("meanings_of", _find(erasure.OWN, "FROM meanings")),
    ("timers_due", timers._DUE),
    ("timers_due", timers._TAKE),
    ("vote_history_by_day", computed_boards._OF_CHANNEL),
    ("vote_history_by_day", computed_boards._OF_GIVERS),
    ("vote_history_by_day", recaps._CHANNELS),
    ("messages_without_votes", upkeep.DELETE_EXPIRED["messages"]),
    ("cooldowns_over", upkeep.DELETE_EXPIRED["cooldowns"]),
]
VALUES = {
    "team": "'T1'", "user": "'U7'", "about": "'opted_out/U7'", "out": "false",
    "channel": "'C1'", "ts": "'77'", "voters": "ARRAY['U7']", "now": "now()",
    "days": "ARRAY[date '2025-01-07']", "by_week": "false", "since": "date '2025-01-07'",
    "most": "10",
    "until": "date '2025-01-07'", "first": "date '2025-01-07'", "last": "date '2025-01-08'",
}  # fmt: skip


@pytest.fixture(scope="module")
def filled(template):
    """A connection to a database with enough rows for indexes to pay off, and with statistics."""
    with copied(template, "indexes") as url, psycopg.connect(url, autocommit=True) as conn:
        conn.execute(SOME)
        conn.execute("SET enable_seqscan = off")
        yield conn


@each(("index", "statement"), QUESTIONS)
def test_the_plan_of_each_statement_uses_its_index(filled, index, statement):
    text, names = number_placeholders(statement)
    for number, name in reversed([*enumerate(names, 1)]):
        text = text.replace(f"${number}", VALUES[name])
    plan = "\n".join(line for (line,) in filled.execute(f"EXPLAIN {text}".encode()))
    assert index in plan, plan
