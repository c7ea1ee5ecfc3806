"""`bin/restore` replaces the database with the backup, or changes nothing."""

import asyncio
import contextlib
import os
import pty
import shutil
import signal
import sys
from pathlib import Path

import aiohttp
import psycopg
import pytest

from app import CommandError, server
from app.cli.backup import programs
from app.cli.backup.archive import open_archive
from app.cli.backup.server import reach_server
from app.store import migrations
from tests.copies import BOB, POSTGRES, home, stand_ins
from tests.patience import PATIENCE
from tests.process import Server, begin, run
from tests.talk import PATIENT, Talk, slack_variables

AWAY = "postgresql://nobody@127.0.0.1:1/none"
RESTORING = 'case "$*" in *--exit-on-error*)'

# A vote that arrives while pg_restore is running.
VOTE = """
import psycopg, sys
with psycopg.connect(sys.argv[1]) as conn:
    conn.execute("INSERT INTO things VALUES ('T1', 'thing:late', 'late')")
"""


@pytest.fixture
def fresh(place):
    """The URL of a migrated, empty database."""
    return place.made("fresh")


@pytest.fixture
def command(tmp_path, url):
    async def run_command(*words, **variables):
        return await run(*words, folder=tmp_path, **({"DATABASE_URL": url} | variables))

    return run_command


@pytest.fixture(scope="session")
async def backup(template, voted, tmp_path_factory):
    """The path of a backup of the unchanged database in use."""
    with home(template) as own:
        url, folder = own.made("present", like=voted), tmp_path_factory.mktemp("backup")
        status, out, err = await run("backup", "--dir", "backups", folder=folder, DATABASE_URL=url)
    assert (status, err) == (0, "")
    return Path(out.splitlines()[-1])


@pytest.fixture
def dump(backup, tmp_path):
    """The path of the test's own copy of that backup."""
    return str(shutil.copytree(backup.parent, tmp_path / "backups") / backup.name)


@pytest.fixture
def unchanged(place, url):
    """Check after the test that no database was added or dropped, and no score changed."""
    before = place.databases(), place.scores(url)
    yield
    assert (place.databases(), place.scores(url)) == before


def one_line(result):
    status, _, err = result
    assert (status, err.count("\n")) == (1, 1), err
    assert err.startswith("bin/restore: ")
    return err


async def test_the_running_app_continues_with_the_backups_scores(
    tmp_path, slack, config, place, command
):
    url = place.made("in_use")
    async with (
        aiohttp.ClientSession() as session,
        server.serve(config, url, PATIENT) as running,
    ):
        talk = Talk(slack, running, session)
        await talk.said("@bob+++ for the docs")
        await talk.said("postgres++")
        _, out, _ = await command("backup", "--dir", "backups", DATABASE_URL=url)
        await talk.said("@bob++")
        await talk.said("@eve++")
        assert place.scores(url) == {BOB: 3, POSTGRES: 1, "U0EVE00005": 1}
        last = place.ask(url, "SELECT max(id) FROM vote_history WHERE target_id = %s", POSTGRES)
        path = out.splitlines()[-1]
        status, out, err = await command("restore", path, "--force", DATABASE_URL=url)
        assert (status, err) == (0, "")
        assert place.scores(url) == {BOB: 2, POSTGRES: 1}
        await talk.said("@bob++ once more")
        assert place.scores(url) == {BOB: 3, POSTGRES: 1}
        newest = place.ask(url, "SELECT max(id) FROM vote_history")
        assert newest[0][0] == last[0][0] + 1
    kept = out.splitlines()[-1].split('"')[1]
    assert place.scores(place.url(kept)) == {BOB: 3, POSTGRES: 1, "U0EVE00005": 1}
    started = await Server.start(tmp_path, DATABASE_URL=url, **slack_variables(slack))
    assert await started.stop() == 0


@pytest.mark.usefixtures("unchanged")
async def test_data_is_replaced_only_with_force(command, dump):
    told = one_line(await command("restore", dump))
    assert "--force" in told
    assert '"present" has data' in told


