"""The playground: the real app between an embedded PostgreSQL and a local stand-in for Slack."""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import uvloop
from pydantic import SecretStr
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from app import log, server
from app.config import Config
from app.devtools.fake_slack.delivery import Delivery
from app.devtools.fake_slack.server import LocalSlack
from app.devtools.playground.conversation import converse
from app.devtools.playground.identity import Seat, first_seat
from app.devtools.playground.lines import script_lines, typed_lines
from app.devtools.playground.phrases import banner
from app.store import migrations
from app.store.server.embedded import postgres

SIGNING_SECRET = "playground"  # noqa: S105 (between two processes' ends on one machine)

PICTURE_WIDTH = 76
"""Columns of a picture: what a page of documentation shows without making the text small."""

# Light letters on a dark card stand out on a light page and on a dark one alike. Rich's own frame
# would fetch its font from a host of others; this one takes the reader's.
_THEME = TerminalTheme(
    (30, 36, 44),
    (222, 228, 234),
    [(30, 36, 44), (240, 113, 120), (126, 211, 133), (229, 192, 109), (108, 172, 240),
     (200, 146, 234), (100, 200, 212), (222, 228, 234)],
)  # fmt: skip
_FRAME = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px;
  line-height: {line_height}px;
}}
.{unique_id}-title {{ font: bold 17px system-ui, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    script: Path | None
    fresh: bool
    picture: Path | None


def main(arguments: Sequence[str], local: Path) -> int:
    """Let a person, or a script, talk to the app; its data stays below *local*."""
    wanted = _read(arguments)
    if wanted.script and not wanted.script.is_file():
        print(f"bin/playground: {wanted.script}: no such file", file=sys.stderr)
        return 1
    local.mkdir(exist_ok=True)
    with (local / "playground.log").open("a", encoding="utf-8") as stream:
        log.configure("info", "json", stream)
        with _database(wanted, local) as url:
            migrations.apply(url)
            return uvloop.run(_play(wanted, url, local))


@contextlib.contextmanager
def _database(wanted: Wanted, local: Path) -> Iterator[str]:
    if not wanted.fresh:
        with postgres(local / "playground") as url:
            yield url
        return
    with tempfile.TemporaryDirectory() as folder, postgres(Path(folder) / "pg", keep=False) as url:
        yield url


def _read(arguments: Sequence[str]) -> Wanted:
    parser = argparse.ArgumentParser(
        prog="bin/playground",
        description="Talk to the real app in the terminal, without Slack, tokens or a database.",
    )
    parser.add_argument("--script", type=Path, help="say the lines of this file, then exit")
    parser.add_argument("--fresh", action="store_true", help="begin without the points of before")
    parser.add_argument("--picture", type=Path, help="write what was shown to this SVG file")
    given = parser.parse_args(arguments)
    return Wanted(given.script, given.fresh, given.picture)


async def _play(wanted: Wanted, url: str, local: Path) -> int:
    console = _console(wanted)
    async with LocalSlack(enforce_pace=True) as slack, aiohttp.ClientSession() as session:
        seat = first_seat(slack.workspace)
        if not wanted.picture:
            banner(console, seat)
        async with server.serve(_config(slack), url) as running:
            events = f"http://127.0.0.1:{running.port}/slack/events"
            await converse(
                slack,
                Delivery(events, SIGNING_SECRET, session),
                lines=_lines(wanted, seat, slack, local),
                console=console,
                settled=running.settled,
                seat=seat,
                echo=wanted.script is not None or not sys.stdin.isatty(),
                keep=local / "files",
            )
    if wanted.picture:
        wanted.picture.write_text(_picture(console), encoding="utf-8")
    return 0


def _config(slack: LocalSlack) -> Config:
    return Config.model_construct(
        slack_bot_token=SecretStr(slack.bot_token),
        slack_signing_secret=SecretStr(SIGNING_SECRET),
        slack_api_url=slack.api_url,
        port=0,
    )


def _lines(wanted: Wanted, seat: Seat, slack: LocalSlack, local: Path) -> AsyncIterator[str]:
    if wanted.script:
        return script_lines(wanted.script)
    return typed_lines(seat, slack.workspace, history=local / "history")


def _console(wanted: Wanted) -> Console:
    if wanted.picture:
        return Console(record=True, highlight=False, soft_wrap=False, width=PICTURE_WIDTH)
    return Console(highlight=False, soft_wrap=False)


def _picture(console: Console) -> str:
    return console.export_svg(title="pptbot", theme=_THEME, code_format=_FRAME)
