"""`bin/migrate` and the migrations' guarantees."""

import asyncio
import contextlib
import pwd

import psycopg
import pytest
from psycopg.types.json import Jsonb

from app import CommandError
from app.cli import migrate, usage, verify
from app.core.replies import FirstPointReply, NoticeReply, OptOutsReply, read_reply
from app.store import migrations
from app.store.server import operating
from tests.databases import read_rows
from tests.patience import PATIENCE
from tests.process import begin, run
from tests.tables import each

TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename !~ 'yoyo'"
# Everything but the comments, which a rollback may leave.
SHAPE = """
SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default)
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT definition FROM pg_views WHERE schemaname = 'public'
UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
ORDER BY 1
"""
COMMENTS = """
SELECT relname, objsubid, description
FROM pg_description JOIN pg_class AS c ON (c.tableoid, c.oid) = (classoid, objoid)
WHERE relnamespace = 'public'::regnamespace ORDER BY 1, 2
"""


@pytest.fixture
def empty(own_database_url):
    """The URL of a database without tables."""
    with psycopg.connect(own_database_url, autocommit=True) as conn:
        conn.execute("DROP SCHEMA public CASCADE")
        conn.execute("CREATE SCHEMA public")
    return own_database_url


@each("words", [["--nonsense"], ["rollback", "one"], ["list", "--forever"]])
async def test_usage_errors_of_yoyo_are_reported_as_ours(tmp_path, words):
    status, _, err = await run("migrate", *words, folder=tmp_path, DATABASE_URL="postgresql://x/x")
    assert status == 2
    assert err.splitlines()[-1].startswith("bin/migrate: error: unrecognized arguments: ")
    assert "yoyo" not in err


async def test_it_applies_lists_and_rolls_back(tmp_path, empty):
    async def migrate(*words):
        return await run("migrate", *words, folder=tmp_path, DATABASE_URL=empty)

    *_, first, second, last = migrations.list_available()
    assert "U         0001.votes" in (await migrate("list"))[1]
    assert (await migrate("-r", "0001.votes"))[1] == "apply: 0001.votes\n"
    assert (await migrate("rollback", "-r", "0001"))[0] == 0
    assert read_rows(empty, TABLES) == [(0,)]
    status, out, err = await migrate()
    assert (status, err) == (0, "")
    assert f"apply: {last}" in out
    assert "A         0001.votes" in (await migrate("list"))[1]
    assert (await migrate())[1] == "nothing to do\n"
    assert (await migrate("rollback"))[1] == f"rollback: {last}\n"
    assert (await migrate("rollback", "-r", first))[1] == f"rollback: {second}\nrollback: {first}\n"


