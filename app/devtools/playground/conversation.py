"""The playground's main loop: carry out each typed line, and print what the app posts."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path

from rich.console import Console, RenderableType
from rich.text import Text

from app.devtools.fake_slack.blocks import list_pictures
from app.devtools.fake_slack.delivery import Delivery
from app.devtools.fake_slack.server import LocalSlack
from app.devtools.fake_slack.values import Change, File
from app.devtools.fake_slack.workspace import Workspace
from app.devtools.playground import phrases
from app.devtools.playground.actions import Actions
from app.devtools.playground.identity import PlaygroundIdentity, choose_first_identity
from app.devtools.playground.intents import Intent, ask_if_meant, find_near_miss, read_intent
from app.devtools.playground.rendering import render_change, render_files
from app.devtools.playground.session import TerminalSession

QUIET = {"nothing", "help", "who", "as", "in", "clear"}
WaitIdle = Callable[[], Awaitable[None]]


async def converse(  # noqa: PLR0913  the two ends of a conversation, and the terminal between
    slack: LocalSlack,
    delivery: Delivery,
    *,
    lines: AsyncIterator[str],
    console: Console,
    wait_idle: WaitIdle,
    identity: PlaygroundIdentity | None = None,
    echo: bool = False,
    keep: Path | None = None,
) -> None:
    """Carry out *lines* until they end or the user leaves, printing what the app posts.

    *wait_idle* returns once the app has nothing more to post. *echo* prints each line after its
    prompt, for input that isn't typed at the terminal. *keep* is the folder for the app's files.
    """
    identity = identity or choose_first_identity(slack.workspace)
    conversation = Conversation(slack, delivery, console, identity, keep)
    end = slack.subscribe(conversation.show)
    try:
        async for line in lines:
            if echo and (line.strip() or identity.question):
                conversation.echo(line)
            if conversation.is_end(line):
                break
            if await conversation.handle(line):
                await wait_idle()
                conversation.refresh()
    finally:
        end()


class Conversation:
    """One person's conversation with the app, as the member and in the channel of *identity*."""

    def __init__(
        self,
        slack: LocalSlack,
        delivery: Delivery,
        console: Console,
        identity: PlaygroundIdentity,
        keep: Path | None = None,
    ) -> None:
        self._workspace = slack.workspace
        self._console = console
        self._identity = identity
        self._keep = keep
        self._answered = False
        self._actions = Actions(slack.workspace, delivery, identity)
        self._session = TerminalSession(slack.workspace, delivery, identity, self._print)
        self._switcher = IdentitySwitcher(slack.workspace, identity)

    def show(self, change: Change) -> None:
        """Print *change* if the app made it; members' own actions are seen as they're typed."""
        identity, workspace = self._identity, self._workspace
        if (change.by or change.post.user) != workspace.bot_user_id:
            return
        viewer, channel = identity.member.id, identity.channel.id
        self._print(render_change(change, workspace, viewer=viewer, channel=channel))
        if change.what in {"posted", "edited"}:
            self._session.set_surface(change.post)
            self._show_files(change)

    def _show_files(self, change: Change) -> None:
        """Save the files of a post and the pictures in its blocks, and print their paths."""
        shared = change.post.files if change.what == "posted" else ()
        files = [*shared, *list_pictures(self._workspace, change.post.blocks)]
        if files and self._keep:
            self._console.print(render_files(save_files(files, self._keep)), highlight=False)

    def refresh(self) -> None:
        """Print a newly opened modal, if any, and prompt for its first field."""
        self._session.refresh()

    def echo(self, line: str) -> None:
        """Print *line* after its prompt, as if typed, separated from previous output."""
        if not self._identity.question:
            self._console.print("")
        prompt = Text.assemble((self._identity.prompt, "dim"), line)
        self._console.print(prompt, highlight=False, soft_wrap=False)

    def _print(self, answer: RenderableType) -> None:
        """Print *answer*, after an empty line unless it's the first one to the current line."""
        if self._answered:
            self._console.print("")
        self._answered = True
        self._console.print(answer, highlight=False, soft_wrap=False)

    def is_end(self, line: str) -> bool:
        """Return whether *line* ends the conversation; in a modal only /exit and /quit do."""
        intent = read_intent(line)
        return intent.kind == "leave" and (
            not self._identity.question or line.strip().startswith("/")
        )

    async def handle(self, line: str) -> bool:
        """Carry out one line; return whether the app may post something in response."""
        self._answered = False
        if self._identity.question and not await self._session.dismiss(line):
            self._tell(await self._session.fill(line))
            return True
        intent = read_intent(line)
        await self.do(intent)
        return intent.kind not in QUIET

    async def do(self, intent: Intent) -> None:
        """Carry out *intent*, and print any error."""
        match intent.kind:
            case "as":
                self._tell(self._switcher.switch_member(intent.rest))
            case "in":
                self._tell(self._switcher.switch_channel(intent.rest))
            case "help":
                self._print(phrases.render_help())
            case "who":
                self._print(phrases.list_names(self._workspace))
            case "clear":
                self._clear()
            case "press" | "home" | "react" | "unreact" | "shortcut" | "menu":
                self._tell(await self._session.do(intent))
            case _:
                self._tell(await self._act(intent))

    def _clear(self) -> None:
        """Clear the screen and the recording, so that a picture starts here."""
        self._console.clear()
        if self._console.record:
            self._console.export_text()

    async def _act(self, intent: Intent) -> str:
        match intent.kind:
            case "say":
                trouble = await self._actions.say(intent.rest)
                return trouble or find_near_miss(intent.rest, self._workspace)
            case "reply":
                return await self._actions.reply(intent.rest)
            case "edit":
                return await self._actions.edit(intent.rest)
            case "delete":
                return await self._actions.delete()
            case "command":
                return await self._actions.use_command(intent.command, intent.rest)
            case _:
                return ""

    def _tell(self, trouble: str) -> None:
        if trouble:
            self._print(Text(trouble, style="yellow"))


