"""What people who look after the workspace do in tests: open the settings, change, save."""

from dataclasses import replace
from typing import Any

from tests.talk import Talk, View


async def settings(talk: Talk, by: str = "ann", *, channel: str = "", zone: str = "UTC") -> View:
    """Open the form with `/karma settings`, for one channel if that is given; return it."""
    members, user = talk.slack.workspace.members, talk.id_of(by)
    members[user] = replace(members[user], tz=zone)  # another than the workspace's is filled in
    answer = await talk.command("settings", by=by, command="/karma")
    assert not answer
    view = talk.view(by)
    assert view
    if channel:
        await talk.click(view, "settings_channel", by=by, value=channel)
        view = talk.view(by)
        assert view
    return view


async def decided(talk: Talk, by: str = "ann", *, channel: str = "", **fields: Any) -> str:
    """Change *fields* in the form and save; return what it says then."""
    return said(await talk.submit(await settings(talk, by, channel=channel), by=by, **fields))


def said(answer: dict[str, Any]) -> str:
    """Return the text of the modal that *answer* shows instead of the form."""
    assert answer.get("response_action") == "update", answer
    return "\n".join(b["text"]["text"] for b in answer["view"]["blocks"] if "text" in b)


def wrong(answer: dict[str, Any]) -> dict[str, str]:
    """Return what *answer* says at fields, by setting."""
    assert answer.get("response_action") == "errors", answer
    return {block.split("/")[0]: told for block, told in answer["errors"].items()}
