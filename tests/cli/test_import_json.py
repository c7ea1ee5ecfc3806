"""`bin/import-json` imports another bot's scores, all of them or none."""

import asyncio
import gzip
import hashlib
import json
import os

import psycopg
import pytest

from app.cli.import_report import ImportProgress
from app.cli.json_file import open_json
from app.core.transfer.score_file import FileError, ScoreFault
from app.core.transfer.spreadsheet import read_table
from app.core.vote import MOST_SCORE
from app.store import migrations
from tests.databases import read_rows
from tests.process import Server, run
from tests.store.casting import wait_until_blocked
from tests.tables import each
from tests.talk import slack_variables

GOOD = {"U123": 42, "postgres": 3, "W0GRACE007": -5}
BAD = '{"U1": 1, "U 2": 2, "U3": 3.5, "U4": 9223372036854775808, "U1": 7, "U5": "5"}'


@pytest.fixture
def command(tmp_path, database_url):
    """Write *content* to a file, unless it is None, and import the file."""

    async def import_content(content, *words, name="leaderboard.json", **variables):
        if isinstance(content, dict | list):
            content = json.dumps(content)
        if content is not None:
            data = content if isinstance(content, bytes) else content.encode()
            (tmp_path / name).write_bytes(data)
            words = (name, *words)
        given = {"DATABASE_URL": database_url}
        return await run("import-json", *words, folder=tmp_path, **given | variables)

    return import_content


def _scores(url):
    query = "SELECT target_id, score FROM leaderboard WHERE board IN ('users', 'things')"
    return {target: score for target, score in read_rows(url, query) if score}


def _read_scores(folder, table):
    """Return the scores by name in the CSV *table*, which must have no bad entry."""
    path = folder / "scores.csv"
    path.write_bytes(table)
    with open_json(path) as file:
        return {raw.name: raw.score for raw in read_table(file.read_rows())}


def _batch(out):
    word, batch = out.splitlines()[-1].split()
    assert word == "batch"
    return batch


async def test_it_adds_people_and_things_and_prints_the_batch_last(command, database_url):
    status, out, err = await command(GOOD)
    assert (status, err) == (0, "")
    assert "3 entries read, imported: 2 people with 37 points, 1 thing with 3 points" in out
    assert _scores(database_url) == {"U123": 42, "thing:postgres": 3, "W0GRACE007": -5}
    ((batch, entries, points, file_hash),) = read_rows(
        database_url, "SELECT batch, entries, points::int, file_hash FROM imports"
    )
    assert (batch, entries, points, len(file_hash)) == (_batch(out), 3, 40, 64)


async def test_the_same_file_again_changes_nothing_and_says_so(command, database_url):
    first = _batch((await command(GOOD))[1])
    status, out, _ = await command(GOOD)
    assert (status, _batch(out)) == (0, first)
    assert "was already imported" in out
    assert _scores(database_url)["U123"] == 42
    await command(GOOD | {"U1": 1})
    assert _scores(database_url)["U123"] == 84


async def test_one_bad_entry_stops_the_import_and_each_is_reported(command, database_url):
    status, out, err = await command(BAD)
    assert (status, out) == (1, "")
    lines = err.splitlines()
    assert 'bin/import-json: entry 2 ("U 2"): a malformed id' in lines
    assert 'bin/import-json: entry 3 ("U3"): not an integer: 3.5' in lines
    assert (
        'bin/import-json: entry 4 ("U4"): over 1,000,000,000,000,000: 9223372036854775808' in lines
    )
    assert 'bin/import-json: entry 5 ("U1"): a duplicate of entry 1' in lines
    assert 'bin/import-json: entry 6 ("U5"): not an integer: "5"' in lines
    assert "5 of 6 entries are bad; nothing was written" in lines[-1]
    assert read_rows(database_url, "SELECT 1 FROM vote_history UNION SELECT 1 FROM imports") == []


async def test_bad_entries_can_be_skipped(command, database_url):
    status, out, err = await command(BAD, "--skip-bad")
    assert (status, err.count("\n")) == (0, 5)
    assert "skipped: 5 bad entries" in out
    assert _scores(database_url) == {"U1": 1}


async def test_two_spellings_of_one_thing_are_a_duplicate(command):
    status, _, err = await command({"Postgres": 1, "postgres": 2})
    assert (status, 'entry 2 ("postgres"): a duplicate of entry 1' in err) == (1, True)


