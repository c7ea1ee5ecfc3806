"""The table of all `/karma` subcommands.

A row is all the app knows about one: how its arguments are parsed, what answers, and who may.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from app.core.commands import admin as read_admin
from app.core.commands import karma as read
from app.core.commands.admin import MisreadCommand, read_report
from app.core.commands.boost import read_boost
from app.core.commands.give import read_give
from app.core.commands.karma import CARD, split_command
from app.core.settings.setting import RequiredRole
from app.slack.listeners import (
    admin,
    boosts,
    cards,
    fairplay,
    give,
    help_pages,
    merging,
    recaps,
    reports,
    seasons,
    self_service,
    settings,
)
from app.slack.listeners.context import Context
from app.slack.payloads.requests import UserRequest
from app.slack.views.blocks import Page
from app.words.catalog import WORDS, say


@dataclass(frozen=True, slots=True)
class Subcommand:
    """A subcommand of `/karma`."""

    word: str
    """Its name, as typed and as logged."""
    answer: Callable[[Any, UserRequest, Context], Awaitable[Page]]
    read: Callable[[str], Any] | None = None
    """Parses the arguments; None if there are none."""
    who: RequiredRole | None = None
    """Who may use it; None for everybody."""
    spellings: tuple[str, ...] = ()
    """Other spellings, and names in other languages."""
    is_guess: bool = False
    """Whether it only answers a likely guess; it's never suggested."""
    follows: bool = False
    """Whether it may follow its target: `@bob history`."""


def _read_card(typed: str) -> object:
    return read.read_card(typed, _SUGGESTED)


_read_adjustment: Final = partial(read_admin.read_adjustment, known=WORDS)
_read_unmerge: Final = partial(read_admin.read_named, misread=MisreadCommand.UNMERGE)
_read_unban: Final = partial(read_admin.read_named, misread=MisreadCommand.UNBAN)
_read_give: Final = partial(read_give, words=WORDS)


async def _show_help(_typed: str, request: UserRequest, context: Context) -> Page:
    return help_pages.render_help(request.team, context)


async def _point_to_board(_typed: str, _request: UserRequest, _context: Context) -> Page:
    return Page(say("karma-board"))


_FORGET_ME: Final = (
    "forget me", "forgetme", "delete me", "remove me", "erase me", "delete my", "remove my",
    "erase my", "vergiss mich", "lösch mich", "lösche mich", "lösch meine", "lösche meine",
)  # fmt: skip
"""What people may type to be forgotten; a form then asks them to confirm it."""
MANAGERS: Final = RequiredRole.MANAGERS
TABLE: Final = (
    Subcommand(CARD, cards.show_card, _read_card),
    Subcommand(
        "history", cards.show_history, read.read_history, spellings=("verlauf",), follows=True
    ),
    Subcommand("search", cards.search_reasons, read.read_search, spellings=("suche",)),
    Subcommand("give", give.give, _read_give, spellings=("send", "gib")),
    Subcommand("undo", self_service.undo_last, spellings=("rückgängig",)),
    Subcommand("opt-out", self_service.opt_out, spellings=("opt out", "optout")),
    Subcommand("opt-in", self_service.opt_in, spellings=("opt in", "optin")),
    Subcommand("export", self_service.export),
    Subcommand("forget-me", self_service.forget_me, spellings=_FORGET_ME),
    Subcommand("seasons", seasons.list_seasons),
    Subcommand("help", _show_help, str, spellings=("hilfe", "?")),
    Subcommand(
        "leaderboard", _point_to_board, str, is_guess=True, spellings=("top", "board", "chart")
    ),
    Subcommand("settings", settings.show_settings, who=MANAGERS, spellings=("einstellungen",)),
    Subcommand("adjust", admin.adjust, _read_adjustment, MANAGERS),
    Subcommand("merge", merging.merge, read_admin.read_merge, MANAGERS),
    Subcommand("unmerge", merging.unmerge, _read_unmerge, MANAGERS),
    Subcommand("ban", admin.ban, read_admin.read_ban, MANAGERS),
    Subcommand("unban", admin.unban, _read_unban, MANAGERS),
    Subcommand("bans", admin.list_bans, who=MANAGERS, spellings=("banned", "sperren")),
    Subcommand("season", seasons.open_season_form, str, MANAGERS),
    Subcommand("boost", boosts.answer, read_boost, MANAGERS, spellings=("boosts",)),
    Subcommand("audit", admin.show_audit, read_admin.read_audit, MANAGERS),
    Subcommand("report", reports.send_report, read_report, MANAGERS),
    Subcommand("recap", recaps.show_preview, who=MANAGERS),
    Subcommand("fairplay", fairplay.show_report, who=MANAGERS),
)
"""Without a subcommand, `/karma` shows a card."""
ROWS: Final = {row.word: row for row in TABLE}
_SUGGESTED: Final = [row.word for row in TABLE if row.word != CARD and not row.is_guess]
"""Suggestions for an unknown subcommand; permissions are checked only when one is used."""
_SPELLINGS: Final = {
    said: row.word for row in TABLE if row.word != CARD for said in (row.word, *row.spellings)
}
_FOLLOWING: Final = {row.word for row in TABLE if row.follows}


def read_subcommand(text: str) -> tuple[Subcommand, object]:
    """Return the row for the *text* after `/karma`, and the parsed command."""
    word, typed = split_command(text, _SPELLINGS, _FOLLOWING)
    row = ROWS[word]
    return row, row.read(typed) if row.read else read.read_nothing(typed, word)
