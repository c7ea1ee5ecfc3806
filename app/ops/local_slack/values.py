"""The nouns of a Slack workspace, as plain data; every other module here speaks of them."""

from dataclasses import dataclass, field
from typing import Any, Literal

What = Literal["posted", "edited", "deleted", "reacted"]


@dataclass(frozen=True, slots=True)
class Member:
    """A person or a bot of the workspace; *name* is the handle typed after an @."""

    id: str
    name: str
    display_name: str
    real_name: str
    is_bot: bool = False
    deleted: bool = False
    tz: str = "Europe/Amsterdam"


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation that every member and the app are in; *name* carries no #."""

    id: str
    name: str
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A user group; *handle* carries no @, *members* are user ids."""

    id: str
    handle: str
    members: tuple[str, ...]


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


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a post; *reaction* is the emoji's name when somebody reacted."""

    what: What
    post: Post
    reaction: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One Web API call as it arrived; *status* is the HTTP status, 0 when the line was cut."""

    method: str
    args: dict[str, Any]
    at: float
    status: int
    error: str = ""
