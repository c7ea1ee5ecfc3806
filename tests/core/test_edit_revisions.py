"""The revisions of a message: their order, and which of them are edits."""

import re

from app.core.message import AFTER, CLOSED, EDITED, FIRST, build_edit_revision
from tests.tables import each

ONE, TWO = "1700000001.000000", "1700000002.000000"
IN_ORDER = [
    FIRST,
    FIRST + AFTER,
    build_edit_revision(ONE),
    build_edit_revision(ONE) + AFTER,
    build_edit_revision(ONE, f"{ONE[:-1]}1"),
    build_edit_revision(ONE, f"{ONE[:-1]}2"),
    build_edit_revision(ONE, f"{ONE[:-1]}2") + AFTER,
    build_edit_revision(TWO, TWO),
    *CLOSED,
]


def test_later_revisions_compare_greater():
    assert sorted(IN_ORDER) == IN_ORDER


@each("revision", IN_ORDER)
def test_pattern_matches_only_edits(revision):
    is_edit = revision.startswith((ONE, TWO)) and not revision.endswith(AFTER)
    assert bool(re.fullmatch(EDITED, revision)) == is_edit
