"""What an admin finds on the App Home before the workspace is set up."""

from app.devtools.fake_slack.sockets import APP_TOKEN
from app.slack.views.home import SETUP
from tests.slack.deciding import save


def _text(view):
    sections = [block for block in view["blocks"] if block["type"] == "section" and "text" in block]
    return "\n".join(block["text"]["text"] for block in sections)


async def test_admin_is_asked_for_language_and_time_zone_until_saved(talk):
    view = await talk.open_home()
    assert "*Let's get started.*" in _text(view)
    await talk.click(view, SETUP)
    labels = [block.get("label", {}).get("text") for block in talk.view()["blocks"]]
    assert {"Language", "Time zone"} <= {*labels}
    assert "filled in your own language and time zone" in _text(talk.view())
    await talk.close(talk.view())
    await talk.decide(max_points=3)
    assert "*Let's get started.*" in _text(await talk.open_home())
    await save(talk, time_zone="Europe/Berlin")
    await talk.command("settings", command="/karma")
    assert "filled in your own" not in _text(talk.view())
    assert "*Let's get started.*" not in _text(await talk.open_home())


async def test_members_see_no_setup_or_missing_scope_notice(talk):
    talk.slack.scopes = ("chat:write",)
    view = await talk.open_home(by="bob")
    assert "Let's get started" not in _text(view)
    assert "missing" not in _text(view)


async def test_admins_see_a_missing_scope_and_how_to_add_it(talk):
    talk.slack.scopes = tuple(s for s in talk.slack.scopes if s != "reactions:read")
    await talk.open_home()
    said = _text(await talk.open_home())
    assert "*I'm missing a permission in Slack:* `reactions:read`." in said
    assert "install the app again" in said


async def test_home_says_nothing_when_no_scope_is_missing(talk):
    await talk.open_home()
    assert "missing" not in _text(await talk.open_home())


async def test_scopes_of_the_app_level_token_are_not_taken_for_the_bots(talk):
    await talk.open_home()
    await talk.running.context.client.apps_connections_open(app_token=APP_TOKEN)
    assert "missing" not in _text(await talk.open_home())
