"""`bin/export` and `GET /export/database` export all data, which imports unchanged."""

import asyncio
import csv
import json
import os
import re
import resource
import signal
import subprocess
import sys
from dataclasses import replace

import aiohttp
import psycopg
import pytest
from psycopg import AsyncConnection, sql
from pydantic import SecretStr

from app import server
from app.cli.whole_files import open_whole
from app.core.transfer.spreadsheet import guard_cell, read_cell
from app.core.vote import MOST_SCORE
from app.store import migrations
from app.store.database import Database
from app.store.server import locks
from app.store.transfer import dump
from app.store.transfer.tables import QUEUES, TABLES
from app.store.workspace.rulebook import Rulebook
from tests.databases import read_rows
from tests.patience import PATIENCE
from tests.process import begin, environment, run
from tests.store.casting import ballot, cast, ruled, spoken, ts_of
from tests.tables import each
from tests.talk import PATIENT, PATIENT_LIMITS

TOKEN = "a token of an operator"
FULL = """
INSERT INTO vote_history
    (team_id, channel_id, message_ts, voter_id, target_id, delta, reason, kind, voted_at, day)
VALUES ('T1', 'C1', '1.000001', 'U1', 'U2', 2, E'tab\\t "quotes" \\\\ line\\nü 🎉', 'vote',
        '2026-01-31 23:59:59.000001+00', '2026-01-31'),
    ('T1', 'C1', '1.000001', 'U1', 'U2', 0, 'why', 'edit', '2026-01-31', '2026-01-31'),
    ('T1', 'C1', '1.000001', 'U1', 'U2', -1, NULL, 'deletion', '2026-01-31', '2026-01-31'),
    ('T1', 'C1', '1.000001', 'U1', 'U2', -1, NULL, 'undo', '2026-01-31', '2026-01-31'),
    ('T1', '', 'import/b', '', 'U2', 1000000000000000, NULL, 'import', now(), NULL),
    ('T1', '', 'import/b', '', 'U2', -1000000000000000, NULL, 'rollback', now(), NULL),
    ('T1', '', 'archive/b', '', 'thing:U2', 4, NULL, 'archive', now(), NULL),
    ('', '', 'import/c', '', 'thing:Ünï "x"', -4, NULL, 'import', now(), NULL);
INSERT INTO leaderboard (team_id, board, target_id, score) VALUES ('T1', 'users', 'U2', 0),
    ('T1', 'things', 'thing:U2', 4), ('', 'things', 'thing:Ünï "x"', -4),
    ('T1', 'users/2026-01', 'U2', 0);
INSERT INTO messages (team_id, channel_id, message_ts, revision, voted)
VALUES ('T1', 'C1', '1.000001', 'undone', true), ('T1', 'C1', '1.000002', 'deleted', false);
INSERT INTO things VALUES ('T1', 'thing:U2', 'U2');
INSERT INTO members (team_id, user_id, name) VALUES ('T1', 'U2', 'Bob');
INSERT INTO channels (team_id, channel_id, heard_ts, private)
VALUES ('T1', 'C1', '1.000001', NULL), ('T1', 'C2', NULL, true);
INSERT INTO former_channels (team_id, former_id, channel_id) VALUES ('T1', 'G1', 'C1');
INSERT INTO hidden_members (team_id, user_id, why) VALUES ('T1', 'U3', 'opted_out');
INSERT INTO workspaces (team_id, rules, person_key) VALUES ('T1', 3, '00ff');
INSERT INTO allowances VALUES ('T1', '~1', '2026-01-31', 3);
INSERT INTO giver_days VALUES ('T1', '~1', '2026-01-31', '2026-01-31', '2026-01-31 12:00');
INSERT INTO told (team_id, user_id, about) VALUES ('T1', 'U3', 'x');
INSERT INTO imports (team_id, batch, file_hash, entries, points)
VALUES ('T1', 'b', 'h', 1, 9223372036854775807000);
INSERT INTO horizons VALUES ('T1', 'day', '2026-01-01');
INSERT INTO archived_shares VALUES ('T1', 'givers', 'U1', 4);
INSERT INTO settings (team_id, channel_id, name, value, changed_by) VALUES
    ('T1', '', 'quiet_channels', '["C1", "C2"]', 'U9'), ('T1', '', 'things', 'false', 'U9'),
    ('T1', 'C1', 'replies', '"silent"', 'U9'), ('T1', '', 'daily_allowance', 'null', 'U9'),
    ('T1', 'C1', 'max_points', '3', 'U9');
INSERT INTO seasons (team_id, number, name, begun_by) VALUES ('T1', 2, 'Ünï "x"', 'U9');
INSERT INTO boosts (team_id, number, channel_id, factor, name, begins_at, ends_at, paused_at,
    pauses, begun_by) VALUES ('T1', 1, 'C1', 2, 'Ünï "x"', '2026-01-31', '2026-02-01',
    '2026-01-31 12:00', '{[2026-01-31 01:00:00.000001+00, 2026-01-31 02:00+00)}', 'U9');
INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta, factor, said,
    kind, voted_at) VALUES ('T1', 'C1', '1.000003', 'U1', 'U2', 4, 2, 2, 'edit', now()),
    ('T1', 'C1', '1.000003', 'U1', 'U2', -4, 2, -2, 'deletion', now());
INSERT INTO bans (team_id, user_id, until, banned_by) VALUES ('T1', 'U4', NULL, 'U9');
INSERT INTO aliases (team_id, target_id, into_id, merge, merged_by)
VALUES ('T1', 'thing:U2', 'thing:u3', 'merge/1', 'U9');
INSERT INTO audit (team_id, by_id, act, about, before, after, note) VALUES
    ('T1', 'U9', 'setting', 'max_points', NULL, '3', NULL),
    ('T1', 'U9', 'setting', 'daily_allowance', '5', 'null', 'why \\ not'),
    ('T1', 'U9', 'season', '2', '{"season": 1}', '{"season": 2, "name": "Ünï \\"x\\""}', NULL);
INSERT INTO cooldowns (team_id, giver_id, target_id, given_at) VALUES ('T1', 'U1', 'U2', now());
INSERT INTO refusals VALUES ('T1', '2026-01-31', 'cooldown', 7);
INSERT INTO reactions VALUES ('T1', 'C1', '1.000001', 'U1', 'heavy_plus_sign', 'U2', 1, true, '1');
INSERT INTO joins VALUES ('T1', 'C1', '1.000002', 'U1', '', '1.000001', '["U2", "thing:a"]', 1,
    NULL, NULL, true, now(), '1.000002');
INSERT INTO offers (team_id, channel_id, message_ts, voter_id, handle, user_id)
VALUES ('T1', 'C1', '1.000001', 'U1', 'bob', 'U2');
INSERT INTO meanings VALUES ('T1', 'U1', 'bob', 'U2');
INSERT INTO digests (team_id, day) VALUES ('T1', '2026-01-31');
INSERT INTO long_boards VALUES ('T1', 2);
"""


