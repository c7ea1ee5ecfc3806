"""Block Kit in a terminal: each block as a rich renderable."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from rich.console import Console, ConsoleOptions, Group, JustifyMethod, RenderableType, RenderResult
from rich.markdown import Markdown
from rich.rule import Rule
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from app.devtools.fake_slack.emoji import render_emoji
from app.devtools.fake_slack.fields import KEYS
from app.devtools.fake_slack.workspace import Workspace
from app.devtools.playground.mrkdwn import render_mrkdwn, render_rich_text
from app.devtools.playground.values import describe_initial, list_choices

GAP = "  "

Block = dict[str, Any]

WRITTEN = {kind for kind, key in KEYS.items() if key == "value"}
UNFILLED = {
    "channels_select": "a channel", "conversations_select": "a channel", "datepicker": "a day",
    "multi_conversations_select": "channels", "multi_users_select": "members",
    "timepicker": "a time", "users_select": "a member",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Indent:
    """*part* indented by two columns, without the trailing spaces of rich's Padding."""

    part: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        narrower = options.update(width=max(options.max_width - 2, 1))
        for line in console.render_lines(self.part, narrower, pad=False):
            yield Segment("  ")
            yield from line
            yield Segment.line()


@dataclass(frozen=True, slots=True)
class ButtonRow:
    """*buttons* side by side, wrapped between buttons unless one is wider than the screen."""

    buttons: list[Text]

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        line = Text()
        for button in self.buttons:
            if line and line.cell_len + len(GAP) + button.cell_len > options.max_width:
                yield line
                line = Text()
            line = Text(GAP).join([line, button]) if line else button
        if line:
            yield line


def render_blocks(blocks: Iterable[Block], workspace: Workspace) -> list[RenderableType]:
    """Render *blocks* as Slack shows them, one below the other."""
    return [render_block(block, workspace) for block in blocks]


def render_block(block: Block, workspace: Workspace) -> RenderableType:
    """Render one block; an unknown type shows its text, or the type's name."""
    kind = str(block.get("type"))
    if kind in LAYOUTS:
        return LAYOUTS[kind](block, workspace)
    return render_text(block.get("text") or f"({kind})", workspace)


def render_text(part: Any, workspace: Workspace, *, style: str = "") -> Text:
    """Render a text object, plain or mrkdwn, or a plain string."""
    if not isinstance(part, dict):
        return Text(str(part or ""), style=style)
    source = str(part.get("text", ""))
    if part.get("type") == "mrkdwn":
        return render_mrkdwn(source, workspace)
    return Text(render_emoji(source), style=style)


def _render_header(block: Block, workspace: Workspace) -> RenderableType:
    return render_text(block.get("text"), workspace, style="bold underline")


def _render_divider(_block: Block, _workspace: Workspace) -> RenderableType:
    return Rule(style="dim", characters="-")


def _render_markdown(block: Block, _workspace: Workspace) -> RenderableType:
    return Markdown(render_emoji(str(block.get("text", ""))))


def _render_section(block: Block, workspace: Workspace) -> RenderableType:
    parts: list[RenderableType] = []
    if "text" in block:
        parts.append(render_text(block["text"], workspace))
    if fields := block.get("fields"):
        grid = Table.grid(padding=(0, 4))
        texts = [render_text(field, workspace) for field in fields]
        for left, right in zip(texts[::2], [*texts[1::2], Text()], strict=False):
            grid.add_row(left, right)
        parts.append(grid)
    if "accessory" in block:
        parts.append(_render_element(block["accessory"], workspace))
    return Group(*parts)


def _render_row(block: Block, workspace: Workspace) -> RenderableType:
    return ButtonRow([_render_element(part, workspace) for part in block.get("elements", [])])


def _render_context(block: Block, workspace: Workspace) -> RenderableType:
    row = Text("  ").join(_render_element(part, workspace) for part in block.get("elements", []))
    row.stylize("dim")
    return row


def _render_element(element: Block, workspace: Workspace) -> Text:
    match element.get("type"):
        case "mrkdwn" | "plain_text":
            return render_text(element, workspace)
        case "image":
            return Text(f"({element.get('alt_text', 'image')})")
        case "button":
            inside = render_text(element.get("text"), workspace, style="bold")
        case "overflow":
            inside = Text("...")
        case kind:
            inside = _render_field(element, workspace) + ("" if kind in WRITTEN else " v")
    number = Text(f"{element['number']} ", style="cyan") if "number" in element else Text()
    return Text("[ ") + number + inside + " ]"


def _render_field(element: Block, workspace: Workspace) -> Text:
    """Render a field's value, or its placeholder."""
    kind = str(element.get("type"))
    if kind in KEYS and (value := describe_initial(element, workspace)):
        return Text(render_emoji(value))
    placeholder = element.get("placeholder") or UNFILLED.get(
        kind, "..." if kind in WRITTEN else "menu"
    )
    return render_text(placeholder, workspace)


def _render_image(block: Block, workspace: Workspace) -> RenderableType:
    title = render_text(block["title"], workspace, style="bold") if "title" in block else Text()
    alt = Text(f"(image: {block.get('alt_text', '')})")
    return Group(title, alt) if title else alt


def _render_input(block: Block, workspace: Workspace) -> RenderableType:
    element = block.get("element", {})
    label = render_text(block.get("label"), workspace, style="bold")
    optional = Text(" (optional)" if block.get("optional") else "", style="dim")
    parts: list[RenderableType] = [label + optional, Indent(_render_element(element, workspace))]
    if offered := list_choices(element):
        parts.append(Indent(Text(render_emoji(offered), style="dim")))
    if "hint" in block:
        parts.append(Indent(render_text(block["hint"], workspace, style="dim")))
    return Group(*parts)


def _render_table(block: Block, workspace: Workspace) -> RenderableType:
    head, *rows = block.get("rows") or [[]]
    settings = block.get("column_settings") or []
    table = Table(box=None, padding=(0, 2, 0, 0))
    for index, cell in enumerate(head):
        column = (settings[index] if index < len(settings) else None) or {}
        justify: JustifyMethod = column.get("align") or _choose_alignment(index, rows)
        table.add_column(_render_cell(cell, workspace), justify=justify)
    for row in rows:
        table.add_row(*(_render_cell(cell, workspace) for cell in row))
    if block.get("type") != "data_table":
        return table
    above = [Text(render_emoji(block["caption"]), style="italic")] if block.get("caption") else []
    return Group(*above, table, *_describe_pages(block, len(rows)))


def _describe_pages(block: Block, rows: int) -> list[Text]:
    """Return a note with the page size if Slack would paginate; a terminal shows all rows."""
    size = int(block.get("page_size", 5))
    return [Text(f"({size} a page)", style="dim")] if rows > size else []


def _choose_alignment(index: int, rows: list[list[Block]]) -> JustifyMethod:
    cells = [row[index] for row in rows if index < len(row)]
    return "right" if cells and all(c.get("type") == "raw_number" for c in cells) else "left"


def _render_cell(cell: Block, workspace: Workspace) -> Text:
    if cell.get("type") == "rich_text":
        return render_rich_text(cell, workspace)
    return Text(render_emoji(str(cell.get("text", cell.get("value", "")))))


LAYOUTS: dict[str, Callable[[Block, Workspace], RenderableType]] = {
    "actions": _render_row,
    "context": _render_context,
    "context_actions": _render_row,
    "data_table": _render_table,
    "divider": _render_divider,
    "header": _render_header,
    "image": _render_image,
    "input": _render_input,
    "markdown": _render_markdown,
    "rich_text": render_rich_text,
    "section": _render_section,
    "table": _render_table,
}
