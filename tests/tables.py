"""Tables of cases that one test checks, where to begin a test takes longer than a case."""

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

Check = Callable[..., None]


def each(names: str | Sequence[str], rows: Iterable[Any]) -> Callable[[Check], Check]:
    """Check all *rows* in one test, which tells of every one that fails.

    It is written like `pytest.mark.parametrize`, for checks that leave nothing behind.
    """
    columns = names.replace(" ", "").split(",") if isinstance(names, str) else names
    cases = [row if len(columns) > 1 else (row,) for row in rows]
    assert cases

    def decorate(check: Check) -> Check:
        @functools.wraps(check)
        def check_all(**others: Any) -> None:
            failures = [
                f"{case!r}: {failure}"
                for case in cases
                if (failure := _run(check, others | dict(zip(columns, case, strict=True))))
            ]
            assert not failures, "\n".join([f"{len(failures)} of {len(cases)} fail", *failures])

        signature = inspect.signature(check)
        others = [it for it in signature.parameters.values() if it.name not in columns]
        check_all.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
        return check_all

    return decorate


def _run(check: Check, arguments: dict[str, Any]) -> str | None:
    """Return how *check* fails, if it does."""
    try:
        check(**arguments)
    except (Exception, pytest.fail.Exception) as failure:  # noqa: BLE001
        return f"{type(failure).__name__}: {failure}"
    return None
