"""The nouns of a Slack workspace, as plain data; every other module here speaks of them."""

from dataclasses import dataclass, field
from typing import Any, Literal

What = Literal["posted", "edited", "deleted", "reacted", "unreacted"]


@dataclass(frozen=True, slots=True)
class SlackMember:
    """A person or a bot; *name* is the handle typed after an @.

    *team_id* names another organization, for a stranger of Slack Connect.
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
    """A conversation that every member but those *away* and, as *is_member* says, the app are in.

    *name* carries no #; *user* is whom the app has a direct conversation with.
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
    """A user group; *handle* carries no @, *members* are user ids."""

    id: str
    handle: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InstalledManifest:
    """What the installed app's manifest gives members to type and choose; Slack knows no other."""

    commands: tuple[str, ...] = ("/leaderboard", "/karma")
    shortcuts: tuple[str, ...] = ("give_karma",)
    message_shortcuts: tuple[str, ...] = ("give_karma_to_author",)
    read_only: bool = True
    """Whether nobody may write to the app in their conversation with it."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was uploaded; *channel* is empty until it is shared."""

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
    """One version of a message by a member or by the app; *at* is monotonic seconds."""

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
    """What became of a post; *reaction* is an emoji's name, *by* who put it or took it away."""

    what: What
    post: Post
    reaction: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One Web API call as it arrived; *status* is the HTTP status, 0 when the line was cut."""

    method: str
    args: dict[str, Any]
    at: float
    status: int
    error: str = ""
