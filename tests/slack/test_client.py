"""What a refused Web API call means."""

import aiohttp

from app.slack.client import Failure, SlackClient, try_call
from tests.patience import PATIENCE
from tests.tables import each

# Slack's documentation describes each of these as temporary.
TEMPORARY = (
    "external_channel_migrating", "fatal_error", "fetch_members_failed", "internal_error",
    "message_limit_exceeded", "org_login_required", "rate_limited", "ratelimited",
    "request_timeout", "service_unavailable", "team_added_to_org", "update_failed",
)  # fmt: skip
PERMANENT = ("channel_not_found", "invalid_auth", "is_archived", "org_not_found", "unheard_of")


@each(
    ("error", "permanent"),
    [(error, False) for error in TEMPORARY] + [(error, True) for error in PERMANENT],
)
async def test_refusal_that_passes_is_not_permanent(slack, error, permanent):
    slack.fail("auth.test", error=error)
    async with aiohttp.ClientSession() as session:
        client = SlackClient(token=slack.bot_token, base_url=slack.api_url, session=session)
        failed = await try_call(client.auth_test(), PATIENCE)
    assert isinstance(failed, Failure)
    assert (failed.reason, failed.permanent) == (error, permanent)
