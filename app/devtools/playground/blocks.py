"""Block Kit in a terminal: each block as something that rich can print."""

from collections.abc import Callable, Iterable
from typing import Any

from rich.console import Group, JustifyMethod, RenderableType
from rich.markdown import Markdown
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from app.devtools.fake_slack.fields import KEYS
from app.devtools.fake_slack.workspace import Workspace
from app.devtools.playground.indent import Indent
from app.devtools.playground.mrkdwn import mrkdwn
from app.devtools.playground.names import emoji
from app.devtools.playground.rich_text import rich_text
from app.devtools.playground.values import choices, held

Block = dict[str, Any]

WRITTEN = {kind for kind, key in KEYS.items() if key == "value"}
UNFILLED = {
    "channels_select": "a channel", "conversations_select": "a channel", "datepicker": "a day",
    "multi_conversations_select": "channels", "multi_users_select": "members",
    "timepicker": "a time", "users_select": "a member",
}  # fmt: skip


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
        case "mrkdwn" | "plain_text":
            return text_of(element, workspace)
        case "image":
            return Text(f"({element.get('alt_text', 'image')})")
        case "button":
            inside = text_of(element.get("text"), workspace, style="bold")
        case "overflow":
            inside = Text("...")
        case kind:
            inside = _held(element, workspace) + ("" if kind in WRITTEN else " v")
    number = Text(f"{element['number']} ", style="cyan") if "number" in element else Text()
    return Text("[ ") + number + inside + " ]"


def _held(element: Block, workspace: Workspace) -> Text:
    """Give what a field holds, else what it asks for."""
    kind = str(element.get("type"))
    if kind in KEYS and (begun := held(element, workspace)):
        return Text(emoji(begun))
    asked = element.get("placeholder") or UNFILLED.get(kind, "..." if kind in WRITTEN else "menu")
    return text_of(asked, workspace)


def _image(block: Block, workspace: Workspace) -> RenderableType:
    title = text_of(block["title"], workspace, style="bold") if "title" in block else Text()
    alt = Text(f"(image: {block.get('alt_text', '')})")
    return Group(title, alt) if title else alt


def _input(block: Block, workspace: Workspace) -> RenderableType:
    element = block.get("element", {})
    label = text_of(block.get("label"), workspace, style="bold")
    optional = Text(" (optional)" if block.get("optional") else "", style="dim")
    parts: list[RenderableType] = [label + optional, Indent(_element(element, workspace))]
    if offered := choices(element):
        parts.append(Indent(Text(emoji(offered), style="dim")))
    if "hint" in block:
        parts.append(Indent(text_of(block["hint"], workspace, style="dim")))
    return Group(*parts)


def _table(block: Block, workspace: Workspace) -> RenderableType:
    head, *rows = block.get("rows") or [[]]
    settings = block.get("column_settings") or []
    table = Table(box=None, padding=(0, 2, 0, 0))
    for index, cell in enumerate(head):
        column = (settings[index] if index < len(settings) else None) or {}
        justify: JustifyMethod = column.get("align") or _natural(index, rows)
        table.add_column(_cell(cell, workspace), justify=justify)
    for row in rows:
        table.add_row(*(_cell(cell, workspace) for cell in row))
    if block.get("type") != "data_table":
        return table
    above = [Text(emoji(block["caption"]), style="italic")] if block.get("caption") else []
    return Group(*above, table, *_pages(block, len(rows)))


def _pages(block: Block, rows: int) -> list[Text]:
    """Say how Slack would turn the pages, where it does: a terminal shows them all."""
    size = int(block.get("page_size", 5))
    return [Text(f"({size} a page)", style="dim")] if rows > size else []


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
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "rich_text": rich_text,
    "section": _section,
    "table": _table,
}
