"""The App Home, built from sections and fields because Slack allows no tables there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.core.ledger import LedgerEntry
from app.core.settings.definitions import BoardAccess
from app.slack.views.blocks import (
    Block,
    actions,
    button,
    divider,
    fields,
    header,
    note,
    plain,
    section,
    sections,
)
from app.slack.views.karma import CardContext
from app.usecases.home import Home
from app.words import boards as board_words
from app.words import home as words
from app.words.catalog import say

BOARD: Final = "home_board"
"""Prefix of the actions of the board buttons, whose values are spans."""
GIVE: Final = "home_give"
HELP: Final = "home_help"
OPT_OUT: Final = "home_opt_out"
OPT_IN: Final = "home_opt_in"
SETTINGS: Final = "home_settings"
SETUP: Final = "home_setup"


@dataclass(frozen=True, slots=True)
class ManagerNotes:
    """Additional content for managers."""

    refused: str = ""
    """The votes refused lately, by reason."""
    missing_scopes: Sequence[str] = ()
    absent: Sequence[str] = ()
    """The channels where the app is to post, but isn't."""
    refusing: Sequence[tuple[str, str]] = ()
    """The channels where the app isn't allowed to post, and Slack's reasons."""
    is_undecided: bool = False
    """Whether neither the language nor the time zone was ever decided."""


def render_home(
    home: Home,
    context: CardContext,
    at: datetime,
    *,
    invited: bool,
    notes: ManagerNotes | None = None,
) -> dict[str, Any]:
    """Return the view of *home* at the time *at*.

    It starts with how to invite the app unless it's *invited*. *notes* are for managers only, and
    add a button for the settings.
    """
    blocks = [] if invited else [section(say("home-no-channel")), divider()]
    if home.opted_out:
        blocks += [header(say("home-out-title")), section(say("home-out"))]
    elif home.is_new:
        blocks += [
            header(say("home-welcome")),
            section(say("home-first")),
            *_render_allowance(home),
        ]
    else:
        blocks += [
            header(say("home-title")),
            _render_standings(home, context),
            *_render_allowance(home),
        ]
    blocks += [_render_buttons(home, manages=notes is not None)]
    blocks += _render_tasks(notes) if notes else []
    if home.boards is BoardAccess.EVERYONE:
        blocks += [divider(), *_render_board(home, context)]
    if not home.is_new:
        blocks += [divider(), *_render_votes(home, context)]
    return {
        "type": "home",
        "blocks": [
            *blocks,
            divider(),
            *([note(notes.refused)] if notes and notes.refused else []),
            note(words.describe_page_time(at)),
            *([] if home.opted_out else [_render_opt_out()]),
        ],
    }


def _render_tasks(notes: ManagerNotes) -> list[Block]:
    """Return tasks for managers: missing scopes and channels, and the first settings to decide."""
    blocks = []
    if notes.missing_scopes:
        blocks += [divider(), section(words.list_missing_scopes(notes.missing_scopes))]
    for channel in notes.absent:
        blocks += [divider(), section(say("home-absent", channel=f"<#{channel}>"))]
    for channel, reason in notes.refusing:
        text = say("home-refusing", channel=f"<#{channel}>", reason=reason)
        blocks += [divider(), section(text)]
    if notes.is_undecided:
        start = button(SETUP, say("home-setup-button"), "settings")
        blocks += [divider(), section(say("home-setup")), actions([start], "home_setup")]
    return blocks


def _render_standings(home: Home, context: CardContext) -> Block:
    """Return the standings and the points given; spans with equal standings share a field."""
    alone, labels_by_text = home.boards is not BoardAccess.EVERYONE, dict[str, list[str]]()
    for span, own in zip(home.spans, home.standings, strict=True):
        text = words.describe_standing(own, context.names, alone=alone)
        labels_by_text.setdefault(text, []).append(board_words.PERIODS[span]())
    standings = [(" · ".join(labels), text) for text, labels in labels_by_text.items()]
    standings.append((say("home-gave"), words.describe_given_points(home.giver_standing)))
    return fields(f"*{label}*\n{text}" for label, text in standings)


def _render_allowance(home: Home) -> list[Block]:
    of = home.allowance
    return [note(words.describe_allowance(of.left, of.limit))] if of else []


def _render_board(home: Home, context: CardContext) -> list[Block]:
    """Return the board, with buttons below it for other spans."""
    board = home.board
    buttons = [
        button(f"{BOARD}_{span}", board_words.PERIODS[span](), span, chosen=span == board.show.span)
        for span in home.spans
    ]
    switch = actions(buttons, "home_spans")
    if not board.places:
        nobody = board_words.explain_empty_board(board.show, board.period, board.zone, bold=True)
        return [section(nobody), switch]
    full = len(board.places) == board.show.count
    title = board_words.format_board_title(board.show, board.period, board.zone, full=full)
    lines = [board_words.format_place(place, context.names) for place in board.places]
    return [header(title), *sections(lines), switch]


def _render_votes(home: Home, context: CardContext) -> list[Block]:
    return [
        section(f"*{say('home-received')}*"),
        *_render_lines(home.received, say("home-none-received"), home, context),
        section(f"*{say('home-given')}*"),
        *_render_lines(home.given, say("home-none-given"), home, context),
        note(say("home-private")),
    ]


def _render_lines(
    votes: Sequence[LedgerEntry], none: str, home: Home, context: CardContext
) -> list[Block]:
    return sections([f"• {context.format_line(vote, home.accounts)}" for vote in votes] or [none])


def _render_buttons(home: Home, *, manages: bool) -> Block:
    give = button(GIVE, say("home-give"), "give", style="" if home.opted_out else "primary")
    elements = [give, button(HELP, say("home-help"), "help")]
    if home.opted_out:
        elements.insert(1, button(OPT_IN, say("home-opt-in"), "in", style="primary"))
    if manages:
        elements.append(button(SETTINGS, say("settings-title"), "settings"))
    return actions(elements, "home_acts")


def _render_opt_out() -> Block:
    confirm = {
        "title": plain(say("home-confirm-title")),
        "text": plain(say("home-confirm")),
        "confirm": plain(say("home-confirm-yes")),
        "deny": plain(say("home-confirm-no")),
        "style": "danger",
    }
    leave = button(OPT_OUT, say("home-opt-out"), "out") | {"confirm": confirm}
    return actions([leave], "home_leave")
