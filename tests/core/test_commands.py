"""What people ask the app for."""

import pytest

from app.core.commands import Command, Help, ShowBoard, Unclear, leaderboard, mention
from tests.core.reading import lines


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", ShowBoard(10)),
        ("  ", ShowBoard(10)),
        ("1", ShowBoard(1)),
        (" 25 ", ShowBoard(25)),
        ("050", ShowBoard(50)),
        ("help", Help()),
        (" HELP ", Help()),
        ("0", Unclear()),
        ("51", Unclear()),
        ("-1", Unclear()),
        ("+5", Unclear()),
        ("2.5", Unclear()),
        ("ten", Unclear()),
        ("10 people", Unclear()),
        ("٣", Unclear()),
        ("²", Unclear()),
        ("9" * 5000, Unclear()),
    ],
)
def test_the_slash_command_takes_a_count_or_help(arguments: str, expected: Command):
    assert leaderboard(arguments) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("@bob leaderboard", ShowBoard(10)),
        ("@bob: leaderboard 25", ShowBoard(25)),
        ("@bob, Leaderboard", ShowBoard(10)),
        ("@bob\u00a0leaderboard\u00a05", ShowBoard(5)),
        ("  @bob   leaderboard   5  ", ShowBoard(5)),
        ("*@bob* leaderboard", ShowBoard(10)),
        ("@bob leaderboard help", Help()),
        ("@bob leaderboard please", Unclear()),
        ("@bob leaderboard @ann", Unclear()),
        ("@bob help", Help()),
        ("@bob HELP me", Help()),
        ("@bob", Unclear()),
        ("@bob thanks", Unclear()),
        ("@bob++", Unclear()),
        ("@ann leaderboard", None),
        ("hey @bob leaderboard", None),
        ("leaderboard @bob", None),
        ("@bob leaderboards", Unclear()),
        ("@bob leaderboard\nsecond line", None),
        ("&gt; @bob leaderboard", None),
        ("`@bob leaderboard`", None),
        ("", None),
    ],
)
def test_a_mention_of_the_app_may_be_a_command(typed: str, expected: Command | None):
    assert mention(lines(typed), "UBOB") == expected
