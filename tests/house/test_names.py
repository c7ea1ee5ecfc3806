"""Names follow contributing.md: functions are verbs, and each class name is unique."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.house.pages import parse_app, walk_app

ROOT = Path(__file__).parents[2]
BARE = re.compile(
    r"_*(?:[a-z]+ed|told|given|said|kept|held|shown|known|found|made|taken|meant|heard|sent|spent"
    r"|built|chosen|written|spoken|seen|done|gone|left|lost|won|bound|drawn|hidden|sold|thrown"
    r"|begun|broken|caught|fallen|felt|forgotten|frozen|grown|laid|led|lent|met|paid|sought|struck"
    r"|taught|thought|torn|undone|withdrawn|worn|wound)_?"
)
VERBS = {"feed", "need", "embed", "seed", "exceed", "proceed", "speed", "shed", "bed", "wed"}
"""Verbs that only look like participles."""


def functions() -> Iterator[tuple[str, str]]:
    """Yield every function of the app except properties, with its file."""
    for name, nodes in walk_app().items():
        for node in nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not any(
                "property" in ast.unparse(each) for each in node.decorator_list
            ):
                yield name, node.name


def test_no_function_is_called_by_a_bare_participle():
    bare = [
        f"{path}: {name}"
        for path, name in functions()
        if BARE.fullmatch(name) and name.strip("_") not in VERBS
    ]
    assert bare == []


def test_class_names_are_unique():
    names = Counter(
        node.name
        for nodes in walk_app().values()
        for node in nodes
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_only_the_table_of_commands_names_devtools():
    """The import linter checks imports; this also covers strings."""
    found = [
        name
        for name in parse_app()
        if not name.startswith("app/devtools/") and name != "app/cli/commands.py"
        if "devtools" in (ROOT / name).read_text(encoding="utf-8")
    ]
    assert found == []
