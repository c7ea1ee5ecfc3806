"""Wording of direct messages about received points, thanks to voters, and the feed."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import Final
from zlib import crc32

from app.core.own_posts import FeedReply
from app.core.replies import NoticeReply
from app.words.catalog import Phrase, say
from app.words.text import add_reason, format_dates, format_name, join_first, name_person, quote
from app.words.votes import name_target, replace_mentions

MOST: Final = 20
"""Maximum number of votes listed in a digest."""
_SPARE: Final = 60
"""Characters reserved for the number of further votes."""

_THANKS: Final = tuple(map(Phrase, ("thanks-kind", "thanks-gladly", "thanks-day", "thanks-points")))
_MOST_NAMED: Final = 10


def format_notice(gift: NoticeReply, names: Mapping[str, str]) -> str:
    """Return who gave how many points and why: `ann gave you 1 point for the docs`."""
    who, why = _name_giver(gift, names), replace_mentions(gift.reason or "", names)
    arguments: dict[str, str | int] = {"who": who, "count": gift.points, "factor": gift.factor}
    if why and gift.because:
        sentence = say("notice-for", **arguments, because=gift.because, reason=why)
    else:
        sentence = add_reason(say("notice", **arguments), quote(why))
    return _add_place(sentence, gift)


def format_first_point(gift: NoticeReply, names: Mapping[str, str]) -> str:
    """Congratulate someone on their first point; explain how to pass it on and how to opt out."""
    return say("notice-first", told=format_notice(gift, names), count=gift.points)


def format_digest(
    day: date, gifts: Sequence[NoticeReply], names: Mapping[str, str], room: int
) -> str:
    """Return what someone received on *day*, from whom and why, in at most *room* characters."""
    points = sum(gift.points for gift in gifts)
    heading = say("digest", day=format_dates(day, day), count=points)
    listed = [_format_digest_line(gift, names) for gift in gifts[:MOST]]
    lines = _take_fitting([heading, *listed], room)
    return _join_counting(lines, len(gifts) - (len(lines) - 1))


def _take_fitting(lines: Sequence[str], room: int) -> list[str]:
    """Return the first of *lines* that fit in *room* characters with the number of the others."""
    ends = accumulate(len(line) + 1 for line in lines)
    return [line for line, end in zip(lines, ends, strict=True) if end <= room - _SPARE]


def _join_counting(lines: Sequence[str], more: int) -> str:
    return "\n".join([*lines, say("votes-more", count=more)] if more else lines)


def _format_digest_line(gift: NoticeReply, names: Mapping[str, str]) -> str:
    who, why = _name_giver(gift, names), replace_mentions(gift.reason or "", names)
    arguments: dict[str, str | int] = {"who": who, "count": gift.points, "factor": gift.factor}
    vote = say("digest-vote", **arguments)
    return _add_place(f"{vote} {quote(why)}".strip(), gift)


def _name_giver(gift: NoticeReply, names: Mapping[str, str]) -> str:
    who = format_name(names.get(gift.voter, ""))
    if gift.by_workflow:
        return say("notice-by-workflow", who=who or say("notice-somebody"))
    return who or say("notice-somebody")


def _add_place(sentence: str, gift: NoticeReply) -> str:
    if gift.channel:
        return say("notice-in", told=sentence, channel=f"<#{gift.channel}>")
    return say("notice-private", told=sentence)


def choose_thanks(points: int, ts: str) -> str:
    """Return thanks for *points* given to the app itself in the message *ts*.

    The same message always gets the same answer. Points taken away get a calm one.
    """
    if points < 0:
        return say("thanks-minus")
    return _THANKS[crc32(ts.encode()) % len(_THANKS)]()


def format_entry(reply: FeedReply, names: Mapping[str, str], room: int) -> str:
    """Return who gave how much to whom, why and where: one line per reason and number of points.

    Votes that don't fit in *room* characters are only counted.
    """
    giver = name_person(reply.giver, names) if reply.giver else say("notice-somebody")
    arguments: dict[str, str | int] = {"giver": giver, "channel": f"<#{reply.channel}>"}
    if not reply.votes:
        return say("feed-withdrawn", **arguments)
    arguments["factor"] = reply.factor
    targets_by_vote: dict[tuple[int, str], list[str]] = {}
    for target, points, reason in reply.votes:
        why = replace_mentions(reason, names) if reason else ""
        targets_by_vote.setdefault((points, why), []).append(name_target(target, names))
    listed = [
        say("feed-entry-for", **arguments, **_count(targets), count=points, reason=quote(why))
        if why
        else say("feed-entry", **arguments, **_count(targets), count=points)
        for (points, why), targets in targets_by_vote.items()
    ]
    lines = _take_fitting(listed, room)
    return _join_counting(lines, sum(map(len, [*targets_by_vote.values()][len(lines) :])))


def _count(names: list[str]) -> dict[str, str | int]:
    """Return the receivers' names and number, as arguments for phrases."""
    return {"names": join_first(names, _MOST_NAMED), "many": len(names)}
