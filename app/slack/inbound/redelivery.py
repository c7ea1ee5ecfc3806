"""Commands, button presses and forms that Slack delivers again over Socket Mode.

Over HTTP, Slack delivers each of them once. Over a socket, it delivers one again if it has seen no
acknowledgment within 3 s, or if the connection ended before that.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final
from weakref import WeakValueDictionary

from cachetools import TTLCache
from slack_bolt.response import BoltResponse

_SECONDS: Final = 600.0
"""How long a response is kept; Slack's last try comes after some 6 minutes."""
_MOST: Final = 1000


class Redeliveries:
    """Remembers responses, so that what Slack delivers again isn't done again.

    Events aren't remembered: what they store is already idempotent.
    """

    def __init__(self) -> None:
        self._responses: TTLCache[str, BoltResponse] = TTLCache(_MOST, _SECONDS)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def respond(
        self, payload: dict[str, Any], process: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        """Return the response to *payload*: that of *process*, or the one it gave before.

        A delivery waits for an earlier one. Only a response of status 200 is kept.
        """
        if not isinstance(payload.get("trigger_id"), str):
            return await process()
        key = hashlib.sha256(json.dumps(payload).encode()).hexdigest()
        async with self._locks.setdefault(key, asyncio.Lock()):
            response = self._responses.get(key) or await process()
            if response.status == 200:
                self._responses[key] = response
            return response
