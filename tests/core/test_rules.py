"""Which votes count, and which are refused and why."""

from app.core.rules import Refusal, Ruling, judge
from app.core.settings import Settings
from app.core.vote import Vote

SETTINGS = Settings(max_targets=3)


def people(count: int) -> tuple[Vote, ...]:
    return tuple(Vote(f"U{number}", 1) for number in range(count))


def test_votes_for_others_count():
    assert judge(people(2), "UME", SETTINGS) == Ruling(people(2))


def test_a_vote_for_oneself_is_refused_and_the_others_count():
    assert judge([*people(1), Vote("UME", 1)], "UME", SETTINGS) == Ruling(
        people(1), (Refusal.SELF,)
    )


def test_a_minus_for_oneself_is_refused_too():
    assert judge([Vote("UME", -1)], "UME", SETTINGS) == Ruling((), (Refusal.SELF,))


def test_no_votes_are_no_refusal():
    assert judge([], "UME", SETTINGS) == Ruling()


def test_as_many_targets_as_the_setting_allows_count():
    assert judge(people(3), "UME", SETTINGS).counted == people(3)


def test_one_target_more_and_none_counts():
    assert judge(people(4), "UME", SETTINGS) == Ruling((), (Refusal.TOO_MANY,))


def test_twenty_five_targets_are_allowed_at_first():
    assert judge(people(25), "UME", Settings()).refusals == ()
    assert judge(people(26), "UME", Settings()).refusals == (Refusal.TOO_MANY,)


def test_plus_and_minus_are_spent_alike_and_refused_votes_are_not():
    ruling = judge([Vote("U1", 3), Vote("U2", -2), Vote("UME", 5)], "UME", SETTINGS)
    assert ruling.spent == 5


def test_votes_for_who_has_opted_out_are_refused_and_the_others_count():
    ruling = judge([Vote("U1", 3), Vote("U2", 2)], "UME", SETTINGS, {"U2", "U9"})
    assert ruling == Ruling((Vote("U1", 3),), (Refusal.OPTED_OUT,), ("U2",))


def test_who_has_opted_out_is_no_refusal_that_is_told_each_time():
    ruling = judge([Vote("UME", 3), Vote("U2", 2)], "UME", SETTINGS, {"U2"})
    assert ruling.refusals == (Refusal.SELF, Refusal.OPTED_OUT)
    assert ruling.told == (Refusal.SELF,)
