"""Names of the other organizations that channels are shared with (Slack Connect)."""

from typing import Any, Final

import structlog
from cachetools import TLRUCache

from app.core.grammar.tokens import replace_unfit
from app.slack.client import Failure, SlackClient, try_call

_log = structlog.get_logger()

_MEMORY: Final = 24 * 3600.0
"""Seconds for which a name is cached."""
_RETRY_AFTER: Final = 300.0
"""Seconds before Slack is asked again for a name that it didn't give."""
_MOST: Final = 10_000


class Organizations:
    """Names of organizations, fetched from Slack once a day."""

    def __init__(self, client: SlackClient) -> None:
        self._client = client
        self._names: TLRUCache[str, str] = TLRUCache(
            _MOST, lambda _home, name, now: now + (_MEMORY if name else _RETRY_AFTER)
        )

    async def read_name(self, home: str) -> str | None:
        """Return the name of the workspace *home*; None if Slack doesn't give it."""
        name = self._names.get(home)
        if name is None:
            name = self._names[home] = await self._ask_slack(home) or ""
        return name or None

    async def _ask_slack(self, home: str) -> str | None:
        answer = await try_call(self._client.team_info(team=home), self._client.timings.lookup)
        if isinstance(answer, Failure):
            _log.info("organization.unknown", reason=answer.reason)
            return None
        info: Any = answer.get("team")
        name = info.get("name") if isinstance(info, dict) and info.get("id") == home else None
        return replace_unfit(name).strip() or None if isinstance(name, str) else None
