"""`bin/maintenance` vacuums, prunes, archives and reports."""

import asyncio
import contextlib
import csv
import gzip
import hashlib
import json
import re
import signal

import psycopg
import pytest

from app.cli.maintenance.report import list_warnings
from app.cli.maintenance.words import format_text
from app.store.migrations import list_created
from app.store.server import operating
from tests.patience import PATIENCE
from tests.process import begin, run


@pytest.fixture
def command(tmp_path, own_database_url):
    """Run the command on the test's own database."""

    async def run_maintenance(*words, url=own_database_url):
        return await run("maintenance", *words, folder=tmp_path, DATABASE_URL=url)

    return run_maintenance


@pytest.fixture
def sql(own_database_url):
    """Execute a statement in the test's own database, as its owner."""
    with psycopg.connect(own_database_url, autocommit=True) as conn:
        yield conn.execute


_VOTE = """
    INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta, reason,
        voted_at, day)
    SELECT 'T1', 'C1', %(back)s || '.1', 'U1', 'U2', 1, 'a reason', now(),
        (now() - make_interval(years => %(back)s))::date
"""
_BOARDS = """
    INSERT INTO leaderboard AS l (team_id, board, target_id, score)
    SELECT 'T1', b.board || p, b.target, 1
    FROM (VALUES ('users', 'U2'), ('givers', 'U1'), ('channel/C1', 'U2')) AS b (board, target),
        LATERAL (SELECT now() - make_interval(years => %(back)s) AS day) AS d,
        unnest(CASE b.board WHEN 'channel/C1' THEN ARRAY[''] ELSE
            ARRAY['', to_char(day, '/YYYY-MM'), to_char(day, '/IYYY"-W"IW')] END
            || CASE b.board WHEN 'users' THEN to_char(day, '/YYYY-MM-DD') END) AS p
    WHERE p IS NOT NULL
    ON CONFLICT (team_id, board, target_id) DO UPDATE SET score = l.score + 1
"""


def _insert_votes(sql, years):
    """Insert one vote for each number of *years* ago, and add it to the boards."""
    for back in years:
        for statement in (_VOTE, _BOARDS):
            sql(statement, {"back": back})


async def _agrees(tmp_path, url):
    return (await run("verify", folder=tmp_path, DATABASE_URL=url))[0] == 0


