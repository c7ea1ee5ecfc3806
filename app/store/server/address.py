"""Describes and secures database addresses, and explains connection errors."""

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
_REPLICA: Final = "docs/operate/deploy.md#a-replica-for-reading"
_CONFLICT: Final = "conflict with recovery"
"""What a standby says when it has removed the rows that a query was reading."""
_LONGEST: Final = 300
"""Characters shown of a database's message, which may quote a value of any length."""
_CAUSE: Final = re.compile(r"\b(FATAL|PANIC|error|could not)\b")
_CONFIGURATION: Final = "docs/operate/troubleshoot.md#configuration"
# libpq's messages about an invalid value in an address, which retrying can't fix.
_BAD_VALUE: Final = re.compile(
    r"\binvalid (integer )?(\S+ )?value\b|\bbad value for\b|\binvalid port number\b"
    r"|\binvalid SSL protocol\b|\bcould not parse network address\b"
)
# libpq's messages when both sides can't agree on encryption, and what helps then.
_HINTS: Final = {
    r"server does not support SSL": (
        "this server has no TLS: if you trust the network to it, add ?sslmode=disable to"
        " DATABASE_URL"
    ),
    r"root certificate file .* does not exist": (
        "name the file of the authority that signed the server's certificate: sslrootcert=FILE"
    ),
    r"certificate verify failed|does not match host name": (
        "the server's certificate could not be verified: name its authority with"
        " sslrootcert=FILE, or choose another sslmode"
    ),
}
# Where Debian, Red Hat and Alpine keep them: a separately built Python may look elsewhere.
_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)
_OWN: Final = Path("~/.postgresql/root.crt")
_PRIVATE_NAMES: Final = (".internal", ".local", ".localdomain", ".flycast", ".svc")


def describe_database(url: str) -> str:
    """Return a description of the database that *url* leads to, without its password."""
    given = _complete(url)
    user = given.get("user", "nobody")
    name = given.get("dbname", user)
    hosts = (given.get("host") or given.get("hostaddr") or "this machine").split(",")
    ports = given.get("port", "").split(",")
    ports += ports[-1:] * (len(hosts) - len(ports))  # a single port applies to all hosts
    where = ",".join(_join(host, port) for host, port in zip(hosts, ports, strict=False))
    return f'"{name}" on {where}, as {user}'


def _join(host: str, port: str) -> str:
    return host if host.startswith("/") else f"{host}:{port or 5432}"


def _complete(url: str) -> dict[str, str]:
    """Return the options of *url* and of its service, and libpq's variables and defaults.

    It has an sslmode only if somebody has chosen one: libpq's default is left out.
    """
    given = {key: str(value) for key, value in conninfo.conninfo_to_dict(url).items()}
    if service := given.get("service"):
        os.environ["PGSERVICE"] = service  # libpq tells no other service's options
    chosen = os.environ.setdefault("PGSSLMODE", "")  # takes the place of the default
    known = {
        one.keyword.decode(): one.val.decode() for one in pq.Conninfo.get_defaults() if one.val
    }
    if not chosen:
        del os.environ["PGSSLMODE"]
    return known | given


def protect_url(url: str) -> str:
    """Return *url* with verification of the server's certificate added, if it can have one.

    An sslmode in the URL, its service or PGSSLMODE always stays. If it's `verify-full` without a
    file of authorities, the machine's are used. Inside a private network (sockets, loopback,
    private addresses, names without a dot or in private zones) there is seldom a certificate that
    could be checked, so nothing is added.
    """
    given = _complete(url)
    chosen = given.get("sslmode", "")
    if chosen not in ("", "verify-full") or (
        not chosen and all(map(_is_private, _list_hosts(given)))
    ):
        return url
    path = given.get("sslrootcert")
    if not path and chosen and _OWN.expanduser().is_file():
        return url  # libpq reads it by itself
    return conninfo.make_conninfo(
        url, sslmode="verify-full", sslrootcert=path or _find_authorities()
    )


def _find_authorities() -> str:
    """Return the file of the authorities that the machine trusts; "system" if none is found."""
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
    """Return what helps when connecting fails for *reason*, or "" if that is unknown."""
    for pattern, hint in _HINTS.items():
        if re.search(pattern, reason):
            return f"{hint} (see {_CERTIFICATES})"
    if _BAD_VALUE.search(reason):
        return f"correct DATABASE_URL, or the PG… variable it comes from (see {_CONFIGURATION})"
    return ""


@contextmanager
def explain_errors() -> Iterator[None]:
    """Turn database errors inside into a CommandError that says what to do."""
    try:
        yield
    except psycopg.Error as error:
        raise CommandError(_explain(error)) from error


def _explain(error: psycopg.Error) -> str:
    """Return one line with the database's message, and what to do or where to read on."""
    first = str(error).partition("\n")[0]
    line = f"the database: {first if len(first) <= _LONGEST else first[:_LONGEST] + '…'}"
    if isinstance(error, psycopg.errors.ReadOnlySqlTransaction) or _CONFLICT in first:
        return f"{line} (see {_REPLICA})"
    if isinstance(error, psycopg.OperationalError):
        hint = advise(str(error))
        return f"{line}; {hint}" if hint else f"{line} (see {_AWAY})"
    return line


def find_cause(output: str) -> str:
    """Return the line of *output*, a PostgreSQL program's output, that says why it failed."""
    lines = [line for line in output.strip().splitlines() if line]
    causes = [line for line in lines if _CAUSE.search(line)]
    return (causes or lines[-1:] or [""])[0].rpartition(" ... ")[2]  # without the step it was at
