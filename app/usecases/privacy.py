"""What people decide about themselves: to be left out, to see what is stored, to be forgotten."""

import contextlib
import json
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any, Final

from app.core.boards.calendar import Calendar
from app.core.boards.shares import GIVERS, USERS
from app.store.database import Database, UnavailableError
from app.store.people import forgetting, opt_outs, own_data
from app.store.people.forgetting import Forgotten
from app.store.people.opt_outs import Absent
from app.store.people.own_data import Of, Row
from app.store.workspace.rulebook import Rulebook

MOST: Final = 100_000
"""The votes received, and those given, that a file of one's own data holds."""
_PATIENCE: Final = 10.0
"""Seconds for one page of it; nobody waits for an answer."""
_NEWEST: Final = (1 << 63) - 1
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a file of one's own data holds."""

    received: int
    given: int
    cut: bool
    """Whether there are more votes than it may hold."""


async def opt_out(database: Database, absent: Absent, team: str, user: str) -> bool:
    """Let *user* be counted and shown no more; return whether that is new."""
    new = await database.run(lambda conn: opt_outs.opt_out(conn, team, user))
    absent.left(team, user)
    return new


async def opt_in(database: Database, absent: Absent, team: str, user: str) -> bool:
    """Let *user* be counted and shown again; return whether that is new."""
    new = await database.run(lambda conn: opt_outs.opt_in(conn, team, user))
    absent.returned(team, user)
    return new


async def forget(database: Database, rulebook: Rulebook, team: str, user: str) -> Forgotten:
    """Let nothing lead to *user* any more; raises UnavailableError when nothing has changed."""
    chance = random.SystemRandom()
    done = await database.run(
        # Another one for each attempt: who knows what came of the one before.
        lambda conn: forgetting.forget(conn, team, user, pseudonym_from(chance)),
        patience=forgetting.PATIENCE,
    )
    with contextlib.suppress(UnavailableError):  # it is known a second later all the same
        await rulebook.learn(database)
    return done


def pseudonym_from(chance: random.Random) -> str:
    """Return an id like Slack's that nobody has."""
    return "UFORGOTTEN" + "".join(chance.choices(_LETTERS, k=16))


async def gather(database: Database, of: Of, file: IO[bytes], calendar: Calendar) -> Gathered:
    """Write what is stored of somebody to *file*, as JSON, a page at a time.

    Raises UnavailableError when the database does not answer.
    """
    notes = await database.run(lambda conn: own_data.notes(conn, of))
    ever, *parts = calendar.around()[:3]
    times = [ever, *filter(None, [calendar.season]), *parts]
    names = [period.of(board) for board in (USERS, GIVERS) for period in times]
    scores = await database.run(lambda c: own_data.scores(c, of, names), patience=_PATIENCE)
    head = {"team": of.team, "user": of.user, "made_at": calendar.now, "most_votes": MOST}
    file.write(_json(head | notes | {"scores": scores}).removesuffix(b"}"))
    received = await _write(database, of, file, "received", given=False)
    given = await _write(database, of, file, "given", given=True)
    file.write(b"\n}\n")
    return Gathered(min(received, MOST), min(given, MOST), cut=max(received, given) > MOST)


async def _write(database: Database, of: Of, file: IO[bytes], name: str, *, given: bool) -> int:
    """Write the last votes as a list called *name*; return how many there are, at most one more."""
    file.write(f', "{name}": ['.encode())
    written = 0
    async for page in _pages(database, of, given=given):
        rows = page[: MOST - written]
        lines = b",\n".join(_json(row) for row in rows)
        file.write((b",\n" if written and rows else b"\n") + lines)
        written += len(page)
        if written > MOST:
            break
    file.write(b"]")
    return written


async def _pages(database: Database, of: Of, *, given: bool) -> AsyncIterator[Sequence[Row]]:
    before = _NEWEST
    while True:
        at = before
        page = await database.run(
            lambda conn: own_data.votes(conn, of, given=given, before=at),  # noqa: B023 (run now)
            patience=_PATIENCE,
        )
        if page:
            yield page
        if len(page) < own_data.PAGE:
            return
        before = page[-1]["id"]


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=_plain).encode(errors="replace")


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
