"""People without admin rights, each of whom is tried at every way in."""

from dataclasses import dataclass, replace

from app.devtools.fake_slack.values import SlackMember
from tests.tables import each
from tests.talk import Talk


@dataclass(frozen=True)
class Outsider:
    """Someone without admin rights, and the reason that is logged."""

    member: SlackMember
    reason: str
    named: bool = False
    """Whether an admin has nevertheless named them a manager."""


_NEW = SlackMember("U0OUTSID00", "olga", "olga", "Olga Outside")
OUTSIDERS = {
    "a plain member": Outsider(_NEW, "member"),
    "a guest": Outsider(replace(_NEW, is_restricted=True), "guest"),
    "a guest of one channel": Outsider(replace(_NEW, is_ultra_restricted=True), "guest"),
    "a guest named manager": Outsider(replace(_NEW, is_restricted=True), "guest", named=True),
    "a bot": Outsider(replace(_NEW, is_bot=True), "bot"),
    "a bot named manager": Outsider(replace(_NEW, is_bot=True), "bot", named=True),
    "a bot that is admin": Outsider(replace(_NEW, is_bot=True, is_admin=True), "bot"),
    "a person of another team": Outsider(replace(_NEW, team_id="T0ELSEWHER"), "stranger"),
    "an admin of another team": Outsider(
        replace(_NEW, team_id="T0ELSEWHER", is_admin=True, is_owner=True), "stranger"
    ),
    "a person of another team named manager": Outsider(
        replace(_NEW, team_id="T0ELSEWHER"), "stranger", named=True
    ),
    "an admin who has left": Outsider(replace(_NEW, is_admin=True, deleted=True), "deactivated"),
}

each_outsider = each("who", OUTSIDERS)
"""Parametrizes a check with *who*: the name of an outsider, for `enter`."""


async def enter(talk: Talk, who: str) -> str:
    """Add the outsider *who* to the workspace; return the name to use in tests.

    Each has an id of their own, because the app caches people.
    """
    outsider, number = OUTSIDERS[who], list(OUTSIDERS).index(who)
    member = replace(outsider.member, id=f"U0OUTSID{number:02}", name=f"olga{number}")
    talk.slack.workspace.members[member.id] = member
    if outsider.named:
        await talk.decide(managers=[member.id])
    return member.name


async def promote(talk: Talk, name: str = "bob") -> str:
    """Make a plain member a manager; return their name."""
    await talk.decide(managers=[talk.id_of(name)])
    return name
