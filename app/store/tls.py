"""Decides how a connection to PostgreSQL is protected when DATABASE_URL does not say."""

import ipaddress
import ssl
from collections.abc import Mapping
from typing import Any, Final

from psycopg import conninfo

_PRIVATE_NAMES: Final = (".internal", ".local", ".localdomain", ".flycast", ".svc")


def protected(url: str) -> str:
    """Return *url* so that the server's certificate is checked, where it can have one.

    What the URL itself says of `sslmode` always stands. Inside a private network (sockets,
    loopback, private addresses, names without a dot or of private zones) there is seldom a
    certificate that anybody could check, so nothing is added.
    """
    given = conninfo.conninfo_to_dict(url)
    if "sslmode" in given or all(map(_is_private, _hosts(given))):
        return url
    authorities = ssl.get_default_verify_paths()
    path = given.get("sslrootcert") or authorities.cafile or authorities.openssl_cafile
    return conninfo.make_conninfo(url, sslmode="verify-full", sslrootcert=path)


def _hosts(given: Mapping[str, Any]) -> list[str]:
    return str(given.get("host") or given.get("hostaddr") or "").split(",")


def _is_private(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host.startswith("/") or "." not in host or host.endswith(_PRIVATE_NAMES)
