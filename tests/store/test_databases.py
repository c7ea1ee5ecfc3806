"""A database that takes another's place is like it: in its locale, settings and privileges."""

import psycopg
import pytest

from app.store.server import databases
from tests.copies import home

LIKE = """
SELECT encoding, datcollate, datctype, to_jsonb(d) ->> 'datlocprovider', to_jsonb(d) ->> 'datlocale'
FROM pg_database AS d WHERE datname = %s
"""
SETTINGS = """
WITH d AS (SELECT * FROM pg_database WHERE datname = %s)
SELECT datconnlimit::text FROM d UNION ALL SELECT unnest(datacl)::text FROM d
UNION ALL SELECT setrole::regrole || ': ' || unnest(setconfig)
FROM d JOIN pg_db_role_setting ON setdatabase = oid ORDER BY 1
"""


@pytest.fixture
def place(template):
    with home(template) as own:
        yield own


@pytest.fixture
def conn(place):
    with psycopg.connect(place.url("postgres"), autocommit=True) as conn:
        yield conn


@pytest.mark.parametrize(
    "locale",
    [
        "LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'POSIX' ENCODING 'LATIN1'",
        "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'",
    ],
)
def test_it_is_created_empty_in_the_same_locale(place, conn, locale):
    place.execute(f"CREATE DATABASE old TEMPLATE template0 {locale}")
    place.execute("CREATE TABLE of_all_new_databases ()", database="template1")
    try:
        databases.create(conn, "new", "old")
    finally:
        place.execute("DROP TABLE of_all_new_databases", database="template1")
    assert place.ask(place.url("new"), LIKE, "new") == place.ask(place.url("old"), LIKE, "old")
    assert place.ask(place.url("new"), "SELECT to_regclass('of_all_new_databases')") == [(None,)]


def test_settings_and_privileges_are_copied(place, conn):
    place.execute(
        "DROP ROLE IF EXISTS owner", "DROP ROLE IF EXISTS reader",
        "CREATE ROLE owner", "CREATE ROLE reader",
        "CREATE DATABASE old OWNER owner CONNECTION LIMIT 7",
        "REVOKE CONNECT ON DATABASE old FROM PUBLIC",
        "GRANT CONNECT ON DATABASE old TO reader WITH GRANT OPTION",
        "GRANT CREATE ON DATABASE old TO reader",
        'ALTER DATABASE old SET search_path = karma, "of us", public',
        "ALTER DATABASE old SET application_name = 'it''s, all'",
        "ALTER ROLE reader IN DATABASE old SET temp_tablespaces = pg_default, pg_global",
        "ALTER ROLE reader IN DATABASE old SET statement_timeout = '7s'",
    )  # fmt: skip
    databases.create(conn, "new", "old")
    assert databases.copy_properties(conn, "old", "new") == []
    own = place.ask(place.url("postgres"), SETTINGS, "old")
    assert place.ask(place.url("postgres"), SETTINGS, "new") == own
    assert len(own) == 8


def test_the_timeouts_of_a_role_are_lifted(place):
    names = ("statement_timeout", "idle_in_transaction_session_timeout", "transaction_timeout")
    options = " ".join(f"-c {name}=1min" for name in names)
    with psycopg.connect(place.url("postgres"), options=options, autocommit=True) as conn:
        databases.prepare_session(conn)
        assert [conn.execute(f"SHOW {name}").fetchone() for name in names] == [("0",)] * 3


def test_a_database_in_use_is_dropped_and_one_that_is_gone_is_fine(place, conn):
    with psycopg.connect(place.made("used", migrated=False)):
        databases.drop(conn, "used")
    databases.drop(conn, "used")
    assert "used" not in place.databases()


def test_only_databases_named_like_scratch_that_nobody_holds_are_abandoned(place, conn):
    names = ("votes_restore_1", "votes_restore_2", "votes_restore_of_mine", "cats_restore_1")
    for name in names:
        place.made(name, migrated=False)
    databases.hold(conn, "votes_restore_2")
    found = databases.list_abandoned(conn, "votes", "_restore_[0-9]$")
    assert found == ["votes_restore_1"]
    conn.execute("SELECT pg_advisory_unlock_all()")
    found = databases.list_abandoned(conn, "votes", "_restore_[0-9]$")
    assert found == ["votes_restore_1", "votes_restore_2"]
