"""Commands name the database they use, and never use the embedded one by accident."""

import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import psycopg
import pytest

from app.__main__ import main
from app.cli import commands
from app.store.server import address
from tests.process import ROOT, environment
from tests.tables import each

DATA_COMMANDS = {
    "verify": [],
    "maintenance": [],
    "backup": [],
    "restore": ["file"],
    "import-json": ["file"],
    "export": [],
    "catch-up": ["--since", "2024-01-01"],
}
# Runs --help of each command, then prints which slow modules were imported.
HELP = """
import contextlib, sys
from app.__main__ import main
from app.cli.commands import COMMANDS
for name in COMMANDS:
    with contextlib.suppress(SystemExit):
        main([name, "--help"])
heavy = {"slack_bolt", "slack_sdk", "aiohttp", "matplotlib", "psycopg", "pydantic", "yoyo", "rich"}
print(sorted(heavy & sys.modules.keys()))
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Change to a folder without .env, and remove database variables from the environment."""
    for name in ("DATABASE_URL", "DATABASE_URL_FILE", "PGSSLMODE", "PGSSLROOTCERT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(commands, "LOCAL", tmp_path / ".local")


def test_help_imports_no_slow_modules():
    output = subprocess.run(
        [sys.executable, "-c", HELP],
        cwd=ROOT, env=environment(), capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    assert output.splitlines()[-1] == "[]"
    assert output.count("usage: bin/") == len(commands.COMMANDS)


def test_every_command_has_a_file_in_bin_and_a_starting_function():
    files = {path.name for path in (ROOT / "bin").iterdir()}
    assert files - commands.COMMANDS.keys() == {"setup", "test", "lint"}
    for command in commands.COMMANDS.values():
        assert command.name in files
        module, _, function = command.starter.partition(":")
        text = (ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
        assert f"\ndef {function}(" in text, command.starter


@each("name", DATA_COMMANDS)
def test_the_embedded_database_requires_embedded(name, capsys, tmp_path):
    assert main([name, *DATA_COMMANDS[name]]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"bin/{name}: DATABASE_URL is not set")
    assert "--embedded" in err
    assert not (tmp_path / ".local").exists()


@each("name", DATA_COMMANDS)
def test_each_help_has_the_option(name, capsys):
    with pytest.raises(SystemExit):
        main([name, "--help"])
    assert "--embedded" in capsys.readouterr().out


def test_embedded_overrides_database_url(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert main(["verify", "--embedded"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("0 scores")
    place = tmp_path / ".local" / "postgres"
    assert err == f"bin/verify: the database is the embedded PostgreSQL in {place}\n"


def test_the_database_is_named_without_the_password(monkeypatch, capsys, database_url):
    monkeypatch.setenv("DATABASE_URL", database_url.replace("postgres@", "postgres:hunter2@"))
    assert main(["verify"]) == 0
    err = capsys.readouterr().err
    assert err.startswith('bin/verify: the database is "shared" on /')
    assert err.endswith(", as postgres\n")
    assert "hunter2" not in err


def test_after_a_failure_only_that_is_told(monkeypatch, capsys, database_url):
    monkeypatch.setenv("DATABASE_URL", database_url)
    with psycopg.connect(database_url) as conn:
        conn.execute(
            "INSERT INTO leaderboard (team_id, board, target_id, score)"
            " VALUES ('T1', 'users', 'U1', 5)"
        )
    assert main(["verify"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("bin/verify: 1 score differs from the ledger")


def test_on_a_terminal_the_database_is_named_first(monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@127.0.0.1:1/none")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["verify"]) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert first == 'bin/verify: the database is "none" on 127.0.0.1:1, as u'
    assert second.startswith("bin/verify: the database: ")


@each(
    "url, description",
    [
        ("postgresql://u:p@db.example.com/votes", '"votes" on db.example.com:5432, as u'),
        ("postgresql://u@db1,db2:5433/votes", '"votes" on db1:5432,db2:5433, as u'),
        ("postgresql://u@/votes?host=/run/x", '"votes" on /run/x, as u'),
        ("postgresql://u@/votes?hostaddr=10.0.0.1", '"votes" on 10.0.0.1:5432, as u'),
    ],
)
def test_an_address_is_described(url, description, monkeypatch):
    for name in ("PGHOST", "PGPORT", "PGUSER", "PGDATABASE"):
        monkeypatch.delenv(name, raising=False)
    assert address.describe_database(url) == description


def test_the_description_includes_libpqs_environment(monkeypatch):
    monkeypatch.setenv("PGHOST", "db.example.com")
    monkeypatch.setenv("PGDATABASE", "votes")
    assert address.describe_database("postgresql://u@") == '"votes" on db.example.com:5432, as u'


@pytest.fixture
def without_tls() -> Iterator[int]:
    """The port of a server that refuses TLS."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with contextlib.suppress(OSError), server.accept()[0] as line:
                line.recv(8)
                line.sendall(b"N")
                line.recv(1)

        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1]
        socket.create_connection(server.getsockname()).close()  # in case that no client came
        thread.join()


def test_a_server_without_tls_is_reported_with_a_hint(without_tls, monkeypatch, capsys):
    url = f"postgresql://u:hunter2@db.example.com:{without_tls}/votes?hostaddr=127.0.0.1"
    monkeypatch.setenv("DATABASE_URL", url)
    assert main(["verify"]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "this server has no TLS" in err
    assert "?sslmode=disable" in err
    assert "docs/operate/deploy.md#certificates" in err
    assert "hunter2" not in err


@each(
    "reason, helps",
    [
        ('root certificate file "/x/root.crt" does not exist', "sslrootcert=FILE"),
        ("SSL error: certificate verify failed", "sslrootcert=FILE"),
        ('server certificate for "a" does not match host name "b"', "another sslmode"),
        ('connection is bad: invalid sslmode value: "bogus"', "correct DATABASE_URL"),
        ('invalid "ssl_min_protocol_version" value: "TLSv9"', "correct DATABASE_URL"),
        ('failed: invalid integer value "x" for connection option "keepalives"', "DATABASE_URL"),
        ('invalid port number: "99999"', "correct DATABASE_URL"),
        ("bad value for connect_timeout: 'abc'", "correct DATABASE_URL"),
        ("Connection refused", ""),
        ('FATAL: invalid value for parameter "x": "y"', "correct DATABASE_URL"),
    ],
)
def test_permanent_connection_errors_have_a_hint(reason, helps):
    assert helps in address.advise(reason)
    assert bool(address.advise(reason)) == bool(helps)


@each("password", ["p@ss", "p/ss", "p?ss", "p/s@s", "p/s?s", "ab/cd@ef", "p@/:ss"])
def test_an_unescaped_password_is_reported_but_not_shown(password, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", f"postgresql://u:{password}@db.example.com/votes")
    assert main(["verify"]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "write @ as %40, / as %2F" in err
    assert not [part for part in ("ss", "cd", "ef@", "p/") if part in err.replace("password", "")]


@each(
    "url",
    [
        "postgresql://u:p:ss@127.0.0.1:1/x",
        "postgresql://u:p%40%2F%3A@127.0.0.1:1/x",
        "postgresql://127.0.0.1:1/x?user=a@b",
        "postgresql:///x?host=/a@b",
        "postgresql://[::1]:1/x",
        "postgresql://127.0.0.1:1,127.0.0.1:2/x",
    ],
)
def test_valid_addresses_are_accepted(url, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", url)
    main(["verify"])
    assert "has unescaped characters" not in capsys.readouterr().err