async def test_ignored_keys_and_zeros_are_reported(command, database_url):
    nested = {"U1": {"score": 3, "name": "Bob"}, "U2": {"score": 0, "name": "Ann", "x": [1]}}
    status, out, _ = await command(nested)
    assert status == 0
    assert 'ignored keys: "name" (2), "x" (1)' in out
    many = {f"U{n}": {"score": 0} | {f"{n}/{m}": 0 for m in range(20)} for n in range(1, 4)}
    assert (await command(many))[1].count(" (1)") == 50
    assert "skipped: 1 entry with 0 points" in out
    assert _scores(database_url) == {"U1": 3}


async def test_a_dry_run_prints_the_same_and_writes_nothing(command, database_url):
    status, dry, _ = await command(GOOD, "--dry-run", "--archive")
    assert status == 0
    assert read_rows(database_url, "SELECT 1 FROM leaderboard UNION SELECT 1 FROM imports") == []
    wet = (await command(GOOD))[1]
    assert dry.splitlines()[:-1] == wet.splitlines()[:-1]
    assert "batch" not in dry


# Heap and indexes, without the free space maps, which autovacuum may write at any time.
SIZES = """
SELECT relname, pg_relation_size(c.oid) + (
    SELECT coalesce(sum(pg_relation_size(indexrelid)), 0) FROM pg_index WHERE indrelid = c.oid)
FROM pg_class AS c WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1
"""


async def test_a_dry_run_leaves_no_byte_behind(command, own_database_url):
    many = {f"U{n}": n for n in range(1, 3000)} | {"postgres": 3}
    on = {"DATABASE_URL": own_database_url}
    before = read_rows(own_database_url, SIZES)
    assert "3,000 entries read" in (await command(many, "--dry-run", **on))[1]
    assert read_rows(own_database_url, SIZES) == before
    batch = _batch((await command(many, **on))[1])
    before = read_rows(own_database_url, SIZES)
    assert "2,999 people" in (await command(None, "--rollback", batch, "--dry-run", **on))[1]
    again = await command(many | {"U1": 7}, "--dry-run", **on)
    assert (again[0], "imported: 2,999 people" in again[1]) == (0, True)
    assert dict(read_rows(own_database_url, SIZES)) | {"imports": 0} == dict(before) | {
        "imports": 0
    }
    assert _scores(own_database_url)["U2"] == 2


async def test_a_dry_run_of_a_document_leaves_no_byte_behind(
    command, own_database_url, database_url, tmp_path
):
    await command({f"U{n}": n for n in range(1, 2000)})
    given = {"DATABASE_URL": database_url}
    await run("export", "--output", "all.json", folder=tmp_path, **given)
    before = read_rows(own_database_url, SIZES)
    status, out, _ = await command(None, "all.json", "--dry-run", DATABASE_URL=own_database_url)
    assert (status, "checked: rows and points" in out) == (0, True)
    assert read_rows(own_database_url, SIZES) == before


def test_a_bad_entry_is_printed_as_it_is_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    ImportProgress().print_fault(ScoreFault(1, ":tada:[b]", "why"))
    assert capsys.readouterr().err == 'bin/import-json: entry 1 (":tada:[b]"): why\n'


def test_progress_is_printed_as_lines_without_a_terminal(capsys):
    screen = ImportProgress(every=0)
    follow = screen.begin(4_000_000)
    follow(1_000_000)
    screen.step("writing the ledger")
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "bin/import-json: reading (25 %), 0 s",
        "bin/import-json: writing the ledger, 0 s",
    ]


async def test_a_batch_can_be_rolled_back_once(command, database_url):
    await command({"U123": 1})
    batch = _batch((await command(GOOD))[1])
    assert (await command(None, "--rollback", batch, "--team", "T9"))[0] == 1
    status, out, _ = await command(None, "--rollback", batch)
    assert (status, _batch(out)) == (0, batch)
    assert _scores(database_url) == {"U123": 1}
    kinds = "SELECT kind, sum(delta)::int FROM vote_history GROUP BY 1 ORDER BY 1"
    assert read_rows(database_url, kinds) == [("import", 41), ("rollback", -40)]
    status, out, _ = await command(None, "--rollback", batch)
    assert (status, "was already rolled back" in out) == (0, True)
    assert _scores(database_url) == {"U123": 1}
    assert (await command(None, "--rollback", "nope"))[0] == 1