@pytest.fixture
def full(database_url):
    """The URL of a database with rows in every exported table."""
    with psycopg.connect(database_url, autocommit=True) as conn:
        conn.execute(FULL)
    return database_url


@pytest.fixture
def export(tmp_path):
    async def run_export(url, *words):
        return await run("export", *words, folder=tmp_path, DATABASE_URL=url)

    return run_export


@pytest.fixture
async def exported(export, full):
    """The exported document of a full database, as text."""
    return json.dumps(await _document(export, full))


async def _document(export, url):
    status, out, err = await export(url)
    assert (status, err) == (0, "")
    return json.loads(out)


async def test_an_imported_document_exports_the_same(export, tmp_path, full, own_database_url):
    before = await _document(export, full)
    assert all(before["data"][table] for table in TABLES)
    (tmp_path / "all.json").write_text(json.dumps(before))
    given = {"DATABASE_URL": own_database_url}
    status, out, err = await run("import-json", "all.json", folder=tmp_path, **given)
    assert (status, err) == (0, "")
    assert "49 rows of 29 tables" in out
    after = await _document(export, own_database_url)
    assert before.pop("exported_at") != after.pop("exported_at")
    assert before == after


async def test_the_document_has_its_time_version_and_totals(export, full):
    document = await _document(export, full)
    assert list(document) == ["exported_at", "version", "totals", "data"]
    rows = {table: len(document["data"][table]) for table in TABLES}
    assert document["totals"] == rows | {"points": 0}
    first = document["data"]["vote_history"][1]
    assert first["reason"] == 'tab\t "quotes" \\ line\nü 🎉'
    assert "words" not in first


