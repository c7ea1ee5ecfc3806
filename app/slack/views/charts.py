"""A chart as Slack shows it: the picture, what it shows in words, and buttons."""

from dataclasses import replace
from typing import Final

from app.core.boards.chart_series import Chart
from app.core.commands.leaderboard import ShowChart
from app.slack.views.blocks import Block, Page, actions, note, plain, section
from app.slack.views.leaderboard import make_button
from app.words import boards, charts

SWITCH: Final = "chart_switch"
EVERYONE: Final = "chart_everyone"


def render_chart(chart: Chart, show: ShowChart, file: str, by: str | None = None) -> Page:
    """Return the message that shows *file*, the picture of *chart*.

    It has buttons, unless everybody sees it since a person shows it, who is called *by* then.
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
    shown = boards.describe_sharer(by)
    return Page(f"{text} {shown}", [picture, note(shown)])


def render_no_chart(text: str, show: ShowChart) -> Page:
    """Return the message that says why there is no picture, with the buttons to other charts."""
    return Page(text, [section(text), *_render_buttons(show, everyone=False)])


def _render_buttons(show: ShowChart, *, everyone: bool = True) -> list[Block]:
    spans = [
        make_button(
            SWITCH, span or "weeks", label(), replace(show, span=span), chosen=show.span == span
        )
        for span, label in charts.SPANS.items()
    ]
    kinds = [_render_board_button(show, board, label()) for board, label in boards.BOARDS.items()]
    if show.channel:
        kinds.insert(0, make_button(SWITCH, "channel", boards.IN_CHANNEL(), show, chosen=True))
    rows = [spans, kinds]
    if everyone:
        rows.append([make_button(EVERYONE, "", boards.SHOW_EVERYONE(), show)])
    return [actions(row) for row in rows]


def _render_board_button(show: ShowChart, board: str, label: str) -> Block:
    chosen = show.board == board and not show.channel
    return make_button(
        SWITCH, board, label, replace(show, board=board, channel=None), chosen=chosen
    )