async def test_it_vacuums_all_our_tables_and_reports(command, sql):
    sql("CREATE TABLE theirs (n int)")
    sql("ALTER DATABASE own SET client_min_messages = debug1")
    status, out, err = await command()
    assert (status, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 100
    assert "\x1b" not in out
    every = len(list_created("TABLE"))
    assert f"Vacuumed and analyzed {every} of {every} tables." in out
    assert "theirs" not in out
    for part in ("Tables", "Indexes", "Connections", "Replies: none are", "Transaction ids"):
        assert part in out
    vacuumed = sql("SELECT relname FROM pg_stat_user_tables WHERE last_vacuum IS NOT NULL")
    assert {name for (name,) in vacuumed} == set(list_created("TABLE"))


CREATED = {
    "TABLE": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    "FUNCTION": "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
}


@pytest.mark.parametrize("kind", CREATED)
def test_our_tables_and_functions_are_those_that_migrations_create(own_database_url, kind):
    with psycopg.connect(own_database_url) as conn:
        found = {name for (name,) in conn.execute(CREATED[kind]) if "yoyo" not in name}
    assert found
    assert set(list_created(kind)) == found


async def test_the_report_as_json_has_every_figure(command, sql):
    sql("INSERT INTO outbox (team_id, channel_id, message_ts, kind, body, created_at) VALUES"
        " ('T1', 'C1', '1.1', 'votes', '[]', now() - interval '1 hour')")  # fmt: skip
    sql("INSERT INTO members SELECT 'T1', 'U' || n, 'x' FROM generate_series(1, 20000) AS n")
    sql("DELETE FROM members WHERE user_id LIKE '%7%'")
    sql("SELECT count(*) FROM members WHERE name = 'y'")
    sql("SELECT pg_stat_force_next_flush()")  # or they may be counted only after the report
    status, out, err = await command("--json")
    assert (status, err) == (0, "")
    report = json.loads(out)
    assert {row["table"] for row in report["tables"]} == set(list_created("TABLE"))
    members = next(row for row in report["tables"] if row["table"] == "members")
    assert 0 < members["rows"] < 20_000
    assert members["bytes"] >= members["heap_bytes"] + members["index_bytes"]
    assert 0 < members["waste_bytes"] < members["heap_bytes"]
    assert members["dead_rows"] == 0
    assert report["outbox"]["waiting"] == 1
    assert report["outbox"]["oldest_seconds"] >= 3600
    assert any("oldest reply" in line for line in report["attention"])
    assert report["database"]["xid_age"] > 0
    assert {"index": "leaderboard_pkey", "keeps_unique": True}.items() <= next(
        row for row in report["indexes"] if row["index"] == "leaderboard_pkey"
    ).items()
    assert any(row["application"] == "pptbot maintenance" for row in report["connections"])
    assert "vacuum" not in json.loads((await command("--json", "--no-vacuum"))[1])


async def test_figures_that_need_attention_are_listed(command):
    figures = json.loads((await command("--json", "--no-vacuum"))[1])
    for row in figures["tables"]:
        row["vacuumed_at"] = None
    told, turns, *_ = figures["tables"]
    told |= {"table": "told", "rows": 5000, "dead_rows": 1001}
    turns |= {"table": "turns", "heap_bytes": 2**27, "waste_bytes": 2**26 + 1}
    invalid, unused, *_ = figures["indexes"]
    invalid |= {"index": "told_pkey", "valid": False}
    unused |= {"index": "told_about", "bytes": 2**26 + 1, "scans": 0, "keeps_unique": False}
    figures["running"] = [
        {"pid": 7, "application": "psql", "state": "active", "seconds": 400, "statement": "SELECT",
         "waits_for": None}
    ]  # fmt: skip
    figures["database"]["xid_age"] = 2**30 + 1
    figures["database"] |= {"name": "votes", "resorted": True}
    figures["room"] = {"taken": 81, "most": 100}
    figures["replication"]["slots"] = [
        {"slot": "old", "active": False},
        {"slot": "new", "active": True},
    ]
    figures["outbox"] = {"waiting": 1, "oldest_seconds": 601}
    figures["attention"] = list(list_warnings(figures))
    assert figures["attention"] == [
        "told: 1,001 dead rows; is something preventing their removal?",
        "turns: about half of it or more is empty; VACUUM FULL frees the space",
        "told_pkey is invalid: REINDEX INDEX CONCURRENTLY told_pkey",
        "told_about: never used since statistics were reset",
        "process 7 (psql) has been active for 6 minutes",
        "transaction ids: more than half are used; find out why autovacuum doesn't freeze",
        (
            "text sorts differently since the system was updated, and indexes may miss rows:"
            ' REINDEX DATABASE CONCURRENTLY "votes";'
            ' then ALTER DATABASE "votes" REFRESH COLLATION VERSION'
        ),
        "81 of 100 connections are in use",
        "the oldest reply has waited for 10 minutes; is bin/server running?",
        "replication slot old is inactive and retains WAL on the disk",
    ]
    text = format_text(figures)
    assert re.search(r"^told_pkey .* invalid$", text, re.MULTILINE)
    assert "Replies: 1 waiting, the oldest for 601 s." in text
    assert f"Needs attention:\n  {figures['attention'][0]}\n" in text


async def test_a_changed_order_of_text_is_reported(command, sql):
    async def is_reported(version):
        sql(
            "UPDATE pg_database SET datcollversion = %s WHERE datname = current_database()",
            [version],
        )
        return "attention:\n  text sorts differently" in (await command("--no-vacuum"))[1]

    assert await is_reported("the one before")
    assert not await is_reported(None)  # an older PostgreSQL didn't record it


async def test_extensions_are_used_if_this_role_finds_them(command, sql):
    """The embedded PostgreSQL lacks them, so objects with their names stand in."""
    sql("SET allow_system_table_mods = on")
    for number, name in (1, "pgstattuple"), (2, "pg_stat_statements"):
        sql("INSERT INTO pg_extension VALUES (%s, %s, 10, 2200, false, '1')", [number, name])
    out = (await command("--no-vacuum"))[1]
    assert "empty space in the heap is estimated" in out
    assert 'took the most time: not known, relation "pg_stat_statements" does not exist.' in out
    sql("CREATE FUNCTION pgstattuple_approx(oid, OUT approx_free_space bigint,"
        " OUT dead_tuple_len bigint) AS 'SELECT 1500, 700' LANGUAGE sql")  # fmt: skip
    sql("CREATE VIEW pg_stat_statements AS SELECT 'SELECT  $1' AS query, 3 AS calls, 1 AS queryid,"
        " 7000 AS total_exec_time, 2 AS mean_exec_time, 4 AS max_exec_time, 5 AS rows, oid AS dbid"
        " FROM pg_database")  # fmt: skip
    out = (await command("--no-vacuum"))[1]
    assert "empty space in the heap is measured" in out
    assert re.search(r"^told .* 2 kB +0  never$", out, re.MULTILINE)
    assert re.search(r"^SELECT \$1 +3 +7\.0 s +2\.00 ms +4\.0 ms$", out, re.MULTILINE)


async def test_a_canceled_vacuum_is_named_and_the_others_go_on(command, sql):
    """An index whose function cancels its own statement stands in for an operator."""
    sql("""
        CREATE FUNCTION cancel(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
            PERFORM pg_cancel_backend(pg_backend_pid())
            WHERE current_setting('application_name') = 'pptbot maintenance';
            RETURN $1;
        END $$
    """)
    sql("CREATE INDEX ON things (cancel(spelling))")
    sql("INSERT INTO things VALUES ('T1', 'thing:a', 'a')")
    status, out, err = await command()
    every = len(list_created("TABLE"))
    why = "things: canceling statement due to user request\n"
    assert (status, err) == (1, f"bin/maintenance: not vacuumed, {why}")
    assert f"Vacuumed and analyzed {every - 1} of {every} tables.\n  {why}" in out


async def test_a_table_in_use_is_recognized_in_any_language_of_the_server(command, sql):
    """An index whose function warns stands in for a German server and a locked table."""
    sql("""
        CREATE FUNCTION warn(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
            IF current_setting('application_name') = 'pptbot maintenance' THEN
                RAISE WARNING 'Sperre nicht verfügbar' USING ERRCODE = 'lock_not_available';
            END IF;
            RETURN $1;
        END $$
    """)
    sql("CREATE INDEX ON things (warn(spelling))")
    sql("INSERT INTO things VALUES ('T1', 'thing:a', 'a')")
    status, out, err = await command()
    assert (status, err) == (0, "")
    assert "  things: in use\n" in out


async def test_a_long_transaction_is_reported_without_its_values(command, own_database_url, sql):
    with psycopg.connect(own_database_url, application_name="somebody") as other:
        other.execute("SELECT 'a secret'")
        # The report lists transactions of over five minutes, too long to wait for in a test.
        query = "SELECT state, left(query, 6) FROM pg_stat_activity WHERE pid = %s"
        assert sql(query, [other.info.backend_pid]).fetchone() == ("idle in transaction", "SELECT")
        status, out, _ = await command("--json")
    assert status == 0
    assert "a secret" not in out
    rows = json.loads(out)["connections"]
    assert {"state": "idle in transaction", "application": "somebody", "connections": 1} in rows


async def test_tables_of_another_role_are_named_in_one_line_each(command, sql, own_database_url):
    sql("CREATE ROLE auditor LOGIN")
    try:
        sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO auditor")
        url = re.sub(r"//[^@]*@", "//auditor@", own_database_url)
        status, out, err = await command(url=url)
        assert status == 1
        assert "bin/maintenance: not vacuumed, leaderboard: permission denied" in err
        assert err.count("\n") == len(list_created("TABLE"))
        assert "Traceback" not in err
        assert f"Vacuumed and analyzed 0 of {len(list_created('TABLE'))} tables." in out
    finally:
        sql("DROP OWNED BY auditor")
        sql("DROP ROLE auditor")


async def test_a_table_in_use_is_skipped_and_a_second_run_exits_at_once(command, own_database_url):
    with psycopg.connect(own_database_url) as other:
        other.execute("LOCK TABLE homes IN SHARE UPDATE EXCLUSIVE MODE")
        status, out, err = await command()
        assert (status, err) == (0, "")
        assert "  homes: in use" in out
        assert out.count(": in use") == 1
    with operating.hold_operator_lock(own_database_url, "test"):
        status, out, err = await command("--prune-boards", "1")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "is running" in err


async def test_a_report_names_who_locks_a_table_instead_of_waiting(command, own_database_url):
    with psycopg.connect(own_database_url, application_name="somebody") as other:
        other.execute("LOCK TABLE homes")
        status, out, err = await command("--no-vacuum")
        named = f"homes by process {other.info.backend_pid} (somebody)"
    assert (status, out) == (1, "")
    assert err == f"bin/maintenance: no report, because a table is locked: {named}\n"


async def test_old_boards_are_pruned_and_reported(command, sql, tmp_path, own_database_url):
    _insert_votes(sql, [0, 3, 5])
    query = "SELECT count(*) FROM leaderboard"
    status, out, err = await command("--prune-boards", "24", "--dry-run")
    assert (status, err) == (0, "")
    assert re.fullmatch(r"T1: 10 boards with 10 scores.* would be removed\n", out)
    assert sql(query).fetchone() == (18,)
    status, out, err = await command("--prune-boards", "24", "--no-vacuum")
    assert (status, err) == (0, "")
    assert out.startswith("T1: 10 boards with 10 scores, of periods that ended before ")
    assert sql(query).fetchone() == (8,)
    assert await _agrees(tmp_path, own_database_url)


async def test_old_votes_are_archived_into_a_file_with_a_checksum(
    command, sql, tmp_path, own_database_url
):
    _insert_votes(sql, [0, 3, 5])
    folder = tmp_path / "to" / "archives"
    words = ["--archive", "2", "--dir", str(folder), "--json"]
    planned = json.loads((await command(*words, "--dry-run"))[1])["archived"]
    plan = re.sub(r"[\d-]{10}", "a day", (await command(*words[:-1], "--dry-run"))[1])
    assert plan == "T1: 2 rows of 2 messages before a day would be archived, for 1 target\n"
    assert not folder.exists()
    status, out, err = await command(*words)
    assert (status, err) == (0, "")
    report = json.loads(out)
    (done,) = report["archived"]
    assert {**done, "file": None} == planned[0]
    assert format_text({"archived": [done]}).endswith(f", for 1 target\n  {done['file']}\n")
    assert (done["rows"], done["messages"], done["targets"]) == (2, 2, 1)
    path = folder / re.search(r"[^/]*$", done["file"])[0]
    assert sorted(p.name for p in folder.iterdir()) == [path.name, f"{path.name}.sha256"]
    assert path.stat().st_mode & 0o077 == 0
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (folder / f"{path.name}.sha256").read_text() == f"{digest}  {path.name}\n"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["message_ts"], row["delta"], row["reason"]) for row in rows] == [
        ("3.1", "1", "a reason"),
        ("5.1", "1", "a reason"),
    ]
    left = sql("SELECT kind, delta FROM vote_history ORDER BY kind").fetchall()
    assert left == [("archive", 2), ("vote", 1)]
    assert await _agrees(tmp_path, own_database_url)
    ledger = next(row for row in report["tables"] if row["table"] == "vote_history")
    assert ledger["dead_rows"] == 0


