"""CSV cells: none runs in a spreadsheet, and each reads back unchanged."""

import re

from hypothesis import given
from hypothesis import strategies as st

from app.core.transfer.spreadsheet import FORMULA, read_cell, read_table
from tests.tables import each


def guard_cell(text: str) -> str:
    """Guard *text* the way PostgreSQL does in an export."""
    return f"'{text}" if re.match(FORMULA, text) else text


@each(
    "text",
    ["=1+2", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+2", "＋1", "－1", "＠SUM(A1)"],
)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert guard_cell(text) == f"'{text}"


@each("text", ["", "bob", "1 + 2", "'quoted'", "a=b", " =1"])
def test_all_other_text_stays_unchanged(text):
    assert guard_cell(text) == read_cell(text) == text


@given(st.text(alphabet="'=+-@\t\r\n＝＋－＠ab") | st.text())
def test_every_text_is_harmless_and_reads_back(text):
    cell = guard_cell(text)
    assert not re.match(r"[=+\-@\t\r\n＝＋－＠]", cell)
    assert read_cell(cell) == text


@each("row, fault", [
    (["redis", "4"], ""),
    (["redis", "4", "", ""], ""),
    (["redis", "4", "000"], "a row with too many cells"),
    (["redis"], "a row with too few cells"),
])  # fmt: skip
def test_a_row_has_the_cells_that_the_first_row_names(row, fault):
    [entry] = read_table(iter([["item", "score"], row]))
    assert entry.fault == fault
