"""`bin/backup` writes one complete file or none."""

import argparse
import asyncio
import fcntl
import hashlib
import os
import re
import shlex
import signal
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from app import CommandError
from app.cli.backup import files, programs, s3, take
from app.cli.backup.files import select_older
from app.cli.backup.programs import Program
from app.cli.backup.scratch import choose_name, create_scratch, remove_abandoned
from app.cli.backup.server import reach_server
from app.store.server import databases, locks
from tests.copies import stand_ins
from tests.patience import PATIENCE
from tests.process import begin, environment, run

AWAY = "postgresql://nobody@127.0.0.1:1/none"
KEYS = {"AWS_ACCESS_KEY_ID": "a key", "AWS_SECRET_ACCESS_KEY": "its secret"}

SPOIL = """
import psycopg, sys
with psycopg.connect(sys.argv[1]) as conn:
    rows = conn.execute("SELECT datname FROM pg_database WHERE datname ~ '_verify_'").fetchall()
for (name,) in rows:
    with psycopg.connect(sys.argv[1], dbname=name) as conn:
        conn.execute(sys.argv[2])
"""


@pytest.fixture
def backup(tmp_path, url):
    """Run the command with its backups in the test's own folder."""

    async def run_backup(*words, **variables):
        given = {"DATABASE_URL": url} | variables
        return await run("backup", "--dir", "backups", *words, folder=tmp_path, **given)

    return run_backup


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backups"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


async def test_it_writes_one_file_with_its_checksum_and_says_where(backup, folder):
    status, out, err = await backup()
    assert (status, err) == (0, "")
    path = folder / names(folder)[0]
    assert out.splitlines()[-1] == str(path)
    assert re.fullmatch(r"pptbot-\d{8}T\d{6}Z\.dump", path.name)
    assert names(folder) == [path.name, f"{path.name}.sha256"]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (folder / names(folder)[1]).read_text() == f"{digest}  {path.name}\n"
    assert {f.stat().st_mode & 0o777 for f in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


async def test_verify_restores_into_a_scratch_database_and_drops_it(backup, place):
    before = place.databases()
    status, out, err = await backup("--verify")
    assert (status, err) == (0, "")
    assert "verified by a trial restore" in out
    assert "the sums of 2 boards match" in out
    assert place.databases() == before


async def test_concurrent_votes_do_not_fail_the_verification(backup, place, url):
    stop = asyncio.Event()

    async def go_on():
        while not stop.is_set():
            await asyncio.to_thread(place.voted, url, 1)

    voting = asyncio.create_task(go_on())
    try:
        status, _, err = await backup("--verify")
    finally:
        stop.set()
        await voting
    assert (status, err) == (0, "")
    assert place.scores(url)["thing:postgres"] > 100


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("DELETE FROM vote_history WHERE id = 1", "public.vote_history"),
        ("UPDATE leaderboard SET score = score + 1", "the sums of the boards"),
    ],
)
async def test_a_backup_whose_trial_restore_differs_is_removed(
    backup, folder, place, tmp_path, statement, where
):
    (tmp_path / "spoil.py").write_text(SPOIL)
    spoil = f'"{sys.executable}" "{tmp_path}/spoil.py" "{place.url("postgres")}" "{statement}"'
    script = (
        f'case "$*" in *--exit-on-error*) "$real" "$@"; exec {spoil} ;; esac; exec "$real" "$@"'
    )
    own = stand_ins(tmp_path / "bin", pg_restore=script)
    before = place.databases()
    status, out, err = await backup("--verify", "--pg-bin", str(own))
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert f"differs in {where}" in err
    assert names(folder) == []
    assert place.databases() == before


async def test_concurrent_backups_do_not_collide(backup, folder):
    results = await asyncio.gather(*(backup() for _ in range(4)))
    assert [(status, err) for status, _, err in results] == [(0, "")] * 4
    paths = {out.splitlines()[-1] for _, out, _ in results}
    assert len(paths) == 4
    assert len(names(folder)) == 8


