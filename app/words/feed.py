"""What the feed says of a message that gave points elsewhere."""

from collections.abc import Mapping
from typing import Final

from app.core.own_posts import FeedReply
from app.words.catalogue import Phrase
from app.words.notices import SOMEBODY
from app.words.text import join_words, name_person, quote
from app.words.votes import name_target, replace_mentions

_ENTRY: Final = Phrase("feed-entry")
_ENTRY_FOR: Final = Phrase("feed-entry-for")
_WITHDRAWN: Final = Phrase("feed-withdrawn")
_MOST_NAMED: Final = 10
_MORE: Final = Phrase("votes-more")


def format_entry(reply: FeedReply, names: Mapping[str, str]) -> str:
    """Say who gave whom how much, what for, and where: a line for each reason and number."""
    giver = name_person(reply.giver, names) if reply.giver else SOMEBODY()
    told = {"giver": giver, "channel": f"<#{reply.channel}>"}
    if not reply.votes:
        return _WITHDRAWN(**told)
    together: dict[tuple[int, str], list[str]] = {}
    for target, points, reason in reply.votes:
        why = replace_mentions(reason, names) if reason else ""
        together.setdefault((points, why), []).append(name_target(target, names))
    return "\n".join(
        _ENTRY_FOR(**told, **_count(targets), count=points, reason=quote(why))
        if why
        else _ENTRY(**told, **_count(targets), count=points)
        for (points, why), targets in together.items()
    )


def _count(names: list[str]) -> dict[str, str | int]:
    """Return who got the points, as phrases take it, and how many they are."""
    more = len(names) - _MOST_NAMED
    said = [*names[:_MOST_NAMED], _MORE(count=more)] if more > 0 else names
    return {"names": join_words(said), "many": len(names)}