async def test_a_migrated_database_without_data_needs_no_force(command, dump, url, place, fresh):
    before = place.databases()
    status, out, err = await command("restore", dump, DATABASE_URL=fresh)
    assert (status, err) == (0, "")
    assert "restored" in out
    assert place.scores(fresh) == place.scores(url)
    assert place.databases() == before


async def test_a_database_without_tables_needs_no_force(command, dump, url, place):
    empty = place.made("empty", migrated=False)
    assert (await command("restore", dump, DATABASE_URL=empty))[0] == 0
    assert place.scores(empty) == place.scores(url)


async def test_the_former_database_can_be_dropped(command, dump, url, place):
    before = place.databases()
    place.voted(url, 5)
    place.made("present_restore_20260101_000000_000000")  # left by a killed restore
    status, out, _ = await command("restore", dump, "--force", "--drop-old")
    assert status == 0
    assert "was dropped" in out
    assert place.databases() == before
    assert place.scores(url) == {BOB: 100, POSTGRES: 100}


async def test_a_restore_ignores_the_roles_timeouts(command, dump, url, place):
    for setting in ("statement_timeout", "idle_in_transaction_session_timeout"):
        place.execute(f"ALTER DATABASE present SET {setting} = '1h'")
    reached = reach_server(url, "test")
    for autocommit in (True, False):
        with reached.connect(autocommit=autocommit) as conn:
            assert conn.execute("SHOW statement_timeout").fetchone() == ("0",)
            assert conn.execute("SHOW idle_in_transaction_session_timeout").fetchone() == ("0",)
    assert (await command("restore", dump, "--force"))[::2] == (0, "")
    assert place.ask(url, "SHOW statement_timeout") == [("1h",)]


async def test_a_database_that_quotes_all_names_is_restored(command, place):
    place.execute("ALTER DATABASE present SET quote_all_identifiers = on")
    status, out, _ = await command("backup", "--verify")
    assert status == 0
    assert (await command("restore", out.splitlines()[-1], "--force"))[::2] == (0, "")


async def test_tables_may_be_in_a_schema_of_their_own(command, url, place):
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("ALTER SCHEMA public RENAME TO karma")
        conn.execute(f"ALTER DATABASE {conn.info.dbname} SET search_path = karma")
        # Other apps' tables, with the same names in part.
        conn.execute("CREATE SCHEMA public")
        conn.execute("CREATE TABLE public._yoyo_migration AS SELECT 'theirs' AS migration_id")
        conn.execute("CREATE SCHEMA other")
        conn.execute("CREATE TABLE other._yoyo_migration AS SELECT 1 AS number")
    before = place.scores(url)
    status, out, err = await command("backup", "--verify")
    assert (status, err) == (0, "")
    status, _, err = await command("restore", out.splitlines()[-1], "--force")
    assert (status, err) == (0, "")
    assert place.scores(url) == before


@pytest.mark.parametrize("name", ["fresh", "modest"])
async def test_a_schema_outside_the_search_path_is_refused(request, name, command, place, url):
    other = request.getfixturevalue(name)
    place.execute('ALTER SCHEMA public RENAME TO "Karma"', database="present")
    place.execute("""ALTER DATABASE present SET search_path = '$user', "Karma" """)
    before, databases = place.scores(url), place.databases()
    _, out, _ = await command("backup")
    told = one_line(await command("restore", out.splitlines()[-1], DATABASE_URL=other))
    advice = f'ALTER DATABASE "{name}" SET search_path = "Karma"'
    assert advice in told
    assert place.databases() == databases
    place.execute(advice)
    status, _, err = await command("restore", out.splitlines()[-1], DATABASE_URL=other)
    assert (status, err) == (0, "")
    assert place.scores(other) == before


