"""Decides how a connection to PostgreSQL is protected when DATABASE_URL does not say."""

import ipaddress
import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from psycopg import conninfo

# Where Debian, Red Hat and Alpine keep them: a Python of its own may look elsewhere.
_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)
_OWN: Final = Path("~/.postgresql/root.crt")
_PRIVATE_NAMES: Final = (".internal", ".local", ".localdomain", ".flycast", ".svc")


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