@pytest.mark.parametrize(("timing", "files"), [("DEFERRED", 2), ("IMMEDIATE", 0)])
async def test_the_file_stays_only_if_the_connection_is_lost_at_the_commit(
    command, sql, tmp_path, timing, files
):
    _insert_votes(sql, [5])
    sql("""
        CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL;
        END $$
    """)
    sql(
        "CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON vote_history"
        f" DEFERRABLE INITIALLY {timing} FOR EACH ROW EXECUTE FUNCTION cut()"
    )
    folder = tmp_path / "archives"
    status, out, err = await command("--archive", "2", "--dir", str(folder))
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert (f"lost while committing the archive {folder}/" in err) is (files > 0)
    assert len(list(folder.iterdir())) == files
    assert sql("SELECT kind FROM vote_history").fetchall() == [("vote",)]


async def test_a_signal_leaves_no_file_and_keeps_every_vote(sql, tmp_path, own_database_url):
    """A lock that the test holds stops it once the file is complete."""
    _insert_votes(sql, [5])
    sql("""
        CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            PERFORM pg_advisory_xact_lock(1); RETURN NEW;
        END $$
    """)
    sql("CREATE TRIGGER wait BEFORE INSERT ON vote_history FOR EACH ROW EXECUTE FUNCTION wait()")
    sql("SELECT pg_advisory_lock(1)")
    words = ["--archive", "2", "--dir", str(tmp_path / "archives")]
    process = await begin("maintenance", *words, folder=tmp_path, DATABASE_URL=own_database_url)
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'"
    async with asyncio.timeout(PATIENCE):
        while sql(waits).fetchone() == (0,):
            await asyncio.to_thread(sql, "SELECT pg_sleep(0.02)")
    assert len(list((tmp_path / "archives").iterdir())) == 2
    process.send_signal(signal.SIGTERM)
    _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert (process.returncode, err) == (128 + signal.SIGTERM, b"")
    assert list((tmp_path / "archives").iterdir()) == []
    assert sql("SELECT kind FROM vote_history").fetchall() == [("vote",)]