def test_a_new_migration_follows_the_last_one(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(migrate, "FOLDER", tmp_path)
    assert migrate.start(usage.read_migrate(["new", "colors"])) == 0
    last = migrations.list_available()[-1]
    stem = f"{int(last[:4]) + 1:04}.colors"
    assert capsys.readouterr().out == f"migrations/{stem}.sql\nmigrations/{stem}.rollback.sql\n"
    assert (tmp_path / f"{stem}.sql").read_text() == f"-- What it does.\n-- depends: {last}\n\n"
    assert (tmp_path / f"{stem}.rollback.sql").read_text() == "-- What it undoes.\n\n"
    with pytest.raises(CommandError, match=r"a\.sql cannot be written: file name too long"):
        migrate.start(usage.read_migrate(["new", "a" * 300]))
    for words in (["new"], ["new", "Colors"], ["new", "a", "b"]):
        with pytest.raises(SystemExit, match="2"):
            usage.read_migrate(words)


async def test_without_a_cluster_nothing_is_distributed_or_applied(tmp_path, empty):
    async def migrate(*words):
        return await run("migrate", *words, folder=tmp_path, DATABASE_URL=empty)

    status, _, err = await migrate("--distribute")
    assert status == 1
    assert err == (
        "bin/migrate: this database isn't a Citus coordinator: it lacks the extension citus\n"
    )
    assert read_rows(empty, TABLES) == [(0,)]
    status, _, err = await migrate("rollback", "--distribute")
    assert (status, err.splitlines()[-1]) == (
        2,
        "bin/migrate: error: --distribute can only be used with apply",
    )


async def test_two_at_once_apply_each_migration_once(tmp_path, empty):
    three = migrations.list_available()[:3]
    words = ("migrate", "-r", three[-1])
    runs = [run(*words, folder=tmp_path, DATABASE_URL=empty) for _ in range(3)]
    results = await asyncio.gather(*runs)
    assert {status for status, _, _ in results} == {0}
    lines = [line for _, out, _ in results for line in out.splitlines()]
    assert [line for line in lines if line != "nothing to do"] == [f"apply: {it}" for it in three]


async def test_a_lock_left_by_a_killed_process_is_ignored(tmp_path, empty):
    first, second, *_ = migrations.list_available()
    await run("migrate", "-r", first, folder=tmp_path, DATABASE_URL=empty)
    with psycopg.connect(empty, autocommit=True) as conn:
        conn.execute("INSERT INTO yoyo_lock (locked, ctime, pid) VALUES (1, now(), 1)")
    status, out, _ = await run("migrate", "-r", second, folder=tmp_path, DATABASE_URL=empty)
    assert (status, out) == (0, f"apply: {second}\n")


@pytest.mark.parametrize("path", ["''", "missing"])
async def test_a_search_path_without_a_schema_is_named(tmp_path, empty, path):
    with psycopg.connect(empty, autocommit=True) as conn:
        conn.execute(f"ALTER DATABASE {conn.info.dbname} SET search_path = {path}")
        line = f"the role {conn.info.user} lacks USAGE on a schema of its search_path\n"
    assert await run("migrate", folder=tmp_path, DATABASE_URL=empty) == (
        1,
        "",
        f"bin/migrate: {line}",
    )


def test_migrations_ignore_the_roles_timeouts(empty):
    names = ("idle_in_transaction_session_timeout", "statement_timeout", "lock_timeout")
    with psycopg.connect(empty, autocommit=True) as conn:
        for name in names:
            conn.execute(f"ALTER DATABASE \"{conn.info.dbname}\" SET {name} = '1h'")
    with migrations.open_backend(empty) as backend, backend.transaction():
        shown = [backend.execute(f"SHOW {name}").fetchone()[0] for name in names]
    assert shown == ["0", "0", "1h"]  # waiting for locks stays limited


async def test_a_second_one_waits_longer_than_the_roles_lock_timeout(tmp_path, empty):
    waits = """SELECT EXISTS (SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event = 'advisory')"""
    with psycopg.connect(empty, autocommit=True) as conn:
        conn.execute(f"ALTER DATABASE \"{conn.info.dbname}\" SET lock_timeout = '100ms'")
        with migrations.open_backend(empty):
            process = await begin(
                "migrate", "-r", "0001.votes", folder=tmp_path, DATABASE_URL=empty
            )
            async with asyncio.timeout(PATIENCE):
                while conn.execute(waits).fetchone() == (False,):
                    await asyncio.to_thread(conn.execute, "SELECT pg_sleep(0.02)")
            conn.execute("SELECT pg_sleep(0.15)")
    _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert (process.returncode, err.count(b"\n")) == (0, 0), err


_REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$;
CREATE TRIGGER refuse BEFORE INSERT OR DELETE ON _yoyo_migration
FOR EACH ROW EXECUTE FUNCTION refuse();
"""


def test_a_migration_that_cannot_be_recorded_is_rolled_back(own_database_url):
    def roll_back_one(url):
        with migrations.open_backend(url) as backend:
            backend.rollback_migrations(backend.to_rollback(migrations.load_all())[:1])

    def try_refused_and_again(work):
        before = read_rows(own_database_url, SHAPE)
        with psycopg.connect(own_database_url, autocommit=True) as conn:
            conn.execute(_REFUSE)
            with pytest.raises(psycopg.errors.RaiseException):
                work(own_database_url)
            conn.execute("DROP FUNCTION refuse CASCADE")
        assert read_rows(own_database_url, SHAPE) == before
        return work(own_database_url)

    try_refused_and_again(roll_back_one)
    done = try_refused_and_again(migrations.apply)
    assert done == migrations.list_available()[-1:]
    log = read_rows(own_database_url, "SELECT operation FROM _yoyo_log ORDER BY created_at_utc")
    assert log[-2:] == [("rollback",), ("apply",)]


_CLOSE = """
CREATE FUNCTION close() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE pg_database SET datallowconn = false WHERE datname = current_database();
    RETURN old;
END $$;
CREATE TRIGGER close BEFORE DELETE ON _yoyo_migration FOR EACH ROW EXECUTE FUNCTION close();
"""


async def test_what_was_rolled_back_is_told_even_if_the_database_then_goes_away(
    tmp_path, own_database_url
):
    last = migrations.list_available()[-1]
    with psycopg.connect(own_database_url, autocommit=True) as conn:
        conn.execute(_CLOSE)
        status, out, err = await run(
            "migrate", "rollback", folder=tmp_path, DATABASE_URL=own_database_url
        )
        conn.execute(f'ALTER DATABASE "{conn.info.dbname}" ALLOW_CONNECTIONS true')
    assert (status, out, err.count("\n")) == (1, f"rollback: {last}\n", 1)


def test_a_lost_connection_is_told_without_yoyos_warning(empty):
    with migrations.open_backend(empty) as backend:
        backend.connection.close()
        with pytest.raises(psycopg.OperationalError):
            backend.begin()


def test_a_server_that_is_too_old_is_refused_first(empty, monkeypatch):
    monkeypatch.setattr(migrations, "OLDEST", 1000)
    with pytest.raises(CommandError, match="pptbot needs 1000 or newer"):
        migrations.apply(empty)
    assert read_rows(empty, TABLES) == [(0,)]


def test_a_user_without_a_name_can_migrate(empty, monkeypatch):
    monkeypatch.setattr(pwd, "getpwuid", {}.__getitem__)
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    assert migrations.apply(empty)
    assert migrations.apply(empty) == []


async def test_an_unknown_revision_and_an_unreachable_database_are_one_line(tmp_path, empty):
    status, _, err = await run(
        "migrate", "rollback", "-r", "99", folder=tmp_path, DATABASE_URL=empty
    )
    assert (status, err.count("\n")) == (1, 1)
    away = "postgresql://nobody@127.0.0.1:1/none"
    status, _, err = await run("migrate", folder=tmp_path, DATABASE_URL=away)
    assert (status, err.count("\n")) == (1, 1)


@contextlib.contextmanager
def _create_database(own_database_url, encoding):
    """Create an empty database with *encoding* and yield its URL."""
    with psycopg.connect(own_database_url, autocommit=True) as conn:
        own, other = conn.info.dbname, f"{conn.info.dbname}_latin"
        conn.execute(f"CREATE DATABASE {other} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
        try:
            yield f"{own_database_url.replace(own, other)}&client_encoding=UTF8"
        finally:
            conn.execute(f"DROP DATABASE {other}")


@pytest.fixture
def latin(own_database_url):
    """The URL of a database in LATIN1."""
    with _create_database(own_database_url, "LATIN1") as url:
        yield url


@pytest.mark.parametrize("encoding", ["WIN1252", "WIN1250", "EUC_JP", "SQL_ASCII"])
async def test_a_migrated_database_in_another_encoding_is_migrated_if_possible(
    tmp_path, own_database_url, encoding
):
    with _create_database(own_database_url, encoding) as url:
        with migrations.open_backend(url) as backend, backend.lock():
            backend.apply_one(migrations.load_all()[0])
        status, _, err = await run("migrate", folder=tmp_path, DATABASE_URL=url)
        assert (status, err) == (0, "")
        assert (await run("verify", folder=tmp_path, DATABASE_URL=url))[0] == 0


async def test_a_new_database_must_be_in_unicode(tmp_path, latin):
    status, _, err = await run("migrate", folder=tmp_path, DATABASE_URL=latin)
    assert status == 1
    assert err.startswith("bin/migrate: the database is in LATIN1")
    assert err.count("\n") == 1
    with pytest.raises(CommandError, match="LATIN1"):
        migrations.apply(latin)
    assert read_rows(latin, TABLES) == [(0,)]


async def test_a_migrated_database_is_not_refused_for_its_encoding(tmp_path, latin):
    async def migrate(*words):
        return await run("migrate", *words, folder=tmp_path, DATABASE_URL=latin)

    with migrations.open_backend(latin) as backend, backend.lock():
        backend.apply_one(migrations.load_all()[0])  # as before the check existed
    assert "A         0001.votes" in (await migrate("list"))[1]
    second = migrations.list_available()[1]
    status, out, err = await migrate("-r", second)
    assert (status, out, err) == (0, f"apply: {second}\n", "")
    assert (await migrate("rollback"))[1] == f"rollback: {second}\n"


async def test_a_migration_that_the_encoding_cannot_hold_changes_nothing(tmp_path, latin):
    with migrations.open_backend(latin) as backend, backend.lock():
        backend.apply_one(migrations.load_all()[0])
    before = read_rows(latin, TABLES)
    status, out, err = await run("migrate", folder=tmp_path, DATABASE_URL=latin)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("bin/migrate: the database is in LATIN1")
    assert "pg_dump and pg_restore" in err
    assert read_rows(latin, TABLES) == before


@pytest.mark.parametrize("command", ["maintenance", "export"])
async def test_the_formats_of_a_database_do_not_matter(tmp_path, own_database_url, command):
    with psycopg.connect(own_database_url, autocommit=True) as conn:
        conn.execute(f"ALTER DATABASE {conn.info.dbname} SET datestyle = 'German'")
        conn.execute(f"ALTER DATABASE {conn.info.dbname} SET client_encoding = 'LATIN1'")
        conn.execute("INSERT INTO things VALUES ('T1', 'thing:🎉', '🎉')")
    status, out, err = await run(command, folder=tmp_path, DATABASE_URL=own_database_url)
    assert (status, err) == (0, "")
    assert "🎉" in out or command == "maintenance"


def test_each_rollback_restores_the_schema_before_its_migration(empty):
    with migrations.open_backend(empty) as backend, backend.lock():
        shapes = []
        for migration in backend.to_apply(migrations.load_all()):
            shapes.append((read_rows(empty, SHAPE), read_rows(empty, COMMENTS)))
            backend.apply_one(migration)
        for migration in backend.to_rollback(migrations.load_all()):
            backend.rollback_one(migration)
            shape, comments = shapes.pop()
            assert read_rows(empty, SHAPE) == shape, migration.id
            if migration.id > "0014.comments":  # which describes everything anew
                assert read_rows(empty, COMMENTS) == comments, migration.id
    assert read_rows(empty, TABLES) == [(0,)]


OF_EVERY_KIND = """
INSERT INTO vote_history (team_id, channel_id, message_ts, slot, voter_id, target_id, delta, kind,
    voted_at, day, season) VALUES
    ('T1', 'C1', '1.000001', '', 'U1', 'U2', 2, 'vote', now(), '2026-11-20', 1),
    ('T1', 'C1', '1.000001', 'U3', 'U3', 'U2', 1, 'vote', now(), '2026-11-20', 2),
    ('T1', 'C1', '1.000001', 'U4', 'U4', 'U2', 1, 'vote', now(), '2026-11-20', 2),
    ('T1', '', 'adjust/1', '', '', 'thing:x', 5, 'adjust', now(), '2026-11-20', 2),
    ('T1', '', 'archive/1', '', '', 'U2', 7, 'archive', now(), NULL, 1),
    ('T1', '', 'archive/1', '', '', 'U2', 3, 'archive', now(), NULL, 2);
INSERT INTO messages (team_id, channel_id, message_ts, slot) VALUES
    ('T1', 'C1', '1.000001', ''), ('T1', 'C1', '1.000001', 'U3'), ('T1', 'C1', '1.000001', 'U4');
INSERT INTO outbox (team_id, channel_id, message_ts, slot, kind, body) VALUES
    ('T1', 'C1', '1.000001', '', 'votes', '[]'), ('T1', 'C1', '1.000001', 'U3', 'votes', '[]');
INSERT INTO archived_shares VALUES ('T1', 'givers', 'U1', 10), ('T1', 'givers/S1', 'U1', 7),
    ('T1', 'givers/S2', 'U1', 3);
INSERT INTO seasons (team_id, number, name, begun_by) VALUES ('T1', 2, 'Autumn', 'U9');
INSERT INTO settings (team_id, name, value, changed_by) VALUES ('T1', 'things', 'false', 'U9');
INSERT INTO audit (team_id, by_id, act) VALUES ('T1', 'U9', 'season');
INSERT INTO homes (team_id, user_id, span) VALUES ('T1', 'U1', 'season'), ('T1', 'U2', 'week');
"""
WITHOUT_SEASONS = """
SELECT board, target_id, score FROM leaderboard
WHERE score <> 0 AND board !~ '/S|^channel/.*/2|^givers/.*-.*-|/[0-9]{4}(-Q|$)' ORDER BY 1, 2
"""


def _roll_back(url, name):
    """Roll back the migration *name* and all later ones."""
    with migrations.open_backend(url) as backend, backend.lock():
        late = migrations.load_all().filter(lambda migration: migration.id >= name)
        backend.rollback_migrations(backend.to_rollback(late))


def _rebuild(url):
    """Fix every board; return how many scores were wrong."""
    with operating.connect(url, "test") as conn:
        return verify._fix(conn, url).fixed


def test_rules_can_be_rolled_back_and_applied_again_with_data(own_database_url):
    url = own_database_url
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(OF_EVERY_KIND)
    assert _rebuild(url) > 20
    before = read_rows(url, WITHOUT_SEASONS)
    _roll_back(url, "0006")
    assert read_rows(url, WITHOUT_SEASONS) == before
    assert read_rows(url, "SELECT count(*) FROM leaderboard WHERE board ~ '/S'") == [(0,)]
    assert read_rows(url, "SELECT board, points FROM archived_shares") == [("givers", 10)]
    assert read_rows(url, "SELECT span FROM homes ORDER BY user_id") == [("all",), ("week",)]
    timestamps = [("1.000001",), ("1.000001/U3",), ("1.000001/U4",)]
    assert read_rows(url, "SELECT message_ts FROM messages ORDER BY 1") == timestamps
    voted = "SELECT message_ts FROM vote_history WHERE channel_id = 'C1' ORDER BY 1"
    assert read_rows(url, voted) == timestamps
    migrations.apply(url)
    assert _rebuild(url) == 0
    assert read_rows(url, WITHOUT_SEASONS) == before
    assert read_rows(url, "SELECT count(*) FROM leaderboard WHERE board ~ '/S'") == [(0,)]


BOOSTED = """
INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta, factor, said,
    voted_at, day) VALUES ('T1', 'C1', '1.000001', 'U1', 'U2', 4, 2, 2, now(), '2026-11-20');
