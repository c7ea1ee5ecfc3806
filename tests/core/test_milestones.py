"""The scores that are celebrated."""

from app.core.vote import find_milestone
from tests.tables import each


@each(
    ("before", "after", "reached"),
    [
        (0, 1, None), (9, 10, 10), (10, 11, None), (8, 12, 10), (49, 50, 50), (8, 60, 50),
        (99, 100, 100), (100, 249, None), (249, 250, 250), (499, 500, 500), (999, 1000, 1000),
        (1000, 2499, None), (2499, 2500, 2500), (4999, 5000, 5000), (9999, 10_000, 10_000),
        (24_990, 25_001, 25_000), (0, 1_000_000, 1_000_000), (11, 9, None), (-5, -1, None),
        (10, 10, None), (9_999_999, 10**7, 10**7),
    ],
)  # fmt: skip
def test_the_highest_milestone_reached_counts(before, after, reached):
    assert find_milestone(before, after) == reached