def save_files(files: Iterable[File], folder: Path) -> list[tuple[File, str]]:
    """Write *files* into *folder*; return each with its path, relative if below the current one."""
    folder.mkdir(parents=True, exist_ok=True)
    return [(file, _write(file, folder)) for file in files]


def _write(file: File, folder: Path) -> str:
    # Only the last part of the app's file name, so that the path stays in the folder.
    name = Path(file.name).name
    path = folder / (name if name.strip(".") else file.id)
    path.write_bytes(file.content)
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


class IdentitySwitcher:
    """Changes the member and channel of *identity*; each method returns an error, or ""."""

    def __init__(self, workspace: Workspace, identity: PlaygroundIdentity) -> None:
        self._workspace = workspace
        self._identity = identity

    def switch_member(self, name: str) -> str:
        """Become another member, moving to their own direct conversation if in one."""
        member = self._workspace.find_member(name)
        if member is None or member.deleted:
            suggestion = ask_if_meant(name.lstrip("@"), phrases.find_member_names(self._workspace))
            known = phrases.list_members(self._workspace)
            return f"No member is called {name or 'that'}.{suggestion} Members: {known}"
        if member.id == self._workspace.bot_user_id:
            return "You can't write as pptbot."
        self._identity.member = member
        if self._identity.channel.user:
            self._identity.channel = self._workspace.open_direct(member.id)
        return ""

    def switch_channel(self, name: str) -> str:
        """Switch to another channel, or with @pptbot to the conversation with the app."""
        if name.removeprefix("@").casefold() == "pptbot" and name.startswith("@"):
            self._identity.channel = self._workspace.open_direct(self._identity.member.id)
            return ""
        channel = self._workspace.find_channel(name)
        if channel is None or channel.user:
            channels = phrases.find_channel_names(self._workspace)
            suggestion = ask_if_meant(f"#{name.lstrip('#')}", channels)
            known = phrases.list_channels(self._workspace)
            return f"There is no channel {name or 'without a name'}.{suggestion} Channels: {known}"
        self._identity.channel = channel
        return ""
