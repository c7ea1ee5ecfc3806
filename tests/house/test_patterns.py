"""Regular expressions that do the same on every Python that the app runs on."""

import re
from pathlib import Path

APP = Path(__file__).parents[2] / "app"


def test_no_repeat_of_a_group_is_possessive():
    """Python before 3.11.5 does not step back when such a group fails half-way (gh-106052)."""
    found = [
        f"{path.name}: {line.strip()}"
        for path in APP.rglob("*.py")
        for line in path.read_text().splitlines()
        if re.search(r"\)(?:[*+?]|\}\}|\{\d+,?\d*\})\+", line) and 'r"' in line
    ]
    assert found == []
