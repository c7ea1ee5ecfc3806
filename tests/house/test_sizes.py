"""The sizes that docs/develop/contributing.md promises, and other checks of the code's style."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from tests.house.pages import parse_app, walk_app

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "app").rglob("*.py"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions() -> Iterator[tuple[str, int]]:
    """Yield every function of the app with its number of lines, without decorators."""
    for path, nodes in walk_app().items():
        for node in nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path}:{node.name}", (node.end_lineno or 0) - node.lineno + 1


def catches(node: ast.ExceptHandler) -> set[str]:
    """Return the exceptions that an `except` names; BaseException if it names none."""
    if node.type is None:
        return {"BaseException"}
    return {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)}


def test_half_of_all_functions_are_under_ten_lines():
    assert median(lines for _, lines in functions()) < 10


def test_nine_functions_in_ten_are_under_twenty_five_lines():
    assert quantiles((lines for _, lines in functions()), n=10)[-1] < 25


def test_no_function_is_over_fifty_lines():
    assert [name for name, lines in functions() if lines > 50] == []


def test_no_module_is_over_three_hundred_lines():
    long = [path for path in MODULES if len(path.read_text("utf-8").splitlines()) > 300]
    assert [named(path) for path in long] == []


def test_every_module_opens_with_a_sentence():
    opening = {path: ast.get_docstring(tree) or "" for path, tree in parse_app().items()}
    mute = [
        path
        for path, text in opening.items()
        if (ROOT / path).read_text(encoding="utf-8").strip()
        if not text.partition("\n\n")[0].rstrip().endswith(".")
    ]
    assert mute == []


def test_exception_is_caught_only_at_the_entry_points():
    broad = [
        path
        for path, nodes in walk_app().items()
        for node in nodes
        if isinstance(node, ast.ExceptHandler) and catches(node) & {"Exception", "BaseException"}
    ]
    assert set(broad) == {
        "app/slack/background_tasks.py",
        "app/slack/outbound/delivery.py",
        "app/slack/outbound/workspace_sender.py",
        "app/usecases/timers.py",
        "app/web/server.py",
    }


def test_the_context_is_the_last_argument_of_listeners_and_use_cases():
    """Only the rules, and what a caller may omit, follow it."""
    early = []
    for path, nodes in walk_app().items():
        if not path.startswith(("app/slack/listeners/", "app/usecases/")):
            continue
        for node in nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                required = len(node.args.args) - len(node.args.defaults)
                names = [one.arg for one in node.args.args[:required]]
                if "context" in names and names[-2:] != ["context", "rules"]:
                    early += [f"{path}:{node.name}"] if names[-1] != "context" else []
    assert early == []


def test_no_module_has_a_generic_name():
    empty = {"utils", "helpers", "common", "manager", "service"}
    assert [named(path) for path in MODULES if path.stem in empty] == []
