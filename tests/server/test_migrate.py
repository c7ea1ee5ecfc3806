"""`bin/migrate`, and what the migrations promise."""

import asyncio

import psycopg
import pytest

from app.store import migrations
from tests.process import run

TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename !~ 'yoyo'"
SHAPE = """
SELECT table_name, column_name, data_type, is_nullable, column_default
FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2
"""


@pytest.fixture
def empty(own_database_url):
    """A database without a table."""
    with psycopg.connect(own_database_url, autocommit=True) as conn:
        conn.execute("DROP SCHEMA public CASCADE")
        conn.execute("CREATE SCHEMA public")
    return own_database_url


def _ask(url, query):
    with psycopg.connect(url) as conn:
        return conn.execute(query).fetchall()


async def test_it_applies_lists_and_rolls_back(tmp_path, empty):
    async def migrate(*words):
        return await run("migrate", *words, folder=tmp_path, DATABASE_URL=empty)

    last = migrations.available()[-1]
    assert "U         0001.votes" in (await migrate("list"))[1]
    status, out, err = await migrate()
    assert (status, err) == (0, "")
    assert f"apply: {last}" in out
    assert "A         0001.votes" in (await migrate("list"))[1]
    assert (await migrate())[1] == "nothing to do\n"
    assert (await migrate("rollback"))[1] == f"rollback: {last}\n"
    assert (await migrate("rollback", "-r", "0001"))[0] == 0
    assert _ask(empty, TABLES) == [(0,)]


async def test_two_at_once_apply_each_migration_once(tmp_path, empty):
    runs = [run("migrate", folder=tmp_path, DATABASE_URL=empty) for _ in range(3)]
    results = await asyncio.gather(*runs)
    assert {status for status, _, _ in results} == {0}
    assert sum("apply: 0001.votes" in out for _, out, _ in results) == 1


async def test_a_lock_that_a_killed_process_left_is_no_obstacle(tmp_path, empty):
    await run("migrate", folder=tmp_path, DATABASE_URL=empty)
    with psycopg.connect(empty, autocommit=True) as conn:
        conn.execute("INSERT INTO yoyo_lock (locked, ctime, pid) VALUES (1, now(), 1)")
    assert (await run("migrate", folder=tmp_path, DATABASE_URL=empty))[0] == 0


async def test_an_unknown_revision_and_a_database_away_are_one_line(tmp_path, empty):
    status, _, err = await run(
        "migrate", "rollback", "-r", "9", folder=tmp_path, DATABASE_URL=empty
    )
    assert (status, err.count("\n")) == (1, 1)
    away = "postgresql://nobody@127.0.0.1:1/none"
    status, _, err = await run("migrate", folder=tmp_path, DATABASE_URL=away)
    assert (status, err.count("\n")) == (1, 1)


def test_down_and_up_again_is_the_same_schema(empty):
    migrations.apply(empty)
    before = _ask(empty, SHAPE)
    for _ in migrations.available():
        with migrations.backend(empty) as backend, backend.lock():
            backend.rollback_migrations(backend.to_rollback(migrations.every())[:1])
    assert _ask(empty, TABLES) == [(0,)]
    migrations.apply(empty)
    assert _ask(empty, SHAPE) == before


def test_every_key_and_unique_index_begins_with_the_team(database_url):
    first = _ask(
        database_url,
        """
        SELECT indexrelid::regclass::text, attname FROM pg_index
        JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
        WHERE indisunique AND indrelid::regclass::text !~ 'yoyo|pg_'
        """,
    )
    assert first
    assert {column for _, column in first} == {"team_id"}


def test_every_migration_has_a_way_back():
    for name in migrations.available():
        assert (migrations.FOLDER / f"{name}.rollback.sql").read_text().strip()
