"""Block Kit in a terminal: each block as something that rich can print."""

from collections.abc import Callable, Iterable
from typing import Any

from rich.console import Group, JustifyMethod, RenderableType
from rich.markdown import Markdown
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from app.ops.local_slack.workspace import Workspace
from app.ops.playground.mrkdwn import mrkdwn
from app.ops.playground.names import emoji
from app.ops.playground.rich_text import rich_text

Block = dict[str, Any]


def render_blocks(blocks: Iterable[Block], workspace: Workspace) -> list[RenderableType]:
    """Give *blocks* as Slack shows them, one below the other."""
    return [render_block(block, workspace) for block in blocks]


def render_block(block: Block, workspace: Workspace) -> RenderableType:
    """Give one block; a type that is not known shows its text, or its type."""
    kind = str(block.get("type"))
    if kind in LAYOUTS:
        return LAYOUTS[kind](block, workspace)
    return text_of(block.get("text") or f"({kind})", workspace)


def text_of(part: Any, workspace: Workspace, *, style: str = "") -> Text:
    """Give a text object, plain or mrkdwn, or a bare string."""
    if not isinstance(part, dict):
        return Text(str(part or ""), style=style)
    source = str(part.get("text", ""))
    if part.get("type") == "mrkdwn":
        return mrkdwn(source, workspace)
    return Text(emoji(source), style=style)


def _header(block: Block, workspace: Workspace) -> RenderableType:
    return text_of(block.get("text"), workspace, style="bold underline")


def _divider(_block: Block, _workspace: Workspace) -> RenderableType:
    return Rule(style="dim", characters="-")


def _markdown(block: Block, _workspace: Workspace) -> RenderableType:
    return Markdown(emoji(str(block.get("text", ""))))


def _section(block: Block, workspace: Workspace) -> RenderableType:
    parts: list[RenderableType] = []
    if "text" in block:
        parts.append(text_of(block["text"], workspace))
    if fields := block.get("fields"):
        grid = Table.grid(padding=(0, 4))
        texts = [text_of(field, workspace) for field in fields]
        for left, right in zip(texts[::2], [*texts[1::2], Text()], strict=False):
            grid.add_row(left, right)
        parts.append(grid)
    if "accessory" in block:
        parts.append(_element(block["accessory"], workspace))
    return Group(*parts)


def _row(block: Block, workspace: Workspace) -> RenderableType:
    row = Text("  ").join(_element(part, workspace) for part in block.get("elements", []))
    if block.get("type") == "context":
        row.stylize("dim")
    return row


def _element(element: Block, workspace: Workspace) -> Text:
    match element.get("type"):
        case "button":
            return Text("[ ") + text_of(element.get("text"), workspace, style="bold") + " ]"
        case "mrkdwn" | "plain_text":
            return text_of(element, workspace)
        case "image":
            return Text(f"({element.get('alt_text', 'image')})")
        case "overflow":
            return Text("[ ... ]")
        case _:
            return Text("[ ") + text_of(element.get("placeholder") or "menu", workspace) + " v ]"


def _table(block: Block, workspace: Workspace) -> RenderableType:
    head, *rows = block.get("rows") or [[]]
    settings = block.get("column_settings") or []
    table = Table(title=block.get("caption"), title_justify="left", box=None, padding=(0, 2, 0, 0))
    for index, cell in enumerate(head):
        column = (settings[index] if index < len(settings) else None) or {}
        justify: JustifyMethod = column.get("align") or _natural(index, rows)
        table.add_column(_cell(cell, workspace), justify=justify)
    for row in rows:
        table.add_row(*(_cell(cell, workspace) for cell in row))
    return table


def _natural(index: int, rows: list[list[Block]]) -> JustifyMethod:
    cells = [row[index] for row in rows if index < len(row)]
    return "right" if cells and all(c.get("type") == "raw_number" for c in cells) else "left"


def _cell(cell: Block, workspace: Workspace) -> Text:
    if cell.get("type") == "rich_text":
        return rich_text(cell, workspace)
    return Text(emoji(str(cell.get("text", cell.get("value", "")))))


LAYOUTS: dict[str, Callable[[Block, Workspace], RenderableType]] = {
    "actions": _row,
    "context": _row,
    "context_actions": _row,
    "data_table": _table,
    "divider": _divider,
    "header": _header,
    "markdown": _markdown,
    "rich_text": rich_text,
    "section": _section,
    "table": _table,
}
