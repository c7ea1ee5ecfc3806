"""The trigger_ids that Slack issues with interactions, each valid for one view within 3 s."""

from typing import Final

from app.devtools.fake_slack.arguments import MethodError
from app.devtools.fake_slack.workspace import Workspace

LIFE: Final = 3.0
"""Seconds that a trigger_id is valid."""


def make_trigger(workspace: Workspace, user: str) -> str:
    """Return a new trigger_id for an action of *user*."""
    number = workspace.next_number()
    ident = f"{number}.{workspace.team_id[1:]}.{number:032x}"
    workspace.triggers[ident] = (user, workspace.monotonic())
    return ident


def spend(workspace: Workspace, ident: str) -> str:
    """Use up a trigger_id and return its user; raise Slack's error if it isn't valid."""
    if ident not in workspace.triggers:
        raise MethodError("invalid_trigger_id")
    user, issued_at = workspace.triggers[ident]
    if not user:
        raise MethodError("exchanged_trigger_id")
    if workspace.monotonic() - issued_at > LIFE:
        raise MethodError("expired_trigger_id")
    workspace.triggers[ident] = ("", issued_at)
    return user
