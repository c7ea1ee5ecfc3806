"""Rows are locked in one order, whatever the collation of the database is."""

import re
from pathlib import Path

LOCKING = re.compile(
    r"ORDER BY ((?:(?!ORDER BY|\"\"\"|FROM|;).)*?)\s+"
    r"(?:ON CONFLICT|FOR (?:UPDATE|KEY SHARE|NO KEY UPDATE)(?: OF \w+)?(?! OF| SKIP)|\{conflict\})",
    re.DOTALL,
)
NUMBERS = {"id", "o.id", "place", "day"}
"""Keys that no collation orders."""


def list_keys(text):
    return [
        (" ".join(match[1].split()), key.strip())
        for match in LOCKING.finditer(text)
        for key in match[1].split(",")
    ]


def test_what_is_locked_by_name_is_locked_in_the_order_of_bytes():
    keys = [
        (path.name, order, key)
        for path in sorted(Path("app/store").rglob("*.py"))
        for order, key in list_keys(path.read_text(encoding="utf-8"))
    ]
    assert len(keys) > 30
    assert [
        (name, order)
        for name, order, key in keys
        if key not in NUMBERS and not key.endswith('COLLATE "C"')
    ] == []
