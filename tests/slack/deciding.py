"""Helpers that act as a manager: open the settings, change them, save."""

from dataclasses import replace
from typing import Any

from tests.talk import Talk, View


async def open_settings(
    talk: Talk, by: str = "ann", *, channel: str = "", zone: str = "UTC"
) -> View:
    """Open the form with `/karma settings`, for *channel* if given, and return it."""
    members, user = talk.slack.workspace.members, talk.id_of(by)
    members[user] = replace(members[user], tz=zone)  # the form would suggest another one
    answer = await talk.command("settings", by=by, command="/karma")
    assert not answer
    view = talk.view(by)
    assert view
    if channel:
        await talk.click(view, "settings_channel", by=by, value=channel)
        view = talk.view(by)
        assert view
    return view


async def save(talk: Talk, by: str = "ann", *, channel: str = "", **fields: Any) -> str:
    """Change *fields* in the form and save; return the text of the result."""
    return read_text(
        await talk.submit(await open_settings(talk, by, channel=channel), by=by, **fields)
    )


def read_text(answer: dict[str, Any]) -> str:
    """Return the text of the modal with which *answer* replaces the form."""
    assert answer.get("response_action") == "update", answer
    return "\n".join(b["text"]["text"] for b in answer["view"]["blocks"] if "text" in b)


def read_errors(answer: dict[str, Any]) -> dict[str, str]:
    """Return the errors that *answer* shows at fields, by setting."""
    assert answer.get("response_action") == "errors", answer
    return {block.split("/")[0]: told for block, told in answer["errors"].items()}