INSERT INTO boosts (team_id, number, factor, begins_at, ends_at, begun_by)
VALUES ('T1', 1, 2, now(), now(), 'U9');
"""


def test_boosted_points_stay_when_boosts_are_rolled_back(own_database_url):
    url = own_database_url
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(BOOSTED)
    score = "SELECT board, score FROM leaderboard WHERE board IN ('users', 'givers') ORDER BY 1"
    assert _rebuild(url) > 0
    assert read_rows(url, score) == [("givers", 2), ("users", 4)]
    _roll_back(url, "0018")
    migrations.apply(url)
    assert _rebuild(url) > 0
    assert read_rows(url, score) == [("givers", 4), ("users", 4)]


BOOST_UNDER_WAY = """
INSERT INTO timers (team_id, kind, about, due_at) VALUES ('T1', 'boost_warning', '1/15', now()),
    ('T1', 'boost_end', '1/', now()), ('T1', 'recap', '', now());
INSERT INTO outbox (team_id, channel_id, message_ts, kind, body)
VALUES ('T1', 'C1', 'boost/1/begun/1', 'boost', '{}'), ('T1', 'C1', '1.000001', 'votes', '[]');
"""


def test_rolling_boosts_back_removes_their_timers_and_replies(own_database_url):
    url = own_database_url
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(BOOST_UNDER_WAY)
    _roll_back(url, "0018")
    assert read_rows(url, "SELECT kind FROM timers") == [("recap",)]
    assert read_rows(url, "SELECT kind FROM outbox") == [("votes",)]


DAY = "2026-11-20"
NOT_KEPT = """
SELECT board, target_id, score FROM leaderboard WHERE score <> 0 AND board ~ %s ORDER BY 1, 2
"""
LEFT_OVER = """
INSERT INTO leaderboard (team_id, board, target_id, score) VALUES
    ('T1', 'channel/C1/2026-11', 'U2', 7), ('T1', 'givers/2026-11-20', 'U1', 7),
    ('T1', 'users/S1', 'U2', 7)
