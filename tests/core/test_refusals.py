"""What a voter is told about votes that don't count, and how the outbox stores it."""

from datetime import UTC, datetime

from app.core.refusals import Refusal
from app.core.replies import RefusalNote
from app.core.settings.definitions import Settings
from app.words import refusals
from app.words.catalog import LANGUAGES, use_language
from tests.tables import each

SETTINGS = Settings(max_targets=25, daily_allowance=5, cooldown=600)


@each("language", LANGUAGES)
@each("refused", Refusal)
def test_every_refusal_has_words_of_its_own_in_every_language(refused, language):
    with use_language(language):
        said = refusals.explain_refusal(refused, SETTINGS)
        others = {
            refusals.explain_refusal(other, SETTINGS) for other in Refusal if other != refused
        }
    assert said not in others
    assert said.endswith((".", "`."))


def test_a_refusal_names_its_limit():
    assert "25 people and things at most" in refusals.explain_refusal(Refusal.TOO_MANY, SETTINGS)
    assert "out of 5 points a day" in refusals.explain_refusal(Refusal.ALLOWANCE, SETTINGS)
    assert "out of 1 point a day" in refusals.explain_refusal(Refusal.ALLOWANCE, SETTINGS, limit=1)
    assert "less than 10 minutes" in refusals.explain_refusal(Refusal.COOLDOWN, SETTINGS)
    assert "less than a minute" in refusals.explain_refusal(Refusal.COOLDOWN, SETTINGS, limit=1)


def test_a_refusal_names_its_limit_in_german_too():
    with use_language("de"):
        assert "Mehr als 25 Leute und Dinge" in refusals.explain_refusal(Refusal.TOO_MANY, SETTINGS)
        assert "bei 1 Punkt am Tag" in refusals.explain_refusal(
            Refusal.ALLOWANCE, SETTINGS, limit=1
        )
        assert "bei 5 Punkten am Tag" in refusals.explain_refusal(Refusal.ALLOWANCE, SETTINGS)


def test_the_end_of_a_ban_is_told_in_the_readers_own_time_zone():
    until = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
    notes = [RefusalNote(Refusal.BANNED, until=until)]
    date = f"<!date^{int(until.timestamp())}^{{date_long_pretty}}, {{time}}|2026-11-27 09:30 UTC>"
    assert f"until {date}." in refusals.render_refusals(notes, SETTINGS)
    assert "for now" in refusals.render_refusals([RefusalNote(Refusal.BANNED)], SETTINGS)


def test_each_refusal_of_a_message_gets_a_line():
    notes = [RefusalNote(Refusal.SELF), RefusalNote(Refusal.COOLDOWN, 3)]
    first, second = refusals.render_refusals(notes, SETTINGS).split("\n")
    assert first.startswith("Not counted: points are for others")
    assert "less than 3 minutes" in second
