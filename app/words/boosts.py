"""Wording of boosts: announcements in channels, and responses to the people who manage them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from app.core.boosts import (
    EVERYWHERE,
    LONGEST_NAME,
    Boost,
    BoostEvent,
    BoostRefusal,
    BoostState,
    UnfitBoost,
)
from app.core.commands.boost import BoostAction, MisreadBoost, UnclearBoost
from app.core.own_posts import BoostReply
from app.words.catalog import Phrase, say
from app.words.entries import describe_time
from app.words.text import format_moment, format_name
from app.words.usage import restore_mentions

_EVENTS: Final = {event: Phrase(f"boost-{event}") for event in BoostEvent}
_UNFIT: Final = {why: Phrase(f"boost-unfit-{why.replace('_', '-')}") for why in UnfitBoost}
_MISREAD: Final = {why: Phrase(f"boost-misread-{why}") for why in MisreadBoost}

_TODAY: Final = timedelta(hours=20)
"""A time within this span is shown without its day."""


def announce(reply: BoostReply) -> str:
    """Announce an event of a channel's or the workspace's boost in the channel."""
    return _describe_event(reply, say("boost-everywhere" if reply.everywhere else "boost-here"))


def report(event: BoostEvent, state: BoostState) -> str:
    """Report the effect of *event* to the person who caused it, and where it was announced."""
    boost, reply = state.boost, BoostReply.create(event, state.boost, state.now)
    sentence = _describe_event(reply, _name_place(boost.channel))
    if not boost.told_in:
        return say("boost-untold", said=sentence)
    return say("boost-told", said=sentence, channel=f"<#{boost.told_in}>")


def list_boosts(boosts: Sequence[Boost], now: datetime, *, only_open: bool) -> str:
    """List *boosts*; *only_open* leaves out those that have ended."""
    shown = [one for one in boosts if one.is_open(now) or not only_open]
    if not shown:
        return say("boost-none-on" if only_open else "boost-none")
    return "\n".join(
        [say("boost-list"), *(say("boost-line", what=_describe_state(one, now)) for one in shown)]
    )


def explain_unfit(refusal: BoostRefusal, action: BoostAction | None = None) -> str:
    """Explain why nothing has changed; *action* is the one that was refused."""
    phrase, state = _UNFIT[refusal.why], refusal.state
    if refusal.why is UnfitBoost.WHICH:
        return phrase(command="add 30m" if action is BoostAction.ADD else str(action))
    if state is None:
        return phrase()
    if refusal.why is UnfitBoost.OVERLAPS:
        return phrase(state=_describe_state(state.boost, state.now))
    return phrase(span=format_span(state.boost.compute_left(state.now)))


def explain_misread(unclear: UnclearBoost) -> str:
    """Explain what is wrong with the input, with an example."""
    if unclear.why is MisreadBoost.SPAN and unclear.word == BoostAction.ADD:
        return say("boost-misread-more")
    word = format_name(restore_mentions(unclear.word))
    return _MISREAD[unclear.why](word=word, most=LONGEST_NAME)


def format_span(span: timedelta) -> str:
    """Return *span* in its first two units, such as `1 day 2 hours`; minutes are rounded up."""
    minutes = max(-(-span // timedelta(minutes=1)), 0)
    units = [
        (minutes // 1440, Phrase("boost-days")),
        (minutes // 60 % 24, Phrase("boost-hours")),
        (minutes % 60, Phrase("boost-minutes")),
    ]
    named = [phrase(count=count) for count, phrase in units if count]
    return " ".join(named[:2]) or say("boost-minutes", count=0)


def describe_audited(raw: Mapping[str, Any]) -> str:
    """Return a boost as recorded in the audit log."""
    what = _describe(raw["factor"], raw["name"], raw["channel"])
    if raw["left"] is not None:
        return say("boost-is-paused", what=what, span=format_span(timedelta(seconds=raw["left"])))
    if raw["ends_at"]:
        return say(
            "boost-until", what=what, until=describe_time(datetime.fromisoformat(raw["ends_at"]))
        )
    return say("boost-has-ended", what=what)


def _describe_state(boost: Boost, now: datetime) -> str:
    """Return *boost* with its place and end: `double points everywhere until 16:00`."""
    what = _describe(boost.factor, boost.name, boost.channel)
    left = boost.compute_left(now)
    if boost.paused_at:
        return say("boost-is-paused", what=what, span=format_span(left))
    if boost.is_open(now):
        return say(
            "boost-open", what=what, until=_format_end(boost.ends_at, left), span=format_span(left)
        )
    since, until = describe_time(boost.begins_at), describe_time(boost.ends_at)
    return say("boost-over", what=what, since=since, until=until)


def _describe_event(reply: BoostReply, where: str) -> str:
    left = timedelta(minutes=reply.minutes)
    span, until = format_span(left), _format_end(reply.ends_at, left)
    sentence = _EVENTS[reply.event](factor=reply.factor, where=where, span=span, until=until)
    return (
        say("boost-named", name=format_name(reply.name), said=sentence) if reply.name else sentence
    )


def _describe(factor: int, name: str, channel: str) -> str:
    arguments: dict[str, str | int] = {"factor": factor, "where": _name_place(channel)}
    if name:
        return say("boost-what-named", **arguments, name=format_name(name))
    return say("boost-what", **arguments)


def _name_place(channel: str) -> str:
    if channel == EVERYWHERE:
        return say("boost-everywhere")
    return say("boost-in", channel=f"<#{channel}>")


def _format_end(end: datetime, left: timedelta) -> str:
    """Return *end* in each reader's time zone, with the day if it's far off."""
    if left > _TODAY:
        return describe_time(end)
    return format_moment(end, "{time}", "%H:%M")
