"""What people decide about themselves: to opt out, to see what is stored, to be forgotten."""

import json
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any, Final

from app.core.boards.calendar import Calendar
from app.core.boards.definitions import GIVERS, USERS
from app.core.person import hash_person
from app.store.database import Conn, Database
from app.store.people import forgetting, personal_data
from app.store.people import opt_outs as store
from app.store.people.forgetting import ForgetResult
from app.store.people.personal_data import DataRow, DataSubject
from app.store.workspace.rulebook import Rulebook, change_rules
from app.store.workspace.workspace_rules import StaleRulesError, WorkspaceRules
from app.usecases.vote_context import apply_rules

MOST: Final = 100_000
"""Most votes received, and most given, in a file of one's own data."""
_NEWEST: Final = (1 << 63) - 1
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@dataclass(frozen=True, slots=True)
class DataSummary:
    """What a file of one's own data contains."""

    received: int
    given: int
    cut: bool
    """Whether there are more votes than it may hold."""


async def opt(rulebook: Rulebook, team: str, user: str, *, out: bool) -> bool:
    """Opt *user* *out* of being counted and shown, or back in, with all merged accounts.

    Returns whether that changes anything.
    """
    store_choice = store.opt_out if out else store.opt_in

    async def store_all(conn: Conn, rules: WorkspaceRules) -> bool:
        async with conn.transaction():
            if await change_rules(conn, team) != rules.version + 1:
                raise StaleRulesError
            return any([await store_choice(conn, team, one) for one in rules.list_accounts(user)])

    return await apply_rules(rulebook, team, lambda rules: rulebook.change(store_all, rules))


async def forget(rulebook: Rulebook, team: str, user: str) -> ForgetResult:
    """Replace *user* with a pseudonym everywhere."""
    chance, rules = random.SystemRandom(), await rulebook.read_rules(team)
    person = hash_person(rules.key, team, user)
    return await rulebook.change(
        # A new one for each attempt, since the outcome of the one before is unknown.
        lambda conn: forgetting.forget(conn, team, user, make_pseudonym(chance), person),
        patience=forgetting.PATIENCE,
    )


def make_pseudonym(chance: random.Random) -> str:
    """Return an id in Slack's format that nobody has."""
    return "UFORGOTTEN" + "".join(chance.choices(_LETTERS, k=16))


async def gather(
    database: Database, subject: DataSubject, file: IO[bytes], calendar: Calendar
) -> DataSummary:
    """Write what is stored about somebody to *file* as JSON, a page at a time."""
    notes = await database.run(personal_data.read_notes, subject)
    ever, *parts = calendar.list_periods()[:3]
    times = [ever, *filter(None, [calendar.season]), *parts]
    names = [period.name_board(board) for board in (USERS, GIVERS) for period in times]
    scores = await database.run(
        personal_data.read_scores, subject, names, patience=personal_data.PATIENCE
    )
    head = {"team": subject.team, "user": subject.user, "made_at": calendar.now, "most_votes": MOST}
    file.write(_to_json(head | notes | {"scores": scores}).removesuffix(b"}"))
    received = await _write_votes(database, subject, file, "received", given=False)
    given = await _write_votes(database, subject, file, "given", given=True)
    file.write(b"\n}\n")
    return DataSummary(min(received, MOST), min(given, MOST), cut=max(received, given) > MOST)


async def _write_votes(
    database: Database, subject: DataSubject, file: IO[bytes], name: str, *, given: bool
) -> int:
    """Write the last votes, at most MOST, as a list called *name*.

    Returns how many were read, which is more than MOST if the list was cut.
    """
    file.write(f', "{name}": ['.encode())
    written = 0
    async for page in _read_pages(database, subject, given=given):
        rows = page[: MOST - written]
        lines = b",\n".join(_to_json(row) for row in rows)
        file.write((b",\n" if written and rows else b"\n") + lines)
        written += len(page)
        if written > MOST:
            break
    file.write(b"]")
    return written


async def _read_pages(
    database: Database, subject: DataSubject, *, given: bool
) -> AsyncIterator[Sequence[DataRow]]:
    before = _NEWEST
    while True:
        at = before
        page = await database.run(
            lambda conn: personal_data.read_votes(conn, subject, given=given, before=at),  # noqa: B023 (run now)
            patience=personal_data.PATIENCE,
        )
        if page:
            yield page
        if len(page) < personal_data.PAGE:
            return
        before = page[-1]["id"]


def _to_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=_to_plain).encode()


def _to_plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
