"""The client of Slack's Web API, which knows how long the app waits for its answers."""

from slack_sdk.web.async_client import AsyncWebClient

from app.core.timings import PRODUCTION, Timings


class SlackClient(AsyncWebClient):
    """Slack's own client, with the *timings* of those who use it."""

    timings: Timings = PRODUCTION
    granted_scopes: str = ""
    """Those that Slack's last answer has named; empty before one did."""
