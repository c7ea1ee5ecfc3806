"""Combining the votes of a message into one per target."""

from app.core.vote import Vote, build_thing_id, list_groups, tally


def test_the_same_target_twice_is_summed_and_held_to_the_maximum():
    assert tally([Vote("U1", 2), Vote("U1", 2)], {}, 5) == (Vote("U1", 4),)
    assert tally([Vote("U1", 4), Vote("U1", 4)], {}, 5) == (Vote("U1", 5),)
    assert tally([Vote("U1", -4), Vote("U1", -4)], {}, 5) == (Vote("U1", -5),)


def test_each_operator_is_held_to_the_maximum_before_the_sum():
    assert tally([Vote("U1", 99), Vote("U1", -1)], {}, 5) == (Vote("U1", 4),)


def test_a_sum_of_zero_is_not_a_vote():
    assert tally([Vote("U1", 1), Vote("U2", 1), Vote("U1", -1)], {}, 5) == (Vote("U2", 1),)
    assert tally([Vote("U1", 0)], {}, 5) == ()


def test_targets_keep_the_order_in_which_they_were_named():
    votes = [Vote(name, 1) for name in ("U2", "thing:a", "U1", "U2")]
    assert [vote.target for vote in tally(votes, {}, 5)] == ["U2", "thing:a", "U1"]


def test_a_group_becomes_its_members_with_the_same_reason():
    votes = [Vote("group:S1", 1, "the demo", "for")]
    expected = (Vote("U1", 1, "the demo", "for"), Vote("U2", 1, "the demo", "for"))
    assert tally(votes, {"S1": ["U1", "U2"]}, 5) == expected


def test_a_member_named_beside_the_group_gets_both_votes():
    votes = [Vote("group:S1", 1), Vote("U1", 1)]
    assert tally(votes, {"S1": ["U1", "U2"]}, 5) == (Vote("U1", 2), Vote("U2", 1))


def test_a_group_without_members_gets_nothing():
    assert tally([Vote("group:S1", 1)], {"S1": []}, 5) == ()


def test_groups_are_listed_once_each_in_order():
    votes = [Vote("group:S2", 1), Vote("U1", 1), Vote("group:S1", 1), Vote("group:S2", -1)]
    assert list_groups(votes) == ["S2", "S1"]


def test_the_first_reason_and_the_last_spelling_stay():
    votes = [Vote("thing:db", 1, None, None, "db"), Vote("thing:db", 1, "x", "for", "DB")]
    assert tally(votes, {}, 5) == (Vote("thing:db", 2, "x", "for", "DB"),)
    assert tally(votes[::-1], {}, 5) == (Vote("thing:db", 2, "x", "for", "db"),)


def test_a_thing_has_one_key_however_it_is_written():
    for name in ("Zoë  Two", "ZOE\u0308 TWO", " zoë\u00a0two\u3000"):
        assert build_thing_id(name) == "thing:zoë two"
    assert build_thing_id("Straße") == build_thing_id("STRASSE")


def test_a_name_too_long_for_an_index_is_not_a_thing():
    assert build_thing_id("x" * 2000) is not None
    assert build_thing_id("x" * 2001) is None
    assert build_thing_id("猫" * 667) is None
    assert build_thing_id(" \u3000") is None
