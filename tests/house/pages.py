"""Pages, or parts of them, that are made from the code: compared, or with WRITE_PAGES=1 written."""

import ast
import os
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def parse_app() -> dict[str, ast.Module]:
    """Return the syntax tree of each module of the app by its name in the repository."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "app").rglob("*.py"))
    }


@cache
def walk_app() -> dict[str, list[ast.AST]]:
    """Return every node of each module, by the module's name, walked through once for all tests."""
    return {name: list(ast.walk(tree)) for name, tree in parse_app().items()}


def expect_generated(page: str, part: str, text: str) -> None:
    """Compare what stands between the marks of *part* on *page* with *text*."""
    path = ROOT / page
    before = path.read_text(encoding="utf-8")
    begin, end = (
        f"<!-- begin {part}: made by bin/test, with WRITE_PAGES=1 -->",
        f"<!-- end {part} -->",
    )
    marked = re.compile(rf"(?<={begin}\n).*(?={end})", re.DOTALL)
    found = marked.search(before)
    assert found, f"{page} has no part {part}"
    if os.environ.get("WRITE_PAGES"):
        path.write_text(marked.sub(lambda _: f"\n{text}\n\n", before), encoding="utf-8")
        return
    assert found[0].strip() == text, f"{page} is not what the code says: run with WRITE_PAGES=1"
