"""A server on the open network must show a verifiable certificate; one nearby needn't."""

from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from app import CommandError
from app.store.server.address import describe_database, explain_errors, protect_url


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:///pptbot",
        "postgresql:///pptbot?host=/var/run/postgresql",
        "postgresql://u@localhost/pptbot",
        "postgresql://u:p@127.0.0.1:5433/pptbot",
        "postgresql://u@[::1]/pptbot",
        "postgresql://u@10.1.2.3/pptbot",
        "postgresql://u@192.168.7.7/pptbot",
        "postgresql://u@172.16.0.9/pptbot",
        "postgresql://u@[fdaa::3]/pptbot",
        "postgresql://u@db/pptbot",
        "postgresql://u@postgres:5432/pptbot",
        "postgresql://u@DB.Railway.Internal/pptbot",
        "postgresql://u@db.namespace.svc/pptbot",
        "postgresql://u@nas.local/pptbot",
        "postgresql://u@app-db.flycast/pptbot",
        "postgresql://u@db1,db2/pptbot?target_session_attrs=read-write",
        "postgresql://u@10.0.0.1:5432,10.0.0.2:5433/pptbot",
        "postgresql:///pptbot?hostaddr=10.0.0.1",
        "postgresql:///pptbot?host=/srv/pg.data",
    ],
)
def test_private_network_urls_are_unchanged(url):
    assert protect_url(url) == url


@pytest.mark.parametrize("mode", ["disable", "prefer", "require", "verify-ca"])
@pytest.mark.parametrize("host", ["db.example.com", "8.8.8.8", "localhost"])
def test_an_sslmode_in_the_url_is_kept(host, mode):
    url = f"postgresql://u@{host}/pptbot?sslmode={mode}"
    assert protect_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@db.example.com/pptbot",
        "postgres://u:p%40ss@ec2-3-4-5-6.compute-1.amazonaws.com:5432/d123",
        "postgresql://u@8.8.8.8/pptbot",
        "postgresql://u@[2001:4860:4860::8888]/pptbot",
        "postgresql:///pptbot?host=db.example.com",
        "postgresql:///pptbot?hostaddr=8.8.8.8",
        "postgresql://u@db1,db.example.com/pptbot",
        "postgresql://u@localhost.example.com/pptbot",
        "postgresql://u@internal.example.com/pptbot",
    ],
)
def test_servers_on_the_open_network_must_be_verified(url):
    before, after = conninfo_to_dict(url), conninfo_to_dict(protect_url(url))
    assert after["sslmode"] == "verify-full"
    assert Path(after["sslrootcert"]).is_absolute()
    assert {k: v for k, v in after.items() if not k.startswith("ssl")} == before


def test_a_server_that_the_environment_names_must_be_verified(monkeypatch):
    monkeypatch.setenv("PGHOST", "db.example.com")
    assert conninfo_to_dict(protect_url("postgresql:///pptbot"))["sslmode"] == "verify-full"


def test_an_empty_sslmode_in_the_environment_is_no_choice(monkeypatch):
    monkeypatch.setenv("PGSSLMODE", "")
    after = protect_url("postgresql://u@db.example.com/pptbot")
    assert conninfo_to_dict(after)["sslmode"] == "verify-full"


@pytest.fixture
def services(tmp_path, monkeypatch):
    """Services of a file that libpq reads: one to verify, and those to leave as they are."""
    file = tmp_path / "services.conf"
    file.write_text(
        "[open]\nhost=db.example.com\ndbname=votes\nuser=bot\n"
        "[verified]\nhost=db.example.com\nsslmode=verify-ca\nsslrootcert=/etc/own.pem\n"
        "[nearby]\nhost=10.0.0.1\n"
        "[choosy]\nhost=db.example.com\nsslmode=prefer\n"
    )
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    monkeypatch.setenv("PGSERVICE", "")


@pytest.mark.usefixtures("services")
def test_the_servers_of_services_must_be_verified_too():
    after = conninfo_to_dict(protect_url("postgresql://?service=open"))
    assert (after["service"], after["sslmode"]) == ("open", "verify-full")
    for name in ("verified", "nearby", "choosy"):
        assert protect_url(f"postgresql://?service={name}") == f"postgresql://?service={name}"


@pytest.mark.usefixtures("services")
def test_a_service_is_described():
    described = describe_database("postgresql://?service=open")
    assert described == '"votes" on db.example.com:5432, as bot'


def test_a_root_certificate_in_the_url_or_the_environment_is_kept(monkeypatch):
    monkeypatch.setenv("PGSSLROOTCERT", "/etc/all.pem")
    url = "postgresql://u@db.example.com/pptbot"
    assert conninfo_to_dict(protect_url(url))["sslrootcert"] == "/etc/all.pem"
    url += "?sslrootcert=/etc/own.pem"
    assert conninfo_to_dict(protect_url(url))["sslrootcert"] == "/etc/own.pem"


@pytest.mark.parametrize("host", ["db.example.com", "db", "10.0.0.1"])
def test_verify_full_without_authorities_uses_those_of_the_machine(host, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    url = f"postgresql://u@{host}/pptbot?sslmode=verify-full"
    path = Path(conninfo_to_dict(protect_url(url))["sslrootcert"])
    assert path.is_absolute()
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    assert conninfo_to_dict(protect_url(f"postgresql://u@{host}/pptbot"))["sslrootcert"]
    own = tmp_path / ".postgresql" / "root.crt"
    own.parent.mkdir()
    own.touch()
    assert protect_url(url) == url


def test_of_a_message_of_the_database_only_the_beginning_is_shown():
    with pytest.raises(CommandError) as explained, explain_errors():
        raise psycopg.DataError(f"not a number: {'x' * 300}\nCONTEXT:  what else was written")
    line = str(explained.value)
    assert line.startswith("the database: not a number: xxx")
    assert line.endswith("x…")
    assert len(line) < 320
