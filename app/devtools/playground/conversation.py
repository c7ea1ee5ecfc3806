"""The conversation: each line done as Slack would do it, and everything the app says printed."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from rich.console import Console, RenderableType
from rich.text import Text

from app.devtools.fake_slack.blocks import pictures_in
from app.devtools.fake_slack.delivery import Delivery
from app.devtools.fake_slack.server import LocalSlack
from app.devtools.fake_slack.values import Change
from app.devtools.playground import phrases
from app.devtools.playground.actions import Deeds
from app.devtools.playground.downloads import saved
from app.devtools.playground.identity import Seat, first_seat
from app.devtools.playground.intents import Intent, intent_of
from app.devtools.playground.rendering import render_change, render_files
from app.devtools.playground.session import Desk
from app.devtools.playground.switching import Seating

QUIET = {"nothing", "help", "who", "as", "in"}
Settled = Callable[[], Awaitable[None]]


async def converse(  # noqa: PLR0913  the two ends of a conversation, and the terminal between
    slack: LocalSlack,
    delivery: Delivery,
    *,
    lines: AsyncIterator[str],
    console: Console,
    settled: Settled,
    seat: Seat | None = None,
    echo: bool = False,
    keep: Path | None = None,
) -> None:
    """Do what *lines* ask until they end or one leaves; print what the app says meanwhile.

    *settled* returns when the app has nothing more to post; *echo* prints each line after its
    prompt, for lines that nobody sees being typed; *keep* is the folder for the app's files.
    """
    seat = seat or first_seat(slack.workspace)
    conversation = Conversation(slack, delivery, console, seat, keep)
    end = slack.subscribe(conversation.show)
    try:
        async for line in lines:
            if echo and (line.strip() or seat.asked):
                conversation.echo(line)
            if conversation.leaves(line):
                break
            if await conversation.hear(line):
                await settled()
                conversation.look()
    finally:
        end()


class Conversation:
    """One person's conversation with the app, from the *seat* they take."""

    def __init__(
        self,
        slack: LocalSlack,
        delivery: Delivery,
        console: Console,
        seat: Seat,
        keep: Path | None = None,
    ) -> None:
        self._workspace = slack.workspace
        self._console = console
        self._seat = seat
        self._keep = keep
        self._deeds = Deeds(slack.workspace, delivery, seat)
        self._desk = Desk(slack.workspace, delivery, seat, self._print)
        self._seating = Seating(slack.workspace, seat)

    def show(self, change: Change) -> None:
        """Print what the app did; what members do is seen as they type it."""
        seat, workspace = self._seat, self._workspace
        if (change.by or change.post.user) != workspace.bot_user_id:
            return
        viewer, channel = seat.member.id, seat.channel.id
        self._print(render_change(change, workspace, viewer=viewer, channel=channel))
        if change.what in {"posted", "edited"}:
            self._desk.put(change.post)
            self._show_files(change)

    def _show_files(self, change: Change) -> None:
        """Save the files of a post, and the pictures in its blocks, and print where."""
        shared = change.post.files if change.what == "posted" else ()
        files = [*shared, *pictures_in(self._workspace, change.post.blocks)]
        if files and self._keep:
            self._print(render_files(saved(files, self._keep)))

    def look(self) -> None:
        """Print the modal that opened, if one did, and ask for its first field."""
        self._desk.look()

    def echo(self, line: str) -> None:
        """Print *line* after its prompt, as if typed here, apart from what was before."""
        if not self._seat.asked:
            self._print("")
        self._print(Text.assemble((self._seat.prompt, "dim"), line))

    def _print(self, shown: RenderableType) -> None:
        self._console.print(shown, highlight=False, soft_wrap=False)

    def leaves(self, line: str) -> bool:
        """Say whether *line* ends the conversation, which a modal's field does not."""
        intent = intent_of(line)
        return intent.kind == "leave" and (not self._seat.asked or line.strip().startswith("/"))

    async def hear(self, line: str) -> bool:
        """Do what one line asks for; say whether the app may have something to say to it."""
        if self._seat.asked:
            self._tell(await self._desk.fill(line))
            return True
        intent = intent_of(line)
        await self.do(intent)
        return intent.kind not in QUIET

    async def do(self, intent: Intent) -> None:
        """Do what one line asks for, and say what came in its way."""
        match intent.kind:
            case "as":
                self._tell(self._seating.sit_as(intent.rest))
            case "in":
                self._tell(self._seating.sit_in(intent.rest))
            case "help":
                self._print(phrases.help_text())
            case "who":
                self._print(phrases.who(self._workspace))
            case "press" | "home" | "react" | "unreact" | "shortcut" | "menu":
                self._tell(await self._desk.do(intent))
            case _:
                self._tell(await self._deed(intent))

    async def _deed(self, intent: Intent) -> str:
        match intent.kind:
            case "say":
                return await self._deeds.say(intent.rest)
            case "reply":
                return await self._deeds.reply(intent.rest)
            case "edit":
                return await self._deeds.edit(intent.rest)
            case "delete":
                return await self._deeds.delete()
            case "command":
                return await self._deeds.command(intent.command, intent.rest)
            case _:
                return ""

    def _tell(self, trouble: str) -> None:
        if trouble:
            self._print(Text(trouble, style="yellow"))