@pytest.mark.parametrize("option", ["--archive", "--skip-bad"])
async def test_options_of_imports_are_refused_with_rollback(command, database_url, option):
    batch = _batch((await command(GOOD))[1])
    status, _, err = await command(None, "leaderboard.json", "--rollback", batch, option)
    assert (status, f"{option}" in err) == (2, True)
    assert _scores(database_url)
    status, out, err = await command(None, "nowhere.json", "--rollback", batch)
    assert (status, _batch(out), err) == (0, batch, "")
    assert _scores(database_url) == {}


async def test_the_file_is_renamed_only_if_asked_and_imported(command, tmp_path):
    await command(BAD, "--archive")
    await command(GOOD, name="kept.json")
    await command(GOOD, "--archive", name="kept.json")
    assert {path.name for path in tmp_path.iterdir()} >= {"leaderboard.json", "kept.json"}
    status, out, _ = await command({"U1": 1}, "--archive", name="mine.json")
    (renamed,) = tmp_path.glob("mine.json.imported-*")
    assert (status, f"renamed to {renamed.name}" in out) == (0, True)
    assert not (tmp_path / "mine.json").exists()
    assert _batch(out)


async def test_a_file_that_cannot_be_renamed_is_imported_and_reported(command, database_url):
    status, out, err = await command(GOOD, "--archive", name="x" * 245 + ".json")
    assert (status, err.count("\n"), "cannot be renamed: file name too long" in err) == (1, 1, True)
    assert _batch(out)
    assert _scores(database_url)["U123"] == 42


async def test_the_same_file_imported_by_another_process_is_refused(
    command, database, database_url
):
    with psycopg.connect(database_url) as conn:
        conn.execute(
            "INSERT INTO imports (team_id, batch, file_hash, entries, points)"
            " VALUES ('', 'theirs', %s, 1, 1)", [hashlib.sha256(b'{"U1": 1}').hexdigest()]
        )  # fmt: skip
        importing = asyncio.create_task(command('{"U1": 1}'))
        await wait_until_blocked(database, importing)
        conn.commit()
    status, out, err = await importing
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "another process has just imported the same file" in err


async def test_a_score_over_the_limit_is_reported(command, database_url):
    await command({"U1": MOST_SCORE})
    status, _, err = await command({"U1": 1, "U2": 1})
    why = "over 1,000,000,000,000,000 when added to the existing score of 1000000000000000"
    assert (status, why in err, "U2" in err) == (1, True, False)
    assert _scores(database_url) == {"U1": MOST_SCORE}
    assert (await command({"U1": 1, "U2": 1}, "--skip-bad"))[0] == 0
    assert _scores(database_url) == {"U1": MOST_SCORE, "U2": 1}


async def test_points_toward_zero_are_imported_even_beyond_the_limit(command, database_url):
    await command({"U1": 1, "U2": 1})
    with psycopg.connect(database_url, autocommit=True) as conn:  # as in a document
        conn.execute(
            "UPDATE leaderboard SET score = CASE target_id WHEN 'U1' THEN %s ELSE %s END",
            [2**62, -(2**62)],
        )
    assert (await command({"U1": -MOST_SCORE, "U2": MOST_SCORE}))[0] == 0
    assert _scores(database_url) == {"U1": 2**62 - MOST_SCORE, "U2": MOST_SCORE - 2**62}


async def test_rollbacks_cannot_exceed_the_largest_score(command, database_url):
    lowered = _batch((await command({"U1": -MOST_SCORE}))[1])
    for other in ("U2", "U3"):  # different files with the same score
        assert (await command({"U1": MOST_SCORE, other: 1}))[0] == 0
    status, _, err = await command(None, "--rollback", lowered)
    assert (status, "a score would be over 1,000,000,000,000,000" in err) == (1, True)
    assert _scores(database_url)["U1"] == MOST_SCORE


