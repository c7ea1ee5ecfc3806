"""The growth benchmark's databases: a filled one looks like years of real votes."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection
from pytest_postgresql.executors import NoopExecutor

from app.cli import usage, verify
from app.devtools.bench import compare, plans, run
from app.devtools.bench.growth import datasets, ledger, queries
from app.devtools.bench.growth.fill import TABLES, fill
from app.devtools.bench.growth.sizes import SIZES, Size
from app.devtools.bench.pgbench_script import render_script
from tests.databases import copied, read_rows

NOW = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
SMALL = Size("grown_in_a_test", 300, 3_000)
TINY = Size("grown_in_a_test", 30, 600)

INDEXES = "SELECT indexdef FROM pg_indexes WHERE tablename = ANY(%s) ORDER BY 1"
KEYS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = ANY(%s::regclass[]) ORDER BY 1
"""


def quiet(_: str) -> None:
    """Ignore a progress message."""


@pytest.fixture(scope="session")
def filled_template(template: NoopExecutor) -> Iterator[str]:
    """The name of a filled database, created once."""
    with copied(template, "filled_template") as url:
        fill(url, SMALL, NOW, quiet)
        yield "filled_template"


@pytest.fixture
def filled(template: NoopExecutor, filled_template: str) -> Iterator[str]:
    """The URL of a copy of the filled database."""
    with copied(template, "filled", filled_template) as url:
        yield url


def test_a_filled_database_agrees_with_its_ledger(filled):
    with psycopg.connect(filled) as conn:
        result = verify.compare(conn)
    assert (result.differences, result.rows) == (0, SMALL.rows)
    assert result.boards > 200


def test_a_fill_leaves_the_indexes_and_keys_that_the_migrations_made(filled, own_database_url):
    migrated, after = (
        [read_rows(url, query, list(TABLES)) for query in (INDEXES, KEYS)]
        for url in (own_database_url, filled)
    )
    assert after == migrated
    assert all(after)


def test_a_filled_ledger_spans_years_and_keeps_the_boards_of_two_years(filled):
    assert read_rows(filled, "SELECT min(day), max(day) FROM vote_history") == [
        (date(2021, 11, 22), date(2026, 11, 20))
    ]
    months = read_rows(
        filled,
        r"SELECT DISTINCT split_part(board, '/', 2) FROM leaderboard"
        r" WHERE board ~ '^users/\d{4}-\d{2}$' ORDER BY 1",
    )
    assert [month for (month,) in months][::6] == [
        "2024-11", "2025-05", "2025-11", "2026-05", "2026-11",
    ]  # fmt: skip
    assert ("month", date(2024, 11, 1)) in read_rows(filled, "SELECT what, first FROM horizons")


def test_a_filled_ledger_has_every_message_and_reasons_on_a_third_of_the_rows(filled):
    missing = """
    SELECT count(*) FROM vote_history AS v LEFT JOIN messages AS m
    USING (team_id, channel_id, message_ts) WHERE m.team_id IS NULL
    """
    assert read_rows(filled, missing) == [(0,)]
    ((messages,),) = read_rows(filled, "SELECT count(*) FROM messages")
    ((reasons,),) = read_rows(filled, "SELECT count(reason) FROM vote_history")
    assert messages == SMALL.rows * 4 // 5
    assert abs(reasons / SMALL.rows - 1 / 3) < 0.05


async def test_votes_go_on_after_a_fill(filled):
    async with await AsyncConnection.connect(filled, autocommit=True) as conn:
        await compare._store_ours(conn, compare._make_ballot(1_795_000_000_000_000, Random(1)))
    last = read_rows(filled, "SELECT max(id), count(*) FROM vote_history")
    assert last == [(SMALL.rows + 1, SMALL.rows + 1)]


def test_the_same_time_gives_the_same_ledger_in_any_parts():
    size, cut = Size("in_parts", 300, ledger.TOGETHER + 1_000), ledger.TOGETHER
    whole = "".join(ledger.generate_pieces(size, NOW, 1, size.rows))
    parts = [
        *ledger.generate_pieces(size, NOW, 1, cut),
        *ledger.generate_pieces(size, NOW, cut + 1, size.rows),
    ]
    assert "".join(parts) == whole
    assert whole.count("\n") == size.rows


def test_few_get_most_of_the_points():
    draw = Random(1)
    got = [ledger.choose_popular(1_000, draw.random() ** 3) for _ in range(10_000)]
    most = sorted((got.count(who) for who in set(got)), reverse=True)
    assert sum(most[:10]) > 0.15 * len(got)
    assert len(most) > 900


@pytest.fixture
def server(template) -> Iterator[str]:
    url = f"postgresql://{template.user}@/postgres?host={template.host}"
    yield url
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(f"DROP DATABASE IF EXISTS {SMALL.database} WITH (FORCE)")


@pytest.fixture
def fills(monkeypatch) -> list[Size]:
    """The sizes that would have been filled; the tests above cover filling."""
    sizes = list[Size]()

    def fill_nothing(_url: str, size: Size, *_: Any) -> float:
        sizes.append(size)
        return 0.1

    monkeypatch.setattr(datasets, "fill", fill_nothing)
    return sizes


