"""Names in files of scores: whom or what each stands for, and which ones nobody can tell."""

import re
import unicodedata
from typing import Final

from app.core.vote import THING, build_thing_id, is_thing

_ID: Final = re.compile(r"[UW][A-Z0-9]{1,63}")
# Slack's ids have 9 or 11 characters, or had other lengths where somebody made them up.
_SURELY_ID: Final = re.compile(r"[UW](?:[A-Z0-9]{8}|[A-Z0-9]{10})")
_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]{1,63})(?:\|[^<>]*)?>|@([UW][A-Z0-9]{1,63})")
_LOWER: Final = re.compile(r"(?=.{9,11}$)[uw][a-z0-9]*[0-9][a-z0-9]*[a-z][a-z0-9]*", re.IGNORECASE)
_MALFORMED_IDS: Final = (
    re.compile(r"<.*"),
    re.compile(r"""(?=.*[^A-Z0-9])[UW][A-Z]*[0-9][A-Z0-9]*[\sA-Z0-9!$%*<>@|,;:?=()"]*"""),
    re.compile(r"[UW]\s[\sA-Z0-9]*[0-9][\sA-Z0-9]*"),
    re.compile(r"[UW][A-Z0-9]{64,}"),
)
_OTHERS: Final = re.compile(r"[BCDGST]0[A-Z0-9]{7,9}")
_MARKED: Final = re.compile(r"[@#](?=\w)")
_NO_PERSON: Final = "no person's id, but that of something else in Slack"
_MALFORMED: Final = "a malformed id"


class UnnamedError(ValueError):
    """A name in a file stands for nobody and nothing; the message says why."""


def read_target(name: str) -> tuple[str, str]:
    """Return the target that *name* stands for, and how a thing is spelled.

    What is written like a person's id in Slack is a person (`U123`, also `@U123`, `<@U123>` and
    `<@U123|bob>`), everything else a thing, as a vote for it would find it. Raises UnnamedError.
    """
    name = name.strip()
    if person := _read_person(name):
        return person, ""
    if name.startswith(THING):  # a target's own name: nothing in it is a mark
        spelling = name.removeprefix(THING)
    elif why := _find_fault(name):
        raise UnnamedError(why)
    else:
        spelling = _MARKED.sub("", name, count=1) if _MARKED.match(name) else name
    key = None if "\0" in spelling else build_thing_id(spelling)
    if key is None:
        raise UnnamedError("too long for a name" if spelling.strip("\0 ") else "an empty name")
    return key, " ".join(spelling.split())


def format_target(target_id: str, spelling: str) -> str:
    """Return a name that `read_target` reads as *target_id*: the spelling, where that does."""
    if not is_thing(target_id):
        return target_id
    try:
        same = read_target(spelling)[0] == target_id
    except UnnamedError:
        same = False
    return spelling if same else target_id


def _read_person(name: str) -> str | None:
    mention = _MENTION.fullmatch(name)
    bare = (mention[1] or mention[2]) if mention else name
    if _SURELY_ID.fullmatch(bare):
        return bare
    return bare if _ID.fullmatch(bare) and any(map(str.isdigit, bare)) else None


def _find_fault(name: str) -> str | None:
    """Return why *name* can stand for nothing, or None."""
    if any(unicodedata.category(c) in ("Cc", "Cs") and not c.isspace() for c in name):
        return "a name with control characters"
    if _OTHERS.fullmatch(name) or name.startswith(("<#", "<!")):
        return _NO_PERSON
    if any(shape.fullmatch(name) for shape in _MALFORMED_IDS):
        return _MALFORMED
    if _LOWER.fullmatch(name) and sum(map(str.isdigit, name)) > 1:
        return f"{_MALFORMED}: is it {name.upper()}?"
    return None
