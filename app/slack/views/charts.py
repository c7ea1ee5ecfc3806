"""Chart messages: the picture with its description, and buttons for other charts."""

from typing import Final

from app.core.boards.chart_series import Chart
from app.core.commands.leaderboard import ShowChart
from app.slack.views.blocks import Block, Page, actions, note, plain, section
from app.slack.views.leaderboard import make_button, render_switches
from app.words import boards, charts
from app.words.catalog import say

SWITCH: Final = "chart_switch"
EVERYONE: Final = "chart_everyone"


def render_chart(chart: Chart, show: ShowChart, file: str, by: str | None = None) -> Page:
    """Return the message that shows *file*, the picture of *chart*.

    *by* is the name of the person who shares it with everyone; then it has no buttons.
    """
    picture = {
        "type": "image",
        "title": plain(f"{chart.title}, {chart.span}") | {"emoji": False},
        "slack_file": {"id": file},
        "alt_text": charts.describe_chart(chart),
    }
    text = charts.render_message_text(chart, show.channel)
    if by is None:
        return Page(text, [picture, *_render_buttons(show)])
    sharer = boards.describe_sharer(by)
    return Page(f"{text} {sharer}", [picture, note(sharer)])


def render_no_chart(text: str, show: ShowChart) -> Page:
    """Return the message that explains why there's no picture, with buttons for other charts."""
    return Page(text, [section(text), *_render_buttons(show, everyone=False)])


def _render_buttons(show: ShowChart, *, everyone: bool = True) -> list[Block]:
    rows = render_switches(SWITCH, show, charts.SPANS)
    if everyone:
        return [*rows, actions([make_button(EVERYONE, "", say("board-show-everyone"), show)])]
    return rows
