"""Pictures of conversations place their text as a terminal does."""

import html
import re

import pytest
from rich.cells import cell_len

from app.devtools.fake_slack.server import LocalSlack
from app.devtools.playground.picture import create_recorder, render_picture
from tests.devtools.small_app import converse_with_app

COLUMN = 12.2
TEXT = re.compile(r'<text class="[^"]*-r\d+" x="([\d.]+)"[^>]*textLength="([\d.]+)"[^>]*>([^<]+)<')


def test_text_after_an_emoji_is_placed_as_in_a_terminal():
    console = create_recorder()
    console.print("first 🎉 Pa\u0308ss it on: [bold]@name++[/bold] 猫猫 & more")
    drawn = {
        html.unescape(text).replace("\xa0", " "): (float(x), float(length))
        for x, length, text in TEXT.findall(render_picture(console))
    }
    line = ("first ", "🎉", " Pa\u0308ss it on: ", "@name++", " ", "猫猫", " & more")
    assert [text for text in drawn if text.strip()] == [text for text in line if text.strip()]
    before = ""
    for text in line:
        if text in drawn:
            columns = cell_len(before) * COLUMN, cell_len(text) * COLUMN
            assert drawn[text] == pytest.approx(columns, abs=0.001)
        before += text


async def test_a_picture_begins_where_the_screen_was_cleared():
    console = create_recorder()
    async with LocalSlack() as local:
        await converse_with_app(local, "as bob", "clear", "as carol", console=console)
    shown = html.unescape(render_picture(console)).replace("\xa0", " ")
    assert "as carol" in shown
    assert "as bob" not in shown
    assert "clear" not in shown