async def test_an_unwritable_folder_changes_nothing(command, sql, tmp_path):
    _insert_votes(sql, [5])
    (tmp_path / "file").write_text("")
    status, out, err = await command("--archive", "2", "--dir", str(tmp_path / "file"))
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "nothing was archived" in err
    status, out, err = await command("--archive", "2", "--dir", "/dev/null/x")
    assert (status, err.count("\n")) == (1, 1)
    assert sql("SELECT kind FROM vote_history").fetchall() == [("vote",)]


async def test_a_full_disk_leaves_no_file_and_keeps_every_vote(command, sql, tmp_path):
    """A limit on file sizes stands in for a full disk."""
    _insert_votes(sql, [3])
    sql("""
        INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,
            reason, voted_at, day)
        SELECT 'T1', 'C1', n || '.2', 'U1', 'U2', 1, md5(n::text) || md5((-n)::text), now(),
            '2020-01-01' FROM generate_series(1, 20000) AS n
    """)
    with contextlib.ExitStack() as stack:
        resource = pytest.importorskip("resource")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        stack.callback(resource.setrlimit, resource.RLIMIT_FSIZE, (soft, hard))
        status, out, err = await command("--archive", "2", "--dir", str(tmp_path / "archives"))
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "too large" in err
    assert list((tmp_path / "archives").iterdir()) == []
    assert sql("SELECT count(*) FROM vote_history WHERE kind = 'vote'").fetchone() == (20001,)