async def test_owner_privileges_and_settings_stay(command, url, place):
    place.execute(
        'DROP ROLE IF EXISTS "our keeper"', "DROP ROLE IF EXISTS reader",
        'CREATE ROLE "our keeper" LOGIN', "CREATE ROLE reader LOGIN",
        "REVOKE CONNECT ON DATABASE present FROM PUBLIC",
        "GRANT CONNECT ON DATABASE present TO reader",
        'ALTER DATABASE present OWNER TO "our keeper"',
        "ALTER DATABASE present SET search_path = public, pg_temp",
        "ALTER DATABASE present SET statement_timeout = '7s'",
    )  # fmt: skip
    statements = [f'ALTER TABLE {name} OWNER TO "our keeper"' for (name,) in place.ask(
        url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )]  # fmt: skip
    place.execute(*statements, "GRANT SELECT ON vote_history TO reader", database="present")
    _, out, _ = await command("backup", "--dir", "backups")
    assert (await command("restore", out.splitlines()[-1], "--force"))[0] == 0
    query = "SELECT count(*), current_setting('statement_timeout'), current_setting('search_path')"
    reader = place.url("present", user="reader")
    assert place.ask(reader, f"{query} FROM vote_history") == [(200, "7s", "public, pg_temp")]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        place.ask(reader, "SELECT * FROM messages")
    place.voted(place.url("present", user="our%20keeper"), 1)
    place.execute("DROP ROLE IF EXISTS stranger", "CREATE ROLE stranger LOGIN")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        place.ask(place.url("present", user="stranger"), "SELECT 1")


async def test_grants_to_a_missing_role_and_wrong_scores_are_reported(command, place):
    place.execute("CREATE ROLE leaver")
    place.execute(
        "GRANT SELECT ON things TO leaver",
        "UPDATE leaderboard SET score = 7 WHERE board = 'users'",
        database="present",
    )
    _, out, _ = await command("backup", "--dir", "backups")
    place.execute("REVOKE ALL ON things FROM leaver", database="present")
    place.execute("DROP ROLE leaver")
    status, out, err = await command("restore", out.splitlines()[-1], "--force")
    assert (status, err.count("\n")) == (0, 1)
    assert err.startswith("bin/restore: not restored: pg_restore: error: ")
    assert 'role "leaver" does not exist' in err
    assert "scores that differ from the ledger: 1; run bin/verify\n" in out


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("mode", ["fails", "forgets"])
async def test_a_failed_restore_leaves_everything_unchanged(command, dump, tmp_path, mode):
    ways = {
        "fails": 'echo "pg_restore: error: out of luck" >&2; exit 1',
        "forgets": "exit 0",
    }
    script = f'{RESTORING} {ways[mode]} ;; esac; exec "$real" "$@"'
    own = stand_ins(tmp_path / "bin", pg_restore=script)
    told = one_line(await command("restore", dump, "--force", "--pg-bin", str(own)))
    assert ("out of luck" if mode == "fails" else "differ") in told


async def test_concurrent_writes_are_not_replaced_without_force(
    command, dump, tmp_path, place, fresh
):
    (tmp_path / "vote.py").write_text(VOTE)
    vote = f'"{sys.executable}" "{tmp_path}/vote.py" "{fresh}"'
    script = f'{RESTORING} {vote} ;; esac; exec "$real" "$@"'
    own = stand_ins(tmp_path / "bin", pg_restore=script)
    before = place.databases()
    told = one_line(await command("restore", dump, "--pg-bin", str(own), DATABASE_URL=fresh))
    assert "has received data since" in told
    assert place.databases() == before
    assert place.ask(fresh, "SELECT spelling FROM things") == [("late",)]


@pytest.mark.usefixtures("unchanged")
async def test_a_signal_leaves_everything_unchanged(tmp_path, url, dump, place):
    script = f'{RESTORING} exec sleep 600 ;; esac; exec "$real" "$@"'
    own = stand_ins(tmp_path / "bin", pg_restore=script)
    process = await begin(
        "restore", dump, "--force", "--pg-bin", str(own), folder=tmp_path, DATABASE_URL=url
    )
    await place.until(
        "SELECT EXISTS (SELECT FROM pg_database WHERE datname LIKE 'present_restore_%')"
    )
    process.send_signal(signal.SIGINT)
    _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert (process.returncode, err) == (128 + signal.SIGINT, b"")