"""  # as an earlier version writes them, if it counts votes until it's stopped


def test_a_rollback_restores_dropped_boards_from_the_ledger(own_database_url):
    url = own_database_url
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(OF_EVERY_KIND)
        conn.execute("DELETE FROM seasons")
        conn.execute("UPDATE vote_history SET season = 1")
        conn.execute("INSERT INTO horizons VALUES ('T1', 'week', '2026-12-01')")
        conn.execute(
            "INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id,"
            " delta, kind, voted_at, day)"
            " SELECT 'T1', 'C1', '1.000001', 'U1', 'U2', -3, 'edit', now(), '2026-11-20'"
        )
    _rebuild_with_years(url)
    before = read_rows(url, "SELECT board, target_id, score FROM leaderboard ORDER BY 1, 2")
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(LEFT_OVER)
    _roll_back(url, "0013")
    found = dict.fromkeys(("channel/C1/2026-11", "channel/C1/2026-11-20"), ("U2", 1))
    with psycopg.connect(url) as conn:
        of_channels = conn.execute(NOT_KEPT, ["^channel/.*/2"]).fetchall()
        of_givers = conn.execute(NOT_KEPT, ["^givers/.*-.*-"]).fetchall()
        of_seasons = conn.execute(NOT_KEPT, ["/S1$"]).fetchall()
    assert of_channels == [(board, *score) for board, score in found.items()]
    assert of_givers == [(f"givers/{DAY}", "U1", 1), (f"givers/{DAY}", "U3", 1),
                         (f"givers/{DAY}", "U4", 1)]  # fmt: skip
    assert of_seasons == [(f"{b}/S1", t, n) for b, t, n in before if "/20" not in b]
    migrations.apply(url)
    assert read_rows(url, "SELECT board, target_id, score FROM leaderboard ORDER BY 1, 2") == before


def _rebuild_with_years(url):
    """Fix every board after making all votes five minutes old."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("UPDATE vote_history SET created_at = now() - interval '5 minutes'")
        conn.execute(
            "INSERT INTO long_boards SELECT team_id, max(id) FROM vote_history GROUP BY team_id"
        )
    _rebuild(url)


