"""What Bolt does for each listener of each app that a test begins, done quickly."""

import inspect
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from slack_bolt.util import utils


def read_quickly() -> None:
    """Let Bolt find by their code which arguments functions take, and not by all about them."""
    utils.inspect = _Inspect(inspect)  # type: ignore[attr-defined]


class _Inspect:
    """The module, but for one function."""

    def __init__(self, module: Any) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)

    def getfullargspec(self, function: Callable[..., Any]) -> Any:
        """Return what *function* takes, of a plain one only the names that Bolt asks for."""
        if not inspect.isfunction(function):
            return inspect.getfullargspec(function)
        code = function.__code__
        return SimpleNamespace(args=[*code.co_varnames[: code.co_argcount]])