@each(
    "content, line",
    [
        (b"", "is empty"),
        (b" \n", "ends too early"),
        (b'{"U1": 1, "U2"', "ends too early"),
        (b'{"U1": 1}{"U2": 2}', "is not JSON (trailing garbage)"),
        (b'{"plusPlus": {"scores": {"ann": 1}}} {}', "is not JSON (trailing garbage)"),
        (b"U1: 1", "is not JSON"),
        (b"{}", "contains no scores"),
        (b"17", "contains neither an object nor a list"),
        ('{"U1": 1}'.encode("utf-16"), "is UTF-16"),
        ('{"U1": 1}'.encode("utf-16-le"), "is UTF-16"),
        ('{"é": 1}'.encode("latin-1"), "is not UTF-8"),
        (gzip.compress(b'{"U1": 1}', mtime=0), "is compressed"),
        (b"PK\x03\x04\x14\0", "is a zip archive or a workbook: unzip it, or save it as CSV UTF-8"),
        (b'{"U1": 1' + b"0" * 9000 + b"}", "contains a number that is too long"),
        (b"9" * 641, "contains a number that is too long"),
        (b" " * ((1 << 20) - 99) + b'{"U1": -1' + b"0" * 640 + b"}", "contains a number that is"),
        (b'{"U1":\xff 1}', "is not JSON (invalid char in json text) (see"),
        (b'{"U1": 1e99999999999999999999}', "contains a number that is too long"),
        (b'{"\\udc00": 1}', "contains half of a surrogate pair"),
        (b'{"' + b"x" * 5_000_000 + b'": 1}', "a value of over 4 MB"),
    ],
)
async def test_an_unreadable_file_is_reported_in_one_line(command, database_url, content, line):
    status, out, err = await command(content, "--skip-bad")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("bin/import-json: leaderboard.json ")
    assert line in err
    assert read_rows(database_url, "SELECT 1 FROM vote_history UNION SELECT 1 FROM imports") == []


async def test_a_missing_file_or_database_is_reported_in_one_line(command, tmp_path):
    for name in ("nothing.json", "."):
        status, _, err = await command(None, name)
        assert (status, err.count("\n"), "Traceback" in err) == (1, 1, False)
    away = "postgresql://nobody@127.0.0.1:1/none"
    status, _, err = await command(GOOD, DATABASE_URL=away)
    assert (status, err.count("\n")) == (1, 1)
    assert (await run("import-json", folder=tmp_path))[0] == 2


async def test_a_database_without_the_migrations_is_told(command, own_database_url):
    with migrations.open_backend(own_database_url) as backend, backend.lock():
        backend.rollback_migrations(backend.to_rollback(migrations.load_all())[:1])
    status, _, err = await command(GOOD, DATABASE_URL=own_database_url)
    assert (status, "run bin/migrate first" in err) == (1, True)


async def test_a_byte_order_mark_is_ignored(command, database_url):
    status, out, _ = await command(b"\xef\xbb\xbf" + b'{"U1": 1}')
    assert (status, "byte order mark" in out) == (0, True)
    assert _scores(database_url) == {"U1": 1}


def _teams(url):
    return read_rows(url, "SELECT DISTINCT team_id FROM leaderboard ORDER BY 1")


async def test_the_workspace_is_the_given_or_the_only_one(command, database_url):
    await command({"U1": 1}, "--team", "T1")
    await command({"U2": 1})
    assert _teams(database_url) == [("T1",)]
    await command({"U3": 1}, "--team", "T2")
    status, _, err = await command({"U4": 1})
    assert (status, "--team T1, --team T2" in err) == (1, True)
    assert (await command({"U4": 1}, "--team", "nonsense!"))[0] == 2


async def test_the_workspace_comes_from_the_token(command, slack, database_url):
    await command({"U1": 1}, **slack_variables(slack))
    assert _teams(database_url) == [(slack.workspace.team_id,)]


async def test_an_organization_token_requires_team(command, slack, database_url):
    slack.workspace.enterprise_id = "E0ALLOFUS1"
    given = slack_variables(slack)
    status, _, err = await command({"U1": 1}, **given)
    assert (status, err.count("\n"), "--team" in err) == (1, 1, True)
    assert _teams(database_url) == []
    assert (await command({"U1": 1}, "--team", "T1", **given))[0] == 0


async def test_it_continues_if_slack_does_not_answer(command, database_url):
    given = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": "http://127.0.0.1:1/api/"}
    status, out, err = await command({"U1": 1}, **given)
    assert (status, err.count("\n")) == (0, 1)
    assert "no workspace yet" in out
    assert _teams(database_url) == [("",)]


async def test_the_first_start_assigns_scores_without_a_workspace(
    command, slack, database_url, tmp_path
):
    await command(GOOD)
    server = await Server.start(tmp_path, DATABASE_URL=database_url, **slack_variables(slack))
    assert (await server.until("import.adopted"))["rows"] == 3
    assert await server.stop() == 0
    assert _teams(database_url) == [(slack.workspace.team_id,)]
    assert _scores(database_url)["U123"] == 42
    status, out, _ = await command(GOOD)
    assert (status, "was already imported" in out) == (0, True)