def test_quarters_and_years_are_built_from_existing_months(own_database_url):
    url = own_database_url
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(OF_EVERY_KIND)
        conn.execute(
            "INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id,"
            " delta, kind, voted_at, day) VALUES"
            " ('T1', 'C1', '1.000002', 'U1', 'U2', 4, 'vote', now(), '2026-05-20'),"
            " ('T1', 'C1', '1.000003', 'U1', 'U2', 2, 'vote', now(), '2025-12-31'),"
            " ('T2', 'C1', '1.000003', 'U1', 'U2', 2, 'vote', now(), '2025-12-31')"
        )
        conn.execute("INSERT INTO horizons VALUES ('T1', 'month', '2026-04-01')")
    _rebuild_with_years(url)
    of_years = (
        "SELECT team_id, board, target_id, score FROM leaderboard"
        " WHERE board ~ '/[0-9]{4}(-Q.)?$' ORDER BY 1, 2, 3"
    )
    before = read_rows(url, of_years)
    assert ("T1", "users/2026-Q2", "U2", 4) in before
    assert ("T2", "users/2025", "U2", 2) in before
    assert not [board for team, board, _, _ in before if team == "T1" and board.endswith("/2026")]
    _roll_back(url, "0019")
    assert read_rows(url, of_years) == []
    migrations.apply(url)
    assert read_rows(url, of_years) == before
    assert _rebuild(url) == 0