def test_a_database_is_reused_until_a_refill_is_requested(server, tmp_path: Path, fills):
    stamp, progress = tmp_path / "stamp.json", list[str]()
    datasets.ensure(server, TINY, stamp, progress.append)
    assert progress.pop().startswith("600 rows: filled in")
    progress.clear()
    datasets.ensure(server, TINY, stamp, progress.append)
    assert progress == []
    datasets.ensure(server, TINY, stamp, progress.append, refill=True)
    assert progress
    assert fills == [TINY] * 2


def test_a_database_with_other_contents_is_refilled(server, tmp_path: Path, fills):
    stamp = tmp_path / "stamp.json"
    datasets.ensure(server, TINY, stamp, quiet)
    contents = json.loads(stamp.read_text())
    age = {"until": "2026-01-01T00:00:00+00:00"}
    others = [contents | change for change in ({"migrations": "others"}, {"rows": 7}, age)]
    for other in [*map(json.dumps, others), "{"]:
        progress = list[str]()
        stamp.write_text(other)
        datasets.ensure(server, TINY, stamp, progress.append)
        assert progress, other
    assert fills == [TINY] * 5


def test_a_fill_restores_the_servers_settings(server, tmp_path: Path):
    query = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s) ORDER BY 1"
    before = read_rows(server, query, list(datasets._ROOM))
    datasets.ensure(server, TINY, tmp_path / "stamp.json", quiet)
    assert read_rows(server, query, list(datasets._ROOM)) == before
    with psycopg.connect(server, dbname=TINY.database) as conn:
        assert verify.compare(conn).rows == TINY.rows


def test_members_ask_in_words_that_are_understood():
    place, draw = queries.make_workspace(), Random(1)
    for question in queries.QUESTIONS:
        requests = queries.make_questions(place, SMALL, question, draw, NOW.date(), 3)
        assert requests
        assert all(b"command=%2F" in request.data for request in requests)


def test_a_picture_is_drawn():
    from app.devtools.bench.growth.plot import plot  # noqa: PLC0415  (loads matplotlib)

    figures = {"vote": {size.rows: [2.0, 3.0] for size in SIZES}}
    assert plot(figures, {"vote": 10.0}).startswith(b"\x89PNG")


async def test_explaining_queries_changes_nothing(filled):
    counts = "SELECT (SELECT count(*) FROM vote_history), (SELECT sum(score) FROM leaderboard)"
    before = read_rows(filled, counts)
    names = {
        name.partition(" (")[0] for name, _ in await plans.explain_queries(filled, SMALL.members)
    }
    assert names == set(plans._list_questions(SMALL.members))
    assert read_rows(filled, counts) == before


LEDGER = """
SELECT team_id, channel_id, message_ts, voter_id, target_id, delta, reason, kind, voted_at, day
FROM vote_history
"""
WRITTEN = (
    "SELECT team_id, channel_id, message_ts FROM messages",
    LEDGER,
    "SELECT team_id, board, target_id, score FROM leaderboard ORDER BY 2, 3",
    "SELECT team_id, channel_id, message_ts, kind, only_for, thread_ts, body FROM outbox",
)


async def test_the_plain_transaction_writes_what_the_one_statement_writes(own_database_url):
    ballot, written = compare._make_ballot(1_795_000_000_000_000, Random(1)), []
    for store in (compare._store_ours, compare._store_plainly):
        async with await AsyncConnection.connect(own_database_url, autocommit=True) as conn:
            await store(conn, ballot)
            await store(conn, ballot)  # a message counts once
        written.append([read_rows(own_database_url, query) for query in WRITTEN])
        with psycopg.connect(own_database_url) as conn:
            conn.execute("TRUNCATE messages, vote_history, leaderboard, outbox")
    assert written[0] == written[1]
    assert [len(table) for table in written[0]] == [1, 1, 8, 1]


async def test_pgbench_casts_votes_with_our_statement(
    own_database_url, tmp_path: Path, monkeypatch
):
    monkeypatch.setattr(compare, "SECONDS", 1.0)
    script = tmp_path / "vote.sql"
    script.write_text(
        compare._PGBENCH_VARIABLES
        + await render_script(own_database_url, *compare._make_varying_ballot())
    )
    assert read_rows(own_database_url, "SELECT count(*) FROM vote_history") == [(0,)]
    assert await compare._run_pgbench(own_database_url, script, 2) > 0
    with psycopg.connect(own_database_url) as conn:
        assert verify.compare(conn).differences == 0
    votes = read_rows(own_database_url, "SELECT count(*) FROM vote_history")[0][0]
    assert read_rows(own_database_url, "SELECT count(*) FROM outbox") == [(votes,)]


def test_long_benchmarks_run_only_if_named():
    usual = run.choose_names(usage.read_bench([]))
    assert set(usual) == set(run.BENCHMARKS) - {"growth", "plans"}
    named = usage.read_bench(["--only", "growth", "--refill"])
    assert (run.choose_names(named), named.refill) == (["growth"], True)
