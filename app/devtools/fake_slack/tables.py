"""Slack's limits on tables, the plain ones and those that can be sorted."""

from typing import Any, Final

from app.devtools.fake_slack.elements import find_first

Block = dict[str, Any]
TABLES: Final = frozenset({"table", "data_table"})
CELLS: Final = {"raw_text", "raw_number", "rich_text"}


def find_table_fault(block: Block) -> str:
    """Name what Slack would refuse in a table."""
    rows, is_data = block.get("rows"), block["type"] == "data_table"
    fewest, most, characters = (2, 201, 20_000) if is_data else (1, 100, 10_000)
    if not isinstance(rows, list) or not fewest <= len(rows) <= most:
        return f"must have {fewest} to {most} rows"
    if any(not isinstance(row, list) or not 1 <= len(row) <= 20 for row in rows):
        return "a row must have 1 to 20 cells"
    if sum(len(_read_plain(cell)) for row in rows for cell in row) > characters:
        return f"no more than {characters} characters allowed in all cells"
    if len(block.get("column_settings", [])) > 20:
        return "no more than 20 column_settings allowed"
    cells = find_first(_find_cell_fault(cell) for row in rows for cell in row)
    return cells or (_find_data_table_fault(block) if is_data else "")


def _find_cell_fault(cell: Any) -> str:
    kind = cell.get("type", "raw_text") if isinstance(cell, dict) else None
    return "" if kind in CELLS else f"unsupported type of cell: {kind}"


def _find_data_table_fault(block: Block) -> str:
    if not block.get("caption"):
        return "missing required field: caption"
    head, *rows = block["rows"]
    if any(cell.get("type") == "rich_text" for cell in head):
        return "the first row must not hold rich_text"
    if any(len(row) != len(head) for row in rows):
        return "all rows must have the same number of cells"
    size = block.get("page_size", 5)
    return "" if isinstance(size, int) and 1 <= size <= 100 else "page_size must be 1 to 100"


def _read_plain(part: Any) -> str:
    if isinstance(part, list):
        return "".join(map(_read_plain, part))
    if isinstance(part, dict):
        return str(part.get("text", part.get("value", ""))) or _read_plain(part.get("elements", []))
    return str(part)