def test_pending_replies_about_opt_outs_survive_the_migration(own_database_url):
    url = own_database_url
    migrations.apply(url)
    _roll_back(url, "0016")
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO outbox (team_id, channel_id, message_ts, kind, body)"
            """ VALUES ('T1', 'C1', '1.000001', 'absent', '{"people": ["U1"]}')"""
        )
    migrations.apply(url)
    ((kind, body),) = read_rows(url, "SELECT kind, body FROM outbox")
    assert read_reply(kind, body) == OptOutsReply(("U1",))


def test_pending_messages_about_first_points_survive_the_migration_and_its_rollback(
    own_database_url,
):
    url, greeting = own_database_url, FirstPointReply(NoticeReply("U1", "C1", 2))
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO outbox (team_id, channel_id, message_ts, kind, body)"
            " VALUES ('T1', 'U2', '1.000001', 'first_point', %s)",
            [Jsonb(greeting.to_json())],
        )
    _roll_back(url, "0026")
    assert read_rows(url, "SELECT body FROM outbox") == [({"gift": greeting.to_json()},)]
    migrations.apply(url)
    ((kind, body),) = read_rows(url, "SELECT kind, body FROM outbox")
    assert read_reply(kind, body) == greeting


def test_every_key_and_unique_index_begins_with_the_team(database_url):
    first = read_rows(
        database_url,
        """
        SELECT indexrelid::regclass::text, attname FROM pg_index
        JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
        WHERE indisunique AND indrelid::regclass::text !~ 'yoyo|pg_'
        """,
    )
    assert first
    assert {column for _, column in first} == {"team_id"}


def test_every_migration_has_a_rollback():
    for name in migrations.list_available():
        assert (migrations.FOLDER / f"{name}.rollback.sql").read_text().strip()
