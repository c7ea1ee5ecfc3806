"""Tests read the time when they run, not on import: a run may cross midnight."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
CLOCKS = {"now", "today", "utcnow", "time"}
LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def list_reached(node):
    """Yield the nodes that run on import: defaults and decorators, but not function bodies."""
    yield node
    parts = ast.iter_child_nodes(node)
    if isinstance(node, LATER):
        parts = [node.args, *getattr(node, "decorator_list", ())]
    for part in parts:
        yield from list_reached(part)


def test_no_module_reads_the_time_on_import():
    found = [
        f"{path.relative_to(TESTS)}:{node.lineno}"
        for path in sorted(TESTS.rglob("*.py"))
        for node in list_reached(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "time"}
    ]
    assert found == []


def test_the_store_uses_the_databases_clock_or_a_given_time():
    """Processes share the database's clock; a machine's own may be wrong, or jump."""
    store = TESTS.parent / "app" / "store"
    found = [
        f"{path.relative_to(store)}:{number}"
        for path in sorted(store.rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"\b(datetime\.now|date\.today|time\.time)\(", line)
    ]
    assert found == []