@pytest.mark.usefixtures("unchanged")
async def test_an_invalid_backup_is_refused(command, dump, tmp_path):
    with open(dump, "rb") as stream:  # noqa: ASYNC230, PTH123 (a small file, in a test)
        whole = stream.read()
    newest = programs.find_programs("pg_restore", None)[-1]
    bad = {
        "nowhere": (None, "no such file"),
        "folder": ("folder", "is a folder"),
        "empty": (b"", "is empty"),
        "noise": (b"\x00\xff" * 500, "is not a backup made by bin/backup"),
        "plain.sql": (b"--\n-- PostgreSQL database dump\n--\n", "plain SQL"),
        "head": (whole[:2000], "damaged or incomplete"),
        "half": (whole[: len(whole) // 2], "damaged or incomplete"),
        "most": (whole[:-200], "damaged or incomplete"),
        "short": (whole[:7], "damaged or incomplete"),
        "newer": (
            whole[:6] + b"\x63" + whole[7:],
            f"was written by a newer pg_dump than pg_restore {newest.version} ({newest.path})",
        ),
    }
    for name, (content, reason) in bad.items():
        path = tmp_path / name
        if content == "folder":
            path.mkdir()
        elif content is not None:
            path.write_bytes(content)
        assert reason in one_line(await command("restore", str(path), "--force")), name


@pytest.mark.usefixtures("unchanged")
async def test_a_modified_backup_is_refused(command, dump):
    with open(dump, "r+b") as stream:  # noqa: ASYNC230, PTH123 (a small file, in a test)
        stream.seek(-300, os.SEEK_END)
        stream.write(b"x")
    assert "checksum" in one_line(await command("restore", dump, "--force"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff", "cannot be read: not text"),
        (b"none", "contains no SHA-256 checksum"),
        (None, "cannot be read: is a directory"),
    ],
)
def test_a_checksum_that_cannot_be_read_is_refused(dump, content, reason):
    checksum = Path(f"{dump}.sha256")
    checksum.unlink()
    if content is None:
        checksum.mkdir()
    else:
        checksum.write_bytes(content)
    with pytest.raises(CommandError, match=f"{checksum} {reason}"):
        open_archive(Path(dump), programs.find_programs("pg_restore", None))


@pytest.mark.usefixtures("unchanged")
async def test_a_dump_of_another_app_is_refused(command, place, tmp_path):
    place.execute("CREATE TABLE other ()")
    try:
        tool = programs.find_programs("pg_dump", None)[-1]
        path = tmp_path / "other.dump"
        tool.run(f"--dbname={place.url('postgres')}", "--format=custom", f"--file={path}")
    finally:
        place.execute("DROP TABLE other")
    assert "not of pptbot" in one_line(await command("restore", str(path), "--force"))


async def test_a_backup_of_a_newer_version_is_refused(command, place, fresh):
    place.execute(
        "INSERT INTO _yoyo_migration VALUES ('x', '9999.later', now())", database="present"
    )
    _, out, _ = await command("backup", "--dir", "backups")
    told = one_line(await command("restore", out.splitlines()[-1], DATABASE_URL=fresh))
    assert "9999.later" in told
    assert "update" in told


async def test_a_backup_of_an_older_version_is_migrated(command, place, url, fresh):
    with migrations.open_backend(url) as backend, backend.lock():
        backend.rollback_migrations(backend.to_rollback(migrations.load_all())[:1])
    _, out, _ = await command("backup", "--dir", "backups")
    status, out, err = await command("restore", out.splitlines()[-1], DATABASE_URL=fresh)
    assert (status, err) == (0, "")
    assert f"apply: {migrations.list_available()[-1]}" in out
    assert (
        len(migrations.list_available())
        == place.ask(fresh, "SELECT count(*) FROM _yoyo_migration")[0][0]
    )
    assert place.scores(fresh) == {BOB: 100, POSTGRES: 100}


@pytest.fixture
def modest(place):
    """The URL of a database owned by a role that may not create databases."""
    place.execute("DROP ROLE IF EXISTS modest_owner", "CREATE ROLE modest_owner LOGIN")
    place.execute("CREATE DATABASE modest OWNER modest_owner")
    return place.url("modest", user="modest_owner")


@pytest.mark.parametrize("migrated", [True, False])
async def test_a_role_without_createdb_restores_into_an_empty_database(
    command, dump, place, modest, migrated
):
    if migrated:
        migrations.apply(modest)
    status, _, err = await command("restore", dump, DATABASE_URL=modest)
    assert (status, err) == (0, "")
    assert place.scores(modest) == {BOB: 100, POSTGRES: 100}
    told = one_line(await command("restore", dump, "--force", DATABASE_URL=modest))
    assert "CREATEDB" in told
    assert "empty database" in told


async def test_restoring_in_place_is_all_or_nothing(command, dump, place, modest):
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    with psycopg.connect(modest, autocommit=True) as conn:
        conn.execute("CREATE TABLE mine ()")
        told = one_line(await command("restore", dump, DATABASE_URL=modest))
        assert "other tables" in told
        assert place.ask(modest, tables) == [("mine",)]
        conn.execute("DROP TABLE mine")
        conn.execute("CREATE TYPE turns AS ENUM ()")  # clashes with a table half-way
        assert "turns" in one_line(await command("restore", dump, DATABASE_URL=modest))
        assert place.ask(modest, tables) == []


@pytest.mark.parametrize("answer", ["present", "something else", ""])
async def test_on_a_terminal_it_asks_for_confirmation(tmp_path, url, dump, place, answer):
    place.voted(url, 1)
    here, there = pty.openpty()
    process = await begin(
        "restore", dump, "--force", folder=tmp_path, stdin=there, stderr=there, DATABASE_URL=url
    )
    os.write(here, f"{answer}\n".encode())
    status = await asyncio.wait_for(process.wait(), PATIENCE)
    os.close(there)
    seen = _read_terminal(here)
    assert 'will replace the database "present"' in seen
    agreed = answer == "present"
    assert status == (0 if agreed else 1)
    assert place.scores(url)[BOB] == (100 if agreed else 101)


def _read_terminal(end):
    """Return everything written to a terminal whose other end is closed, and close it."""
    seen = b""
    with contextlib.suppress(OSError):  # Linux's way of reporting the end
        while part := os.read(end, 10_000):  # may return only a part
            seen += part
    os.close(end)
    return seen.decode()


@pytest.mark.usefixtures("unchanged")
async def test_a_second_restore_at_the_same_time_is_refused(command, dump, place):
    taken = "SELECT pg_advisory_lock(hashtextextended('pptbot restore ' || 'present', 0))"
    with psycopg.connect(place.url("postgres")) as conn:
        conn.execute(taken)
        assert "another bin/restore is running" in one_line(
            await command("restore", dump, "--force")
        )


async def test_an_unreachable_database_is_reported_in_one_line(command, dump, place):
    told = one_line(await command("restore", dump, DATABASE_URL=AWAY))
    assert "database" in told
    nowhere = place.url("nowhere")
    assert "nowhere" in one_line(await command("restore", dump, DATABASE_URL=nowhere))


@pytest.mark.usefixtures("unchanged")
async def test_connections_that_the_role_cannot_end_are_reported(command, dump, place):
    place.execute("DROP ROLE IF EXISTS landlord", "CREATE ROLE landlord LOGIN CREATEDB")
    place.execute("CREATE DATABASE let OWNER landlord")
    let = place.url("let", user="landlord")
    with psycopg.connect(place.url("let")):
        assert "stop them first" in one_line(await command("restore", dump, DATABASE_URL=let))
    place.execute("ALTER DATABASE let SET log_statement = 'all'")
    status, _, err = await command("restore", dump, DATABASE_URL=let)
    assert (status, err.count("\n")) == (0, 1)
    assert 'bin/restore: not restored: permission denied to set parameter "log_statement"' in err
    assert place.scores(let) == {BOB: 100, POSTGRES: 100}
    place.execute('DROP DATABASE "let"')


@pytest.mark.usefixtures("unchanged")
async def test_a_backup_of_a_newer_server_is_refused_before_anything_is_touched(
    command, dump, tmp_path
):
    newer = "s/database version: [0-9]*/database version: 99/"
    script = f'[ "$1" = --list ] || exec "$real" "$@"; "$real" "$@" | sed "{newer}"'
    own = stand_ins(tmp_path / "bin", pg_restore=script)
    told = one_line(await command("restore", dump, "--force", "--pg-bin", str(own)))
    assert "was made on PostgreSQL 99, and this server has" in told
    assert "bin/export" in told
    assert "docs/operate/backup.md#into-an-older-server" in told