async def test_voting_continues_after_importing_a_document(
    export, tmp_path, full, own_database_url
):
    (tmp_path / "all.json").write_text(json.dumps(await _document(export, full)))
    await run("import-json", "all.json", folder=tmp_path, DATABASE_URL=own_database_url)
    database = Database(own_database_url, PATIENT_LIMITS)
    await database.open()
    rules = await Rulebook(database).read_rules("T1")
    spoke = replace(ballot(spoken(ts_of(9), by="U7"), ruled({"U2": 1})), rules=rules)
    assert await database.run(lambda conn: cast(conn, spoke))
    await database.close()
    (last,) = read_rows(own_database_url, "SELECT max(id) FROM vote_history")
    assert last[0] > max(
        row["id"] for row in (await _document(export, full))["data"]["vote_history"]
    )


async def test_sequences_continue_after_importing_a_document(
    export, tmp_path, full, own_database_url
):
    (tmp_path / "all.json").write_text(json.dumps(await _document(export, full)))
    await run("import-json", "all.json", folder=tmp_path, DATABASE_URL=own_database_url)
    with psycopg.connect(own_database_url, autocommit=True) as conn:
        conn.execute("INSERT INTO audit (team_id, by_id, act) VALUES ('T1', 'U9', 'ban')")
        conn.execute("""
            INSERT INTO offers (team_id, channel_id, message_ts, voter_id, handle, user_id)
            VALUES ('T1', 'C1', '1.000002', 'U1', 'bob', 'U2')
        """)
        acts = conn.execute("SELECT before, after FROM audit ORDER BY id").fetchall()
    assert acts[:3] == [(None, 3), (5, None), ({"season": 1}, {"season": 2, "name": 'Ünï "x"'})]
    ((nothing,),) = read_rows(own_database_url, "SELECT count(*) FROM audit WHERE before IS NULL")
    assert nothing == 2


async def test_an_imported_boost_keeps_its_end_and_warnings(
    export, tmp_path, full, own_database_url
):
    with psycopg.connect(full, autocommit=True) as conn:
        conn.execute("""
            INSERT INTO boosts
                (team_id, number, channel_id, factor, name, begins_at, ends_at, begun_by)
            VALUES ('T1', 2, '', 2, '', now(), '2286-01-01 12:00+00', 'U9'),
                ('T1', 3, '', 3, '', now() - interval '2 h', now() - interval '1 h', 'U9'),
                ('T2', 1, 'C1', 2, '', now(), '2286-01-01 13:00+00', 'U9')
        """)
    (tmp_path / "all.json").write_text(json.dumps(await _document(export, full)))
    given, due = {"folder": tmp_path, "DATABASE_URL": own_database_url}, "SELECT * FROM timers"
    await run("import-json", "all.json", "--dry-run", **given)
    assert read_rows(own_database_url, due) == []
    await run("import-json", "all.json", **given)
    query = "SELECT team_id, kind, about, to_char(due_at AT TIME ZONE 'UTC', 'HH24:MI') FROM timers"
    assert read_rows(own_database_url, f"{query} ORDER BY due_at") == [
        ("T1", "boost_warning", "2/15", "11:45"),
        ("T1", "boost_warning", "2/5", "11:55"),
        ("T1", "boost_end", "2/", "12:00"),
        ("T2", "boost_warning", "1/15", "12:45"),
        ("T2", "boost_warning", "1/5", "12:55"),
        ("T2", "boost_end", "1/", "13:00"),
    ]


