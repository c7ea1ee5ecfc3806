"""Files from other bots: hubot-plusplus's brain, HeyTaco's lists, and tables."""

import io
import json

import ijson
import pytest

from app.core.transfer.hubot_brain import find_brain, read_brain
from app.core.transfer.score_file import (
    FileError,
    ScoreEntry,
    ScoreFault,
    judge_entry,
    read_entries,
)
from app.core.transfer.spreadsheet import read_table
from tests.tables import each

USERS = {
    "U0ANN00001": {"id": "U0ANN00001", "name": "ann", "real_name": "Ann Lee", "room": "C1"},
    "U0BOB00002": {"name": "bob", "slack": {"profile": {"name": "x"}}, "real_name": "Sam"},
    "U0SAM00003": {"name": "sammy", "real_name": "Sam"},
    "U0OLD00004": None,
}
PLUSPLUS = {
    "log": {"ann": {"bob": "2019-01-01T00:00:00.000Z"}},
    "scores": {"bob": 17, "ann lee": 42, "postgres": 3, "sam": 1},
    "reasons": {"bob": {"scores": 2}},
    "last": {"general": {"user": "bob", "reason": "docs"}},
}


def events(value):
    return ijson.basic_parse(io.BytesIO(json.dumps(value).encode()))


def judge(raws):
    """Return the scores that count, by target, and the messages for those that don't."""
    found = [judge_entry(raw) for raw in raws]
    good = {of.target: of.score for of in found if isinstance(of, ScoreEntry)}
    return good, [str(of) for of in found if isinstance(of, ScoreFault)]


@each("order", [1, -1])
def test_a_brain_gives_points_to_the_people_it_can_name(order):
    whole = {"users": USERS, "_private": {"scores": {"no": 1}}, "plusPlus": PLUSPLUS, "x": [1]}
    told = dict(list(whole.items())[::order])
    brain = find_brain(events(told))
    assert brain
    assert judge(read_brain(events(told), brain)) == (
        {"U0BOB00002": 17, "U0ANN00001": 42, "thing:postgres": 3},
        ['entry 4 ("sam"): more than one person has this name: write the id in its place'],
    )


def test_data_of_hubot_plusplus_may_be_alone_in_the_file():
    brain = find_brain(events(PLUSPLUS))
    assert brain
    good, bad = judge(read_brain(events(PLUSPLUS), brain))
    assert (good["thing:bob"], len(good), bad) == (17, 4, [])


def test_a_name_in_a_brain_that_is_no_text_is_a_bad_entry():
    whole = {"plusPlus": {"scores": {"leaderboard": [{"user_id": [], "score": 3}]}}}
    brain = find_brain(events(whole))
    assert brain
    assert judge(read_brain(events(whole), brain)) == (
        {},
        ["entry 1 (a list): a name that isn't text: a list"],
    )


def test_a_list_of_hubot_plusplus_expanded_names_people_by_their_ids():
    listed = [
        {"_id": {"$oid": "5f0"}, "name": "ann", "score": 3, "slackId": "U0ANN00001"},
        {"_id": {"$oid": "5f1"}, "name": "postgres", "score": 4},
    ]
    good, bad = judge(read_entries(events(listed)))
    assert (good, bad) == ({"U0ANN00001": 3, "thing:postgres": 4}, [])


@each(
    "told", [{"U1": {"score": 3}}, {"scores": {"score": 3}}, {"plusPlus": 3}, [{"scores": {}}], {}]
)
def test_other_files_are_not_taken_for_a_brain(told):
    assert find_brain(events(told)) is None


def test_the_list_of_heytaco_is_read():
    listed = [
        {"received_by_id": "U0ANN00001", "username": "ann", "count": "5"},
        {"received_by_id": "U0BOB00002", "username": "bob", "sum": "12"},
        {"received_by_id": "U0SAM00003", "username": "sam", "count": "many"},
    ]
    bad = ['entry 3 ("U0SAM00003"): not an integer: "many"']
    assert judge(read_entries(events({"leaderboard": listed}))) == (
        {"U0ANN00001": 5, "U0BOB00002": 12},
        bad,
    )


def test_a_score_is_preferred_to_a_count():
    listed = [{"received_by_id": "U0ANN00001", "sum": "7", "score": 5}]
    (entry,) = read_entries(events({"leaderboard": listed}))
    assert (entry.score, list(entry.ignored)) == (5, ["sum"])


def test_entries_next_to_the_list_of_heytaco_are_numbered_too():
    listed = [{"user_id": name, "score": 1} for name in ("U1", "U2")]
    raws = read_entries(events({"U1": 5, "leaderboard": listed, "U3": 3}))
    assert [(raw.number, raw.name) for raw in raws] == [(1, "U1"), (2, "U1"), (3, "U2"), (4, "U3")]


def test_the_table_of_working_plusplus_is_read_as_json_and_as_csv():
    rows = [{"item": "U0ANN00001", "score": 42}, {"item": "postgres", "score": -3}]
    expected = ({"U0ANN00001": 42, "thing:postgres": -3}, [])
    assert judge(read_entries(events(rows))) == expected
    table = [["item", "score"], ["U0ANN00001", "42"], ["postgres", "-3"], []]
    assert judge(read_table(iter(table))) == expected


def test_the_table_of_karmabot_is_read_as_json_and_as_csv():
    rows = [{"user_id": "U0ANN00001", "username": "ann", "karma_points": 42}]
    assert judge(read_entries(events(rows))) == ({"U0ANN00001": 42}, [])
    table = [["user_id", "username", "karma_points"], ["U0ANN00001", "ann", "42"]]
    assert judge(read_table(iter(table))) == ({"U0ANN00001": 42}, [])


def test_the_gifts_that_heytaco_lists_are_added_up():
    table = [
        ["Receiver UID", "Receiver Username", "Giver UID", "Message", "Tacos", "Type"],
        ["U0ANN00001", "ann", "U0BOB00002", "=thanks", "2", "taco"],
        ["U0BOB00002", "bob", "U0ANN00001", "", "1", "taco"],
        ["U0ANN00001", "ann", "U0SAM00003", "", "3", "taco"],
        ["U0SAM00003", "sam", "U0ANN00001", "", "", "taco"],
    ]
    assert judge(read_table(iter(table))) == (
        {"U0ANN00001": 5, "U0BOB00002": 1},
        ['entry 4 ("U0SAM00003"): not an integer: ""'],
    )


def test_the_boards_of_all_time_are_read_from_a_table_of_ours():
    table = [
        ["team_id", "board", "target_id", "score", "created_at"],
        ["T1", "users", "U1", "3", "2026-01-01"],
        ["T1", "users/2026-01", "U1", "2", "2026-01-01"],
        ["T1", "things", "thing:=x", "-1", "2026-01-01"],
    ]
    assert judge(read_table(iter(table))) == ({"U1": 3, "thing:=x": -1}, [])


def test_cells_that_were_guarded_read_back():
    table = [["thing", "points"], ["'=1+2", "4"], ["'-x", "'-5"], ["'quoted'", "1"], ["short"]]
    assert judge(read_table(iter(table))) == (
        {"thing:=1+2": 4, "thing:-x": -5, "thing:'quoted'": 1},
        ["entry 4: a row with too few cells"],
    )


@each("head", [[], ["score"], ["name"], ["a", "b"]])
def test_a_table_without_names_or_scores_is_refused(head):
    with pytest.raises(FileError, match="has no column with"):
        read_table(iter([head]))
