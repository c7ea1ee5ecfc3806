"""The embedded PostgreSQL on real machines: odd folders, root, killed processes."""

import asyncio
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from app.devtools import temporary
from app.devtools.temporary import run_temporary
from app.store.server import account, address, embedded
from app.store.server.account import AccountError
from app.store.server.embedded import EmbeddedError, EmbeddedServer, InUseError, run_postgres
from tests.cluster import signal_all
from tests.patience import PATIENCE
from tests.process import ROOT, environment

# A process started by nohup ignores SIGHUP, and so do its children.
HOLD = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from app.store.server.embedded import run_postgres
from app.devtools.temporary import run_temporary
with {how} as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def filled(prototype, tmp_path) -> Path:
    """The folder of a stopped server's data; a copy, because creating it takes longer."""
    subprocess.run(["cp", "-a", prototype, tmp_path / "postgres"], check=True)
    return tmp_path / "postgres"


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url) as conn:
            return conn.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


async def hold(how: str, folder: Path) -> tuple[asyncio.subprocess.Process, str]:
    """Start a process that runs an embedded server until its input ends; return its URL too."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD.format(how=how), cwd=ROOT,
        env=environment(TMPDIR=str(folder)),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    return process, (await process.stdout.readline()).decode().strip()


def test_a_folder_below_closed_ones_works_without_opening_them(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    users = pwd.getpwall()
    above = {path: path.stat().st_mode for path in (closed, *closed.parents)}
    with run_postgres(closed / "with a space" / "postgres") as url:
        assert answers(url)
    assert not answers(url)
    assert {path: path.stat().st_mode for path in above} == above
    assert pwd.getpwall() == users


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to run it as somebody else")
def test_programs_in_a_closed_folder_can_be_run(tmp_path, monkeypatch):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    there = embedded.find_own_programs()
    for name in (there.parents[1].name, f"{there.parents[1].name}.libs"):
        shutil.copytree(there.parents[2] / name, closed / name, symlinks=True)
    own = closed.joinpath(*there.parts[-3:])
    monkeypatch.setattr(embedded, "find_own_programs", lambda: own)
    with run_postgres(closed / "postgres") as url:
        assert answers(url)
    assert closed.stat().st_mode & 0o777 == 0o700


def test_neither_the_path_nor_the_locale_of_the_caller_matters(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("LC_ALL", "xx_XX.UTF-8")
    with run_temporary() as url:
        assert answers(url)


@pytest.mark.parametrize("keep", [True, False])
def test_only_data_that_is_kept_is_synced_to_disk(tmp_path, monkeypatch, keep):
    begun = []

    def run(_server, *command):
        begun.append(command)
        raise OSError("enough")

    monkeypatch.setattr(EmbeddedServer, "run", run)
    with pytest.raises(EmbeddedError, match=r"\(enough\); set DATABASE_URL"):
        EmbeddedServer(tmp_path / "postgres", keep=keep).open()
    (initdb,) = begun
    assert ("--no-sync" in initdb) is not keep
    assert ("--sync-method=syncfs" in initdb) is (keep and sys.platform == "linux")


def test_other_users_cannot_connect(filled):
    with run_postgres(filled) as url, psycopg.connect(url) as conn:
        assert conn.execute("SHOW listen_addresses").fetchone() == ("",)
        sockets = Path(conn.info.host)
        assert {each.stat().st_mode & 0o077 for each in (sockets, *sockets.glob(".s.*"))} == {0}


def test_an_interrupt_from_the_terminal_does_not_reach_the_server(filled):
    with run_postgres(filled):
        pid = EmbeddedServer(filled).pid
        assert os.getsid(pid) != os.getsid(0)


def test_processes_share_a_server_until_the_last_one_exits(filled):
    with run_postgres(filled) as first:
        with run_postgres(filled) as second:
            assert second == first
        assert answers(first)
        with pytest.raises(InUseError), run_postgres(filled, shared=False):
            pass
        assert answers(first)
    with run_postgres(filled, shared=False) as alone:
        with pytest.raises(InUseError), run_postgres(filled):
            pass
        assert answers(alone)
    assert not answers(alone)


def test_the_process_that_started_it_may_exit_first(filled):
    first, second = (EmbeddedServer(filled) for _ in range(2))
    first.open()
    second.open()
    url = second.url
    first.close()
    assert answers(url)
    second.close()
    assert not answers(url)


def test_a_reused_pid_is_not_taken_for_the_server(filled):
    with run_postgres(filled):
        note = (filled / "postmaster.pid").read_text()
    # PostgreSQL itself ignores the pids of other users' processes.
    user = filled.stat().st_uid
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, user=user) as other:
        (filled / "postmaster.pid").write_text("\n".join([str(other.pid), *note.splitlines()[1:]]))
        with run_postgres(filled) as url:
            assert answers(url)


def test_data_of_another_version_is_refused_untouched(tmp_path):
    folder = tmp_path / "postgres"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedError, match="has data of PostgreSQL 16"), run_postgres(folder):
        pass
    assert [path.name for path in folder.iterdir()] == ["PG_VERSION"]


def test_an_unwritable_folder_is_reported_with_advice():
    with (
        pytest.raises(EmbeddedError, match=r"/sys/pptbot cannot be written to .*: copy pptbot to"),
        run_postgres(Path("/sys/pptbot/postgres")),
    ):
        pass


def test_a_failure_of_a_program_is_reported_with_its_cause(filled):
    with pytest.raises(OSError, match=r"initdb: error: directory .* exists but is not empty"):
        EmbeddedServer(filled).run("initdb", "-D", str(filled))
    with (filled / "postgresql.conf").open("a") as file:
        file.write("nonsense = 1\n")
    with pytest.raises(EmbeddedError, match=r"\(it exited with 1\); see .*/log or set "):
        EmbeddedServer(filled).open()


def test_a_server_that_does_not_answer_yet_is_not_given_up(filled):
    left = EmbeddedServer(filled)
    left.open()
    left._stack.close()  # as the kernel does for a killed process
    pid = left.pid
    Path(conninfo_to_dict(left.url)["host"], ".s.PGSQL.5432").unlink()
    with pytest.raises(EmbeddedError, match="it exited with 1"), run_postgres(filled):
        pass
    assert left.pid == pid
    os.kill(pid, signal.SIGINT)
    left._process.wait()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may own data as somebody else")
def test_data_of_an_unknown_user_is_reported_with_advice(filled):
    os.chown(filled, 3_999_999, 3_999_999)
    with (
        pytest.raises(EmbeddedError, match=r"no user 3999999, who owns .* or set DATABASE_URL"),
        run_postgres(filled),
    ):
        pass


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
async def test_signals_stop_the_server(filled, tmp_path, number):
    process, url = await hold(f"run_postgres(Path('{filled}'))", tmp_path)
    assert answers(url)
    process.send_signal(number)
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 128 + number
    assert not answers(url)


async def test_leftovers_of_a_killed_process_are_removed_by_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    process, url = await hold("run_temporary()", tmp_path)
    living, other = await hold("run_temporary()", tmp_path)
    process.kill()
    await process.wait()
    assert answers(url)
    with run_temporary():
        assert not answers(url)
        assert answers(other)
        assert len(list(tmp_path.glob("pptbot-postgres-*"))) == 2
    await living.communicate(b"")
    assert list(tmp_path.glob("pptbot-postgres-*")) == []


async def test_leftovers_of_a_process_killed_with_its_server_suspended_are_removed(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    process, url = await hold("run_temporary()", tmp_path)
    with psycopg.connect(url, autocommit=True) as conn:
        pid = conn.info.backend_pid
        signal_all(psutil.Process(pid).ppid(), signal.SIGSTOP)
        process.kill()
        await process.wait()
        with run_temporary():
            assert not psutil.pid_exists(pid)
            assert len(list(tmp_path.glob("pptbot-postgres-*"))) == 1


END_REAPED = """
import os, psutil, signal
from app.store.server.embedded import _end_process
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system reaps, as for orphans
for _ in range(10):
    pid = os.fork() or signal.pause()
    _end_process(psutil.Process(pid), signal.SIGKILL)
