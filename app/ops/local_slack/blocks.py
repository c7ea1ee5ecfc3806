"""Slack's limits on a message's text and blocks, held before the stand-in accepts a post."""

from typing import Any

from app.ops.local_slack.arguments import Args, MethodError, structure

Block = dict[str, Any]
TABLES = {"table", "data_table"}
TEXT_LIMITS = {"section": 3000, "header": 150}
KNOWN = TABLES | set(TEXT_LIMITS) | {
    "actions", "alert", "card", "carousel", "container", "context", "context_actions", "divider",
    "file", "image", "input", "markdown", "plan", "rich_text", "task_card", "video",
}  # fmt: skip


def content_in(args: Args) -> tuple[str, list[Block]]:
    """Read a post's text and blocks; raise what Slack answers to what it would not show."""
    text, blocks = str(args.get("text") or ""), structure(args, "blocks") or []
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise MethodError("invalid_blocks_format")
    if not text.strip() and not blocks and not args.get("attachments"):
        raise MethodError("no_text")
    if len(text) > 40_000:
        raise MethodError("msg_too_long")
    check_blocks(blocks, most=50)
    return text, blocks


def check_blocks(blocks: list[Block], *, most: int) -> None:
    """Hold *blocks* to Slack's limits, *most* of them at once; raise invalid_blocks and its kin."""
    if len(blocks) > most:
        raise MethodError("invalid_blocks", f"no more than {most} items allowed")
    if sum(block.get("type") in TABLES for block in blocks) > 1:
        raise MethodError("invalid_attachments", "only_one_table_allowed")
    for index, block in enumerate(blocks):
        if reason := _fault_of(block):
            raise MethodError("invalid_blocks", f"{reason} [json-pointer:/blocks/{index}]")


def _fault_of(block: Block) -> str:
    kind = block.get("type")
    if kind not in KNOWN:
        return f"unsupported type: {kind}"
    if kind in TABLES:
        return _fault_of_table(block)
    text = block.get("text")
    length = len(str(text.get("text", ""))) if isinstance(text, dict) else 0
    if length > TEXT_LIMITS.get(str(kind), length):
        return f"must be less than {TEXT_LIMITS[str(kind)] + 1} characters"
    return ""


def _fault_of_table(block: Block) -> str:
    rows = block.get("rows", [])
    is_data = block["type"] == "data_table"
    fewest, most, characters = (2, 201, 20_000) if is_data else (1, 100, 10_000)
    if is_data and not block.get("caption"):
        return "missing required field: caption"
    if not fewest <= len(rows) <= most:
        return f"must have {fewest} to {most} rows"
    if any(not 1 <= len(row) <= 20 for row in rows):
        return "a row must have 1 to 20 cells"
    if sum(len(_plain(cell)) for row in rows for cell in row) > characters:
        return f"no more than {characters} characters allowed in all cells"
    return ""


def _plain(part: Any) -> str:
    if isinstance(part, list):
        return "".join(map(_plain, part))
    if isinstance(part, dict):
        return str(part.get("text", "")) or _plain(part.get("elements", []))
    return str(part)
