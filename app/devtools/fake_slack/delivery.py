"""Slack's side of the Events API: signed requests to the app, retried when they fail."""

import asyncio
import io
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from app.devtools.fake_slack.events import sign_request

PATIENCE = 3.0
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Answer:
    """The app's response; status 0 means there was none, and *body* then says why."""

    status: int
    body: str

    @property
    def is_accepted(self) -> bool:
        """Return whether Slack counts the delivery as successful."""
        return 200 <= self.status < 300


class Delivery:
    """A sender of signed requests to one app's events URL.

    *retries* are the seconds to wait before each retry; Slack's own are 0, 60 and 300. *patience*
    is the timeout in seconds, and *now* returns Unix seconds.
    """

    def __init__(
        self,
        events_url: str,
        signing_secret: str,
        session: aiohttp.ClientSession,
        *,
        retries: tuple[float, ...] = (),
        patience: float = PATIENCE,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._url = events_url
        self._secret = signing_secret
        self._session = session
        self._retries = retries
        self._timeout = aiohttp.ClientTimeout(total=patience)
        self._now = now

    async def deliver(self, payload: Mapping[str, Any]) -> Answer:
        """Deliver an event, retrying as Slack does; return the last response."""
        body = json.dumps(payload).encode()
        answer = await self._post(body, JSON)
        for number, delay in enumerate(self._retries, start=1):
            if answer.is_accepted:
                break
            await asyncio.sleep(delay)
            answer = await self._post(body, JSON, _make_retry_headers(number, answer))
        return answer

    async def deliver_command(self, fields: Mapping[str, str]) -> Answer:
        """Deliver a slash command, which Slack never retries."""
        return await self._post(urlencode(fields).encode(), FORM)

    async def deliver_interaction(self, payload: Mapping[str, Any]) -> Answer:
        """Deliver a press, a submission or a closed modal, which Slack never retries."""
        return await self._post(urlencode({"payload": json.dumps(payload)}).encode(), FORM)

    async def _post(
        self, body: bytes, content_type: str, retry_headers: Mapping[str, str] | None = None
    ) -> Answer:
        headers = sign_request(self._secret, body, self._now()) | {"Content-Type": content_type}
        headers |= retry_headers or {}
        data = io.BytesIO(body)  # aiohttp warns about a raw body over 1 MB
        request = self._session.post(
            self._url, data=data, headers=headers, timeout=self._timeout, allow_redirects=False
        )
        try:
            async with request as response:
                return Answer(response.status, await response.text(errors="replace"))
        except TimeoutError:
            return Answer(0, "http_timeout")
        except aiohttp.ClientError:
            return Answer(0, "connection_failed")


def _make_retry_headers(number: int, answer: Answer) -> dict[str, str]:
    reason = "http_error" if answer.status else answer.body
    return {"x-slack-retry-num": str(number), "x-slack-retry-reason": reason}
