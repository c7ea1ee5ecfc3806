"""Wording of boosts: announcements in channels, and durations."""

from datetime import UTC, datetime, timedelta

from app.core.boosts import Boost, BoostEvent
from app.core.own_posts import BoostReply
from app.words import boosts
from app.words.catalog import use_language
from tests.tables import each

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@each(
    ("span", "expected"),
    [
        ({"minutes": 1}, "1 minute"),
        ({"seconds": 1}, "1 minute"),
        ({"seconds": 61}, "2 minutes"),
        ({"hours": 1}, "1 hour"),
        ({"hours": 2, "minutes": 30}, "2 hours 30 minutes"),
        ({"days": 1, "hours": 2, "minutes": 3}, "1 day 2 hours"),
        ({"days": 7}, "7 days"),
        ({}, "0 minutes"),
    ],
)
def test_span_shows_its_two_largest_units(span, expected):
    assert boosts.format_span(timedelta(**span)) == expected


def _announce(event, *, channel="", name="", factor=2, minutes=15):
    boost = Boost(1, channel, factor, name, NOON, NOON + timedelta(minutes=minutes))
    return boosts.announce(BoostReply.create(event, boost, NOON))


UNTIL = "<!date^1795868100^{time}|12:15 UTC>"


@each(
    ("event", "english", "german"),
    [
        (
            BoostEvent.BEGUN,
            f"Double points everywhere for 15 minutes, until {UNTIL}. Every plus counts twice.",
            f"Doppelte Punkte überall, 15 Minuten lang, bis {UNTIL}. Jedes Plus zählt doppelt.",
        ),
        (
            BoostEvent.EXTENDED,
            f"More time: double points everywhere until {UNTIL}, 15 minutes left.",
            f"Verlängert: doppelte Punkte überall bis {UNTIL}, noch 15 Minuten.",
        ),
        (
            BoostEvent.PAUSED,
            "Double points are paused everywhere, with 15 minutes left.",
            "Doppelte Punkte machen überall Pause. Danach geht es noch 15 Minuten weiter.",
        ),
        (
            BoostEvent.RESUMED,
            f"Double points are back everywhere: 15 minutes left, until {UNTIL}.",
            f"Doppelte Punkte gibt es überall wieder: noch 15 Minuten, bis {UNTIL}.",
        ),
        (
            BoostEvent.ENDING,
            f"15 minutes of double points left everywhere, until {UNTIL}.",
            f"Noch 15 Minuten doppelte Punkte überall, bis {UNTIL}.",
        ),
        (
            BoostEvent.ENDED,
            "Double points have ended everywhere.",
            "Doppelte Punkte sind überall vorbei.",
        ),
    ],
)
def test_each_boost_event_is_announced_in_both_languages(event, english, german):
    assert _announce(event) == english
    with use_language("de"):
        assert _announce(event) == german


def test_announcement_shows_channel_name_and_triple_points():
    assert _announce(BoostEvent.ENDED, channel="C1", name="A < B", factor=3) == (
        "*A &lt; B:* Triple points have ended in this channel."
    )


def test_end_on_another_day_shows_the_date():
    assert "{date_short_pretty} at {time}" in _announce(BoostEvent.BEGUN, minutes=3 * 1440)