async def test_scores_are_those_of_a_workspace_whose_first_server_starts_meanwhile(
    command, database, database_url
):
    with psycopg.connect(database_url) as conn:
        conn.execute("INSERT INTO workspaces (team_id) VALUES ('T1')")
        conn.execute("SELECT pg_advisory_xact_lock(hashtext('merge'), hashtext(''))")
        importing = asyncio.create_task(command(GOOD))
        await wait_until_blocked(database, importing)
        conn.commit()
    status, out, _ = await importing
    assert (status, "workspace T1, the only one" in out) == (0, True)
    assert _teams(database_url) == [("T1",)]


async def test_csv_is_recognized_by_the_file_name(command, database_url, tmp_path):
    table = 'item,score\nU123,42\n"\'=1+2",3\n'
    status, out, err = await command(table, name="scores.CSV")
    assert (status, err) == (0, "")
    assert "2 entries read, imported: 1 person with 42 points, 1 thing with 3 points" in out
    assert _scores(database_url) == {"U123": 42, "thing:=1+2": 3}
    await run("export", "--csv", "tables", folder=tmp_path, DATABASE_URL=database_url)
    exported = (tmp_path / "tables/leaderboard.csv").read_bytes()
    status, out, _ = await command(exported, name="leaderboard.csv")
    assert (status, _scores(database_url)) == (0, {"U123": 84, "thing:=1+2": 6})


@each("separator", [";", "\t", ","])
def test_the_separator_is_detected_from_the_first_row(tmp_path, separator):
    rows = (("name", "score", "note"), ("U123", "42", '"a, b"'), ('"c; d"', "3", "1,5"))
    rows = [row[:2] for row in rows] if separator == "," else rows
    table = "\n".join(separator.join(row) for row in rows)
    assert _read_scores(tmp_path, table.encode()) == {"U123": 42, "c; d": 3}


@each(
    "table",
    [
        b"\nname;score\nU123;42\n",
        b"\r\n;;\r\nname;score\r\nU123;42\r\n",
        b'"name";"score"\nU123;42\n',
        b'"Name, in full";"score";"user_id"\nx;42;U123\n',
        b"name;score;note, if any\nU123;42;x\n",
        b"name;note, if any, or a\ttab;score\nU123;x;42\n",
        b"sep=;\nname;score\nU123;42\n",
        b'"sep=|"\r\n\r\nname|score\r\nU123|42\r\n',
        b"SEP=\t\nname\tscore\nU123\t42\n",
        b"\xef\xbb\xbfsep=,\r\nname,score\r\nU123,42\r\n",
        b'\xef\xbb\xbf"name"\t"score"\r\n"U123"\t"42"\r\n',
        b"\xef\xbb\xbf\nname\tscore\n\nU123\t42\n\t\n",
    ],
)
def test_csv_is_read_as_spreadsheets_write_it(tmp_path, table):
    assert _read_scores(tmp_path, table) == {"U123": 42}


@each(
    "content, line",
    [
        (b"a,b\n1,2\n", "has no column with names: its first row must name one"),
        (b'item,score\n"U1,1\n', "is not CSV ("),
        (b"item,score\rU1,1\r", "has lines that end with CR alone"),
        ("item,score\né,1\n".encode("latin-1"), "is not UTF-8"),
        (b"item,score\n", "contains no scores"),
        (b"\n\n", "has no column with names"),
        (b"sep=;\n", "has no column with names"),
    ],
)
async def test_unreadable_csv_is_reported_in_one_line(command, content, line):
    status, out, err = await command(content, name="scores.csv")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert line in err


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "scores.csv"
    path.write_text("name,score\n" * 100_000)
    seen = []
    with open_json(path) as file:
        assert len(list(file.read_rows(seen.append))) == 100_000
        assert (len(seen), sum(seen)) == (2, path.stat().st_size)
        path.write_text("{}")
        for read in (file.read_rows, file.read_events):
            with pytest.raises(FileError, match="changed while it was being read"):
                list(read())


async def test_a_special_file_is_refused(command, tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    status, _, err = await command(None, "pipe.json")
    assert (status, "pipe.json isn't a regular file" in err) == (1, True)


async def test_a_hubot_brain_is_imported(command, database_url):
    brain = {
        "users": {"U0BOB00002": {"name": "Bob"}},
        "plusPlus": {"scores": {"bob": 17, "postgres": 3}, "log": {}, "reasons": {}, "last": {}},
    }
    status, _, err = await command(brain)
    assert (status, err) == (0, "")
    assert _scores(database_url) == {"U0BOB00002": 17, "thing:postgres": 3}
