"""Two columns to the right: how what the app says stands below who says it."""

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment


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
