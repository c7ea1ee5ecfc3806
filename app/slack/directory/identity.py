"""Who the app is in Slack: asked once with auth.test, never per event."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from app.slack.client import FAILURES, SlackClient, classify_failure

_log = structlog.get_logger()

_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 60.0


class Identity:
    """The app's own ids and the workspace's address; unknown until Slack has answered.

    No vote waits for that.
    """

    def __init__(self, client: SlackClient) -> None:
        self._client = client
        self.known = asyncio.Event()
        self.bot_user: str | None = None
        self.bot_id: str | None = None
        self.team: str | None = None
        """The workspace that the app is installed in; None for all of an organization."""
        self.enterprise: str | None = None
        """The organization that the workspace belongs to, if it does to one."""
        self.address = ""
        self.name = ""
        """What the app is called there, as people type it after an @."""

    def serves(self, team: str) -> bool:
        """Tell whether the app is installed in *team*, as far as it knows."""
        return self.team in (None, team)

    async def learn(self) -> None:
        """Ask Slack until it answers, or refuses for good."""
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
        """Take what `auth.test` answers."""
        self.bot_user, self.bot_id = answer.get("user_id"), answer.get("bot_id")
        self.address = _parse_address(answer.get("url"))
        self.enterprise = answer.get("enterprise_id")
        whole = answer.get("is_enterprise_install") is True
        # Where it is installed in a whole organization, that is named as the team.
        self.team = None if whole else answer.get("team_id")
        self.name = str(answer.get("user") or "")
        self.known.set()

    def create_authorizer(self) -> Callable[..., Awaitable[AuthorizeResult]]:
        """Return what Bolt asks for each event; it costs no Web API call."""

        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=enterprise_id,
                team_id=team_id,
                bot_token=self._client.token,
                bot_id=self.bot_id,
                bot_user_id=self.bot_user,
            )

        return authorize


def _parse_address(url: object) -> str:
    """Return the workspace's address, which links to messages begin with; empty for none."""
    fit = isinstance(url, str) and re.fullmatch(r"https?://[\w.:/-]{1,200}/", url)
    return fit[0] if fit else ""
