"""Regular expressions behave the same on every supported Python."""

import re
from pathlib import Path

APP = Path(__file__).parents[2] / "app"


def test_no_repeat_of_a_group_is_possessive():
    """Python before 3.11.5 doesn't backtrack if such a group fails halfway (gh-106052)."""
    found = [
        f"{path.name}: {line.strip()}"
        for path in APP.rglob("*.py")
        for line in path.read_text().splitlines()
        if re.search(r"\)(?:[*+?]|\}\}|\{\d+,?\d*\})\+", line) and re.search(r'\brf?"', line)
    ]
    assert found == []
