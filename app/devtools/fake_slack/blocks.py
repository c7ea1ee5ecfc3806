"""Slack's limits on the blocks of messages, modals and App Homes, checked on each request."""

import json
from typing import Any, Final

from slack_sdk.models.views import View

from app.devtools.fake_slack.arguments import Args, MethodError, read_structure
from app.devtools.fake_slack.elements import (
    find_element_fault,
    find_first,
    find_property_fault,
    find_text_fault,
    may_be_in,
)
from app.devtools.fake_slack.fields import list_elements
from app.devtools.fake_slack.values import File
from app.devtools.fake_slack.workspace import Workspace

TABLES: Final = frozenset({"table", "data_table"})
CELLS: Final = {"raw_text", "raw_number", "rich_text"}

Block = dict[str, Any]
KNOWN: Final = TABLES | {
    "actions", "alert", "card", "carousel", "container", "context", "context_actions", "divider",
    "file", "header", "image", "input", "markdown", "plan", "rich_text", "section", "task_card",
    "video",
}  # fmt: skip
MOST_TEXT: Final = 40_000
MOST_ELEMENTS: Final = {"actions": 25, "context": 10, "context_actions": 5}

MOST_BLOCK_TEXT: Final = 12_000
"""Maximum characters in all blocks of a post; Slack documents only its error, and counts more."""

LARGEST: Final = 250_000
"""Maximum size of a view, in bytes."""
VIEW_PROPERTIES: Final = View.attributes | {"app_installed_team_id"}
"""The properties of views, including those that Slack adds."""


def find_table_fault(block: Block) -> str:
    """Return why a table block is invalid, or ""."""
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


def read_content(
    workspace: Workspace, args: Args, most: int = MOST_TEXT
) -> tuple[str, list[Block]]:
    """Return a post's text, of up to *most* characters, and its blocks; raise Slack's error."""
    text, blocks = str(args.get("text") or ""), read_structure(args, "blocks") or []
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise MethodError("invalid_blocks_format")
    if not text.strip() and not blocks and not args.get("attachments"):
        raise MethodError("no_text")
    if len(text) > most:
        raise MethodError("msg_too_long")
    if sum(block.get("type") in TABLES for block in blocks) > 1:
        raise MethodError("invalid_attachments", "only_one_table_allowed")
    refused = set() if workspace.takes_data_tables else {"data_table"}
    if reason := find_fault(blocks, most=50, known=KNOWN - refused):
        raise MethodError("invalid_blocks", reason)
    if reason := _find_file_fault(workspace, blocks):
        raise MethodError("invalid_blocks", reason)
    return text, blocks


def measure_text(part: Any) -> int:
    """Return the number of characters of all texts in *part*, except those in tables."""
    if isinstance(part, list):
        return sum(map(measure_text, part))
    if not isinstance(part, dict) or part.get("type") in TABLES:
        return 0
    text = part.get("text")
    return (len(text) if isinstance(text, str) else 0) + sum(map(measure_text, part.values()))


def _find_file_fault(workspace: Workspace, blocks: list[Block]) -> str:
    """Return why an image block's uploaded file can't be shown, or ""."""
    for index, block in enumerate(blocks):
        if "slack_file" not in block:
            continue
        file = _find_file(workspace, block["slack_file"])
        if file is None or not _is_ready(workspace, file):
            return f"invalid slack file [json-pointer:/blocks/{index}/slack_file]"
    return ""


def _is_ready(workspace: Workspace, file: File) -> bool:
    """Return whether Slack has processed a new file; each call counts as one try."""
    workspace.file_checks[file.id] += 1
    return workspace.file_checks[file.id] > workspace.failing_file_checks


def _find_file(workspace: Workspace, reference: Any) -> File | None:
    if not isinstance(reference, dict) or len(reference) != 1:  # an id or a URL, never both
        return None
    file = workspace.files.get(str(reference.get("id")))
    return file if file and file.completed else None


def list_pictures(workspace: Workspace, blocks: list[Block]) -> list[File]:
    """Return the files that image blocks show."""
    found = (_find_file(workspace, b["slack_file"]) for b in blocks if "slack_file" in b)
    return [file for file in found if file]


def find_fault(blocks: list[Block], *, most: int, known: frozenset[str] | set[str] = KNOWN) -> str:
    """Return why *blocks* are invalid, or ""; at most *most* of them are allowed."""
    if len(blocks) > most:
        return f"no more than {most} items allowed [json-pointer:/blocks]"
    if sum(len(str(b.get("text"))) for b in blocks if b.get("type") == "markdown") > 12_000:
        return "no more than 12000 characters of markdown [json-pointer:/blocks]"
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        reason = _find_block_fault(block, known) or _find_id_fault(block, seen)
        if reason:
            return f"{reason} [json-pointer:/blocks/{index}]"
    return ""


