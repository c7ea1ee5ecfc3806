"""Tables of cases checked by one test, for cases faster than the setup of a test."""

import contextlib
import functools
import inspect
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

Check = Callable[..., Any]


def each(names: str | Sequence[str], rows: Iterable[Any]) -> Callable[[Check], Check]:
    """Check all *rows* in one test, which reports every case that fails.

    Used like `pytest.mark.parametrize`, for checks whose only side effects are messages and logs,
    which are cleared before each case of an async test. Database rows stay.
    """
    columns = names.replace(" ", "").split(",") if isinstance(names, str) else names
    cases = [row if len(columns) > 1 else (row,) for row in rows]
    assert cases

    def decorate(check: Check) -> Check:
        def call(case: Sequence[Any], others: dict[str, Any]) -> Any:
            return check(**others, **dict(zip(columns, case, strict=True)))

        def check_all(**others: Any) -> None:
            failures = list[str]()
            for case in cases:
                with _noted(case, failures):
                    call(case, others)
            _assert_none(failures, cases)

        async def check_all_in_turn(**others: Any) -> None:
            failures = list[str]()
            for case in cases:
                with _noted(case, failures):
                    _clear(others)
                    await call(case, others)
            _assert_none(failures, cases)

        waits = inspect.iscoroutinefunction(check)
        made = functools.wraps(check)(check_all_in_turn if waits else check_all)
        signature = inspect.signature(check)
        others = [it for it in signature.parameters.values() if it.name not in columns]
        made.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
        return made

    return decorate


def _clear(others: dict[str, Any]) -> None:
    """Clear the conversation and the log, so that the next case sees only its own."""
    for other in others.values():
        if hasattr(other, "clear_slack"):
            other.clear_slack()
    if log_lines := others.get("log_lines"):
        log_lines.write_text("")


@contextlib.contextmanager
def _noted(case: Sequence[Any], failures: list[str]) -> Iterator[None]:
    """Record a failure of the code inside."""
    try:
        yield
    except (Exception, pytest.fail.Exception) as failure:  # noqa: BLE001
        where = _find_line(failure)
        failures.append(f"{case!r}: {type(failure).__name__}: {failure}\n  at {where}")


def _find_line(failure: BaseException) -> str:
    """Return the last line in tests/ of the traceback of *failure*."""
    frames = traceback.extract_tb(failure.__traceback__)
    ours = [it for it in frames if "tests" in Path(it.filename).parts and it.filename != __file__]
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "an unknown line"


def _assert_none(failures: Sequence[str], cases: Sequence[Any]) -> None:
    assert not failures, "\n".join([f"{len(failures)} of {len(cases)} fail", *failures])
