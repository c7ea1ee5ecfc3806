"""Which votes count, and which are refused and why."""

from datetime import UTC, datetime

from app.core.refusals import ActiveBan, Refusal, RefusedVote, Ruling, VoteFacts, cap_votes, judge
from app.core.settings.definitions import Minus, Settings
from app.core.vote import Vote
from app.words.usage import say_hello
from tests.tables import each

SETTINGS = Settings(max_targets=3)


def people(count: int) -> tuple[Vote, ...]:
    return tuple(Vote(f"U{number}", 1) for number in range(count))


def test_votes_for_others_count():
    assert judge(people(2), "UME", SETTINGS) == Ruling(people(2))


def test_a_vote_for_oneself_is_refused_and_the_others_count():
    assert judge([*people(1), Vote("UME", 1)], "UME", SETTINGS) == Ruling(
        people(1), (RefusedVote(Refusal.SELF, "UME"),)
    )


def test_a_minus_for_oneself_is_refused_too():
    assert judge([Vote("UME", -1)], "UME", SETTINGS) == Ruling(
        (), (RefusedVote(Refusal.SELF, "UME"),)
    )


def test_no_votes_give_no_refusal():
    assert judge([], "UME", SETTINGS) == Ruling()


def test_as_many_targets_as_the_setting_allows_count():
    assert judge(people(3), "UME", SETTINGS).counted == people(3)


def test_one_target_more_and_none_counts():
    refused = tuple(RefusedVote(Refusal.TOO_MANY, vote.target) for vote in people(4))
    assert judge(people(4), "UME", SETTINGS) == Ruling((), refused)


def test_twenty_five_targets_are_allowed_at_first():
    assert judge(people(25), "UME", Settings()).refusals == ()
    assert judge(people(26), "UME", Settings()).refusals == (Refusal.TOO_MANY,) * 26


def test_votes_for_people_who_opted_out_are_refused_and_the_others_count():
    ruling = judge(
        [Vote("U1", 3), Vote("U2", 2)], "UME", SETTINGS, VoteFacts(opted_out={"U2", "U9"})
    )
    assert ruling == Ruling((Vote("U1", 3),), (RefusedVote(Refusal.OPTED_OUT, "U2"),), ("U2",))


BOTH = (Vote("U1", -1, "the noise"), Vote("U2", -1), Vote("thing:ci", -2), Vote("U3", 1))


@each(
    ("allowed", "counted", "refusals"),
    [
        (Minus.ON, {"U1", "U2", "thing:ci", "U3"}, ()),
        (Minus.THINGS, {"thing:ci", "U3"}, (Refusal.MINUS_THINGS,) * 2),
        (Minus.REASON, {"U1", "U3"}, (Refusal.MINUS_REASON,) * 2),
        (Minus.OFF, {"U3"}, (Refusal.MINUS_OFF,) * 3),
    ],
)
def test_only_unwanted_minus_votes_are_refused(allowed, counted, refusals):
    ruling = judge(BOTH, "UME", Settings(minus=allowed))
    assert ({vote.target for vote in ruling.counted}, ruling.refusals) == (counted, refusals)


def test_without_things_votes_for_people_still_count():
    ruling = judge([Vote("U1", 1), Vote("thing:ci", 1)], "UME", Settings(things=False))
    assert ruling == Ruling((Vote("U1", 1),), (RefusedVote(Refusal.THINGS, "thing:ci"),))


def test_minus_only_for_things_without_things_means_no_minus():
    settings = Settings(minus=Minus.THINGS, things=False)
    assert judge([Vote("U1", -1)], "UME", settings).refusals == (Refusal.MINUS_OFF,)
    assert say_hello(settings) == say_hello(Settings(minus=Minus.OFF))


def test_a_vote_is_refused_for_one_reason_alone():
    settings = Settings(minus=Minus.OFF, things=False)
    ruling = judge([Vote("UME", -1), Vote("thing:ci", -1)], "UME", settings)
    assert ruling == Ruling(
        (), (RefusedVote(Refusal.SELF, "UME"), RefusedVote(Refusal.THINGS, "thing:ci"))
    )


def test_no_vote_of_a_banned_person_counts_whatever_else_is_wrong():
    until = datetime(2026, 11, 27, tzinfo=UTC)
    votes = (*people(4), Vote("UME", 1))
    ruling = judge(votes, "UME", SETTINGS, VoteFacts(ban=ActiveBan(until)))
    refused = tuple(RefusedVote(Refusal.BANNED, vote.target) for vote in votes)
    assert ruling == Ruling((), refused, (), votes, ActiveBan(until))


def test_a_banned_person_without_votes_gets_no_refusal():
    assert judge([], "UME", SETTINGS, VoteFacts(ban=ActiveBan())).refusals == ()


def test_no_vote_by_or_for_a_stranger_counts():
    votes = [Vote("U1", 1), Vote("UX", 1)]
    assert judge(votes, "UME", SETTINGS, VoteFacts(strangers={"UX"})) == Ruling(
        (Vote("U1", 1),), (RefusedVote(Refusal.STRANGER, "UX"),)
    )
    assert judge(votes, "UX", SETTINGS, VoteFacts(strangers={"UX"})) == Ruling(
        (), (RefusedVote(Refusal.STRANGER, "U1"), RefusedVote(Refusal.STRANGER, "UX"))
    )


@each(
    ("held", "said", "left"),
    [
        (3, 1, 1), (3, 3, 3), (3, 5, 3), (3, -2, 0), (-2, -1, -1), (-2, -5, -2), (-2, 1, 0),
        (0, 1, 0), (0, -1, 0),
    ],
)  # fmt: skip
def test_people_who_may_not_vote_can_only_take_back(held, said, left):
    before = [Vote("U1", held)] if held else []
    assert cap_votes([Vote("U1", said, "why")], before) == (
        (Vote("U1", left, "why"),) if left else ()
    )