async def test_old_backups_are_removed_only_after_a_new_one(backup, folder):
    folder.mkdir()
    old = "pptbot-20200101T000000Z.dump"
    kept = ["notes.txt", "other-20200101T000000Z.dump", "pptbot-29990101T000000Z.dump"]
    for name in [old, f"{old}.sha256", *kept]:
        (folder / name).write_text("")
    assert (await backup("--keep-days", "30", DATABASE_URL=AWAY))[0] == 1
    assert old in names(folder)
    status, out, err = await backup("--keep-days", "1")
    assert (status, err) == (0, "")
    assert "removed 1 backup older than 1 day in" in out
    assert [name for name in names(folder) if name not in kept][:1] != [old]
    assert f"{old}.sha256" not in names(folder)
    assert set(kept) <= {*names(folder)}


def test_the_newest_backup_is_never_removed():
    names = [f"pptbot-20200{month}01T000000Z.dump" for month in (1, 2, 3)]
    assert select_older(names, 30, datetime.now(UTC)) == names[:-1]


async def test_an_unwritable_folder_is_reported_in_one_line(backup, folder):
    folder.write_text("a file in the way")
    for words, line in ([], "is not a folder"), (["--dir", "/dev/null/x"], "cannot be written to"):
        status, out, err = await backup(*words)
        assert (status, out, err.count("\n")) == (1, "", 1)
        assert line in err


async def test_a_folder_removed_meanwhile_is_reported_in_one_line(backup, folder, tmp_path):
    own = stand_ins(tmp_path / "bin", pg_restore=f'"$real" "$@"; rm -r "{folder}"')
    status, out, err = await backup("--pg-bin", str(own))
    assert (status, out) == (1, "")
    assert err == "bin/backup: the backup could not be written: no such file or directory\n"


async def test_a_dump_without_the_rows_of_a_table_is_removed(backup, folder, tmp_path):
    script = 'exec "$real" "$@" --exclude-table-data=things'
    status, _, err = await backup("--pg-bin", str(stand_ins(tmp_path / "bin", pg_dump=script)))
    assert (status, names(folder)) == (1, [])
    assert err == "bin/backup: the dump lacks the rows of things; it was removed\n"


@pytest.mark.parametrize("name", ["votes", "v" * 63, "v" + "ä" * 31])
def test_the_name_of_a_scratch_database_fits_postgresql(name):
    scratch = choose_name(name, "restore", datetime(2026, 11, 30, 9, 30, 15, 7, UTC))
    assert scratch.endswith("_restore_20261130_093015_000007")
    assert name.startswith(scratch.partition("_")[0])
    assert len(scratch.encode()) <= 63


def test_a_backup_never_replaces_one_of_the_same_second(tmp_path):
    at = datetime(2026, 11, 29, tzinfo=UTC)
    for name in ("pptbot-20261129T000000Z.dump", ".pptbot-20261129T000000Z-2.partial"):
        (tmp_path / name).touch()
    with (tmp_path / ".pptbot-20261129T000000Z-2.partial").open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with files.open_draft(tmp_path, at) as draft:
            assert draft.target.name == "pptbot-20261129T000000Z-3.dump"


def test_an_old_backup_that_cannot_be_removed_is_named(tmp_path):
    for name in ("pptbot-20200101T000000Z.dump", "pptbot-20200201T000000Z.dump"):
        (tmp_path / name).mkdir()
    with pytest.raises(CommandError, match=r"pptbot-20200101T000000Z.dump could not be removed: "):
        files.prune(tmp_path, 30, datetime.now(UTC))


async def test_an_unreachable_or_foreign_database_leaves_no_file(backup, folder, place):
    for url in (AWAY, place.made("others", migrated=False)):
        status, out, err = await backup(DATABASE_URL=url)
        assert (status, out, err.count("\n")) == (1, "", 1)
        assert "database" in err
        assert not folder.exists() or names(folder) == []


