"""Where things stand on the screen: what the app says below its name, buttons beside each other."""

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.text import Text

GAP = "  "


@dataclass(frozen=True, slots=True)
class Indent:
    """*part* two columns to the right, with no spaces after its lines, unlike rich's Padding."""

    part: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        narrower = options.update(width=max(options.max_width - 2, 1))
        for line in console.render_lines(self.part, narrower, pad=False):
            yield Segment("  ")
            yield from line
            yield Segment.line()


@dataclass(frozen=True, slots=True)
class ButtonRow:
    """*buttons* beside each other, each whole on its line as long as the screen is wide enough."""

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