def test_a_file_that_another_process_is_writing_stays(tmp_path):
    path, part = tmp_path / "all.json", tmp_path / "part"
    part.write_text("theirs")
    with pytest.raises(FileExistsError), open_whole(path, part):
        pass
    assert part.read_text() == "theirs"


async def test_a_document_goes_into_an_empty_database_only(export, tmp_path, full):
    document = await _document(export, full)
    (tmp_path / "all.json").write_text(json.dumps(document))
    status, _, err = await run("import-json", "all.json", folder=tmp_path, DATABASE_URL=full)
    assert (status, err.count("\n"), "into an empty database" in err) == (1, 1, True)
    again = await _document(export, full)
    assert again["data"] == document["data"]


@each(
    ("change", "line"),
    [
        (lambda d: d["data"]["members"].append(dict(d["data"]["members"][0], user_id="U8")),
         "has 2 (members), but says 1"),
        (lambda d: d["data"].update(secrets=[{"a": 1}]), "a table that this version does not know"),
        (lambda d: d["data"]["members"][0].update(age=1), "members.age"),
        (lambda d: d["data"]["vote_history"][2].pop("day"), "has other columns in row 3"),
        (lambda d: d["data"]["things"].append(7), "has no row where row 2 of things should be"),
        (lambda d: d["data"]["members"][0].update(name=[1]), "more than a value in row 1"),
        (lambda d: d["data"].update(things={}), "things isn't a list of rows"),
        (lambda d: d["totals"].update({"\x1b[2J": 1}), r"has None (\x1b[2J), but says 1"),
        (lambda d: d.update(totals=[]), "totals holds more than a value"),
        (lambda d: d.pop("totals"), "has no totals"),
        (lambda d: d["data"]["vote_history"][0].update(delta="x"), "invalid input syntax"),
        (lambda d: d["data"]["vote_history"][0].update(delta="x" * 9999), "xxx…\n"),
        (lambda d: d["data"]["vote_history"][0].update(delta=2**62 + 1), "over 4,611,686,018"),
        (lambda d: d["data"]["leaderboard"][0].update(score=-(2**63)), "has -92233720368547"),
    ],
)  # fmt: skip
async def test_a_document_that_was_changed_is_refused_in_one_line(
    exported, tmp_path, own_database_url, change, line
):
    document = json.loads(exported)
    change(document)
    (tmp_path / "all.json").write_text(json.dumps(document))
    given = {"DATABASE_URL": own_database_url}
    status, out, err = await run("import-json", "all.json", folder=tmp_path, **given)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert line in err
    assert (
        read_rows(own_database_url, "SELECT 1 FROM vote_history UNION SELECT 1 FROM members") == []
    )


async def test_a_document_with_wrong_scores_is_imported_as_it_is(
    exported, tmp_path, own_database_url
):
    document = json.loads(exported)
    document["data"]["leaderboard"][0]["score"] += 1
    (tmp_path / "all.json").write_text(json.dumps(document))
    given = {"DATABASE_URL": own_database_url}
    words = ["import-json", "all.json"]
    status, _, err = await run(*words, "--team", "T1", folder=tmp_path, **given)
    assert (status, err.count("\n"), "omit --team" in err) == (1, 1, True)
    status, out, _ = await run(*words, folder=tmp_path, **given)
    assert (status, "differ from the ledger, as before: 1; run bin/verify" in out) == (0, True)


async def test_every_table_is_exported_or_a_queue(database_url):
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename !~ 'yoyo'"
    assert {name for (name,) in read_rows(database_url, tables)} - {*TABLES} == {*QUEUES}