async def test_pg_dump_must_exist_and_not_be_older_than_the_server(backup, tmp_path, folder):
    (tmp_path / "none").mkdir()
    status, _, err = await backup("--pg-bin", "none")
    assert (status, err.count("\n")) == (1, 1)
    assert "there is no pg_dump" in err
    (tmp_path / "none" / "pg_dump").write_text("not a program")
    assert "there is no pg_dump" in (await backup("--pg-bin", "none"))[2]
    old = stand_ins(tmp_path / "old")
    script = (old / "pg_dump").read_text()
    (old / "pg_dump").write_text(re.sub(r"\(PostgreSQL\) [\d.]+", "(PostgreSQL) 9.6", script))
    status, _, err = await backup("--pg-bin", "old")
    assert (status, err.count("\n")) == (1, 1)
    assert "pg_dump 9.6" in err
    assert "is older than the server" in err
    assert names(folder) == []


def test_a_program_that_is_killed_or_gone_is_reported(tmp_path):
    own = stand_ins(tmp_path / "bin", pg_dump="kill -9 $$")
    (program,) = programs.find_programs("pg_dump", own)
    with pytest.raises(CommandError, match="pg_dump was killed: killed"):
        program.run()
    (own / "pg_dump").unlink()
    with pytest.raises(CommandError, match="pg_dump cannot be run: no such file"):
        program.run()
    output = "pg_dump: warning: odd\npg_dump: error: no room\npg_dump: detail: a row"
    assert program.explain_failure(1, output) == "pg_dump: error: no room"
    output = "pg_dump: error: no\npg_dump: detail: Error message from server: ERROR:  why\na row"
    assert program.explain_failure(1, output) == "pg_dump: ERROR:  why"
    assert program.explain_failure(3, " \n") == "pg_dump: it exited with 3"


def test_of_several_programs_the_oldest_comes_first(tmp_path, monkeypatch):
    for version in ("99.1", "9.6"):
        script = stand_ins(tmp_path / version) / "pg_dump"
        text = re.sub(r"\(PostgreSQL\) [\d.]+", f"(PostgreSQL) {version}", script.read_text())
        script.write_text(text)
    monkeypatch.setenv("PATH", f"{tmp_path}/99.1:{tmp_path}/9.6:{os.environ['PATH']}")
    versions = [program.version for program in programs.find_programs("pg_dump", None)]
    assert (versions[0], versions[-1]) == ("9.6", "99.1")


def test_an_encrypted_connection_needs_programs_with_tls():
    ours, debians = (Program(Path(f"/{n}/pg_dump"), f"{n}.1", n > 18) for n in (18, 19))
    assert programs.choose_fitting([ours, debians], 18, encrypted=True) == [debians]
    with pytest.raises(CommandError, match="18/pg_dump lacks TLS"):
        programs.choose_fitting([ours], 18, encrypted=True)


async def test_the_password_is_not_on_the_command_line(backup, tmp_path, place):
    seen = tmp_path / "seen"
    own = stand_ins(
        tmp_path / "bin",
        pg_dump=f'(echo "$*"; echo "$PGPASSWORD") > "{seen}"; echo "error: no" >&2; exit 1',
    )
    at = place.where
    url = f"postgresql://{at['user']}:hunter2@/present?host={at['host']}&options=-c%20geqo%3Doff"
    status, out, err = await backup("--pg-bin", str(own), DATABASE_URL=url)
    assert (status, out, err) == (1, "", "bin/backup: pg_dump: error: no\n")
    arguments, password = seen.read_text().splitlines()
    assert "hunter2" not in arguments
    assert "geqo=off" in arguments
    assert password == "hunter2"


async def test_of_several_hosts_the_one_that_answers_is_backed_up(backup, place):
    at = place.where
    url = f"postgresql://{at['user']}@/present?host=/nowhere,{at['host']}&port=5432,{at['port']}"
    assert (await backup("--verify", DATABASE_URL=url))[0] == 0
    assert reach_server(url, "backup").options["host"] == at["host"]


def test_an_encrypted_key_is_refused():
    with pytest.raises(CommandError, match="sslpassword in DATABASE_URL cannot be passed"):
        reach_server(f"{AWAY}?sslpassword=x", "backup")