def _find_id_fault(block: Block, seen: set[str]) -> str:
    ident = block.get("block_id")
    if ident is None:
        return ""
    if not isinstance(ident, str) or not 0 < len(ident) <= 255:
        return "block_id must be 1 to 255 characters"
    if ident in seen:
        return f"block_id already exists: {ident}"
    seen.add(ident)
    return ""


def _find_block_fault(block: Block, known: frozenset[str] | set[str]) -> str:
    kind = str(block.get("type"))
    if kind not in known:
        return f"unsupported type: {kind}"
    if reason := find_property_fault(block):
        return reason
    if kind in TABLES:
        return find_table_fault(block)
    if kind in MOST_ELEMENTS:
        return _find_row_fault(block, MOST_ELEMENTS[kind])
    reason = LIMITS[kind](block) if kind in LIMITS else ""
    return reason or _find_elements_fault(block)


def _find_row_fault(block: Block, most: int) -> str:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= most:
        return f"must have 1 to {most} elements"
    if block["type"] == "context":
        return find_first(_find_context_fault(part) for part in elements)
    if any("action_id" not in part for part in elements):
        return "missing required field: action_id"
    return _find_elements_fault(block)


def _find_context_fault(part: Block) -> str:
    if part.get("type") == "image":
        return _find_image_fault(part)
    return find_text_fault(part, 3000)


def _find_elements_fault(block: Block) -> str:
    found = [element for _, element in list_elements([block])]
    if stray := [e["type"] for e in found if not may_be_in(block["type"], str(e.get("type")))]:
        return f"unsupported type of element here: {stray[0]}"
    idents = [element["action_id"] for element in found]
    if len(idents) != len(set(idents)):
        return "action_id must be unique in a block"
    return find_first(map(find_element_fault, found))


def _find_section_fault(block: Block) -> str:
    if "text" not in block and not block.get("fields"):
        return "must define either `fields` or `text`"
    fields = block.get("fields", [])
    if len(fields) > 10:
        return "no more than 10 items allowed"
    whole = find_text_fault(block["text"], 3000) if "text" in block else ""
    return whole or find_first(find_text_fault(field, 2000) for field in fields)


def _find_header_fault(block: Block) -> str:
    return find_text_fault(block.get("text"), 150, plain=True)


def _find_image_fault(block: Block) -> str:
    if not 0 < len(str(block.get("alt_text", ""))) <= 2000:
        return "alt_text must be 1 to 2000 characters"
    if "slack_file" not in block and not 0 < len(str(block.get("image_url", ""))) <= 3000:
        return "image_url must be 1 to 3000 characters"
    return find_text_fault(block["title"], 2000, plain=True) if "title" in block else ""


def _find_input_fault(block: Block) -> str:
    if not isinstance(block.get("element"), dict):
        return "missing required field: element"
    hint = find_text_fault(block["hint"], 2000, plain=True) if "hint" in block else ""
    return find_text_fault(block.get("label"), 2000, plain=True) or hint


LIMITS: Final = {
    "header": _find_header_fault,
    "image": _find_image_fault,
    "input": _find_input_fault,
    "section": _find_section_fault,
}


def check_view(view: dict[str, Any]) -> None:
    """Raise Slack's error for a view that it would reject."""
    if len(json.dumps(view)) > LARGEST:
        raise MethodError("view_too_large")
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise MethodError("invalid_arguments", "missing required field: blocks")
    if unknown := view.keys() - VIEW_PROPERTIES:
        raise MethodError("invalid_arguments", f"invalid additional property: {min(unknown)}")
    reason = find_fault(blocks, most=100, known=KNOWN - TABLES) or _find_names_fault(view)
    if view.get("type") == "modal":
        reason = reason or _find_modal_fault(view)
    if reason:
        raise MethodError("invalid_arguments", reason.replace("pointer:/", "pointer:/view/"))


def _find_names_fault(view: dict[str, Any]) -> str:
    for name, most in (("callback_id", 255), ("external_id", 255), ("private_metadata", 3000)):
        if len(str(view.get(name) or "")) > most:
            return f"must be less than {most + 1} characters [json-pointer:/{name}]"
    return ""


def _find_modal_fault(view: dict[str, Any]) -> str:
    if "title" not in view:
        return "missing required field: title [json-pointer:/title]"
    asks = any(block.get("type") == "input" for block in view["blocks"])
    if asks and not view.get("submit"):
        return "missing required field: submit [json-pointer:/submit]"
    names = [name for name in ("title", "submit", "close") if view.get(name)]
    return find_first(find_text_fault(view[name], 24, plain=True) for name in names)