async def test_pages_have_every_row_once_in_key_order(full):
    async with (
        await AsyncConnection.connect(full, autocommit=True) as conn,
        dump.open_snapshot(conn),
    ):
        for table in TABLES:
            whole = [page async for page in dump.stream_pages(conn, table)]
            bits = [page async for page in dump.stream_pages(conn, table, limit=1)]
            assert ",\n".join(bits) == "".join(whole)


async def test_concurrent_writes_are_not_in_the_snapshot(full):
    async with (
        await AsyncConnection.connect(full, autocommit=True) as conn,
        dump.open_snapshot(conn),
    ):
        pieces = dump.stream_document(conn, "1")
        text = await anext(pieces)
        with psycopg.connect(full, autocommit=True) as other:
            other.execute("DELETE FROM things")
            other.execute("INSERT INTO told (team_id, user_id, about) VALUES ('T1', 'U4', 'y')")
        document = json.loads(text + b"".join([piece async for piece in pieces]))
    assert [len(document["data"][table]) for table in ("things", "told")] == [1, 1]


async def test_no_timeout_of_the_role_ends_an_export(full):
    names = ("statement_timeout", "idle_in_transaction_session_timeout", "transaction_timeout")
    options = " ".join(f"-c {name}=1h" for name in names)
    async with (
        await AsyncConnection.connect(full, autocommit=True, options=options) as conn,
        dump.open_snapshot(conn),
    ):
        shown = [await (await conn.execute(f"SHOW {name}")).fetchone() for name in names]
    assert shown == [("0",)] * 3


async def test_a_file_gets_its_name_when_it_is_complete(export, tmp_path, full):
    (tmp_path / "all.json").write_text("old")
    status, out, err = await export(full, "--output", "all.json")
    assert (status, err, out.startswith("all.json: ")) == (0, "", True)
    assert json.loads((tmp_path / "all.json").read_text())["totals"]["things"] == 1
    assert (tmp_path / "all.json").stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".jsonl") == [
        "all.json"
    ]


