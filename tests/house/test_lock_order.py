"""Rows are locked in the same order everywhere, whatever the database's collation."""

import re
from pathlib import Path

LOCKING = re.compile(
    r"ORDER BY ((?:(?!ORDER BY|\"\"\"|FROM|;).)*?)\s+"
    r"(?:ON CONFLICT|FOR (?:UPDATE|KEY SHARE|NO KEY UPDATE)(?: OF \w+)?(?! OF| SKIP)|\{conflict\})",
    re.DOTALL,
)
NUMBERS = {"id", "o.id", "post", "place", "day"}
"""Keys that don't depend on a collation."""


def list_keys(text):
    return [
        (" ".join(match[1].split()), key.strip())
        for match in LOCKING.finditer(text)
        for key in match[1].split(",")
    ]


UPSERT = re.compile(
    r"INSERT INTO (\w+)((?:(?!INSERT INTO|\"\"\").)*?)"
    r"ON CONFLICT(?:(?!INSERT INTO|\"\"\").)*?DO UPDATE",
    re.DOTALL,
)
OF_ONE_ROW = {("channel_ids.py", "channels")}
"""Statements that write at most one row, which need no order."""


def test_upserts_lock_their_rows_in_order():
    found = {
        (path.name, match[1], "ORDER BY" in match[2])
        for path in Path("app/store").rglob("*.py")
        for match in UPSERT.finditer(path.read_text(encoding="utf-8"))
        if "SELECT" in match[2]
    }
    assert len(found) > 10
    assert {(name, table) for name, table, is_ordered in found if not is_ordered} == OF_ONE_ROW


def test_rows_are_locked_in_byte_order_of_their_keys():
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
