"""What admins do by `/karma` at one go: points by hand, bans, and a look at what was done.

Who may, Slack is asked each time. What buttons carry is checked like anything from outside, and
refused with one line in the log.
"""

import re
import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from app.core.commands import admin
from app.core.commands.admin import MOST_ACTS, Misread, Unfit, Unknown
from app.slack.directory.names import named
from app.slack.directory.roles import Role
from app.slack.listeners import permissions
from app.slack.listeners.context import Context
from app.slack.listeners.karma import AdminActing
from app.slack.outbound.answers import answer
from app.slack.payloads import events, requests
from app.slack.payloads.requests import Asking
from app.slack.views import admin as views
from app.slack.views.leaderboard import Page
from app.store.database import UnavailableError
from app.store.people.bans import Ban
from app.store.votes.adjustments import Adjustment
from app.store.workspace import audit
from app.usecases import administration
from app.words import admin as words
from app.words import audit as audit_words
from app.words import karma as karma_words
from app.words import usage

_log = structlog.get_logger()

_OLDER: Final = re.compile(r"([1-9][0-9]?) ([1-9][0-9]{0,17}) (.*)", re.ASCII)


def register(app: AsyncApp, context: Context) -> None:
    """Answer the button that shows earlier acts."""

    async def pressed(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        said = requests.button(body)
        asked = _older(said.text) if said else None
        if said is None or asked is None:
            permissions.note(said, views.OLDER, "misshapen")
            return
        refused = await permissions.refused(context, said, views.OLDER)
        try:
            page = Page(refused) if refused else await _acts(said, context, *asked)
        except UnavailableError:
            page = Page(usage.AWAY())
        content = {"text": page.text, "blocks": page.blocks, "replace_original": True}
        failed = await answer(context.errands.client, said.url, content)
        if failed:
            _log.warning("answer.failed", team=said.team, reason=failed.reason)

    app.action(views.OLDER)(pressed)


async def adjust(typed: str, said: Asking, context: Context) -> Page:
    """Give or take points by hand."""
    started, command = time.perf_counter(), admin.adjust(typed)
    if not isinstance(command, admin.Adjust):
        return unread(command)
    rulebook = context.ears.rulebook
    target = rulebook.meant(said.team, command.target.id)
    spelling = command.target.spelling if target == command.target.id else ""
    when, ts = rulebook.when(said.team, "", datetime.now(UTC)), once("adjust", said)
    points, reason = command.points, command.reason
    wanted = Adjustment(said.team, said.user, ts, target, spelling, points, reason, when)
    done = await administration.adjust(context.ears.database, wanted)
    if isinstance(done, Unfit):
        return Page(words.unfit(done))
    logged("admin.adjusted", said, started)
    names = await named(context, said.team, [target], command.target, reasons=[reason])
    return Page(words.adjusted(names[target], done.before, done.after, reason, names))


async def ban(typed: str, said: Asking, context: Context) -> Page:
    """Let somebody's votes count no more."""
    started, command = time.perf_counter(), admin.ban(typed)
    if not isinstance(command, admin.Ban):
        return unread(command)
    names = await named(context, said.team, [command.user])
    why = await _unfit(command.user, said, context)
    if why:
        return Page(words.unfit(why, names[command.user]))
    now = datetime.now(UTC).replace(microsecond=0)
    until = now + command.span if command.span else None
    wanted = Ban(said.team, said.user, command.user, until)
    await administration.ban(context.ears.database, context.ears.rulebook, wanted)
    logged("admin.banned", said, started)
    return Page(words.banned(names[command.user], until))


async def unban(typed: str, said: Asking, context: Context) -> Page:
    """Let somebody's votes count again."""
    started, command = time.perf_counter(), admin.unban(typed)
    if not isinstance(command, admin.Unban):
        return unread(command)
    wanted, ears = Ban(said.team, said.user, command.user), context.ears
    lifted = await administration.unban(ears.database, ears.rulebook, wanted, datetime.now(UTC))
    names = await named(context, said.team, [command.user])
    if not lifted:
        return Page(words.unfit(Unfit.NOT_BANNED, names[command.user]))
    logged("admin.unbanned", said, started)
    return Page(words.unbanned(names[command.user]))


async def show_acts(typed: str, said: Asking, context: Context) -> Page:
    """Show what was done last."""
    command = admin.audit(typed)
    if not isinstance(command, admin.Audit):
        return unread(command)
    about = command.target.id if command.target else ""
    return await _acts(said, context, command.count, audit.NEWEST, about)


ADMIN_ACTS: Final[Mapping[str, AdminActing]] = {
    "adjust": adjust,
    "ban": ban,
    "unban": unban,
    "audit": show_acts,
}
"""What answers each of these commands."""


def unread(command: object) -> Page:
    """Return what is said to a command that was not understood."""
    if isinstance(command, Unknown):
        return Page(karma_words.unknown(command.handle))
    return Page(words.misread(command if isinstance(command, Misread) else Misread.ADJUST))


def once(kind: str, said: Asking) -> str:
    """Return what stands for the message: the same for one command that is delivered twice."""
    key = f"{said.team} {said.user} {said.trigger}" if said.trigger else secrets.token_hex(16)
    return f"{kind}/{sha256(key.encode()).hexdigest()[:24]}"


def logged(event: str, said: Asking, started: float) -> None:
    """Write down that an act was done; what it was, the audit tells."""
    ms = round((time.perf_counter() - started) * 1000, 1)
    _log.info(event, team=said.team, user=said.user, ms=ms)


async def _unfit(user: str, said: Asking, context: Context) -> Unfit | None:
    """Return why *user* cannot be banned by whoever asks."""
    if user == said.user:
        return Unfit.YOURSELF
    match await context.roles.now(said.team, user):
        case Role.ADMIN:
            return Unfit.AN_ADMIN
        case Role.UNKNOWN:
            return Unfit.UNCHECKED
        case _:
            return None


async def _acts(said: Asking, context: Context, count: int, before: int, about: str) -> Page:
    found = await administration.acts(context.ears.database, said.team, count + 1, about, before)
    shown, older = found[:count], before != audit.NEWEST
    if not shown:
        return Page(audit_words.nothing(older=older))
    targets = [target for act in shown for target in act.targets]
    reasons = [act.note for act in shown]
    names = await named(context, said.team, [*targets, about], reasons=reasons)
    heading = audit_words.heading(len(shown), names[about] if about else "", older=older)
    lines = [audit_words.line(act, names) for act in shown]
    more = f"{count} {shown[-1].id} {about}" if len(found) > count else ""
    return views.acts(heading, lines, more)


def _older(value: str) -> tuple[int, int, str] | None:
    """Return how many acts before which one, and about whom or what, a button asks for."""
    match = _OLDER.fullmatch(value)
    if match is None or int(match[1]) > MOST_ACTS:
        return None
    about = match[3]
    fits = not about or events.target(about) is not None
    return (int(match[1]), int(match[2]), about) if fits else None
