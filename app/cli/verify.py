"""`bin/verify`: checks that every score is the sum of its votes, and fixes those that aren't."""

import argparse
import contextlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from tabulate import tabulate

from app import make_printable
from app.cli.session import pluralize, print_error
from app.store.boards import verify
from app.store.boards.verify import Difference
from app.store.database import SyncConn
from app.store.server import operating

SHOWN: Final = 50
"""How many differences are listed; the rest are only counted."""
_PASSES: Final = 3


@dataclass(slots=True)
class VerifyResult:
    """The result of a comparison."""

    scores: int = 0
    boards: int = 0
    rows: int = 0
    """Rows of the ledger."""
    differences: int = 0
    first: list[Difference] = field(default_factory=list)
    fixed: int = 0

    def add(self, found: Sequence[Difference]) -> None:
        """Count *found*, and keep the first SHOWN of all differences."""
        self.first += found[: SHOWN - len(self.first)]
        self.differences += len(found)


def run(options: argparse.Namespace, url: str) -> int:
    """Compare, fix with --rebuild, and report; return 0 if nothing differs in the end."""
    with contextlib.closing(operating.connect(url, "verify")) as conn:
        operating.check_migrated(conn)
        if options.rebuild:
            with operating.hold_operator_lock(url, "verify"):
                result = _fix(conn, url)
        else:
            result = compare(conn)
    _print_result(result, as_json=options.json)
    return 1 if result.differences else 0


def _fix(conn: SyncConn, url: str) -> VerifyResult:
    """Compare and fix until nothing differs, at most three times, since votes go on meanwhile."""
    fixed = 0
    with contextlib.closing(operating.connect(url, "verify --rebuild")) as writer:
        for _ in range(_PASSES):
            result = compare(conn, writer)
            if not result.differences:
                break
            fixed += result.fixed
        else:
            result = compare(conn)
    result.fixed = fixed
    return result


def compare(conn: SyncConn, writer: SyncConn | None = None) -> VerifyResult:
    """Compare boards and ledger in one snapshot; fix differences through *writer*, if given."""
    result = VerifyResult()
    with verify.open_snapshot(conn), _make_progress() as progress:
        teams = operating.list_teams(conn)
        bar = progress.add_task("comparing", total=len(teams))
        for team in teams:
            scores, boards, rows = verify.count(conn, team)
            result.scores += scores
            result.boards += boards
            result.rows += rows
            with contextlib.closing(verify.find_differences(conn, team)) as found:
                for differences in found:
                    result.add(differences)
                    result.fixed += verify.fix_scores(writer, team, differences) if writer else 0
            progress.advance(bar)
    return result


def _make_progress() -> Progress:
    """Return a progress bar on standard error, hidden unless that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    return Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True,
        disable=not console.is_terminal,
    )  # fmt: skip


def _print_result(result: VerifyResult, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"agree": not result.differences} | asdict(result), ensure_ascii=False))
    elif result.first:
        rows = [
            [*map(make_printable, (one.team, one.board, one.target)), one.has, one.should]
            for one in result.first
        ]
        head = ("team", "board", "target", "has", "should be")
        print(tabulate(rows, headers=head, missingval="-", disable_numparse=[0, 1, 2]))
    else:
        fixed = f"{pluralize(result.fixed, 'score')} fixed; " if result.fixed else ""
        print(f"{fixed}{_describe_agreement(result)}")
    if result.differences:
        print_error("verify", _describe_disagreement(result))


def _describe_agreement(result: VerifyResult) -> str:
    boards, rows = pluralize(result.boards, "board"), pluralize(result.rows, "row")
    verb = "agrees" if result.scores == 1 else "agree"
    return f"{pluralize(result.scores, 'score')} on {boards} {verb} with {rows} of the ledger"


def _describe_disagreement(result: VerifyResult) -> str:
    shown = f" (the first {SHOWN} are above)" if result.differences > SHOWN else ""
    wrong = pluralize(result.differences, "score differs", "scores differ")
    return f"{wrong} from the ledger{shown}; bin/verify --rebuild fixes this"
