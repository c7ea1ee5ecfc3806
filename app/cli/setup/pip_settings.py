"""Hands on to uv what pip is told, above all the index that it takes packages from."""

import ast
import re
from collections.abc import Mapping
from typing import Final

# What uv calls the settings of pip, and what stands between several values there.
_SETTINGS: Final = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "no-index": ("UV_NO_INDEX", " "),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "constraint": ("UV_CONSTRAINT", " "),
    "cert": ("SSL_CERT_FILE", " "),
    "client-cert": ("SSL_CLIENT_CERT", " "),
    "proxy": ("ALL_PROXY", " "),
    "default-timeout": ("UV_HTTP_TIMEOUT", " "),
    "timeout": ("UV_HTTP_TIMEOUT", " "),
}


def translate_settings(listed: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return *environment* with the settings that `pip config list` has *listed*, for uv."""
    settings: dict[str, str] = {}
    for section in ("global", "install", ":env:"):  # the later goes before the earlier
        for name, value in re.findall(rf"^{section}\.([\w-]+)=(.*)$", listed, re.MULTILINE):
            settings[name] = str(ast.literal_eval(value))
    given = {"UV_PYTHON_DOWNLOADS": "never"}
    if "extra-index-url" in settings:
        given["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # as pip does
    for name in settings.keys() & _SETTINGS.keys():
        variable, between = _SETTINGS[name]
        given[variable] = between.join(settings[name].split())
    return given | dict(environment)