def test_databases_are_renamed_over_a_connection_to_any_other(place):
    with reach_server(place.url("postgres"), "test").connect_beside() as conn:
        assert conn.info.dbname == "template1"
    place.made("present", migrated=False)
    place.execute("DROP ROLE IF EXISTS modest", "CREATE ROLE modest LOGIN")
    server = reach_server(place.url("present", user="modest"), "test")
    names = ("postgres", "template1")
    try:
        place.execute("REVOKE CONNECT ON DATABASE postgres FROM PUBLIC")
        with server.connect_beside() as conn:
            assert conn.info.dbname == "template1"
        place.execute("REVOKE CONNECT ON DATABASE template1 FROM PUBLIC")
        with pytest.raises(CommandError, match=r"another database .*permission denied"):
            server.connect_beside().__enter__()
    finally:
        place.execute(*(f"GRANT CONNECT ON DATABASE {name} TO PUBLIC" for name in names))


def test_a_database_that_is_gone_cannot_be_copied(place):
    with (
        reach_server(place.url("postgres"), "test").connect() as conn,
        pytest.raises(psycopg.ProgrammingError, match="the database is gone"),
    ):
        databases.create(conn, "copy", "nowhere")


async def test_of_a_hosts_addresses_the_one_that_answers_is_backed_up(place):
    async def forward(reader, writer):
        there, back = await asyncio.open_unix_connection(f"{place.where['host']}/.s.PGSQL.5432")
        await asyncio.gather(pipe(reader, back), pipe(there, writer))

    async def pipe(reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async with await asyncio.start_server(forward, "127.0.0.1", 0) as proxy:
        port = proxy.sockets[0].getsockname()[1]
        url = f"postgresql://{place.where['user']}@localhost:{port}/postgres"
        options = (await asyncio.to_thread(reach_server, url, "test")).options
    assert (options["host"], options["hostaddr"]) == ("localhost", "127.0.0.1")


def test_a_scratch_database_that_cannot_be_dropped_is_named(place, capsys):
    server = reach_server(place.made("present", migrated=False), "test")
    with create_scratch(server, choose_name("present", "verify", datetime.now(UTC))) as name:
        host = server.options["host"]
        server.options["host"] = "/nowhere"
    line = f'bin/test: the scratch database "{name}" could not be dropped ('
    assert capsys.readouterr().err.startswith(line)
    server.options["host"] = host
    remove_abandoned(server)
    assert name not in place.databases()


@pytest.fixture
def little_space(folder):
    """Mount a 16 kB disk; without the right to mount, yield a shell limit on file sizes instead."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        yield "ulimit -f 16;"
        return
    yield ""
    subprocess.run(["umount", folder], check=True)


async def test_a_full_disk_leaves_nothing_half_written(tmp_path, url, folder, little_space):
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", f'{little_space} exec "$0" -m app backup --dir backups', sys.executable,
        cwd=tmp_path, env=environment(DATABASE_URL=url), stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert (process.returncode, err.count(b"\n"), names(folder)) == (1, 1, [])
    assert b"No space left" in err or b"limit" in err


async def test_a_signal_leaves_no_file_and_no_connection(tmp_path, place, url, folder):
    waits = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock')"
    with psycopg.connect(url) as conn:
        conn.execute("LOCK vote_history")
        process = await begin("backup", "--dir", "backups", folder=tmp_path, DATABASE_URL=url)
        await place.until(waits)
        process.send_signal(signal.SIGTERM)
        _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert (process.returncode, err) == (128 + signal.SIGTERM, b"")
    assert names(folder) == []
    await place.until(
        "SELECT NOT EXISTS (SELECT FROM pg_stat_activity"
        " WHERE application_name = 'pptbot backup' AND datname = 'present')"
    )


def test_a_table_that_stays_locked_fails_the_backup(url, folder, monkeypatch):
    monkeypatch.setattr(take, "LOCKED", 0.1)
    options = argparse.Namespace(dir=folder, keep_days=None, verify=False, s3=None, pg_bin=None)
    with psycopg.connect(url) as conn:
        conn.execute("LOCK vote_history")
        with pytest.raises(CommandError, match=r"^pg_dump: .*due to statement timeout[^\n]*$"):
            take.run(options, url)
    assert names(folder) == []


async def test_verify_needs_a_role_that_may_create_databases(backup, folder, place):
    place.execute("DROP ROLE IF EXISTS modest", "CREATE ROLE modest LOGIN")
    place.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO modest", database="present")
    place.execute("GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO modest", database="present")
    modest = place.url("present", user="modest")
    status, _, err = await backup("--verify", DATABASE_URL=modest)
    assert (status, err.count("\n")) == (1, 1)
    assert "CREATEDB" in err
    assert names(folder) == []
    assert (await backup(DATABASE_URL=modest))[0] == 0


@pytest.fixture
def bucket(monkeypatch):
    """The URL of a local S3 server with one bucket, and a client."""
    import boto3  # noqa: PLC0415  (importing these takes a second; not every worker needs them)
    from moto.server import ThreadedMotoServer  # noqa: PLC0415

    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    client = boto3.client("s3", endpoint_url=address, region_name="us-east-1")
    urllib.request.urlopen(f"{address}/moto-api/reset", b"").close()  # noqa: S310  (it's local)
    client.create_bucket(Bucket="backups")
    yield address, client
    client.close()
    server.stop()


def keys(client):
    return sorted(o["Key"] for o in client.list_objects_v2(Bucket="backups").get("Contents", ()))


async def test_a_copy_is_uploaded_to_s3_and_old_ones_are_removed_there(backup, folder, bucket):
    address, client = bucket
    old = "pptbot-20200101T000000Z.dump"
    kept = ["other.txt", "team/a/pptbot-20200101T000000Z.dump", f"teams/{old}"]
    for key in [f"team/{old}", f"team/{old}.sha256", *kept]:
        client.put_object(Bucket="backups", Key=key, Body=b"")
    status, out, err = await backup(
        "--s3", "s3://backups/team", "--keep-days", "30", AWS_ENDPOINT_URL=address, **KEYS
    )
    assert (status, err) == (0, "")
    name = names(folder)[0]
    assert keys(client) == sorted([*kept, f"team/{name}", f"team/{name}.sha256"])
    assert f"copied to s3://backups/team/{name}" in out
    there = client.get_object(Bucket="backups", Key=f"team/{name}")["Body"].read()
    assert there == (folder / name).read_bytes()


@pytest.mark.parametrize("size", [5, 6])
def test_a_large_file_is_uploaded_in_parts_and_verified(tmp_path, bucket, monkeypatch, size):
    from moto.s3.responses import S3Response  # noqa: PLC0415  (as above)

    address, client = bucket
    given, upload_part = [], S3Response.upload_part
    monkeypatch.setattr(
        S3Response,
        "upload_part",
        lambda self: given.append(self.headers.get("Content-MD5")) or upload_part(self),
    )
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    monkeypatch.setattr(s3, "_PART", 5 * 1024 * 1024)  # the least that S3 accepts
    dump = tmp_path / "large.dump"
    with dump.open("wb") as file:
        file.truncate(size * 1024 * 1024)
    (tmp_path / "large.dump.sha256").write_text("its checksum")
    assert s3.Store(s3.parse_location("s3://backups")).put(dump) == "s3://backups/large.dump"
    assert client.head_object(Bucket="backups", Key="large.dump")["ETag"].endswith(f'-{size - 4}"')
    assert len([md5 for md5 in given if md5]) == size - 4


async def test_a_bucket_that_locks_objects_is_given_checksums(backup, folder, bucket):
    address, client = bucket
    client.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 30}}
    lock = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    client.put_object_lock_configuration(Bucket="locked", ObjectLockConfiguration=lock)
    status, out, err = await backup("--s3", "s3://locked", AWS_ENDPOINT_URL=address, **KEYS)
    assert (status, err) == (0, "")
    assert f"copied to s3://locked/{names(folder)[0]}" in out


async def test_an_object_that_differs_from_the_file_is_removed(backup, bucket, monkeypatch):
    from moto.s3.models import FakeKey  # noqa: PLC0415  (as above)

    address, client = bucket
    words, given = ["--s3", "s3://backups"], {"AWS_ENDPOINT_URL": address} | KEYS
    for name, value in (("size", 1), ("etag", '"0"')):
        with monkeypatch.context() as patch:
            patch.setattr(FakeKey, name, value)
            status, _, err = await backup(*words, **given)
        assert (status, keys(client)) == (1, [])
        assert "differs from the local file; it was removed\n" in err
    keyed = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}
    client.put_bucket_encryption(Bucket="backups", ServerSideEncryptionConfiguration=keyed)
    monkeypatch.setattr(FakeKey, "etag", '"0"')  # with KMS it isn't a checksum
    assert (await backup(*words, **given))[0] == 0


async def test_if_s3_fails_the_file_stays_and_no_old_one_is_removed(backup, folder, bucket):
    address, _ = bucket
    folder.mkdir()
    (folder / "pptbot-20200101T000000Z.dump").write_text("")
    status, out, err = await backup(
        "--s3", "s3://nowhere", "--keep-days", "30", AWS_ENDPOINT_URL=address, **KEYS
    )
    assert (status, err.count("\n")) == (1, 1)
    assert "s3://nowhere/" in err
    assert out.splitlines()[-1] in {str(path) for path in folder.iterdir()}
    assert "pptbot-20200101T000000Z.dump" in names(folder)


async def test_without_boto3_or_credentials_one_line_says_what_to_do(backup, tmp_path, folder):
    (tmp_path / "boto3.py").write_text("raise ImportError")
    hidden = f"{tmp_path}:{environment()['PYTHONPATH']}"
    status, _, err = await backup("--s3", "s3://backups", PYTHONPATH=hidden)
    assert (status, err.count("\n")) == (1, 1)
    named = shlex.split(err.partition("needs boto3: ")[2])
    tried = [*named, "--dry-run", "--no-index", "--quiet", "--disable-pip-version-check"]
    pip = await asyncio.create_subprocess_exec(*tried, cwd=tmp_path)  # from any folder
    assert (named[0], await pip.wait()) == (sys.executable, 0)
    (tmp_path / "boto3.py").unlink()
    nobody = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull}
    nobody["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    status, _, err = await backup("--s3", "s3://backups", **nobody)
    assert (status, err.count("\n")) == (1, 1)
    assert "credentials" in err
    status, _, err = await backup("--s3", "s3://backups", AWS_ENDPOINT_URL="nowhere", **KEYS)
    assert (status, err) == (1, "bin/backup: S3: Invalid endpoint: nowhere\n")
    assert not folder.exists()


async def test_leftovers_of_a_killed_run_are_removed_by_the_next(backup, folder, place):
    folder.mkdir()
    left = [".pptbot-20260101T000000Z.partial", ".pptbot-20260101T000000Z.sha256"]
    for name in left:
        (folder / name).touch()
    living = ".pptbot-20260102T000000Z.partial"
    handle = locks.create(folder / living)
    scratch = "present_verify_20260101_000000_000000"
    used = "present_restore_20260101_000000_000000"
    others = ["present_before_20260101_000000_000000", "other_verify_20260101_000000_000000"]
    for name in (scratch, used, *others):
        place.made(name, migrated=False)
    with psycopg.connect(place.url("postgres"), autocommit=True) as holder:
        databases.hold(holder, used)
        status, out, err = await backup()
        assert (status, err) == (0, "")
        assert f'removed the database "{scratch}"' in out
        assert scratch not in place.databases()
        assert {used, *others} <= place.databases()
        assert living in names(folder)
        assert not {*left} & {*names(folder)}
    os.close(handle)
    await backup()
    assert living not in names(folder)
    assert used not in place.databases()


def test_a_program_reached_through_a_symlink_is_listed_once(tmp_path, monkeypatch):
    own = stand_ins(tmp_path / "usr")
    (tmp_path / "bin").symlink_to(own)
    monkeypatch.setenv("PATH", f"{own}:{tmp_path}/bin")
    there = [program.path for program in programs.find_programs("pg_dump", None)]
    assert there.count(own / "pg_dump") == 1
    assert tmp_path / "bin" / "pg_dump" not in there
