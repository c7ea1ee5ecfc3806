"""The scopes that the manifests ask for: what the app needs in Slack."""

from collections.abc import Sequence
from typing import Final

SCOPES: Final = (
    "app_mentions:read", "channels:history", "channels:read", "chat:write", "commands",
    "files:write", "groups:history", "groups:read", "im:write", "reactions:read",
    "reactions:write", "team:read", "usergroups:read", "users:read",
)  # fmt: skip


def find_missing_scopes(granted: str) -> Sequence[str]:
    """Return which scopes are not among those *granted*, as Slack lists them in each answer."""
    had = {scope.strip() for scope in granted.split(",")}
    return [scope for scope in SCOPES if scope not in had] if granted else ()
