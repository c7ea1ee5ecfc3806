"""The conversation: each line done as Slack would do it, and everything the app says printed."""

from collections.abc import AsyncIterator, Awaitable, Callable

from rich.console import Console, RenderableType
from rich.text import Text

from app.ops.local_slack.delivery import Delivery
from app.ops.local_slack.server import LocalSlack
from app.ops.local_slack.values import Change
from app.ops.playground import phrases
from app.ops.playground.deeds import Deeds
from app.ops.playground.intents import Intent, intent_of
from app.ops.playground.rendering import render_change
from app.ops.playground.seat import Seat, first_seat

DELIVERED = {"say", "reply", "edit", "delete", "command"}
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
) -> None:
    """Do what *lines* ask until they end or one leaves; print what the app says meanwhile.

    *settled* returns when the app has nothing more to post; *echo* prints each line after its
    prompt, for lines that nobody sees being typed.
    """
    conversation = Conversation(slack, delivery, console, seat or first_seat(slack.workspace))
    end = slack.subscribe(conversation.show)
    try:
        async for line in lines:
            intent = intent_of(line)
            if echo and intent.kind != "nothing":
                conversation.echo(line)
            if intent.kind == "leave":
                break
            await conversation.do(intent)
            if intent.kind in DELIVERED:
                await settled()
    finally:
        end()


class Conversation:
    """One person's conversation with the app, from the *seat* they take."""

    def __init__(self, slack: LocalSlack, delivery: Delivery, console: Console, seat: Seat) -> None:
        self._workspace = slack.workspace
        self._console = console
        self._seat = seat
        self._deeds = Deeds(slack.workspace, delivery, seat)

    def show(self, change: Change) -> None:
        """Print what the app did; what members do is seen as they type it."""
        seat, workspace = self._seat, self._workspace
        if change.what == "reacted" or change.post.user == workspace.bot_user_id:
            viewer, channel = seat.member.id, seat.channel.id
            self._print(render_change(change, workspace, viewer=viewer, channel=channel))

    def echo(self, line: str) -> None:
        """Print *line* after its prompt, as if typed here, apart from what was before."""
        self._print("")
        self._print(Text.assemble((self._seat.prompt, "dim"), line))

    def _print(self, shown: RenderableType) -> None:
        self._console.print(shown, highlight=False, soft_wrap=False)

    async def do(self, intent: Intent) -> None:
        """Do what one line asks for, and say what came in its way."""
        match intent.kind:
            case "as":
                self._tell(self._sit_as(intent.rest))
            case "in":
                self._tell(self._sit_in(intent.rest))
            case "help":
                self._print(phrases.help_text())
            case "who":
                self._print(phrases.who(self._workspace))
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

    def _sit_as(self, name: str) -> str:
        member = self._workspace.member_called(name)
        if member is None or member.deleted:
            known = phrases.members(self._workspace)
            return f"Nobody here is called {name or 'that'}. There are {known}"
        if member.id == self._workspace.bot_user_id:
            return "pptbot writes for itself."
        self._seat.member = member
        return ""

    def _sit_in(self, name: str) -> str:
        channel = self._workspace.channel_called(name)
        if channel is None:
            known = phrases.channels(self._workspace)
            return f"There is no channel {name or 'without a name'}. There are {known}"
        self._seat.channel = channel
        return ""

    def _tell(self, trouble: str) -> None:
        if trouble:
            self._print(Text(trouble, style="yellow"))