def test_a_full_disk_leaves_nothing_half_written(tmp_path, full):
    (tmp_path / "all.json").write_text("old")
    limited = subprocess.run(
        # -B: the limit would truncate compiled modules too, and break later processes.
        [sys.executable, "-B", "-m", "app", "export", "--output", "all.json"],
        cwd=tmp_path, env=environment(DATABASE_URL=full), capture_output=True, text=True,
        check=False, timeout=PATIENCE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500)),
    )  # fmt: skip
    assert (limited.returncode, limited.stderr.count("\n")) == (1, 1)
    assert "cannot write all.json" in limited.stderr
    assert (tmp_path / "all.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".all")] == []


async def test_a_closed_pipe_is_reported_in_one_line(tmp_path, full):
    with psycopg.connect(full, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO things SELECT 'T1', 'thing:' || n, 'x' FROM generate_series(1, 9000) n"
        )
    reading, writing = os.pipe()
    os.close(reading)
    process = await begin("export", folder=tmp_path, stdout=writing, DATABASE_URL=full)
    os.close(writing)
    _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert (process.returncode, err) == (
        1,
        b"bin/export: stopped, because the output is no longer read\n",
    )


async def test_only_a_regular_file_is_replaced(export, tmp_path, full):
    (tmp_path / "all.json").write_text("old")
    (tmp_path / "link").symlink_to("all.json")
    assert (await export(full, "--output", "link"))[0] == 0
    assert (tmp_path / "link").is_symlink()
    assert json.loads((tmp_path / "all.json").read_text())["totals"]["things"] == 1
    os.mkfifo(tmp_path / "pipe")
    status, _, err = await export(full, "--output", "pipe")
    assert (status, err) == (1, "bin/export: cannot write pipe: not a regular file\n")
    assert (tmp_path / "pipe").is_fifo()


@each("words", [["--output", "."], ["--output", "no/where.json"],
                                   ["--csv", "file"], ["--leaderboard-json"],
                                   ["--leaderboard-json", "--team", "T3"]])  # fmt: skip
async def test_failures_are_reported_in_one_line(export, tmp_path, full, words):
    (tmp_path / "file").touch()
    with psycopg.connect(full, autocommit=True) as conn:
        conn.execute("INSERT INTO leaderboard (team_id, board, target_id, score)"
                     " VALUES ('T2', 'users', 'U1', 1) ON CONFLICT DO NOTHING")  # fmt: skip
    status, out, err = await export(full, *words)
    assert (status, out, err.count("\n"), "Traceback" in err) == (1, "", 1, False)


async def test_tables_are_exported_as_csv(export, tmp_path, full):
    status, out, _ = await export(full, "--csv", "tables")
    assert (status, len(out.splitlines())) == (0, len(TABLES))
    for table in TABLES:
        with (tmp_path / "tables" / f"{table}.csv").open(newline="") as file:
            found = list(csv.DictReader(file))
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        assert [(len(found),)] == read_rows(full, query)
    assert len(list((tmp_path / "tables").iterdir())) == len(TABLES)


async def test_leaderboard_json_imports_to_the_same_scores(
    export, tmp_path, database_url, own_database_url
):
    scores = "SELECT target_id, score FROM leaderboard WHERE board IN ('users', 'things')"
    old = {"U123": 42, "Postgres": 3, ":tada:": -2, "thing:U2": 9, "thing:@odd": 1}
    new = {"U123": 42, "Postgres": 3, ":tada:": -2, "thing:u2": 9, "thing:@odd": 1}
    (tmp_path / "old.json").write_text(json.dumps(old))
    await run("import-json", "old.json", folder=tmp_path, DATABASE_URL=database_url)
    status, out, _ = await export(database_url, "--leaderboard-json", "--output", "new.json")
    assert (status, json.loads((tmp_path / "new.json").read_text())) == (0, new)
    await run("import-json", "new.json", folder=tmp_path, DATABASE_URL=own_database_url)
    assert sorted(read_rows(own_database_url, scores)) == sorted(read_rows(database_url, scores))
    assert "new.json" in out


async def test_a_database_without_the_migrations_is_told(export, own_database_url):
    with migrations.open_backend(own_database_url) as backend, backend.lock():
        backend.rollback_migrations(backend.to_rollback(migrations.load_all())[:1])
    status, _, err = await export(own_database_url)
    assert (status, err) == (
        1,
        "bin/export: the database lacks migrations: run bin/migrate first\n",
    )


async def test_the_endpoint_returns_the_same_document_with_the_token(full, config, export):
    own = config.model_copy(update={"admin_token": SecretStr(TOKEN)})
    async with server.serve(own, full, PATIENT) as running, aiohttp.ClientSession() as session:
        page = f"http://127.0.0.1:{running.port}/export/database"
        async with session.get(page) as refused:
            assert refused.status == 401
        async with session.get(page, headers={"Authorization": f"Bearer {TOKEN}"}) as answer:
            assert (answer.status, answer.content_type) == (200, "application/json")
            downloaded = json.loads(await answer.text())
    expected = await _document(export, full)
    assert list(downloaded) == list(expected)
    # The server has assigned rows without a workspace to its own; the other tables are unchanged.
    for table in ("messages", "members", "archived_shares"):
        assert downloaded["data"][table] == expected["data"][table] != []


async def test_a_truncated_download_is_an_error(full, config):
    own = config.model_copy(update={"admin_token": SecretStr(TOKEN)})
    with psycopg.connect(full, autocommit=True) as conn:
        conn.execute("INSERT INTO things SELECT 'T1', 'thing:' || n, repeat('x', 900)"
                     " FROM generate_series(1, 20000) n")  # fmt: skip
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s"
    async with server.serve(own, full, PATIENT) as running, aiohttp.ClientSession() as session:
        page = f"http://127.0.0.1:{running.port}/export/database"
        async with session.get(page, headers={"Authorization": f"Bearer {TOKEN}"}) as answer:
            await answer.content.readany()
            with psycopg.connect(full, autocommit=True) as conn:
                conn.execute(kill, ["pptbot export"])
            with pytest.raises(aiohttp.ClientError):
                await answer.read()


async def test_spreadsheets_do_not_run_cells_as_formulas(export, tmp_path, full):
    reasons = ["=1+2", "+x", "-x", "@x", "'=x", "＝x", "a;=1;'-2\t+3", "plain", "'quoted'"]
    with psycopg.connect(full, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,"
            " reason, voted_at) SELECT 'T9', 'C9', '1', 'U1', 'U2', 1, reason, now()"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS r (reason, nr) ORDER BY nr",
            [reasons],
        )
    await export(full, "--csv", "tables")
    with (tmp_path / "tables/vote_history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    cells = [row["reason"] for row in rows if row["team_id"] == "T9"]
    assert not [cell for cell in cells if re.search(r"(^|[;\t])[=+\-@＝]", cell)]
    assert cells == [guard_cell(reason) for reason in reasons]
    assert [read_cell(cell) for cell in cells] == reasons
    assert "-1000000000000000" in [row["delta"] for row in rows]


async def test_a_signal_leaves_no_file(tmp_path, database_url):
    waits = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock')"
    async with (
        await psycopg.AsyncConnection.connect(database_url) as conn,
        await psycopg.AsyncConnection.connect(database_url, autocommit=True) as watching,
    ):
        await conn.execute("LOCK vote_history")
        process = await begin(
            "export", "--output", "all.json", folder=tmp_path, DATABASE_URL=database_url
        )
        async with asyncio.timeout(PATIENCE):
            while not (await (await watching.execute(waits)).fetchone())[0]:
                await watching.execute("SELECT pg_sleep(0.02)")
        process.send_signal(signal.SIGINT)
        _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert (process.returncode, err) == (128 + signal.SIGINT, b"")
    assert list(tmp_path.iterdir()) == []


async def test_leftovers_of_a_killed_run_are_removed_by_the_next(tmp_path, database_url):
    left, other = tmp_path / ".all.json.1a2b3c4d.partial", tmp_path / ".all.json.swp"
    left.touch()
    other.touch()
    os.mkfifo(tmp_path / ".all.json.00000000.partial")  # somebody else's, whom nobody must wait for
    living = tmp_path / ".all.json.5e6f7a8b.partial"
    handle = locks.create(living)
    words = ("export", "--output", "all.json")
    status, _, err = await run(*words, folder=tmp_path, DATABASE_URL=database_url)
    os.close(handle)
    assert (status, err) == (0, "")
    assert {path.name for path in tmp_path.glob(".all*")} == {living.name, other.name}


async def test_scores_that_votes_raised_over_the_limit_are_imported(
    export, tmp_path, database_url, own_database_url
):
    vote = """INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,
        kind, voted_at) VALUES ('T1', 'C1', '1.1', 'U2', 'U1', %s, 'vote', now())"""
    board = "INSERT INTO leaderboard (team_id, board, target_id, score) VALUES ('T1', %s, %s, %s)"
    with psycopg.connect(database_url, autocommit=True) as conn:
        conn.execute("INSERT INTO workspaces (team_id) VALUES ('T1')")
        conn.execute(vote, (MOST_SCORE + 1,))
        conn.execute(board, ("users", "U1", MOST_SCORE + 1))
    _, out, err = await export(database_url, "--leaderboard-json")
    assert json.loads(out) == {"U1": MOST_SCORE + 1}
    assert err.startswith(
        "bin/export: 1 score over 1,000,000,000,000,000 can't be imported from this;"
        " an export of all data can\n"
    )
    (tmp_path / "all.json").write_text(json.dumps(await _document(export, database_url)))
    status, _, err = await run(
        "import-json", "all.json", folder=tmp_path, DATABASE_URL=own_database_url
    )
    assert status == 0, err
