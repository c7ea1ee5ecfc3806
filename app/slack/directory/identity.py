"""The app's own identity in Slack, fetched once with auth.test rather than per event."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from app.slack.client import FAILURES, SlackClient, classify_failure
from app.slack.payloads.events import read_bot_user

_log = structlog.get_logger()

_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 60.0


class Identity:
    """The app's own ids and the workspace's URL; unknown until Slack has responded.

    No vote waits for them.
    """

    def __init__(self, client: SlackClient) -> None:
        self._client = client
        self.known = asyncio.Event()
        self.bot_user: str | None = None
        self.team: str | None = None
        """The workspace that the app is installed in; None if it's a whole organization."""
        self.enterprise: str | None = None
        """The organization that the workspace belongs to, if any."""
        self.address = ""
        self.name = ""
        """The app's name in the workspace, as people type it after an @."""

    def find_bot_user(self, body: dict[str, Any]) -> str | None:
        """Return the app's own user id, or as the delivery *body* names it if it's unknown yet."""
        return self.bot_user or read_bot_user(body)

    def serves(self, team: str) -> bool:
        """Return whether the app is installed in *team*, as far as is known."""
        return self.team in (None, team)

    def is_in(self, enterprise: str) -> bool:
        """Return whether the app's organization is *enterprise*, as far as is known."""
        return enterprise == self.enterprise or not self.known.is_set()

    async def learn(self) -> None:
        """Call auth.test until it succeeds or fails permanently."""
        pause = _FIRST_PAUSE
        while True:
            try:
                answer = await self._client.auth_test()
            except FAILURES as error:
                failed = classify_failure(error)
                _log.warning("slack.auth", reason=failed.reason, permanent=failed.permanent)
                if failed.permanent:
                    return
            else:
                self.update(answer)
                _log.info(
                    "slack.auth", team=self.team, enterprise=self.enterprise, bot=self.bot_user
                )
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def update(self, answer: AsyncSlackResponse) -> None:
        """Apply the response of auth.test."""
        self.bot_user = answer.get("user_id")
        self.address = _parse_address(answer.get("url"))
        self.enterprise = answer.get("enterprise_id")
        whole = answer.get("is_enterprise_install") is True
        # an organization-wide installation reports the organization as the team
        self.team = None if whole else answer.get("team_id")
        self.name = str(answer.get("user") or "")
        self.known.set()

    def create_authorizer(self) -> Callable[..., Awaitable[AuthorizeResult]]:
        """Return Bolt's authorize function, which makes no Web API call."""

        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            token = self._client.token
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

        return authorize


def _parse_address(url: object) -> str:
    """Return the workspace's URL, the start of links to messages; empty if *url* isn't one."""
    fit = isinstance(url, str) and re.fullmatch(r"https?://[\w.:/-]{1,200}/", url)
    return fit[0] if fit else ""
