"""What a setting is: its kind, who may change it, where it applies, and what a form holds of it."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from app.core.settings.kinds import Kind
from app.core.settings.widgets import NONE, Field, UnfitText

INHERIT: Final = "inherit"
"""What is chosen where a channel is to follow the workspace."""


class SettingScope(StrEnum):
    """Where a setting applies: in the whole workspace, or in each channel as it likes."""

    WORKSPACE = "workspace"
    CHANNEL = "channel"


class RequiredRole(StrEnum):
    """Who may change a setting."""

    ADMINS = "admins"
    """Slack's own admins and owners of the workspace."""
    MANAGERS = "managers"
    """Those, and whom they have named in the setting `managers`."""


class SettingGroup(StrEnum):
    """What settings stand together in the form."""

    BASICS = "basics"
    REPLIES = "replies"
    COUNTING = "counting"
    LIMITS = "limits"
    POSTS = "posts"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, as it is declared."""

    name: str
    kind: Kind
    default: Any
    group: SettingGroup
    where: SettingScope
    who: RequiredRole

    def fits(self, where: SettingScope) -> bool:
        """Tell whether it can be set there: in the workspace all can."""
        return where is SettingScope.WORKSPACE or self.where is where

    def may_be_empty(self, *, inherits: bool) -> bool:
        """Tell whether its field may be empty; a channel that *inherits* leaves what is written."""
        widget = self.kind.build_widget(None)
        return widget.may_be_empty or (inherits and widget.is_written)

    def read_field(self, field: Field, *, inherits: bool) -> Any | UnfitText:
        """Return the JSON of what a *field* of the form holds.

        None is a channel that *inherits* from the workspace, where there is no value that is None.
        Raises ValueError for what the form has no way to say.
        """
        widget = self.kind.build_widget(None)
        if isinstance(field, list) is not widget.is_list:
            raise ValueError(field)
        if inherits and isinstance(field, str):
            follows = not field.strip() if widget.is_written else field == INHERIT
            if follows:
                return None
        found = self.kind.read_field(field)
        if not isinstance(found, UnfitText):
            self.kind.read(found)
        return found

    def write_field(self, raw: Any, *, inherits: bool) -> Field:
        """Return what the field of the form holds for the JSON *raw*, as `read_field` takes it."""
        widget = self.kind.build_widget(raw)
        if inherits and raw is None:
            return "" if widget.is_written else INHERIT
        if inherits and raw == [] and widget.is_written:  # an empty field is for None alone
            return NONE
        return self.kind.write_field(raw)

    def hash_field(self, field: Field, *, inherits: bool) -> str:
        """Return what tells a *field* from one that means something else, in a few characters."""
        try:
            found = self.read_field(field, inherits=inherits)
        except ValueError:
            found = field
        if isinstance(found, UnfitText):
            found = field
        raw = json.dumps(sorted(found) if isinstance(found, list) else found)
        return hashlib.blake2b(raw.encode(errors="replace"), digest_size=6).hexdigest()
