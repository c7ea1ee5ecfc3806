"""What an admin finds on the App Home before the workspace is set up."""

from app.devtools.fake_slack.sockets import APP_TOKEN
from app.slack.views.home import SETUP
from tests.slack.deciding import save


def _text(view):
    sections = [block for block in view["blocks"] if block["type"] == "section" and "text" in block]
    return "\n".join(block["text"]["text"] for block in sections)


async def test_the_first_admin_is_asked_for_language_and_time_zone(talk):
    view = await talk.open_home()
    assert "*Let's get started.*" in _text(view)
    await talk.click(view, SETUP)
    asked = [block.get("label", {}).get("text") for block in talk.view()["blocks"]]
    assert {"Language", "Time zone"} <= {*asked}
    assert "filled in your own language and time zone" in _text(talk.view())
    await talk.close(talk.view())
    await save(talk, time_zone="Europe/Berlin")
    await talk.command("settings", command="/karma")
    assert "filled in your own" not in _text(talk.view())
    assert "*Let's get started.*" not in _text(await talk.open_home())


async def test_members_are_asked_nothing(talk):
    talk.slack.scopes = ("chat:write",)
    view = await talk.open_home(by="bob")
    assert "Let's get started" not in _text(view)
    assert "missing" not in _text(view)


async def test_a_missing_scope_is_told_to_admins_with_what_to_do(talk):
    talk.slack.scopes = tuple(s for s in talk.slack.scopes if s != "reactions:read")
    await talk.open_home()
    said = _text(await talk.open_home())
    assert "*I'm missing a permission in Slack:* `reactions:read`." in said
    assert "install the app again" in said


async def test_where_no_scope_is_missing_nothing_is_said(talk):
    await talk.open_home()
    assert "missing" not in _text(await talk.open_home())


async def test_the_scopes_of_another_token_are_not_those_of_the_app(talk):
    await talk.open_home()
    await talk.running.context.client.apps_connections_open(app_token=APP_TOKEN)
    assert "missing" not in _text(await talk.open_home())
