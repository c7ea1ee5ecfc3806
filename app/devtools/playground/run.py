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
from app.devtools.playground.identity import PlaygroundIdentity, choose_first_identity
from app.devtools.playground.lines import read_script_lines, read_typed_lines
from app.devtools.playground.phrases import print_banner
from app.store import migrations
from app.store.server.embedded import run_postgres

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
class PlaygroundOptions:
    """What the command line asks for."""

    script: Path | None
    fresh: bool
    picture: Path | None


def main(arguments: Sequence[str], local: Path) -> int:
    """Let a person, or a script, talk to the app; its data stays below *local*."""
    wanted = _read_options(arguments)
    if wanted.script and not wanted.script.is_file():
        print(f"bin/playground: {wanted.script}: no such file", file=sys.stderr)
        return 1
    local.mkdir(exist_ok=True)
    with (local / "playground.log").open("a", encoding="utf-8") as stream:
        log.configure("info", "json", stream)
        with _open_database(wanted, local) as url:
            migrations.apply(url)
            return uvloop.run(_play(wanted, url, local))


@contextlib.contextmanager
def _open_database(options: PlaygroundOptions, local: Path) -> Iterator[str]:
    if not options.fresh:
        with run_postgres(local / "playground") as url:
            yield url
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        run_postgres(Path(folder) / "pg", keep=False) as url,
    ):
        yield url


def _read_options(arguments: Sequence[str]) -> PlaygroundOptions:
    parser = argparse.ArgumentParser(
        prog="bin/playground",
        description="Talk to the real app in the terminal, without Slack, tokens or a database.",
    )
    parser.add_argument("--script", type=Path, help="say the lines of this file, then exit")
    parser.add_argument("--fresh", action="store_true", help="begin without the points of before")
    parser.add_argument("--picture", type=Path, help="write what was shown to this SVG file")
    given = parser.parse_args(arguments)
    return PlaygroundOptions(given.script, given.fresh, given.picture)


async def _play(options: PlaygroundOptions, url: str, local: Path) -> int:
    console = _make_console(options)
    async with LocalSlack(enforce_pace=True) as slack, aiohttp.ClientSession() as session:
        seat = choose_first_identity(slack.workspace)
        if not options.picture:
            print_banner(console, seat)
        async with server.serve(_make_config(slack), url) as running:
            events = f"http://127.0.0.1:{running.port}/slack/events"
            await converse(
                slack,
                Delivery(events, SIGNING_SECRET, session),
                lines=_read_lines(options, seat, slack, local),
                console=console,
                wait_idle=running.wait_idle,
                identity=seat,
                echo=options.script is not None or not sys.stdin.isatty(),
                keep=local / "files",
            )
    if options.picture:
        options.picture.write_text(_render_picture(console), encoding="utf-8")
    return 0


def _make_config(slack: LocalSlack) -> Config:
    return Config.model_construct(
        slack_bot_token=SecretStr(slack.bot_token),
        slack_signing_secret=SecretStr(SIGNING_SECRET),
        slack_api_url=slack.api_url,
        port=0,
    )


def _read_lines(
    options: PlaygroundOptions, identity: PlaygroundIdentity, slack: LocalSlack, local: Path
) -> AsyncIterator[str]:
    if options.script:
        return read_script_lines(options.script)
    return read_typed_lines(identity, slack.workspace, history=local / "history")


def _make_console(options: PlaygroundOptions) -> Console:
    if options.picture:
        return Console(record=True, highlight=False, soft_wrap=False, width=PICTURE_WIDTH)
    return Console(highlight=False, soft_wrap=False)


def _render_picture(console: Console) -> str:
    return console.export_svg(title="pptbot", theme=_THEME, code_format=_FRAME)
