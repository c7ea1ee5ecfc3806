"""A setting: its kind, who may change it, where it applies, and its field in a form."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

from app.core.settings.kinds import Kind
from app.core.settings.widgets import NONE, Field, UnfitText

INHERIT: Final = "inherit"
"""The option to choose for a channel that follows the workspace."""


class SettingScope(StrEnum):
    """Where a setting can be set: only for the workspace, or also for a channel."""

    WORKSPACE = "workspace"
    CHANNEL = "channel"


class RequiredRole(StrEnum):
    """Who may change a setting."""

    ADMINS = "admins"
    """Slack's own admins and owners of the workspace."""
    MANAGERS = "managers"
    """Those, and the people they have named in the setting `managers`."""


class SettingGroup(StrEnum):
    """A section of the form."""

    BASICS = "basics"
    REPLIES = "replies"
    COUNTING = "counting"
    LIMITS = "limits"
    POSTS = "posts"
    MORE = "more"


class SettingChange(NamedTuple):
    """A decided setting, as JSON before and after; None: a channel follows the workspace."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Setting:
    """A declared setting."""

    name: str
    kind: Kind
    default: Any
    group: SettingGroup
    where: SettingScope
    who: RequiredRole

    def fits(self, where: SettingScope) -> bool:
        """Return whether it can be set *where*; for the workspace, every setting can."""
        return where is SettingScope.WORKSPACE or self.where is where

    def may_be_empty(self, *, inherits: bool) -> bool:
        """Return whether its field may be empty; typed fields of a channel that *inherits* may."""
        widget = self.kind.build_widget(None)
        return widget.may_be_empty or (inherits and widget.is_written)

    def read_field(self, field: Field, *, inherits: bool) -> Any | UnfitText:
        """Return the JSON of a *field* of the form, or why it's invalid.

        If the form *inherits*, it's a channel's, and None means to follow the workspace; no setting
        of a channel has None as a value. Raises ValueError for anything the form can't send.
        """
        widget = self.kind.build_widget(None)
        if isinstance(field, list) is not widget.is_list:
            raise ValueError(field)
        if inherits and isinstance(field, str):
            follows = not field.strip() if widget.is_written else field == INHERIT
            if follows:
                return None
        value = self.kind.read_field(field)
        if not isinstance(value, UnfitText):
            self.kind.read(value)
        return value

    def write_field(self, raw: Any, *, inherits: bool) -> Field:
        """Return the content of the field for the JSON *raw*, as `read_field` takes it."""
        widget = self.kind.build_widget(raw)
        if inherits and raw is None:
            return "" if widget.is_written else INHERIT
        if inherits and raw == [] and widget.is_written:  # an empty field means None
            return NONE
        return self.kind.write_field(raw)

    def hash_field(self, field: Field, *, inherits: bool) -> str:
        """Return a short hash of the value of *field*, the same for fields that mean the same."""
        value = self.read_field(field, inherits=inherits)
        if isinstance(value, UnfitText):
            value = field
        # The order of people and channels means nothing; the first emoji is the app's own reaction.
        raw = json.dumps(sorted(value) if isinstance(field, list) else value)
        return hashlib.blake2b(raw.encode(errors="replace"), digest_size=6).hexdigest()
