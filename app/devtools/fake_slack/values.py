"""The objects of a Slack workspace, as plain data used by every other module here."""

from dataclasses import dataclass, field
from typing import Any, Literal

What = Literal["posted", "edited", "deleted", "reacted", "unreacted"]


@dataclass(frozen=True, slots=True)
class SlackMember:
    """A person or a bot; *name* is the handle typed after an @.

    *team_id* is the home workspace of an external member (Slack Connect), or the organization of
    one from another of its workspaces, else empty.
    """

    id: str
    name: str
    display_name: str
    real_name: str
    is_bot: bool = False
    deleted: bool = False
    tz: str = "Europe/Amsterdam"
    locale: str = "en-US"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    team_id: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation of all members except those *away*; *is_member* says if the app is in it.

    *name* has no leading #. *user* is the other member of a direct conversation with the app.
    """

    id: str
    name: str
    is_private: bool = False
    is_member: bool = True
    is_mpim: bool = False
    user: str = ""
    away: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A user group; *handle* has no leading @, *members* are user ids."""

    id: str
    handle: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InstalledManifest:
    """The commands and shortcuts in the installed app's manifest; Slack offers no others."""

    commands: tuple[str, ...] = ("/leaderboard", "/karma")
    shortcuts: tuple[str, ...] = ("give_karma",)
    message_shortcuts: tuple[str, ...] = ("give_karma_to_author",)
    read_only: bool = True
    """Whether members are barred from writing to the app in its direct conversations."""


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file; *channel* is empty until the file is shared."""

    id: str
    name: str
    title: str = ""
    alt_text: str = ""
    content: bytes = b""
    channel: str = ""
    thread_ts: str | None = None
    comment: str = ""
    completed: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """One version of a message by a member or the app; *at* is monotonic seconds."""

    channel: str
    ts: str
    text: str
    user: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    ephemeral_to: str | None = None
    at: float = 0.0
    metadata: dict[str, Any] | None = None
    edited: bool = False
    edited_ts: str = ""
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A change to a post; *reaction* is an emoji's name, *by* whoever added or removed it."""

    what: What
    post: Post
    reaction: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One Web API call as received; *status* is the HTTP status, 0 for a dropped connection."""

    method: str
    args: dict[str, Any]
    at: float
    status: int
    error: str = ""
