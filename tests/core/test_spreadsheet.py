"""CSV cells: none runs in a spreadsheet, and each reads back unchanged."""

import re

from hypothesis import given
from hypothesis import strategies as st

from app.core.transfer.spreadsheet import guard_cell, read_cell, read_table
from tests.tables import each


@each(
    "text",
    ["=1+2", "+1", "-1", "@SUM(A1)", "\r=1", " =1", '"=1"', "＝1+2", "＋1", "－1", "＠SUM(A1)"],
)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert guard_cell(text) == f"'{text}"


@each("text, cell", [("a;=1;b", "a;'=1;b"), ('a; "+1;-1', """a;' "+1;'-1"""), ("a\t@b", "a\t'@b")])
def test_what_another_separator_would_make_a_formula_gets_one_too(text, cell):
    assert guard_cell(text) == cell


@each("text", ["", "bob", "1 + 2", "'quoted'", "a=b", "a; b", "\tx"])
def test_all_other_text_stays_unchanged(text):
    assert guard_cell(text) == read_cell(text) == text


@given(st.text(alphabet="'\"; =+-@\t\r\n＝＋－＠ab") | st.text())
def test_every_text_is_harmless_and_reads_back(text):
    cell = guard_cell(text)
    assert not re.search(r'(^|[;\t])[" \r\n]*[=+\-@＝＋－＠]', cell)
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
