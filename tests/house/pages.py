"""Documentation generated from the code: compared with it, or rewritten if WRITE_PAGES=1."""

import ast
import os
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def parse_app() -> dict[str, ast.Module]:
    """Return the syntax tree of each module of the app, by its path in the repository."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "app").rglob("*.py"))
    }


@cache
def walk_app() -> dict[str, list[ast.AST]]:
    """Return all syntax nodes of each module, by its path; cached for all tests."""
    return {name: list(ast.walk(tree)) for name, tree in parse_app().items()}


def expect_generated(page: str, part: str, text: str) -> None:
    """Compare the text between the markers of *part* on *page* with *text*.

    With WRITE_PAGES=1 write it there instead.
    """
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
