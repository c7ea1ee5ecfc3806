"""What the person at the terminal currently sees: pressable elements, and an open modal."""

from collections.abc import Callable

from rich.console import RenderableType

from app.devtools.fake_slack.delivery import Delivery
from app.devtools.fake_slack.values import Post
from app.devtools.fake_slack.workspace import Workspace
from app.devtools.playground.forms import KEEP, Form
from app.devtools.playground.identity import PlaygroundIdentity
from app.devtools.playground.intents import Intent, read_intent
from app.devtools.playground.interactions import Interactions
from app.devtools.playground.pressing import Surface
from app.devtools.playground.rendering import render_home, render_modal

CANCEL = {"cancel", "/cancel", "close"}
YES = {"yes", "y", "submit"}
"""Answers that submit a form.

Enter isn't among them, because what a form does can't always be undone.
"""


class TerminalSession:
    """The last surface shown that has pressable elements, and the open modal if any."""

    def __init__(
        self,
        workspace: Workspace,
        delivery: Delivery,
        identity: PlaygroundIdentity,
        show: Callable[[RenderableType], None],
    ) -> None:
        self._workspace = workspace
        self._identity = identity
        self._print = show
        self._interactions = Interactions(workspace, delivery, identity)
        self._surface: Surface | None = None
        self._form: Form | None = None

    def set_surface(self, post: Post) -> None:
        """Make *post* the surface to press on, if it has any pressable elements."""
        surface = Surface(post, {})
        if surface.list_pressable():
            self._surface = surface

    async def do(self, intent: Intent) -> str:
        """Carry out an interaction; return an error, or ""."""
        match intent.kind:
            case "press":
                return await self._interactions.press(self._surface, intent.number, intent.rest)
            case "react" | "unreact":
                return await self._interactions.react(intent.rest, added=intent.kind == "react")
            case "shortcut" | "menu":
                on_message = intent.kind == "menu"
                return await self._interactions.take_shortcut(intent.rest, on_message=on_message)
            case _:
                return await self._open_home()

    async def _open_home(self) -> str:
        trouble = await self._interactions.open_home()
        view = self._workspace.homes.get(self._identity.member.id)
        if view is None:
            return trouble or "The app shows nothing there."
        self._print(render_home(view, self._workspace))
        self._surface = Surface(view, {})
        return trouble

    def refresh(self) -> None:
        """Update the form to the top modal, which may be none, new or changed."""
        stack = self._workspace.modals.get(self._identity.member.id)
        view = stack[-1] if stack else None
        before = self._form.view if self._form else None
        if view and (before is None or view["hash"] != before["hash"]):
            self._print(render_modal(view, self._workspace))
            self._form = Form.create(view, self._form)
        elif view is None:
            self._form = None
        self._identity.question = self._form.render_prompt(self._workspace) if self._form else ""

    async def fill(self, line: str) -> str:
        """Apply a line to the modal: fill in, press, submit or close; return an error, or ""."""
        form, typed = self._form, line.strip()
        if form is None:
            return ""
        if typed.casefold() in CANCEL:
            return await self._interactions.close(form)
        if (intent := read_intent(line)).kind == "press":
            surface = Surface(form.view, form.filled)
            return await self._interactions.press(surface, intent.number, intent.rest)
        if form.open_fields:
            return form.answer(typed, self._workspace)
        if form.view.get("submit"):
            agreed = typed.casefold() in YES
            return await self._submit(form) if agreed else "Type yes to submit it, or cancel."
        return await self._interactions.close(form)

    async def dismiss(self, line: str) -> bool:
        """Close a modal without fields or submission if *line* asks for anything else.

        Returns whether *line* is still to be carried out, now that no modal is open.
        """
        form = self._form
        if form is None or form.open_fields or form.view.get("submit"):
            return False
        if line.strip().casefold() in KEEP | YES | CANCEL or read_intent(line).kind == "press":
            return False
        await self._interactions.close(form)
        self.refresh()
        return not self._identity.question

    async def _submit(self, form: Form) -> str:
        return "\n".join(await self._interactions.submit(form))