"""


def test_a_process_that_is_reaped_at_once_is_ended():
    subprocess.run([sys.executable, "-c", END_REAPED], cwd=ROOT, check=True, timeout=PATIENCE)


def test_a_folder_that_its_process_has_just_removed_is_no_leftover(tmp_path):
    temporary._remove_abandoned(tmp_path / "pptbot-postgres-gone")


def test_a_server_left_by_a_killed_process_is_reused_and_stopped(filled):
    left = EmbeddedServer(filled)
    left.open()
    left._stack.close()  # as the kernel does for a killed process
    with run_postgres(filled, shared=False) as url:
        assert answers(url)
    assert not answers(url)
    left._process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT])
async def test_a_zombie_counts_as_stopped(filled, tmp_path, number):
    holder, _ = await hold(f"run_postgres(Path('{filled}'))", tmp_path)
    server = EmbeddedServer(filled)
    pid = server.pid
    try:
        server.stop(number)
        assert psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        server.start()
        assert answers(server.url)
        server.stop()
    finally:
        await holder.communicate(b"")


def test_a_long_path_gets_a_socket_elsewhere_that_is_removed_too(tmp_path):
    folder = tmp_path / ("x" * 100) / "postgres"
    with run_postgres(folder, keep=False) as url:
        place = Path(psycopg.conninfo.conninfo_to_dict(url)["host"])
        assert answers(url)
        assert place.stat().st_mode & 0o777 == 0o700
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(f"{place}/.s.PGSQL.5432")
    assert not place.exists()
    assert not folder.exists()


class TestRoot:
    """Which account runs PostgreSQL when root starts it."""

    @pytest.fixture(autouse=True)
    def root(self, monkeypatch):
        monkeypatch.setattr(account.os, "geteuid", lambda: 0)

    def test_it_is_nobody_at_first_and_then_the_owner_of_the_data(self, tmp_path, monkeypatch):
        owned = {"st_uid": 0}
        monkeypatch.setattr(Path, "stat", lambda _, **__: type("Stat", (), owned))
        assert account.choose_account(tmp_path).pw_name == "nobody"
        owned["st_uid"] = pwd.getpwnam("daemon").pw_uid
        assert account.choose_account(tmp_path).pw_name == "daemon"
        owned["st_uid"] = 3_999_999
        with pytest.raises(AccountError, match="start pptbot as an ordinary user"):
            account.choose_account(tmp_path)
        monkeypatch.setattr(account.os, "geteuid", lambda: 1000)
        assert account.choose_account(tmp_path) is None

    def test_a_closed_folder_that_it_cannot_pass_is_named(self, tmp_path, monkeypatch):
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        monkeypatch.setattr(account, "_may_pass", lambda: False)
        with pytest.raises(AccountError, match=r"nobody may not access /.*set DATABASE_URL"):
            account.prepare_switch(pwd.getpwnam("nobody"), [closed])
        own = pwd.getpwuid(os.getuid())
        assert account.prepare_switch(own, [closed])
        closed.chmod(0o677)
        with pytest.raises(AccountError, match=f"{own.pw_name} may not access {closed}"):
            account.prepare_switch(own, [closed])


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ('making x ... initdb: error: could not write "x": No space left\ninitdb: removing all\n',
         'initdb: error: could not write "x": No space left'),
        ("2026 LOG:  starting\n2026 FATAL:  could not map memory\n2026 LOG:  shutting down\n",
         "2026 FATAL:  could not map memory"),
        ("one\ntwo\n", "two"),
        ("", ""),
    ],
)  # fmt: skip
def test_the_cause_is_found_in_the_output_of_a_program(said, cause):
    assert address.find_cause(said) == cause
