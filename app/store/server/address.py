"""Says where an address leads, how the way is protected, and what to do when it fails."""

import ipaddress
import os
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import conninfo, pq

from app import CommandError

_CERTIFICATES: Final = "docs/operate/deploy.md#certificates"
_AWAY: Final = "docs/operate/troubleshoot.md#database-away"
_LONGEST: Final = 300
"""Characters of what the database said, which may quote a value of any length."""
_CAUSE: Final = re.compile(r"\b(FATAL|PANIC|error|could not)\b")
_CONFIGURATION: Final = "docs/operate/troubleshoot.md#configuration"
# What libpq says of an address with a value that it does not take: no waiting mends that.
_BAD_VALUE: Final = re.compile(
    r"\binvalid (integer )?(\S+ )?value\b|\bbad value for\b|\binvalid port number\b"
    r"|\binvalid SSL protocol\b|\bcould not parse network address\b"
)
# What libpq says when the two sides do not agree on how to encrypt, and what helps then.
_HINTS: Final = {
    r"server does not support SSL": (
        "this server has no TLS: where the network to it can be trusted, add ?sslmode=disable to"
        " DATABASE_URL"
    ),
    r"root certificate file .* does not exist": (
        "name the file of the authority that signed the server's certificate: sslrootcert=FILE"
    ),
    r"certificate verify failed|does not match host name": (
        "the server's certificate does not prove that it is this host: name its authority with"
        " sslrootcert=FILE, or choose another sslmode"
    ),
}
# Where Debian, Red Hat and Alpine keep them: a Python of its own may look elsewhere.
_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)
_OWN: Final = Path("~/.postgresql/root.crt")
_PRIVATE_NAMES: Final = (".internal", ".local", ".localdomain", ".flycast", ".svc")


def describe_database(url: str) -> str:
    """Return in words which database *url* leads to, without its password."""
    given = {key: str(value) for key, value in conninfo.conninfo_to_dict(url).items()}
    for option in pq.Conninfo.get_defaults():  # libpq's own variables, and what it falls back on
        if option.val:
            given.setdefault(option.keyword.decode(), option.val.decode())
    user = given.get("user", "nobody")
    name = given.get("dbname", user)
    hosts = (given.get("host") or given.get("hostaddr") or "this machine").split(",")
    ports = given.get("port", "").split(",")
    ports += ports[-1:] * (len(hosts) - len(ports))  # one port is for all hosts
    where = ",".join(_join(host, port) for host, port in zip(hosts, ports, strict=False))
    return f'"{name}" on {where}, as {user}'


def _join(host: str, port: str) -> str:
    return host if host.startswith("/") else f"{host}:{port or 5432}"


def protect_url(url: str) -> str:
    """Return *url* so that the server's certificate is checked, where it can have one.

    What the URL itself or PGSSLMODE says always stands; where it says `verify-full` and names no
    authorities, those of the machine are meant. Inside a private network (sockets,
    loopback, private addresses, names without a dot or of private zones) there is seldom a
    certificate that anybody could check, so nothing is added.
    """
    given = conninfo.conninfo_to_dict(url)
    chosen = given.get("sslmode") or os.environ.get("PGSSLMODE")
    if chosen not in (None, "verify-full") or (
        not chosen and all(map(_is_private, _list_hosts(given)))
    ):
        return url
    path = given.get("sslrootcert") or os.environ.get("PGSSLROOTCERT")
    if not path and chosen and _OWN.expanduser().is_file():
        return url  # libpq reads it by itself
    return conninfo.make_conninfo(
        url, sslmode="verify-full", sslrootcert=path or _find_authorities()
    )


def _find_authorities() -> str:
    """Return the file of the authorities that the machine trusts."""
    known = ssl.get_default_verify_paths()
    files = (known.cafile, known.openssl_cafile, *_BUNDLES)
    return next((path for path in files if path and Path(path).is_file()), "system")


def _list_hosts(given: Mapping[str, Any]) -> list[str]:
    return str(given.get("host") or given.get("hostaddr") or "").split(",")


def _is_private(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host.startswith("/") or "." not in host or host.lower().endswith(_PRIVATE_NAMES)


def advise(reason: str) -> str:
    """Return what helps when connecting fails for *reason*, or nothing where it is not known."""
    for pattern, hint in _HINTS.items():
        if re.search(pattern, reason):
            return f"{hint} (see {_CERTIFICATES})"
    if _BAD_VALUE.search(reason):
        return f"correct DATABASE_URL, or the PG… variable it comes from (see {_CONFIGURATION})"
    return ""


@contextmanager
def explain_errors() -> Iterator[None]:
    """Turn what the database refuses inside into a CommandError that says what to do."""
    try:
        yield
    except psycopg.Error as error:
        raise CommandError(_explain(error)) from error


def _explain(error: psycopg.Error) -> str:
    """Return in one line what the database said, and what to do or where to read on."""
    first = str(error).partition("\n")[0]
    line = f"the database: {first if len(first) <= _LONGEST else first[:_LONGEST] + '…'}"
    if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
        return f"{line} (see docs/operate/deploy.md#a-replica-for-reading)"
    if isinstance(error, psycopg.OperationalError):
        hint = advise(str(error))
        return f"{line}; {hint}" if hint else f"{line} (see {_AWAY})"
    return line


def find_cause(said: str) -> str:
    """Return the line of what one of PostgreSQL's programs *said* that tells why it failed."""
    lines = [line for line in said.strip().splitlines() if line]
    causes = [line for line in lines if _CAUSE.search(line)]
    return (causes or lines[-1:] or [""])[0].rpartition(" ... ")[2]  # what was being done, before
